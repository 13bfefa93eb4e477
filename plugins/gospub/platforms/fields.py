"""Typed reading of JSON that a network may shape as it likes.

A field of the wrong type is as good as not delivered: None, and a note that keeps what was there.
"""

import re
import reprlib
from collections.abc import Mapping
from typing import Any

from gospub.platforms.base import Note

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_EVIDENCE_LENGTH = 200
# Bounded in depth as well as in length: an answer nested a thousand deep has no ordinary repr.
_SHORT = reprlib.Repr()
_SHORT.maxstring = _SHORT.maxother = _SHORT.maxlong = _EVIDENCE_LENGTH


class Fields:
    """One JSON object, read field by field; ``notes`` collects what did not fit, here and in inner objects."""

    def __init__(self, values: Mapping[str, Any], notes: list[Note] | None = None, path: str = "") -> None:
        """``notes`` and ``path`` are those of the outer object, for an inner one."""
        self.values = values
        self.notes: list[Note] = [] if notes is None else notes
        self._path = path

    def _misfit(self, key: str, value: Any, wanted: str) -> None:
        self.notes.append(Note(f"{self._path}{key}", evidence(value), f"not {wanted}"))

    def inner(self, key: str) -> "Fields | None":
        """An object inside, to be read field by field; None when there is none."""
        value = self.mapping(key)
        return None if value is None else Fields(value, self.notes, f"{self._path}{key}.")

    def inners(self, key: str, most: int = 50) -> "list[Fields] | None":
        """The first objects of a list inside; an item that is none is left out and noted."""
        items = self.listing(key)
        if items is None:
            return None
        for item in items:
            if not isinstance(item, Mapping):
                self._misfit(f"{key}[]", item, "an object")
        objects = [item for item in items if isinstance(item, Mapping)]
        return [Fields(item, self.notes, f"{self._path}{key}[].") for item in objects[:most]]

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


def evidence(value: Any) -> str:
    """The beginning of any JSON value, for people to see what came."""
    return _SHORT.repr(value)[:_EVIDENCE_LENGTH]


def clean(text: str) -> str:
    """The text without control characters (Postgres takes no NUL) and lone surrogates."""
    return _CONTROL.sub("", text).encode("utf-8", "replace").decode("utf-8")
