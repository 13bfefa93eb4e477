"""Eight nights of a small world: what happened raises its alert, once, until it is mended, and nothing else does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from gospub import clock
from gospub.alerts import raise_alerts
from tests.e2e.vk_alert_truth import Subject, judgements
from tests.e2e.vk_nights import Country, country

NIGHTS = 8
RULE_OF = {
    "mark_lost": "lost_mark",
    "banned": "page_gone",
    "deleted": "page_gone",
    "silent": "silent_7_days",
    "audience_drop": "audience_drop",
}
# Against a night five to nine nights back: the first such comparison is on night 6.
FIRST_COMPARED = 6
SUBJECTS = """
SELECT a.rule, coalesce(p.native_id, o.ogrn) AS subject, a.opened_on, a.resolved_on, a.last_seen_on, a.resolution
FROM alerts.alert AS a
LEFT JOIN registry.page AS p ON a.subject_kind = 'page' AND p.page_id = a.subject_id::integer
LEFT JOIN registry.organisation AS o ON a.subject_kind = 'organisation' AND o.organisation_id = a.subject_id::integer
ORDER BY a.rule, subject, a.opened_on
"""


@pytest.fixture
def small(loader_dsn: str, tmp_path: Any, monkeypatch: Any) -> Iterator[Country]:
    with country(loader_dsn, tmp_path, monkeypatch, organisations=250) as found:
        yield found


def one_night(found: Country, number: int) -> date:
    day = found.begin(number)
    found.publish(found.crawl())
    for _ in range(2):  # again for the same night changes nothing
        raise_alerts(found.dsn, day, "vk", clock.now())
    return day


def open_alerts(found: Country) -> list[Subject]:
    return [(row["rule"], row["subject"]) for row in found.rows(SUBJECTS) if row["resolved_on"] is None]


def history_of(nights: list[tuple[date, dict[Subject, bool]]]) -> list[tuple[str, str, date, date | None]]:
    """Every alert as (rule, subject, opened on, resolved on) that these judgements make."""
    running: dict[Subject, date] = {}
    ended = []
    for day, judged in nights:
        for subject, is_firing in judged.items():
            if is_firing:
                running.setdefault(subject, day)
            elif subject in running:
                ended.append((*subject, running.pop(subject), day))
    return sorted([*ended, *((*subject, day, None) for subject, day in running.items())], key=str)


@pytest.mark.slow
def test_eight_nights_raise_and_end_exactly_the_alerts_that_the_world_gives_cause_for(small: Country):
    world = small.sandbox.world
    nights = []
    for number in range(1, NIGHTS + 1):
        day = one_night(small, number)
        nights.append((day, dict(judgements(world, day))))
        wanted = [(rule, subject) for rule, subject, _, resolved in history_of(nights) if resolved is None]
        assert sorted(open_alerts(small)) == sorted(wanted), f"night {number}"
    rows = small.rows(SUBJECTS)
    kept = [(row["rule"], row["subject"], row["opened_on"], row["resolved_on"]) for row in rows]
    assert sorted(kept, key=str) == history_of(nights)
    assert {row["resolution"] for row in rows if row["resolved_on"]} == {"condition_ended"}
    assert_planted_events_are_told(small, kept)
    assert {rule for rule, *_ in kept} == {*RULE_OF.values(), "organisation_without_page"}


def assert_planted_events_are_told(found: Country, kept: list[tuple[str, str, date, date | None]]) -> None:
    """Each planted event has its one alert, opened on the first night that can show it, ended when it is mended."""
    world, told = found.sandbox.world, set()
    for number in range(2, NIGHTS + 1):
        night = found.sandbox.night(number)
        for event in world.events(night):
            if rule := RULE_OF.get(event.kind):
                first = max(night, found.sandbox.night(FIRST_COMPARED)) if event.kind == "audience_drop" else night
                own = [alert for alert in kept if alert[:2] == (rule, str(event.page.native_id))]
                assert [opened for _, _, opened, _ in own] == [first], event
                until = planted_until(found, event.page.native_id)
                assert own[0][3] == until, event
                told.add(event.kind)
    assert told == RULE_OF.keys()
    mended = {rule for rule, _, opened, resolved in kept if resolved and (resolved - opened).days == 3}
    assert mended >= {"lost_mark", "page_gone", "silent_7_days"}


def planted_until(found: Country, native_id: int) -> date | None:
    page = found.sandbox.world.vk.by_native_id(native_id)
    planted = found.sandbox.world.planted(page) if page else None
    last = found.sandbox.night(NIGHTS)
    return planted.until if planted and planted.until and planted.until <= last else None
