"""VK's front door: tokens, versions, rates, quotas, `execute` and planned faults, around the methods of vk_methods."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from random import Random
from typing import Literal

import orjson

from sandbox import drift
from sandbox.answers import Answer
from sandbox.faults import Call, Fault, Faults
from sandbox.limits import Ledger
from sandbox.vk_errors import CAPTCHA_NEW, CAPTCHA_OLD, TEXTS, ApiError
from sandbox.vk_methods import METHODS, Request, pages_touched
from sandbox.vk_script import InnerCall, parse
from sandbox.world import World
from sandbox.worldclock import WorldClock

MAX_CALLS_IN_EXECUTE, MAX_EXECUTE_BYTES = 25, 5 * 1024 * 1024
ERRORS = (*(f"error_{code}" for code in TEXTS), "captcha_old", "captcha_new")
TokenKind = Literal["service", "user", "community"]


class Vk:
    """VK for one world. A token's prefix tells its type: service-…, user-…, community-…; others are dead (error 5)."""

    def __init__(self, world: World, clock: WorldClock, ledger: Ledger, faults: Faults | None = None) -> None:
        self.world, self.clock, self.ledger = world, clock, ledger
        self.faults = faults or Faults({"vk": ERRORS})
        self._random = Random(world.seed)

    def answer(self, method: str, params: Mapping[str, str], token: str) -> Answer:
        """Answer one HTTP request; never raises for anything a client can send."""
        request = self._request(params)
        whole = Call.of(token, method, params, pages_touched(self.world, method, params))
        delay = 0.0
        try:
            inner, is_array = self._admit(method, params, token, whole)
            whole = whole.with_inner(self._inner_call(token, each) for each in inner)
            if method == "execute":
                delay = self._random.uniform(*self.ledger.settings.execute_latency)
                body = self._execute(request, token, inner, is_array, whole)
            else:
                body = b'{"response":%b}' % self._run(request, token, method, whole)
        except ApiError as error:
            self.ledger.tokens[token].errors[error.code] += 1
            body = error.body(method, params)
        return Answer(self._shaped(body, whole), delay, self.faults.transport(whole))

    def _request(self, params: Mapping[str, str]) -> Request:
        now = self.clock.now()
        return Request(self.world, params, now, self.clock.night())

    def _admit(self, method: str, params: Mapping[str, str], token: str, call: Call) -> tuple[list[InnerCall], bool]:
        """Check everything that comes before the work; return the calls inside an `execute`."""
        if "v" not in params:
            raise ApiError(8, "v (version) is required")
        if not token:
            raise ApiError(15, "token required")
        kind = _kind(token)
        if not self.ledger.arrive(token, method):
            raise ApiError(6)
        if method != "execute" and method not in METHODS:
            raise ApiError(3)
        if kind == "service" and method == "execute" and not self.ledger.settings.execute_for_service:
            raise ApiError(28)
        if method != "execute":
            return [], False
        if fault := self.faults.error(call, is_inner=False):
            raise _planned(fault)
        return self._script(params)

    def _script(self, params: Mapping[str, str]) -> tuple[list[InnerCall], bool]:
        calls, is_array = parse(params.get("code", ""))
        if len(calls) > MAX_CALLS_IN_EXECUTE:
            raise ApiError(13, "Too many API calls")
        return calls, is_array

    def _inner_call(self, token: str, inner: InnerCall) -> Call:
        method, params = inner
        return Call.of(token, method, params, pages_touched(self.world, method, params))

    def _run(self, request: Request, token: str, method: str, call: Call, is_inner: bool = False) -> bytes:
        """Execute and book one call, direct or inside an `execute`."""
        if method not in METHODS:
            raise ApiError(3)
        if _kind(token) == "community" and method.startswith("wall."):
            raise ApiError(27)
        if fault := self.faults.error(call, is_inner):
            raise _planned(fault)
        if not self.ledger.spend(token, method, request.now.timestamp()):
            raise ApiError(29)
        self.ledger.asked[method].update(call.pages)
        return METHODS[method](request)

    def _execute(self, request: Request, token: str, calls: list[InnerCall], is_array: bool, whole: Call) -> bytes:
        values, errors, size = [], [], 0
        for method, params in calls:
            self.ledger.tokens[token].inner_calls[method] += 1
            try:
                call = self._inner_call(token, (method, params))
                values.append(self._run(replace(request, params=params), token, method, call, is_inner=True))
                size += len(values[-1])
            except ApiError as error:
                values.append(b"false")
                errors.append(error.entry(method))
            if size > MAX_EXECUTE_BYTES:
                raise ApiError(13)
        body = b"[%b]" % b",".join(values) if is_array else values[0]
        return b'{"response":%b%b}' % (body, b',"execute_errors":' + orjson.dumps(errors) if errors else b"")

    def _shaped(self, body: bytes, call: Call) -> bytes:
        for fault in self.faults.shapes(call):
            body = _SHAPES.get(fault.name, drift.apply)(body, fault)
        return body


def _kind(token: str) -> TokenKind:
    for kind in ("service", "user", "community"):
        if token.startswith(f"{kind}-"):
            return kind
    raise ApiError(5)


def _planned(fault: Fault) -> ApiError:
    captchas: dict[str, Mapping[str, object]] = {"captcha_old": CAPTCHA_OLD, "captcha_new": CAPTCHA_NEW}
    if fault.name in captchas:
        return ApiError(14, extras=captchas[fault.name])
    return ApiError(int(fault.name.removeprefix("error_")))


def _false_unexplained(body: bytes, fault: Fault) -> bytes:
    answer = orjson.loads(body)
    if isinstance(answer.get("response"), list) and answer["response"]:
        answer["response"][0] = False
    return orjson.dumps(answer)


def _error_unmatched(body: bytes, fault: Fault) -> bytes:
    return _with_error(body, ApiError(10).entry("wall.get"))


def _trailing_error(body: bytes, fault: Fault) -> bytes:
    return _with_error(body, ApiError(36).entry("execute"))


def _with_error(body: bytes, entry: dict[str, object]) -> bytes:
    answer = orjson.loads(body)
    if "response" in answer:
        answer.setdefault("execute_errors", []).append(entry)
    return orjson.dumps(answer)


_SHAPES = {
    "item_missing": drift.without_item,
    "execute_false_unexplained": _false_unexplained,
    "execute_error_unmatched": _error_unmatched,
    "execute_trailing_error": _trailing_error,
}
