"""Bring a database to the newest schema: numbered migrations, reference data, column comments, analysts' views.

Migrations are run by dbmate, forward only, each in a transaction, under a lock; all else here is repeatable and is
applied afresh each time, in one transaction.
"""

import csv
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

from psycopg2 import sql
from psycopg2.extensions import connection as Connection
from psycopg2.extensions import parse_dsn

from gospub.columns import TABLE_MEANINGS, TABLES
from gospub.errors import WarehouseError
from gospub.paths import REFERENCE, SQL
from gospub.warehouse.connection import connected, query, script, transaction


def migrate(dsn: str) -> None:
    """Migrate the database that ``dsn`` names; it must exist, and the user must be able to make roles.

    Safe to run again and at the same time. Raises WarehouseError with dbmate's words when a migration fails, and
    when the database is newer than this version of gospub.
    """
    with connected(dsn, "gospub migrate") as connection:
        _refuse_newer(connection)
    _run_dbmate(dsn)
    with connected(dsn, "gospub migrate") as connection, transaction(connection):
        query(connection, "SELECT pg_advisory_xact_lock(hashtext('gospub repeatable'))")
        query(connection, "SET LOCAL ROLE gospub_owner")
        _load_reference(connection)
        _comment_columns(connection)
        _make_views(connection)


def _known_versions() -> set[str]:
    return {path.name.split("_")[0] for path in (SQL / "schema").glob("*.sql")}


def _refuse_newer(connection: Connection) -> None:
    if not query(connection, "SELECT to_regclass('public.schema_migrations') AS found")[0]["found"]:
        connection.rollback()
        return
    applied = {row["version"] for row in query(connection, "SELECT version FROM public.schema_migrations")}
    connection.rollback()
    if unknown := sorted(applied - _known_versions()):
        raise WarehouseError(
            f"the warehouse has migrations that this version of gospub does not know: {', '.join(unknown)}",
            "It was migrated by a newer gospub: update this checkout, or use another database",
        )


def _run_dbmate(dsn: str) -> None:
    done = subprocess.run(
        ["dbmate", "--migrations-dir", str(SQL / "schema"), "--no-dump-schema", "--migration-lock", "migrate"],
        env={**os.environ, "PATH": _search_path(), "DATABASE_URL": _url(dsn)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()
        raise WarehouseError(
            f"migration failed: {said[-1] if said else 'dbmate said nothing'}",
            "Nothing of it was kept: mend the cause and migrate again",
        )


def _search_path() -> str:
    # dbmate's wheel puts its binary beside the interpreter, which need not be on PATH
    return f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"


def _url(dsn: str) -> str:
    parts = parse_dsn(dsn)
    host = parts.get("host", "localhost")
    user = quote(parts.get("user", "postgres"), safe="")
    password = f":{quote(parts['password'], safe='')}" if "password" in parts else ""
    database = quote(parts.get("dbname", "gospub"), safe="")
    if host.startswith("/"):
        return f"postgres://{user}{password}@/{database}?socket={quote(host, safe='/')}&sslmode=disable"
    mode = parts.get("sslmode", "prefer" if host not in ("localhost", "127.0.0.1") else "disable")
    return f"postgres://{user}{password}@{host}:{parts.get('port', '5432')}/{database}?sslmode={mode}"


def _load_reference(connection: Connection) -> None:
    for name in ("region", "platform", "network_obligation"):
        with (REFERENCE / f"{name}s.csv").open(encoding="utf-8", newline="") as file:
            rows = [{key: value or None for key, value in row.items()} for row in csv.DictReader(file)]
        with connection.cursor() as cursor:
            cursor.executemany(script(f"load/reference_{name}"), rows)


def _comment_columns(connection: Connection) -> None:
    for table, columns in TABLES.items():
        target = sql.Identifier(*table.split("."))
        query(connection, sql.SQL("COMMENT ON TABLE {} IS {}").format(target, sql.Literal(TABLE_MEANINGS[table])))
        for column in columns:
            place = sql.Identifier(*table.split("."), column.name)
            query(connection, sql.SQL("COMMENT ON COLUMN {} IS {}").format(place, sql.Literal(column.meaning)))


def _make_views(connection: Connection) -> None:
    query(connection, "DROP SCHEMA mart CASCADE")
    query(connection, script("marts/schema"))
    for path in sorted((SQL / "marts").glob("*.sql")):
        if path.stem != "schema":
            query(connection, path.read_text(encoding="utf-8"))
