"""Read links to official pages, in every spelling that registries use.

What a link can tell is the network and either the network's own id (vk.com/club1) or a screen name (vk.com/name) that
only the network can resolve. Query strings and fragments are ignored: they point at a post, not at the page.
"""

import re
from urllib.parse import unquote, urlsplit

from gospub.platforms import NETWORKS
from gospub.platforms.page_links import LinkError, PageLink
from gospub.platforms.vk_links import COMMUNITY as VK_COMMUNITY

__all__ = ["LinkError", "PageLink", "parse_link", "split_links"]


_PLATFORMS = {host: name for name, network in NETWORKS.items() for host in network.link_hosts}
_SHORTENERS = {"vk.cc", "clck.ru", "bit.ly", "goo.su", "ya.cc", "tinyurl.com", "is.gd", "u.to"}
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):/+")
_SPACE = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]+")


def parse_link(text: str) -> PageLink:
    """Read one link. Raises LinkError with the reason when it names no community."""
    link = _SPACE.sub("", text).strip("<>«»\"'`,;.()")
    if not link:
        raise LinkError("no link")
    if link[0] in "@*":
        return NETWORKS["vk"].read_link([_plain(link[1:].split("(")[0])])
    if match := VK_COMMUNITY.fullmatch(link.lower()):
        return PageLink("vk", match[1], None)
    host, segments = _split(link)
    platform = _platform(host)
    if not segments:
        raise LinkError("the network's front page, not a community")
    return NETWORKS[platform].read_link(segments)


def split_links(text: str) -> list[str]:
    """The links of a cell that may hold several, separated by spaces, line ends, commas or semicolons."""
    return [part for part in re.split(r"[\s\u200b\ufeff;,]+", text) if part]


def _split(link: str) -> tuple[str, list[str]]:
    match = _SCHEME.match(link)
    if match and match[1].lower() not in ("http", "https"):
        raise LinkError(f"a link of the kind {match[1][:20]}:// is not a page's address")
    try:
        parts = urlsplit("https://" + link[match.end() if match else 0 :].lstrip("/"))
        host = (parts.hostname or "").rstrip(".")
    except ValueError:
        raise LinkError("not a link") from None
    path = [_plain(unquote(segment)) for segment in parts.path.split("/")]
    return host, [segment for segment in path if segment]


def _plain(segment: str) -> str:
    if not segment.isascii():
        strange = next(letter for letter in segment if not letter.isascii())
        raise LinkError(f"«{strange}» is not a Latin letter, and no page's address has it")
    return segment.strip().lower()


def _platform(host: str) -> str:
    for prefix in ("www.", "m.", "new.", "web.", "mobile."):
        host = host.removeprefix(prefix)
    if host in _SHORTENERS:
        raise LinkError("a shortened link: open it and give the page's own address")
    if host not in _PLATFORMS:
        if "." in host:
            raise LinkError("not an address in VK, OK, Telegram or MAX")
        raise LinkError("not a link: write vk.com/name or @name")
    return _PLATFORMS[host]
