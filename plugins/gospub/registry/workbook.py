"""XLSX files as rows of text: the first sheet, no formula evaluated, nothing unpacked that is too big."""

import io
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from gospub.errors import RegistryError

MAX_UNPACKED_BYTES = 256 * 1024 * 1024
MAX_PARTS = 2000
MAX_COLUMNS = 200

FORMULA = "\x00formula"
"""Stands for a formula, whose value nobody has computed; the control character keeps it apart from any text."""


def read_workbook(content: bytes, name: str) -> list[Sequence[str]]:
    """All rows of the first sheet, empty ones included.

    Raises RegistryError when the file is damaged, protected, or unpacks to more than MAX_UNPACKED_BYTES.
    """
    _refuse_bombs(content, name)
    try:
        return list(_rows(content))
    except Exception as error:  # openpyxl raises whatever its parsers meet in a damaged file
        raise RegistryError(
            f"{name} is not a sound XLSX file: {type(error).__name__}",
            "Open it in a spreadsheet and save it anew, or as CSV",
        ) from None


def _refuse_bombs(content: bytes, name: str) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except zipfile.BadZipFile:
        raise RegistryError(f"{name} is a damaged XLSX file", "Export it again") from None
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES:
        raise RegistryError(
            f"{name} unpacks to more than {MAX_UNPACKED_BYTES // 1024**2} MB", "Save its rows as CSV, without pictures"
        )


def _rows(content: bytes) -> Iterator[Sequence[str]]:
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
    try:
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # a false statement of a sheet's size would make every row as wide as it says
        for row in sheet.iter_rows():
            yield [FORMULA if cell.data_type == "f" else _as_text(cell.value) for cell in row[:MAX_COLUMNS]]
    finally:
        book.close()


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "да" if value else "нет"
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
