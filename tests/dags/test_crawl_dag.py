"""crawl_vk and its followers run through by the real Airflow, against the sandbox and a fresh warehouse."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from psycopg2.extensions import parse_dsn

from gospub.platforms import NETWORKS
from tests.e2e.vk_nights import Country, country
from tests.warehouse.staged_night import rows

STAGES = ["open_night", "plan", "crawl_shard", "check", "publish", "report"]


@pytest.fixture
def small(airflow: None, loader_dsn: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Country]:
    """A small country whose first night has come, and the two connections that an operator would make."""
    with country(loader_dsn, tmp_path, monkeypatch) as found:
        found.begin(1)
        parts = parse_dsn(loader_dsn)
        warehouse = {"conn_type": "postgres", "host": parts["host"], "login": parts["user"], "schema": parts["dbname"]}
        secrets = [token.secret for token in found.access.tokens]
        vk = {"conn_type": "http", "host": found.sandbox.base_url, "password": json.dumps(secrets)}
        vk["extra"] = json.dumps({"calls_per_second": 0, "in_flight": 4})
        monkeypatch.setenv("AIRFLOW_CONN_GOSPUB_WAREHOUSE", json.dumps(warehouse))
        monkeypatch.setenv("AIRFLOW_CONN_GOSPUB_VK", json.dumps(vk))
        yield found


def run(dag_bag: Any, dag_id: str, **conf: Any) -> Any:
    dag = dag_bag.dags[dag_id]
    dag.deadline = []  # dag.test() of Airflow 3.3 looks deadlines up by the wrong key from its second run on
    return dag.test(run_conf=conf)


def states(dag_run: Any) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for instance in dag_run.get_task_instances():
        found.setdefault(instance.task_id, set()).add(str(instance.state))
    return found


def events(dag_id: str) -> list[dict[str, Any]]:
    """The extras of the asset events that a DAG has sent."""
    from airflow.models.asset import AssetEvent
    from airflow.settings import engine
    from sqlalchemy import select

    with engine.connect() as connection:
        wanted = select(AssetEvent.extra).where(AssetEvent.source_dag_id == dag_id).order_by(AssetEvent.id)
        return [dict(extra) for extra in connection.execute(wanted).scalars()]


def test_without_its_connections_a_night_fails_at_once_and_says_what_to_add(
    dag_bag: Any, small: Country, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delenv("AIRFLOW_CONN_GOSPUB_VK")
    found = run(dag_bag, "crawl_vk")
    assert str(found.state) == "failed"
    assert states(found)["plan"] == {"failed"}
    assert states(found)["publish"] == {"upstream_failed"}
    assert rows(small.dsn, "SELECT * FROM history.page_day") == []


def test_a_night_goes_from_the_registry_to_history_and_tells_its_followers(dag_bag: Any, small: Country):
    found = run(dag_bag, "crawl_vk")
    assert str(found.state) == "success"
    assert states(found) == {stage: {"success"} for stage in STAGES}
    day = small.sandbox.night(1)
    planned = rows(small.dsn, "SELECT page_id FROM ops.crawl_plan WHERE snapshot_date = %(day)s", day=day)
    kept = rows(small.dsn, "SELECT page_id FROM history.page_day WHERE snapshot_date = %(day)s", day=day)
    assert sorted(row["page_id"] for row in kept) == sorted(row["page_id"] for row in planned) != []
    told = events("crawl_vk")[-1]
    assert (told["snapshot_date"], told["platform"]) == (day.isoformat(), "vk")
    assert str(run(dag_bag, "rate_regions").state) == "success"
    assert rows(small.dsn, "SELECT * FROM rating.region_score") != []
    assert str(run(dag_bag, "raise_alerts").state) == "success"


def test_a_partial_night_is_published_without_telling_anybody(dag_bag: Any, small: Country):
    before = events("crawl_vk")
    found = run(dag_bag, "crawl_vk", limit=5, profiles_only=True)
    assert states(found)["publish"] == {"success"}
    assert len(rows(small.dsn, "SELECT * FROM history.page_day")) == 5
    assert events("crawl_vk") == before


def test_the_warehouse_is_kept_in_shape(dag_bag: Any, small: Country):
    assert str(run(dag_bag, "maintain_warehouse").state) == "success"


def test_a_sync_without_a_file_resolves_the_names_that_are_open_where_a_network_is_connected(
    dag_bag: Any, small: Country
):
    found = run(dag_bag, "sync_registry")
    assert str(found.state) == "success"
    resolved = {f"resolve_{name}": {"success" if name == "vk" else "skipped"} for name in NETWORKS}
    assert states(found) == {"import_file": {"success"}, **resolved}


def test_no_token_is_kept_anywhere_in_airflow(dag_bag: Any, small: Country):
    run(dag_bag, "crawl_vk", limit=5)
    from airflow.settings import engine
    from sqlalchemy import inspect, text

    with engine.connect() as connection:
        for table in inspect(engine).get_table_names():
            kept = str(connection.execute(text(f'SELECT * FROM "{table}"')).all())
            for token in small.access.tokens:
                assert token.secret not in kept, table
