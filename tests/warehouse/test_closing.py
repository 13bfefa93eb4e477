"""Closing a night on real Postgres: every planned page has one outcome, whatever became of its shard."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from gospub.clock import moscow_midnight
from gospub.crawling import close_dead_shards
from gospub.crawling.closing import close_open_pages
from gospub.crawling.runs import load_run
from gospub.errors import NightError, ShardTaken
from gospub.warehouse.connection import connected, transaction
from tests.warehouse.registered_pages import DAY, MOMENT, access, planned, register
from tests.warehouse.staged_night import rows
from tests.warehouse.test_landing import Night

LATER = MOMENT + timedelta(hours=3)


@pytest.fixture
def night(loader_dsn: str) -> Iterator[Night]:
    with connected(loader_dsn) as connection:
        yield Night(loader_dsn, connection)


def close(night: Night, reason: str = "quota", posts_outcome: str = "failed", shard_no: int | None = None) -> int:
    with transaction(night.connection):
        return close_open_pages(
            night.connection, night.run, reason, LATER, posts_outcome=posts_outcome, shard_no=shard_no
        )


def found(night: Night) -> list[tuple[str, str | None, str, str | None]]:
    profiles, walls = night.profiles(), night.walls()
    assert set(profiles) == set(walls) == set(night.pages)
    told = [(profiles[page], walls[page]) for page in night.pages]
    return [(p["outcome"], p["reason"], w["posts_outcome"], w["reason"]) for p, w in told]


def test_a_run_that_does_not_exist_cannot_be_closed(loader_dsn: str):
    with pytest.raises(NightError, match="no run 9"):
        close_dead_shards(loader_dsn, 9, MOMENT)


def test_a_night_that_nobody_crawled_fails_every_page_once(night: Night):
    assert close_dead_shards(night.dsn, night.run.run_id, LATER) == 3
    assert found(night) == [("failed", "shard_dead", "failed", "shard_dead")] * 3
    kept = night.walls()[night.pages[0]]
    assert kept["asked_since"] == moscow_midnight(DAY) - timedelta(days=30)
    facts = {key: value for key, value in night.profiles()[night.pages[0]].items() if value is not None}
    assert set(facts) == {"snapshot_date", "page_id", "platform", "outcome", "reason", "observed_at"}


def test_closing_again_changes_nothing_and_moves_no_revision(night: Night):
    close_dead_shards(night.dsn, night.run.run_id, LATER)
    before = (night.profiles(), night.walls(), night.revision())
    assert close_dead_shards(night.dsn, night.run.run_id, LATER + timedelta(hours=1)) == 0
    assert (night.profiles(), night.walls(), night.revision()) == before


def test_what_a_dead_shard_had_landed_stands(night: Night):
    first, second, _ = night.pages
    night.land(night.profile(first), night.profile(second, "banned"))
    night.land_walls(night.wall(first, "measured", 4))
    assert close_dead_shards(night.dsn, night.run.run_id, LATER) == 1
    assert found(night) == [
        ("ok", None, "measured", None),
        ("banned", None, "page_gone", None),
        ("failed", "shard_dead", "failed", "shard_dead"),
    ]
    assert night.posts() == {first: [4]}


@pytest.mark.parametrize(
    ("outcome", "posts_outcome"),
    [
        *(("banned", "page_gone"), ("deleted", "page_gone"), ("not_found", "page_gone")),
        *(("closed", "wall_closed"), ("no_access", "wall_closed"), ("failed", "failed")),
    ],
)
def test_the_outcome_of_the_page_decides_that_of_its_wall(night: Night, outcome: str, posts_outcome: str):
    night.land(*(night.profile(page, outcome, "why") for page in night.pages))
    close(night, "quota", "not_planned")
    assert found(night) == [(outcome, "why", posts_outcome, "why")] * 3


@pytest.mark.parametrize(("reason", "posts_outcome"), [("quota", "not_planned"), ("shard_dead", "failed")])
def test_a_known_page_whose_wall_was_not_reached_says_why(night: Night, reason: str, posts_outcome: str):
    night.land(*(night.profile(page) for page in night.pages))
    close(night, reason, posts_outcome)
    assert found(night) == [("ok", None, posts_outcome, reason)] * 3


def test_a_wall_that_was_never_to_be_asked_is_not_planned_even_if_its_shard_died(night: Night):
    night.land(*(night.profile(page) for page in night.pages))
    rows(night.dsn, "UPDATE ops.crawl_plan SET is_posts_planned = false WHERE page_id = %(p)s", p=night.pages[0])
    close_dead_shards(night.dsn, night.run.run_id, LATER)
    assert found(night) == [("ok", None, "not_planned", None)] + [("ok", None, "failed", "shard_dead")] * 2


def test_a_good_answer_of_an_earlier_attempt_stays_when_the_next_one_dies(night: Night):
    first, second, third = night.pages
    night.land(*(night.profile(page) for page in (first, second)), night.profile(third, "failed", "timeout"))
    night.land_walls(
        night.wall(first, "measured", 1), night.wall(second, "not_planned"), night.wall(third, "failed", reason="x")
    )
    night.reopen(*night.pages)
    close_dead_shards(night.dsn, night.run.run_id, LATER)
    assert found(night) == [
        ("ok", None, "measured", None),
        ("ok", None, "failed", "shard_dead"),
        ("failed", "shard_dead", "failed", "shard_dead"),
    ]
    assert night.posts() == {first: [1]}


def test_a_zombie_that_lands_after_the_closing_loses(night: Night):
    close_dead_shards(night.dsn, night.run.run_id, LATER)
    with pytest.raises(ShardTaken):
        night.land(night.profile(night.pages[0]))
    with pytest.raises(ShardTaken):
        night.land_walls(night.wall(night.pages[0], "measured", 1))
    assert found(night) == [("failed", "shard_dead", "failed", "shard_dead")] * 3


def test_one_shard_is_closed_without_the_others(loader_dsn: str):
    perm, moscow = register(loader_dsn, "59", 2), register(loader_dsn, "77", 2)
    run_id, shards = planned(loader_dsn)
    assert len(shards) == 2
    with connected(loader_dsn) as connection:
        run = load_run(connection, run_id)
        with transaction(connection):
            close_open_pages(connection, run, "quota", LATER, shard_no=shards[0].shard_no)
    closed = {row["page_id"] for row in rows(loader_dsn, "SELECT page_id FROM staging.page_profile")}
    assert closed in ({*perm}, {*moscow})


def test_a_partial_run_closes_only_its_own_pages(loader_dsn: str):
    perm = register(loader_dsn, "59", 2)
    register(loader_dsn, "77", 2)
    planned(loader_dsn, "full")
    run_id, _ = planned(loader_dsn, "partial", how=access(), regions=["59"])
    assert close_dead_shards(loader_dsn, run_id, LATER) == 2
    closed = [row["page_id"] for row in rows(loader_dsn, "SELECT page_id FROM staging.page_profile ORDER BY page_id")]
    assert closed == perm
