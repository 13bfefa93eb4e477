"""The regions that the world is made of, read from the product's reference table include/reference/regions.csv."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

REGIONS_CSV = Path(__file__).parents[1] / "include" / "reference" / "regions.csv"
MOSCOW = ZoneInfo("Europe/Moscow")
_POPULATION_IF_UNKNOWN = 500_000
_POPULATION_OF_FEDERAL_BODIES = 3_000_000
_GENITIVE_ENDINGS = (
    ("ий край", "ого края"),
    ("ая автономная область", "ой автономной области"),
    ("ая область", "ой области"),
    ("ий автономный округ", "ого автономного округа"),
    ("ая Народная Республика", "ой Народной Республики"),
    ("ая Республика", "ой Республики"),
    ("Республика", "Республики"),
    ("Москва", "Москвы"),
    ("Санкт-Петербург", "Санкт-Петербурга"),
    ("Севастополь", "Севастополя"),
)


@dataclass(frozen=True, slots=True)
class Region:
    """A region, or the federal bodies (code 00).

    `minutes_from_moscow` is local time minus Moscow time; `utm_medium` is the region's OKATO prefix as links of ПОС
    write it (111, 711 and 7114 for the okrugs inside other regions); `weight` decides how many organisations it gets.
    """

    code: str
    name: str
    genitive: str
    utm_medium: str
    oktmo_prefix: str
    minutes_from_moscow: int
    weight: float

    @property
    def is_federal(self) -> bool:
        """Does this row stand for the federal bodies?"""
        return self.code == "00"


@cache
def all_regions() -> tuple[Region, ...]:
    """All regions in the order of the reference table, the federal bodies first."""
    with REGIONS_CSV.open(encoding="utf-8", newline="") as lines:
        return tuple(_region(row) for row in csv.DictReader(lines))


def _region(row: dict[str, str]) -> Region:
    default = _POPULATION_OF_FEDERAL_BODIES if row["code"] == "00" else _POPULATION_IF_UNKNOWN
    population = int(row["population"] or default)
    return Region(
        code=row["code"],
        name=row["name"],
        genitive=_genitive(row["name"]),
        utm_medium={"71140": "7114", "": "45"}.get(row["okato_prefix"], row["okato_prefix"]),
        oktmo_prefix=row["oktmo_prefix"] or "45",
        minutes_from_moscow=_minutes_from_moscow(row["time_zone"]),
        weight=float(population**0.6),
    )


def _genitive(name: str) -> str:
    for nominative, genitive in _GENITIVE_ENDINGS:
        if nominative in name:
            return name.replace(nominative, genitive)
    return name


def _minutes_from_moscow(time_zone: str) -> int:
    moscow = datetime(2026, 1, 1, 12, tzinfo=MOSCOW)
    local = moscow.astimezone(ZoneInfo(time_zone))
    return int((local.replace(tzinfo=MOSCOW) - moscow).total_seconds() // 60)
