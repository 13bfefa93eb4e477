"""The nightly crawls, one DAG per network: `crawl_vk` and its kin."""

from datetime import timedelta
from typing import Any

from airflow.sdk import DAG, Param, TriggerRule, get_current_context, task

from gospub import airflow_bridge as bridge
from gospub import night
from gospub.platforms import NETWORKS

TRIAGE = """
### Triage
A healthy night ends green before five in the morning in Moscow, with nearly all pages measured.

- **crawl_shard** red: read its last lines, then clear it: it goes on where it stopped and asks again what failed.
- **check** red: the gate rejected the night; yesterday's published state stands. The message names the expectation;
  see `python -m gospub quality-report`. If the figures are true: `python -m gospub accept-night`, then clear publish.
- **publish** red with "judged": staging changed after the check. Clear check with its downstream tasks.
- **report** red: the night is published, but a person has to act; its log says on what.
"""

PARAMS = {
    "regions": Param(
        None,
        type=["null", "array"],
        items={"type": "string", "pattern": r"^\d{2}$"},
        description="Two-digit codes; empty = all",
    ),
    "limit": Param(None, type=["null", "integer"], minimum=1, description="So many pages at most"),
    "profiles_only": Param(False, type="boolean", description="Ask for no posts"),
    "again": Param(False, type="boolean", description="Ask anew for what this night has already"),
}


def crawl_dag(platform: str) -> DAG:
    """The DAG of one network's night."""
    with DAG(
        f"crawl_{platform}",
        description=f"Visit every registered page in {platform}, check what came back, publish it",
        doc_md=f"A night of `{platform}`: from the registry to published history.\n{TRIAGE}",
        schedule=bridge.at("0 1 * * *"),
        catchup=False,
        max_active_runs=1,
        default_args=bridge.DEFAULT_ARGS,
        params=PARAMS,
        tags=["gospub", "crawl", platform],
        deadline=bridge.late_night(platform),
    ) as dag:

        @task
        def open_night(params: dict[str, Any], run_id: str) -> int:
            return night.open_run(bridge.warehouse_dsn(), platform, run_id, params)

        @task
        def plan(run: int) -> list[dict[str, Any]]:
            return night.plan_night(bridge.warehouse_dsn(), bridge.access(platform), run)

        @task(map_index_template="{{ shard_title }}", pool=f"gospub_{platform}", execution_timeout=timedelta(hours=12))
        def crawl_shard(run: int, shard: dict[str, Any]) -> dict[str, int]:
            get_current_context()["shard_title"] = shard["title"]
            return night.crawl_shard(bridge.warehouse_dsn(), bridge.access(platform), run, shard["shard_no"])

        @task(trigger_rule=TriggerRule.ALL_DONE)
        def check(run: int) -> None:
            night.judge_night(bridge.warehouse_dsn(), run)

        @task(outlets=[bridge.MAYBE_NIGHT])
        def publish(run: int, *, outlet_events: Any) -> dict[str, Any]:
            counts = night.publish(bridge.warehouse_dsn(), run)
            if counts["is_whole"] and not counts["is_partial"]:
                outlet_events[bridge.MAYBE_NIGHT].add(bridge.NIGHT[platform], extra=counts)
            return counts

        @task(retries=0)
        def report(run: int) -> None:
            night.report(bridge.warehouse_dsn(), run)

        run = open_night()
        shards = crawl_shard.partial(run=run).expand(shard=plan(run))
        shards >> check(run) >> publish(run) >> report(run)
    return dag


for name in NETWORKS:
    globals()[f"crawl_{name}"] = crawl_dag(name)
