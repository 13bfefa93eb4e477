"""Rows that a registry import has to refuse or complain about, each bad in its own way, beside two good ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

# What is changed in a good row. The name says what is wrong, so that a rejection can be checked by eye.
_CHANGES: Sequence[Mapping[str, str]] = (
    {"organisation_name": ""},
    {"organisation_name": "   "},
    {"ogrn": ""},
    {"ogrn": "102590000001"},
    {"ogrn": "10259000000188"},
    {"ogrn": "1025900000017"},
    {"ogrn": "1O25900000018"},
    {"ogrn": "1.02590E+12"},
    {"level": ""},
    {"level": "Район"},
    {"region_code": ""},
    {"region_code": "100"},
    {"region_code": "Пермский край"},
    {"is_obliged": "наверное"},
    {"pos_connected": "1/0"},
    {"managers": "Иванова А. А. [14.13.2025]"},
    {"managers": "[2025-03-14]"},
    {"pages": "https://vk.com/"},
    {"pages": "https://example.org/club1"},
    {"pages": "vk.com/club0"},
    {"pages": "vk.com/имя-по-русски"},
    {"pages": "vk.com/wall-1_2"},
)


def bad_rows(model: Sequence[str], columns: Sequence[str]) -> list[list[str]]:
    """About twenty bad rows made from a good one, then a good row, and a second one with the same OGRN."""
    rows = [_row(model, columns, {"ogrn": _ogrn(number)} | dict(change)) for number, change in enumerate(_CHANGES)]
    good = {"organisation_name": "Хорошая организация", "ogrn": _ogrn(100)}
    twin = {"organisation_name": "Организация с чужим ОГРН", "ogrn": _ogrn(100)}
    unknown_name = {
        "organisation_name": "Страница, которой нет",
        "ogrn": _ogrn(101),
        "pages": "vk.com/nobody_here_zzzz",
    }
    return [*rows, *(_row(model, columns, change) for change in (good, twin, unknown_name))]


def _row(model: Sequence[str], columns: Sequence[str], change: Mapping[str, str]) -> list[str]:
    ways = ", ".join(f"{column} = {value!r}" for column, value in change.items() if column != "ogrn")
    names = {"organisation_name": f"Плохая строка: {ways or 'ogrn'}", "pages": "", "exemption_ground": ""}
    return [({**names, **change}).get(column, cell) for column, cell in zip(columns, model, strict=True)]


def _ogrn(number: int) -> str:
    first_twelve = f"10259{number:07d}"
    return f"{first_twelve}{int(first_twelve) % 11 % 10}"
