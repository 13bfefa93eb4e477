"""Turn a file's rows into organisations, or into rejections that name the row, the column, the value and the reason."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from gospub.registry import cells
from gospub.registry.cells import CellError, Manager, NamedPage
from gospub.registry.formats import CUR, Layout
from gospub.registry.links import PageLink
from gospub.registry.report import Rejection
from gospub.registry.workbook import FORMULA

MAX_CELL_CHARACTERS = 10_000

T = TypeVar("T")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Organisation:
    """One good row. Fields that the file has no column for are None (``is_obliged``: True) and listed in its layout."""

    row_no: int
    ogrn: str
    name: str
    region_code: str
    level: str
    founder_name: str | None
    spheres: tuple[str, ...]
    municipality: str | None
    is_obliged: bool
    exemption_ground: str | None
    is_pos_connected: bool | None
    address: str | None
    phone: str | None
    email: str | None
    site: str | None
    managers: tuple[Manager, ...]
    pages: tuple[NamedPage, ...]


@dataclass(frozen=True, slots=True)
class Spared:
    """What a rejected row still tells: which organisation or pages it meant, so that they are not taken as dropped."""

    ogrn: str | None
    pages: tuple[NamedPage, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """What became of one row: an organisation, or rejections and what they spare."""

    organisation: Organisation | None
    rejections: Sequence[Rejection]
    spared: Spared | None = None


def read_row(number: int, values: Sequence[str], layout: Layout, region_code: str | None, today: date) -> Reading:
    """Read one row; ``region_code`` is the region that the file speaks for, None = the whole country."""
    row = _Row(number, values, layout)
    known_ogrn = row.take("ogrn", cells.ogrn)
    pages = _pages(row, layout)
    organisation = _organisation(row, known_ogrn, pages, region_code)
    if known_ogrn is not None:
        _refuse_future_training(row, organisation.managers, today)
    if row.rejections:
        return Reading(None, row.rejections, Spared(known_ogrn, pages))
    return Reading(organisation, ())


class _Row:
    """Gives a row's cells by field and gathers what is wrong with them."""

    def __init__(self, number: int, values: Sequence[str], layout: Layout) -> None:
        self.number = number
        self.rejections: list[Rejection] = []
        self._values = values
        self._layout = layout
        if any(cell.strip() for cell in values[layout.width :]):
            self.reject(None, ";".join(values), "more cells than headers: an unquoted delimiter shifts the columns")

    def raw(self, field: str) -> str:
        place = self._layout.places.get(field)
        return self._values[place] if place is not None and place < len(self._values) else ""

    def take(self, field: str, read: Callable[[str], T], default: T | None = None) -> T | None:
        cell = self.raw(field)
        try:
            _refuse_unreadable(cell)
            value = read(cell)
        except CellError as error:
            self.reject(field, cell, str(error))
            return default
        return default if value is None else value

    def need(self, field: str, read: Callable[[str], str | None]) -> str:
        if not self.raw(field).strip():
            self.reject(field, self.raw(field), "empty, and it has to be there")
            return ""
        return self.take(field, read) or ""

    def reject(self, field: str | None, value: str, reason: str) -> None:
        header = self._layout.headers.get(field) if field else None
        shown = "(formula)" if value == FORMULA else value
        self.rejections.append(Rejection(self.number, header, shown, reason, field))


def _organisation(row: _Row, ogrn: str | None, pages: tuple[NamedPage, ...], region_code: str | None) -> Organisation:
    spheres = (row.take(f"sphere_{place}", cells.meaningful) for place in (1, 2, 3))
    row.take("has_mark_said", cells.yes_no)
    return Organisation(
        row_no=row.number,
        ogrn=ogrn or "",
        name=row.need("name", cells.text),
        region_code=_region(row, region_code),
        level=row.need("level", cells.level),
        founder_name=row.take("founder_name", cells.meaningful),
        spheres=tuple(dict.fromkeys(sphere for sphere in spheres if sphere)),
        municipality=row.take("municipality", cells.meaningful),
        is_obliged=row.take("is_obliged", cells.yes_no) is not False,
        exemption_ground=row.take("exemption_ground", cells.meaningful),
        is_pos_connected=row.take("is_pos_connected", cells.yes_no),
        address=row.take("address", cells.meaningful),
        phone=row.take("phone", cells.meaningful),
        email=row.take("email", cells.meaningful),
        site=row.take("site", cells.meaningful),
        managers=row.take("managers", cells.managers) or (),
        pages=pages,
    )


def _region(row: _Row, scope: str | None) -> str:
    cell = row.raw("region_code")
    if scope and not cell.strip():
        return scope
    code = row.need("region_code", cells.region_code)
    if scope and code and code != scope:
        row.reject("region_code", cell, f"outside of the region {scope} that this import speaks for")
    return code


def _pages(row: _Row, layout: Layout) -> tuple[NamedPage, ...]:
    if layout.format != CUR:
        return tuple(row.take("pages", cells.pages) or ())
    number = row.take("page_id_vk", cells.community_id)
    named = row.take("page_link_vk", cells.page)
    if named is None:
        return (NamedPage(PageLink("vk", number, None), row.raw("page_id_vk").strip()),) if number else ()
    return (NamedPage(_agreed(row, number, named.link), named.spelling),)


def _agreed(row: _Row, number: str | None, link: PageLink) -> PageLink:
    if link.platform != "vk":
        row.reject("page_link_vk", row.raw("page_link_vk"), "not an address in VK")
    elif number and link.native_id and number != link.native_id:
        row.reject("page_link_vk", row.raw("page_link_vk"), f"the link says {link.native_id}, the id column {number}")
    elif number:
        return PageLink("vk", number, link.screen_name)
    return link


def _refuse_unreadable(cell: str) -> None:
    if cell == FORMULA:
        raise CellError("a formula: copy the column and paste its values")
    if len(cell) > MAX_CELL_CHARACTERS:
        raise CellError(f"longer than {MAX_CELL_CHARACTERS:,} characters: is a quotation mark left open?")
    if _CONTROL.search(cell):
        raise CellError("holds control characters: the file is damaged")


def _refuse_future_training(row: _Row, managers: Sequence[Manager], today: date) -> None:
    for manager in managers:
        if manager.trained_on and manager.trained_on > today:
            row.reject("managers", row.raw("managers"), f"the training of {manager.name} lies in the future")
