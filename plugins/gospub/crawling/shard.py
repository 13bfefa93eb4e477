"""Crawling one shard of a night: profiles first, then walls, several calls in flight, landed batch by batch."""

import logging
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from psycopg2.extensions import connection as Connection

from gospub import clock
from gospub.access import Access
from gospub.calling import Caller
from gospub.crawling.batches import WallQueue
from gospub.crawling.closing import close_open_pages
from gospub.crawling.landing import land_profiles, land_walls
from gospub.crawling.runs import Run, load_run, refuse_other_day
from gospub.errors import NightOver, NoQuotaLeft, ShardTaken
from gospub.platforms import NETWORKS, Network
from gospub.platforms.base import PageAsk, ProfileAnswer, WallAsk
from gospub.warehouse.connection import Row, connected, query, script, told_clearly, transaction

log = logging.getLogger(__name__)

# Quota that frees later than this Moscow hour is of no use to the night.
_QUOTA_WAIT_ENDS = timedelta(hours=5)
_LOCK = "SELECT pg_try_advisory_lock(hashtextextended('gospub shard ' || %(shard)s, 0)) AS is_ours"


def crawl_shard(dsn: str, access: Access, run_id: int, shard_no: int) -> dict[str, int]:
    """Ask what is still open in a shard, or failed before, and land it; safe to run again at any time.

    Returns counts: profiles and walls landed, calls made. Raises NightOver on another day than the night's,
    ShardTaken while another task crawls the shard, NetworkDown and ConfigurationError when nothing can be asked
    (open pages stay open for a retry), WarehouseError when Postgres goes away.
    """
    with connected(dsn, "gospub crawl shard") as connection, told_clearly():
        run = load_run(connection, run_id)
        refuse_other_day(run, clock.now())
        with _shard_lock(connection, run, shard_no):
            _reopen(connection, run, shard_no)
            return _Shard(connection, dsn, access, run, shard_no).crawl()


@contextmanager
def _shard_lock(connection: Connection, run: Run, shard_no: int) -> Iterator[None]:
    name = f"{run.snapshot_date} {run.platform} {shard_no}"
    if not query(connection, _LOCK, {"shard": name})[0]["is_ours"]:
        raise ShardTaken(
            f"another task crawls shard {shard_no} of {run.platform}", "Wait for it, or end it and try again"
        )
    connection.commit()
    yield


def _reopen(connection: Connection, run: Run, shard_no: int) -> None:
    values = {
        "run_id": run.run_id,
        "shard_no": shard_no,
        "snapshot_date": run.snapshot_date,
        "platform": run.platform,
        "again": run.is_again,
        "before": run.started_at if run.is_again else clock.now(),
    }
    with transaction(connection):
        reopened = query(connection, script("crawl/reopen"), values)[0]["pages_count"]
        if reopened:
            query(connection, script("crawl/touch_night"), values)
            log.info("%d pages that failed before, or were asked for again, are open again", reopened)


