"""What the containers' init step does to a real server: databases, migrations, roles that need their passwords."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import psycopg2
import pytest

from tests.conftest import PostgresServer

SCRIPT = Path(__file__).resolve().parents[2] / "docker" / "prepare_databases.py"
PASSWORDS = {"AIRFLOW_DB_PASSWORD": "a'b\\c", "GOSPUB_LOADER_PASSWORD": "two", "GOSPUB_ANALYST_PASSWORD": "three"}


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    for name, value in PASSWORDS.items():
        monkeypatch.setenv(name, value)
    spec = importlib.util.spec_from_file_location("prepare_databases", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def passwords_set(dsn: str) -> set[str]:
    connection = psycopg2.connect(dsn)
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT rolname FROM pg_authid WHERE rolpassword LIKE 'SCRAM-SHA-256%%'", {})
        found = {name for (name,) in cursor.fetchall()}
    connection.close()
    return found


def test_a_missing_password_stops_the_set_up(script: ModuleType, warehouse: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("GOSPUB_LOADER_PASSWORD")
    with pytest.raises(KeyError, match="GOSPUB_LOADER_PASSWORD"):
        script.set_passwords(warehouse)


def test_setting_up_twice_changes_nothing_and_roles_get_passwords(
    script: ModuleType, postgres_server: PostgresServer, monkeypatch: pytest.MonkeyPatch
):
    if postgres_server.embedded is None:
        pytest.skip("makes databases named gospub and airflow: not on a server that is not ours")
    monkeypatch.setenv("GOSPUB_ADMIN_DSN", postgres_server.dsn("gospub"))
    try:
        script.main()
        script.main()
        assert {"airflow", "gospub_loader", "gospub_analyst"} <= passwords_set(postgres_server.dsn("gospub"))
        connection = psycopg2.connect(postgres_server.dsn("gospub", "gospub_analyst"))
        connection.close()
    finally:
        postgres_server.drop("gospub")
        postgres_server.drop("airflow")
