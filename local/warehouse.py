"""The two databases of one machine: Airflow's own, and the warehouse, migrated to this version."""

from __future__ import annotations

from gospub.warehouse.migrate import migrate
from local.postgres import EmbeddedPostgres, PostgresError

AIRFLOW, WAREHOUSE = "airflow", "gospub"


def prepare(server: EmbeddedPostgres) -> None:
    """Make the databases that are missing and migrate the warehouse.

    Raises gospub.errors.WarehouseError when a migration fails or the warehouse is newer than this version.
    """
    for name in (AIRFLOW, WAREHOUSE):
        server.ensure_database(name)
    migrate(server.dsn(WAREHOUSE))


def loader_dsn(server: EmbeddedPostgres) -> str:
    """Return the warehouse's URL for the role of DAGs and commands."""
    return server.dsn(WAREHOUSE, "gospub_loader")


def analyst_dsn(server: EmbeddedPostgres) -> str:
    """Return the warehouse's URL for analysts: reads, changes nothing."""
    return server.dsn(WAREHOUSE, "gospub_analyst")


def airflow_connection(server: EmbeddedPostgres) -> dict[str, str]:
    """Return the Airflow connection `gospub_warehouse` as the fields of its JSON form (host = socket directory)."""
    if not server.sockets.is_dir():
        raise PostgresError("the embedded server has not been started")
    return {"conn_type": "postgres", "host": str(server.sockets), "login": "gospub_loader", "schema": WAREHOUSE}
