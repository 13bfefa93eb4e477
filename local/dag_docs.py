"""docs/dags.md, made from the DAG files themselves; a test holds the page against them."""

from __future__ import annotations

import runpy
from collections.abc import Iterator
from typing import Any

from local.paths import ROOT

PAGE = ROOT / "docs" / "dags.md"
_HEAD = """# DAGs

Written by `make docs` from the files in `dags/`; do not edit. All times are Moscow's. With `GOSPUB_SCHEDULES=off` (the
demo) only assets start runs.
"""


def load_dags() -> list[Any]:
    """All DAGs of the project, by name."""
    from airflow.sdk import DAG

    files = sorted((ROOT / "dags").glob("*.py"))
    found = [value for file in files for value in runpy.run_path(str(file)).values() if isinstance(value, DAG)]
    return sorted({dag.dag_id: dag for dag in found}.values(), key=lambda dag: dag.dag_id)


def page() -> str:
    """The text of docs/dags.md."""
    return "\n".join([_HEAD, *(line for dag in load_dags() for line in _section(dag))]).rstrip() + "\n"


def _section(dag: Any) -> Iterator[str]:
    yield f"## {dag.dag_id}\n"
    yield f"{dag.description}. Starts: {_schedule(dag.timetable)}.\n"
    yield "| task | pool | waits for | retries |"
    yield "|---|---|---|---|"
    for task in dag.topological_sort():
        before = ", ".join(sorted(task.upstream_task_ids)) or "-"
        rule = "" if task.trigger_rule.value == "all_success" else f" ({task.trigger_rule.value})"
        name = f"{task.task_id} (mapped)" if task.is_mapped else task.task_id
        yield f"| {name} | {task.pool} | {before}{rule} | {task.retries} |"
    if dag.params:
        yield "\n| parameter | default | meaning |"
        yield "|---|---|---|"
        for name in dag.params:
            told = dag.params.get_param(name)
            yield f"| {name} | `{told.value!r}` | {told.description} |"
    yield ""
    yield dag.doc_md.strip().replace("### Triage", "**Triage**")
    yield ""


def _schedule(timetable: Any) -> str:
    kind = type(timetable).__name__
    if kind == "AssetOrTimeSchedule":
        return f"{_schedule(timetable.timetable)}, and when {_assets(timetable.asset_condition)} is published"
    if kind == "CronTriggerTimetable":
        return f"`{timetable.expression}`"
    if kind == "AssetTriggeredTimetable":
        return f"when {_assets(timetable.asset_condition)} is published"
    return "by hand"


def _assets(condition: Any) -> str:
    """Names of the assets of a condition, which may be one asset or any of several."""
    parts = getattr(condition, "objects", None)
    return f"`{condition.name}`" if parts is None else " or ".join(_assets(part) for part in parts)
