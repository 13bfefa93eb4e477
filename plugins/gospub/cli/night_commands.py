"""The commands `accept-night`, `quality-report`, `report` and `verify`: what operators ask of a night."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from gospub import clock
from gospub.cli.common import told_to_people, warehouse_dsn
from gospub.errors import ConfigurationError

PlatformOption = Annotated[str, typer.Option(help="Network: vk")]
DayArgument = Annotated[
    datetime | None, typer.Argument(metavar="DATE", formats=["%Y-%m-%d"], help="Night; the latest if not given")
]
QuotaOption = Annotated[
    list[str] | None, typer.Option(metavar="METHOD=CALLS", help="Calls a token may make a day; may be repeated")
]


def accept_night(
    day: Annotated[datetime, typer.Argument(metavar="DATE", formats=["%Y-%m-%d"], help="Night")],
    who: Annotated[str, typer.Option(help="Your name: it is kept")],
    reason: Annotated[str, typer.Option(help="Why the figures are right after all: it is kept")],
    platform: PlatformOption = "vk",
) -> None:
    """Let a night be published although the gate rejected it; holds for what staging holds now, and no longer."""
    from gospub.quality import accept_night as accept

    with told_to_people():
        typer.echo(accept(warehouse_dsn(), day.date(), platform, who, reason, clock.now()))


def quality_report(
    day: DayArgument = None,
    platform: PlatformOption = "vk",
    out: Annotated[Path | None, typer.Option(help="Write HTML to this file instead of text to the terminal")] = None,
) -> None:
    """Show what the gate found when it judged a night last."""
    from gospub.quality import quality_report as as_html
    from gospub.quality import quality_report_text as as_text
    from gospub.reporting import last_night

    with told_to_people():
        dsn = warehouse_dsn()
        night = day.date() if day else last_night(dsn, platform)
        if out is None:
            typer.echo(as_text(dsn, night, platform), nl=False)
            return
        _write(out, as_html(dsn, night, platform))
        typer.echo(f"Written: {out}. Open it in a browser.")


def report(day: DayArgument = None, platform: PlatformOption = "vk", quota: QuotaOption = None) -> None:
    """Show a night: outcomes, failures, calls, quality, and what needs a person."""
    from gospub.reporting import last_night, night_report

    with told_to_people():
        dsn = warehouse_dsn()
        night = day.date() if day else last_night(dsn, platform)
        typer.echo(night_report(dsn, night, platform, _quotas(quota)), nl=False)


def verify(quota: QuotaOption = None) -> None:
    """Check the promises over all that the warehouse holds; exits with 1 when one is broken."""
    from gospub.reporting import verify as broken_promises
    from gospub.reporting.promises import promises

    with told_to_people():
        broken = {found.promise: found for found in broken_promises(warehouse_dsn(), _quotas(quota))}
        for promise in promises():
            typer.echo(f"BROKEN  {broken[promise]}" if promise in broken else f"holds   {promise}")
        if not quota:
            typer.echo("Quotas were not checked: give them, such as --quota wall.get=5000")
        if broken:
            raise typer.Exit(1)


def _quotas(given: list[str] | None) -> dict[str, int]:
    quotas = {}
    for pair in given or []:
        method, separator, calls = pair.partition("=")
        if not (separator and method and calls.isdigit()):
            raise ConfigurationError(f"--quota {pair} is not METHOD=CALLS", "Write it such as --quota wall.get=5000")
        quotas[method] = int(calls)
    return quotas


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be written: {error.strerror}", "Name another file") from error
