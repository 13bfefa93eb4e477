"""Whatever JSON MAX sends, reading it gives facts or a verdict, and only what Postgres can keep."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from gospub import clock, errors
from gospub.platforms.base import Note
from gospub.platforms.max_answers import MESSAGES_PER_CALL
from gospub.platforms.max_errors import verdict
from gospub.platforms.max_messenger import MaxMessenger
from tests.unit.max_replies import page, wall_of_today
from tests.unit.vk_replies import Line

SECRET = "max-bot-S3cr3t"
TEXT = st.text(st.characters(), max_size=12)  # half pairs and control characters too
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64) | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
LINKS = st.sampled_from(["https://max.ru/one", "https://max.ru/TWO/", "https://max.ru/join/x", "max.ru", "//"])


def told(keys: list[str], **more: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional={**dict.fromkeys(keys, JSON), **more})


CHATS = st.lists(
    told(
        ["title", "icon", "participants_count", "is_public", "description", "messages_count", "type"],
        chat_id=st.integers(-(2**63), 2**63) | JSON,
        status=st.sampled_from(["active", "left", "removed", "closed", "suspended"]) | JSON,
        link=LINKS | JSON,
    )
    | JSON,
    max_size=4,
)
CHAT_ANSWERS = JSON | st.fixed_dictionaries(
    {"chats": CHATS | JSON}, optional={"marker": st.none() | st.integers() | JSON}
)
BODIES = told(["text", "mid"], seq=st.integers(-1, 2**64) | JSON)
MESSAGES = st.lists(
    told(["sender", "url"], body=BODIES | JSON, timestamp=st.integers(-1, 2**45) | JSON, stat=told(["views"]) | JSON,
         link=told(["type"]) | JSON) | JSON,
    max_size=3,
)  # fmt: skip
MESSAGE_ANSWERS = JSON | st.fixed_dictionaries({"messages": MESSAGES | MESSAGES.map(lambda m: m * MESSAGES_PER_CALL)})


def keepable(notes: list[Note]) -> None:
    for note in notes:
        for text in (note.field, note.value, note.reason):
            assert "\x00" not in text
            text.encode("utf-8")
        assert len(note.value) <= 200


@settings(deadline=None)
@given(st.lists(CHAT_ANSWERS, min_size=1, max_size=3))
def test_any_list_of_chats_gives_an_answer_for_every_page(answers: list[Any]):
    rest = iter(answers)
    line = Line(lambda *_: next(rest, {"chats": []}))
    for found in MaxMessenger().ask_profiles([page("one", 1), page("two", 2), page("three", 3)], line):
        assert found.outcome in ("ok", "closed", "deleted", "no_access", "failed")
        assert (found.outcome == "ok") == (found.reason is None)
        orjson.dumps(found.facts)  # refuses half pairs
        assert "\\u0000" not in orjson.dumps(found.facts).decode()
        keepable(list(found.notes))


@settings(deadline=None)
@given(st.lists(MESSAGE_ANSWERS, max_size=3), CHATS)
def test_any_answers_about_a_channel_give_posts_or_say_why_not(answers: list[Any], chats: list[Any]):
    rest = iter(answers)
    line = Line(lambda method, _: {"chats": chats} if method == "chats" else next(rest, {"messages": []}))
    ask, network = wall_of_today("one"), MaxMessenger()
    while not ask.is_done:
        network.ask_walls([ask], line)
    assert (ask.posts_outcome == "measured") == (ask.reason is None)
    keepable(ask.notes)
    for post_id, post in ask.posts.items():
        assert post_id == post.post_id < 2**63
        assert ask.since <= post.published_at <= clock.now()
        assert post.views_count is None or 0 <= post.views_count < 2**31


@given(st.integers(100, 599), JSON | told(["message"], code=st.sampled_from(["verify.token", "x"]) | JSON))
def test_any_error_is_a_verdict_that_can_be_told(status: int, body: Any):
    error = verdict(status, body, "messages", SECRET)
    assert isinstance(error, errors.CrawlError)
    str(error).encode("utf-8")
    assert SECRET not in str(error)


@given(st.text(max_size=20).map(lambda text: f"{text}{SECRET}{text}"))
def test_no_error_repeats_the_token(said: str):
    assert SECRET not in str(verdict(404, {"code": said, "message": said}, "messages", SECRET))


@given(st.integers(0, 2**43))
def test_a_moment_in_milliseconds_is_read_to_the_millisecond(milliseconds: int):
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)
    ask = wall_of_today("one")
    ask.since = datetime(1970, 1, 1, tzinfo=UTC)
    answers = {"chats": {"chats": [{"chat_id": -1, "link": "https://max.ru/one"}]}}
    messages = {"messages": [{"timestamp": milliseconds, "body": {"seq": 1}}]}
    MaxMessenger().ask_walls([ask], Line(lambda method, _: answers.get(method, messages)))
    assert [post.published_at for post in ask.posts.values()] == ([moment] if moment <= clock.now() else [])
