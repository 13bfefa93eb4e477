"""The commands `tokens list` and `tokens revive`: what is known of access tokens, which themselves are never shown."""

from typing import Annotated

import typer

from gospub import clock
from gospub.calling.leases import QUOTA_WINDOW
from gospub.cli.common import told_to_people, warehouse_dsn
from gospub.errors import ConfigurationError
from gospub.warehouse.connection import affected, connected, query, script, transaction

tokens = typer.Typer(no_args_is_help=True, help="See the state of access tokens; let one be used again.")


@tokens.command("list")
def list_tokens() -> None:
    """Show each token by its fingerprint: state, what the network said of it, calls of the last 24 hours."""
    with told_to_people(), connected(warehouse_dsn(), "gospub tokens") as connection:
        rows = query(connection, script("tokens/list"), {"window_start": clock.now() - QUOTA_WINDOW})
        for row in rows:
            until = f" until {row['usable_at']:%Y-%m-%d %H:%M} UTC" if row["usable_at"] else ""
            typer.echo(
                f"{row['fingerprint']}  {row['platform']}  {row['state']}{until}  {row['reason'] or ''}".rstrip()
            )
            typer.echo(f"    last 24 h: {row['calls'] or 'no calls'}")
        if not rows:
            typer.echo("No token has been used yet: tokens are known from their first call on.")


@tokens.command()
def revive(fingerprint: Annotated[str, typer.Argument(help="As `tokens list` shows it")]) -> None:
    """Let a token be used again that the network had refused: a captcha was solved, rights were given back."""
    with told_to_people(), connected(warehouse_dsn(), "gospub tokens") as connection, transaction(connection):
        if not affected(connection, script("tokens/revive"), {"fingerprint": fingerprint, "moment": clock.now()}):
            raise ConfigurationError(f"there is no token {fingerprint}", "See `python -m gospub tokens list`")
        typer.echo(f"{fingerprint} is live again; clear the failed tasks to go on with the night.")
