"""Several tasks at once within the limits of the network: nothing above a rate or a quota, nothing asked twice."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest

from gospub import night
from sandbox.limits import Settings
from tests.e2e.crawl_process import crawling
from tests.e2e.vk_comparison import DAY, assert_history_is_the_truth, by_page
from tests.e2e.vk_nights import TOKENS, Country, country

QUOTA = 60


@pytest.fixture
def limited(loader_dsn: str, tmp_path: Any, monkeypatch: Any) -> Iterator[Country]:
    with country(loader_dsn, tmp_path, monkeypatch, organisations=240, settings=Settings(0.0, {})) as found:
        found.sandbox.settings(rate=3, execute_latency=(0.2, 0.6))
        yield found.with_limits(calls_per_second=3, in_flight=0)


@pytest.fixture
def poor(loader_dsn: str, tmp_path: Any, monkeypatch: Any) -> Iterator[Country]:
    """One token that may ask for sixty walls a day, where there are about twice as many."""
    with country(loader_dsn, tmp_path, monkeypatch) as found:
        found.sandbox.settings(quotas={"wall.get": QUOTA})
        yield found.with_limits(daily_quota={"wall.get": QUOTA}).with_access(tokens=TOKENS[:1])


def test_three_tasks_share_two_tokens_and_no_call_is_above_the_rate(limited: Country):
    day = limited.begin(1)
    run = night.open_run(limited.dsn, "vk", "together", {})
    shards = [shard["shard_no"] for shard in night.plan_night(limited.dsn, limited.access, run)]
    away = shards[::3]
    here = [shard for shard in shards if shard not in away]
    with crawling(limited, run, away) as process, ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda shard: night.crawl_shard(limited.dsn, limited.access, run, shard), here))
        told, _ = process.communicate(timeout=60)
    assert all("error" not in json.loads(line) for line in told.splitlines())
    stats = limited.sandbox.stats()
    assert (stats["over_rate"], stats["over_quota"]) == (0, 0)
    assert set(stats["tokens"]) == {token.secret for token in TOKENS}
    assert_everybody_was_asked_once(limited, day)
    limited.publish(run)
    assert_history_is_the_truth(limited, day)


def assert_everybody_was_asked_once(found: Country, day: date) -> None:
    """Profiles once, twice for a page that was missing; walls of readable pages as often as their length takes."""
    world = found.sandbox.world
    profiles, walls = found.sandbox.asked("groups.getById"), found.sandbox.asked("wall.get")
    for page in world.pages("vk"):
        truth = world.truth(page, day)
        assert profiles[page.native_id] == (2 if truth.state == "absent" else 1), page
        posts = len(world.posts(page, day))
        if truth.is_wall_readable and posts <= 20:
            assert walls[page.native_id] == 1, page
        if truth.state != "open":
            assert page.native_id not in walls, page


def poor_night(found: Country, number: int) -> dict[int, str]:
    """A night at an hour when yesterday's calls have become free again; the posts outcome by VK's id."""
    day = found.begin(number)
    found.sandbox.move_to_night(day, hour=number)
    found.publish(found.crawl(f"night {number}"))
    days = by_page(found.rows(DAY, day=day))
    readable = set(found.readable(day))
    return {
        native: days[page_id]["posts_outcome"] for native, page_id in found.page_ids().items() if native in readable
    }


def test_a_short_quota_is_never_passed_and_rotates_through_all_pages(poor: Country):
    nights = [poor_night(poor, number) for number in (1, 2, 3, 4)]
    stats = poor.sandbox.stats()
    assert stats["over_quota"] == 0
    measured = [{page for page, outcome in outcomes.items() if outcome == "measured"} for outcomes in nights]
    for outcomes, pages in zip(nights, measured, strict=True):
        assert set(outcomes.values()) == {"measured", "not_planned"}
        assert 0.6 * QUOTA <= len(pages) <= QUOTA
    assert not measured[0] & measured[1]  # what was left out yesterday comes first
    assert set.union(*measured) >= nights[-1].keys()


def test_calls_of_yesterday_that_are_not_free_yet_are_not_spent_again(poor: Country):
    poor_night(poor, 1)
    spent = sum(poor.sandbox.asked("wall.get").values())
    poor.sandbox.move_to_night(poor.sandbox.night(1), hour=20)
    poor.crawl("the same evening", again=True)
    assert sum(poor.sandbox.asked("wall.get").values()) <= QUOTA
    assert spent <= QUOTA
    assert poor.sandbox.stats()["over_quota"] == 0


def test_a_quota_smaller_than_a_batch_is_used_up_and_nobody_waits_for_more(poor: Country):
    day = poor.begin(1)
    tiny = poor.with_limits(daily_quota={"wall.get": 9})
    tiny.publish(tiny.crawl())
    assert 4 <= sum(poor.sandbox.asked("wall.get").values()) <= 9
    assert "measured" in {row["posts_outcome"] for row in poor.staged(day).values()}
