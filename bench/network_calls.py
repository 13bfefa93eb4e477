"""How many calls a night of Odnoklassniki, Telegram and MAX makes, beside the fewest that the world allows.

Each network is asked in a world of its own, as large as it takes to have the wanted number of pages, by one process,
as fast as sandbox and process can: nobody waits for a rate here, because calls are counted, not their pace.
"""

from __future__ import annotations

import argparse
import logging
import multiprocessing
import os
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from math import ceil
from pathlib import Path
from typing import Any

from bench.memory import MemorySampler
from bench.network_minimum import fewest_calls
from bench.results import Figure
from bench.workplace import Sandbox, sandbox, workplace
from gospub import clock, night
from gospub.access import Access, Limits, Token
from gospub.registry import import_registry
from gospub.registry.resolve import resolve_pages
from gospub.warehouse.connection import connected, query
from gospub.warehouse.migrate import migrate
from local.postgres import EmbeddedPostgres
from sandbox.ok import APPLICATION_KEY, APPLICATION_SECRET_KEY
from sandbox.regions import MOSCOW
from sandbox.registry import write_registry
from sandbox.world import World
from sandbox.worldclock import move_to

COMMAND = "python -m bench --only network_calls"
FIRST_NIGHT = date(2026, 11, 22)
MOST_OVER_FEWEST = 1.03
_PROBE = 20_000
_IN_FLIGHT = 8
_TOKENS = {"ok": "ok-bench", "telegram": "no account at the sandbox", "max": "max-bench"}
_OPTIONS: Mapping[str, Mapping[str, str]] = {
    "ok": {"login": APPLICATION_KEY, "application_secret_key": APPLICATION_SECRET_KEY}
}
_PLANNED = """
SELECT p.shard_no, array_agg(p.native_id) AS pages FROM ops.crawl_plan AS p
WHERE p.snapshot_date = %(day)s AND p.platform = %(platform)s GROUP BY p.shard_no
"""
_OUTCOMES = """
SELECT 'page ' || p.outcome AS outcome, count(*) AS pages FROM staging.page_profile AS p GROUP BY 1
UNION ALL SELECT 'posts ' || w.posts_outcome, count(*) FROM staging.page_wall AS w GROUP BY 1
"""


@dataclass(frozen=True)
class Crawl:
    """What one process made of a night's shards; memory in MiB."""

    seconds: float
    memory: float
    results: list[dict[str, int]]


def measure(options: argparse.Namespace) -> Iterator[Figure]:
    """One night of each network; a size of 0 leaves a network out."""
    logging.getLogger("gospub").setLevel(logging.ERROR)
    sizes = {"ok": options.ok_groups, "telegram": options.telegram_channels, "max": options.max_chats}
    with workplace() as place, EmbeddedPostgres(place / "postgres") as server:
        os.environ["GOSPUB_CLOCK_FILE"] = str(place / "clock")
        for network, pages in sizes.items():
            if pages:
                yield from _night(server, place, network, pages)


def _night(server: EmbeddedPostgres, place: Path, network: str, pages: int) -> Iterator[Figure]:
    world = _fitting_world(network, pages)
    dsn = _registered(server, place, world, network)
    with _asked(place, world, network) as (box, access):
        resolve_pages(dsn, access, clock.now())
        box.reset()
        run_id = night.open_run(dsn, network, "bench", {"limit": pages})
        shards = [shard["shard_no"] for shard in night.plan_night(dsn, access, run_id)]
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
            crawl = pool.submit(_crawl, dsn, access, run_id, shards).result()
        made = _calls(box.book("stats"))
    with connected(dsn) as connection:
        planned = query(connection, _PLANNED, {"day": FIRST_NIGHT, "platform": network})
        outcomes = {row["outcome"]: row["pages"] for row in query(connection, _OUTCOMES)}
    fewest = fewest_calls(world, network, FIRST_NIGHT, [row["pages"] for row in planned])
    yield from _figures(f"{network}, {sum(len(row['pages']) for row in planned)} pages", made, fewest, crawl, outcomes)


def _fitting_world(network: str, pages: int) -> World:
    """The smallest world, roughly, that has so many pages on a network."""
    organisations = ceil(pages * _PROBE / len(World(1, _PROBE, FIRST_NIGHT).pages(network)))
    while len((world := World(1, organisations, FIRST_NIGHT)).pages(network)) < pages:
        organisations += ceil(organisations / 200)
    return world


def _registered(server: EmbeddedPostgres, place: Path, world: World, network: str) -> str:
    """A fresh warehouse that knows the network's pages; it is 01:00 in Moscow of the first night."""
    move_to(place / "clock", datetime(FIRST_NIGHT.year, FIRST_NIGHT.month, FIRST_NIGHT.day, 1, tzinfo=MOSCOW))
    server.ensure_database(network)
    migrate(server.dsn(network))
    write_registry(world, place, xlsx=False, only=network)
    dsn = server.dsn(network, "gospub_loader")
    import_registry(dsn, place / "registry.csv", clock.now(), rejects_folder=place)
    return dsn


@contextmanager
def _asked(place: Path, world: World, network: str) -> Iterator[tuple[Sandbox, Access]]:
    """The sandbox of the world, without any limits, and how to ask it for a network."""
    size = ["--organisations", str(len(world.organisations)), "--first-night", FIRST_NIGHT.isoformat()]
    with sandbox(place, *size, "--clock-file", str(place / "clock"), "--rate", "0") as box:
        limits, options = Limits(0, {}, in_flight=_IN_FLIGHT), _OPTIONS.get(network, {})
        yield box, Access(network, f"{box.url}/{network}", (Token(_TOKENS[network]),), limits, options=options)


def _crawl(dsn: str, access: Access, run_id: int, shards: list[int]) -> Crawl:
    """Crawl one shard after the other in this process."""
    started = time.monotonic()
    with MemorySampler(os.getpid()) as memory:
        results = [night.crawl_shard(dsn, access, run_id, shard) for shard in shards]
    return Crawl(time.monotonic() - started, memory.peaks["everything"], results)


def _calls(stats: dict[str, Any]) -> Counter[str]:
    """Calls by method, as the sandbox counted them."""
    return sum((Counter(book["calls"]) for book in stats["tokens"].values()), Counter())


def _figures(
    what: str, made: Counter[str], fewest: Counter[str], crawl: Crawl, outcomes: dict[str, int]
) -> Iterator[Figure]:
    landed = {name: sum(result[name] for result in crawl.results) for name in ("profiles", "walls", "posts")}
    context = {"shards": len(crawl.results), **landed, **outcomes}
    yield Figure(f"{what}: calls made", made.total(), "calls", COMMAND, context=dict(made))
    yield Figure(f"{what}: fewest calls possible", fewest.total(), "calls", COMMAND, context=dict(fewest))
    ratio = made.total() / fewest.total()
    yield Figure(f"{what}: calls over the fewest possible", ratio, "times", COMMAND, MOST_OVER_FEWEST)
    yield Figure(f"{what}: seconds of the crawl", crawl.seconds, "s", COMMAND, context=context)
    yield Figure(f"{what}: peak PSS of the crawling process", crawl.memory, "MiB", COMMAND)
