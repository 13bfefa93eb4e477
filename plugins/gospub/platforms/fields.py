"""Typed reading of JSON that a network may shape as it likes.

A field of the wrong type is as good as not delivered: None, and a note that keeps what was there.
"""

import re
from collections.abc import Mapping
from typing import Any

from gospub.platforms.base import Note

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_EVIDENCE_LENGTH = 200


class Fields:
    """One JSON object, read field by field; ``notes`` collects what did not fit."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.values = values
        self.notes: list[Note] = []

    def _misfit(self, key: str, value: Any, wanted: str) -> None:
        self.notes.append(Note(key, repr(value)[:_EVIDENCE_LENGTH], f"not {wanted}"))

    def count(self, key: str, high: int = 2_147_483_647) -> int | None:
        """A whole number from 0 to ``high``."""
        value = self.values.get(key)
        if value is None:
            return None
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= high:
            return value
        self._misfit(key, value, f"a whole number from 0 to {high}")
        return None

    def flag(self, key: str) -> bool | None:
        """A boolean, which networks spell true/false or 1/0."""
        value = self.values.get(key)
        if value is None:
            return None
        if isinstance(value, bool):
            return value
        if isinstance(value, int) and value in (0, 1):
            return bool(value)
        self._misfit(key, value, "a boolean")
        return None

    def text(self, key: str, longest: int = 10_000) -> str | None:
        """A string without control characters, cut to ``longest``; the empty string is a value."""
        value = self.values.get(key)
        if value is None:
            return None
        if isinstance(value, str):
            return clean(value)[:longest]
        self._misfit(key, value, "a text")
        return None

    def mapping(self, key: str) -> Mapping[str, Any] | None:
        """An object."""
        value = self.values.get(key)
        if value is None or isinstance(value, Mapping):
            return value
        self._misfit(key, value, "an object")
        return None

    def listing(self, key: str) -> list[Any] | None:
        """A list."""
        value = self.values.get(key)
        if value is None or isinstance(value, list):
            return value
        self._misfit(key, value, "a list")
        return None


def clean(text: str) -> str:
    """The text without control characters (Postgres takes no NUL) and lone surrogates."""
    return _CONTROL.sub("", text).encode("utf-8", "replace").decode("utf-8")
