"""OK's front door: keys, signature, tokens, rates, quotas and planned faults, around the methods of ok_methods."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import orjson
from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.routing import Route

from sandbox import drift
from sandbox.answers import Answer
from sandbox.faults import Call, Fault, Faults
from sandbox.limits import Ledger
from sandbox.ok_errors import TEXTS, ApiError
from sandbox.ok_methods import METHODS, Request, pages_touched
from sandbox.replies import reply
from sandbox.requests_read import params_of
from sandbox.world import World
from sandbox.worldclock import WorldClock

APPLICATION_KEY, APPLICATION_SECRET_KEY = "CBAEXAMPLEKEY", "SECRETEXAMPLE"
ERRORS = tuple(f"error_{code}" for code in TEXTS)
SHAPES = ("header_only_error", "true_response")


class Ok:
    """OK for one world. A token's prefix tells its state: ok-… lives, expired-… is over (102), others never were."""

    def __init__(self, world: World, clock: WorldClock, ledger: Ledger, faults: Faults) -> None:
        self.world, self.clock, self.ledger, self.faults = world, clock, ledger, faults

    def answer(self, method: str, params: Mapping[str, str]) -> Answer:
        """Answer one HTTP request; never raises for anything a client can send."""
        token = params.get("access_token") or params.get("session_key", "")
        said = {name: value for name, value in params.items() if name not in ("sig", "session_key")}
        call = Call.of(token, method, said, pages_touched(self.world, params), "ok")
        try:
            answer = Answer(self._run(method, params, token, call))
        except ApiError as error:
            self.ledger.tokens[token].errors[error.code] += 1
            answer = error.answer()
        for fault in self.faults.shapes(call):
            answer = _SHAPES.get(fault.name, _drifted)(answer, fault)
        return replace(answer, fault=self.faults.transport(call))

    def _run(self, method: str, params: Mapping[str, str], token: str, call: Call) -> bytes:
        if not self.ledger.arrive(token, method, "ok"):
            raise ApiError(8)
        _check_keys(params, token)
        if method not in METHODS:
            raise ApiError(3, f"Method {method} not found")
        if fault := self.faults.error(call):
            raise ApiError(int(fault.name.removeprefix("error_")))
        now = self.clock.now()
        if not self.ledger.spend(token, method, now.timestamp()):
            raise ApiError(11)
        self.ledger.asked[method].update(call.pages)
        return METHODS[method](Request(self.world, params, now, self.clock.night()))


def routes(world: World, clock: WorldClock, ledger: Ledger, faults: Faults) -> list[Route]:
    """Both addresses of OK: /ok/fb.do?method=group.getInfo and /ok/api/group/getInfo."""
    ok = Ok(world, clock, ledger, faults)

    async def method(request: HttpRequest) -> Response:
        params = await params_of(request)
        path = request.path_params
        name = f"{path['group']}.{path['name']}" if path else params.get("method", "")
        answer = ok.answer(name, params)
        ledger.bytes_sent += len(answer.body)
        return await reply(request, answer)

    verbs = ["GET", "POST"]
    return [Route("/ok/fb.do", method, methods=verbs), Route("/ok/api/{group}/{name}", method, methods=verbs)]


def _check_keys(params: Mapping[str, str], token: str) -> None:
    if params.get("application_key") != APPLICATION_KEY:
        raise ApiError(101)
    if not token:
        raise ApiError(453)
    signed = sorted(name for name in params if name not in ("access_token", "session_key", "sig"))
    secret = _md5(token + APPLICATION_SECRET_KEY)
    if params.get("sig") != _md5("".join(f"{name}={params[name]}" for name in signed) + secret):
        raise ApiError(104)
    if not token.startswith("ok-"):
        raise ApiError(102 if token.startswith("expired-") else 103)


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def _drifted(answer: Answer, fault: Fault) -> Answer:
    is_json = answer.media_type.startswith("application/json")
    return replace(answer, body=drift.apply(answer.body, fault)) if is_json else answer


def _without_item(answer: Answer, fault: Fault) -> Answer:
    """Leave one group or topic out of a longer list, or the fault's page out of any but its own."""
    found: Any = orjson.loads(answer.body) if answer.media_type.startswith("application/json") else None
    lists = [found] if isinstance(found, list) else list(found.values()) if isinstance(found, dict) else []
    for items in lists:
        if isinstance(items, list) and len(items) > 1 and isinstance(items[0], dict) and "message" not in items[0]:
            left_out = [item for item in items if item.get("uid") == str(fault.page)] if fault.page else items[:1]
            items[:] = [item for item in items if item not in left_out]
    return replace(answer, body=orjson.dumps(found)) if lists else answer


def _header_alone(answer: Answer, fault: Fault) -> Answer:
    return replace(answer, body=b"null", headers={"invocation-error": "2"})


def _true(answer: Answer, fault: Fault) -> Answer:
    return replace(answer, body=b"true")


_SHAPES: Mapping[str, Callable[[Answer, Fault], Answer]] = {
    "item_missing": _without_item,
    "header_only_error": _header_alone,
    "true_response": _true,
}
