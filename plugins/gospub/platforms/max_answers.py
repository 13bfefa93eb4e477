"""Reading MAX's answers: pure functions from decoded JSON to facts.

Shapes: schema 0.0.30 of the official Go client (max-bot-api-client-go) and dev.max.ru. Optional keys may be absent
instead of null; unknown keys are ignored; a field of the wrong type is as good as not delivered, and noted.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from gospub import errors
from gospub.platforms.base import Note, PageAsk, Post, ProfileAnswer, WallAsk
from gospub.platforms.fields import Fields, evidence

MESSAGES_PER_CALL = 100
# A hundred posts an answer: far beyond what an organisation publishes in 30 days.
MOST_ROUNDS = 60
_LARGEST_INT = 2**63 - 1
_LINK = re.compile(r"(?:https?://)?(?:www\.|web\.)?max\.ru/@?([^/?#\s]+)/?(?:[?#].*)?", re.IGNORECASE)
# What a chat's status says of the page; None = the bot sees it.
_STATUSES: dict[str, tuple[str, str] | None] = {
    "active": None,
    "left": ("no_access", "bot_left"),
    "removed": ("no_access", "bot_removed"),
    "suspended": ("no_access", "chat_suspended"),
    "closed": ("deleted", "chat_closed"),
}

Chat = Mapping[str, Any]


def read_chats(answer: Any) -> tuple[list[Chat], int | None, errors.NotUnderstood | None]:
    """Read an answer of GET /chats: its chats, the marker of the next answer (None for the last), and what is strange.

    A chat that does not tell which page it is leaves the list open: a page that is not in it need not be without the
    bot. Raises NotUnderstood when there is no list at all, or no way to go on.
    """
    chats = answer.get("chats") if isinstance(answer, Mapping) else None
    if not isinstance(chats, list):
        raise errors.NotUnderstood("MAX chats: no list of chats", evidence=evidence(answer))
    marker = answer.get("marker")
    if isinstance(marker, bool) or not isinstance(marker, int | None):
        raise errors.NotUnderstood("MAX chats: a marker that is no number", evidence=evidence(marker))
    strange = [chat for chat in chats if not _is_told(chat)]
    told = "MAX chats: a chat that does not tell which page it is"
    doubt = errors.NotUnderstood(told, evidence=evidence(strange[0])) if strange else None
    return [chat for chat in chats if isinstance(chat, Mapping)], marker, doubt


def _is_told(chat: Any) -> bool:
    """Whether it is clear which page the chat is, or that it is none: what is not public need not have a link."""
    if not isinstance(chat, Mapping) or not isinstance(link := chat.get("link"), str | None):
        return False
    return link is not None or chat.get("is_public") is not True


def link_name(link: str) -> str | None:
    """The name in a public link, https://max.ru/<name>, in lower case; None for an invitation or another address."""
    found = _LINK.fullmatch(link.strip())
    return found[1].lower() if found else None


def by_link_name(chats: Sequence[Chat]) -> dict[str, Chat]:
    """Chats and channels by their link's name; of two with the same link the one that the bot is in."""
    named: dict[str, Chat] = {}
    for chat in chats:
        link = chat.get("link")
        name = link_name(link) if isinstance(link, str) else None
        if name and chat.get("type") != "dialog" and (name not in named or chat.get("status") == "active"):
            named[name] = chat
    return named


def read_chat(chat: Chat, page: PageAsk, observed_at: datetime) -> ProfileAnswer:
    """Read one chat: its outcome, and its facts if the bot sees it. Raises NotUnderstood for an unknown status."""
    status = chat.get("status", "active")
    if not isinstance(status, str) or status not in _STATUSES:
        raise errors.NotUnderstood("MAX chats: a status that is not known", evidence=evidence(status))
    if told := _STATUSES[status]:
        return ProfileAnswer(page.page_id, told[0], observed_at, told[1])
    fields = Fields(chat)
    is_public = fields.flag("is_public")
    facts = {
        "members_count": fields.count("participants_count", 50_000_000),
        "name": fields.text("title", 500),
        "screen_name": page.native_id,
        "description": fields.text("description"),
        "has_avatar": _has_avatar(fields),
        "is_wall_open": is_public,
    }
    outcome, reason = ("closed", "private") if is_public is False else ("ok", None)
    return ProfileAnswer(page.page_id, outcome, observed_at, reason, facts, fields.notes)


