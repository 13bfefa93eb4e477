"""VK: how to ask it.

Facts: dev.vk.com (API requests, execute, groups.getById, wall.get, data limits), VKCOM/vk-api-schema 5.199.93, and
for is_government_organization, trust_mark, menu and app buttons the fields that VK's Android client reads.
Errors come with HTTP 200: ``vk_errors`` says what they mean, ``vk_answers`` reads the rest.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import requests

from gospub import clock, errors
from gospub.access import Access, Limits, Token
from gospub.columns import POST_FACTS, POST_METRICS, PROFILE_FACTS, WALL_FACTS, names
from gospub.platforms import vk_links
from gospub.platforms.base import PageAsk, ProfileAnswer, Send, WallAsk
from gospub.platforms.batching import ask_in_halves
from gospub.platforms.failures import failed_profile, failed_wall
from gospub.platforms.fields import evidence
from gospub.platforms.page_links import PageLink
from gospub.platforms.transport import post_form
from gospub.platforms.vk_answers import KNOWN_POSTS_PER_CALL, read_groups, read_known_posts, read_wall
from gospub.platforms.vk_errors import inner_errors, refuse_token_trouble, verdict, without

API_VERSION = "5.199"
CALLS_PER_EXECUTE = 25
POSTS_PER_CALL = 100
BYTES_PER_POST = 4_600
FEWEST_POSTS = 20
_PATIENCE = 3
FIELDS = (
    "members_count,description,status,site,activity,city,is_government_organization,trust_mark,verified,has_photo,"
    "cover,wall,contacts,addresses,menu,app_button,app_buttons,installed_apps_count,ogrn"
)


class Vk:
    """The network VK."""

    platform = "vk"
    link_hosts = vk_links.HOSTS
    delivers = frozenset(names(PROFILE_FACTS + WALL_FACTS + POST_METRICS + POST_FACTS)) - {"is_views_rounded"}
    leaves_out: frozenset[str] = frozenset()
    needs_token = True
    pages_per_shard = 300
    default_limits = Limits(
        calls_per_second=3, daily_quota={"wall.get": 5000, "wall.search": 1000, "newsfeed.search": 1000}
    )
    profiles_per_batch = 500
    walls_per_batch = CALLS_PER_EXECUTE
    wall_method = "wall.get"

    def call(
        self, session: requests.Session, access: Access, token: Token, method: str, parameters: Mapping[str, str]
    ) -> Any:
        """Call a method; gives what ``response`` holds, for ``execute`` that and the CrawlErrors of its calls."""
        url = f"{access.base_url}/method/{method}"
        form = {"v": API_VERSION, "lang": "ru", **parameters}
        envelope = post_form(session, access, url, form, {"Authorization": f"Bearer {token.secret}"})
        if not isinstance(envelope, dict):
            raise errors.NotUnderstood(f"VK {method}: not an envelope", evidence=evidence(envelope))
        if isinstance(error := envelope.get("error"), dict):
            raise verdict(error.get("error_code"), without(token.secret, error.get("error_msg")), method)
        if envelope.get("response") is None:
            raise errors.NotUnderstood(f"VK {method}: no response in the answer", evidence=evidence(envelope))
        if method != "execute":
            return envelope["response"]
        told = inner_errors(envelope.get("execute_errors"), token.secret)
        refuse_token_trouble(told)
        return {"response": envelope["response"], "errors": told}

    def ask_profiles(self, pages: Sequence[PageAsk], send: Send) -> list[ProfileAnswer]:
        """Ask groups.getById for up to 500 pages; one that is missing from the answer is asked alone."""
        answers = {
            answer.page_id: answer
            for answer in ask_in_halves(pages, lambda some: _profiles(some, send), failed_profile)
        }
        missing = [page for page in pages if page.page_id not in answers]
        for start in range(0, len(missing), CALLS_PER_EXECUTE):
            some = missing[start : start + CALLS_PER_EXECUTE]
            for answer in ask_in_halves(some, lambda few: _profiles_alone(few, send), failed_profile):
                answers[answer.page_id] = answer
        return [answers[page.page_id] for page in pages]

    def ask_walls(self, asks: Sequence[WallAsk], send: Send) -> None:
        """Ask wall.get, or wall.getById for known posts, once for each wall: 25 in one execute if the token may."""
        ask_in_halves(asks, lambda some: _walls(some, send), failed_wall)

    def expected_bytes(self, ask: WallAsk) -> int:
        """Posts asked for times what a real post weighs (2.4 to 4.6 KB on average, as recorded)."""
        return _count(ask) * BYTES_PER_POST

    def read_link(self, segments: list[str]) -> PageLink:
        """Read the parts of a link's path."""
        return vk_links.read_link(segments)

    def resolve(self, screen_names: Sequence[str], send: Send) -> dict[str, tuple[str | None, str]]:
        """Ask utils.resolveScreenName; nothing found is answered with an empty list."""
        calls = [("utils.resolveScreenName", {"screen_name": name}) for name in screen_names]
        answers = ask_in_halves(calls, lambda some: _many(some, send), lambda _, error: error)
        found = {name: _resolution(answer) for name, answer in zip(screen_names, answers, strict=True)}
        return {name: resolution for name, resolution in found.items() if resolution}


def _resolution(answer: Any) -> tuple[str | None, str] | None:
    """None = not answered: ask again another night."""
    if isinstance(answer, errors.GiveUpOnPage) or answer == []:
        return None, "unknown_name"
    if not isinstance(answer, Mapping) or not isinstance(native_id := answer.get("object_id"), int):
        return None
    if answer.get("type") in ("group", "page", "event"):
        return str(native_id), "resolved"
    return None, "not_a_community"


