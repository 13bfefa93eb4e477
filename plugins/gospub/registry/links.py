"""Read links to official pages, in every spelling that registries use.

What a link can tell is the network and either the network's own id (vk.com/club1) or a screen name (vk.com/name) that
only the network can resolve. Query strings and fragments are ignored: they point at a post, not at the page.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit


class LinkError(ValueError):
    """The text is no link to a community's page; the message says why."""


@dataclass(frozen=True, slots=True)
class PageLink:
    """A page as a link names it; at least one of ``native_id`` (digits) and ``screen_name`` (lower case) is there."""

    platform: str
    native_id: str | None
    screen_name: str | None


_HOSTS = {
    "vk.com": "vk",
    "vk.ru": "vk",
    "vkontakte.ru": "vk",
    "ok.ru": "ok",
    "odnoklassniki.ru": "ok",
    "t.me": "telegram",
    "telegram.me": "telegram",
    "telegram.dog": "telegram",
    "max.ru": "max",
}
_SHORTENERS = {"vk.cc", "clck.ru", "bit.ly", "goo.su", "ya.cc", "tinyurl.com", "is.gd", "u.to"}
_VK_COMMUNITY = re.compile(r"(?:club|public|event)0*([1-9][0-9]{0,9})")
_VK_OBJECT = re.compile(
    r"(?:wall|photo|video|clip|topic|album|market|product|doc|audio|audio_playlist|page|story|narrative|poll|note|uslugi)"
    r"-?[0-9]+(?:_.*)?"
)
_VK_SECTIONS = re.compile(
    "feed|im|groups|friends|videos?|clips|music|audios?|apps|games|market|search|login|join|about|dev|support|settings"
    "|services|ads|bookmarks|docs|fave|photos|albums|mail|write|(?:share|away|index|wall|video|clips|app|page)[.]php"
)
_OK_GROUP = re.compile(r"group0*([1-9][0-9]{0,19})")
_OK_SECTIONS = re.compile(
    "profile|live|video|music|games|gifts|dk|feed|discussions|messages|search|help|groups?|market|photos|online"
)
_TELEGRAM_SECTIONS = re.compile(
    "c|share|proxy|socks|iv|add(?:stickers|emoji|theme|list)|setlanguage|login|confirmphone|invoice|bg|boost"
)
_MAX_SECTIONS = re.compile("c|share|about|legal|download|help|business|support")
_NAMES = {
    "vk": re.compile(r"(?=.*[a-z])[a-z0-9_.]{2,32}"),
    "ok": re.compile(r"(?=.*[a-z])[a-z0-9_.-]{2,64}"),
    "telegram": re.compile(r"[a-z][a-z0-9_]{3,31}"),
    "max": re.compile(r"(?=.*[a-z])[a-z0-9_.-]{2,64}"),
}
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):/+")
_SPACE = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]+")


def parse_link(text: str) -> PageLink:
    """Read one link. Raises LinkError with the reason when it names no community."""
    link = _SPACE.sub("", text).strip("<>«»\"'`,;.()")
    if not link:
        raise LinkError("no link")
    if link[0] in "@*":
        return _read_vk([_plain(link[1:].split("(")[0])])
    if match := _VK_COMMUNITY.fullmatch(link.lower()):
        return PageLink("vk", match[1], None)
    host, segments = _split(link)
    platform = _platform(host)
    if not segments:
        raise LinkError("the network's front page, not a community")
    return _READERS[platform](segments)


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
    if host not in _HOSTS:
        if "." in host:
            raise LinkError("not an address in VK, OK, Telegram or MAX")
        raise LinkError("not a link: write vk.com/name or @name")
    return _HOSTS[host]


def _read_vk(segments: list[str]) -> PageLink:
    name = segments[0].removeprefix("@")
    if match := _VK_COMMUNITY.fullmatch(name):
        return PageLink("vk", match[1], None)
    if re.fullmatch(r"id[0-9]+", name):
        raise LinkError("a person, not a community")
    if re.fullmatch(r"app-?[0-9]+(?:_.*)?", name):
        raise LinkError("an application, not a community")
    if _VK_OBJECT.fullmatch(name):
        raise LinkError("a post or another single thing, not a community")
    if re.fullmatch(r"(?:club|public|event)-?[0-9]+", name):
        raise LinkError("no community has such a number")
    return _named("vk", name, _VK_SECTIONS)


def _read_ok(segments: list[str]) -> PageLink:
    first = segments[0]
    if first == "group" and len(segments) > 1:
        first = "group" + segments[1]
        if not _OK_GROUP.fullmatch(first):
            raise LinkError("a group's number consists of digits")
    if match := _OK_GROUP.fullmatch(first):
        return PageLink("ok", match[1], None)
    if first == "profile":
        raise LinkError("a person, not a community")
    return _named("ok", first, _OK_SECTIONS)


def _read_telegram(segments: list[str]) -> PageLink:
    first = segments[1] if segments[0] == "s" and len(segments) > 1 else segments[0]
    if first.startswith("+") or first == "joinchat":
        raise LinkError("a private invitation, not a public page")
    return _named("telegram", first.removeprefix("@"), _TELEGRAM_SECTIONS)


def _read_max(segments: list[str]) -> PageLink:
    if segments[0] == "join":
        raise LinkError("a private invitation, not a public page")
    if segments[0] == "u":
        raise LinkError("a person, not a community")
    return _named("max", segments[0].removeprefix("@"), _MAX_SECTIONS)


def _named(platform: str, name: str, sections: re.Pattern[str]) -> PageLink:
    if sections.fullmatch(name):
        raise LinkError("a section of the network, not a community")
    if not _NAMES[platform].fullmatch(name):
        raise LinkError("no community's name can look like this")
    return PageLink(platform, None, name)


_READERS: dict[str, Callable[[list[str]], PageLink]] = {
    "vk": _read_vk,
    "ok": _read_ok,
    "telegram": _read_telegram,
    "max": _read_max,
}
