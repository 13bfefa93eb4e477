"""Answers whose shape changed: a field that is gone from every object, or that has another type."""

from __future__ import annotations

from typing import Any

import orjson

from sandbox.faults import Fault


def apply(body: bytes, fault: Fault) -> bytes:
    """Drop or retype `fault.field` in every object of the answer, or in those of `fault.page` alone."""
    answer = orjson.loads(body)
    _walk(answer, fault, fault.page is None)
    return orjson.dumps(answer)


def _walk(node: Any, fault: Fault, is_inside: bool) -> None:
    if isinstance(node, list):
        for item in node:
            _walk(item, fault, is_inside)
    elif isinstance(node, dict):
        is_inside = is_inside or fault.page in (node.get("id"), -node.get("owner_id", 0))
        if is_inside and fault.field in node:
            _change(node, fault)
        for value in node.values():
            _walk(value, fault, is_inside)


def _change(node: dict[str, Any], fault: Fault) -> None:
    if fault.name == "field_missing":
        del node[fault.field]
    else:
        value = node[fault.field]
        node[fault.field] = str(value) if isinstance(value, bool | int | float) else [value]
