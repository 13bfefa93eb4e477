"""A whole VK night against the sandbox: what the warehouse holds is what the world's truth says, row by row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from gospub import night
from gospub.errors import NightOver
from tests.e2e.vk_comparison import DAY, ROWS, assert_history_is_the_truth
from tests.e2e.vk_nights import Country, country


@pytest.fixture
def small(loader_dsn: str, tmp_path: Any, monkeypatch: Any) -> Iterator[Country]:
    with country(loader_dsn, tmp_path, monkeypatch) as found:
        yield found


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
