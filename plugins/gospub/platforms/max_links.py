"""Links to MAX channels."""

import re

from gospub.platforms.page_links import LinkError, PageLink, named

HOSTS = frozenset({"max.ru"})
_SECTIONS = re.compile("c|share|about|legal|download|help|business|support")
_NAMES = re.compile(r"(?=.*[a-z])[a-z0-9_.-]{2,64}")


def read_link(segments: list[str]) -> PageLink:
    """Read the parts of a link's path; raises LinkError."""
    if segments[0] == "join":
        raise LinkError("a private invitation, not a public page")
    if segments[0] == "u":
        raise LinkError("a person, not a community")
    return named("max", segments[0].removeprefix("@"), _NAMES, _SECTIONS)
