"""MAX's Bot API under /max/: the bot's chats and their messages, by a token in the header, without Bearer.

A token that begins with `max-` is alive. There is no lookup by link: any other path is answered with 404.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox import drift
from sandbox.answers import Answer
from sandbox.faults import Call, Faults
from sandbox.limits import Ledger
from sandbox.max_objects import chat, chat_id, message, stranger
from sandbox.pages import Page
from sandbox.replies import reply
from sandbox.requests_read import params_of
from sandbox.world import World
from sandbox.worldclock import WorldClock

_MOST, _DEFAULT = 100, 50
_FIRST_MARKER = 9_007_199_254_740_993  # beyond 2^53
_PAGES_A_STRANGER = 150


class MaxError(Exception):
    """An answer {"code", "message"} with its HTTP status, perhaps with a pause."""

    def __init__(self, status: int, code: str, said: str, retry_after: int | None = None) -> None:
        super().__init__(code)
        self.status, self.code, self.said, self.retry_after = status, code, said, retry_after

    def answer(self) -> Answer:
        """What goes over the wire."""
        headers = {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}
        body = b"" if not self.code else orjson.dumps({"code": self.code, "message": self.said})
        return Answer(body, status=self.status, headers=headers)


_FAULTS = {
    "max_verify_token": MaxError(401, "verify.token", "Invalid access_token"),
    "max_access_denied": MaxError(403, "access.denied", "Access denied"),
    "max_chat_not_found": MaxError(404, "chat.not.found", "Chat not found"),
    "max_method_not_found": MaxError(404, "method.not.found", "Path is not recognized, please check documentation"),
    "max_bad_request": MaxError(400, "proto.payload", "Invalid request"),
    "max_unknown_code": MaxError(400, "quite.new", "Nobody has seen this before"),
    "max_429": MaxError(429, "too.many.requests", "Too many requests"),
    "max_429_empty": MaxError(429, "", ""),
    "max_429_retry_after": MaxError(429, "too.many.requests", "Too many requests", retry_after=1),
    "max_503": MaxError(503, "service.unavailable", "Service unavailable"),
    "max_503_retry_after": MaxError(503, "", "", retry_after=1),
}
ERRORS = tuple(_FAULTS)


class Listed(NamedTuple):
    """The bot's chats on one night, in the order of the list, and the page of each that has one."""

    chats: list[bytes]
    pages: list[Page | None]
    by_id: Mapping[int, Page]


class MaxMessenger:
    """MAX for one world."""

    def __init__(self, world: World, clock: WorldClock, ledger: Ledger, faults: Faults) -> None:
        self.world, self.clock, self.ledger, self.faults = world, clock, ledger, faults
        self.listed = lru_cache(maxsize=2)(lambda night: listed(world, date.fromordinal(night)))

    def answer(self, method: str, params: Mapping[str, str], token: str) -> Answer:
        """Answer one HTTP request; never raises for anything a client can send."""
        call = Call.of(token, method, params, (), "max")
        try:
            pages = self._admit(method, params, token)
            call = Call.of(token, method, params, [page.native_id for page in pages], "max")
            if fault := self.faults.error(call):
                raise _FAULTS[fault.name]
            self.ledger.asked[f"max {method}"].update(call.pages)
            body = self._chats(params) if method == "chats" else self._messages(pages, params)
        except MaxError as error:
            self.ledger.tokens[token].errors[error.code or str(error.status)] += 1
            return error.answer()
        for shape in self.faults.shapes(call):
            body = drift.apply(body, shape)
        return Answer(body, fault=self.faults.transport(call))

    def _admit(self, method: str, params: Mapping[str, str], token: str) -> list[Page]:
        """Check everything that comes before the work; return the pages that the call is about."""
        if not token.startswith("max-"):
            raise MaxError(401, "verify.token", "Invalid access_token")
        if not self.ledger.arrive(token, method, "max"):
            raise MaxError(429, "too.many.requests", "Too many requests")
        listed = self.listed(self.clock.night().toordinal())
        if method == "chats":
            start, end = _range(params)
            return [page for page in listed.pages[start:end] if page]
        if method != "messages":
            raise MaxError(404, "method.not.found", f"Path /{method} is not recognized, please check documentation")
        page = listed.by_id.get(_number(params, "chat_id"))
        if page is None:
            raise MaxError(404, "chat.not.found", "Chat not found")
        return [page]

    def _chats(self, params: Mapping[str, str]) -> bytes:
        listed, (start, end) = self.listed(self.clock.night().toordinal()), _range(params)
        marker = b"%d" % (_FIRST_MARKER + end) if end < len(listed.chats) else b"null"
        return b'{"chats":[%b],"marker":%b}' % (b",".join(listed.chats[start:end]), marker)

    def _messages(self, pages: list[Page], params: Mapping[str, str]) -> bytes:
        """Newest first, from the moment `from` back to `to`, both included."""
        night, page, count = self.clock.night(), pages[0], _count(params)
        if not self.world.truth(page, night).is_wall_readable:
            raise MaxError(403, "access.denied", "Access denied")
        newest = _number(params, "from", 2**62)
        oldest = _number(params, "to", 0)
        if oldest >= newest:
            raise MaxError(400, "proto.payload", "Invalid `to`: must be less than `from`")
        found: list[Any] = []
        for post in self.world.wall(page).newest_first(night):
            if post.published * 1000 < oldest or len(found) == count:
                break
            if post.published * 1000 <= newest:
                found.append(message(page, post))
        return orjson.dumps({"messages": found})


def listed(world: World, night: date) -> Listed:
    """All chats of the bot: pages that it is in or was in, and strangers."""
    chats: list[bytes] = []
    pages: list[Page | None] = []
    for page in world.pages("max"):
        if page.index % _PAGES_A_STRANGER == 0:
            chats.append(orjson.dumps(stranger(page.index // _PAGES_A_STRANGER)))
            pages.append(None)
        if shown := chat(world, world.truth(page, night)):
            chats.append(orjson.dumps(shown))
            pages.append(page)
    return Listed(chats, pages, {chat_id(page): page for page in pages if page})


def routes(world: World, clock: WorldClock, ledger: Ledger, faults: Faults) -> list[Route]:
    """All paths of MAX."""
    messenger = MaxMessenger(world, clock, ledger, faults)

    async def method(request: Request) -> Response:
        token = request.headers.get("authorization", "")
        answer = messenger.answer(request.path_params["path"], await params_of(request), token)
        ledger.bytes_sent += len(answer.body)
        return await reply(request, answer)

    return [Route("/max/{path:path}", method, methods=["GET"])]


def _range(params: Mapping[str, str]) -> tuple[int, int]:
    start = _number(params, "marker", _FIRST_MARKER) - _FIRST_MARKER
    if start < 0:
        raise MaxError(400, "proto.payload", "Invalid `marker`")
    return start, start + _count(params)


def _count(params: Mapping[str, str]) -> int:
    count = _number(params, "count", _DEFAULT)
    if not 1 <= count <= _MOST:
        raise MaxError(400, "proto.payload", f"Invalid `count`: must be between 1 and {_MOST}")
    return count


def _number(params: Mapping[str, str], name: str, default: int | None = None) -> int:
    try:
        return int(params[name]) if default is None or name in params else default
    except (KeyError, ValueError):
        raise MaxError(400, "proto.payload", f"Invalid `{name}`") from None
