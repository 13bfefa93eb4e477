"""Whatever JSON a network sends, reading it gives facts or NotUnderstood, and only what Postgres can keep."""

from __future__ import annotations

import contextlib
from typing import Any

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from gospub.errors import NotUnderstood
from gospub.platforms.base import Note
from gospub.platforms.vk import FIELDS
from gospub.platforms.vk_answers import read_groups, read_wall
from tests.unit.vk_replies import MOMENT, pages, wall

TEXT = st.text(st.characters(), max_size=12)  # half pairs and control characters too
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64) | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT | st.sampled_from(["count", "url"]), inner),
    max_leaves=8,
)
GROUP_KEYS = ["id", "name", "screen_name", "is_closed", "deactivated", "deactivated_type", *FIELDS.split(",")]
POST_KEYS = [
    "views",
    "likes",
    "comments",
    "reposts",
    "is_pinned",
    "is_deleted",
    "copy_history",
    "marked_as_ads",
    "text",
]
MENU = st.fixed_dictionaries({}, optional={"items": JSON | st.lists(st.dictionaries(st.just("url"), TEXT | JSON))})


def told(keys: list[str], **more: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional={**dict.fromkeys(keys, JSON), **more})


GROUPS = JSON | st.lists(
    told(GROUP_KEYS, id=st.sampled_from([200_000_001, 200_000_002]) | JSON, menu=MENU | JSON) | JSON
)
DATES = st.integers(0, 2**41) | st.integers(1_790_000_000, 1_800_000_000)
POSTS = st.lists(told(POST_KEYS, id=st.integers(-1, 2**64) | JSON, date=DATES | JSON) | JSON, max_size=5)


def keepable(notes: list[Note]) -> None:
    for note in notes:
        for text in (note.field, note.value, note.reason):
            assert "\x00" not in text
            text.encode("utf-8")
        assert len(note.value) <= 200


@settings(deadline=None)
@given(GROUPS | st.fixed_dictionaries({"groups": GROUPS}))
def test_any_answer_about_groups_gives_answers_or_is_not_understood(answer: Any):
    with contextlib.suppress(NotUnderstood):
        for found in read_groups(answer, pages(2), MOMENT):
            orjson.dumps(found.facts)  # refuses half pairs
            assert "\\u0000" not in orjson.dumps(found.facts).decode()
            keepable(list(found.notes))


@settings(deadline=None)
@given(st.lists(JSON | st.fixed_dictionaries({"items": POSTS}, optional={"count": JSON}), max_size=3))
def test_any_answers_about_a_wall_give_posts_or_are_not_understood(answers: list[Any]):
    ask = wall()
    with contextlib.suppress(NotUnderstood):
        for answer in answers:
            read_wall(answer, ask, MOMENT)
    keepable(ask.notes)
    for post_id, post in ask.posts.items():
        assert post_id == post.post_id < 2**63
        assert ask.since <= post.published_at <= MOMENT
        assert all(n is None or 0 <= n < 2**31 for n in (post.views_count, post.likes_count, post.comments_count))
