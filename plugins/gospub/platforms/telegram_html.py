"""Telegram's web pages as trees: what is too strange to be parsed is refused, figures and texts are read from nodes.

The parser (lexbor) heals whatever is broken as browsers do; like theirs its time grows with the square of some follies
(nesting, attributes without end), so these are bounded before it sees a page. Real pages hold a twentieth of that.
"""

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from gospub.errors import NotUnderstood
from gospub.platforms.fields import clean, evidence

_MOST_TAGS = 40_000
_MOST_ATTRIBUTES = 60_000
_MOST_IN_ONE_TAG = 1_000
_LONG_TAG = re.compile(rb"<[^<>]{4000,}")
_SPACE = re.compile(rb"[\s/]+")
_LINE_BREAK = re.compile(rb"<br\s*/?>", re.IGNORECASE)
_POWERS = {"K": 3, "К": 3, "M": 6, "М": 6, "B": 9}
_ROUNDED = re.compile(r"([0-9]{1,6})(?:[.,]([0-9]{1,3}))?\s?([KКMМB])")
_EXACT = re.compile(r"[0-9]{1,3}(?:[\s,.'’][0-9]{3})+|[0-9]{1,15}")


def parse(html: bytes, what: str) -> LexborHTMLParser:
    """The page as a tree, its ``<br>`` as line ends. Raises NotUnderstood for what no page of Telegram is like."""
    if (
        html.count(b"<") > _MOST_TAGS
        or html.count(b"=") > _MOST_ATTRIBUTES
        or any(len(_SPACE.findall(tag)) > _MOST_IN_ONE_TAG for tag in _LONG_TAG.findall(html))
    ):
        raise NotUnderstood(f"Telegram {what}: tags or attributes without end", evidence=beginning(html))
    return LexborHTMLParser(_LINE_BREAK.sub(b"\n", html).decode("utf-8", "replace"))


def beginning(html: bytes) -> str:
    """What a page begins with, as evidence."""
    return evidence(clean(html[:1000].decode("utf-8", "replace")).strip())


def text_of(node: LexborNode | None) -> str | None:
    """The text inside, without control characters and without space around it; None without a node."""
    return clean(node.text()).strip() if node is not None else None


def read_count(text: str) -> tuple[int, bool] | None:
    """A figure as Telegram shows it, and whether it is rounded: ``14 909``, ``1,234``, ``109K``, ``1.2M``.

    None when the text is no figure.
    """
    said = text.strip().upper()
    if match := _ROUNDED.fullmatch(said):
        digits, power = match[1] + (match[2] or ""), _POWERS[match[3]] - len(match[2] or "")
        return int(digits) * 10**power, True
    if _EXACT.fullmatch(said):
        return int("".join(letter for letter in said if letter.isdigit())), False
    return None
