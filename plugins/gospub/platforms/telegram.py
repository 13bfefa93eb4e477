"""Telegram: how to read channels without an account, by the pages that t.me shows to everybody.

A channel is known by its name (``t.me/<name>``, lower case): without an account there is no number to keep, so a
channel that takes another name is another channel here. Two kinds of pages are asked for: the card (``telegram_card``)
and the preview (``telegram_posts``). With a bot's token (core.telegram.org/bots/api) as the connection's password,
channels whose card shows no exact number of subscribers are counted by getChatMemberCount.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

import requests

from gospub import clock, errors
from gospub.access import Access, Limits, Token
from gospub.platforms import telegram_links
from gospub.platforms.base import Note, PageAsk, ProfileAnswer, Send, WallAsk
from gospub.platforms.failures import failed_profile, failed_wall
from gospub.platforms.fields import clean, evidence
from gospub.platforms.page_links import PageLink
from gospub.platforms.telegram_card import MOST_MEMBERS, read_card
from gospub.platforms.telegram_posts import read_preview
from gospub.platforms.transport import Reply, decode, get

CARD, PREVIEW, BOT_COUNT = "card", "preview", "getChatMemberCount"
LARGEST_PAGE = 4 * 1024 * 1024
_BOT_API = "https://api.telegram.org"
_BOT_TOKEN = re.compile(r"[0-9]{5,20}:[A-Za-z0-9_-]{20,}")
# t.me answers in the language asked for, and dislikes clients without a name.
_HEADERS = {"Accept-Language": "en", "User-Agent": "Mozilla/5.0 (compatible; gospub)", "Accept": "text/html"}
# When Telegram refuses without saying for how long, all calls rest so many times the first back-off: 15 s.
_PAUSE_IN_BACKOFFS = 30
_LONGEST_BOT_PAUSE = 60.0
_ABOUT_PAGE = (errors.GiveUpOnPage, errors.SplitBatch, errors.NotUnderstood, errors.OurBug, errors.RetryNow)


@dataclass(frozen=True)
class WebPage:
    """A page of t.me, and whether a bot may be asked for what it does not show."""

    html: bytes
    has_bot: bool = False


class Telegram:
    """The network Telegram."""

    platform = "telegram"
    link_hosts = telegram_links.HOSTS
    delivers = frozenset(
        {
            *("members_count", "name", "screen_name", "description", "is_verified", "has_avatar"),
            *("views_count", "is_views_rounded", "likes_count", "is_repost", "text_hash", "text_length"),
        }
    )
    leaves_out = frozenset({"description"})
    needs_token = False
    pages_per_shard = 500
    default_limits = Limits(calls_per_second=1, daily_quota={})
    profiles_per_batch = 1
    walls_per_batch = 1
    wall_method = PREVIEW

    def call(
        self, session: requests.Session, access: Access, token: Token, method: str, parameters: Mapping[str, str]
    ) -> Any:
        """Get a WebPage (``card``, ``preview``) or a number of subscribers (``getChatMemberCount``)."""
        bot = _bot_token(access, token)
        if method == BOT_COUNT:
            return _ask_bot(session, access, bot or "", parameters)
        return WebPage(_ask_web(session, access, method, parameters), has_bot=bot is not None)

    def ask_profiles(self, pages: Sequence[PageAsk], send: Send) -> list[ProfileAnswer]:
        """Ask for the card of each page."""
        return [_profile(page, send) for page in pages]

    def ask_walls(self, asks: Sequence[WallAsk], send: Send) -> None:
        """Ask for the next page of each preview; known posts alone would cost as much as the preview, so never."""
        for ask in asks:
            if ask.known:
                ask.posts_outcome, ask.observed_at = "not_planned", clock.now()
            else:
                _ask_wall(ask, send)

    def expected_bytes(self, ask: WallAsk) -> int:
        """Size of a preview's page of 20 messages."""
        return 250_000

    def read_link(self, segments: list[str]) -> PageLink:
        """Read the parts of a link's path."""
        return telegram_links.read_link(segments)

    def resolve(self, screen_names: Sequence[str], send: Send) -> dict[str, tuple[str | None, str]]:
        """A name is the id itself: nothing is asked; whether there is such a channel the card tells every night."""
        return {name: (name.lower(), "resolved") for name in screen_names}


def _profile(page: PageAsk, send: Send) -> ProfileAnswer:
    try:
        found: WebPage = send(CARD, {"name": page.native_id})
        answer = read_card(found.html, page, clock.now())
    except _ABOUT_PAGE as error:
        return failed_profile(page, error)
    if answer.outcome == "ok" and answer.facts["members_count"] is None and found.has_bot:
        return _counted_by_bot(answer, page, send)
    return answer


def _counted_by_bot(answer: ProfileAnswer, page: PageAsk, send: Send) -> ProfileAnswer:
    """The answer with the bot's count; when the bot fails, the card stands and a note says why it has no count."""
    facts, notes = dict(answer.facts), list(answer.notes)
    try:
        facts["members_count"] = send(BOT_COUNT, {"chat_id": f"@{page.native_id}"})
    except _ABOUT_PAGE as error:
        notes.append(Note("members_count", evidence(error.cause), error.reason))
    return ProfileAnswer(answer.page_id, answer.outcome, answer.observed_at, answer.reason, facts, notes)


