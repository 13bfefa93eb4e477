"""Registry files as tables of text, whatever they are made of: CSV in its usual encodings and delimiters, or XLSX.

Nothing in a file is trusted: sizes are bounded before anything is unpacked, formulas are never evaluated, and what
is wrong with a single cell is left to the row that holds it.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from gospub.errors import RegistryError
from gospub.registry.csv_table import read_csv
from gospub.registry.workbook import read_workbook

MAX_FILE_BYTES = 128 * 1024 * 1024
MAX_ROWS = 1_000_000

_SPLIT = "Split it by region and import the parts with --region"
_ZIP = b"PK\x03\x04"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True)
class Table:
    """A file's rows, each with its number in the file (1 is the first row); ``sha256`` is of the file's bytes."""

    source_name: str
    sha256: str
    header: Sequence[str]
    rows: Sequence[tuple[int, Sequence[str]]]


def read_table(path: Path) -> Table:
    """Read a file whole; empty rows are left out, the first other row is the header.

    Raises RegistryError when it is missing, empty, too big, or neither CSV nor XLSX.
    """
    content = _content(path)
    read = read_workbook if content.startswith(_ZIP) else read_csv
    numbered = enumerate(read(content, path.name), start=1)
    rows = [(number, cells) for number, cells in numbered if any(map(str.strip, cells))]
    if not rows:
        raise RegistryError(f"{path.name} is empty", "Export the registry again")
    if len(rows) > MAX_ROWS:
        raise RegistryError(f"{path.name} has more than {MAX_ROWS:,} rows", _SPLIT)
    return Table(path.name, hashlib.sha256(content).hexdigest(), rows[0][1], rows[1:])


def _content(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise RegistryError(f"{path.name} is bigger than {MAX_FILE_BYTES // 1024**2} MB", _SPLIT)
        content = path.read_bytes()
    except OSError as error:
        raise RegistryError(f"{path} cannot be read: {error.strerror}", "Check the path and its permissions") from None
    if content.startswith(_OLD_EXCEL):
        raise RegistryError(f"{path.name} is an old or protected Excel file", "Save it as plain .xlsx or CSV")
    return content
