"""Reading a channel's card, ``t.me/<name>``: who it is, and how many subscribers exactly.

Selectors and wording as several public parsers of these pages and their fixtures have them; Telegram documents
neither. A card is sent for every name, so what it says decides whether there is a channel at all.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from gospub.errors import NotUnderstood
from gospub.platforms.base import Note, PageAsk, ProfileAnswer
from gospub.platforms.fields import evidence
from gospub.platforms.telegram_html import beginning, parse, read_count, text_of

MOST_MEMBERS = 50_000_000
_AUDIENCE = re.compile(r"(.{1,30}?)\s*\b(?:subscribers?|members?|подписчик\w{0,3}|участник\w{0,3})\b", re.IGNORECASE)
_NONE_YET = {"no", "нет"}
_RESTRICTED = re.compile(r"this (?:channel|group) can.t be displayed", re.IGNORECASE)
_BY_INVITATION = re.compile(r"join (?:channel|group)|view and join", re.IGNORECASE)
_OPEN = re.compile(r"view in telegram|open (?:channel|group)", re.IGNORECASE)
_BOT = re.compile(r"monthly users|пользовател\w{0,4} в месяц", re.IGNORECASE)
_PERSON = re.compile(r"send message|start bot", re.IGNORECASE)


def read_card(html: bytes, page: PageAsk, observed_at: datetime) -> ProfileAnswer:
    """Read a card: the page's outcome, and the facts of one that is ``ok`` or ``closed``.

    ``members_count`` is None when the card shows no exact figure. Raises NotUnderstood when it is no card, or says
    nothing that is known.
    """
    tree = parse(html, "card")
    title = text_of(tree.css_first(".tgme_page_title"))
    extras = [text_of(node) or "" for node in tree.css(".tgme_page_extra")[:10]]
    outcome, reason = _outcome(tree, title, extras, html)
    notes: list[Note] = []
    facts = _facts(tree, title, extras, page, notes) if outcome in ("ok", "closed") else {}
    return ProfileAnswer(page.page_id, outcome, observed_at, reason, facts, notes)


def _outcome(tree: LexborHTMLParser, title: str | None, extras: list[str], html: bytes) -> tuple[str, str | None]:
    if not title:
        return _nobody(tree, html)
    if any(_RESTRICTED.match(said) for said in (_description(tree), *extras)):
        return "banned", "restricted"
    if any(_AUDIENCE.match(said) for said in extras):
        return "ok", None
    buttons = " ".join(text_of(node) or "" for node in tree.css(".tgme_page_action")[:10])
    if _PERSON.search(buttons) or any(said.startswith("@") or _BOT.search(said) for said in extras):
        return "not_found", "not_a_community"
    if _BY_INVITATION.search(buttons):
        return "closed", "private"
    if _OPEN.search(buttons) or tree.css_first(".tgme_page_context_link") is not None:
        return "ok", None  # it can be opened by anybody, though its card does not count
    raise NotUnderstood("Telegram card: neither a channel nor anything else known", evidence=beginning(html))


def _nobody(tree: LexborHTMLParser, html: bytes) -> tuple[str, str]:
    """A card without a title: nobody has the name, or a person who hides behind it; Telegram does not say which."""
    meta = tree.css_first('meta[property="og:title"]')
    said = (meta.attributes.get("content") or "") if meta is not None else ""
    if said.lower().startswith("telegram: contact"):
        return "not_found", "no_such_name"
    raise NotUnderstood("Telegram card: no title", evidence=beginning(html))


def _description(tree: LexborHTMLParser) -> str:
    return text_of(tree.css_first(".tgme_page_description")) or ""


def _facts(
    tree: LexborHTMLParser, title: str | None, extras: list[str], page: PageAsk, notes: list[Note]
) -> Mapping[str, Any]:
    name = text_of(tree.css_first(".tgme_page_title span")) or title
    return {
        "members_count": _members(extras, notes),
        "name": name and name[:500],
        "screen_name": page.native_id,
        "description": _description(tree)[:10_000],
        "is_verified": tree.css_first(".tgme_page_title .verified-icon") is not None,
        "has_avatar": _has_avatar(tree),
    }


def _members(extras: list[str], notes: list[Note]) -> int | None:
    """The exact number; a rounded one is not what the column promises, so it is noted instead."""
    said = next((match[1] for extra in extras if (match := _AUDIENCE.match(extra))), None)
    if said is None:
        return None
    if said.lower() in _NONE_YET:
        return 0
    count = read_count(said)
    if count is None or count[1] or count[0] > MOST_MEMBERS:
        notes.append(Note("members_count", evidence(said), f"not an exact number from 0 to {MOST_MEMBERS}"))
        return None
    return count[0]


def _has_avatar(tree: LexborHTMLParser) -> bool:
    """Whether the picture is the channel's own: for those without one Telegram draws a letter into a ``data:`` URL."""
    image = tree.css_first("img.tgme_page_photo_image, .tgme_page_photo_image img")
    source = (image.attributes.get("src") or "") if image is not None else ""
    return source.startswith(("https://", "http://", "//", "/"))
