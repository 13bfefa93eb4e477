"""The gate and what follows it: nothing reaches history, ratings or alerts before its checks passed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from gospub import clock, night, publishing, reporting
from gospub.alerts import raise_alerts, raise_clock_alerts
from gospub.errors import GateFailed, NightError, NotJudged
from gospub.quality import accept_night
from gospub.rating import rate_night
from tests.e2e.vk_comparison import DAY, ROWS, assert_history_is_the_truth, by_page
from tests.e2e.vk_nights import Country, country

STATE = """
SELECT to_jsonb(t)::text AS line FROM alerts.alert AS t
UNION ALL SELECT to_jsonb(t)::text FROM rating.region_score AS t
UNION ALL SELECT to_jsonb(t)::text FROM rating.run AS t
ORDER BY line
"""
OPEN = "SELECT rule, subject_id FROM alerts.alert WHERE subject_kind = 'night' AND resolved_at IS NULL ORDER BY 1"


@pytest.fixture
def small(loader_dsn: str, tmp_path: Any, monkeypatch: Any) -> Iterator[Country]:
    with country(loader_dsn, tmp_path, monkeypatch) as found:
        yield found


def rejected(found: Country, number: int) -> int:
    """A night in which the network delivers the mark for nobody; its run, which the gate rejected."""
    found.begin(number)
    found.sandbox.faults({"name": "field_missing"})
    run = found.crawl("a field gone")
    with pytest.raises(GateFailed, match="fields_did_not_vanish"):
        night.judge_night(found.dsn, run)
    return run


def test_a_rejected_night_changes_nothing_until_an_operator_accepts_it_with_a_reason(small: Country):
    yesterday = small.whole_night(1)
    before, state = small.rows(ROWS, day=yesterday), small.rows(STATE)
    run = rejected(small, 2)
    day = small.sandbox.night(2)
    with pytest.raises(GateFailed, match="rejected"):
        night.publish(small.dsn, run)
    with pytest.raises(NightError):
        rate_night(small.dsn, day, clock.now())
    with pytest.raises(NightError, match="not published"):
        raise_alerts(small.dsn, day, "vk", clock.now())
    assert small.rows(ROWS, day=yesterday) == before
    assert small.rows(STATE) == state
    with pytest.raises(NightError, match="a reason"):
        accept_night(small.dsn, day, "vk", "И. Иванова", " ", clock.now())
    told = accept_night(small.dsn, day, "vk", "И. Иванова", "VK не отдаёт отметку с полуночи", clock.now())
    assert "crawl_vk" in told
    night.judge_night(small.dsn, run)
    night.publish(small.dsn, run)
    days = by_page(small.rows(DAY, day=day))
    assert days.keys() == set(small.page_ids().values())
    assert {row["has_mark"] for row in days.values()} == {None}
    kept = small.rows("SELECT accepted_by, accepted_reason FROM ops.night WHERE snapshot_date = %(day)s", day=day)[0]
    assert kept["accepted_by"] == "И. Иванова"
    assert kept["accepted_reason"].startswith("VK не отдаёт отметку с полуночи")
    raise_alerts(small.dsn, day, "vk", clock.now())
    assert (
        small.rows("SELECT alert_id FROM alerts.alert WHERE rule = 'lost_mark' AND opened_on = %(day)s", day=day) == []
    )


def test_what_an_operator_accepted_is_not_what_is_crawled_afterwards(small: Country):
    small.whole_night(1)
    run = rejected(small, 2)
    day = small.sandbox.night(2)
    accept_night(small.dsn, day, "vk", "И. Иванова", "проверено", clock.now())
    small.publish(small.crawl("anew, whole", again=True, limit=5))
    with pytest.raises((GateFailed, NotJudged)):
        night.publish(small.dsn, run)
    small.sandbox.faults()
    small.publish(small.crawl("mended", again=True))
    assert_history_is_the_truth(small, day)


def test_a_shard_cleared_between_check_and_publish_is_not_published_unjudged(small: Country):
    day = small.begin(1)
    victim = small.readable(day)[0]
    small.sandbox.faults({"name": "error_8", "method": "groups.getById", "page": victim})
    run = small.crawl("first")
    night.judge_night(small.dsn, run)
    small.sandbox.faults()
    shard = small.rows("SELECT shard_no FROM ops.crawl_plan WHERE native_id = %(v)s", v=str(victim))[0]["shard_no"]
    assert night.crawl_shard(small.dsn, small.access, run, shard)["profiles"] == 1
    with pytest.raises(NotJudged):
        night.publish(small.dsn, run)
    assert small.rows("SELECT count(*) AS n FROM history.page_day") == [{"n": 0}]
    assert small.rows("SELECT published_revision FROM ops.night") == [{"published_revision": None}]
    night.judge_night(small.dsn, run)
    night.publish(small.dsn, run)
    assert_history_is_the_truth(small, day)


def test_a_night_that_was_never_judged_is_not_published(small: Country):
    small.begin(1)
    run = small.crawl()
    with pytest.raises(NightError):
        publishing.publish_night(small.dsn, run, clock.now())
    assert small.rows("SELECT count(*) AS n FROM history.page_day") == [{"n": 0}]


def test_the_clock_tells_of_a_rejected_and_of_a_late_night_once_and_until_it_is_mended(small: Country):
    small.whole_night(1)
    run = rejected(small, 2)
    day = small.sandbox.night(2)
    raise_clock_alerts(small.dsn, clock.now())
    assert small.rows(OPEN) == [{"rule": "gate_failed", "subject_id": f"{day}/vk"}]
    small.sandbox.move_to_night(day, hour=6)
    for _ in range(2):
        raise_clock_alerts(small.dsn, clock.now())
    assert [row["rule"] for row in small.rows(OPEN)] == ["gate_failed", "night_late"]
    assert any("gate rejected" in need for need in reporting.needs_person(small.dsn, day, "vk"))
    small.sandbox.faults()
    small.publish(small.crawl("mended", again=True))
    raise_clock_alerts(small.dsn, clock.now())
    assert small.rows(OPEN) == []
    assert small.rows("SELECT count(*) AS n FROM alerts.alert WHERE subject_kind = 'night'") == [{"n": 2}]
    with pytest.raises(NightError):
        night.publish(small.dsn, run + 1_000)
