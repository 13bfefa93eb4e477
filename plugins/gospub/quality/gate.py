"""The gate: judge a night's staging, keep the results, and stop publication when a critical expectation fails."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from psycopg2.extensions import connection as Connection
from psycopg2.extras import Json

from gospub.errors import GateFailed, NightError
from gospub.quality.batches import figures, parameters, query_text
from gospub.quality.expectations import DRIFT, EXPECTATIONS, Batch, Expectation
from gospub.quality.validation import validate
from gospub.quality.verdict import Finding, Verdict
from gospub.warehouse.connection import Row, connected, query, script, told_clearly, transaction

_FEWEST_TOLD = 3


def check_night(dsn: str, run_id: int, moment: datetime) -> Verdict:
    """Judge the pages of a run; those that were never answered must have been closed as failed before.

    Results go to ops.quality_result with the revision of staging that they are about, and replace those of an
    earlier judgement of the same revision. Safe to repeat; allowed after midnight.

    Raises GateFailed when a critical expectation failed and no operator has accepted this very revision, NightError
    for an unknown run.
    """
    verdict = judge(dsn, run_id, moment)
    if not verdict.is_good and not verdict.is_accepted:
        raise _gate_failed(verdict)
    return verdict


def judge(dsn: str, run_id: int, moment: datetime, expectations: Iterable[Expectation] = EXPECTATIONS) -> Verdict:
    """Hold expectations against the run's staging and keep the verdict; the night is locked meanwhile."""
    with connected(dsn, f"gospub check run {run_id}") as connection, told_clearly():
        run = _run(connection, run_id)
        query(connection, script("load/analyze_staging"), run)
        connection.commit()  # the expectations have a connection of their own, which sees only committed statistics
        return _judge(dsn, connection, run, tuple(expectations), moment)


def _judge(dsn: str, connection: Connection, run: Row, asked: tuple[Expectation, ...], moment: datetime) -> Verdict:
    with transaction(connection):
        night = query(connection, script("load/lock_night"), run)[0]
        found = _findings(dsn, connection, run, asked)
        verdict = Verdict(
            run_id=run["run_id"],
            snapshot_date=run["snapshot_date"],
            platform=run["platform"],
            revision=night["staging_revision"],
            is_accepted=night["accepted_revision"] == night["staging_revision"],
            findings=found,
        )
        _store(connection, verdict, moment)
    return verdict


def _run(connection: Connection, run_id: int) -> Row:
    runs = query(connection, "SELECT * FROM ops.crawl_run WHERE run_id = %(run_id)s", {"run_id": run_id})
    if not runs:
        raise NightError(f"there is no run {run_id}", "Open the night first: ops.crawl_run lists the runs")
    return runs[0]


def _findings(dsn: str, connection: Connection, run: Row, asked: tuple[Expectation, ...]) -> tuple[Finding, ...]:
    values = parameters(connection, run)
    batches: list[Batch] = list(dict.fromkeys(expectation.batch for expectation in asked))
    told = figures(connection, batches, values)
    results = validate(dsn, {batch: query_text(connection, batch, values) for batch in batches}, asked)
    unknown = _why_no_drift(run, values)
    return tuple(_finding(expectation, results[expectation.name], told, unknown) for expectation in asked)


def _why_no_drift(run: Row, values: dict[str, Any]) -> str | None:
    if run["is_partial"]:
        return "skipped: a partial run is not compared"
    return None if values["drift_night"] else "skipped: no earlier whole night"


def _finding(asked: Expectation, result: dict[str, Any], told: dict[Batch, list[Row]], no_drift: str | None) -> Finding:
    sample = [*(result.get("partial_unexpected_index_list") or [])]
    count: int = 0 if result["success"] else result.get("unexpected_count", result.get("observed_value", 0))
    if asked.batch not in told:
        observed = _share_told(result, count)
    elif asked in DRIFT and no_drift:
        observed = no_drift
    else:
        rows = told[asked.batch]
        observed = _worst(asked, rows)
        sample = sample or [_plain(row) for row in rows if not result["success"]]
    return Finding(asked, result["success"], observed, count, tuple(sample[:20]))


def _share_told(result: dict[str, Any], count: int) -> str:
    if not count:
        return "no row against it"
    whole = f" of {result['element_count']}" if "element_count" in result else ""
    values = [value for value in result.get("partial_unexpected_list") or [] if value is not None]
    return f"{count}{whole} rows against it" + (f", such as {values[0]}" if values else "")


def _worst(asked: Expectation, rows: list[Row]) -> str:
    known = [row[str(asked.column)] for row in rows if row[str(asked.column)] is not None]
    if not known:
        return "too little to judge"
    if asked.low is not None and asked.high is not None:
        worst = max(known, key=lambda value: max(asked.low - value, value - asked.high))
    else:
        worst = min(known) if asked.low is not None else max(known)
    return f"{worst:.4g}"


def _plain(row: Row) -> Row:
    return {key: round(value, 4) if isinstance(value, float) else value for key, value in row.items()}


def _store(connection: Connection, verdict: Verdict, moment: datetime) -> None:
    key = {
        "run_id": verdict.run_id,
        "snapshot_date": verdict.snapshot_date,
        "platform": verdict.platform,
        "staging_revision": verdict.revision,
    }
    query(connection, script("quality/forget_findings"), key)
    for finding in verdict.findings:
        told = {
            "expectation": finding.expectation.name,
            "meaning": finding.expectation.title,
            "severity": finding.expectation.severity,
            "is_passed": finding.is_passed,
            "observed": finding.observed,
            "bound": finding.expectation.bound,
            "unexpected_count": finding.unexpected_count,
            "sample": Json(list(finding.sample)) if finding.sample else None,
            "checked_at": moment,
        }
        query(connection, script("quality/store_finding"), {**key, **told})
    query(connection, script("quality/store_verdict"), {**key, "is_good": verdict.is_good, "moment": moment})


def _gate_failed(verdict: Verdict) -> GateFailed:
    failures = verdict.failures
    told = "; ".join(finding.told() for finding in failures[:_FEWEST_TOLD])
    more = f"; and {len(failures) - _FEWEST_TOLD} more" if len(failures) > _FEWEST_TOLD else ""
    night = f"{verdict.snapshot_date} --platform {verdict.platform}"
    return GateFailed(
        f"the gate rejected the night of {verdict.snapshot_date} on {verdict.platform} "
        f"(run {verdict.run_id}, revision {verdict.revision}): {told}{more}",
        f"Look at `python -m gospub quality-report {night}` and at table ops.quality_result (sample holds offending "
        "rows). Mend the cause and clear the failed tasks, or accept the night: "
        f"`python -m gospub accept-night {night} --who … --reason …`",
    )
