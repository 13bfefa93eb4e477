"""What a link to an official page can tell: the network, and the network's own id or a screen name."""

import re
from dataclasses import dataclass


class LinkError(ValueError):
    """The text is no link to a community's page; the message says why."""


@dataclass(frozen=True, slots=True)
class PageLink:
    """A page as a link names it; at least one of ``native_id`` (digits) and ``screen_name`` (lower case) is there."""

    platform: str
    native_id: str | None
    screen_name: str | None


def named(platform: str, name: str, names: re.Pattern[str], sections: re.Pattern[str]) -> PageLink:
    """A page by its screen name, unless it is one of the network's own ``sections`` or no name at all."""
    if sections.fullmatch(name):
        raise LinkError("a section of the network, not a community")
    if not names.fullmatch(name):
        raise LinkError("no community's name can look like this")
    return PageLink(platform, None, name)
