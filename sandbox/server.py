"""The HTTP server: one process, one world, on 127.0.0.1 unless told otherwise (a container has to)."""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import uvicorn
from starlette.applications import Starlette
from starlette.routing import BaseRoute

from sandbox import max_messenger, ok, telegram, vk_routes
from sandbox.control import Control
from sandbox.faults import Faults
from sandbox.limits import Ledger
from sandbox.replies import ProtocolWithTransport
from sandbox.world import World
from sandbox.worldclock import WorldClock

HOST = "127.0.0.1"
_BACKLOG = 512


class Wire(NamedTuple):
    """A network's paths, the names of its own errors (answers instead of a result), of its own spoilt good answers."""

    routes: Callable[[World, WorldClock, Ledger, Faults], Sequence[BaseRoute]]
    errors: Sequence[str]
    shapes: Sequence[str] = ()


WIRES: Mapping[str, Wire] = {
    "vk": Wire(vk_routes.routes, vk_routes.ERRORS),
    "ok": Wire(ok.routes, ok.ERRORS, ok.SHAPES),
    "telegram": Wire(telegram.routes, telegram.ERRORS, telegram.SHAPES),
    "max": Wire(max_messenger.routes, max_messenger.ERRORS),
}


def application(world: World, clock: WorldClock, ledger: Ledger) -> Starlette:
    """All routes: each network's, and the switches under /sandbox/."""
    shapes = [name for wire in WIRES.values() for name in wire.shapes]
    faults = Faults({network: wire.errors for network, wire in WIRES.items()}, shapes)
    routes: list[BaseRoute] = [*Control(world, clock, ledger, faults).routes()]
    for wire in WIRES.values():
        routes += wire.routes(world, clock, ledger, faults)
    return Starlette(routes=routes)


def listen(port: int, host: str = HOST) -> socket.socket:
    """Listen on `host`:`port` (0 = any free one); clients may connect at once, even before the server runs.

    Raises OSError when the port is taken.
    """
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(_BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener


def server(world: World, clock: WorldClock, ledger: Ledger) -> uvicorn.Server:
    """A server that is ready to `run(sockets=[listener])`."""
    config = uvicorn.Config(
        application(world, clock, ledger), http=ProtocolWithTransport, loop="uvloop", log_level="critical",
        access_log=False, lifespan="off", timeout_keep_alive=75, timeout_graceful_shutdown=1, ws="none",
        backlog=_BACKLOG,
    )  # fmt: skip
    return uvicorn.Server(config)
