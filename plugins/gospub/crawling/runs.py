"""A run of a night, as the stages after planning read it from ops.crawl_run."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from psycopg2.extensions import connection as Connection

from gospub import clock
from gospub.errors import NightError, NightOver
from gospub.warehouse.connection import connected, query

POSTS_WINDOW = timedelta(days=30)


@dataclass(frozen=True)
class Run:
    """A run: its night, what it covers, and when it started."""

    run_id: int
    snapshot_date: date
    platform: str
    is_partial: bool
    started_at: datetime
    is_again: bool
    is_profiles_only: bool

    @property
    def posts_since(self) -> datetime:
        """Posts published since this moment are asked for: 30 days before the night's Moscow midnight."""
        return clock.moscow_midnight(self.snapshot_date) - POSTS_WINDOW


def load_run(connection: Connection, run_id: int) -> Run:
    """Read a run; raises NightError when there is none."""
    rows = query(connection, "SELECT * FROM ops.crawl_run WHERE run_id = %(run_id)s", {"run_id": run_id})
    connection.commit()
    if not rows:
        raise NightError(f"there is no run {run_id}", "Start the night with open_night")
    row = rows[0]
    return Run(
        run_id=run_id,
        snapshot_date=row["snapshot_date"],
        platform=row["platform"],
        is_partial=row["is_partial"],
        started_at=row["started_at"],
        is_again=bool(row["scope"].get("again")),
        is_profiles_only=bool(row["scope"].get("profiles_only")),
    )


def run_of(dsn: str, run_id: int) -> Run:
    """Read a run over a connection of its own."""
    with connected(dsn) as connection:
        return load_run(connection, run_id)


def refuse_other_day(run: Run, moment: datetime) -> None:
    """Raise NightOver unless the run's night is today in Moscow: a network shows only its present."""
    today = clock.snapshot_date(moment)
    if run.snapshot_date != today:
        raise NightOver(
            f"the night of {run.snapshot_date} can no longer be crawled: in Moscow it is {today}",
            "Networks show only their present: start a new night. What was staged in time can still be published",
        )
