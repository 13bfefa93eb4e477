"""Keep the warehouse in shape: partitions ahead, retention, vacuum and statistics, as the role of the DAGs.

Structure belongs to gospub_owner: partitions are made and dropped through its SECURITY DEFINER functions. VACUUM and
ANALYZE take the MAINTAIN privilege, which PostgreSQL has since version 17
(https://www.postgresql.org/docs/17/ddl-priv.html); before, ANALYZE goes through a function of the owner and VACUUM is
left to autovacuum.
"""

from datetime import date, datetime, timedelta
from typing import Any

import psycopg2
from psycopg2 import sql
from psycopg2.extensions import connection as Connection

from gospub.clock import moscow_midnight, snapshot_date
from gospub.warehouse.connection import affected, connected, query, script, told_clearly, transaction
from gospub.warehouse.retention import Retention

_MONTHS_AHEAD = 2
_STAGING = ("staging.page_profile", "staging.page_wall", "staging.post")
_MAINTAIN_SINCE = 170000
# A reader holding a partition must not make every later query queue up behind our DROP.
_LOCK_TIMEOUT = "SET LOCAL lock_timeout = '5s'"


def maintain(dsn: str, moment: datetime, retention: Retention | None = None) -> dict[str, Any]:
    """Do all of it; safe to run at any time and again. ``retention`` defaults to the environment's settings.

    Returns what was done: partitions_made, partitions_dropped (names), nights_lost (dropped unpublished), rows purged
    by table, vacuumed, analysed_only (the server leaves VACUUM to autovacuum), and put_off: what was in use, by name
    with the server's words; the next run tries again. Raises WarehouseError when the database goes away.
    """
    kept = retention or Retention.from_environment()
    today = snapshot_date(moment)
    with connected(dsn, "gospub maintain") as connection, told_clearly():
        report: dict[str, Any] = {"put_off": {}}
        report["partitions_made"] = _make_partitions(connection, today)
        report |= _drop(connection, today, kept, report["put_off"])
        report["rows_purged"] = _purge(connection, today, moment, kept)
        report |= _vacuum(connection, today)
    return report


def _make_partitions(connection: Connection, today: date) -> int:
    with transaction(connection):
        values = {"months_ahead": _MONTHS_AHEAD}
        nights = (today, today + timedelta(days=1))
        return sum(
            query(connection, script("maintenance/ensure_partitions"), {**values, "night": night})[0]["made"]
            for night in nights
        )


def _drop(connection: Connection, today: date, kept: Retention, put_off: dict[str, str]) -> dict[str, Any]:
    staging_before = today - timedelta(days=kept.staging_nights - 1)
    before = dict.fromkeys(_STAGING, staging_before) | {
        "ops.crawl_plan": today - timedelta(days=kept.plan_days),
        "history.post": today - timedelta(days=kept.post_days),
        "history.post_metric": today - timedelta(days=kept.post_metric_days),
    }
    dropped: list[str] = []
    for parent, limit in before.items():
        try:
            with transaction(connection):
                query(connection, _LOCK_TIMEOUT)
                values = {"parent": parent, "before": limit}
                dropped += query(connection, script("maintenance/drop_partitions"), values)[0]["dropped"]
        except psycopg2.errors.LockNotAvailable as error:
            put_off[parent] = str(error).splitlines()[0]
    was_staging_dropped = any(name.startswith("staging.") for name in dropped)
    lost = query(connection, script("maintenance/unpublished_nights"), {"before": staging_before})
    connection.commit()
    return {
        "partitions_dropped": dropped,
        "nights_lost": [row["night"] for row in lost] if was_staging_dropped else [],
    }


def _purge(connection: Connection, today: date, moment: datetime, kept: Retention) -> dict[str, int]:
    before = {
        "token_usage": moment - timedelta(days=kept.token_usage_days),
        "rejected": moment - timedelta(days=kept.rejected_days),
        "page_ratings": today - timedelta(days=kept.page_rating_days),
        # Partitions of posts are months: an absence goes once its month is gone.
        "absences": moscow_midnight((today - timedelta(days=kept.post_days)).replace(day=1)),
    }
    purged = {}
    for name, limit in before.items():
        with transaction(connection):
            purged[name] = affected(connection, script(f"maintenance/purge_{name}"), {"before": limit})
    return purged


def _vacuum(connection: Connection, today: date) -> dict[str, Any]:
    tables = [row["table_name"] for row in query(connection, script("maintenance/recent_tables"), {"today": today})]
    connection.commit()
    connection.autocommit = True  # VACUUM refuses to run inside a transaction
    done: dict[str, list[str]] = {"vacuumed": [], "analysed_only": []}
    for table in tables:
        done["vacuumed" if _tidy(connection, table) else "analysed_only"].append(table)
    return done


def _tidy(connection: Connection, table: str) -> bool:
    if _may_maintain(connection, table):
        query(connection, sql.SQL("VACUUM (ANALYZE, SKIP_LOCKED) {}").format(sql.Identifier(*table.split("."))))
        return True
    query(connection, "SELECT ops.analyze_table(%(table_name)s)", {"table_name": table})
    return False


def _may_maintain(connection: Connection, table: str) -> bool:
    if connection.server_version < _MAINTAIN_SINCE:
        return False
    return bool(query(connection, script("maintenance/may_maintain"), {"table_name": table})[0]["may_maintain"])
