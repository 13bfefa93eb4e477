"""The two kinds of registry file, told apart by their headers: gospub's own full format and the export of a regional
management centre (ЦУР).

Their columns are data: include/reference/registry_columns.csv names, for each format, the header, the field that it
fills (none = it is not kept) and whether it has to be there.
"""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from gospub.errors import RegistryError
from gospub.paths import REFERENCE

FULL = "full"
CUR = "cur"
TITLES = {FULL: "full format", CUR: "ЦУР export"}


@dataclass(frozen=True)
class Layout:
    """How a file's columns are to be read.

    ``places``: field -> number of its column; ``headers``: field -> header as the file spells it; ``silent``: fields of
    the registry that the file has no column for, so that it says nothing about them; ``unknown``: headers nobody knows.
    """

    format: str
    width: int
    places: Mapping[str, int]
    headers: Mapping[str, str]
    silent: frozenset[str]
    unknown: tuple[str, ...]

    @property
    def page_platforms(self) -> list[str]:
        """Networks whose pages the file lists in full, so that a page missing in it is dropped."""
        if self.format == CUR:
            return [] if {"page_id_vk", "page_link_vk"} <= self.silent else ["vk"]
        return [] if "pages" in self.silent else ["vk", "ok", "telegram", "max"]


@dataclass(frozen=True)
class _Column:
    header: str
    field: str
    is_required: bool


def recognise(header: Sequence[str], source_name: str) -> Layout:
    """Find the format of a file by its header row.

    Raises RegistryError naming the columns that are missing or doubled.
    """
    found = {_key(cell): number for number, cell in reversed(list(enumerate(header))) if cell.strip()}
    chosen = max(_formats(), key=lambda name: sum(key in found for key in _formats()[name]))
    known = _formats()[chosen]
    if missing := [column.header for key, column in known.items() if column.is_required and key not in found]:
        raise RegistryError(
            f"{source_name} lacks the {_plural('column', missing)} {', '.join(missing)} ({TITLES[chosen]})",
            "The first row must hold the headers; docs/registry.md lists them for both formats",
        )
    _refuse_doubled(header, known, source_name)
    fields = {column.field: found[key] for key, column in known.items() if key in found and column.field}
    return Layout(
        chosen,
        len(header),
        fields,
        {field: " ".join(header[number].split()) for field, number in fields.items()},
        frozenset(column.field for columns in _formats().values() for column in columns.values()) - fields.keys(),
        tuple(header[number].strip() for key, number in found.items() if key not in known),
    )


def _refuse_doubled(header: Sequence[str], known: Mapping[str, _Column], source_name: str) -> None:
    keys = [_key(cell) for cell in header]
    if doubled := sorted({known[key].header for key in keys if key in known and keys.count(key) > 1}):
        raise RegistryError(
            f"{source_name} has the {_plural('column', doubled)} {', '.join(doubled)} more than once",
            "Leave one of each: which one counts cannot be guessed",
        )


@cache
def _formats() -> dict[str, dict[str, _Column]]:
    formats: dict[str, dict[str, _Column]] = {FULL: {}, CUR: {}}
    with (REFERENCE / "registry_columns.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            column = _Column(row["header"], row["field"], row["is_required"] == "true")
            formats[row["format"]][_key(column.header)] = column
    return formats


def _key(header: str) -> str:
    return " ".join(header.replace("*", " ").split()).casefold().replace("ё", "е")


def _plural(word: str, things: Sequence[str]) -> str:
    return word if len(things) == 1 else f"{word}s"
