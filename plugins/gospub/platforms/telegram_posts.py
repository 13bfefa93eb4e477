"""Reading a channel's preview, ``t.me/s/<name>``: about 20 messages a page, the newest last, older ones by ``before``.

Selectors as several public parsers of these pages and their fixtures have them; Telegram documents none. Views and
reactions are rounded from a thousand on (``14.9K``); comments, forwards and pins are not shown. Messages in which
Telegram itself speaks (a pin, a new photo, the channel's creation) are no posts; an album is one post.
"""

import hashlib
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode

from gospub.errors import NotUnderstood
from gospub.platforms.base import Note, Post, WallAsk
from gospub.platforms.fields import clean, evidence
from gospub.platforms.telegram_html import beginning, parse, read_count, text_of

# Of 20 messages each: far beyond what a press office publishes in 30 days.
MOST_ROUNDS = 500
_MOST_MESSAGES = 100
_BEFORE = re.compile(r"[?&]before=([0-9]{1,18})(?![0-9])")
_MOST_VIEWS, _MOST_LIKES = 1_000_000_000, 100_000_000
_REACTION = ".tgme_widget_message_reactions .tgme_reaction"
_FORWARDED = ".tgme_widget_message_forwarded_from, .tgme_widget_message_forwarded_from_name"


class _Message(NamedTuple):
    node: LexborNode
    message_id: int
    published_at: datetime
    is_service: bool


class _Nodes:
    """Looking for nodes of a message that are its own: not those of the message that it quotes as a reply."""

    def __init__(self, tree: LexborHTMLParser) -> None:
        self._quoted = {node.mem_id for node in tree.css(".tgme_widget_message_reply *")}

    def all(self, message: LexborNode, selector: str) -> Iterator[LexborNode]:
        return (node for node in message.css(selector) if node.mem_id not in self._quoted)

    def first(self, message: LexborNode, selector: str) -> LexborNode | None:
        return next(self.all(message, selector), None)


def read_preview(html: bytes, ask: WallAsk, observed_at: datetime) -> None:
    """Read one page of a preview into the ask: new posts since ``ask.since``, and where to go on.

    The oldest message of the page decides whether older ones are wanted, its ``before`` link whether there are any.
    Raises NotUnderstood, also for paging that does not advance or end.
    """
    ask.observed_at = observed_at
    ask.rounds += 1
    tree = parse(html, "preview")
    if tree.css_first(".tgme_channel_history") is None:
        raise NotUnderstood("Telegram preview: no list of messages", evidence=beginning(html))
    nodes = _Nodes(tree)
    shown = tree.css(".tgme_widget_message[data-post]")
    if len(shown) > _MOST_MESSAGES:
        raise NotUnderstood(f"Telegram preview: {len(shown)} messages on a page", evidence=beginning(html))
    messages = [message for node in shown if (message := _message(node, nodes, ask, observed_at))]
    if not messages and not all(_is_service(node) for node in shown):
        raise NotUnderstood("Telegram preview: no message can be read", evidence=beginning(html))
    ask.posts |= {
        message.message_id: _post(message, nodes, ask.notes)
        for message in messages
        if message.published_at >= ask.since and not message.is_service
    }
    _go_on(tree, messages, ask, html)


def _go_on(tree: LexborHTMLParser, messages: list[_Message], ask: WallAsk, html: bytes) -> None:
    before = _before(tree)
    oldest = min(messages, key=lambda message: message.message_id, default=None)
    if before is None or (oldest and oldest.published_at < ask.since):
        ask.posts_outcome = "measured"
    elif ask.rounds >= MOST_ROUNDS or (ask.cursor is not None and before >= int(ask.cursor)):
        raise NotUnderstood(f"Telegram preview: no end after {ask.rounds} pages", evidence=beginning(html))
    else:
        ask.cursor = str(before)


def _before(tree: LexborHTMLParser) -> int | None:
    """The id before which the next older messages are, as the page's link or its head says; None on the oldest page."""
    said = [link.attributes.get("data-before") for link in tree.css("a.tme_messages_more[data-before]")[:10]]
    heads = [link.attributes.get("href") or "" for link in tree.css("link[rel=prev]")[:10]]
    said += [match[1] for href in heads if (match := _BEFORE.search(href))]
    return next((number for text in said if (number := _number(text))), None)


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= 18 else None


def _message(node: LexborNode, nodes: _Nodes, ask: WallAsk, observed_at: datetime) -> _Message | None:
    """A message that anybody can see by now; None, and a note, for what cannot be read."""
    said = node.attributes.get("data-post") or ""
    message_id = _number(said.rpartition("/")[2])
    is_service = _is_service(node)
    moment = nodes.first(node, ".tgme_widget_message_date time[datetime]")
    published_at = _moment(moment.attributes.get("datetime")) if moment is not None else None
    if message_id is None or published_at is None:
        if not is_service:  # Telegram does not always date its own messages
            ask.notes.append(Note("message", evidence(clean(said)), "a message without id or date"))
        return None
    if published_at > observed_at:
        ask.notes.append(Note("datetime", str(published_at), "a post of the future"))
        return None
    return _Message(node, message_id, published_at, is_service)


def _is_service(node: LexborNode) -> bool:
    """Whether Telegram itself speaks: a pin, a new photo, the channel's creation."""
    return "service_message" in (node.attributes.get("class") or "").split()


def _moment(text: str | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text or "")
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _post(message: _Message, nodes: _Nodes, notes: list[Note]) -> Post:
    views, is_rounded = _views(nodes.first(message.node, ".tgme_widget_message_views"), notes)
    text = (text_of(nodes.first(message.node, ".tgme_widget_message_text")) or "")[:1_000_000]
    return Post(
        post_id=message.message_id,
        published_at=message.published_at,
        views_count=views,
        is_views_rounded=is_rounded,
        likes_count=_likes(list(nodes.all(message.node, _REACTION)), notes),
        comments_count=None,
        reposts_count=None,
        is_pinned=False,
        is_repost=nodes.first(message.node, _FORWARDED) is not None,
        is_ad=False,
        text_hash=hashlib.sha256(text.encode()).digest()[:8] if text else None,
        text_length=len(text),
    )


def _views(node: LexborNode | None, notes: list[Note]) -> tuple[int | None, bool | None]:
    """The number of views, and True when it is rounded."""
    if node is None:
        return None, None
    said = text_of(node) or ""
    count = read_count(said)
    if count is None or count[0] > _MOST_VIEWS:
        notes.append(Note("views_count", evidence(said), "not a number of views"))
        return None, None
    return count[0], count[1] or None


def _likes(reactions: list[LexborNode], notes: list[Note]) -> int | None:
    """All reactions together: ordinary, custom and paid; None without any, because they may be switched off."""
    counts = [_reaction(node) for node in reactions]
    known = [count for count in counts if count is not None]
    if not reactions:
        return None
    if len(known) < len(counts) or sum(known) > _MOST_LIKES:
        notes.append(Note("likes_count", evidence(text_of(reactions[0])), "not a number of reactions"))
        return None
    return sum(known)


def _reaction(node: LexborNode) -> int | None:
    """The number behind the emoji, which may be a digit itself, so only the reaction's own text counts."""
    count = read_count(node.text(deep=False))
    return count[0] if count else None
