"""Planning on real Postgres: what is refused, what is frozen, whose posts the quota allows."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest

from gospub.clock import moscow_midnight
from gospub.errors import ConfigurationError, NightError
from gospub.planning import make_plan
from tests.warehouse.registered_pages import (
    DAY,
    MOMENT,
    access,
    opened,
    plan_rows,
    planned,
    publish_day,
    register,
)
from tests.warehouse.staged_night import rows


def with_posts(dsn: str) -> set[int]:
    return {page for page, row in plan_rows(dsn).items() if row["is_posts_planned"]}


def test_an_empty_registry_is_refused_with_its_cure(loader_dsn: str):
    with pytest.raises(ConfigurationError, match="import-registry"):
        opened(loader_dsn)
    assert rows(loader_dsn, "SELECT * FROM ops.night") == [], "a refused night leaves nothing behind"


@pytest.mark.parametrize("regions", [["xx"], ["59", "98"], ["5'; DROP TABLE ops.night --"]])
def test_an_unknown_region_is_refused_by_name(loader_dsn: str, regions: list[str]):
    register(loader_dsn, "59", 1)
    with pytest.raises(ConfigurationError, match=regions[-1].split("'")[0]):
        opened(loader_dsn, regions=regions)


def test_a_region_without_pages_is_refused(loader_dsn: str):
    register(loader_dsn, "59", 1)
    with pytest.raises(ConfigurationError, match="no page"):
        opened(loader_dsn, regions=["77"])


def test_a_run_that_does_not_exist_is_refused(loader_dsn: str):
    with pytest.raises(NightError, match="no run 7"):
        make_plan(loader_dsn, access(), 7, MOMENT)


def test_a_page_that_two_organisations_held_one_after_the_other_is_planned_once(loader_dsn: str):
    page, other = register(loader_dsn, "59", 1) + register(loader_dsn, "77", 1)
    rows(
        loader_dsn,
        "UPDATE registry.page_assignment SET valid_to = '2026-05-01' WHERE page_id = %(page)s;"
        " INSERT INTO registry.page_assignment (page_id, organisation_id, valid_from, link)"
        " SELECT %(page)s, organisation_id, '2026-05-01', 'x' FROM registry.page_assignment WHERE page_id = %(other)s",
        page=page,
        other=other,
    )
    planned(loader_dsn)
    assert {found: row["region_code"] for found, row in plan_rows(loader_dsn).items()} == {page: "77", other: "77"}


def test_a_page_that_left_the_registry_is_not_planned(loader_dsn: str):
    gone, stays = register(loader_dsn, "59", 2)
    rows(loader_dsn, "UPDATE registry.page_assignment SET valid_to = %(d)s WHERE page_id = %(p)s", d=DAY, p=gone)
    planned(loader_dsn)
    assert set(plan_rows(loader_dsn)) == {stays}


def test_federal_bodies_are_a_region_and_a_shard_of_their_own(loader_dsn: str):
    federal, regional = register(loader_dsn, "00", 3), register(loader_dsn, "59", 4)
    _, shards = planned(loader_dsn)
    found = plan_rows(loader_dsn)
    assert {found[page]["shard_no"] for page in federal}.isdisjoint({found[page]["shard_no"] for page in regional})
    assert sorted(shard.pages_count for shard in shards) == [3, 4]
    run_id = opened(loader_dsn, "federal", regions=["00"])
    assert [s.pages_count for s in make_plan(loader_dsn, access(), run_id, MOMENT)] == [3]


def test_every_page_is_in_the_plan_once_and_in_a_shard_that_counts_it(loader_dsn: str):
    pages = register(loader_dsn, "59", 700) + register(loader_dsn, "77", 900) + register(loader_dsn, "00", 20)
    _, shards = planned(loader_dsn)
    found = plan_rows(loader_dsn)
    assert sorted(found) == sorted(pages)
    by_shard = {shard.shard_no: shard.pages_count for shard in shards}
    assert {no: sum(row["shard_no"] == no for row in found.values()) for no in by_shard} == by_shard
    stored = rows(loader_dsn, "SELECT shard_no, pages_count FROM ops.shard")
    assert {row["shard_no"]: row["pages_count"] for row in stored} == by_shard


def test_a_plan_is_frozen_once_made_even_if_the_registry_grows(loader_dsn: str):
    register(loader_dsn, "59", 3)
    _, shards = planned(loader_dsn)
    before = plan_rows(loader_dsn)
    register(loader_dsn, "59", 2)
    assert planned(loader_dsn)[1] == shards
    assert planned(loader_dsn, "second run")[1] == shards
    assert plan_rows(loader_dsn) == before


def test_a_partial_run_plans_its_own_pages_and_a_full_one_adds_the_rest(loader_dsn: str):
    perm, moscow = register(loader_dsn, "59", 5), register(loader_dsn, "77", 4)
    _, shards = planned(loader_dsn, "partial", regions=["59"])
    assert (set(plan_rows(loader_dsn)), [shard.pages_count for shard in shards]) == (set(perm), [5])
    night = rows(loader_dsn, "SELECT plan_frozen_at FROM ops.night")[0]
    assert night["plan_frozen_at"] is None
    _, shards = planned(loader_dsn, "full")
    assert set(plan_rows(loader_dsn)) == {*perm, *moscow}
    assert sum(shard.pages_count for shard in shards) == 9
    assert len({shard.shard_no for shard in shards}) == len(shards) == 2
    assert rows(loader_dsn, "SELECT plan_frozen_at FROM ops.night")[0]["plan_frozen_at"] == MOMENT


def test_a_limit_takes_the_first_pages_and_keeps_to_them(loader_dsn: str):
    pages = register(loader_dsn, "59", 10)
    _, shards = planned(loader_dsn, "limited", limit=4)
    assert (set(plan_rows(loader_dsn)), sum(s.pages_count for s in shards)) == (set(pages[:4]), 4)
    planned(loader_dsn, "full")
    _, shards = planned(loader_dsn, "limited", limit=4)
    assert sum(shard.pages_count for shard in shards) == 4


def test_the_same_label_is_the_same_run(loader_dsn: str):
    register(loader_dsn, "59", 1)
    assert opened(loader_dsn) == opened(loader_dsn) != opened(loader_dsn, "another")


def test_an_unresolved_page_is_planned_without_posts(loader_dsn: str):
    named, unnamed = register(loader_dsn, "59", 1), register(loader_dsn, "59", 1, is_named=False)
    planned(loader_dsn, how=access(None))
    found = plan_rows(loader_dsn)
    assert [found[page]["native_id"] for page in named + unnamed] == ["200000001", None]
    assert with_posts(loader_dsn) == set(named)


def test_a_run_for_profiles_alone_plans_posts_for_a_later_run_of_the_night(loader_dsn: str):
    pages = register(loader_dsn, "59", 3)
    planned(loader_dsn, profiles_only=True)
    assert with_posts(loader_dsn) == set(pages)


def test_without_a_known_quota_all_posts_are_planned(loader_dsn: str):
    pages = register(loader_dsn, "59", 30)
    planned(loader_dsn, how=access(None))
    assert with_posts(loader_dsn) == set(pages)


def test_the_quota_left_of_all_tokens_bounds_the_posts(loader_dsn: str):
    register(loader_dsn, "59", 100)
    planned(loader_dsn, how=access(quota=20, tokens=2))
    assert 36 <= len(with_posts(loader_dsn)) <= 40


def test_what_was_booked_recently_or_by_a_dead_token_is_not_left(loader_dsn: str):
    register(loader_dsn, "59", 100)
    how = access(quota=20, tokens=3)
    spent, dead, frees_soon = (token.fingerprint for token in how.tokens)
    for fingerprint, state in ((spent, "live"), (dead, "dead"), (frees_soon, "live")):
        rows(
            loader_dsn,
            "INSERT INTO ops.token (fingerprint, platform, state, changed_at) VALUES (%(f)s, 'vk', %(s)s, %(m)s)",
            f=fingerprint,
            s=state,
            m=MOMENT,
        )
    midnight = moscow_midnight(DAY)
    for fingerprint, moment, calls in ((spent, midnight, 15), (frees_soon, midnight - timedelta(hours=20), 7)):
        rows(
            loader_dsn,
            "INSERT INTO ops.token_usage VALUES (%(f)s, 'wall.get', %(m)s, %(n)s)",
            f=fingerprint,
            m=moment,
            n=calls,
        )
    planned(loader_dsn, how=how)
    assert 22 <= len(with_posts(loader_dsn)) <= 25, "5 of the first, none of the dead, and what frees by five o'clock"


def test_a_wall_of_more_than_a_hundred_posts_costs_more_of_the_quota(loader_dsn: str):
    pages = register(loader_dsn, "59", 20)
    run_id = opened(loader_dsn, "yesterday", MOMENT - timedelta(days=1))
    publish_day(loader_dsn, DAY - timedelta(days=1), run_id, dict.fromkeys(pages, "measured"), posts_30d_count=350)
    planned(loader_dsn, how=access(quota=42))
    assert len(with_posts(loader_dsn)) == 10
    assert {row["expected_posts_count"] for row in plan_rows(loader_dsn).values()} == {350}


def test_a_page_that_was_never_measured_comes_first(loader_dsn: str):
    pages = register(loader_dsn, "59", 20)
    known, new = pages[:18], pages[18:]
    run_id = opened(loader_dsn, "long ago", MOMENT - timedelta(days=45))
    facts = {"posts_30d_count": 60, "members_count": 1_000_000}
    publish_day(loader_dsn, DAY - timedelta(days=45), run_id, dict.fromkeys(known, "measured"), **facts)
    planned(loader_dsn, how=access(quota=3))
    assert with_posts(loader_dsn) == set(new)


def test_the_page_that_waited_longest_comes_before_the_most_active_one(loader_dsn: str):
    waiting, busy, fresh = register(loader_dsn, "59", 3)
    for days, page, posts in ((5, waiting, 0), (2, busy, 60), (1, fresh, 60)):
        run_id = opened(loader_dsn, f"{days}", MOMENT - timedelta(days=days))
        facts = {"posts_30d_count": posts, "members_count": 1_000_000 if posts else 0}
        publish_day(loader_dsn, DAY - timedelta(days=days), run_id, {page: "measured"}, **facts)
    planned(loader_dsn, how=access(quota=2))
    assert with_posts(loader_dsn) == {waiting}


def test_among_pages_that_waited_alike_the_active_and_large_come_first(loader_dsn: str):
    quiet, busy, large = register(loader_dsn, "59", 3)
    run_id = opened(loader_dsn, "yesterday", MOMENT - timedelta(days=1))
    for page, posts, members in ((quiet, 1, 10), (busy, 60, 10), (large, 1, 10**6)):
        facts = {"posts_30d_count": posts, "members_count": members}
        publish_day(loader_dsn, DAY - timedelta(days=1), run_id, {page: "measured"}, **facts)
    planned(loader_dsn, how=access(quota=3))
    assert with_posts(loader_dsn) == {busy, large}


def test_within_the_nights_that_the_quota_takes_every_page_has_its_turn(loader_dsn: str):
    pages = register(loader_dsn, "59", 90)
    turns: dict[int, list[int]] = {page: [] for page in pages}
    for night in range(12):
        moment = MOMENT + timedelta(days=night)
        day = DAY + timedelta(days=night)
        run_id, _ = planned(loader_dsn, "night", moment, access(quota=21))
        asked = {page for page, row in plan_rows(loader_dsn, day).items() if row["is_posts_planned"]}
        assert 18 <= len(asked) <= 21
        for page in asked:
            turns[page].append(night)
        facts = {"posts_30d_count": 20, "members_count": 1000}
        publish_day(loader_dsn, day, run_id, dict.fromkeys(asked, "measured"), **facts)
        publish_day(loader_dsn, day, run_id, dict.fromkeys(set(pages) - asked, "not_planned"))
    assert all(nights and nights[0] <= 4 for nights in turns.values()), "a rotation takes five nights"
    gaps = [after - night for nights in turns.values() for night, after in pairwise(nights)]
    assert max(gaps) <= 5 + 2


@pytest.mark.parametrize("posts_outcome", ["page_gone", "wall_closed"])
def test_pages_that_are_gone_do_not_take_the_turns_of_the_others(loader_dsn: str, posts_outcome: str):
    pages = register(loader_dsn, "59", 40)
    gone, alive = set(pages[:20]), set(pages[20:])
    turns: set[int] = set()
    for night in range(4):
        moment, day = MOMENT + timedelta(days=night), DAY + timedelta(days=night)
        run_id, _ = planned(loader_dsn, "night", moment, access(quota=11))
        asked = {page for page, row in plan_rows(loader_dsn, day).items() if row["is_posts_planned"]}
        publish_day(loader_dsn, day, run_id, dict.fromkeys(gone, posts_outcome))
        publish_day(loader_dsn, day, run_id, dict.fromkeys(alive & asked, "measured"), posts_30d_count=20)
        publish_day(loader_dsn, day, run_id, dict.fromkeys(alive - asked, "not_planned"))
        turns |= asked & alive
    assert turns == alive


def test_planning_twice_for_one_night_never_plans_more_walls_than_the_quota(loader_dsn: str):
    register(loader_dsn, "59", 30)
    register(loader_dsn, "77", 30)
    planned(loader_dsn, "partial", how=access(quota=40), regions=["59"])
    first = len(with_posts(loader_dsn))
    planned(loader_dsn, "full", how=access(quota=40))
    assert first == 30
    assert len(with_posts(loader_dsn)) <= 40
