"""The quality report of a night, rendered from the stored results: one HTML file that needs no network, and text."""

import json
from datetime import date
from html import escape
from typing import Any

from gospub.errors import NightError
from gospub.quality.expectations import EXPECTATIONS
from gospub.warehouse.connection import Row, connected, query, script

_MEANINGS = {expectation.name: expectation.meaning for expectation in EXPECTATIONS}
_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem; color: #1d2530 }
h1 { font-size: 1.4rem } table { border-collapse: collapse; width: 100% }
th, td { text-align: left; vertical-align: top; padding: .4rem .6rem; border-bottom: 1px solid #d9dee5 }
td.figure { font-variant-numeric: tabular-nums; white-space: nowrap } .meaning { color: #55606e; font-size: .9rem }
.passed { color: #1b7a3d } .warning { color: #8a5a00 } .critical { color: #b3261e; font-weight: 600 }
pre { white-space: pre-wrap; font-size: .85rem; margin: .3rem 0 0 }
"""


def quality_report(dsn: str, snapshot_date: date, platform: str) -> str:
    """The report as a self-contained HTML page. Raises NightError when the night has not been judged."""
    night, findings = _read(dsn, snapshot_date, platform)
    rows = "\n".join(_html_row(finding) for finding in findings)
    title = escape(_title(snapshot_date, platform))
    return (
        f'<!doctype html>\n<html lang="ru"><head><meta charset="utf-8"><title>{title}</title>\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{_STYLE}</style></head><body>\n'
        f"<h1>{title}</h1>\n<p>{escape(_summary(night, findings))}</p>\n<table>\n<thead><tr><th>Result</th>"
        "<th>Expectation</th><th>Observed</th><th>Expected</th></tr></thead>\n"
        f"<tbody>\n{rows}\n</tbody></table></body></html>\n"
    )


def quality_report_text(dsn: str, snapshot_date: date, platform: str) -> str:
    """The report for a terminal. Raises NightError when the night has not been judged."""
    night, findings = _read(dsn, snapshot_date, platform)
    lines = [_title(snapshot_date, platform), _summary(night, findings), ""]
    width = max(len(finding["expectation"]) for finding in findings)
    for finding in findings:
        head = f"{_state(finding):<9} {finding['expectation']:<{width}}"
        lines.append(f"{head}  {finding['observed']} (expected {finding['bound']})")
        lines += [f"{'':9} {json.dumps(row, ensure_ascii=False)}" for row in (finding["sample"] or [])[:3]]
    return "\n".join(lines) + "\n"


def _read(dsn: str, snapshot_date: date, platform: str) -> tuple[Row, list[Row]]:
    key = {"snapshot_date": snapshot_date, "platform": platform}
    with connected(dsn, "gospub quality-report") as connection:
        findings = query(connection, script("quality/latest_findings"), key)
        if not findings:
            raise NightError(
                f"the night of {snapshot_date} on {platform} has not been judged", "Run it first: crawl, then check"
            )
        return query(connection, script("quality/night"), key)[0], findings


def _title(snapshot_date: date, platform: str) -> str:
    return f"Quality of the night of {snapshot_date} on {platform}"


def _summary(night: Row, findings: list[Row]) -> str:
    failed = [finding for finding in findings if not finding["is_passed"]]
    critical = sum(finding["severity"] == "critical" for finding in failed)
    judged = findings[0]
    told = (
        f"Run {judged['run_id']}, staging revision {judged['staging_revision']}, "
        f"checked at {judged['checked_at']:%Y-%m-%d %H:%M} UTC: {len(findings)} expectations, "
        f"{critical} critical and {len(failed) - critical} warnings not met. "
    )
    if night["accepted_revision"] == judged["staging_revision"]:
        told += f"Accepted by {night['accepted_by']}: {night['accepted_reason']}. "
    if night["staging_revision"] != judged["staging_revision"]:
        told += f"Staging has changed since (revision {night['staging_revision']}). "
    published = night["published_revision"]
    return told + (f"Published: revision {published}." if published is not None else "Not published.")


def _state(finding: Row) -> str:
    return "passed" if finding["is_passed"] else str(finding["severity"])


def _html_row(finding: Row) -> str:
    name = finding["expectation"]
    told: list[Any] = [finding["meaning"], _MEANINGS.get(name, "")]
    sample = json.dumps(finding["sample"], ensure_ascii=False) if finding["sample"] else ""
    state = _state(finding)
    return (
        f'<tr><td class="{state}">{state}</td><td>{escape(name)}<div class="meaning">'
        f"{'<br>'.join(escape(text) for text in told if text)}</div>"
        f"{f'<pre>{escape(sample)}</pre>' if sample else ''}</td>"
        f'<td class="figure">{escape(finding["observed"] or "")}</td>'
        f'<td class="figure">{escape(finding["bound"] or "")}</td></tr>'
    )
