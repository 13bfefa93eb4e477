"""Raises the alerts that no night can raise, because there is none: a night is late, or the gate rejected it."""

from datetime import datetime
from typing import Any

from gospub.alerts.lifecycle import judge_all
from gospub.alerts.rules import load_rules
from gospub.clock import MOSCOW, snapshot_date
from gospub.warehouse.connection import connected, told_clearly

DEADLINE_HOUR = 5
"""Hour in Moscow by which a night is to be published."""


def raise_clock_alerts(dsn: str, moment: datetime) -> dict[str, Any]:
    """Judge the rules of include/sql/alerts/clock_rules at a moment; returns what each did, by rule.

    Meant to run on a schedule of its own; again at the same moment changes nothing. Raises RulesFailed when a rule's
    file cannot be run (the others took effect).
    """
    today = snapshot_date(moment)
    parameters = {
        "today": today,
        "moment": moment,
        "deadline_hour": DEADLINE_HOUR,
        "is_past_deadline": moment.astimezone(MOSCOW).hour >= DEADLINE_HOUR,
    }
    with told_clearly(), connected(dsn, "gospub clock alerts") as connection:
        return judge_all(connection, load_rules("clock_rules"), today, moment, parameters)
