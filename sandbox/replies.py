"""How an answer goes over the wire, and how each transport fault spoils it."""

from __future__ import annotations

import asyncio
import socket
import struct
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from sandbox.answers import HTML, JSON, Answer

_ERROR_PAGE = "<html><head><title>{0}</title></head><body><h1>{0}</h1><hr>nginx</body></html>"
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class ProtocolWithTransport(HttpToolsProtocol):
    """Uvicorn's protocol, which also hands the connection to the application: a reset cannot be told in ASGI."""

    def on_message_begin(self) -> None:
        """Start a request; called by the parser."""
        super().on_message_begin()
        extensions: dict[str, Any] = {"sandbox.transport": {"transport": self.transport}}
        self.scope["extensions"] = extensions


class CutBody(Response):
    """Half of the body under the whole one's Content-Length; then the connection ends."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it; called by Starlette."""
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        half = self.body[: len(self.body) // 2]
        await send({"type": "http.response.body", "body": bytes(half), "more_body": True})
        scope["extensions"]["sandbox.transport"]["transport"].close()


class Reset(Response):
    """No answer: the connection is reset."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Break the connection; called by Starlette."""
        transport = scope["extensions"]["sandbox.transport"]["transport"]
        connection = transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        transport.abort()


async def reply(request: Request, answer: Answer) -> Response:
    """Turn an answer into a response, after its delay and its fault's."""
    fault = answer.fault
    waits = fault.seconds if fault and fault.name in ("slow", "hang") else 0.0
    if answer.delay + waits and not await _sleep(request, answer.delay + waits):
        return Reset()
    return _whole(answer) if fault is None else _spoilt(fault.name, answer, fault.megabytes)


def _spoilt(name: str, answer: Answer, megabytes: float) -> Response:
    if name == "http_500":
        return Response(_ERROR_PAGE.format("500 Internal Server Error"), 500, media_type=HTML)
    if name == "html_200":
        return Response(_ERROR_PAGE.format("Сервис временно недоступен"), 200, media_type=HTML)
    if name == "not_json":
        return Response(b"upstream connect error or disconnect/reset before headers", media_type="text/plain")
    if name == "cut_body":
        return CutBody(answer.body, answer.status, answer.headers, answer.media_type)
    if name == "huge_body":
        return _json(b'{"padding":"%b",' % (b"x" * int(megabytes * 1_000_000)) + answer.body[1:])
    if name == "unknown_shape":
        return _json(b'{"result":{"objects":[],"cursor":null}}')
    if name == "null_response":
        return _json(b'{"response":null}')
    return Reset() if name == "reset" else _whole(answer)


def _whole(answer: Answer) -> Response:
    return Response(answer.body, answer.status, {"content-type": answer.media_type, **answer.headers})


def _json(body: bytes) -> Response:
    return Response(body, headers={"content-type": JSON})


async def _sleep(request: Request, seconds: float) -> bool:
    """Wait; False as soon as the client has gone, so that nobody waits for a client that gave up."""
    gone = asyncio.ensure_future(_until_gone(request))
    done, _ = await asyncio.wait({gone}, timeout=seconds)
    gone.cancel()
    return not done


async def _until_gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
