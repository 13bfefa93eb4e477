"""OK (Odnoklassniki): how to ask it.

Facts: apiok.ru (methods, signature, errors); stream.get and the fields gos_org and feed.pinned as public clients use
them. A wall takes one stream.get, which lists posts without their numbers, and mediatopic.getByIds for the numbers,
a hundred topics a call whatever groups they are of: so the topics of a whole batch of walls are asked for together.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import requests

from gospub import clock, errors
from gospub.access import Access, Limits, Token
from gospub.columns import POST_FACTS, POST_METRICS, PROFILE_FACTS, names
from gospub.platforms import ok_links
from gospub.platforms.base import PageAsk, ProfileAnswer, Send, WallAsk
from gospub.platforms.batching import ask_in_halves
from gospub.platforms.failures import failed_profile, failed_wall
from gospub.platforms.ok_answers import (
    Feed,
    read_feed,
    read_groups,
    read_members,
    read_post,
    read_resolution,
    read_topics,
)
from gospub.platforms.ok_errors import read_reply
from gospub.platforms.page_links import PageLink
from gospub.platforms.transport import post

GROUPS_PER_CALL = 100
TOPICS_PER_CALL = 100
FEED_PER_CALL = 100
_MOST_ROUNDS = 60
_PATIENCE = 8
_COUNTERS_PER_BATCH = 10
_GROUP_FIELDS = (
    "uid,name,description,shortname,members_count,city,address,phone,homepage_url,gos_org,premium,private,access_type,"
    "blocked,disable_reason,main_photo,cover,mobile_cover"
)
_FEED_FIELDS = "feed.*"
_TOPIC_FIELDS = (
    "media_topic.ID,media_topic.CREATED_MS,media_topic.OWNER_REF,media_topic.MEDIA,media_topic.MEDIA_TYPE,"
    "media_topic.MEDIA_TEXT,media_topic.LIKE_SUMMARY,media_topic.RESHARE_SUMMARY,media_topic.DISCUSSION_SUMMARY,"
    "media_topic.VIEWS_COUNT"
)
_NOT_DELIVERED = {
    "status_text",
    "activity",
    "trust_mark",
    "is_wall_open",
    "menu_items",
    "app_buttons",
    "pos_links",
    "installed_apps_count",
    "stated_ogrn",
    "is_views_rounded",
    "is_ad",
}
_PASSED_ON = (errors.GiveUpOnPage, errors.SplitBatch, errors.NotUnderstood, errors.OurBug, errors.RetryNow)


def signature(parameters: Mapping[str, str], token: str, application_secret_key: str) -> str:
    """The parameter ``sig``: MD5 over the sorted parameters and MD5(token + secret key), as apiok.ru/dev/methods says.

    ``access_token``, ``session_key`` and ``sig`` itself are left out.
    """
    session_secret = _md5(token + application_secret_key)
    signed = {key: value for key, value in parameters.items() if key not in ("access_token", "session_key", "sig")}
    return _md5("".join(f"{key}={value}" for key, value in sorted(signed.items())) + session_secret)


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


class Ok:
    """The network OK."""

    platform = "ok"
    link_hosts = ok_links.HOSTS
    delivers = frozenset(names(PROFILE_FACTS + POST_METRICS + POST_FACTS)) - _NOT_DELIVERED
    leaves_out = frozenset({"screen_name", "description"})
    needs_token = True
    pages_per_shard = 300
    # OK publishes no rate; public crawlers pause. Few in flight, because a batch of walls is many calls.
    default_limits = Limits(calls_per_second=3, daily_quota={}, in_flight=6)
    profiles_per_batch = GROUPS_PER_CALL
    walls_per_batch = 50
    wall_method = "stream.get"

    def call(
        self, session: requests.Session, access: Access, token: Token, method: str, parameters: Mapping[str, str]
    ) -> Any:
        """Call a method; raises ConfigurationError when the connection lacks the application's keys."""
        application_key, secret_key = _keys(access)
        form = {"application_key": application_key, "format": "json", "method": method, **parameters}
        form |= {"sig": signature(form, token.secret, secret_key), "access_token": token.secret}
        reply = post(session, access, f"{access.base_url}/fb.do", form, {})
        return read_reply(reply, method, (token.secret, secret_key))

    def ask_profiles(self, pages: Sequence[PageAsk], send: Send) -> list[ProfileAnswer]:
        """Ask group.getInfo for up to 100 pages; one that is missing from the answer is asked alone.

        Members that the answer left out are asked for by group.getCounters, unless so many are missing that the
        network has changed its answers.
        """
        answers = {
            answer.page_id: answer
            for answer in ask_in_halves(pages, lambda some: _profiles(some, send), failed_profile)
        }
        for page in pages:
            if page.page_id not in answers:
                found = ask_in_halves([page], lambda one: _profile_alone(one[0], send), failed_profile)
                answers[page.page_id] = found[0]
        uncounted = [page for page in pages if _lacks_members(answers[page.page_id])]
        if len(uncounted) <= _COUNTERS_PER_BATCH:
            for page in uncounted:
                answers[page.page_id] = _with_members(answers[page.page_id], page, send)
        return [answers[page.page_id] for page in pages]

    def ask_walls(self, asks: Sequence[WallAsk], send: Send) -> None:
        """List the topics of each wall, then ask for the topics of all of them together."""
        wanted = _list_topics(asks, send)
        topics = _fetch_topics([topic_id for topic_ids in wanted.values() for topic_id in topic_ids], send)
        for ask in asks:
            if not ask.is_done:
                _take_topics(ask, wanted[ask.page.page_id], topics)

    def expected_bytes(self, ask: WallAsk) -> int:
        """Nothing to pack by: no answer holds more than one wall's list or a hundred topics."""
        return 0

    def read_link(self, segments: list[str]) -> PageLink:
        """Read the parts of a link's path."""
        return ok_links.read_link(segments)

    def resolve(self, screen_names: Sequence[str], send: Send) -> dict[str, tuple[str | None, str]]:
        """Ask url.getInfo for each name."""
        found = {name: _resolution(name, send) for name in screen_names}
        return {name: resolution for name, resolution in found.items() if resolution}


