"""A whole VK night against the sandbox: what the warehouse holds is what the world's truth says, row by row."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from gospub import night
from gospub.errors import NightOver
from tests.e2e.vk_nights import Country, country
from tests.e2e.vk_truth import expected_day, expected_pos_links, expected_posts, expected_profile

DAY = "SELECT * FROM history.page_day WHERE snapshot_date = %(day)s"
PROFILE = "SELECT * FROM history.page_profile WHERE valid_from <= %(day)s AND valid_to > %(day)s"
POSTS = """
SELECT DISTINCT ON (p.page_id, p.post_id)
    p.page_id, p.post_id, p.published_at, m.views_count, m.likes_count, m.comments_count, m.reposts_count
FROM history.post AS p
INNER JOIN history.post_metric AS m ON p.page_id = m.page_id AND p.post_id = m.post_id
WHERE p.gone_on IS NULL AND m.snapshot_date <= %(day)s
    AND p.published_at >= (%(day)s::date - 30)::timestamp AT TIME ZONE 'Europe/Moscow'
ORDER BY p.page_id, p.post_id, m.snapshot_date DESC
"""
# What may differ between two runs over the same answers: who ran, and when it was seen.
ROWS = """
SELECT (to_jsonb(t) - 'run_id' - 'observed_at')::text AS line FROM history.page_day AS t WHERE snapshot_date = %(day)s
UNION ALL SELECT to_jsonb(t)::text FROM history.page_profile AS t
UNION ALL SELECT to_jsonb(t)::text FROM history.post AS t
UNION ALL SELECT to_jsonb(t)::text FROM history.post_metric AS t
ORDER BY line
"""


@pytest.fixture
def small(loader_dsn: str, tmp_path: Any, monkeypatch: Any) -> Iterator[Country]:
    with country(loader_dsn, tmp_path, monkeypatch) as found:
        yield found


def by_page(rows: list[dict[str, Any]]) -> dict[int, dict[str, Any]]:
    return {row["page_id"]: row for row in rows}


def assert_history_is_the_truth(found: Country, day: date) -> None:
    """Compare every page's day, profile and posts with the world."""
    world, ids = found.sandbox.world, found.page_ids()
    days, profiles = by_page(found.rows(DAY, day=day)), by_page(found.rows(PROFILE, day=day))
    posts: dict[int, set[tuple[Any, ...]]] = {}
    for row in found.rows(POSTS, day=day):
        page_id, *values = row.values()
        posts.setdefault(page_id, set()).add(tuple(values))
    assert days.keys() == set(ids.values())
    for page in world.pages("vk"):
        page_id, truth = ids[page.native_id], world.truth(page, day)
        wanted = expected_day(world, page, day)
        assert {key: days[page_id][key] for key in wanted} == wanted, page
        if truth.is_wall_readable:
            assert posts.get(page_id, set()) == expected_posts(world, page, day), page
        if truth.is_alive:
            profile = profiles[page_id]
            wanted = expected_profile(truth)
            assert {key: profile[key] for key in wanted} == wanted, page
            links = profile["pos_links"]
            assert (links and [link["url"] for link in links]) == (expected_pos_links(truth) or links), page


def test_a_night_past_midnight_asks_for_nothing_more(small: Country) -> None:
    small.begin(1)
    run = night.open_run(small.dsn, "vk", "late", {})
    shards = night.plan_night(small.dsn, small.access, run)
    small.begin(2)
    with pytest.raises(NightOver, match="can no longer be crawled"):
        night.crawl_shard(small.dsn, small.access, run, shards[0]["shard_no"])
    assert small.sandbox.stats()["tokens"] == {}


def test_three_nights_are_in_history_as_the_world_was(small: Country) -> None:
    for number in (1, 2, 3):
        assert_history_is_the_truth(small, small.whole_night(number))
    stats = small.sandbox.stats()
    assert (stats["over_rate"], stats["over_quota"]) == (0, 0)


def test_a_night_that_is_run_again_changes_no_row_and_asks_for_nothing(small: Country) -> None:
    day = small.whole_night(1)
    before = small.rows(ROWS, day=day)
    small.sandbox.reset()
    small.publish(small.crawl("second run"))
    assert small.rows(ROWS, day=day) == before
    assert small.sandbox.stats()["tokens"] == {}


def test_again_asks_for_everything_anew_and_gives_the_same_rows(small: Country) -> None:
    day = small.whole_night(1)
    before = small.rows(ROWS, day=day)
    small.sandbox.reset()
    small.publish(small.crawl("once more", again=True))
    assert small.rows(ROWS, day=day) == before
    asked = small.sandbox.asked("groups.getById")
    assert asked.keys() == {page.native_id for page in small.sandbox.world.pages("vk")}


def test_a_partial_run_replaces_only_its_own_pages(small: Country) -> None:
    day = small.whole_night(1)
    region = small.rows("SELECT region_code FROM ops.crawl_plan LIMIT 1")[0]["region_code"]
    outside = "SELECT page_id FROM ops.crawl_plan WHERE region_code <> %(region)s"
    small.sandbox.reset()
    counts = small.publish(small.crawl("one region", regions=[region], again=True))
    assert counts["is_partial"]
    inside = small.rows("SELECT native_id FROM ops.crawl_plan WHERE region_code = %(region)s", region=region)
    assert small.sandbox.asked("groups.getById").keys() == {int(row["native_id"]) for row in inside}
    assert len(small.rows(outside, region=region)) == len(small.rows(DAY, day=day)) - len(inside)
    assert_history_is_the_truth(small, day)
