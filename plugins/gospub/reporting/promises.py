"""The promises that can be checked in the database, each a query of include/sql/promises whose rows are breaches.

A file's name begins with the promise's number (docs/quality.md lists them) and says what has to hold.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from psycopg2 import sql

from gospub.paths import SQL
from gospub.warehouse.connection import connected, query, told_clearly

_SHOWN = 3


@dataclass(frozen=True)
class BrokenPromise:
    """A promise that does not hold: how many rows break it, and the first of them."""

    promise: str
    breaches_count: int
    examples: tuple[dict[str, Any], ...]

    def __str__(self) -> str:
        shown = "; ".join(", ".join(f"{key}={value}" for key, value in row.items()) for row in self.examples)
        return f"{self.promise}: {self.breaches_count} rows, such as {shown}"


def verify(dsn: str, daily_quotas: Mapping[str, int] | None = None) -> list[BrokenPromise]:
    """Check the promises over all that is kept; the list is empty when they hold.

    ``daily_quotas``: calls that a token may make in any 24 hours, by method; methods that are not named are not
    checked. This reads all of history: it is meant for tests and for an engineer in doubt, not for every night.
    """
    quotas = daily_quotas or {}
    values = {"methods": list(quotas), "quotas": list(quotas.values()), "shown": _SHOWN}
    broken = []
    with connected(dsn, "gospub verify") as connection, told_clearly():
        for path in sorted((SQL / "promises").glob("*.sql")):
            counted = sql.SQL("SELECT *, count(*) OVER () AS breaches FROM ({}) AS breach LIMIT %(shown)s")
            rows = query(connection, counted.format(sql.SQL(path.read_text(encoding="utf-8"))), values)
            if rows:
                count = rows[0]["breaches"]
                examples = tuple({k: v for k, v in row.items() if k != "breaches"} for row in rows)
                broken.append(BrokenPromise(path.stem.replace("_", " "), count, examples))
    return broken


def promises() -> list[str]:
    """What is checked, in words."""
    return [path.stem.replace("_", " ") for path in sorted((SQL / "promises").glob("*.sql"))]
