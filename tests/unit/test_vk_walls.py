"""Reading wall.get: when a wall ends, what a post tells, and what is no post."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any

import pytest

from gospub.errors import NotUnderstood
from gospub.platforms.base import WallAsk
from gospub.platforms.vk_answers import MOST_ROUNDS, read_wall
from tests.unit.vk_replies import MOMENT, post, response, wall


def read(*answers: Any) -> WallAsk:
    ask = wall()
    for answer in answers:
        assert not ask.is_done
        read_wall(answer, ask, MOMENT)
    return ask


@pytest.mark.parametrize("answer", [None, [], "x", {}, {"count": 5}, {"count": 5, "items": {"0": {}}}])
def test_an_answer_without_a_list_of_posts_is_not_understood(answer: Any):
    with pytest.raises(NotUnderstood, match="no list of posts"):
        read(answer)


def test_a_wall_that_never_ends_is_given_up_instead_of_asked_for_ever():
    answer = {"count": 10**6, "items": [post(1, 1)]}
    ask = read(*[answer] * (MOST_ROUNDS - 1))
    with pytest.raises(NotUnderstood, match="no end after"):
        read_wall(answer, ask, MOMENT)


def test_an_old_pinned_post_at_the_top_does_not_end_the_reading():
    ask = read({"count": 50, "items": [post(5, 400, is_pinned=1), post(40, 1), post(39, 2)]})
    assert not ask.is_done
    assert sorted(ask.posts) == [39, 40]


def test_a_new_pinned_post_is_a_post_of_the_month():
    ask = read({"count": 2, "items": [post(40, 3, is_pinned=1), post(39, 2)]})
    assert ask.posts[40].is_pinned
    assert not ask.posts[39].is_pinned


def test_the_first_old_post_that_is_not_pinned_ends_the_reading():
    ask = read({"count": 500, "items": [post(40, 1), post(5, 31)]})
    assert (ask.posts_outcome, list(ask.posts)) == ("measured", [40])


def test_more_than_a_hundred_posts_are_read_page_by_page():
    first, second = [post(n, 1) for n in range(300, 200, -1)], [post(n, 2) for n in range(200, 170, -1)]
    ask = read({"count": 130, "items": first})
    assert (ask.is_done, ask.offset) == (False, 100)
    read_wall({"count": 130, "items": second}, ask, MOMENT)
    assert (ask.posts_outcome, len(ask.posts)) == ("measured", 130)


def test_fewer_items_than_asked_are_not_the_end_while_more_exist():
    ask = read({"count": 90, "items": [post(40, 1)]})
    assert not ask.is_done
    read_wall({"count": 90, "items": []}, ask, MOMENT)
    assert (ask.posts_outcome, list(ask.posts)) == ("measured", [40])


def test_a_wall_without_a_count_ends_with_an_empty_answer():
    ask = read({"items": [post(40, 1)]})
    assert not ask.is_done
    read_wall({"items": []}, ask, MOMENT)
    assert (ask.posts_outcome, ask.wall_posts_count) == ("measured", None)


def test_a_post_that_moved_to_the_next_answer_is_counted_once():
    ask = read({"count": 3, "items": [post(3, 1), post(2, 2)]}, {"count": 4, "items": [post(2, 2), post(1, 3)]})
    assert sorted(ask.posts) == [1, 2, 3]


def test_an_empty_wall_is_measured():
    ask = read(response("wall_empty"))
    assert (ask.posts_outcome, ask.posts, ask.wall_posts_count, ask.is_comments_open) == ("measured", {}, 0, None)


def test_a_wall_as_vk_shows_it_gives_the_posts_of_the_month_with_their_counts():
    ask = read(response("wall_pinned_first"))
    assert (ask.posts_outcome, ask.wall_posts_count, ask.notes) == ("measured", 3, [])
    assert ask.is_comments_open is True, "the newest post decides, not the pinned one"
    repost, plain = ask.posts[7790], ask.posts[7700]
    assert sorted(ask.posts) == [7700, 7790]
    assert (repost.is_repost, repost.is_ad, repost.text_hash, repost.text_length) == (True, True, None, 0)
    assert repost.published_at == datetime.fromtimestamp(1795200000, UTC)
    assert (repost.views_count, repost.likes_count, repost.comments_count, repost.reposts_count) == (None, 3, 0, 0)
    assert (plain.views_count, plain.comments_count, plain.is_repost, plain.is_ad) == (77, None, False, False)
    assert plain.text_hash == hashlib.sha256("Субботник".encode()).digest()[:8]


def test_odd_posts_are_read_as_far_as_they_go_and_the_rest_is_noted():
    ask = read(response("wall_odd_posts"))
    assert set(ask.posts) == {11, 4611686018427387001, 9, 5}
    assert ask.posts_outcome == "measured"
    told = [(note.field, note.reason) for note in ask.notes]
    assert told.count(("items", "not an object")) == 2
    assert told.count(("items", "a post without id or date")) == 2
    assert told.count(("date", "a post of the future")) == 2
    assert {field for field, _ in told} >= {"text", "views", "likes.count", "comments.count", "reposts"}


def test_counts_of_a_wrong_type_are_not_delivered():
    odd = read(response("wall_odd_posts")).posts[9]
    assert (odd.views_count, odd.likes_count, odd.comments_count, odd.reposts_count) == (None, None, None, None)
    assert (odd.text_hash, odd.text_length) == (None, 0)


def test_a_deleted_stub_is_no_post_and_a_paid_one_is():
    ask = read(response("wall_odd_posts"))
    assert 12 not in ask.posts
    assert ask.posts[11].likes_count == 2


def test_the_length_of_a_text_counts_what_is_kept():
    assert read(response("wall_odd_posts")).posts[5].text_length == len("Обычная ? запись")


@pytest.mark.parametrize(
    ("comments", "is_open"), [({"can_post": 1}, True), ({"can_post": 0}, False), ({}, None), (None, None), (5, None)]
)
def test_comments_are_open_shut_or_unknown(comments: Any, is_open: bool | None):
    ask = read({"count": 1, "items": [post(1, 1, comments=comments)]})
    assert ask.is_comments_open is is_open


def test_a_count_of_a_wrong_type_is_noted():
    ask = read({"count": "много", "items": []})
    assert ask.wall_posts_count is None
    assert [note.field for note in ask.notes] == ["count"]
