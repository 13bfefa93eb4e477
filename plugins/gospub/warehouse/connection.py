"""Connections to the warehouse, and the few ways in which gospub talks to it."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import orjson
import psycopg2
from psycopg2 import sql
from psycopg2.extensions import connection as Connection
from psycopg2.extras import RealDictCursor

from gospub.errors import WarehouseError
from gospub.paths import SQL

Row = dict[str, Any]

_KEEPALIVE: dict[str, Any] = {
    "keepalives": 1,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
}


def connect(dsn: str, purpose: str = "gospub") -> Connection:
    """Open a connection; ``purpose`` is what pg_stat_activity shows.

    Raises WarehouseError when the server cannot be reached or refuses.
    """
    try:
        connection: Connection = psycopg2.connect(dsn, application_name=purpose[:63], connect_timeout=10, **_KEEPALIVE)
    except psycopg2.OperationalError as error:
        raise WarehouseError(
            f"the warehouse cannot be reached: {_first_line(error)}",
            "Start the server, or mend the connection gospub_warehouse (GOSPUB_DSN for commands)",
        ) from None
    with connection.cursor() as cursor:
        cursor.execute("SET timezone = 'UTC'")
    connection.commit()
    return connection


@contextmanager
def connected(dsn: str, purpose: str = "gospub") -> Iterator[Connection]:
    """A connection that is closed at the end; what was not committed is rolled back."""
    connection = connect(dsn, purpose)
    try:
        yield connection
    finally:
        connection.close()


@contextmanager
def told_clearly() -> Iterator[None]:
    """Turn a database error into a WarehouseError that says what the server said and what to do."""
    try:
        yield
    except psycopg2.errors.DiskFull as error:
        raise WarehouseError(
            f"the warehouse's disk is full: {_first_line(error)}", "Make room, then clear the task"
        ) from error
    except (psycopg2.OperationalError, psycopg2.InterfaceError) as error:
        raise WarehouseError(
            f"the warehouse went away: {_first_line(error)}",
            "Start the server; what was committed is kept, so try again",
        ) from error


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


@contextmanager
def transaction(connection: Connection) -> Iterator[Connection]:
    """Commit at the end of the block, roll back when it raises."""
    with connection:
        yield connection


def query(
    connection: Connection, statement: str | sql.Composable, parameters: Mapping[str, Any] | None = None
) -> list[Row]:
    """Run a statement and give its rows as dictionaries (none for a statement without a result)."""
    with connection.cursor(cursor_factory=RealDictCursor) as cursor:
        cursor.execute(statement, parameters)
        return [dict(row) for row in cursor.fetchall()] if cursor.description else []


def affected(
    connection: Connection, statement: str | sql.Composable, parameters: Mapping[str, Any] | None = None
) -> int:
    """Run a statement and give the number of rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.rowcount


def script(name: str) -> str:
    """The text of a file of include/sql, by its path there without the ending: ``load/publish_posts``."""
    return (SQL / f"{name}.sql").read_text(encoding="utf-8")


def copy_rows(connection: Connection, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """COPY rows into ``schema.table``; None is NULL. Returns how many. The csv module does the quoting."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    count = 0
    for row in rows:
        writer.writerow([_cell(value) for value in row])
        count += 1
    buffer.seek(0)
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv, NULL {})").format(
        sql.Identifier(*table.split(".")), sql.SQL(", ").join(map(sql.Identifier, columns)), sql.Literal(_NULL)
    )
    with connection.cursor() as cursor:
        cursor.copy_expert(statement, buffer)
    return count


def _cell(value: Any) -> str:
    if value is None:
        return _NULL
    if isinstance(value, bytes):
        return f"\\x{value.hex()}"
    if isinstance(value, dict | list):
        return orjson.dumps(value).decode()
    return str(value).replace("\x00", "")


# No text of a network can equal it: bytes below 0x20 other than tab and line ends do not survive the parsers.
_NULL = "\x01"
