"""`raise_alerts`: opens, refreshes and resolves alerts, after each publication and every half hour by the clock.

### Triage
Healthy: green within seconds.

- Red: the message names the rule whose SQL failed; all other rules have done their work. Mend the file in
  include/sql/alerts/rules and clear the task: nothing is opened twice.
"""

from typing import Any

from airflow.sdk import DAG, get_current_context, task

from gospub import airflow_bridge as bridge
from gospub import alerts, clock

with DAG(
    "raise_alerts",
    description="Tell what broke, and what was mended",
    doc_md=__doc__,
    schedule=bridge.at("*/30 * * * *", bridge.ANY_NIGHT | bridge.RATINGS),
    catchup=False,
    max_active_runs=1,
    default_args=bridge.DEFAULT_ARGS,
    tags=["gospub", "alerts"],
) as dag:

    @task
    def by_night() -> list[dict[str, Any]]:
        nights = bridge.published_nights(get_current_context())
        return [alerts.raise_alerts(bridge.warehouse_dsn(), *night, clock.now()) for night in nights]

    @task
    def by_clock() -> dict[str, Any]:
        return alerts.raise_clock_alerts(bridge.warehouse_dsn(), clock.now())

    by_night()
    by_clock()