class _Shard:
    """One attempt at a shard."""

    def __init__(self, connection: Connection, dsn: str, access: Access, run: Run, shard_no: int) -> None:
        self.connection = connection
        self.access = access
        self.run = run
        self.shard_no = shard_no
        self.network: Network = NETWORKS[run.platform]
        midnight = clock.moscow_midnight(run.snapshot_date)
        self.caller = Caller(
            dsn,
            access,
            self.network,
            clock.night_ends_at(run.snapshot_date),
            max(midnight + _QUOTA_WAIT_ENDS, run.started_at),
        )
        self.counts = {"profiles": 0, "walls": 0, "posts": 0}

    def crawl(self) -> dict[str, int]:
        with ThreadPoolExecutor(self.access.limits.concurrency, "ask") as pool:
            try:
                self._profiles(pool)
                self._walls(pool)
            except (NoQuotaLeft, NightOver) as error:
                self._close_rest(error)
            finally:
                self.caller.close()
        use = self.caller.use
        log.info("%d calls in %.1f s of %d leases", use.calls_count, use.seconds, use.leases_count)
        return {
            **self.counts,
            "calls": use.calls_count,
            "leases": use.leases_count,
            "lease_ms": round(1000 * use.seconds),
        }

    def _rows(self, name: str) -> list[Row]:
        values = {
            "run_id": self.run.run_id,
            "shard_no": self.shard_no,
            "snapshot_date": self.run.snapshot_date,
            "posts_since": self.run.posts_since,
        }
        rows = query(self.connection, script(name), values)
        self.connection.commit()
        return rows

    def _profiles(self, pool: ThreadPoolExecutor) -> None:
        rows = self._rows("crawl/open_profiles")
        unnamed = [_without_id(row) for row in rows if row["native_id"] is None]
        if unnamed:
            self._land_profiles(unnamed)
        pages = [_page(row) for row in rows if row["native_id"] is not None]
        size = self.network.profiles_per_batch
        batches = iter([pages[start : start + size] for start in range(0, len(pages), size)])
        self._pump(
            pool,
            lambda _: next(batches, None),
            lambda batch: self.network.ask_profiles(batch, self.caller),
            lambda _, answers: self._land_profiles(answers),
        )

    def _land_profiles(self, answers: Sequence[ProfileAnswer]) -> None:
        land_profiles(self.connection, self.run, answers, clock.now())
        self.counts["profiles"] += len(answers)
        log.info("profiles: %d landed", self.counts["profiles"])

    def _walls(self, pool: ThreadPoolExecutor) -> None:
        rows = self._rows("crawl/open_walls")
        asks = sorted((self._ask(row) for row in rows), key=lambda ask: bool(ask.known))
        self._land_walls([ask for ask in asks if ask.is_done])
        queue = WallQueue([a for a in asks if not a.is_done], self.network.walls_per_batch, self.network.expected_bytes)
        self._pump(
            pool,
            lambda is_idle: queue.next_batch(even_if_small=is_idle) or None,
            lambda batch: self.network.ask_walls(batch, self.caller),
            lambda batch, _: self._take_walls(queue, batch),
        )

    def _ask(self, row: Row) -> WallAsk:
        """A wall to ask, or one whose outcome follows from the plan and the profile."""
        ask = WallAsk(_page(row), self.run.posts_since)
        if row["outcome"] != "ok":
            ask.posts_outcome, ask.reason = _POSTS_OF[row["outcome"]], row["reason"]
        elif self.run.is_profiles_only:
            ask.posts_outcome, ask.reason = "not_planned", "profiles_only"
        elif not row["is_posts_planned"]:
            ask.known = row["known_post_ids"] or ()
            ask.posts_outcome = None if ask.known else "not_planned"
        return ask

    def _take_walls(self, queue: WallQueue, batch: Sequence[WallAsk]) -> None:
        self._land_walls([ask for ask in batch if ask.is_done])
        queue.put_back([ask for ask in batch if not ask.is_done])

    def _land_walls(self, asks: Sequence[WallAsk]) -> None:
        if not asks:
            return
        land_walls(self.connection, self.run, asks, clock.now())
        self.counts["walls"] += len(asks)
        for ask in asks:
            self.counts["posts"] += len(ask.posts)
            ask.posts.clear()  # landed: a large shard's posts need not fit into memory together
        log.info("walls: %d landed with %d posts", self.counts["walls"], self.counts["posts"])

    def _pump(
        self,
        pool: ThreadPoolExecutor,
        next_batch: Callable[[bool], Any],
        ask: Callable[[Any], Any],
        take: Callable[[Any, Any], None],
    ) -> None:
        """Keep calls in flight: ask batch after batch in threads, take the answers here, one by one.

        When asking ends early, what is in flight is still taken before the error goes on.
        """
        flying: dict[Future[Any], Any] = {}
        trouble: BaseException | None = None
        while True:
            while (
                not trouble
                and len(flying) < self.access.limits.concurrency
                and (batch := next_batch(not flying)) is not None
            ):
                flying[pool.submit(ask, batch)] = batch
            if not flying:
                break
            for future in wait(flying, return_when=FIRST_COMPLETED).done:
                batch = flying.pop(future)
                error = future.exception()
                if error is None:
                    take(batch, future.result())
                trouble = trouble or error
        if trouble:
            raise trouble

    def _close_rest(self, error: NoQuotaLeft | NightOver) -> None:
        reason = "quota" if isinstance(error, NoQuotaLeft) else "time_up"
        log.warning("%s: the rest of the shard is closed for reason %s", error, reason)
        with transaction(self.connection):
            close_open_pages(
                self.connection, self.run, reason, clock.now(), shard_no=self.shard_no, posts_outcome="not_planned"
            )


_POSTS_OF = {
    "closed": "wall_closed",
    "no_access": "wall_closed",
    "banned": "page_gone",
    "deleted": "page_gone",
    "not_found": "page_gone",
    "failed": "failed",
}


def _page(row: Row) -> PageAsk:
    return PageAsk(row["page_id"], row["native_id"], row["expected_posts_count"])


def _without_id(row: Row) -> ProfileAnswer:
    """The answer for a page whose screen name stands for no community, or has not been resolved yet."""
    if row["resolution"] in ("unknown_name", "not_a_community"):
        return ProfileAnswer(row["page_id"], "not_found", clock.now(), row["resolution"])
    return ProfileAnswer(row["page_id"], "failed", clock.now(), "name_not_resolved")
