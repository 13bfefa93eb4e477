"""Opening a night: its date, its partitions, its rows in ops.night and ops.crawl_run."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from psycopg2.extensions import connection as Connection

from gospub import clock
from gospub.errors import ConfigurationError
from gospub.warehouse.connection import connected, query, script, told_clearly, transaction

_MONTHS_AHEAD = 2


@dataclass(frozen=True)
class Scope:
    """What a run covers. ``regions`` or ``limit`` make it partial; ``again`` asks anew for what was done."""

    regions: Sequence[str] | None = None
    limit: int | None = None
    profiles_only: bool = False
    again: bool = False

    @property
    def is_partial(self) -> bool:
        """Whether it leaves pages out."""
        return bool(self.regions) or self.limit is not None


def open_night(dsn: str, platform: str, moment: datetime, label: str, scope: Scope | None = None) -> int:
    """Open the night that ``moment`` belongs to, or go on with it, and give the run's id.

    ``label`` names the run (Airflow's run id): the same label on the same night is the same run. Raises
    ConfigurationError for regions that do not exist, and when the registry has no page of the network.
    """
    scope = scope or Scope()
    day = clock.snapshot_date(moment)
    with connected(dsn, "gospub open night") as connection, told_clearly(), transaction(connection):
        _refuse_unknown_regions(connection, scope)
        query(connection, "SELECT ops.ensure_partitions(%(day)s, %(ahead)s)", {"day": day, "ahead": _MONTHS_AHEAD})
        values = {
            "snapshot_date": day,
            "platform": platform,
            "moment": moment,
            "label": label,
            "is_partial": scope.is_partial,
            "regions": list(scope.regions) if scope.regions else None,
            "limit": scope.limit,
        }
        last_page_id = query(connection, script("plan/scope_limit"), values)[0]["last_page_id"]
        if last_page_id is None:
            raise ConfigurationError(
                f"the registry has no page in {platform} for this run",
                "Import a registry first: python -m gospub import-registry FILE (DAG sync_registry)",
            )
        kept = {**asdict(scope), "last_page_id": last_page_id if scope.limit is not None else None}
        query(connection, script("plan/open_night"), values)
        run_id: int = query(connection, script("plan/open_run"), {**values, "scope": json.dumps(kept)})[0]["run_id"]
        return run_id


def _refuse_unknown_regions(connection: Connection, scope: Scope) -> None:
    known = {row["region_code"] for row in query(connection, "SELECT region_code FROM registry.region")}
    if unknown := sorted(set(scope.regions or ()) - known):
        raise ConfigurationError(
            f"no such region: {', '.join(unknown)}",
            "Regions are named by their two-digit codes, such as 59; 00 = federal bodies",
        )
