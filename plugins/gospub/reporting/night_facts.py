"""What is known of a night, read once: its row, runs, pages by outcome, calls, findings of the gate."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from psycopg2.extensions import connection as Connection

from gospub.clock import moscow_midnight, night_ends_at
from gospub.errors import NightError
from gospub.warehouse.connection import Row, connected, query, script, told_clearly


@dataclass(frozen=True)
class NightFacts:
    """Rows of one night: ``pages`` are counted by region, outcome, reason and the same of posts."""

    night: Row
    runs: list[Row]
    pages: list[Row]
    changes: list[Row]
    calls: list[Row]
    rejected: list[Row]
    findings: list[Row]

    @property
    def planned(self) -> int:
        """Pages in the plan."""
        return sum(row["pages_count"] for row in self.pages)

    def count(self, *columns: str, among: Iterable[Row] | None = None) -> list[tuple[tuple[str, ...], int]]:
        """Pages by the values of some columns, most frequent first; an unknown value reads as —."""
        found: Counter[tuple[str, ...]] = Counter()
        for row in self.pages if among is None else among:
            found[tuple(row[column] or "—" for column in columns)] += row["pages_count"]
        return found.most_common()

    def failed(self, column: str = "outcome") -> list[Row]:
        """The pages whose profile (or, by ``posts_outcome``, posts) failed."""
        return [row for row in self.pages if row[column] == "failed"]

    @property
    def missed(self) -> list[Row]:
        """Expectations that did not hold when the night was judged last."""
        return [row for row in self.findings if not row["is_passed"]]


def read_night(dsn: str, snapshot_date: date, platform: str) -> NightFacts:
    """Read a night. Raises NightError when there is none."""
    key = {
        "snapshot_date": snapshot_date,
        "platform": platform,
        "night_from": moscow_midnight(snapshot_date),
        "night_to": night_ends_at(snapshot_date),
    }
    with connected(dsn, "gospub report") as connection, told_clearly():
        nights = query(connection, script("quality/night"), key)
        if not nights:
            raise NightError(
                f"there is no night of {snapshot_date} on {platform}", "See ops.night for the nights that there are"
            )
        return NightFacts(
            night=nights[0],
            runs=_rows(connection, "report/night_runs", key),
            pages=_rows(connection, "report/night_pages", key),
            changes=_rows(connection, "report/night_changes", key),
            calls=_rows(connection, "report/night_calls", key),
            rejected=_rows(connection, "report/night_rejected", key),
            findings=_rows(connection, "quality/latest_findings", key),
        )


def _rows(connection: Connection, name: str, key: dict[str, object]) -> list[Row]:
    return query(connection, script(name), key)