def _has_avatar(fields: Fields) -> bool | None:
    """Without an icon the key is null; when it is absent nobody knows."""
    if "icon" not in fields.values:
        return None
    return bool(fields.mapping("icon")) if isinstance(fields.values["icon"], Mapping | None) else None


def chat_id(chat: Chat) -> int:
    """A chat's id, by which its messages are asked for. Raises NotUnderstood when it has none."""
    found = chat.get("chat_id")
    if isinstance(found, bool) or not isinstance(found, int):
        raise errors.NotUnderstood("MAX chats: a chat without an id", evidence=evidence(chat))
    return found


def messages_count(chat: Chat, ask: WallAsk) -> int | None:
    """How many messages a chat holds in all, as it says itself."""
    return Fields(chat, ask.notes).count("messages_count", 10_000_000)


def next_from(ask: WallAsk, moment: datetime) -> int:
    """Messages up to this moment, in milliseconds, are to be asked for next."""
    return int(ask.cursor) if ask.cursor else _milliseconds(moment)


def first_wanted(ask: WallAsk) -> int:
    """The moment, in milliseconds, back to which messages are to be asked for; one early, as it may be excluded."""
    return _milliseconds(ask.since) - 1


def read_messages(answer: Any, ask: WallAsk, observed_at: datetime) -> None:
    """Read an answer of GET /messages, newest first, into the ask: new posts, and whether more must be asked for.

    Less than was asked for is the end. Raises NotUnderstood for another shape, and for a channel that does not end:
    one that answers the same again when asked for older messages.
    """
    ask.observed_at = observed_at
    items = answer.get("messages") if isinstance(answer, Mapping) else None
    if not isinstance(items, list):
        raise errors.NotUnderstood("MAX messages: no list of messages", evidence=evidence(answer))
    ask.rounds += 1
    posts = [post for item in items if (post := _post(item, ask, observed_at))]
    ask.posts |= {post.post_id: post for post in posts if post.published_at >= ask.since}
    if len(items) < MESSAGES_PER_CALL or any(post.published_at < ask.since for post in posts):
        ask.posts_outcome = "measured"
        return
    # One more than the oldest, should the bound be excluded: messages of the same millisecond are not lost.
    oldest = min((_milliseconds(post.published_at) for post in posts), default=None)
    if oldest is None or oldest + 1 >= next_from(ask, observed_at) or ask.rounds >= MOST_ROUNDS:
        raise errors.NotUnderstood("MAX messages: asked for older messages, none came", evidence=evidence(items[-1]))
    ask.cursor = str(oldest + 1)


def _post(item: Any, ask: WallAsk, observed_at: datetime) -> Post | None:
    """A message as a post; None for what cannot be read."""
    message = Fields(item, ask.notes) if isinstance(item, Mapping) else None
    body = message.inner("body") if message else None
    if not message or not body:
        ask.notes.append(Note("messages", evidence(item), "not a message"))
        return None
    seq, timestamp = body.count("seq", _LARGEST_INT), message.count("timestamp", 2**43)
    if seq is None or timestamp is None:
        ask.notes.append(Note("messages", evidence(item), "a message without seq or time"))
        return None
    published_at = datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=timestamp)
    if published_at > observed_at:
        ask.notes.append(Note("timestamp", str(timestamp), "a message of the future"))
        return None
    text, stat, link = body.text("text", 1_000_000) or "", message.inner("stat"), message.inner("link")
    return Post(
        post_id=seq,
        published_at=published_at,
        views_count=stat.count("views") if stat else None,
        likes_count=None,
        comments_count=None,
        reposts_count=None,
        is_pinned=False,
        is_repost=link is not None and link.values.get("type") == "forward",
        is_ad=False,
        text_hash=hashlib.sha256(text.encode()).digest()[:8] if text else None,
        text_length=len(text),
        is_views_rounded=None,
    )


def _milliseconds(moment: datetime) -> int:
    return (moment - datetime.fromtimestamp(0, UTC)) // timedelta(milliseconds=1)
