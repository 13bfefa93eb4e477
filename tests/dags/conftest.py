"""The real Airflow, once a session: metadata in the session's Postgres, this project's dags/ and plugins/.

Airflow reads its settings when it is imported first, so nothing here imports it before the fixture has set them.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import PostgresServer

ROOT = Path(__file__).parents[2]


def settings(home: Path, database_url: str) -> dict[str, str]:
    """The environment of an Airflow of this project with its metadata at ``database_url``."""
    told = {
        "core__dags_folder": ROOT / "dags",
        "core__plugins_folder": ROOT / "plugins",
        "core__load_examples": False,
        "core__lazy_load_plugins": False,
        "core__fernet_key": "",
        "database__sql_alchemy_conn": database_url.replace("postgresql://", "postgresql+psycopg2://"),
        "database__load_default_connections": False,
        "logging__base_log_folder": home / "logs",
        "logging__logging_level": "WARNING",
        "usage_data_collection__enabled": False,
    }
    return {"AIRFLOW_HOME": str(home)} | {f"AIRFLOW__{key.upper()}": str(value) for key, value in told.items()}


@pytest.fixture(scope="session")
def airflow(postgres_server: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Airflow is imported, its metadata database is there, and no connection of ours is in the environment."""
    assert "airflow" not in sys.modules, "a test imported Airflow before its settings were made"
    name = postgres_server.make()
    before = dict(os.environ)
    for key in [key for key in os.environ if key.startswith(("AIRFLOW", "GOSPUB_"))]:
        del os.environ[key]
    os.environ.update(settings(tmp_path_factory.mktemp("airflow"), postgres_server.dsn(name)))
    from airflow.utils.db import initdb

    initdb()
    for network in ("vk", "ok", "telegram", "max"):
        _add_pool(f"gospub_{network}")
    yield
    from airflow.settings import dispose_orm

    dispose_orm()
    os.environ.clear()
    os.environ.update(before)
    postgres_server.drop(name)


def _add_pool(name: str) -> None:
    from airflow.models.pool import Pool

    Pool.create_or_update_pool(name, slots=3, description="", include_deferred=False)


@pytest.fixture(scope="session")
def dag_bag(airflow: None) -> Any:
    """Every DAG of the project, loaded as the DAG processor loads them."""
    from airflow.dag_processing.dagbag import DagBag

    return DagBag(str(ROOT / "dags"))
