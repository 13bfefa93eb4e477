"""Raises a published night's alerts: facts of that night open, refresh and resolve them."""

from datetime import date, datetime
from typing import Any

from psycopg2.extensions import connection as Connection

from gospub.alerts.lifecycle import judge_all
from gospub.alerts.rules import load_rules
from gospub.clock import moscow_midnight
from gospub.errors import NightError
from gospub.warehouse.connection import affected, connected, query, script, told_clearly, transaction


def raise_alerts(dsn: str, snapshot_date: date, platform: str, moment: datetime) -> dict[str, Any]:
    """Judge the rules of include/sql/alerts/rules on a published night; ``moment`` is stored as the time.

    Again for the same night changes nothing. Returns what each rule did, by rule; an older night than the network's
    latest is left alone and the answer says so under ``skipped``. Rules about organisations look at all networks, so
    they wait for the latest date of any. Raises NightError when the night is not published, RulesFailed when a
    rule's file cannot be run (the others took effect).
    """
    with told_clearly(), connected(dsn, "gospub raise_alerts") as connection:
        latest = _latest(connection, snapshot_date, platform)
        if latest["latest_on"] > snapshot_date:
            return {
                "skipped": f"{platform} has published {latest['latest_on']} since: only the latest night raises alerts"
            }
        is_last_of_all = latest["latest_of_any_on"] <= snapshot_date
        rules = [r for r in load_rules("rules") if r.subject_kind == "page" or is_last_of_all]
        night = {"snapshot_date": snapshot_date, "platform": platform, "night_began_at": moscow_midnight(snapshot_date)}
        left = _open_night(connection, night, moment, is_last_of_all)
        return {"left_registry": {"resolved_count": left}, **judge_all(connection, rules, snapshot_date, moment, night)}


def _latest(connection: Connection, snapshot_date: date, platform: str) -> dict[str, Any]:
    with transaction(connection):
        row = query(connection, script("alerts/latest_night"), {"snapshot_date": snapshot_date, "platform": platform})[
            0
        ]
    if not row["is_published"]:
        raise NightError(
            f"the night {snapshot_date} of {platform} is not published", "Alerts are raised from published nights"
        )
    return row


def _open_night(connection: Connection, night: dict[str, Any], moment: datetime, is_last_of_all: bool) -> int:
    with transaction(connection):
        query(connection, script("alerts/night_page"), night)
        own = {"judged_on": night["snapshot_date"], "platform": night["platform"], "moment": moment}
        left = affected(connection, script("alerts/resolve_left_page"), own)
        return left + (affected(connection, script("alerts/resolve_left_organisation"), own) if is_last_of_all else 0)
