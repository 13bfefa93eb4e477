"""The command `import-registry`."""

import os
from pathlib import Path
from typing import Annotated

import typer

from gospub import clock
from gospub.errors import ConfigurationError, GospubError


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

    try:
        report = run(_dsn(), file, clock.now(), region, force, rejects)
    except GospubError as error:
        typer.echo(f"import-registry: {error}", err=True)
        raise typer.Exit(1) from None
    typer.echo(report.text())


def _dsn() -> str:
    dsn = os.environ.get("GOSPUB_DSN")
    if not dsn:
        raise ConfigurationError("GOSPUB_DSN is not set", "Give the warehouse's address: postgresql://user@host/gospub")
    return dsn
