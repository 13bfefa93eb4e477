"""Links to VK communities, in every spelling that registries use."""

import re

from gospub.platforms.page_links import LinkError, PageLink, named

HOSTS = frozenset({"vk.com", "vk.ru", "vkontakte.ru"})
COMMUNITY = re.compile(r"(?:club|public|event)0*([1-9][0-9]{0,9})")
_OBJECT = re.compile(
    r"(?:wall|photo|video|clip|topic|album|market|product|doc|audio|audio_playlist|page|story|narrative|poll|note|uslugi)"
    r"-?[0-9]+(?:_.*)?"
)
_SECTIONS = re.compile(
    "feed|im|groups|friends|videos?|clips|music|audios?|apps|games|market|search|login|join|about|dev|support|settings"
    "|services|ads|bookmarks|docs|fave|photos|albums|mail|write|(?:share|away|index|wall|video|clips|app|page)[.]php"
)
_NAMES = re.compile(r"(?=.*[a-z])[a-z0-9_.]{2,32}")


def read_link(segments: list[str]) -> PageLink:
    """Read the parts of a link's path; raises LinkError."""
    name = segments[0].removeprefix("@")
    if match := COMMUNITY.fullmatch(name):
        return PageLink("vk", match[1], None)
    if re.fullmatch(r"id[0-9]+", name):
        raise LinkError("a person, not a community")
    if re.fullmatch(r"app-?[0-9]+(?:_.*)?", name):
        raise LinkError("an application, not a community")
    if _OBJECT.fullmatch(name):
        raise LinkError("a post or another single thing, not a community")
    if re.fullmatch(r"(?:club|public|event)-?[0-9]+", name):
        raise LinkError("no community has such a number")
    return named("vk", name, _NAMES, _SECTIONS)
