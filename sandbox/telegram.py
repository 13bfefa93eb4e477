"""Telegram's web pages and the part of its Bot API that counts members.

/telegram/<name>, /telegram/s/<name>?before=<id>, /telegram/bot<token>/<method>. The rate is one of the client's
address; above it the answer is HTTP 429, every other time with a Retry-After.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox import telegram_html as html
from sandbox.answers import HTML, Answer
from sandbox.faults import Call, Faults
from sandbox.limits import Ledger
from sandbox.page_truth import PageTruth
from sandbox.replies import reply
from sandbox.world import World
from sandbox.worldclock import WorldClock

PREFIX = "/telegram"
ERRORS = ("http_429", "http_429_told")
SHAPES = ("count_missing", "html_truncated", "dates_missing", "views_unreadable")
RETRY_AFTER = 1
_BOT_TOKEN = re.compile(r"[0-9]{5,20}:[A-Za-z0-9_-]{20,}")
_DEAD = "dead"


class Telegram:
    """Telegram for one world."""

    def __init__(self, world: World, clock: WorldClock, ledger: Ledger, faults: Faults) -> None:
        self._world, self._clock, self._ledger, self._faults = world, clock, ledger, faults
        self._refusals = 0

    def web(self, method: str, name: str, params: Mapping[str, str], address: str) -> Answer:
        """Answer a request for a card or a preview; any name has a card."""
        name = name.lower()
        call = Call.of(address, method, {"name": name, **params}, [name], "telegram")
        if refusal := self._refuse(call, address, method):
            return refusal
        self._ledger.asked[method][name] += 1
        fault = self._faults.transport(call)
        shapes = {each.name for each in self._faults.shapes(call)} & set(SHAPES)
        truth = self._truth(name)
        if method == "card":
            body = html.card(truth, with_count="count_missing" not in shapes) if truth else html.nobody(name)
        elif truth and truth.is_wall_readable:
            body = html.preview(truth, self._world.wall(truth.page), _number(params.get("before")))
        else:
            return Answer(b"", 0.0, fault, 302, {"location": f"{PREFIX}/{name}"}, HTML)
        return Answer(_shaped(body, shapes), 0.0, fault, media_type=HTML)

    def bot(self, token: str, method: str, params: Mapping[str, str]) -> Answer:
        """Answer a call of the Bot API; a token of another form than Telegram's, or with "dead" in it, is refused."""
        name = params.get("chat_id", "").removeprefix("@").lower()
        call = Call.of(token, method, {"chat_id": name}, [name], "telegram")
        if self._faults.error(call) or not self._ledger.arrive(token, method, "telegram"):
            return _bot_error(429, f"Too Many Requests: retry after {RETRY_AFTER}", {"retry_after": RETRY_AFTER})
        self._ledger.asked[method][name] += 1
        truth = self._truth(name)
        if not _BOT_TOKEN.fullmatch(token) or _DEAD in token:
            answer = _bot_error(401, "Unauthorized")
        elif method not in ("getChat", "getChatMemberCount"):
            answer = _bot_error(404, "Not Found")
        elif truth is None or truth.members_count is None:
            answer = _bot_error(400, "Bad Request: chat not found")
        else:
            answer = _bot_answer(_chat(truth) if method == "getChat" else truth.members_count)
        return Answer(answer.body, 0.0, self._faults.transport(call), answer.status)

    def _truth(self, name: str) -> PageTruth | None:
        page = self._world.telegram.find(name)
        return self._world.truth(page, self._clock.night()) if page else None

    def _refuse(self, call: Call, address: str, method: str) -> Answer | None:
        planned = self._faults.error(call)
        is_allowed = self._ledger.arrive(address, method, "telegram")
        if planned is None and is_allowed:
            return None
        self._refusals += 1
        is_told = planned.name == "http_429_told" if planned else self._refusals % 2 == 0
        headers = {"retry-after": str(RETRY_AFTER)} if is_told else {}
        self._ledger.tokens[address].errors[429] += 1
        return Answer(b"", 0.0, None, 429, headers, HTML)


def routes(world: World, clock: WorldClock, ledger: Ledger, faults: Faults) -> list[Route]:
    """All paths of Telegram."""
    telegram = Telegram(world, clock, ledger, faults)

    async def answered(request: Request) -> Response:
        path, params = request.path_params, dict(request.query_params)
        if "token" in path:
            answer = telegram.bot(path["token"], path["method"], params)
        else:
            method = "preview" if request.url.path.startswith(f"{PREFIX}/s/") else "card"
            answer = telegram.web(method, path["name"], params, request.client.host if request.client else "")
        ledger.bytes_sent += len(answer.body)
        return await reply(request, answer)

    paths = ("/bot{token}/{method}", "/s/{name}", "/{name}")
    return [Route(PREFIX + path, answered, methods=["GET", "POST"]) for path in paths]


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() else None


def _shaped(body: bytes, shapes: set[str]) -> bytes:
    if "dates_missing" in shapes:
        body = body.replace(b" datetime=", b" data-moment=")
    if "views_unreadable" in shapes:
        body = re.sub(rb'(message_views">)[^<]*', rb"\1many", body)
    return body[: len(body) // 2] if "html_truncated" in shapes else body


def _chat(truth: PageTruth) -> dict[str, Any]:
    name = truth.page.link_name
    return {"id": -1_000_000_000_000 - truth.page.number, "title": truth.name, "username": name, "type": "channel"}


def _bot_answer(result: Any) -> Answer:
    return Answer(orjson.dumps({"ok": True, "result": result}))


def _bot_error(code: int, description: str, parameters: Mapping[str, Any] | None = None) -> Answer:
    said: dict[str, Any] = {"ok": False, "error_code": code, "description": description}
    return Answer(orjson.dumps(said | ({"parameters": parameters} if parameters else {})), status=code)