def _ask_wall(ask: WallAsk, send: Send) -> None:
    where = {"before": ask.cursor} if ask.cursor else {}
    try:
        found: WebPage = send(PREVIEW, {"name": ask.page.native_id, **where})
        read_preview(found.html, ask, clock.now())
    except _ABOUT_PAGE as error:
        failed_wall(ask, error)


# --- the web -----------------------------------------------------------------------------------------------------


def _ask_web(session: requests.Session, access: Access, method: str, parameters: Mapping[str, str]) -> bytes:
    name = parameters["name"]
    address = f"{access.base_url}/{'s/' if method == PREVIEW else ''}{quote(name, safe='')}"
    where = {"before": parameters["before"]} if "before" in parameters else {}
    reply = get(session, access, address, where, _HEADERS, LARGEST_PAGE)
    if reply.status == 429:
        pause = _PAUSE_IN_BACKOFFS * access.limits.backoff_seconds
        raise errors.WaitThenRetry("Telegram: HTTP 429", seconds=pause, reason="http_429")
    if method == PREVIEW and 300 <= reply.status < 400 and _leads_to_card(reply, address, name):
        raise errors.GiveUpOnPage("Telegram: no preview of the channel", "no_access", "no_preview")
    if reply.status != 200:
        raise errors.RetryNow(f"Telegram: HTTP {reply.status}", reason=f"http_{reply.status}")
    return _whole(reply.body)


def _leads_to_card(reply: Reply, address: str, name: str) -> bool:
    """Whether a redirect leads from the preview to the card of the same name, and not to a stranger's login page."""
    try:
        path = urlsplit(urljoin(address, reply.headers.get("Location", ""))).path
    except ValueError:
        return False
    *before, last = path.strip("/").split("/")
    return last.lower() == name.lower() and before[-1:] != ["s"]


def _whole(html: bytes) -> bytes:
    """The page if it is Telegram's and came to its end: half a page would pass for a channel with fewer posts."""
    if b"tgme_" not in html:
        raise errors.RetryNow("the answer is no page of Telegram", reason="html_answer")
    if b"</html>" not in html[-4096:].lower():
        raise errors.RetryNow("the page has no end", reason="cut_answer")
    return html


# --- the Bot API -------------------------------------------------------------------------------------------------


def _bot_token(access: Access, token: Token) -> str | None:
    """The bot's token; None without one. Raises ConfigurationError for a password that is something else."""
    if " " in token.secret:  # stands for our address, not for an account
        return None
    if len(access.tokens) > 1:
        raise errors.ConfigurationError(
            "connection gospub_telegram has several tokens",
            "Leave one: the pace of its web pages is a limit of our address, which more tokens would break",
        )
    if not _BOT_TOKEN.fullmatch(token.secret):
        raise errors.ConfigurationError(
            "the password of connection gospub_telegram is not a bot's token",
            "Leave it empty, or copy the token from @BotFather once more: digits, a colon, letters",
        )
    return token.secret


def _ask_bot(session: requests.Session, access: Access, bot: str, parameters: Mapping[str, str]) -> int:
    """getChatMemberCount; its token stands in the path, so no error may tell the address."""
    base_url = str(access.options.get("bot_base_url") or _BOT_API).rstrip("/")
    reply = get(session, access, f"{base_url}/bot{bot}/{BOT_COUNT}", parameters, {"Accept": "application/json"})
    said = decode(reply.body)
    if not isinstance(said, dict):
        raise errors.NotUnderstood("Telegram Bot API: not an envelope", evidence=evidence(said))
    count = said.get("result")
    if said.get("ok") is True and type(count) is int and 0 <= count <= MOST_MEMBERS:
        return count
    raise _bot_error(said, bot)


def _bot_error(said: Mapping[str, Any], bot: str) -> errors.CrawlError:
    """What the Bot API's refusal means for the one count that was wanted; the pages of the web go on without it."""
    code = said.get("error_code")
    told = clean(str(said.get("description"))).replace(bot, "***")[:200]
    text = f"Telegram Bot API: error {evidence(code)}: {told}"
    if code == 429:
        parameters = said.get("parameters")
        seconds = parameters.get("retry_after") if isinstance(parameters, Mapping) else None
        if type(seconds) is int and 0 <= seconds <= _LONGEST_BOT_PAUSE:
            return errors.WaitThenRetry(text, seconds=seconds, reason="bot_429")
        return errors.OurBug(text, reason="bot_429")  # web pages need not wait for hours because a bot must
    if code == 401:
        return errors.OurBug(text, "Is the password of connection gospub_telegram right?", reason="bot_401")
    if code in (400, 403):
        return errors.GiveUpOnPage(text, "no_access", f"bot_{code}")
    return errors.NotUnderstood(text, evidence=evidence(text))
