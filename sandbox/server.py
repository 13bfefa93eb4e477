"""The HTTP server: one process, one world, on 127.0.0.1 unless told otherwise (a container has to)."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from urllib.parse import parse_qsl

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.control import Control
from sandbox.replies import ProtocolWithTransport, reply
from sandbox.vk import Vk

HOST = "127.0.0.1"
MAX_QUERY_BYTES = 2048
_BACKLOG = 512
_BEARER = "bearer "


def application(vk: Vk) -> Starlette:
    """All routes: VK under /method/, the switches under /sandbox/."""

    async def vk_method(request: Request) -> Response:
        if len(request.url.query) > MAX_QUERY_BYTES:
            return Response("<html><body><h1>414 Request-URI Too Large</h1></body></html>", 414, media_type="text/html")
        params = await _params(request)
        answer = vk.answer(request.path_params["name"], params, _token(request, params))
        vk.ledger.bytes_sent += len(answer.body)
        return await reply(request, answer)

    routes = [Route("/method/{name}", vk_method, methods=["GET", "POST"]), *Control(vk).routes()]
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


def server(vk: Vk) -> uvicorn.Server:
    """A server that is ready to `run(sockets=[listener])`."""
    config = uvicorn.Config(
        application(vk), http=ProtocolWithTransport, loop="uvloop", log_level="critical", access_log=False,
        lifespan="off", timeout_keep_alive=75, timeout_graceful_shutdown=1, ws="none", backlog=_BACKLOG,
    )  # fmt: skip
    return uvicorn.Server(config)


async def _params(request: Request) -> dict[str, str]:
    """Parameters of the query and of a form body; a JSON body is not read, as VK does not read it."""
    params = dict(parse_qsl(request.url.query, keep_blank_values=True))
    kind = request.headers.get("content-type", "")
    if kind.startswith("application/x-www-form-urlencoded"):
        body = (await request.body()).decode("utf-8", "replace")
        params |= parse_qsl(body, keep_blank_values=True)
    elif kind.startswith("multipart/form-data"):
        params |= {key: value for key, value in (await request.form()).items() if isinstance(value, str)}
    return params


def _token(request: Request, params: Mapping[str, str]) -> str:
    header = request.headers.get("authorization", "")
    return header[len(_BEARER) :].strip() if header.lower().startswith(_BEARER) else params.get("access_token", "")
