"""What the demo prints after its last night: gospub's own report, the best regions, the open alerts."""

from __future__ import annotations

import subprocess
import sys
from itertools import groupby
from typing import Any

from gospub.warehouse.connection import connected, query, script
from local.paths import ROOT

SHOWN = 10


def command(env: dict[str, str], *arguments: str) -> int:
    """Run one of gospub's commands with its output on this terminal; return its exit code."""
    sys.stdout.flush()
    return subprocess.run([sys.executable, "-m", "gospub", *arguments], env=env, cwd=ROOT, check=False).returncode


def top_regions(rows: list[dict[str, Any]]) -> str:
    """Render the best regions, one table a method."""
    parts = []
    for method, group in groupby(rows, key=lambda row: row["method"]):
        regions = list(group)
        parts.append(f"\nTop regions on {regions[0]['snapshot_date']}, method {method}")
        parts += [
            f"  {row['place']:>3}. {row['name']:<45} {row['shown_score']:>7}   measured {row['measured_share']:.0%}"
            for row in regions[:SHOWN]
        ]
        if len(regions) > SHOWN:
            parts.append(f"       … and {len(regions) - SHOWN} more on the first {SHOWN} places")
    return "\n".join(parts) or "\nNo region has been rated."


def open_alerts(rows: list[dict[str, Any]]) -> str:
    """Render the open alerts by rule, the newest first."""
    parts = ["\nOpen alerts"] if rows else ["\nNo alert is open."]
    for rule, group in groupby(rows, key=lambda row: row["rule"]):
        alerts = list(group)
        parts.append(f"  {rule}: {alerts[0]['rule_count']}")
        parts += [f"    {row['opened_on']}  {row['title']}  ({row['region_name'] or '—'})" for row in alerts]
    return "\n".join(parts)


def summary(dsn: str) -> str:
    """Return best regions and open alerts of the warehouse as text."""
    with connected(dsn, "gospub demo") as connection:
        regions = query(connection, script("demo/top_regions"))
        alerts = query(connection, script("demo/open_alerts"))
    return top_regions(regions) + "\n" + open_alerts(alerts)
