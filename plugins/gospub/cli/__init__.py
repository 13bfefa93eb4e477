"""The command line over what operators do; each command says what it did and what to do next."""

import typer

from gospub.cli.crawl_commands import resolve_names, run_night
from gospub.cli.night_commands import accept_night, quality_report, report, verify
from gospub.cli.rating_commands import alerts, rate, ratings
from gospub.cli.registry_commands import import_registry
from gospub.cli.token_commands import tokens
from gospub.cli.warehouse_commands import maintain, migrate

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="gospub: a nightly census of public bodies' official pages. The warehouse's address is taken from GOSPUB_DSN.",
)

for command in (
    import_registry,
    resolve_names,
    run_night,
    accept_night,
    report,
    quality_report,
    verify,
    rate,
    maintain,
    migrate,
):
    app.command()(command)
app.add_typer(ratings, name="ratings")
app.add_typer(alerts, name="alerts")
app.add_typer(tokens, name="tokens")
