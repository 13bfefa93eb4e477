"""The commands `migrate` and `maintain`."""

import json
from typing import Annotated

import typer

from gospub import clock
from gospub.cli.common import told_to_people, warehouse_dsn


def migrate(
    dsn: Annotated[
        str | None, typer.Option(help="Address as a role that may make roles; GOSPUB_DSN if not given")
    ] = None,
) -> None:
    """Bring the warehouse to the newest schema; safe to run again."""
    from gospub.warehouse.migrate import migrate as run

    with told_to_people():
        run(dsn or warehouse_dsn())
        typer.echo("The warehouse has the newest schema.")


def maintain() -> None:
    """Make partitions ahead, apply retention, drop old staging, vacuum; prints what was done as JSON."""
    from gospub.warehouse.maintenance import maintain as run

    with told_to_people():
        typer.echo(json.dumps(run(warehouse_dsn(), clock.now()), ensure_ascii=False, indent=2, default=str))
