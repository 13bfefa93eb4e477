"""Nights on a bad day of the network: what is published is true, and what is not known is told as that."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from gospub import night
from gospub.errors import GateFailed
from tests.e2e.vk_comparison import DAY, ROWS, assert_history_is_the_truth, by_page
from tests.e2e.vk_nights import Country, country
from tests.e2e.vk_truth import expected_day

TROUBLE: list[dict[str, Any]] = [
    {"name": "error_6", "rate": 0.04},
    {"name": "error_10", "method": "groups.getById", "rate": 0.08},
    {"name": "error_1", "method": "wall.get", "rate": 0.04},
    {"name": "error_10", "method": "wall.get", "rate": 0.04},
    {"name": "error_36", "method": "wall.get", "rate": 0.03},
    {"name": "error_43", "method": "wall.get", "rate": 0.03},
    {"name": "error_13", "method": "execute", "rate": 0.1},
    {"name": "http_500", "rate": 0.04},
    {"name": "html_200", "rate": 0.04},
    {"name": "cut_body", "rate": 0.04},
    {"name": "reset", "rate": 0.04},
    {"name": "null_response", "rate": 0.05},
    {"name": "unknown_shape", "rate": 0.03},
    {"name": "slow", "rate": 0.1, "seconds": 0.1},
    {"name": "item_missing", "method": "groups.getById", "rate": 0.5},
    {"name": "execute_false_unexplained", "method": "execute", "rate": 0.1},
    {"name": "execute_error_unmatched", "method": "execute", "rate": 0.1},
    {"name": "execute_trailing_error", "method": "execute", "rate": 0.2},
]
NOTED = "SELECT column_name, count(DISTINCT page_id) AS pages FROM ops.rejected WHERE source = 'crawl' GROUP BY 1"


@pytest.fixture
def small(loader_dsn: str, tmp_path: Any, monkeypatch: Any) -> Iterator[Country]:
    with country(loader_dsn, tmp_path, monkeypatch) as found:
        yield found


def test_a_night_of_every_trouble_at_once_publishes_nothing_that_is_not_true(small: Country):
    day = small.begin(1)
    small.sandbox.faults(*TROUBLE)
    small.publish(small.crawl("a bad day"))
    failed = assert_history_is_the_truth(small, day, is_failure_allowed=True)
    assert len(failed) < 0.2 * len(small.page_ids())
    hits = {fault["name"]: fault["hits"] for fault in small.sandbox.stats()["faults"]}
    assert sum(count > 0 for count in hits.values()) > len(hits) / 2
    assert sum(hits.values()) > 50
    small.sandbox.faults()
    small.publish(small.crawl("what failed, once more"))
    assert_history_is_the_truth(small, day)


def test_errors_that_do_not_match_the_failed_calls_never_close_a_strangers_wall(small: Country):
    day = small.begin(1)
    small.sandbox.faults({"name": "execute_false_unexplained", "method": "execute", "times": 12})
    small.publish(small.crawl("unmatched"))
    assert_history_is_the_truth(small, day)


def test_a_mark_that_is_delivered_for_nobody_is_rejected_by_name_and_is_no_lost_mark(small: Country):
    yesterday = small.whole_night(1)
    before, alerts = small.rows(ROWS, day=yesterday), small.rows("SELECT * FROM alerts.alert ORDER BY 1")
    day = small.begin(2)
    small.sandbox.faults({"name": "field_missing", "field": "is_government_organization"})
    run = small.crawl("a field gone")
    with pytest.raises(GateFailed, match=r"fields_did_not_vanish: observed 1, expected ≤ 0.5") as caught:
        night.judge_night(small.dsn, run)
    assert "quality-report" in str(caught.value)
    sample = small.rows(
        "SELECT sample FROM ops.quality_result WHERE expectation = 'fields_did_not_vanish' AND NOT is_passed"
    )
    assert [row["column_name"] for row in sample[0]["sample"]] == ["has_mark"]
    assert small.rows("SELECT DISTINCT has_mark FROM staging.page_profile WHERE snapshot_date = %(day)s", day=day) == [
        {"has_mark": None}
    ]
    assert small.rows(ROWS, day=yesterday) == before
    assert small.rows("SELECT * FROM alerts.alert ORDER BY 1") == alerts


def test_a_field_of_another_type_is_noted_page_by_page_and_stops_the_night(small: Country):
    day = small.begin(1)
    small.sandbox.faults({"name": "type_changed", "field": "members_count"})
    run = small.crawl("a type changed")
    with pytest.raises(GateFailed, match="fields_did_not_vanish"):
        night.judge_night(small.dsn, run)
    world = small.sandbox.world
    counted = [page for page in world.pages("vk") if expected_day(world, page, day)["members_count"] is not None]
    assert {row["column_name"]: row["pages"] for row in small.rows(NOTED)} == {"members_count": len(counted)}
    assert small.rows("SELECT DISTINCT reason FROM ops.rejected") == [
        {"reason": "not a whole number from 0 to 50000000"}
    ]


def test_a_field_missing_for_one_page_alone_is_unknown_there_and_nowhere_else(small: Country):
    day = small.begin(1)
    marked = next(
        p for p in small.sandbox.world.pages("vk") if small.sandbox.world.truth(p, day).is_government_organization
    )
    small.sandbox.faults({"name": "field_missing", "page": marked.native_id})
    small.publish(small.crawl("one page"))
    days = by_page(small.rows(DAY, day=day))
    page_id = small.page_ids()[marked.native_id]
    assert (days[page_id]["outcome"], days[page_id]["has_mark"]) == ("ok", None)
    wrong = {
        page.native_id
        for page in small.sandbox.world.pages("vk")
        if (truth := small.sandbox.world.truth(page, day)).is_alive
        and days[small.page_ids()[page.native_id]]["has_mark"] != truth.is_government_organization
    }
    assert wrong == {marked.native_id}
