"""CSV files as rows of text: the encoding and the delimiter are found out."""

import csv
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from gospub.errors import RegistryError

_DELIMITERS = (";", ",", "\t")
_BYTE_ORDER_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


def read_csv(content: bytes, name: str) -> list[Sequence[str]]:
    """All rows, empty ones included. Raises RegistryError when it is not text."""
    text = _decode(content, name)
    with _any_field_size(len(text)):
        try:
            return list(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text)))
        except csv.Error as error:
            raise RegistryError(f"{name} cannot be read as CSV: {error}", "Save it as CSV UTF-8 or as .xlsx") from None


def _decode(content: bytes, name: str) -> str:
    for encoding in (_BYTE_ORDER_MARKS.get(content[:2], "utf-8-sig"), "cp1251"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise RegistryError(f"{name} is neither CSV (UTF-8 or Windows-1251) nor XLSX", "Save it as CSV UTF-8 or as .xlsx")


def _delimiter(text: str) -> str:
    """What splits the first line that is not empty into most cells: headers are never quoted prose."""
    first = next((line for line in io.StringIO(text) if line.strip()), "")
    return max(_DELIMITERS, key=lambda delimiter: len(next(csv.reader([first], delimiter=delimiter), [])))


@contextmanager
def _any_field_size(size: int) -> Iterator[None]:
    # One cell above the csv module's limit would lose the whole file; here it costs its own row alone.
    before = csv.field_size_limit(max(size, 131_072))
    try:
        yield
    finally:
        csv.field_size_limit(before)
