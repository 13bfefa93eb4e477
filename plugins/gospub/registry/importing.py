"""Import a registry file: read it, judge its rows, keep what is wrong, load what is good."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from psycopg2.extensions import connection as Connection

from gospub.errors import GospubError, RegistryError
from gospub.registry.claims import settle, united
from gospub.registry.formats import CUR, TITLES, Layout, recognise
from gospub.registry.loading import Scope, load, record
from gospub.registry.report import ImportReport, Rejection, write_rejects
from gospub.registry.rows import Organisation, Spared, read_row
from gospub.registry.table import Table, read_table
from gospub.warehouse.connection import connected, copy_rows, query, script, told_clearly, transaction

_REJECTED_COLUMNS = ("source", "source_name", "row_no", "column_name", "value", "reason", "rejected_at")
_KEPT_CHARACTERS = 2000
# The same key as names.LOCK, held until the connection closes: what was judged must be what is loaded.
_SESSION_LOCK = "SELECT pg_advisory_lock(hashtext('gospub registry'))"


def import_registry(
    dsn: str,
    path: str | Path,
    moment: datetime,
    region_code: str | None = None,
    is_forced: bool = False,
    rejects_folder: Path | None = None,
) -> ImportReport:
    """Import a registry file (CSV or XLSX, full format or ЦУР export) as of ``moment``.

    ``region_code``: the one region that the file speaks for, needed for a ЦУР export; None = the whole country.
    Bad rows are kept in ops.rejected and in ``<file>.rejected.csv``; the good ones load in one transaction.

    Raises RegistryError when the file as a whole cannot be used: unreadable, columns missing, no good row, or more than
    a tenth (setting GOSPUB_REGISTRY_MAX_DROP_SHARE) of the current pages or organisations would be dropped and
    ``is_forced`` is not set. The registry is then as before.
    """
    table = read_table(Path(path))
    layout = recognise(table.header, table.source_name)
    if layout.format == CUR and not region_code:
        raise RegistryError(f"{table.source_name} is a ЦУР export, which has no region column", "Name it: --region 59")
    scope = Scope(layout, region_code, moment, is_forced)
    with connected(dsn, "gospub import-registry") as connection, told_clearly():
        with transaction(connection):
            query(connection, _SESSION_LOCK)
            organisations, rejected, spared = _judge(connection, table, scope)
            _keep_rejections(connection, table, rejected, moment)
        report = _report(table, scope, rejected, rejects_folder)
        if not organisations:
            raise RegistryError(_nothing_good(report), "The registry is as before")
        with transaction(connection):
            report = replace(report, changes=load(connection, organisations, spared, scope))
            if report.has_changes:
                record(connection, report, scope)
    return report


def _judge(
    connection: Connection, table: Table, scope: Scope
) -> tuple[list[Organisation], list[Rejection], list[Spared]]:
    region_codes = {row["region_code"] for row in query(connection, "SELECT region_code FROM registry.region")}
    if scope.region_code and scope.region_code not in region_codes:
        raise RegistryError(
            f"there is no region {scope.region_code}", "Region codes are in include/reference/regions.csv"
        )
    names = query(connection, script("load/registry_known_names"))
    known = {(row["platform"], row["screen_name"]): row["native_id"] for row in names}
    readings = [read_row(number, values, scope.layout, scope.region_code, scope.today) for number, values in table.rows]
    readable = [reading.organisation for reading in readings if reading.organisation]
    readings += settle(readable, scope.layout, region_codes, known)
    settled = readings[len(table.rows) :]
    return (
        united(reading.organisation for reading in settled if reading.organisation),
        sorted((r for reading in readings for r in reading.rejections), key=lambda rejection: rejection.row_no),
        [reading.spared for reading in readings if reading.spared],
    )


def _keep_rejections(connection: Connection, table: Table, rejected: Sequence[Rejection], moment: datetime) -> None:
    """Keep what is wrong with this very file once, however often it is imported."""
    source_name = f"{table.source_name} (sha256 {table.sha256[:12]})"
    found = [(r.row_no, r.column, r.value.replace("\x00", "")[:_KEPT_CHARACTERS], r.reason) for r in rejected]
    kept = query(connection, script("load/registry_rejected_known"), {"source_name": source_name})
    if [tuple(row.values()) for row in kept] == found:
        return
    query(connection, script("load/registry_rejected_forget"), {"source_name": source_name})
    rows = (("registry", source_name, *fault, moment) for fault in found)
    copy_rows(connection, "ops.rejected", _REJECTED_COLUMNS, rows)


def _report(table: Table, scope: Scope, rejected: Sequence[Rejection], rejects_folder: Path | None) -> ImportReport:
    warnings = _warnings(scope.layout)
    rejects_path = None
    try:
        rejects_path = write_rejects(rejects_folder, table.source_name, rejected)
    except GospubError as error:
        warnings.append(f"{error}; the rejected rows are in ops.rejected all the same")
    return ImportReport(
        table.source_name,
        table.sha256,
        TITLES[scope.layout.format],
        scope.region_code,
        len(table.rows),
        rejected,
        {},
        warnings,
        rejects_path,
    )


def _warnings(layout: Layout) -> list[str]:
    warnings = [f"unknown column passed over: {', '.join(layout.unknown)}"] if layout.unknown else []
    if not layout.page_platforms:
        warnings.append("no column of pages: the pages of all organisations in the file stay as they are")
    return warnings


def _nothing_good(report: ImportReport) -> str:
    if not report.rows_count:
        return f"{report.source_name} has no rows below its header"
    first = report.rejected[0]
    where = f"; the others' reasons are in {report.rejects_path}" if report.rejects_path else ""
    none = f"none of the {report.rows_count:,} rows of {report.source_name} can be used"
    return f"{none}: row {first.row_no}: {first.reason}{where}"
