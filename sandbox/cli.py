"""The command line: `serve` runs the networks, `registry` writes the example registry of the same world."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from sandbox.limits import RATES, Ledger, Settings
from sandbox.world import NETWORKS, World
from sandbox.worldclock import WorldClock

app = typer.Typer(
    help="A stand-in for the social networks: a seeded world of official pages in the networks' wire formats.",
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
)  # fmt: skip
Seed = Annotated[int, typer.Option(help="Which world: the same seed is the same world.")]
Number = Annotated[int, typer.Option("--organisations", min=1, help="How many organisations; 96 % of them have pages.")]
FirstNight = Annotated[
    datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Night 1; things happen on nights 2, 3 … Default: today.")
]
ClockFile = Annotated[Path | None, typer.Option(help="File with the seconds that the world is ahead of real time.")]


@app.command()
def serve(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 = choose a free one.")] = 8088,
    host: Annotated[str, typer.Option(help="Address to listen on; 0.0.0.0 inside a container.")] = "127.0.0.1",
    seed: Seed = 1,
    organisations: Number = 3000,
    first_night: FirstNight = None,
    clock_file: ClockFile = None,
    rate: Annotated[float, typer.Option(min=0, help="Calls per second and token; 0 = unlimited.")] = 3.0,
    wall_get_quota: Annotated[
        int, typer.Option(min=0, help="wall.get calls per token and 24 h; 0 = unlimited.")
    ] = 5000,
    execute_latency: Annotated[str, typer.Option(help="Seconds an execute call takes, LOW:HIGH.")] = "0:0",
    execute_for_service: Annotated[bool, typer.Option(help="Let service tokens call execute (else error 28).")] = True,
) -> None:
    """Serve the world until Ctrl-C. Tokens: any that begin with service-, user- or community-."""
    from sandbox.server import listen, server

    clock = WorldClock(clock_file)
    latency = _latency(execute_latency)
    settings = Settings(rate, {"wall.get": wall_get_quota}, latency, execute_for_service, RATES if rate else {})
    world = World(seed, organisations, _night(first_night, clock))
    try:
        listener = listen(port, host)
    except OSError as error:
        typer.echo(f"Cannot listen on {host}:{port}: {error.strerror}. Stop what uses it, or choose --port.", err=True)
        raise typer.Exit(1) from None
    chosen = listener.getsockname()[1]
    typer.echo(
        f"Sandbox ready at http://{host}:{chosen} (VK; other networks under /ok, /telegram, /max); pages: "
        + ", ".join(f"{network} {len(world.pages(network))}" for network in NETWORKS)
    )
    server(world, clock, Ledger(settings)).run(sockets=[listener])


@app.command()
def registry(
    out: Annotated[Path, typer.Option(file_okay=False, help="Folder for the files; made if it is missing.")],
    seed: Seed = 1,
    organisations: Number = 3000,
    first_night: FirstNight = None,
    cur_region: Annotated[str, typer.Option(help="Region of the file in a ЦУР export's columns.")] = "59",
    xlsx: Annotated[bool, typer.Option(help="Write registry.xlsx as well.")] = True,
) -> None:
    """Write registry.csv, registry.xlsx, registry_bad.csv and cur_region_NN.csv of the world that `serve` serves."""
    from sandbox.registry import write_registry

    world = World(seed, organisations, _night(first_night, WorldClock()))
    for path, rows in write_registry(world, out, cur_region, xlsx).items():
        typer.echo(f"{path}: {rows} rows")


def _night(first_night: datetime | None, clock: WorldClock) -> date:
    return first_night.date() if first_night else clock.night()


def _latency(text: str) -> tuple[float, float]:
    try:
        low, _, high = text.partition(":")
        bounds = float(low), float(high or low)
    except ValueError:
        bounds = (1.0, 0.0)
    if not 0 <= bounds[0] <= bounds[1]:
        raise typer.BadParameter(f"{text!r} is not LOW:HIGH in seconds, such as 1:4")
    return bounds
