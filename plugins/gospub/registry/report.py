"""What an import did, for people and for programs, and the file of rejected rows."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from gospub.errors import GospubError
from gospub.paths import PROJECT

REJECTS = PROJECT / "var" / "rejected"
"""Where files of rejected rows go unless told otherwise."""

_SHOWN = 5
_FORMULA_STARTS = ("=", "+", "-", "@", "\t")


@dataclass(frozen=True)
class Rejection:
    """One thing wrong with one row; ``row_no`` counts from 1, the header's row being 1 in an ordinary file.

    ``column`` is the header as the file spells it, None when the row as a whole is at fault; ``field`` is what gospub
    calls it.
    """

    row_no: int
    column: str | None
    value: str
    reason: str
    field: str | None = None


@dataclass(frozen=True)
class ImportReport:
    """What an import did.

    ``changes``: counts by kind, all zero when the registry already said what the file says; ``rejects_path``: the file
    of rejected rows, None when there are none or it could not be written; ``warnings``: what was passed over.
    """

    source_name: str
    sha256: str
    format_title: str
    region_code: str | None
    rows_count: int
    rejected: Sequence[Rejection]
    changes: Mapping[str, int]
    warnings: Sequence[str] = ()
    rejects_path: Path | None = None

    @property
    def rejected_count(self) -> int:
        """Rows that were rejected, however many things are wrong with each."""
        return len({rejection.row_no for rejection in self.rejected})

    @property
    def has_changes(self) -> bool:
        """Whether the registry says anything else than before."""
        return any(self.changes.values())

    def text(self) -> str:
        """The report for a terminal or a log."""
        scope = f"region {self.region_code}" if self.region_code else "whole country"
        head = (
            f"{self.source_name}: {self.format_title}, {scope}, {self.rows_count:,} rows, "
            f"{self.rows_count - self.rejected_count:,} good, {self.rejected_count:,} rejected"
        )
        warnings = [f"warning: {warning}" for warning in self.warnings]
        return "\n".join([head, *self._changes(), *warnings, *self._rejections()])

    def _changes(self) -> list[str]:
        if not self.has_changes:
            return ["Nothing changed: the registry already says what this file says."]
        return [f"  {kind.replace('_', ' ')}: {count:,}" for kind, count in self.changes.items() if count]

    def _rejections(self) -> list[str]:
        shown = self.rejected[:_SHOWN]
        lines = [f"  row {r.row_no}, {r.column or 'the whole row'}, «{_short(r.value)}»: {r.reason}" for r in shown]
        if len(self.rejected) > _SHOWN:
            lines.append(f"  … and {len(self.rejected) - _SHOWN:,} more")
        if self.rejects_path:
            lines.append(f"All rejected rows, with reasons: {self.rejects_path}; mend them and import again.")
        return lines


def write_rejects(folder: Path | None, source_name: str, rejected: Sequence[Rejection]) -> Path | None:
    """Write ``<file>.rejected.csv`` (it opens in Excel), or remove that of an earlier import when nothing is rejected.

    Raises GospubError when the folder cannot be written.
    """
    path = (folder or REJECTS) / f"{source_name}.rejected.csv"
    try:
        if not rejected:
            path.unlink(missing_ok=True)
            return None
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file, delimiter=";")
            writer.writerow(["row", "column", "value", "reason"])
            writer.writerows([r.row_no, r.column or "", _inert(r.value), r.reason] for r in rejected)
    except OSError as error:
        raise GospubError(f"{path} cannot be written: {error.strerror}", "Name another folder with --rejects") from None
    return path


def _inert(value: str) -> str:
    # The value comes from a stranger and will be opened in a spreadsheet: it must not start a formula there.
    return f"'{value}" if value.startswith(_FORMULA_STARTS) else value


def _short(value: str) -> str:
    even = " ".join(value.split())
    return even if len(even) <= 60 else f"{even[:59]}…"
