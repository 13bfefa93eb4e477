"""The sandbox's own switches, for tests, the demo and benches; no network has anything like them.

GET  /sandbox/health    {"ready": true, …}           GET  /sandbox/clock     the world's time and night
GET  /sandbox/stats     calls, violations, arrivals  GET  /sandbox/asked     how often each page was asked for
GET  /sandbox/faults    active faults and all names  POST /sandbox/faults    [{"name": "http_500", "rate": 0.1}, …]
POST /sandbox/settings  {"rate": 5, "quotas": {"wall.get": 100}, "execute_latency": [1, 4], …}
POST /sandbox/reset     forget all calls and faults
"""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.faults import Faults
from sandbox.limits import Ledger, Settings
from sandbox.world import NETWORKS, World
from sandbox.worldclock import WorldClock


class Control:
    """The switches of one running sandbox."""

    def __init__(self, world: World, clock: WorldClock, ledger: Ledger, faults: Faults) -> None:
        self._world, self._time, self._ledger, self._active = world, clock, ledger, faults

    def routes(self) -> list[Route]:
        """All paths under /sandbox."""
        return [
            Route("/sandbox/health", self._health),
            Route("/sandbox/clock", self._clock),
            Route("/sandbox/stats", self._stats),
            Route("/sandbox/asked", self._asked),
            Route("/sandbox/faults", self._faults, methods=["GET", "POST"]),
            Route("/sandbox/settings", self._settings, methods=["GET", "POST"]),
            Route("/sandbox/reset", self._reset, methods=["POST"]),
        ]

    async def _health(self, request: Request) -> Response:
        world = self._world
        pages = {network: len(world.pages(network)) for network in NETWORKS}
        sizes = {"organisations": len(world.organisations), "pages": pages}
        return _json({"ready": True, "seed": world.seed, "first_night": world.first_night, **sizes})

    async def _clock(self, request: Request) -> Response:
        return _json({"now": self._time.now(), "night": self._time.night()})

    async def _stats(self, request: Request) -> Response:
        faults = [fault.report() for fault in self._active.active]
        return _json(self._ledger.report() | {"faults": faults})

    async def _asked(self, request: Request) -> Response:
        return _json({method: dict(pages) for method, pages in self._ledger.asked.items()})

    async def _faults(self, request: Request) -> Response:
        if request.method == "POST":
            try:
                self._active.switch(orjson.loads(await request.body()))
            except (ValueError, TypeError, AttributeError) as error:
                return _json({"error": str(error)}, status=422)
        active = [fault.report() for fault in self._active.active]
        return _json({"active": active, "names": self._active.names})

    async def _settings(self, request: Request) -> Response:
        settings = self._ledger.settings
        if request.method == "POST":
            try:
                _change(settings, orjson.loads(await request.body()))
            except (ValueError, TypeError, AttributeError) as error:
                return _json({"error": str(error)}, status=422)
        return _json(asdict(settings))

    async def _reset(self, request: Request) -> Response:
        self._ledger.reset()
        self._active.switch([])
        return _json({"reset": True})


def _change(settings: Settings, wanted: dict[str, Any]) -> None:
    known = {each.name for each in fields(Settings)}
    if unknown := sorted(set(wanted) - known):
        raise ValueError(f"unknown setting {unknown[0]!r}; known are {', '.join(sorted(known))}")
    if "execute_latency" in wanted:
        low, high = map(float, wanted["execute_latency"])
        wanted = wanted | {"execute_latency": (low, high)}
    for name, value in wanted.items():
        setattr(settings, name, value)


def _json(value: dict[str, Any], status: int = 200) -> Response:
    body = orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS)
    return Response(body, status, headers={"content-type": "application/json"})
