"""Landing on real Postgres: rows and done marks together, the good answer stays, a zombie loses."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from psycopg2 import DataError, IntegrityError
from psycopg2.extensions import connection as Connection

from gospub.crawling.landing import land_profiles, land_walls
from gospub.crawling.runs import Run, load_run
from gospub.errors import ShardTaken
from gospub.platforms.base import Note, PageAsk, Post, ProfileAnswer, WallAsk
from gospub.warehouse.connection import connected
from tests.warehouse.registered_pages import MOMENT, plan_rows, planned, register
from tests.warehouse.staged_night import rows

LATER = MOMENT + timedelta(minutes=5)


class Night:
    """A planned night of three pages, with a connection of a crawling task."""

    def __init__(self, dsn: str, connection: Connection) -> None:
        self.dsn = dsn
        self.connection = connection
        self.pages = register(dsn, "59", 3)
        run_id, _ = planned(dsn)
        self.run: Run = load_run(connection, run_id)

    def profile(self, page: int, outcome: str = "ok", reason: str | None = None, **more: Any) -> ProfileAnswer:
        facts = {"name": "Школа", "members_count": 100} if outcome == "ok" else {}
        return ProfileAnswer(page, outcome, MOMENT, reason, more.pop("facts", facts), **more)

    def wall(self, page: int, posts_outcome: str = "measured", *post_ids: int, reason: str | None = None) -> WallAsk:
        ask = WallAsk(PageAsk(page, str(page)), self.run.posts_since, wall_posts_count=50, is_comments_open=True)
        ask.posts = {number: a_post(number) for number in post_ids}
        ask.posts_outcome, ask.reason, ask.observed_at = posts_outcome, reason, MOMENT
        return ask

    def land(self, *answers: ProfileAnswer) -> None:
        land_profiles(self.connection, self.run, answers, LATER)

    def land_walls(self, *asks: WallAsk) -> None:
        land_walls(self.connection, self.run, asks, LATER)

    def reopen(self, *pages: int) -> None:
        statement = "UPDATE ops.crawl_plan SET profile_done_at = NULL, posts_done_at = NULL WHERE page_id = any(%(p)s)"
        rows(self.dsn, statement, p=list(pages))

    def profiles(self) -> dict[int, dict[str, Any]]:
        return {row["page_id"]: row for row in rows(self.dsn, "SELECT * FROM staging.page_profile")}

    def walls(self) -> dict[int, dict[str, Any]]:
        return {row["page_id"]: row for row in rows(self.dsn, "SELECT * FROM staging.page_wall")}

    def posts(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {}
        for row in rows(self.dsn, "SELECT page_id, post_id FROM staging.post ORDER BY page_id, post_id"):
            found.setdefault(row["page_id"], []).append(row["post_id"])
        return found

    def revision(self) -> int:
        number: int = rows(self.dsn, "SELECT staging_revision FROM ops.night")[0]["staging_revision"]
        return number


def a_post(number: int, **more: Any) -> Post:
    facts: dict[str, Any] = dict.fromkeys(("views_count", "likes_count", "comments_count", "reposts_count"), 1)
    flags: dict[str, Any] = dict.fromkeys(("is_pinned", "is_repost", "is_ad"), False)
    values = {"published_at": MOMENT - timedelta(days=1), "text_hash": b"\x00\x01\xfftexts", "text_length": 5, **more}
    return Post(post_id=number, **facts, **flags, **values)


@pytest.fixture
def night(loader_dsn: str) -> Iterator[Night]:
    with connected(loader_dsn) as connection:
        yield Night(loader_dsn, connection)


def test_a_batch_that_fails_in_the_middle_leaves_neither_rows_nor_marks(night: Night):
    first, second, _ = night.pages
    with pytest.raises(DataError, match="vanished"):
        night.land(night.profile(first), night.profile(second, outcome="vanished"))
    assert night.profiles() == {}
    assert all(row["profile_done_at"] is None for row in plan_rows(night.dsn).values())
    assert night.revision() == 0


def test_posts_that_cannot_be_kept_take_their_walls_and_marks_back(night: Night):
    first, second, _ = night.pages
    bad = night.wall(second, "measured", 7)
    bad.posts[7] = a_post(7, text_length=None)
    with pytest.raises(IntegrityError):
        night.land_walls(night.wall(first, "measured", 1, 2), bad)
    assert (night.walls(), night.posts(), night.revision()) == ({}, {}, 0)
    assert all(row["posts_done_at"] is None for row in plan_rows(night.dsn).values())


def test_a_zombie_loses_all_of_its_batch(night: Night):
    first, second, third = night.pages
    night.land(night.profile(first))
    with pytest.raises(ShardTaken):
        night.land(night.profile(second), night.profile(first, "banned"))
    assert (set(night.profiles()), night.profiles()[first]["outcome"]) == ({first}, "ok")
    night.land_walls(night.wall(third, "measured", 1))
    with pytest.raises(ShardTaken):
        night.land_walls(night.wall(third, "measured", 2))
    assert night.posts() == {third: [1]}


def test_rows_and_marks_are_there_together_after_a_batch(night: Night):
    first, second, third = night.pages
    night.land(night.profile(first), night.profile(second, "banned"))
    night.land_walls(night.wall(first, "measured", 5, 6), night.wall(second, "page_gone"))
    plan = plan_rows(night.dsn)
    assert [(plan[page]["profile_done_at"], plan[page]["posts_done_at"]) for page in night.pages] == [
        (LATER, LATER),
        (LATER, LATER),
        (None, None),
    ]
    assert set(night.profiles()) == set(night.walls()) == {first, second}
    assert night.posts() == {first: [5, 6]}
    assert third not in night.walls()


def test_each_commit_moves_the_revision_once(night: Night):
    first, second, third = night.pages
    night.land(night.profile(first), night.profile(second))
    assert night.revision() == 1
    night.land_walls(night.wall(third))
    assert night.revision() == 2


def test_values_arrive_as_they_were_read(night: Night):
    page, other, _ = night.pages
    facts = {
        "name": 'Дом "культуры", №1\nвторая строка \\N \\.',
        "description": "",
        "has_mark": False,
        "contacts": [{"desc": "a,b", "phone": None, "email": '"x"'}],
        "menu_items": [],
        "pos_links": None,
    }
    night.land(night.profile(page, facts=facts), night.profile(other, "no_access", "geo_blocked"))
    kept = night.profiles()
    assert {key: kept[page][key] for key in facts} == facts
    assert kept[page]["observed_at"] == MOMENT
    empty = {key for key, value in kept[other].items() if value is None}
    assert {"members_count", "has_mark", "menu_items"} <= empty
    assert kept[other]["reason"] == "geo_blocked"
    night.land_walls(night.wall(page, "measured", 2**60))
    post = rows(night.dsn, "SELECT post_id, text_hash, views_count FROM staging.post")[0]
    assert (post["post_id"], bytes(post["text_hash"]), post["views_count"]) == (2**60, b"\x00\x01\xfftexts", 1)


def test_a_failed_answer_does_not_overwrite_a_good_one_of_the_same_night(night: Night):
    first, second, _ = night.pages
    night.land(night.profile(first), night.profile(second, "failed", "timeout"))
    night.land_walls(night.wall(first, "measured", 1), night.wall(second, "failed", reason="timeout"))
    night.reopen(first, second)
    night.land(night.profile(first, "failed", "http_500"), night.profile(second, "failed", "http_500"))
    night.land_walls(night.wall(first, "failed", reason="http_500"), night.wall(second, "failed", reason="http_500"))
    assert [(row["outcome"], row["reason"]) for row in night.profiles().values()] == [
        ("ok", None),
        ("failed", "http_500"),
    ]
    assert [row["posts_outcome"] for row in night.walls().values()] == ["measured", "failed"]
    assert night.posts() == {first: [1]}
    assert all(plan_rows(night.dsn)[page]["posts_done_at"] for page in (first, second))


@pytest.mark.parametrize("poorer", ["failed", "not_planned"])
def test_a_wall_that_was_not_asked_again_keeps_its_posts(night: Night, poorer: str):
    page = night.pages[0]
    night.land_walls(night.wall(page, "measured", 1, 2))
    night.reopen(page)
    night.land_walls(night.wall(page, poorer))
    assert (night.walls()[page]["posts_outcome"], night.posts()) == ("measured", {page: [1, 2]})


def test_a_newer_good_answer_replaces_the_older_one_with_its_posts(night: Night):
    page = night.pages[0]
    night.land(night.profile(page))
    night.land_walls(night.wall(page, "measured", 1, 2))
    night.reopen(page)
    night.land(night.profile(page, "closed", "private"))
    night.land_walls(night.wall(page, "wall_closed", reason="private"))
    assert night.profiles()[page]["outcome"] == "closed"
    assert (night.walls()[page]["posts_outcome"], night.posts()) == ("wall_closed", {})


def test_a_wall_without_an_answer_has_no_facts_and_no_posts(night: Night):
    page = night.pages[0]
    night.land_walls(night.wall(page, "failed", 1, 2, reason="timeout"))
    kept = night.walls()[page]
    assert (kept["wall_posts_count"], kept["is_comments_open"], kept["reason"]) == (None, None, "timeout")
    assert kept["asked_since"] == night.run.posts_since
    assert night.posts() == {}


def test_notes_are_kept_with_their_page_and_beyond_a_hundred_counted(night: Night):
    first, second, _ = night.pages
    many = [Note("field", str(number), "not a text") for number in range(250)]
    night.land(night.profile(first, notes=[Note("name", "17\x00", "not a text")]), night.profile(second, notes=many))
    kept = rows(night.dsn, "SELECT * FROM ops.rejected ORDER BY rejected_id")
    assert len(kept) == 101
    assert (kept[0]["page_id"], kept[0]["column_name"], kept[0]["value"]) == (first, "name", "17")
    assert (kept[0]["source"], kept[0]["source_name"], kept[0]["snapshot_date"]) == (
        "crawl",
        "vk profile",
        night.run.snapshot_date,
    )
    assert "151 more" in kept[100]["reason"]


def test_a_batch_without_notes_keeps_none(night: Night):
    night.land(night.profile(night.pages[0]))
    assert rows(night.dsn, "SELECT * FROM ops.rejected") == []
