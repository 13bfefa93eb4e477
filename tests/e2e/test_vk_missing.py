"""What a night needs is missing: the network, its answers, the warehouse, the registry, the right date."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from gospub import clock, night
from gospub.access import Access, Limits, Token
from gospub.errors import ConfigurationError, GateFailed, NetworkDown, NightOver, RegistryError, WarehouseError
from gospub.registry import import_registry
from sandbox.worldclock import move_to
from tests.e2e.vk_comparison import ROWS, assert_history_is_the_truth
from tests.e2e.vk_nights import Country, country


@pytest.fixture
def small(loader_dsn: str, tmp_path: Any, monkeypatch: Any) -> Iterator[Country]:
    with country(loader_dsn, tmp_path, monkeypatch) as found:
        yield found


@pytest.fixture
def nobody() -> Iterator[str]:
    """An address where nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


def planned(found: Country, label: str) -> tuple[int, list[int]]:
    run = night.open_run(found.dsn, "vk", label, {})
    shards = night.plan_night(found.dsn, found.access, run)
    return run, [shard["shard_no"] for shard in sorted(shards, key=lambda shard: -shard["pages_count"])]


def both_fail(found: Country, run: int, shards: list[int], *access: Access) -> list[BaseException | None]:
    """Crawl a shard with each access, at the same time; what they raised."""
    with ThreadPoolExecutor(len(access)) as pool:
        tasks = [
            pool.submit(night.crawl_shard, found.dsn, how, run, shard)
            for how, shard in zip(access, shards, strict=False)
        ]
        return [task.exception() for task in tasks]


def test_a_network_that_is_down_ends_the_task_and_leaves_yesterday_and_the_plan_as_they_were(
    small: Country, nobody: str
):
    yesterday = small.whole_night(1)
    before = small.rows(ROWS, day=yesterday)
    day = small.begin(2)
    run, shards = planned(small, "down")
    small.sandbox.faults({"name": "html_200"})
    away = small.with_access(base_url=nobody, tokens=(Token("user-away"),)).access
    unreachable, web_pages = both_fail(small, run, shards, away, small.access)
    assert isinstance(unreachable, NetworkDown)
    assert f"no connection to {nobody}" in str(unreachable)
    assert "the host of gospub_vk, right and reachable?" in str(unreachable)
    assert isinstance(web_pages, NetworkDown)
    assert "the answer is a web page, not JSON" in str(web_pages)
    done = "SELECT page_id FROM ops.crawl_plan WHERE snapshot_date = %(day)s AND profile_done_at IS NOT NULL"
    assert small.rows(done, day=day) == []
    with pytest.raises(GateFailed, match=r"failed_share: observed 1, expected ≤ 0\.2"):
        night.judge_night(small.dsn, run)
    assert {row["reason"] for row in small.staged(day).values()} == {"shard_dead"}
    assert small.rows(ROWS, day=yesterday) == before
    small.sandbox.faults()
    small.publish(small.crawl("the network is back"))
    assert_history_is_the_truth(small, day)


@pytest.mark.parametrize("fault", ["not_json", "unknown_shape", "null_response"])
def test_answers_of_an_unknown_shape_fail_every_page_with_the_evidence_kept(small: Country, fault: str):
    day = small.begin(1)
    small.sandbox.faults({"name": fault})
    run = small.crawl(fault)
    assert {(row["outcome"], row["reason"]) for row in small.staged(day).values()} == {
        ("failed", "answer_not_understood")
    }
    kept = small.rows("SELECT column_name, value, reason FROM ops.rejected WHERE source = 'crawl'")
    assert len(kept) == len(small.page_ids())
    assert {row["column_name"] for row in kept} == {"answer"}
    with pytest.raises(GateFailed, match="failed_share"):
        night.judge_night(small.dsn, run)


def test_a_server_that_hangs_is_left_after_the_time_limit_and_its_pages_are_asked_again(small: Country):
    day = small.begin(1)
    small.sandbox.faults(
        {"name": "hang", "method": "groups.getById", "times": 1}, {"name": "hang", "method": "execute", "times": 1}
    )
    impatient = small.with_limits(timeout_seconds=0.5)
    impatient.publish(impatient.crawl())
    assert_history_is_the_truth(small, day)
    assert [fault["hits"] for fault in small.sandbox.stats()["faults"]] == [1, 1]


@pytest.mark.parametrize(
    "stage",
    [
        lambda dsn, access: night.open_run(dsn, "vk", "away", {}),
        lambda dsn, access: night.plan_night(dsn, access, 1),
        lambda dsn, access: night.crawl_shard(dsn, access, 1, 0),
        lambda dsn, access: night.judge_night(dsn, 1),
        lambda dsn, access: night.publish(dsn, 1),
    ],
    ids=["open", "plan", "crawl", "check", "publish"],
)
def test_each_stage_says_that_the_warehouse_cannot_be_reached(stage: Callable[[str, Access], Any], tmp_path: Any):
    access = Access("vk", "http://127.0.0.1:9", (Token("user-nobody"),), Limits(0, {}))
    with pytest.raises(WarehouseError, match="the warehouse cannot be reached") as caught:
        stage(f"postgresql://gospub_loader@/gospub?host={tmp_path}", access)
    assert "gospub_warehouse" in str(caught.value)


def test_an_empty_registry_is_told_with_the_command_that_fills_it(loader_dsn: str):
    with pytest.raises(ConfigurationError, match="the registry has no page in vk") as caught:
        night.open_run(loader_dsn, "vk", "empty", {})
    assert "import-registry" in str(caught.value)


def test_what_was_staged_in_time_may_be_published_after_midnight_but_nothing_more_is_asked(small: Country):
    day = small.begin(1)
    run = small.crawl("in time")
    small.begin(2)
    small.sandbox.reset()
    with pytest.raises(NightOver, match="can no longer be crawled"):
        night.crawl_shard(small.dsn, small.access, run, 0)
    small.publish(run)
    assert small.sandbox.stats()["tokens"] == {}
    assert_history_is_the_truth(small, day)


def test_an_answer_that_comes_after_midnight_is_not_taken_for_the_night(small: Country):
    day = small.begin(1)
    run, shards = planned(small, "late")
    small.sandbox.faults({"name": "slow", "method": "wall.get", "seconds": 4})
    move_to(small.sandbox.clock_file, clock.night_ends_at(day) - timedelta(seconds=3))
    night.crawl_shard(small.dsn, small.access, run, shards[0])
    assert clock.snapshot_date(clock.now()) > day
    asked = small.rows("SELECT page_id FROM ops.crawl_plan WHERE shard_no = %(shard)s", shard=shards[0])
    staged = {row["page_id"]: row for row in small.staged(day).values()}
    seen = [staged[row["page_id"]] for row in asked if staged[row["page_id"]]["outcome"] == "ok"]
    assert {(row["posts_outcome"], row["posts_reason"]) for row in seen} == {("not_planned", "time_up")}
    assert small.sandbox.asked("wall.get")


def test_a_registry_file_that_is_not_there_is_told_clearly(loader_dsn: str, tmp_path: Any):
    with pytest.raises(RegistryError, match="nowhere"):
        import_registry(loader_dsn, tmp_path / "nowhere.csv", clock.now())
