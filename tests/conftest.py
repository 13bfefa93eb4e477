"""Real Postgres for the tests: one embedded server a session, one fresh migrated database a test.

`GOSPUB_TEST_DSN` (a superuser's URL to any database of another server) makes the tests use that server instead.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import pytest
from psycopg2 import sql

from local.postgres import EmbeddedPostgres

TEMPLATE = "gospub_template"


class PostgresServer:
    """The session's server: `dsn(database, user)`; `embedded` is None when it is somebody else's."""

    def __init__(self, embedded: EmbeddedPostgres | None, url: str = "") -> None:
        self.embedded = embedded
        self._url = url
        self._made = 0

    def dsn(self, database: str, user: str | None = None) -> str:
        """Return the URL of a database, as superuser unless `user` is named."""
        if self.embedded is not None:
            return self.embedded.dsn(database, user or "postgres")
        parts = urlsplit(self._url)
        host = parts.netloc.rpartition("@")[2]
        return urlunsplit(parts._replace(netloc=f"{user}@{host}" if user else parts.netloc, path=f"/{database}"))

    def run(self, statement: sql.Composable) -> None:
        """Run one statement outside a transaction, as superuser."""
        connection = psycopg2.connect(self.dsn("postgres"))
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                cursor.execute(statement)
        finally:
            connection.close()

    def make(self, template: str | None = None) -> str:
        """Make a database (a copy of `template`) and return its name."""
        self._made += 1
        name = f"gospub_test_{os.getpid()}_{self._made}"
        source = (
            sql.SQL(" template {} strategy file_copy").format(sql.Identifier(template)) if template else sql.SQL("")
        )
        self.run(sql.SQL("create database {}{}").format(sql.Identifier(name), source))
        return name

    def drop(self, name: str) -> None:
        """Drop a database, whoever is connected to it."""
        self.run(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A running PostgreSQL server, empty but for its own databases."""
    if os.environ.get("GOSPUB_TEST_DSN"):
        yield PostgresServer(None, os.environ["GOSPUB_TEST_DSN"])
        return
    with tempfile.TemporaryDirectory(prefix="gospub-pg-", dir="/var/tmp", ignore_cleanup_errors=True) as place:
        Path(place).chmod(0o711)
        with EmbeddedPostgres(Path(place) / "pg", durable=False) as server:
            yield PostgresServer(server)


@pytest.fixture(scope="session")
def template_database(postgres_server: PostgresServer) -> str:
    """The name of a migrated database that nobody is connected to: tests copy it."""
    from gospub.warehouse.migrate import migrate

    postgres_server.drop(TEMPLATE)
    postgres_server.run(sql.SQL("create database {}").format(sql.Identifier(TEMPLATE)))
    migrate(postgres_server.dsn(TEMPLATE))
    return TEMPLATE


@pytest.fixture
def warehouse_name(postgres_server: PostgresServer, template_database: str) -> Iterator[str]:
    """The name of a fresh migrated database of this test's own."""
    name = postgres_server.make(template_database)
    yield name
    postgres_server.drop(name)


@pytest.fixture
def warehouse(postgres_server: PostgresServer, warehouse_name: str) -> str:
    """DSN of this test's warehouse, as superuser."""
    return postgres_server.dsn(warehouse_name)


@pytest.fixture
def loader_dsn(postgres_server: PostgresServer, warehouse_name: str) -> str:
    """DSN of this test's warehouse as gospub_loader, the role of the DAGs."""
    return postgres_server.dsn(warehouse_name, "gospub_loader")


@pytest.fixture
def analyst_dsn(postgres_server: PostgresServer, warehouse_name: str) -> str:
    """DSN of this test's warehouse as gospub_analyst, the role of analysts."""
    return postgres_server.dsn(warehouse_name, "gospub_analyst")
