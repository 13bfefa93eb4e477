"""The launcher of Airflow's components with DAGs of its own: real scheduler, real runs, and nothing left behind."""

from __future__ import annotations

import json
import os
import signal
import sys
import tempfile
import textwrap
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest
import requests

from local.airflow_api import FINISHED, AirflowApi, AirflowError
from local.airflow_env import Stack, make_stack
from local.children import Child, wait_until
from local.leftovers import end_leftovers, marked
from local.paths import ROOT
from local.ports import free_port
from local.postgres import EmbeddedPostgres

pytestmark = pytest.mark.slow
DAGS = '''
    """Two DAGs that an asset joins, and one that fails."""
    from airflow.sdk import Asset, BaseHook, dag, task

    NIGHT = Asset("toy_night")

    @dag(schedule=None)
    def toy_producer():
        @task(pool="toy")
        def crawl(number: int) -> int:
            return number

        @task(outlets=[NIGHT])
        def publish() -> str:
            return BaseHook.get_connection("toy").host

        crawl.expand(number=[1, 2, 3]) >> publish()

    @dag(schedule=[NIGHT])
    def toy_consumer():
        @task
        def preloaded() -> bool:
            import sys
            assert "great_expectations" in sys.modules
        preloaded()

    @dag(schedule=None)
    def toy_failure():
        @task
        def fail() -> None:
            raise ValueError("the reason why")
        fail()

    toy_producer(), toy_consumer(), toy_failure()
'''


class Running:
    """An Airflow with the toy DAGs and its state directory."""

    def __init__(self, home: Path, stack: Stack, child: Child) -> None:
        self.home, self.stack, self.child, self.api = home, stack, child, AirflowApi(stack)

    def follow(self, dag: str, run: str) -> str:
        assert wait_until(lambda: self.api.state(dag, run) in FINISHED, seconds=90, pause=0.5)
        return self.api.state(dag, run)


@pytest.fixture(scope="module")
def airflow() -> Iterator[Running]:
    with tempfile.TemporaryDirectory(prefix="gospub-", dir="/var/tmp", ignore_cleanup_errors=True) as name:
        home = Path(name)
        home.chmod(0o711)
        (home / "dags").mkdir()
        (home / "dags" / "toy.py").write_text(textwrap.dedent(DAGS))
        with EmbeddedPostgres(home / "postgres", durable=False) as postgres:
            postgres.ensure_database("airflow")
            connection = json.dumps({"conn_type": "http", "host": "toy-host", "password": "toy-secret"})
            stack = make_stack(free_port(), postgres, {"toy": connection}, dags=home / "dags", home=home)
            command = [sys.executable, "-m", "local.components", str(home / "log")]
            child = Child("airflow", command, log=home / "log" / "airflow.log", env=stack.env, cwd=ROOT)
            try:
                running = Running(home, stack, child)
                ready = wait_until(lambda: not running.api.ailing() or not child.alive, seconds=120, pause=0.5)
                assert ready and child.alive, child.story()  # noqa: PT018
                running.api.set_pool("toy", 2, "toy")
                running.api.set_pool("toy", 3, "toy")
                loaded = wait_until(lambda: len(running.api.dag_ids()) == 3, seconds=60, pause=0.5)
                assert loaded, running.api.import_errors(datetime.min.replace(tzinfo=UTC))
                yield running
            finally:
                child.stop()
                end_leftovers(home)


def test_a_wrong_password_is_refused(airflow: Running):
    stranger = Stack(airflow.stack.port, "wrong", {})
    with pytest.raises(AirflowError, match="does not let us in"):
        AirflowApi(stranger).dag_ids()


def test_the_api_asks_who_is_there(airflow: Running):
    assert requests.get(f"{airflow.stack.url}/api/v2/dags", timeout=30).status_code == 401


def test_an_unknown_dag_is_an_error_that_names_it(airflow: Running):
    with pytest.raises(AirflowError, match="no_such_dag"):
        airflow.api.trigger("no_such_dag")


def test_a_failed_run_tells_its_reason(airflow: Running):
    run = airflow.api.trigger("toy_failure")
    assert airflow.follow("toy_failure", run) == "failed"
    (task,) = airflow.api.tasks("toy_failure", run)
    assert any("ValueError: the reason why" in line for line in airflow.api.errors("toy_failure", run, task))


def test_an_asset_event_starts_the_next_dag_in_a_preloaded_process(airflow: Running):
    run = airflow.api.trigger("toy_producer")
    assert airflow.follow("toy_producer", run) == "success"
    (follower,) = airflow.api.wait_for_followers("toy_producer", run, {"toy_consumer"}, seconds=60)
    assert follower[0] == "toy_consumer"
    assert airflow.follow(*follower) == "success"


def test_a_dag_file_that_cannot_be_imported_is_named_with_its_reason(airflow: Running):
    long_ago = datetime.min.replace(tzinfo=UTC)
    (airflow.home / "dags" / "broken.py").write_text(
        "from airflow.sdk import dag\nraise RuntimeError('half written')\n"
    )
    assert wait_until(lambda: bool(airflow.api.import_errors(long_ago)), seconds=90, pause=1)
    (error,) = airflow.api.import_errors(long_ago)
    assert error == "broken.py: RuntimeError: half written"
    assert airflow.api.import_errors(datetime.max.replace(tzinfo=UTC)) == []


def test_only_this_machine_can_connect(airflow: Running):
    listening = {
        connection.laddr.ip
        for process in marked(airflow.home)
        for connection in process.net_connections(kind="inet")
        if connection.status == psutil.CONN_LISTEN
    }
    assert listening == {"127.0.0.1"}


def test_secrets_are_in_no_log(airflow: Running):
    logs = [path for path in airflow.home.rglob("*.log") if path.is_file()]
    assert logs
    secrets = [airflow.stack.password, "toy-secret", airflow.stack.env["AIRFLOW__CORE__FERNET_KEY"]]
    assert [path for path in logs for secret in secrets if secret in path.read_text(errors="replace")] == []


def test_when_one_component_dies_the_others_end_and_the_reason_is_told(airflow: Running):
    (scheduler,) = [
        process
        for process in psutil.Process(airflow.child.process.pid).children()
        if any(open_file.path.endswith("scheduler.log") for open_file in process.open_files())
    ]
    os.kill(scheduler.pid, signal.SIGKILL)
    assert wait_until(lambda: not airflow.child.alive, seconds=90)
    assert airflow.child.process.returncode == 1
    assert "scheduler ended by itself" in airflow.child.story(100)
    assert wait_until(lambda: not list(marked(airflow.home)), seconds=30)
