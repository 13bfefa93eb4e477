"""Registry files for tests: rows of the full format and of a ЦУР export, written as CSV."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from gospub.registry import ImportReport, import_registry
from gospub.registry.ogrn import check_digit
from gospub.warehouse.connection import Row, connected, query

DAY_1 = datetime(2026, 11, 22, 9, tzinfo=UTC)
DAY_2 = datetime(2026, 11, 23, 9, tzinfo=UTC)
DAY_3 = datetime(2026, 11, 24, 9, tzinfo=UTC)

_STATE = {
    "version": "SELECT * FROM registry.organisation_version ORDER BY organisation_id, valid_from",
    "assignment": "SELECT * FROM registry.page_assignment ORDER BY page_id, valid_from",
    "manager": "SELECT * FROM registry.page_manager ORDER BY organisation_id, name, valid_from",
}


def ogrn(number: int) -> str:
    """A valid ОГРН made from a small number."""
    first = f"10259{number:07d}"
    return first + check_digit(first)


def full(number: int, pages: str = "", **changes: str) -> dict[str, str]:
    """A row of the full format."""
    row = {
        "organisation_name": f"Школа № {number}",
        "ogrn": ogrn(number),
        "founder_name": "Министерство образования",
        "level": "МО",
        "sphere_1": "Образование",
        "region_code": "59",
        "managers": "Иванова А. А. [2025-03-14]; Петров П. П.",
        "pages": pages,
    }
    return row | changes


def cur(number: int, native_id: str = "", link: str = "", **changes: str) -> dict[str, str]:
    """A row of a ЦУР export."""
    row = {
        "Уровень": "МО",
        "Учредитель": "Министерство образования",
        "Наименование подведомственной организации": f"Школа № {number}",
        "ОГРН": ogrn(number),
        "ID госпаблика": native_id,
        "Ссылка на госпаблик ВК": link,
        "Подключение к компоненту «Госпаблики» (да/нет)": "да",
        "Госметка (да/нет)": "да",
    }
    return row | changes


def write(path: Path, rows: Iterable[Mapping[str, str]]) -> Path:
    """Write rows as CSV with all columns that any of them names."""
    rows = list(rows)
    columns = list(dict.fromkeys(column for row in rows for column in row))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, delimiter=";")
        writer.writeheader()
        writer.writerows(rows)
    return path


class Registry:
    """A warehouse's registry under test, changed as gospub_loader; files lie in ``folder``."""

    def __init__(self, dsn: str, folder: Path) -> None:
        self.dsn = dsn
        self.folder = folder

    def load(
        self,
        rows: Iterable[Mapping[str, str]],
        moment: datetime = DAY_1,
        region: str | None = None,
        is_forced: bool = False,
    ) -> ImportReport:
        """Import rows as a file."""
        path = write(self.folder / "registry.csv", rows)
        return self.load_file(path, moment, region, is_forced)

    def load_file(
        self, path: Path, moment: datetime = DAY_1, region: str | None = None, is_forced: bool = False
    ) -> ImportReport:
        """Import a file."""
        return import_registry(self.dsn, path, moment, region, is_forced, self.folder / "rejects")

    def rows(self, statement: str, **parameters: object) -> list[Row]:
        """What a query gives."""
        with connected(self.dsn) as connection:
            return query(connection, statement, parameters)

    def state(self) -> dict[str, list[Row]]:
        """All intervals."""
        return {name: self.rows(statement) for name, statement in _STATE.items()}

    def pages_on(self, day: str) -> dict[str, list[str]]:
        """ОГРН -> ids (or @names) of its pages on a day."""
        found: dict[str, list[str]] = {}
        for row in self.rows(_PAGES_ON, day=day):
            found.setdefault(row["ogrn"], []).append(row["page"])
        return found


_PAGES_ON = """
SELECT o.ogrn, coalesce(p.native_id, '@' || p.screen_name) AS page
FROM registry.page_assignment AS a
INNER JOIN registry.organisation AS o ON a.organisation_id = o.organisation_id
INNER JOIN registry.page AS p ON a.page_id = p.page_id
WHERE a.valid_from <= %(day)s AND %(day)s < a.valid_to
ORDER BY o.ogrn, page
"""
