"""What every DAG of the project must keep to, on the real Airflow."""

from __future__ import annotations

import copy
import json
import os
import re
import subprocess
import sys
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.dags.conftest import ROOT, settings

DAG_FILES = sorted(path.name for path in (ROOT / "dags").glob("*.py"))
NETWORKS = ("vk", "ok", "telegram", "max")
CRAWLS = {f"crawl_{network}" for network in NETWORKS}
EXPECTED = {*CRAWLS, "maintain_warehouse", "raise_alerts", "rate_regions", "sync_registry"}
SCHEDULED = {
    **dict.fromkeys(CRAWLS, "0 1 * * *"),
    "maintain_warehouse": "30 6 * * *",
    "raise_alerts": "*/30 * * * *",
}
HEAVY = {"pandas", "numpy", "scipy", "great_expectations", "openpyxl", "altair"}
TAGS = {"gospub", "crawl", *NETWORKS, "registry", "rating", "alerts", "maintenance"}

# Parses files as a DAG processor does, where neither a database nor a connection can be reached.
_PARSE = """
import json, runpy, sys
found = {}
for path in sys.argv[1:]:
    for value in runpy.run_path(path).values():
        if type(value).__name__ == "DAG":
            table = getattr(value.timetable, "timetable", value.timetable)
            found[value.dag_id] = getattr(table, "expression", None)
print(json.dumps({"dags": found, "modules": sorted({name.partition(".")[0] for name in sys.modules})}))
"""
_LOAD_PLUGINS = """
import json, sys
from airflow import plugins_manager
plugins_manager.ensure_plugins_loaded()
import gospub.clock
named = [name for name, module in sys.modules.items() if "/gospub/" in (getattr(module, "__file__", None) or "")]
errors = plugins_manager.get_import_errors()
print(json.dumps({"bare": [name for name in named if not name.startswith("gospub")], "errors": len(errors)}))
"""


def run(program: str, home: Path, *arguments: str, **environment: str) -> dict[str, Any]:
    """What a program prints in an interpreter of its own, whose Airflow reaches no database."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("AIRFLOW", "GOSPUB_"))}
    told = settings(home, "postgresql://nobody@127.0.0.1:9/nowhere") | {"PYTHONPATH": str(ROOT / "plugins")}
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        env=kept | told | environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.fixture(scope="module")
def parsed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What parsing all DAG files left behind."""
    return run(_PARSE, tmp_path_factory.mktemp("home"), *(str(ROOT / "dags" / name) for name in DAG_FILES))


def test_every_file_loads_and_gives_the_dags_that_are_known(dag_bag: Any):
    assert dag_bag.import_errors == {}
    assert set(dag_bag.dags) == EXPECTED


def test_parsing_needs_neither_a_database_nor_a_connection(parsed: dict[str, Any]):
    assert set(parsed["dags"]) == EXPECTED


def test_parsing_loads_nothing_heavy(parsed: dict[str, Any]):
    assert "gospub" in parsed["modules"]
    assert HEAVY.isdisjoint(parsed["modules"])


def test_schedules_are_told_in_moscow_time(dag_bag: Any, parsed: dict[str, Any]):
    assert {name: cron for name, cron in parsed["dags"].items() if cron} == SCHEDULED
    for dag_id in SCHEDULED:
        timetable = dag_bag.dags[dag_id].timetable
        assert str(getattr(timetable, "timetable", timetable).timezone) == "Europe/Moscow"


def test_with_schedules_off_no_clock_starts_a_dag(tmp_path: Path):
    paths = [str(ROOT / "dags" / name) for name in DAG_FILES]
    found = run(_PARSE, tmp_path, *paths, GOSPUB_SCHEDULES="off")
    assert found["dags"] == dict.fromkeys(EXPECTED)


@pytest.mark.parametrize("dag_id", sorted(EXPECTED))
def test_a_dag_says_whose_it_is_what_it_does_and_what_to_do_when_it_is_red(dag_bag: Any, dag_id: str):
    dag = dag_bag.dags[dag_id]
    assert {"gospub"} < set(dag.tags) <= TAGS
    assert dag.description
    triage = dag.doc_md.partition("### Triage\n")[2]
    assert "Healthy" in triage or "healthy" in triage
    assert "red" in triage.lower()
    for task_id in re.findall(r"^- \*\*(\w+)\*\*", triage, re.MULTILINE):
        assert task_id in dag.task_ids or f"resolve_{task_id}" in dag.task_ids or task_id.startswith("resolve")


