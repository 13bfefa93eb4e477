"""Links to Telegram channels."""

import re

from gospub.platforms.page_links import LinkError, PageLink, named

HOSTS = frozenset({"t.me", "telegram.me", "telegram.dog"})
_SECTIONS = re.compile(
    "c|share|proxy|socks|iv|add(?:stickers|emoji|theme|list)|setlanguage|login|confirmphone|invoice|bg|boost"
)
_NAMES = re.compile(r"[a-z][a-z0-9_]{3,31}")


def read_link(segments: list[str]) -> PageLink:
    """Read the parts of a link's path; raises LinkError."""
    first = segments[1] if segments[0] == "s" and len(segments) > 1 else segments[0]
    if first.startswith("+") or first == "joinchat":
        raise LinkError("a private invitation, not a public page")
    return named("telegram", first.removeprefix("@"), _NAMES, _SECTIONS)
