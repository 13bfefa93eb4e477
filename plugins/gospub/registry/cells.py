"""Read single cells of a registry file; what cannot be read raises CellError with the reason."""

import re
from datetime import date, datetime
from typing import NamedTuple

from gospub.registry.links import LinkError, PageLink, parse_link, split_links
from gospub.registry.ogrn import OgrnError, parse_ogrn

LEVELS = ("Регион", "Министерство", "Ведомство", "МО", "Узкоспециальные")
BLANK = frozenset({"", "-", "–", "—", "нет", "отсутствует", "н/д", "n/a"})

_YES = frozenset({"да", "yes", "true", "1"})
_NO = frozenset({"нет", "no", "false", "0", "-", "–", "—"})
_MANAGER = re.compile(r"(?P<name>[^\[\]]+?)\s*(?:\[\s*(?P<trained>[^\[\]]*?)\s*\])?")
_DATES = (
    (re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"), "%Y-%m-%d"),
    (re.compile(r"[0-9]{2}\.[0-9]{2}\.[0-9]{4}"), "%d.%m.%Y"),
)


class CellError(ValueError):
    """The cell cannot be used; the message says why."""


class Manager(NamedTuple):
    """A person appointed to keep an organisation's pages; ``trained_on`` None = no qualification training."""

    name: str
    trained_on: date | None


class NamedPage(NamedTuple):
    """A page as a file names it: what its link means, and the link as it was spelt."""

    link: PageLink
    spelling: str


def ogrn(text: str) -> str:
    """An ОГРН with its check digit verified."""
    try:
        return parse_ogrn(text)
    except OgrnError as error:
        raise CellError(str(error)) from None


def text(cell: str) -> str | None:
    """Any text, its spaces evened out; None for an empty cell."""
    return " ".join(cell.split()) or None


def meaningful(cell: str) -> str | None:
    """Text, of which «нет», a dash and the like mean nothing was said."""
    return None if cell.strip().casefold() in BLANK else text(cell)


def yes_no(cell: str) -> bool | None:
    """«да» or «нет»; None for an empty cell."""
    word = cell.strip().casefold()
    if word in _YES:
        return True
    if word in _NO:
        return False
    if word:
        raise CellError("neither «да» nor «нет»")
    return None


def level(cell: str) -> str:
    """One of the five levels, whatever its letters' case."""
    for known in LEVELS:
        if " ".join(cell.split()).casefold() == known.casefold():
            return known
    raise CellError(f"not one of the levels {', '.join(LEVELS)}")


def region_code(cell: str) -> str:
    """Two digits; a spreadsheet may have lost the leading zero."""
    code = cell.strip()
    if not re.fullmatch(r"[0-9]{1,2}", code):
        raise CellError("a region code is two digits, such as 59; 00 = federal bodies")
    return code.zfill(2)


def community_id(cell: str) -> str | None:
    """A community's number in VK; the minus of an owner id is dropped. None for an empty cell."""
    if cell.strip().casefold() in BLANK:
        return None
    match = re.fullmatch(r"-?0*([1-9][0-9]{0,9})(?:\.0)?", cell.strip())
    if match is None:
        raise CellError("a community's id is a number")
    return match[1]


def pages(cell: str) -> list[NamedPage]:
    """All pages of a cell of links; «нет» and the like mean none."""
    if cell.strip().casefold() in BLANK:
        return []
    return [_page(spelling) for spelling in split_links(cell)]


def page(cell: str) -> NamedPage | None:
    """The page of a cell with one link."""
    return None if cell.strip().casefold() in BLANK else _page(cell.strip())


def managers(cell: str) -> tuple[Manager, ...]:
    """«Иванова А. А. [2025-03-14]; Петров П. П.»: names, and in brackets the day of the training."""
    if cell.strip().casefold() in BLANK:
        return ()
    found = [_manager(part) for part in re.split(r"[;\n]", cell) if part.strip()]
    # Namesakes cannot be told apart from a repetition: a name counts once, with its latest training.
    latest = {manager.name: manager for manager in sorted(found, key=lambda each: each.trained_on or date.min)}
    return tuple(latest[name] for name in dict.fromkeys(manager.name for manager in found))


def _page(spelling: str) -> NamedPage:
    try:
        return NamedPage(parse_link(spelling), spelling)
    except LinkError as error:
        raise CellError(str(error)) from None


def _manager(part: str) -> Manager:
    match = _MANAGER.fullmatch(part.strip())
    if match is None:
        raise CellError("write managers as: Иванова А. А. [2025-03-14]; Петров П. П.")
    trained = match["trained"]
    return Manager(" ".join(match["name"].split()), None if trained is None else _day(trained))


def _day(spelt: str) -> date:
    for pattern, form in _DATES:
        if pattern.fullmatch(spelt):
            try:
                return datetime.strptime(spelt, form).date()  # noqa: DTZ007  a calendar day has no time zone
            except ValueError:
                break
    raise CellError(f"«{spelt[:40]}» is not a date like 2025-03-14")
