"""Giving an outcome to the pages that were never answered, so that every planned page has one."""

from datetime import datetime

from psycopg2.extensions import connection as Connection

from gospub.crawling.runs import Run, load_run
from gospub.warehouse.connection import connected, query, script, told_clearly, transaction


def close_open_pages(
    connection: Connection,
    run: Run,
    reason: str,
    moment: datetime,
    *,
    shard_no: int | None = None,
    posts_outcome: str = "failed",
) -> int:
    """Close the open pages of a run, or of one shard of it, as failed for ``reason``; returns how many profiles.

    ``posts_outcome``: for walls of pages whose profile is known: ``failed``, or ``not_planned`` when the quota or
    the time did not suffice to ask. The caller commits.
    """
    values = {
        "run_id": run.run_id,
        "snapshot_date": run.snapshot_date,
        "platform": run.platform,
        "shard_no": shard_no,
        "reason": reason,
        "moment": moment,
        "posts_outcome": posts_outcome,
        "asked_since": run.posts_since,
    }
    profiles: int = query(connection, script("crawl/close_profiles"), values)[0]["pages_count"]
    walls: int = query(connection, script("crawl/close_walls"), values)[0]["pages_count"]
    if profiles or walls:
        query(connection, script("crawl/touch_night"), values)
    return profiles


def close_dead_shards(dsn: str, run_id: int, moment: datetime) -> int:
    """Close what a run's shards left open, however they ended; returns how many pages had no answer."""
    with connected(dsn, "gospub close night") as connection, told_clearly():
        run = load_run(connection, run_id)
        with transaction(connection):
            return close_open_pages(connection, run, "shard_dead", moment)
