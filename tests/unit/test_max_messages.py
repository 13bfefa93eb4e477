"""Reading GET /messages: when a channel's month ends, what a message tells, and what is none."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from gospub import clock, errors
from gospub.platforms.base import WallAsk
from gospub.platforms.max_answers import MOST_ROUNDS, read_messages
from gospub.platforms.max_messenger import MaxMessenger
from tests.unit.max_replies import NOW_MS, SINCE_MS, Bot, answer, chat, message, wall, wall_of_today
from tests.unit.vk_replies import MOMENT, Line

HOUR, DAY = 3_600_000, 86_400_000


def read(*answers: Any) -> WallAsk:
    ask = wall()
    for body in answers:
        assert not ask.is_done
        read_messages(body, ask, MOMENT)
    return ask


def asked(line: Line, *asks: WallAsk) -> WallAsk:
    """The first ask after all of them are done."""
    network = MaxMessenger()
    while waiting := [ask for ask in asks if not ask.is_done]:
        network.ask_walls(waiting, line)
    return asks[0]


def hourly(count: int, newest: int = NOW_MS) -> list[dict[str, Any]]:
    return [message(10**17 - number, newest - number * HOUR) for number in range(count)]


@pytest.mark.parametrize("body", [None, [], "x", {}, {"messages": None}, {"messages": {"0": {}}}])
def test_an_answer_without_a_list_of_messages_is_not_understood(body: Any):
    with pytest.raises(errors.NotUnderstood, match="no list of messages"):
        read(body)


def test_a_channel_that_answers_the_same_again_when_asked_for_older_messages_is_given_up():
    same = {"messages": hourly(100)}
    ask = read(same)
    with pytest.raises(errors.NotUnderstood, match="none came"):
        read_messages(same, ask, MOMENT)


def test_a_full_answer_without_one_readable_message_is_given_up():
    with pytest.raises(errors.NotUnderstood, match="none came"):
        read({"messages": [None] * 100})


def test_a_channel_that_never_ends_is_given_up_instead_of_asked_for_ever():
    ask = wall()
    rounds = [[message(n, NOW_MS - number * 200 - n) for n in range(100)] for number in range(MOST_ROUNDS)]
    for messages in rounds[:-1]:
        read_messages({"messages": messages}, ask, MOMENT)
    with pytest.raises(errors.NotUnderstood, match="none came"):
        read_messages({"messages": rounds[-1]}, ask, MOMENT)
    assert ask.rounds == MOST_ROUNDS


def test_less_than_was_asked_for_is_the_end():
    ask = read({"messages": hourly(99)})
    assert (ask.posts_outcome, ask.reason, len(ask.posts)) == ("measured", None, 99)


def test_an_old_message_is_the_end_and_no_post():
    ask = read({"messages": [*hourly(99), message(5, SINCE_MS - 1)]})
    assert (ask.posts_outcome, len(ask.posts)) == ("measured", 99)


def test_a_message_of_the_very_first_moment_is_a_post():
    assert list(read({"messages": [message(5, SINCE_MS)]}).posts) == [5]


def test_an_empty_channel_is_measured():
    ask = read({"messages": []})
    assert (ask.posts_outcome, ask.posts) == ("measured", {})


@pytest.mark.parametrize("count", [1, 99, 100, 101, 199, 250, 600])
def test_all_messages_of_the_month_are_read_whatever_their_number(count: int):
    now = int(clock.now().timestamp() * 1000) - 1000
    line = Line(Bot([chat(1, messages_count=count + 7)], {"-1001": hourly(count, now)}))
    ask = asked(line, wall_of_today("page_1"))
    assert (ask.posts_outcome, ask.wall_posts_count) == ("measured", count + 7)
    assert len(ask.posts) == min(count, 30 * 24)
    calls = [parameters for method, parameters in line.calls if method == "messages"]
    assert len(calls) == count // 100 + 1 if count < 199 else len(calls) <= count // 99 + 1
    assert all(int(call["to"]) < int(call["from"]) for call in calls)


def test_messages_of_one_millisecond_on_both_sides_of_an_answer_are_all_read():
    now = int(clock.now().timestamp() * 1000) - 1000
    same = [message(5000 + number, now - 2 * DAY) for number in range(3)]
    newer = [message(6000 + number, now - number * 1000) for number in range(98)]
    older = [message(4000 + number, now - 3 * DAY - number) for number in range(20)]
    ask = asked(Line(Bot([chat(1)], {"-1001": [*newer, *same, *older]})), wall_of_today("page_1"))
    assert len(ask.posts) == 121


def test_what_a_message_tells():
    ask = read(answer("messages_ordinary"))
    post = ask.posts[116000000000000003]
    assert post.published_at == datetime(2026, 11, 21, 22, 0, 0, 577000, UTC)
    assert (post.views_count, post.likes_count, post.comments_count, post.reposts_count) == (840, None, None, None)
    assert (post.is_repost, post.is_views_rounded, post.text_length) == (False, None, 14)
    assert post.text_hash == hashlib.sha256("С Новым годом!".encode()).digest()[:8]
    assert ask.notes == []


def test_a_number_beyond_two_to_the_53_is_not_rounded():
    assert list(read(answer("messages_ordinary")).posts) == [
        116000000000000003,
        9223372036854775807,
        115999999999999999,
        115999999999999998,
    ]


def test_views_that_were_not_delivered_are_unknown_and_none_are_none():
    posts = list(read(answer("messages_ordinary")).posts.values())
    assert [post.views_count for post in posts] == [840, None, 0, None]


def test_a_forwarded_message_repeats_somebody_and_a_reply_does_not():
    posts = list(read(answer("messages_ordinary")).posts.values())
    assert [post.is_repost for post in posts] == [False, False, True, False]
    assert [post.text_hash is None for post in posts] == [False, True, True, False]


def test_what_is_no_message_is_left_out_and_noted():
    ask = read(answer("messages_odd"))
    assert ask.posts_outcome == "measured"
    assert {(post.post_id, post.views_count, post.text_length) for post in ask.posts.values()} == {
        (116000000000000005, None, 0),
        (116000000000000006, None, 17),
    }
    assert sorted({note.reason for note in ask.notes}) == [
        "a message of the future",
        "a message without seq or time",
        "not a message",
        "not a text",
        "not a whole number from 0 to 2147483647",
        "not a whole number from 0 to 8796093022208",
        "not a whole number from 0 to 9223372036854775807",
        "not an object",
    ]


@pytest.mark.parametrize(
    ("error", "outcome", "reason"),
    [
        (errors.GiveUpOnPage("denied", "no_access", "access_denied"), "wall_closed", "access_denied"),
        (errors.GiveUpOnPage("gone", "not_found", "chat_not_found"), "page_gone", "chat_not_found"),
        (errors.RetryNow("HTTP 503", reason="http_503"), "failed", "http_503"),
        (errors.OurBug("bad", reason="bad_parameter"), "failed", "bad_parameter"),
        (errors.NotUnderstood("what?", evidence="?"), "failed", "answer_not_understood"),
        (errors.SplitBatch("large", reason="answer_too_large"), "failed", "answer_too_large"),
    ],
)
def test_a_channel_that_fails_tells_nothing_and_stops_no_other(error: Any, outcome: str, reason: str):
    now = int(clock.now().timestamp() * 1000) - 1000
    bot = Bot([chat(1, messages_count=5), chat(2)], {"-1002": hourly(3, now)})
    line = Line(lambda method, said: error if said.get("chat_id") == "-1001" else bot(method, said))
    other = wall_of_today("page_2")
    ask = asked(line, wall_of_today("page_1"), other)
    assert (ask.posts_outcome, ask.reason, ask.wall_posts_count, ask.posts) == (outcome, reason, None, {})
    assert (other.posts_outcome, len(other.posts)) == ("measured", 3)


@pytest.mark.parametrize("chat_id", [None, "-1001", True, 1.5])
def test_a_chat_without_a_usable_id_is_not_asked(chat_id: Any):
    line = Line(Bot([chat(1, chat_id=chat_id)]))
    ask = asked(line, wall_of_today("page_1"))
    assert (ask.posts_outcome, ask.reason) == ("failed", "answer_not_understood")
    assert [method for method, _ in line.calls] == ["chats"]


@pytest.mark.parametrize(("chats", "outcome"), [([], "wall_closed"), ([None], "failed")])
def test_a_retry_that_no_longer_finds_the_channel_lists_once_and_tells_why(chats: Sequence[Any], outcome: str):
    line = Line(Bot(chats))
    asks = [wall_of_today(f"page_{number}") for number in range(9)]
    asked(line, *asks)
    assert {ask.posts_outcome for ask in asks} == {outcome}
    assert [method for method, _ in line.calls] == ["chats"]


def test_known_posts_cannot_be_asked_anew():
    ask = wall_of_today("page_1")
    ask.known = (1, 2)
    assert asked(Line(Bot()), ask).posts_outcome == "not_planned"
