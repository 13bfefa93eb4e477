"""Alerts: what broke, since when, and who has taken it on."""

from gospub.alerts.by_clock import raise_clock_alerts
from gospub.alerts.lifecycle import NoSuchAlert, RulesFailed, acknowledge, list_alerts, resolve
from gospub.alerts.night import raise_alerts

__all__ = ["NoSuchAlert", "RulesFailed", "acknowledge", "list_alerts", "raise_alerts", "raise_clock_alerts", "resolve"]
