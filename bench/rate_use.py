"""How much of the allowed calls a crawl uses, and whether it ever calls above rate or quota.

A sandbox with VK's limits (3 calls a second and token, execute answers that take 1 to 4 s) is crawled by tasks in
processes of their own. The sandbox counts; the leases' own count comes from what crawl_shard returns.
"""

from __future__ import annotations

import argparse
import logging
import multiprocessing
import os
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from bench.minimum import Calls, fewest_calls
from bench.results import Figure
from bench.workplace import Sandbox, sandbox, workplace
from gospub import clock, night
from gospub.access import Access, Limits, Token
from gospub.registry import import_registry
from gospub.registry.resolve import resolve_pages
from gospub.warehouse.connection import connected, query
from gospub.warehouse.migrate import migrate
from local.postgres import EmbeddedPostgres
from sandbox.regions import MOSCOW
from sandbox.registry import write_registry
from sandbox.world import World
from sandbox.worldclock import move_to

COMMAND = "python -m bench --only rate_use"
RATE, LATENCY, QUOTA = 3.0, (1.0, 4.0), {"wall.get": 5000}
FIRST_NIGHT = date(2026, 11, 22)
# Alone, a task needs a quarter of a minute for each shard: half the country tells as much as all of it.
SHARDS_FOR_ONE_TASK = 5
_PAGES = """
SELECT p.native_id FROM ops.crawl_plan AS p
WHERE p.snapshot_date = %(day)s AND p.shard_no = %(shard_no)s AND p.native_id IS NOT NULL
"""


@dataclass(frozen=True)
class Crawl:
    """What a crawl of all shards came to."""

    seconds: float
    results: list[dict[str, int]]
    stats: dict[str, Any]
    fewest: Calls

    def total(self, name: str) -> int:
        """Sum of one of crawl_shard's counts."""
        return sum(result[name] for result in self.results)


@dataclass(frozen=True)
class Country:
    """A made-up country on the network, and a warehouse that knows its registry."""

    world: World
    network: Sandbox
    dsn: str
    clock_file: Path

    def begin(self, day: date) -> None:
        """Move all clocks to 01:00 in Moscow; the network goes on counting the day's calls."""
        move_to(self.clock_file, datetime(day.year, day.month, day.day, 1, tzinfo=MOSCOW))

    def crawl(self, day: date, tasks: int, tokens: int, shards_count: int | None = None) -> tuple[int, Crawl]:
        """Crawl a night, or so many shards of it; gives the run's id too."""
        self.begin(day)
        access = Access("vk", self.network.url, tuple(Token(f"user-{n}") for n in range(tokens)), Limits(RATE, QUOTA))
        run_id = night.open_run(self.dsn, "vk", "bench", {})
        shards = [shard["shard_no"] for shard in night.plan_night(self.dsn, access, run_id)][:shards_count]
        before, started = self.network.book("stats"), time.monotonic()
        with ProcessPoolExecutor(tasks, multiprocessing.get_context("spawn")) as pool:
            arguments = [(self.dsn, access, run_id, shard) for shard in shards]
            results = list(pool.map(night.crawl_shard, *zip(*arguments, strict=True)))
        seconds = time.monotonic() - started
        fewest = fewest_calls(self.world, day, self._pages(day, shards))
        return run_id, Crawl(seconds, results, _since(before, self.network.book("stats")), fewest)

    def _pages(self, day: date, shards: list[int]) -> list[list[int]]:
        with connected(self.dsn) as connection:
            rows = [query(connection, _PAGES, {"day": day, "shard_no": shard}) for shard in shards]
        return [[int(row["native_id"]) for row in pages] for pages in rows]