def _keys(access: Access) -> tuple[str, str]:
    keys = access.options.get("login"), access.options.get("application_secret_key")
    if not all(isinstance(key, str) and key for key in keys):
        raise errors.ConfigurationError(
            "connection gospub_ok lacks the application's keys",
            "Its login is the public application key, its extra holds application_secret_key",
        )
    return str(keys[0]), str(keys[1])


def _resolution(name: str, send: Send) -> tuple[str | None, str] | None:
    try:
        return read_resolution(send("url.getInfo", {"url": f"https://ok.ru/{name}"}))
    except errors.GiveUpOnPage as error:
        return (None, "unknown_name") if error.outcome == "not_found" else None
    except _PASSED_ON:
        return None


# --- profiles --------------------------------------------------------------------------------------------------------


def _profiles(pages: Sequence[PageAsk], send: Send) -> list[ProfileAnswer]:
    answer = send("group.getInfo", {"uids": ",".join(page.native_id for page in pages), "fields": _GROUP_FIELDS})
    return read_groups(answer, pages, clock.now())


def _profile_alone(page: PageAsk, send: Send) -> list[ProfileAnswer]:
    absent = ProfileAnswer(page.page_id, "not_found", clock.now(), "absent_when_asked_alone")
    return _profiles([page], send) or [absent]


def _lacks_members(answer: ProfileAnswer) -> bool:
    return answer.outcome == "ok" and answer.facts.get("members_count") is None


def _with_members(answer: ProfileAnswer, page: PageAsk, send: Send) -> ProfileAnswer:
    try:
        members = read_members(send("group.getCounters", {"group_id": page.native_id, "counterTypes": "members"}))
    except _PASSED_ON:
        return answer  # the number stays unknown; everything else is known
    facts = {**answer.facts, "members_count": members}
    return ProfileAnswer(answer.page_id, answer.outcome, answer.observed_at, answer.reason, facts, answer.notes)


