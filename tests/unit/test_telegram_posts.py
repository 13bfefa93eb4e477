"""Reading previews: posts with their figures, and where to go on."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any

import pytest

from gospub.errors import NotUnderstood
from gospub.platforms.telegram_posts import MOST_ROUNDS, read_preview
from tests.unit.telegram_replies import html, preview, wall
from tests.unit.vk_replies import MOMENT


def figures(name: str, field: str) -> dict[int, Any]:
    return {post_id: getattr(post, field) for post_id, post in preview(name).posts.items()}


@pytest.mark.parametrize("body", [b"", b"<html></html>", html("preview_of_nobody"), html("preview_unreadable")])
def test_what_is_no_preview_is_not_understood_and_not_an_empty_channel(body: bytes):
    ask = wall()
    with pytest.raises(NotUnderstood):
        read_preview(body, ask, MOMENT)
    assert ask.posts_outcome is None


def test_paging_that_does_not_advance_is_not_understood():
    ask = preview("preview_more")
    with pytest.raises(NotUnderstood, match="no end"):
        read_preview(html("preview_more"), ask, MOMENT)


def test_paging_without_end_is_given_up():
    ask = wall()
    ask.rounds = MOST_ROUNDS - 1
    with pytest.raises(NotUnderstood, match="no end"):
        read_preview(html("preview_more"), ask, MOMENT)


def test_messages_that_cannot_be_read_are_noted_and_the_others_kept():
    ask = preview("preview_undated")
    assert set(ask.posts) == {76}
    assert [note.reason for note in ask.notes] == [
        *["a message without id or date"] * 3,
        "a post of the future",
        "a message without id or date",
    ]
    assert ask.posts_outcome == "measured"


@pytest.mark.parametrize("name", ["preview_empty", "preview_only_created"])
def test_a_channel_without_posts_is_measured(name: str):
    ask = preview(name)
    assert (ask.posts_outcome, ask.posts, ask.notes) == ("measured", {}, [])


def test_service_messages_are_no_posts():
    assert set(preview("preview_service").posts) == {11}


def test_an_album_is_one_post():
    assert figures("preview_album", "text_length") == {21: len("Фоторепортаж")}


def test_views_are_read_as_shown_and_told_when_rounded():
    rounded = [(50, 0), (51, 999), (57, 1204)]
    exact = {post_id: (views, None) for post_id, views in rounded}
    shown = {52: 1000, 53: 5460, 54: 14_900, 55: 109_000, 56: 1_200_000, 58: 1500}
    found = preview("preview_figures")
    assert {post.post_id: (post.views_count, post.is_views_rounded) for post in found.posts.values()} == {
        **exact,
        **{post_id: (views, True) for post_id, views in shown.items()},
        59: (None, None),
    }
    assert [(note.field, note.value) for note in found.notes] == [("views_count", "'~300'")]


def test_reactions_of_all_three_forms_are_added_up_and_none_are_unknown():
    assert figures("preview_reactions", "likes_count") == {31: 1560, 32: 7, 33: None, 34: None}
    assert [note.field for note in preview("preview_reactions").notes] == ["likes_count"]


def test_what_a_quoted_message_says_is_not_the_posts():
    text = hashlib.sha256("Ответ".encode()).digest()[:8]
    assert figures("preview_reply", "views_count") == {41: 8, 42: None}
    assert figures("preview_reply", "likes_count") == {41: None, 42: None}
    assert figures("preview_reply", "text_hash") == {41: text, 42: None}


def test_media_of_all_kinds_are_posts_with_or_without_text():
    assert figures("preview_media", "text_length") == {61: 0, 62: 0, 63: 9, 64: len("Видео 👍\nвторая <строка>"), 65: 0}
    assert [post_id for post_id, is_repost in figures("preview_media", "is_repost").items() if is_repost] == [63]


def test_comments_and_forwards_are_not_delivered():
    assert {(post.comments_count, post.reposts_count) for post in preview("preview_media").posts.values()} == {
        (None, None)
    }


@pytest.mark.parametrize("name", ["preview_more", "preview_more_in_head_only"])
def test_a_page_that_is_all_young_is_followed_by_the_next_older_one(name: str):
    ask = preview(name)
    assert (ask.posts_outcome, ask.cursor, len(ask.posts)) == (None, "83", 18)


def test_a_page_that_begins_before_the_window_is_the_last_and_its_times_are_utc():
    ask = preview("preview_old")
    assert ask.posts_outcome == "measured"
    assert {post.published_at for post in ask.posts.values()} == {datetime(2026, 11, 4, 9, 15, tzinfo=UTC)}
