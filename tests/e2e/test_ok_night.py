"""Whole OK nights against the sandbox: history is the world's truth, in hardly more calls than there must be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from gospub import night
from gospub.access import Token
from gospub.errors import ConfigurationError, GateFailed
from tests.e2e.vk_comparison import DAY, ROWS, assert_history_is_the_truth
from tests.e2e.vk_nights import ASKED, Country, country
from tests.e2e.vk_truth import window_start

TROUBLE: list[dict[str, Any]] = [
    {"name": "error_1", "rate": 0.04},
    {"name": "error_2", "method": "stream.get", "rate": 0.05},
    {"name": "error_30", "method": "mediatopic.getByIds", "rate": 0.05},
    {"name": "error_9999", "method": "group.getInfo", "rate": 0.1},
    {"name": "error_100", "method": "mediatopic.getByIds", "rate": 0.1},
    {"name": "error_1200", "method": "group.getInfo", "rate": 0.1},
    {"name": "http_500", "rate": 0.04},
    {"name": "html_200", "rate": 0.04},
    {"name": "cut_body", "rate": 0.04},
    {"name": "reset", "rate": 0.04},
    {"name": "not_json", "rate": 0.02},
    {"name": "null_response", "rate": 0.02},
    {"name": "unknown_shape", "rate": 0.02},
    {"name": "true_response", "rate": 0.02},
    {"name": "header_only_error", "rate": 0.05},
    {"name": "slow", "rate": 0.1, "seconds": 0.1},
    {"name": "item_missing", "method": "group.getInfo", "rate": 0.5},
    {"name": "item_missing", "method": "mediatopic.getByIds", "rate": 0.1},
]


@pytest.fixture
def small(loader_dsn: str, tmp_path: Any, monkeypatch: Any) -> Iterator[Country]:
    with country(loader_dsn, tmp_path, monkeypatch, network="ok") as found:
        yield found


def calls(found: Country) -> Counter[str]:
    """Calls that the sandbox was asked, by method."""
    return sum((Counter(book["calls"]) for book in found.sandbox.stats()["tokens"].values()), Counter())


def fewest_calls(found: Country, day: date) -> Counter[str]:
    """The calls that a night cannot do without, by the documented sizes of batches."""
    world = found.sandbox.world
    truths = {page: world.truth(page, day) for page in found.pages}
    readable = [page for page, truth in truths.items() if truth.is_wall_readable]
    missing = sum(truth.state in ("absent", "deleted") for truth in truths.values())
    posts = {page: world.posts(page, day, window_start(day)) for page in readable}
    return Counter({
        "group.getInfo": -(-len(truths) // 100) + missing,
        "group.getCounters": sum(page.index % 97 == 5 for page in readable),
        "stream.get": sum(max(1, -(-len(found) // 100)) for found in posts.values()),
        "mediatopic.getByIds": -(-sum(map(len, posts.values())) // 100),
    })  # fmt: skip


def test_three_nights_are_in_history_as_the_world_was(small: Country):
    for number in (1, 2, 3):
        assert_history_is_the_truth(small, small.whole_night(number))
    assert {row["has_mark"] for row in small.rows(DAY, day=small.sandbox.night(3))} == {True, False, None}


def test_a_night_run_again_asks_for_nothing_and_one_with_again_gives_the_same_rows(small: Country):
    day = small.whole_night(1)
    before = small.rows(ROWS, day=day)
    small.sandbox.reset()
    small.publish(small.crawl("second run"))
    assert small.rows(ROWS, day=day) == before
    assert calls(small) == {}
    small.publish(small.crawl("once more", again=True))
    assert small.rows(ROWS, day=day) == before
    assert small.sandbox.asked("group.getInfo").keys() == {page.native_id for page in small.pages}


def test_a_night_takes_hardly_more_calls_than_there_must_be(loader_dsn: str, tmp_path: Any, monkeypatch: Any):
    with country(loader_dsn, tmp_path, monkeypatch, network="ok", organisations=4000) as large:
        day = large.begin(1)
        large.crawl("counted")
        made, needed = calls(large), fewest_calls(large, day)
    assert len(large.pages) >= 350
    assert made.total() <= 1.03 * needed.total(), (made, needed)


def test_a_night_of_every_trouble_at_once_publishes_nothing_that_is_not_true(small: Country):
    day = small.begin(1)
    small.sandbox.faults(*({"network": "ok", **fault} for fault in TROUBLE))
    run = small.crawl("a bad day")
    hits = {(fault["name"], fault["method"]): fault["hits"] for fault in small.sandbox.stats()["faults"]}
    small.publish(run)
    failed = assert_history_is_the_truth(small, day, is_failure_allowed=True)
    assert len(failed) < 0.5 * len(small.page_ids())
    assert sum(count > 0 for count in hits.values()) > len(hits) / 2
    small.sandbox.faults()
    small.publish(small.crawl("what failed, once more"))
    assert_history_is_the_truth(small, day)


@pytest.mark.parametrize(("fault", "state"), [("error_102", "dead"), ("error_8", "cooling"), ("error_11", "live")])
def test_trouble_of_one_token_puts_it_aside_and_the_night_goes_on_with_the_other(
    small: Country, fault: str, state: str
):
    day = small.begin(1)
    first = min(ASKED["ok"][1], key=lambda token: token.fingerprint)
    small.sandbox.faults({"name": fault, "network": "ok", "method": "stream.get", "token": first.secret})
    small.publish(small.crawl(fault))
    assert_history_is_the_truth(small, day)
    kept = {row["fingerprint"]: row["state"] for row in small.rows("SELECT fingerprint, state FROM ops.token")}
    assert kept[first.fingerprint] == state


def test_a_wrong_secret_key_ends_the_night_with_what_to_mend_and_marks_no_token_and_no_page(small: Country):
    day = small.begin(1)
    wrong = small.with_access(options={"login": "CBAEXAMPLEKEY", "application_secret_key": "n0t-the-secret"})
    with pytest.raises(ConfigurationError, match="application_secret_key") as caught:
        wrong.crawl("wrong key")
    assert "n0t-the-secret" not in str(caught.value)
    assert {row["state"] for row in small.rows("SELECT state FROM ops.token")} <= {"live"}
    small.publish(small.crawl("mended"))
    assert_history_is_the_truth(small, day)


def test_an_expired_token_is_dead_and_its_calls_go_out_with_another(small: Country):
    day = small.begin(1)
    first = min(token.fingerprint for token in ASKED["ok"][1])
    names = (Token(f"expired-token-{number}") for number in range(1000))
    expired = next(token for token in names if token.fingerprint < first)
    small.publish(small.with_access(tokens=(expired, *ASKED["ok"][1])).crawl("one expired"))
    assert_history_is_the_truth(small, day)
    kept = {row["fingerprint"]: row for row in small.rows("SELECT * FROM ops.token")}[expired.fingerprint]
    assert kept["state"] == "dead"
    assert "error 102" in kept["reason"]


def test_a_mark_that_is_delivered_for_nobody_is_rejected_and_is_no_lost_mark(small: Country):
    yesterday = small.whole_night(1)
    before = small.rows(ROWS, day=yesterday)
    day = small.begin(2)
    small.sandbox.faults({"name": "field_missing", "network": "ok", "field": "gos_org"})
    run = small.crawl("a field gone")
    with pytest.raises(GateFailed, match="fields_did_not_vanish"):
        night.judge_night(small.dsn, run)
    unmarked = "SELECT DISTINCT has_mark FROM staging.page_profile WHERE snapshot_date = %(day)s"
    assert small.rows(unmarked, day=day) == [{"has_mark": None}]
    assert small.rows(ROWS, day=yesterday) == before


def test_known_posts_are_refreshed_by_their_ids_without_listing_walls(small: Country):
    small.whole_night(1)
    day = small.begin(2)
    small.sandbox.reset()
    small.publish(small.with_limits(daily_quota={"stream.get": 0}).crawl("no walls"))
    made = calls(small)
    assert (made["stream.get"], made["mediatopic.getByIds"] > 0) == (0, True)
    rows = [row for row in small.rows(DAY, day=day) if row["posts_outcome"] == "not_planned"]
    assert "refreshed" in {row["posts_reason"] for row in rows}
    assert all(row["posts_30d_count"] is None for row in rows)
    assert small.rows("SELECT * FROM history.post WHERE gone_on = %(day)s", day=day) == []
    assert small.rows("SELECT * FROM history.post_metric WHERE snapshot_date = %(day)s LIMIT 1", day=day)
