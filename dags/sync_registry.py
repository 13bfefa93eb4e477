"""`sync_registry`: the list of official pages from a file into the registry, and its screen names into ids.

### Triage
Healthy: green, with a handful of rejected rows at most (`ops.rejected`, and a file beside the report).

- **import_file** red: the message names the file's fault, or says that it would drop more pages than is plausible.
  Mend the file, or run again with `force` if the drop is true.
- **resolve_names** skipped: the network has no connection, so it is not asked.
- **resolve_names** red: the network could not be asked; names stay unresolved and are tried again at the next run.
"""

import logging

from airflow.sdk import DAG, Param, task
from airflow.sdk.exceptions import AirflowSkipException

from gospub import airflow_bridge as bridge
from gospub import clock
from gospub.platforms import NETWORKS
from gospub.registry import import_registry
from gospub.registry.resolve import resolve_pages

log = logging.getLogger(__name__)

with DAG(
    "sync_registry",
    description="Import a registry file and resolve the screen names in it",
    doc_md=__doc__,
    schedule=None,
    catchup=False,
    max_active_runs=1,
    default_args=bridge.DEFAULT_ARGS,
    params={
        "path": Param("", type="string", description="CSV or XLSX file on the worker; empty = only resolve names"),
        "region": Param(None, type=["null", "string"], pattern=r"^\d{2}$", description="Region of a ЦУР export"),
        "force": Param(False, type="boolean", description="Import even if many pages would be dropped"),
    },
    tags=["gospub", "registry"],
) as dag:

    @task
    def import_file(params: dict[str, str | bool | None]) -> None:
        if params["path"]:
            report = import_registry(
                bridge.warehouse_dsn(), params["path"], clock.now(), params["region"], bool(params["force"])
            )
            log.info("%s", report.text())

    @task
    def resolve_names(platform: str) -> dict[str, int]:
        if not bridge.is_connected(platform):
            raise AirflowSkipException(f"no connection gospub_{platform}: this network is not asked")
        return resolve_pages(bridge.warehouse_dsn(), bridge.access(platform), clock.now())

    import_file() >> [
        resolve_names.override(task_id=f"resolve_{name}", pool=f"gospub_{name}")(name) for name in NETWORKS
    ]