# --- execute: many calls in one ------------------------------------------------------------------------------------

Call = tuple[str, dict[str, Any]]


def _many(calls: Sequence[Call], send: Send) -> list[Any]:
    """Answers or CrawlErrors of up to 25 calls, by one execute, or one by one if the token may not."""
    if send.can_execute and len(calls) > 1:
        try:
            return _execute(calls, send)
        except errors.NoExecute:
            pass  # the caller remembers it of this token
    return [_one(call, send) for call in calls]


def _one(call: Call, send: Send) -> Any:
    method, parameters = call
    try:
        return send(method, {key: str(value) for key, value in parameters.items()})
    except (errors.GiveUpOnPage, errors.SplitBatch, errors.NotUnderstood, errors.OurBug, errors.RetryNow) as error:
        return error


def _execute(calls: Sequence[Call], send: Send) -> list[Any]:
    """One execute; in the place of the n-th ``false`` stands the n-th error.

    Unless there are as many errors as failed calls, nobody knows which belongs to which: those calls then bear an
    error that is about no page, because a stranger's error would be a wrong fact.
    """
    code = ",".join(f"API.{method}({json.dumps(parameters, separators=(',', ':'))})" for method, parameters in calls)
    cost: dict[str, int] = {"execute": 1}
    for method, _ in calls:
        cost[method] = cost.get(method, 0) + 1
    envelope = send("execute", {"code": f"return [{code}];"}, cost)
    answers = envelope["response"]
    if not isinstance(answers, list) or len(answers) != len(calls):
        raise errors.NotUnderstood("VK execute: not one answer per call", evidence=evidence(answers))
    untold = errors.RetryNow("VK execute: a call failed without saying why", reason="untold_error")
    is_told = len(envelope["errors"]) == sum(answer is False for answer in answers)
    told = iter(envelope["errors"] if is_told else ())
    return [next(told, untold) if answer is False else answer for answer in answers]


# --- profiles --------------------------------------------------------------------------------------------------------


def _profiles(pages: Sequence[PageAsk], send: Send) -> list[ProfileAnswer]:
    answer = send("groups.getById", {"group_ids": ",".join(page.native_id for page in pages), "fields": FIELDS})
    return read_groups(answer, pages, clock.now())


def _profiles_alone(pages: Sequence[PageAsk], send: Send) -> list[ProfileAnswer]:
    calls = [("groups.getById", {"group_ids": page.native_id, "fields": FIELDS}) for page in pages]
    answers = _many(calls, send)
    if len(calls) > 1:
        # What failed in passing among others has had no other try yet.
        answers = [
            _one(call, send) if isinstance(answer, errors.RetryNow | errors.WaitThenRetry) else answer
            for call, answer in zip(calls, answers, strict=True)
        ]
    return [_read_alone(answer, page) for answer, page in zip(answers, pages, strict=True)]


def _read_alone(answer: Any, page: PageAsk) -> ProfileAnswer:
    if isinstance(answer, errors.CrawlError):
        return failed_profile(page, answer)
    try:
        found = read_groups(answer, [page], clock.now())
    except errors.NotUnderstood as error:
        return failed_profile(page, error)
    return found[0] if found else ProfileAnswer(page.page_id, "not_found", clock.now(), "absent_when_asked_alone")


# --- walls -----------------------------------------------------------------------------------------------------------


def _count(ask: WallAsk) -> int:
    """Posts to ask for next, with room to grow: at first by the page's history, then by what was seen so far."""
    if ask.known:
        return min(KNOWN_POSTS_PER_CALL, len(ask.known) - ask.offset)
    expected = _remaining_posts(ask) if ask.offset else ask.page.expected_posts
    return min(POSTS_PER_CALL, max(FEWEST_POSTS, expected * 5 // 4 + 5))


def _remaining_posts(ask: WallAsk) -> int:
    """Posts that are left until ``ask.since`` if the page went on posting as often as in what was seen."""
    if not ask.posts or not ask.observed_at:
        return POSTS_PER_CALL
    oldest = min(post.published_at for post in ask.posts.values())
    seen, left = ask.observed_at - oldest, oldest - ask.since
    return round(len(ask.posts) * (left / seen)) if seen.total_seconds() > 0 else POSTS_PER_CALL


def _walls(asks: Sequence[WallAsk], send: Send) -> list[WallAsk]:
    answers = _many([_wall_call(ask) for ask in asks], send)
    for ask, answer in zip(asks, answers, strict=True):
        _take_wall(ask, answer)
    return list(asks)


def _take_wall(ask: WallAsk, answer: Any) -> None:
    if isinstance(answer, errors.RetryNow | errors.WaitThenRetry) and ask.failures < _PATIENCE:
        ask.failures += 1  # it failed among others that did not: it stays open for a next round
    elif isinstance(answer, errors.CrawlError):
        failed_wall(ask, answer)
    else:
        try:
            (read_known_posts if ask.known else read_wall)(answer, ask, clock.now())
        except errors.NotUnderstood as error:
            failed_wall(ask, error)


def _wall_call(ask: WallAsk) -> Call:
    owner = -int(ask.page.native_id)
    if ask.known:
        wanted = ask.known[ask.offset : ask.offset + KNOWN_POSTS_PER_CALL]
        return "wall.getById", {"posts": ",".join(f"{owner}_{post_id}" for post_id in wanted)}
    return "wall.get", {"owner_id": owner, "count": _count(ask), "offset": ask.offset}
