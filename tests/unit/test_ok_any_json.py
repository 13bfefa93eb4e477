"""Whatever JSON OK sends, reading it gives facts or NotUnderstood, and only what Postgres can keep."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from gospub.errors import GospubError, NotUnderstood
from gospub.platforms.ok import _GROUP_FIELDS
from gospub.platforms.ok_answers import read_feed, read_groups, read_members, read_post, read_resolution, read_topics
from gospub.platforms.ok_errors import read_reply
from gospub.platforms.transport import Reply
from tests.unit.ok_replies import FIRST, pages, wall
from tests.unit.test_vk_any_json import JSON, TEXT, keepable, told
from tests.unit.vk_replies import MOMENT

UIDS = st.sampled_from([str(FIRST + 1), FIRST + 2]) | JSON
GROUPS = JSON | st.lists(told(_GROUP_FIELDS.split(","), uid=UIDS) | JSON)
DATES = (
    st.sampled_from(["2026-11-20 10:00:00", "2026-11-20T10:00:00+25:00", "0001-01-01", "9999-12-31 23:59:59"]) | TEXT
)
MESSAGES = st.sampled_from(["{media_topic:1}x", "{media_topic:99999999999999999999}", "{media_topic:}"]) | TEXT
ITEMS = st.lists(told(["pinned"], date=DATES | JSON, message=MESSAGES | JSON) | JSON, max_size=5)
FEEDS = JSON | st.fixed_dictionaries({}, optional={"feeds": ITEMS | JSON, "anchor": TEXT | JSON})
TOPIC_KEYS = ["views_count", "like_summary", "discussion_summary", "reshare_summary", "media"]
TIMES = st.integers(1_790_000_000_000, 1_800_000_000_000) | st.integers(0, 2**63) | st.just(2**49) | JSON
MEDIA = st.lists(told(["reshare"], type=st.sampled_from(["text", "topic"]) | JSON, text=TEXT | JSON) | JSON)
TOPICS = st.lists(
    told(TOPIC_KEYS, id=st.sampled_from(["1", 2]) | JSON, created_ms=TIMES, media=MEDIA) | JSON, max_size=5
)


@settings(deadline=None)
@given(GROUPS | st.fixed_dictionaries({"groups": GROUPS}))
def test_any_answer_about_groups_gives_answers_or_is_not_understood(answer: Any):
    with contextlib.suppress(NotUnderstood):
        for found in read_groups(answer, pages(2), MOMENT):
            assert "\\u0000" not in orjson.dumps(found.facts).decode()  # refuses half pairs as well
            keepable(list(found.notes))


@settings(deadline=None)
@given(FEEDS)
def test_any_feed_names_topics_or_is_not_understood(answer: Any):
    ask = wall()
    with contextlib.suppress(NotUnderstood):
        feed = read_feed(answer, ask)
        assert all(0 < topic_id < 2**63 for topic_id in feed.topics)
    keepable(ask.notes)


@settings(deadline=None)
@given(JSON | st.fixed_dictionaries({"media_topics": TOPICS | JSON}))
def test_any_topics_give_posts_or_are_not_understood(answer: Any):
    ask = wall()
    with contextlib.suppress(NotUnderstood):
        for topic_id, topic in read_topics(answer, [1, 2]).items():
            read_post(topic_id, topic, ask, False, MOMENT)
    keepable(ask.notes)
    for post_id, post in ask.posts.items():
        assert post_id in (1, 2)
        assert ask.since <= post.published_at <= MOMENT
        assert all(n is None or 0 <= n < 2**31 for n in (post.views_count, post.likes_count, post.comments_count))


@given(JSON | told(["type", "objectId", "objectIdStr", "counters"]))
def test_any_answer_about_an_address_or_numbers_is_read_or_left_alone(answer: Any):
    members, resolution = read_members(answer), read_resolution(answer)
    assert members is None or 0 <= members <= 50_000_000
    assert resolution is None or resolution[0] is None or resolution[0].isdecimal()


@given(st.binary(max_size=60) | JSON.map(lambda value: orjson.dumps(repr(value))), TEXT)
def test_any_body_and_header_are_an_answer_or_a_verdict_without_our_secrets(body: bytes, header: str):
    with contextlib.suppress(GospubError):
        read_reply(Reply(200, {"invocation-error": header}, body), "group.getInfo", ("s3cret",))


@given(told(["error_code", "error_msg", "error_data"], error_code=JSON))
def test_any_error_has_a_verdict(error: dict[str, Any]):
    body = json.dumps(error).encode()
    with contextlib.suppress(GospubError):
        read_reply(Reply(200, {}, body), "group.getInfo", ("s3cret",))
