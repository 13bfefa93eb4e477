"""Tasks and servers killed in the middle: the night goes on where it was, with the rows of an undisturbed one."""

from __future__ import annotations

import json
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from gospub import night
from gospub.errors import ShardTaken, WarehouseError
from gospub.warehouse.connection import connected, query
from gospub.warehouse.migrate import migrate
from local.postgres import EmbeddedPostgres
from tests.e2e.crawl_process import crawling
from tests.e2e.vk_comparison import assert_history_is_the_truth
from tests.e2e.vk_nights import Country, country

PAGES = "SELECT page_id, native_id, shard_no, profile_done_at, posts_done_at FROM ops.crawl_plan"
STAGED = """
SELECT to_jsonb(t)::text AS line FROM staging.page_profile AS t
UNION ALL SELECT to_jsonb(t)::text FROM staging.page_wall AS t
UNION ALL SELECT to_jsonb(t)::text FROM staging.post AS t ORDER BY line
"""
BOOKED = "SELECT method, sum(calls_count)::integer AS calls FROM ops.token_usage GROUP BY method"
END_ALL = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE usename = 'gospub_loader' AND datname = current_database()
"""


def slow(found: Country) -> Country:
    """The same country, answering so slowly that there is a middle to be killed in."""
    found.sandbox.settings(execute_latency=(0.4, 0.4))
    return found.with_limits(in_flight=1)


@pytest.fixture
def large(loader_dsn: str, tmp_path: Any, monkeypatch: Any) -> Iterator[Country]:
    with country(loader_dsn, tmp_path, monkeypatch, organisations=450) as found:
        yield slow(found)


def planned(found: Country) -> tuple[int, int]:
    """A planned run and its largest shard."""
    found.begin(1)
    run = night.open_run(found.dsn, "vk", "disturbed", {})
    shards = night.plan_night(found.dsn, found.access, run)
    return run, max(shards, key=lambda shard: shard["pages_count"])["shard_no"]


def until(is_true: Callable[[], Any], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.03)


def is_halfway(found: Country, shard: int) -> bool:
    """Whether some walls of the shard are landed and some are not."""
    done = [row["posts_done_at"] is not None for row in found.rows(PAGES) if row["shard_no"] == shard]
    return any(done) and not all(done)


def finished(found: Country) -> tuple[set[int], set[int]]:
    """VK's ids of pages whose profiles, and whose walls, are landed."""
    rows = [row for row in found.rows(PAGES) if row["native_id"]]
    return (
        {int(row["native_id"]) for row in rows if row["profile_done_at"]},
        {int(row["native_id"]) for row in rows if row["posts_done_at"]},
    )


def asked_of(found: Country, method: str, pages: set[int]) -> dict[int, int]:
    return {page: times for page, times in found.sandbox.asked(method).items() if page in pages}


def again(found: Country, run: int, shard: int) -> dict[str, int]:
    """Crawl as soon as the server has noticed that the other task is gone."""
    counts: list[dict[str, int]] = []

    def attempt() -> bool:
        try:
            counts.append(night.crawl_shard(found.dsn, found.access, run, shard))
        except ShardTaken:
            return False
        return True

    until(attempt)
    return counts[0]


def assert_goes_on(found: Country, run: int, shard: int) -> None:
    """Retry after a crash; nothing that was landed is asked again, no call went unbooked, the night comes out true."""
    profiles, walls = finished(found)
    assert profiles
    before = asked_of(found, "groups.getById", profiles), asked_of(found, "wall.get", walls)
    counts = again(found, run, shard)
    assert counts["walls"] > 0
    assert (asked_of(found, "groups.getById", profiles), asked_of(found, "wall.get", walls)) == before
    booked = {row["method"]: row["calls"] for row in found.rows(BOOKED)}
    for method, calls in seen(found).items():
        assert booked[method] >= calls, method
    found.sandbox.settings(execute_latency=(0, 0))
    found.publish(found.crawl("disturbed"))
    assert_history_is_the_truth(found, found.sandbox.night(1))


def seen(found: Country) -> dict[str, int]:
    """Calls that the network has seen, by method, those inside execute too."""
    calls: dict[str, int] = {}
    for book in found.sandbox.stats()["tokens"].values():
        for method, number in [*book["calls"].items(), *book["inner_calls"].items()]:
            calls[method] = calls.get(method, 0) + number
    return calls


def test_a_task_that_is_killed_goes_on_where_it_was(large: Country):
    run, shard = planned(large)
    with crawling(large, run, [shard]) as process:
        until(lambda: is_halfway(large, shard))
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert is_halfway(large, shard)
    assert_goes_on(large, run, shard)


def test_postgres_killed_in_the_middle_loses_nothing_that_was_committed(tmp_path: Path, monkeypatch: Any):
    with tempfile.TemporaryDirectory(prefix="gospub-pg-", dir="/var/tmp", ignore_cleanup_errors=True) as place:
        Path(place).chmod(0o711)
        with EmbeddedPostgres(Path(place) / "pg") as server:
            server.ensure_database("gospub")
            migrate(server.dsn("gospub"))
            dsn = server.dsn("gospub", "gospub_loader")
            with country(dsn, tmp_path, monkeypatch, organisations=450) as found, ThreadPoolExecutor(1) as pool:
                found = slow(found)
                run, shard = planned(found)
                task = pool.submit(night.crawl_shard, dsn, found.access, run, shard)
                until(lambda: is_halfway(found, shard))
                server.crash()
                error = task.exception(60)
                assert isinstance(error, WarehouseError)
                assert "what was committed is kept" in str(error) or "cannot be reached" in str(error)
                server.start()
                assert is_halfway(found, shard)
                assert_goes_on(found, run, shard)


def test_a_stopped_task_keeps_others_out_until_it_is_gone(large: Country):
    run, shard = planned(large)
    with crawling(large, run, [shard]) as process:
        until(lambda: is_halfway(large, shard))
        process.send_signal(signal.SIGSTOP)
        with pytest.raises(ShardTaken, match=f"another task crawls shard {shard}"):
            night.crawl_shard(large.dsn, large.access, run, shard)
    again(large, run, shard)
    assert finished(large)[1]


def test_a_zombie_that_wakes_after_another_finished_its_shard_changes_nothing(large: Country, warehouse: str):
    run, shard = planned(large)
    with crawling(large, run, [shard]) as process:
        until(lambda: is_halfway(large, shard))
        process.send_signal(signal.SIGSTOP)
        with connected(warehouse) as admin:
            query(admin, END_ALL)
        again(large, run, shard)
        staged, usage = large.rows(STAGED), large.rows("SELECT * FROM ops.token_usage ORDER BY 1, 2, 3")
        process.send_signal(signal.SIGCONT)
        told, _ = process.communicate(timeout=60)
    assert json.loads(told)["error"] in ("WarehouseError", "ShardTaken")
    assert large.rows(STAGED) == staged
    assert large.rows("SELECT * FROM ops.token_usage ORDER BY 1, 2, 3") == usage
