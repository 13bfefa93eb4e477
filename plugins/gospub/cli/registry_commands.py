"""The command `import-registry`."""

from pathlib import Path
from typing import Annotated

import typer

from gospub import clock
from gospub.cli.common import told_to_people, warehouse_dsn


def import_registry(
    file: Annotated[Path, typer.Argument(help="CSV or XLSX: gospub's full format or a ЦУР export", show_default=False)],
    region: Annotated[
        str | None,
        typer.Option(help="Two-digit code of the one region that the file speaks for; a ЦУР export needs it"),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Import even if many pages would be dropped")] = False,
    rejects: Annotated[
        Path | None, typer.Option(help="Folder for the file of rejected rows", show_default="var/rejected")
    ] = None,
) -> None:
    """Import a registry of organisations and their pages; importing the same file again changes nothing."""
    from gospub.registry import import_registry as run

    with told_to_people():
        report = run(warehouse_dsn(), file, clock.now(), region, force, rejects)
    typer.echo(report.text())
