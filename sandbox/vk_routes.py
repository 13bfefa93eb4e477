"""VK's paths: /method/<name>, by query or form, with the token as a parameter or as a bearer."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.faults import Faults
from sandbox.limits import Ledger
from sandbox.replies import reply
from sandbox.requests_read import params_of
from sandbox.vk import ERRORS, Vk
from sandbox.world import World
from sandbox.worldclock import WorldClock

__all__ = ["ERRORS", "routes"]
MAX_QUERY_BYTES = 2048
_BEARER = "bearer "


def routes(world: World, clock: WorldClock, ledger: Ledger, faults: Faults) -> list[Route]:
    """All paths of VK."""
    vk = Vk(world, clock, ledger, faults)

    async def method(request: Request) -> Response:
        if len(request.url.query) > MAX_QUERY_BYTES:
            return Response("<html><body><h1>414 Request-URI Too Large</h1></body></html>", 414, media_type="text/html")
        params = await params_of(request)
        answer = vk.answer(request.path_params["name"], params, _token(request, params))
        ledger.bytes_sent += len(answer.body)
        return await reply(request, answer)

    return [Route("/method/{name}", method, methods=["GET", "POST"])]


def _token(request: Request, params: Mapping[str, str]) -> str:
    header = request.headers.get("authorization", "")
    return header[len(_BEARER) :].strip() if header.lower().startswith(_BEARER) else params.get("access_token", "")
