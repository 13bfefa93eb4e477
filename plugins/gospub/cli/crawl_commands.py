"""The commands `run-night` and `resolve-names`: what the DAGs do, without Airflow's scheduler.

Addresses and tokens come from the same Airflow connections (AIRFLOW_CONN_GOSPUB_VK and its kin).
"""

import json
import logging
from typing import Annotated

import typer

from gospub import clock
from gospub.cli.common import told_to_people, warehouse_dsn

PlatformOption = Annotated[str, typer.Option(help="Network: vk")]


def run_night(
    platform: PlatformOption = "vk",
    region: Annotated[list[str] | None, typer.Option(help="Two-digit code; may be repeated; default all")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="So many pages at most")] = None,
    profiles_only: Annotated[bool, typer.Option("--profiles-only", help="Ask for no posts")] = False,
    again: Annotated[bool, typer.Option("--again", help="Ask anew for what this night has already")] = False,
) -> None:
    """Crawl, check and publish tonight, or go on with it; prints the counts as JSON."""
    from gospub import airflow_bridge, night

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    scope = {"regions": region, "limit": limit, "profiles_only": profiles_only, "again": again}
    with told_to_people():
        label = f"command {clock.now():%Y-%m-%dT%H:%M:%S}"
        counts = night.run_night(warehouse_dsn(), airflow_bridge.access(platform), label, scope)
        typer.echo(json.dumps(counts, ensure_ascii=False, indent=2, default=str))


def resolve_names(platform: PlatformOption = "vk") -> None:
    """Ask the network what the registry's unresolved screen names stand for."""
    from gospub import airflow_bridge
    from gospub.registry.resolve import resolve_pages

    with told_to_people():
        done = resolve_pages(warehouse_dsn(), airflow_bridge.access(platform), clock.now())
        typer.echo(f"{done['asked_count']} names asked, {done['resolved_count']} resolved.")
