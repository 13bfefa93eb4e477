"""The part of VKScript that crawlers use: `return [API.wall.get({...}), …];`, or one call without brackets."""

from __future__ import annotations

import json
import re
from typing import Any

from sandbox.vk_errors import ApiError

_CALL = re.compile(r"\s*API\.([A-Za-z]+\.[A-Za-z]+)\s*\(\s*")
_CLOSING = re.compile(r"\s*\)\s*")
_DECODER = json.JSONDecoder()

InnerCall = tuple[str, dict[str, str]]


def parse(code: str) -> tuple[list[InnerCall], bool]:
    """Calls in their order, and whether they stand in an array. Raises error 12 with the place that cannot be read."""
    text = code.strip().rstrip(";").rstrip()
    if not text.startswith("return"):
        raise _unreadable(code, 0)
    text = text[len("return") :].strip()
    if not text.startswith("["):
        call, end = _call(text, 0)
        if end < len(text):
            raise _unreadable(text, end)
        return [call], False
    calls, position = [], 1
    while text[position:].strip() != "]":
        call, position = _call(text, position)
        calls.append(call)
        position = _after_comma(text, position)
    return calls, True


def _call(text: str, position: int) -> tuple[InnerCall, int]:
    match = _CALL.match(text, position)
    if not match:
        raise _unreadable(text, position)
    position = match.end()
    params: dict[str, Any] = {}
    if not text.startswith(")", position):
        try:
            params, position = _DECODER.raw_decode(text, position)
        except (ValueError, RecursionError) as error:
            raise _unreadable(text, position) from error
    closing = _CLOSING.match(text, position)
    if not closing or not isinstance(params, dict):
        raise _unreadable(text, position)
    return (match[1], {key: _as_text(value) for key, value in params.items()}), closing.end()


def _after_comma(text: str, position: int) -> int:
    if text.startswith(",", position):
        return position + 1
    if text[position:].strip() == "]":
        return position
    raise _unreadable(text, position)


def _as_text(value: Any) -> str:
    if isinstance(value, list):
        return ",".join(map(_as_text, value))
    return str(int(value)) if isinstance(value, bool) else str(value)


def _unreadable(text: str, position: int) -> ApiError:
    return ApiError(12, f"unexpected {text[position : position + 20]!r} at {position}")
