"""`maintain_warehouse`: partitions ahead, retention, old staging dropped, tables vacuumed.

### Triage
Healthy: green; the log lists what was made, dropped and vacuumed.

- Red: nights still run, because each opens its own partitions. The message says what the server refused; tables that
  only their owner may vacuum are listed in the report and are left to autovacuum.
"""

from typing import Any

from airflow.sdk import DAG, task

from gospub import airflow_bridge as bridge
from gospub import clock
from gospub.warehouse.maintenance import maintain

with DAG(
    "maintain_warehouse",
    description="Keep the warehouse in shape",
    doc_md=__doc__,
    schedule=bridge.at("30 6 * * *"),
    catchup=False,
    max_active_runs=1,
    default_args=bridge.DEFAULT_ARGS,
    tags=["gospub", "maintenance"],
) as dag:

    @task(task_id="maintain")
    def run() -> dict[str, Any]:
        return maintain(bridge.warehouse_dsn(), clock.now())

    run()
