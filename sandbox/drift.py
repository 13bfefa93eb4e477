"""Answers whose shape changed: a field gone from every object or of another type, a page left out of a batch."""

from __future__ import annotations

from typing import Any

import orjson

from sandbox.faults import Fault


def apply(body: bytes, fault: Fault) -> bytes:
    """Drop or retype `fault.field` in every object of the answer, or in those of `fault.page` alone."""
    answer = orjson.loads(body)
    _walk(answer, fault, fault.page is None)
    return orjson.dumps(answer)


def without_item(body: bytes, fault: Fault) -> bytes:
    """Leave `fault.page` (or the first one) out of a list of communities; asked for alone it is there."""
    answer = orjson.loads(body)
    response = answer.get("response")
    groups = response.get("groups", []) if isinstance(response, dict) else []
    if len(groups) > 1:
        left_out = fault.page or groups[0]["id"]
        response["groups"] = [group for group in groups if group["id"] != left_out]
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