# --- walls -----------------------------------------------------------------------------------------------------------


def _list_topics(asks: Sequence[WallAsk], send: Send) -> dict[int, dict[int, bool]]:
    """By page, the ids of topics to ask for; walls that cannot be listed are closed.

    A network that has changed its answers, or refuses our request as such, is not asked for every wall in turn.
    """
    wanted: dict[int, dict[int, bool]] = {}
    strange: list[errors.CrawlError] = []
    for ask in asks:
        try:
            if len(strange) >= _PATIENCE and not ask.known:
                raise strange[-1]
            wanted[ask.page.page_id] = _topics_of(ask, send)
        except _PASSED_ON as error:
            if isinstance(error, errors.NotUnderstood | errors.OurBug):
                strange.append(error)
            failed_wall(ask, error)
    return wanted


def _topics_of(ask: WallAsk, send: Send) -> dict[int, bool]:
    """Ids of the wall's topics that may be of the window, and whether each is pinned; known ones need no listing."""
    if ask.known:
        return dict.fromkeys(ask.known, False)
    topics: dict[int, bool] = {}
    for _ in range(_MOST_ROUNDS):
        feed = _feed(ask, send)
        is_over = feed.anchor in (None, ask.cursor) or feed.is_older_than_asked or feed.topics.keys() <= topics.keys()
        topics = feed.topics | topics
        if is_over:
            return topics
        ask.cursor = feed.anchor
    raise errors.NotUnderstood(f"OK stream.get: no end after {len(topics)} posts")


def _feed(ask: WallAsk, send: Send) -> Feed:
    asked = {"gid": ask.page.native_id, "patterns": "POST", "count": str(FEED_PER_CALL), "fields": _FEED_FIELDS}
    return read_feed(send("stream.get", asked | ({"anchor": ask.cursor} if ask.cursor else {})), ask)


Topics = dict[int, Mapping[str, Any] | errors.CrawlError | None]


def _fetch_topics(topic_ids: Sequence[int], send: Send) -> Topics:
    """Each topic, None for one that OK twice leaves out (it is gone or hidden), or the error that it met alone."""
    found = _ask_topics(list(dict.fromkeys(topic_ids)), send)
    missing = [topic_id for topic_id, topic in found.items() if topic is None]
    return found | _ask_topics(missing, send)


def _ask_topics(topic_ids: Sequence[int], send: Send) -> Topics:
    def ask(some: Sequence[int]) -> list[tuple[int, Any]]:
        asked = {"topic_ids": ",".join(map(str, some)), "media_limit": "10", "fields": _TOPIC_FIELDS}
        found = read_topics(send("mediatopic.getByIds", asked), some)
        return [(topic_id, found.get(topic_id)) for topic_id in some]

    chunks = [topic_ids[start : start + TOPICS_PER_CALL] for start in range(0, len(topic_ids), TOPICS_PER_CALL)]
    return dict(pair for chunk in chunks for pair in ask_in_halves(chunk, ask, lambda one, error: (one, error)))


def _take_topics(ask: WallAsk, wanted: Mapping[int, bool], topics: Topics) -> None:
    """Read the wall's topics; it is measured only if each of them was answered, one way or the other.

    A topic that OK refuses is a hidden post; a group whose every topic is refused has closed its wall.
    """
    ask.observed_at = clock.now()
    told = [(topic_id, topics[topic_id]) for topic_id in wanted]
    refused = [topic for _, topic in told if isinstance(topic, errors.GiveUpOnPage)]
    failed = [topic for _, topic in told if isinstance(topic, errors.CrawlError) and topic not in refused]
    restricted = [topic for topic in refused if topic.outcome != "not_found"] if len(refused) == len(told) else []
    for error in (failed + restricted)[:1]:
        failed_wall(ask, error)
        return
    for topic_id, topic in told:
        if isinstance(topic, Mapping):
            read_post(topic_id, topic, ask, wanted[topic_id], ask.observed_at)
    ask.posts_outcome, ask.reason = ("not_planned", "refreshed") if ask.known else ("measured", None)
