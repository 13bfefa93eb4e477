"""Links to Odnoklassniki groups."""

import re

from gospub.platforms.page_links import LinkError, PageLink, named

HOSTS = frozenset({"ok.ru", "odnoklassniki.ru"})
_GROUP = re.compile(r"group0*([1-9][0-9]{0,19})")
_SECTIONS = re.compile(
    "profile|live|video|music|games|gifts|dk|feed|discussions|messages|search|help|groups?|market|photos|online"
)
_NAMES = re.compile(r"(?=.*[a-z])[a-z0-9_.-]{2,64}")


def read_link(segments: list[str]) -> PageLink:
    """Read the parts of a link's path; raises LinkError."""
    first = segments[0]
    if first == "group" and len(segments) > 1:
        first = "group" + segments[1]
        if not _GROUP.fullmatch(first):
            raise LinkError("a group's number consists of digits")
    if match := _GROUP.fullmatch(first):
        return PageLink("ok", match[1], None)
    if first == "profile":
        raise LinkError("a person, not a community")
    return named("ok", first, _NAMES, _SECTIONS)
