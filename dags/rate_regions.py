"""`rate_regions`: computes every rating method over a published night.

### Triage
Healthy: green within a minute of a night's publication.

- Red: nothing of it is kept and the earlier ratings stand. The message names the method or criterion file at fault;
  mend it and clear the task. A night that was already rated with the same inputs gets no new revision.
"""

from typing import Any

from airflow.sdk import DAG, get_current_context, task

from gospub import airflow_bridge as bridge
from gospub import clock
from gospub.rating import rate_night

with DAG(
    "rate_regions",
    description="Rate the regions on how well they carry out the law",
    doc_md=__doc__,
    schedule=bridge.ANY_NIGHT,
    catchup=False,
    max_active_runs=1,
    default_args=bridge.DEFAULT_ARGS,
    tags=["gospub", "rating"],
) as dag:

    @task(outlets=[bridge.RATINGS])
    def rate(*, outlet_events: Any) -> dict[str, Any]:
        nights = bridge.published_nights(get_current_context()) or bridge.latest_nights()
        results = {day.isoformat(): rate_night(bridge.warehouse_dsn(), day, clock.now()) for day, _ in nights}
        day, platform = nights[-1]
        outlet_events[bridge.RATINGS].extra = {"snapshot_date": day.isoformat(), "platform": platform}
        return results

    rate()