@pytest.mark.parametrize("dag_id", sorted(EXPECTED))
def test_a_dag_runs_one_at_a_time_and_makes_nothing_up_for_the_past(dag_bag: Any, dag_id: str):
    dag = dag_bag.dags[dag_id]
    assert dag.catchup is False
    assert dag.max_active_runs == 1


@pytest.mark.parametrize("dag_id", sorted(EXPECTED))
def test_every_task_has_an_owner_and_tries_again_what_may_pass(dag_bag: Any, dag_id: str):
    for task in dag_bag.dags[dag_id].tasks:
        assert task.owner == "gospub"
        assert task.retry_policy is not None
        assert task.retries >= 1 or task.task_id == "report"


def test_only_tasks_that_ask_the_network_wait_for_its_pool(dag_bag: Any):
    pools = {(task.dag_id, task.task_id): task.pool for dag in dag_bag.dags.values() for task in dag.tasks}
    for network in NETWORKS:
        waiting = {key for key, pool in pools.items() if pool == f"gospub_{network}"}
        assert waiting == {(f"crawl_{network}", "crawl_shard"), ("sync_registry", f"resolve_{network}")}
    assert set(pools.values()) == {*(f"gospub_{network}" for network in NETWORKS), "default_pool"}


def test_a_night_goes_from_plan_to_report_and_is_checked_however_its_shards_end(dag_bag: Any):
    dag = dag_bag.dags["crawl_vk"]
    order = ["open_night", "plan", "crawl_shard", "check", "publish", "report"]
    assert set(dag.task_ids) == set(order)
    for before, after in pairwise(order):
        assert before in dag.get_task(after).upstream_task_ids
    rules = {task.task_id: task.trigger_rule.value for task in dag.tasks}
    assert rules.pop("check") == "all_done"
    assert set(rules.values()) == {"all_success"}
    assert dag.get_task("crawl_shard").execution_timeout < timedelta(days=1)


def test_one_task_alone_tells_that_a_night_was_published(dag_bag: Any):
    outlets = {task.task_id: task.outlets for task in dag_bag.dags["crawl_vk"].tasks if task.outlets}
    assert set(outlets) == {"publish"}
    assert [outlet.name for outlet in outlets["publish"]] == ["gospub_maybe_night"]


def filled(dag_bag: Any, values: dict[str, Any]) -> dict[str, Any]:
    """The form of crawl_vk filled in and sent, as triggering a run does it."""
    params = copy.deepcopy(dag_bag.dags["crawl_vk"].params)
    params.update(values)
    found: dict[str, Any] = params.validate()
    return found


@pytest.mark.parametrize(
    "wrong",
    [
        *({"limit": 0}, {"limit": -5}, {"limit": "ten"}, {"limit": 1.5}, {"regions": "59"}, {"regions": [59]}),
        *({"regions": ["Пермь"]}, {"regions": ["5"]}, {"profiles_only": "yes"}, {"again": 1}, {"profiles_only": None}),
    ],
)
def test_the_form_refuses_wrong_values(dag_bag: Any, wrong: dict[str, Any]):
    from airflow.sdk.exceptions import ParamValidationError

    with pytest.raises(ParamValidationError):
        filled(dag_bag, wrong)


@pytest.mark.parametrize(
    "right", [{}, {"regions": ["59", "00"], "limit": 1}, {"regions": None, "limit": None, "again": True}]
)
def test_the_form_takes_right_values(dag_bag: Any, right: dict[str, Any]):
    assert filled(dag_bag, right) == {"regions": None, "limit": None, "profiles_only": False, "again": False} | right


def test_the_plugin_loader_leaves_the_package_alone(tmp_path: Path):
    assert run(_LOAD_PLUGINS, tmp_path) == {"bare": [], "errors": 0}


def test_without_the_ignore_file_the_plugin_loader_would_run_the_package_by_bare_names(tmp_path: Path):
    trap = tmp_path / "plugins" / "gospub"
    trap.mkdir(parents=True)
    (trap / "__init__.py").write_text("")
    (trap / "bare_module.py").write_text("")
    (trap / "clock.py").write_text("")
    found = run(_LOAD_PLUGINS, tmp_path, AIRFLOW__CORE__PLUGINS_FOLDER=str(tmp_path / "plugins"))
    assert "bare_module" in found["bare"]