def measure(options: argparse.Namespace) -> Iterator[Figure]:
    """One task with one token; three tasks with two tokens; the same on the next night, when pages have a history."""
    logging.getLogger("gospub").setLevel(logging.ERROR)
    with workplace() as place, EmbeddedPostgres(place / "postgres") as server:
        os.environ["GOSPUB_CLOCK_FILE"] = str(place / "clock")
        with _country(server, place, "alone", options.organisations) as country:
            yield from _figures(country.crawl(FIRST_NIGHT, 1, 1, SHARDS_FOR_ONE_TASK)[1], "1 task, 1 token")
        with _country(server, place, "together", options.organisations) as country:
            run_id, crawl = country.crawl(FIRST_NIGHT, 3, 2)
            yield from _figures(crawl, "3 tasks, 2 tokens")
            night.judge_night(country.dsn, run_id)
            night.publish(country.dsn, run_id)
            yield from _figures(
                country.crawl(FIRST_NIGHT + timedelta(days=1), 3, 2)[1], "3 tasks, 2 tokens, next night"
            )


@contextmanager
def _country(server: EmbeddedPostgres, place: Path, name: str, organisations: int) -> Iterator[Country]:
    """A fresh one; its screen names are resolved while the network has no limits."""
    world = World(1, organisations, FIRST_NIGHT)
    write_registry(world, place, xlsx=False)
    server.ensure_database(name)
    migrate(server.dsn(name))
    size = ["--organisations", str(organisations), "--first-night", FIRST_NIGHT.isoformat()]
    with sandbox(place, *size, "--clock-file", str(place / "clock"), "--rate", "0") as network:
        country = Country(world, network, server.dsn(name, "gospub_loader"), place / "clock")
        country.begin(FIRST_NIGHT)
        import_registry(country.dsn, place / "registry.csv", clock.now(), rejects_folder=place)
        resolve_pages(country.dsn, Access("vk", network.url, (Token("user-registry"),), Limits(0, {})), clock.now())
        network.reset()
        network.settings(rate=RATE, execute_latency=LATENCY, quotas=QUOTA)
        yield country


def _figures(crawl: Crawl, who: str) -> Iterator[Figure]:
    """All figures of a crawl."""

    def figure(name: str, value: float, unit: str, **more: Any) -> Figure:
        return Figure(f"{who}: {name}", value, unit, COMMAND, **more)

    calls, leases, lease_seconds = crawl.total("calls"), crawl.total("leases"), crawl.total("lease_ms") / 1000
    wall_get = crawl.stats["wall_get"]
    held = {"calls": calls, "leases": leases, "lease_seconds": round(lease_seconds, 1)}
    wire = {"made": calls, "fewest": crawl.fewest.on_the_wire}
    walls = {"made": wall_get, "fewest": crawl.fewest.wall_get}
    size = {"shards": len(crawl.results), **{name: crawl.total(name) for name in ("profiles", "walls", "posts")}}
    share = (calls - leases) / (lease_seconds * RATE)
    yield figure("share of the allowed calls used within leases", share, "of 1", at_least=0.95, context=held)
    yield figure("share used from first call to last, waiting included", _overall(crawl.stats["arrivals"]), "of 1")
    yield figure("calls above the rate", crawl.stats["over_rate"], "calls", at_most=0)
    yield figure("calls above a quota", crawl.stats["over_quota"], "calls", at_most=0)
    yield figure("seconds", crawl.seconds, "s", context=size)
    yield figure("calls over the fewest possible", calls / crawl.fewest.on_the_wire, "times", context=wire)
    yield figure("wall.get calls over the fewest possible", wall_get / crawl.fewest.wall_get, "times", context=walls)


def _since(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """What the sandbox booked between two looks into its books; `arrivals` token by token."""
    arrivals = []
    for token, book in after["tokens"].items():
        known = len(before["tokens"].get(token, {}).get("arrivals", []))
        arrivals.append(book["arrivals"][known:])
    counts = {name: after[name] - before[name] for name in ("over_rate", "over_quota")}
    return counts | {"arrivals": [times for times in arrivals if times], "wall_get": _walls(after) - _walls(before)}


def _walls(stats: dict[str, Any]) -> int:
    """Calls of wall.get, on the wire and inside execute."""
    books = stats["tokens"].values()
    return sum(book[kind].get("wall.get", 0) for book in books for kind in ("calls", "inner_calls"))


def _overall(arrivals: list[list[float]]) -> float:
    """By the sandbox's arrivals, each token from its first call to its last."""
    allowed: float = sum((times[-1] - times[0]) * RATE for times in arrivals)
    return sum(len(times) - 1 for times in arrivals) / allowed
