"""MAX: how to ask it, by the token of a bot.

Facts: dev.max.ru/docs-api (header without Bearer, 30 requests a second), schema 0.0.30 of the official Go client
(max-bot-api-client-go). A bot sees the chats and channels it takes part in, and there is no way to ask for another by
its link (max-bot-api-client-ts, issue 232 and PR 274: GET /chats/{link} is no more). So the bot's chats are listed
once a task and matched with the registry's pages by their links; who is not listed has not added the bot.
"""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

import requests

from gospub import clock, errors
from gospub.access import Access, Limits, Token
from gospub.platforms import max_links
from gospub.platforms.base import PageAsk, ProfileAnswer, Send, WallAsk
from gospub.platforms.failures import failed_profile, failed_wall
from gospub.platforms.max_answers import (
    MESSAGES_PER_CALL,
    Chat,
    by_link_name,
    chat_id,
    first_wanted,
    messages_count,
    next_from,
    read_chat,
    read_chats,
    read_messages,
)
from gospub.platforms.max_errors import verdict
from gospub.platforms.page_links import PageLink
from gospub.platforms.transport import decode, get

CHATS_PER_CALL = 100
BYTES_PER_MESSAGE = 2_500
_MOST_CHATS = 200_000
_NOT_ADDED = "the bot is not in this channel"
_TROUBLES = (errors.GiveUpOnPage, errors.SplitBatch, errors.NotUnderstood, errors.OurBug, errors.RetryNow)


@dataclass
class _Listing:
    """The bot's chats by their link's name, as far as they could be listed before ``trouble``."""

    chats: dict[str, Chat] = field(default_factory=dict)
    trouble: errors.CrawlError | None = None

    def chat_of(self, page: PageAsk) -> Chat | errors.CrawlError:
        """The page's chat; what kept the list from being whole, or GiveUpOnPage when it is whole without the page."""
        if chat := self.chats.get(page.native_id):
            return chat
        return self.trouble or errors.GiveUpOnPage(_NOT_ADDED, "no_access", "bot_not_added")


class MaxMessenger:
    """The network MAX."""

    platform = "max"
    link_hosts = max_links.HOSTS
    delivers = frozenset({
        "members_count", "name", "screen_name", "description", "has_avatar", "is_wall_open",
        "wall_posts_count", "views_count", "is_repost", "text_hash", "text_length",
    })  # fmt: skip
    leaves_out = frozenset({"description"})
    needs_token = True
    pages_per_shard = 5_000
    default_limits = Limits(calls_per_second=30, daily_quota={})
    profiles_per_batch = 5_000
    walls_per_batch = 5
    wall_method = "messages"

    def __init__(self) -> None:
        """Listings are kept as long as the task that made them: by its ``Send``."""
        self._listings: WeakKeyDictionary[Send, _Listing] = WeakKeyDictionary()
        self._listing = threading.Lock()

    def call(
        self, session: requests.Session, access: Access, token: Token, method: str, parameters: Mapping[str, str]
    ) -> Any:
        """GET /chats or /messages; gives the decoded answer. Raises ConfigurationError for more than one token."""
        if len(access.tokens) > 1:
            raise errors.ConfigurationError(
                f"connection gospub_{access.platform} holds {len(access.tokens)} tokens",
                "A bot sees only its own chats, so pages would come and go with the bot: leave one bot's token",
            )
        reply = get(session, access, f"{access.base_url}/{method}", parameters, {"Authorization": token.secret})
        if reply.status != 200:
            raise verdict(reply.status, _told(reply.body), method, token.secret)
        answer = decode(reply.body)
        if isinstance(answer, Mapping) and isinstance(answer.get("code"), str) and method not in answer:
            raise verdict(reply.status, answer, method, token.secret)
        return answer

    def ask_profiles(self, pages: Sequence[PageAsk], send: Send) -> list[ProfileAnswer]:
        """Find each page among the bot's chats."""
        listing = self._chats(send)
        return [_profile(page, listing) for page in pages]

    def ask_walls(self, asks: Sequence[WallAsk], send: Send) -> None:
        """Ask GET /messages once for each channel; there is no asking anew for single known posts."""
        for ask in asks:
            if ask.known:
                ask.posts_outcome = "not_planned"
            else:
                _wall(ask, self._chats(send), send)

    def expected_bytes(self, ask: WallAsk) -> int:
        """Posts that its history lets expect times what a message weighs."""
        return min(MESSAGES_PER_CALL, ask.page.expected_posts) * BYTES_PER_MESSAGE

    def read_link(self, segments: list[str]) -> PageLink:
        """Read the parts of a link's path."""
        return max_links.read_link(segments)

    def resolve(self, screen_names: Sequence[str], send: Send) -> dict[str, tuple[str | None, str]]:
        """A link's name is the only id that a page has before the bot is in it: nothing is asked."""
        return {name: (name.lower(), "resolved") for name in screen_names}

    def _chats(self, send: Send) -> _Listing:
        with self._listing:
            if send not in self._listings:
                self._listings[send] = _list_chats(send)
            return self._listings[send]


def _told(body: bytes) -> Any:
    try:
        return decode(body)
    except errors.CrawlError:
        return None


def _list_chats(send: Send) -> _Listing:
    """All chats of the bot. What goes wrong on the way is kept: what was listed before holds all the same."""
    found: list[Chat] = []
    doubt: errors.CrawlError | None = None
    markers: set[int | None] = set()
    marker: int | None = None
    try:
        while marker not in markers and len(found) < _MOST_CHATS:
            markers.add(marker)
            chats, marker, strange = read_chats(send("chats", _page_of_chats(marker)))
            doubt = doubt or strange
            found += chats
            if marker is None or not chats:
                return _Listing(by_link_name(found), doubt)
        raise errors.NotUnderstood("MAX chats: the list does not end", evidence=str(marker))
    except _TROUBLES as error:
        return _Listing(by_link_name(found), error)


def _page_of_chats(marker: int | None) -> dict[str, str]:
    return {"count": str(CHATS_PER_CALL)} | ({} if marker is None else {"marker": str(marker)})


def _profile(page: PageAsk, listing: _Listing) -> ProfileAnswer:
    chat = listing.chat_of(page)
    if isinstance(chat, errors.CrawlError):
        return failed_profile(page, chat)
    try:
        return read_chat(chat, page, clock.now())
    except errors.NotUnderstood as error:
        return failed_profile(page, error)


def _wall(ask: WallAsk, listing: _Listing, send: Send) -> None:
    chat = listing.chat_of(ask.page)
    if isinstance(chat, errors.CrawlError):
        failed_wall(ask, chat)
        return
    try:
        parameters = {
            "chat_id": str(chat_id(chat)),
            "from": str(next_from(ask, clock.now())),
            "to": str(first_wanted(ask)),
            "count": str(MESSAGES_PER_CALL),
        }
        read_messages(send("messages", parameters), ask, clock.now())
        ask.wall_posts_count = messages_count(chat, ask)
    except _TROUBLES as error:
        failed_wall(ask, error)
