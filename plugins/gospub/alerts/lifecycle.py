"""An alert's life: opened and resolved by a rule's judgement, acknowledged or closed by a person."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

import psycopg2
from psycopg2.extensions import connection as Connection

from gospub.alerts.rules import Rule
from gospub.errors import GospubError
from gospub.warehouse.connection import affected, connected, query, script, told_clearly, transaction


class RulesFailed(GospubError):
    """Some alert rules could not be run; the others took effect."""


class NoSuchAlert(GospubError):
    """There is no unresolved alert of that number."""


@dataclass(frozen=True)
class Judged:
    """What one rule did: subjects judged and firing, alerts opened, refreshed and resolved."""

    judged_count: int
    firing_count: int
    opened_count: int
    refreshed_count: int
    resolved_count: int


def judge_all(
    connection: Connection, rules: Iterable[Rule], judged_on: date, moment: datetime, parameters: Mapping[str, Any]
) -> dict[str, dict[str, int]]:
    """Run rules one by one, each in a transaction of its own, and give what each did.

    Raises RulesFailed at the end when some could not run: what the others opened and resolved stays.
    """
    done: dict[str, dict[str, int]] = {}
    failed: dict[str, str] = {}
    for rule in rules:
        try:
            with transaction(connection):
                done[rule.name] = asdict(_judge(connection, rule, judged_on, moment, parameters))
        except (psycopg2.DataError, psycopg2.ProgrammingError, psycopg2.IntegrityError) as error:
            failed[rule.name] = str(error).strip().splitlines()[0]
    if failed:
        said = "; ".join(f"{name}: {text}" for name, text in failed.items())
        raise RulesFailed(
            f"{len(failed)} of {len(failed) + len(done)} alert rules failed ({said})",
            "The others took effect: mend the files in include/sql/alerts and raise the night's alerts again",
        )
    return done


def _judge(
    connection: Connection, rule: Rule, judged_on: date, moment: datetime, parameters: Mapping[str, Any]
) -> Judged:
    query(connection, "select pg_advisory_xact_lock(hashtext('gospub alerts'))")
    given = {**parameters, **rule.file.settings()}
    query(connection, f"create temp view judgement as {rule.file.text}", given)
    query(connection, script("alerts/judge"))
    query(connection, "drop view judgement")
    own = {"rule": rule.name, "subject_kind": rule.subject_kind, "judged_on": judged_on, "moment": moment}
    counts = query(connection, "select count(*) as judged, count(*) filter (where is_firing) as firing from judged")[0]
    opened = [row["is_new"] for row in query(connection, script("alerts/open"), own)]
    resolved = affected(connection, script("alerts/resolve"), own)
    return Judged(counts["judged"], counts["firing"], sum(opened), len(opened) - sum(opened), resolved)


def acknowledge(dsn: str, alert_id: int, who: str, moment: datetime) -> None:
    """Record that somebody has taken an alert on; a second time changes nothing. Raises NoSuchAlert."""
    _by_person(dsn, "alerts/acknowledge", {"alert_id": alert_id, "who": who, "moment": moment})


def resolve(dsn: str, alert_id: int, who: str, moment: datetime) -> None:
    """Close an alert by hand. It opens anew when a later night still shows what it was about. Raises NoSuchAlert."""
    _by_person(dsn, "alerts/resolve_by_person", {"alert_id": alert_id, "who": who, "moment": moment})


def list_alerts(
    dsn: str,
    *,
    region_code: str | None = None,
    rule: str | None = None,
    is_with_resolved: bool = False,
    limit: int = 1000,
) -> list[dict[str, Any]]:
    """Alerts, unresolved and critical first; optionally of one region or rule, or with those already resolved."""
    chosen = {"region_code": region_code, "rule": rule, "is_with_resolved": is_with_resolved, "limit": limit}
    with told_clearly(), connected(dsn, "gospub alerts") as connection:
        return query(connection, script("alerts/list"), chosen)


def _by_person(dsn: str, statement: str, parameters: dict[str, Any]) -> None:
    with told_clearly(), connected(dsn, "gospub alerts") as connection, transaction(connection):
        open_alert = "select 1 as found from alerts.alert where alert_id = %(alert_id)s and resolved_at is null"
        if not query(connection, open_alert, parameters):
            raise NoSuchAlert(f"alert {parameters['alert_id']} is not open", "alerts list shows the open ones")
        affected(connection, script(statement), parameters)
