"""Freezing a night's plan: pages into shards, posts by priority as far as the quota goes."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from psycopg2.extensions import connection as Connection

from gospub import clock
from gospub.access import Access
from gospub.errors import NightError
from gospub.planning.shards import RegionSize, Shard, make_shards
from gospub.platforms import NETWORKS
from gospub.warehouse.connection import Row, connected, query, script, told_clearly, transaction

# A page that was never measured is asked for as if it had the usual number of posts.
UNKNOWN_POSTS_COUNT = 20
# Where the quota is too small for all walls, a whole answer's worth: a second call to the same wall would cost another
# page its turn.
UNKNOWN_POSTS_COUNT_IF_SCARCE = 80
# Measurements older than this are as good as none: it bounds what planning reads of history.
MEMORY_DAYS = 45
# Follow-up calls of walls that hold more posts than expected.
_BUDGET_SHARE = 0.97


@dataclass(frozen=True)
class ShardSummary:
    """A shard as the mapped tasks get it."""

    shard_no: int
    title: str
    pages_count: int


def make_plan(dsn: str, access: Access, run_id: int, moment: datetime) -> list[ShardSummary]:
    """Plan the pages of a run's scope that the night has not planned yet, and give the shards that the run crawls.

    A full run freezes the plan; planning again changes nothing. Raises NightError when the run is unknown.
    """
    with connected(dsn, "gospub plan") as connection, told_clearly(), transaction(connection):
        run = _run(connection, run_id)
        night = query(connection, script("plan/lock_night"), run)[0]
        if night["plan_frozen_at"] is None:
            _add_pages(connection, access, run, moment)
            if not run["is_partial"]:
                query(connection, script("plan/freeze"), {**run, "moment": moment})
        return [ShardSummary(**row) for row in query(connection, script("plan/run_shards"), run)]


def _run(connection: Connection, run_id: int) -> Row:
    rows = query(connection, "SELECT * FROM ops.crawl_run WHERE run_id = %(run_id)s", {"run_id": run_id})
    if not rows:
        raise NightError(f"there is no run {run_id}", "Open the night first")
    return rows[0]


def _add_pages(connection: Connection, access: Access, run: Row, moment: datetime) -> None:
    network = NETWORKS[access.platform]
    scope = run["scope"] if isinstance(run["scope"], dict) else json.loads(run["scope"])
    values: dict[str, Any] = {
        "snapshot_date": run["snapshot_date"],
        "platform": run["platform"],
        "regions": scope["regions"] or None,
        "last_page_id": scope["last_page_id"],
        "memory_days": MEMORY_DAYS,
    }
    query(connection, script("plan/candidates"), values)
    shards = make_shards(
        [RegionSize(**row) for row in query(connection, script("plan/region_sizes"))], network.pages_per_shard
    )
    first_no = _add_shards(connection, values, shards)
    budget = _wall_calls(connection, access, network.wall_method, values, moment)
    is_scarce = budget < 2 * sum(shard.pages_count for shard in shards)
    values["wall_calls_budget"] = budget
    values["unknown_posts_count"] = UNKNOWN_POSTS_COUNT_IF_SCARCE if is_scarce else UNKNOWN_POSTS_COUNT
    query(connection, script("plan/make_plan"), {**values, **_slice_arrays(shards, first_no)})


def _add_shards(connection: Connection, values: dict[str, Any], shards: list[Shard]) -> int:
    """Number the shards after those that the night has already; returns the first number."""
    last = query(
        connection,
        "SELECT max(shard_no) AS n FROM ops.shard WHERE snapshot_date = %(snapshot_date)s AND platform = %(platform)s",
        values,
    )[0]["n"]
    first_no = 0 if last is None else last + 1
    for shard_no, shard in enumerate(shards, first_no):
        row = {
            **values,
            "shard_no": shard_no,
            "title": shard.title,
            "region_codes": sorted({piece.region_code for piece in shard.slices}),
            "pages_count": shard.pages_count,
        }
        query(connection, script("plan/add_shard"), row)
    return first_no


def _slice_arrays(shards: list[Shard], first_no: int) -> dict[str, list[Any]]:
    pieces = [(shard_no, piece) for shard_no, shard in enumerate(shards, first_no) for piece in shard.slices]
    return {
        "slice_regions": [piece.region_code for _, piece in pieces],
        "slice_firsts": [piece.first for _, piece in pieces],
        "slice_lasts": [piece.last for _, piece in pieces],
        "slice_shards": [shard_no for shard_no, _ in pieces],
    }


def _wall_calls(connection: Connection, access: Access, method: str, values: dict[str, Any], moment: datetime) -> int:
    """Wall calls that the tokens may make tonight, less those that the night's plan holds already.

    Counted is what frees by five in the morning in Moscow: last night's calls free at about the time they were made.
    """
    quota = access.limits.daily_quota.get(method)
    if quota is None:
        return 2**31 - 1
    frees_by = max(moment, clock.moscow_midnight(values["snapshot_date"]) + timedelta(hours=5)) - timedelta(hours=24)
    left: int = query(
        connection,
        script("plan/quota_left"),
        {
            "quota": quota,
            "method": method,
            "fingerprints": [token.fingerprint for token in access.tokens],
            "frees_by": frees_by,
            "moment": moment,
        },
    )[0]["calls_count"]
    planned: int = query(connection, script("plan/planned_wall_calls"), values)[0]["calls_count"]
    return max(0, int(left * _BUDGET_SHARE) - planned)
