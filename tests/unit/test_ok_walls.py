"""Reading and asking OK's walls: feeds by anchor, topics of many groups in one call, known posts, refusals."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from gospub import clock, errors
from gospub.platforms.base import WallAsk
from gospub.platforms.ok import Ok
from gospub.platforms.ok_answers import read_feed, read_post, read_topics
from tests.unit.ok_replies import FakeOk, answer, topic, wall
from tests.unit.vk_replies import MOMENT, SINCE, Line

OK = Ok()


@pytest.fixture(autouse=True)
def at_night(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: MOMENT)


def asked(posts: Mapping[int, Mapping[int, float]], reply: Any = None, **more: Any) -> tuple[list[WallAsk], Line]:
    """The walls of groups with these posts, and the calls it took."""
    line, asks = Line(reply or FakeOk(posts, **more)), [wall(number) for number in posts]
    OK.ask_walls(asks, line)
    assert all(ask.is_done for ask in asks)
    return asks, line


def calls(line: Line, method: str) -> int:
    return sum(one == method for one, _ in line.calls)


def test_a_feed_names_the_topics_that_may_be_of_the_window_and_notes_the_rest():
    ask = wall()
    feed = read_feed(answer("feed"), ask)
    assert feed.topics == {156000000000905: False, 156000000000904: False, 156000000000903: False}
    assert (feed.anchor, feed.is_older_than_asked) == ("LTE1NjAwMDA=", True)
    assert [note.reason for note in ask.notes] == ["a post without its topic's id"] * 2


def test_topics_are_read_by_id_and_what_is_no_topic_is_left_out():
    ask, numbers = wall(), [156000000000905, 156000000000904, 156000000000903, 156000000000902, 156000000000901, 7]
    for topic_id, found in read_topics(answer("topics"), numbers).items():
        read_post(topic_id, found, ask, topic_id == 156000000000905, MOMENT)
    post = ask.posts[156000000000905]
    assert post.published_at == datetime.fromtimestamp(1795251600.123, UTC)
    counters = (post.views_count, post.likes_count, post.comments_count, post.reposts_count)
    assert counters == (913, 57, 2, 3)
    assert (post.is_pinned, post.is_repost, post.text_length) == (True, False, len("Новость\nи ещё"))
    bare = ask.posts[156000000000904]
    assert (bare.views_count, bare.likes_count, bare.comments_count, bare.reposts_count) == (None,) * 4
    assert (bare.is_repost, bare.text_hash) == (True, None)
    assert ask.posts.keys() == {156000000000905, 156000000000904, 156000000000903}
    assert {note.reason for note in ask.notes} >= {"a topic without created_ms", "a post of the future"}


@pytest.mark.parametrize(
    "strange", [None, True, [], "x", {"result": {}}, {"feeds": {}}, {"feeds": ["x"]}, {"feeds": [{}]}]
)
def test_a_feed_of_another_shape_is_not_understood_and_never_an_empty_wall(strange: Any):
    (ask,), _ = asked({1: {}}, lambda *_: strange)
    assert (ask.posts_outcome, ask.reason) == ("failed", "answer_not_understood")


@pytest.mark.parametrize("empty", [{}, {"anchor": "x"}, {"feeds": []}, {"feeds": [], "anchor": "x", "entities": {}}])
def test_a_feed_without_posts_is_the_end(empty: Any):
    (ask,), line = asked({1: {}}, lambda *_: empty)
    assert (ask.posts_outcome, ask.posts, len(line.calls)) == ("measured", {}, 1)


@pytest.mark.parametrize("last_page_repeats", [True, False])
@pytest.mark.parametrize("number", [1, 100, 101, 200, 250])
def test_paging_comes_to_the_end_although_the_last_page_repeats(number: int, last_page_repeats: bool):
    posts = {1: {1000 + n: 1 + n / 50 for n in range(number)}}
    (ask,), line = asked(posts, last_page_repeats=last_page_repeats)
    assert ask.posts_outcome == "measured"
    assert ask.posts.keys() == posts[1].keys()
    assert calls(line, "stream.get") <= -(-number // 100) + 1


def test_a_feed_whose_anchors_never_end_is_not_understood():
    numbers = iter(range(10**6))

    def reply(_: str, p: Mapping[str, str]) -> Any:
        n = next(numbers) + 1
        return {"feeds": [{"message": f"{{media_topic:{n}}}x"}], "anchor": str(n)}

    (ask,), line = asked({1: {}}, reply)
    assert (ask.posts_outcome, ask.reason) == ("failed", "answer_not_understood")
    assert len(line.calls) == 60


def test_paging_stops_at_the_first_old_post_and_asks_for_no_old_topic():
    posts = {1: {1000 + n: n / 2 for n in range(1, 200)}}
    (ask,), line = asked(posts)
    assert calls(line, "stream.get") == 1
    assert all(ask.since <= post.published_at for post in ask.posts.values())
    wanted = [days for days in posts[1].values() if MOMENT.timestamp() - days * 86400 >= SINCE.timestamp()]
    assert len(ask.posts) == len(wanted)
    topics = [len(p["topic_ids"].split(",")) for method, p in line.calls if method != "stream.get"]
    assert sum(topics) <= len(wanted) + 1


def test_an_old_pinned_post_does_not_end_the_reading():
    def reply(method: str, p: Mapping[str, str]) -> Any:
        if method != "stream.get":
            return real(method, p)
        found = real(method, p)
        pinned = {"date": "2026-01-01 10:00:00", "message": "{media_topic:7}x", "pinned": True}
        return found | {"feeds": [pinned, *found["feeds"]]}

    real = FakeOk({1: {1000 + n: 1 + n / 50 for n in range(150)}})
    (ask,), _ = asked(real.posts, reply)
    assert len(ask.posts) == 150


def test_the_topics_of_many_walls_are_asked_for_together_a_hundred_a_call():
    asks, line = asked({number: {number * 1000 + n: n * 4.4 for n in range(1, 8)} for number in range(1, 51)})
    assert [len(ask.posts) for ask in asks] == [6] * 50
    assert (calls(line, "stream.get"), calls(line, "mediatopic.getByIds")) == (50, 3)


def test_a_topic_that_is_missing_is_asked_for_once_more_and_then_is_gone():
    real, left_out = FakeOk({1: {1001: 1, 1002: 2, 1003: 3}}), [1001, 1002, 1002]

    def reply(method: str, p: Mapping[str, str]) -> Any:
        found = real(method, p)
        for one in [one for one in dict.fromkeys(left_out) if one in map(int, p.get("topic_ids", "0").split(","))]:
            left_out.remove(one)
            found["media_topics"] = [t for t in found["media_topics"] if t["id"] != str(one)]
        return found

    (ask,), line = asked(real.posts, reply)
    assert (ask.posts_outcome, set(ask.posts)) == ("measured", {1001, 1003})
    assert [p["topic_ids"] for _, p in line.calls if "topic_ids" in p] == ["1001,1002,1003", "1001,1002"]


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (errors.GiveUpOnPage("no", "closed", "group_restriction"), ("wall_closed", "group_restriction")),
        (errors.GiveUpOnPage("no", "not_found", "not_found"), ("page_gone", "not_found")),
        (errors.RetryNow("busy", reason="ok_2"), ("failed", "ok_2")),
        (errors.SplitBatch("bad", reason="ok_100"), ("failed", "ok_100")),
    ],
)
def test_a_feed_that_is_refused_closes_its_own_wall_and_no_other(error: errors.CrawlError, told: tuple[str, str]):
    real = FakeOk({1: {1001: 1}, 2: {2001: 1}})
    asks, _ = asked(real.posts, lambda m, p: error if p.get("gid", "").endswith("1") else real(m, p))
    assert (asks[0].posts_outcome, asks[0].reason) == told
    assert (asks[1].posts_outcome, set(asks[1].posts)) == ("measured", {2001})


def refusing(real: FakeOk, refused: set[int], error: errors.CrawlError) -> Any:
    """As the real one, but calls that hold one of these topics fail."""

    def reply(method: str, p: Mapping[str, str]) -> Any:
        return error if refused & set(map(int, p.get("topic_ids", "0").split(","))) else real(method, p)

    return reply


def test_a_topic_that_fails_alone_fails_its_wall_and_no_other():
    real = FakeOk({number: {number * 1000 + n: n for n in range(1, 6)} for number in (1, 2, 3)})
    asks, _ = asked(real.posts, refusing(real, {2003}, errors.RetryNow("busy", reason="ok_2")))
    assert [ask.posts_outcome for ask in asks] == ["measured", "failed", "measured"]
    assert asks[1].reason == "ok_2"


def test_one_refused_topic_is_a_hidden_post_and_all_of_them_refused_is_a_closed_wall():
    real = FakeOk({number: {number * 1000 + n: n for n in (1, 2)} for number in (1, 2, 3)})
    restricted = errors.GiveUpOnPage("no", "closed", "group_restriction")
    asks, _ = asked(real.posts, refusing(real, {1001, 2001, 2002}, restricted))
    assert [(ask.posts_outcome, set(ask.posts)) for ask in asks] == [
        ("measured", {1002}),
        ("wall_closed", set()),
        ("measured", {3001, 3002}),
    ]


def test_known_posts_are_asked_for_without_their_walls():
    real, ask = FakeOk({1: {1001: 1, 1003: 45}}), wall(1, known=(1001, 1002, 1003))
    line = Line(real)
    OK.ask_walls([ask], line)
    assert (ask.posts_outcome, ask.reason, set(ask.posts)) == ("not_planned", "refreshed", {1001, 1003})
    assert calls(line, "stream.get") == 0


def test_a_network_that_changed_its_feeds_is_not_asked_for_every_wall():
    asks, line = asked({number: {} for number in range(1, 51)}, lambda *_: {"result": []})
    assert {(ask.posts_outcome, ask.reason) for ask in asks} == {("failed", "answer_not_understood")}
    assert len(line.calls) == 8


def test_a_post_at_the_edge_is_judged_by_its_own_time_and_not_by_the_feeds():
    edge = (MOMENT - SINCE).total_seconds() / 86400
    posts = {1: {1001: edge - 0.001, 1002: edge + 0.001}}
    (ask,), _ = asked(posts)
    assert set(ask.posts) == {1001}
    assert topic(1001, edge)["created_ms"] == SINCE.timestamp() * 1000
