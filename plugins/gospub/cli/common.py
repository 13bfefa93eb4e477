"""What the commands share: the warehouse's address, and errors told in one line."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import typer

from gospub.errors import ConfigurationError, GospubError


def warehouse_dsn() -> str:
    """The warehouse's address from GOSPUB_DSN; raises ConfigurationError when it is not set."""
    dsn = os.environ.get("GOSPUB_DSN")
    if not dsn:
        raise ConfigurationError(
            "GOSPUB_DSN is not set", "Give the warehouse's address: GOSPUB_DSN=postgresql://gospub_loader@host/gospub"
        )
    return dsn


@contextmanager
def told_to_people() -> Iterator[None]:
    """Print a GospubError as cause and cure and exit with 1; anything else is our bug and keeps its traceback."""
    try:
        yield
    except GospubError as error:
        typer.echo(f"error: {error}", err=True)
        raise typer.Exit(1) from None
