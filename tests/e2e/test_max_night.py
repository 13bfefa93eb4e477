"""Whole MAX nights against the sandbox: what the warehouse holds is what the world's truth says, row by row."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from math import ceil
from typing import Any

import orjson
import pytest
import requests

from gospub import night
from gospub.access import Token
from gospub.errors import ConfigurationError, GateFailed
from sandbox.limits import Settings
from sandbox.max_messenger import ERRORS
from sandbox.pages import Page
from tests.e2e.vk_comparison import DAY, ROWS, assert_history_is_the_truth, by_page
from tests.e2e.vk_nights import Country, country
from tests.e2e.vk_truth import window_start

ENDS_THE_NIGHT = {"max_verify_token"}
TROUBLE: list[dict[str, Any]] = [
    *({"name": name, "method": "messages", "rate": 0.04} for name in ERRORS if name not in ENDS_THE_NIGHT),
    *(
        {"name": name, "network": "max", "rate": 0.03}
        for name in ("http_500", "html_200", "cut_body", "reset", "not_json", "null_response", "unknown_shape")
    ),
    {"name": "slow", "network": "max", "rate": 0.1, "seconds": 0.05},
]
# What a refusal tells is the network's word: where a fault says it, the world's truth cannot hold.
REFUSALS = {"max_access_denied", "max_chat_not_found"}


@pytest.fixture
def small(loader_dsn: str, tmp_path: Any, monkeypatch: Any) -> Iterator[Country]:
    with country(loader_dsn, tmp_path, monkeypatch, network="max") as found:
        yield found


def calls(found: Country) -> dict[str, int]:
    """Calls by method since the last reset."""
    tokens = found.sandbox.stats()["tokens"].values()
    return {method: sum(token["calls"].get(method, 0) for token in tokens) for method in ("chats", "messages")}


def listed(found: Country) -> int:
    """How many chats the bot has in all, asked a hundred at a time."""
    count, marker = 0, None
    while True:
        answer = requests.get(
            f"{found.access.base_url}/chats",
            {"count": "100"} | ({"marker": str(marker)} if marker else {}),
            headers={"Authorization": found.access.tokens[0].secret},
            timeout=30,
        )
        body = orjson.loads(answer.content)
        count, marker = count + len(body["chats"]), body["marker"]
        if marker is None:
            return count


def least_messages_calls(found: Country, day: date) -> int:
    """Answers hold a hundred posts; one that is not full is the end, so a full one needs another."""
    world = found.sandbox.world
    readable = [page for page in found.pages if world.truth(page, day).is_wall_readable]
    return sum(len(world.posts(page, day, window_start(day))) // 100 + 1 for page in readable)


def reasons(found: Country, day: date) -> dict[str, Any]:
    rows = by_page(found.rows(DAY, day=day))
    return {native: rows[page_id]["reason"] for native, page_id in found.page_ids().items()}


def in_state(found: Country, day: date, state: str) -> list[Page]:
    return [page for page in found.pages if found.sandbox.world.truth(page, day).state == state]


def test_a_bot_that_is_shut_out_ends_the_task_and_blames_no_page(small: Country):
    small.begin(1)
    small.sandbox.faults({"name": "max_verify_token"})
    with pytest.raises(ConfigurationError, match="no token of max can be used") as caught:
        small.crawl("shut out")
    assert small.access.tokens[0].secret not in str(caught.value)
    assert small.rows("SELECT * FROM staging.page_profile") == []


def test_two_bots_in_one_connection_are_refused(small: Country):
    small.begin(1)
    two = small.with_access(tokens=(*small.access.tokens, Token("max-another-bot")))
    with pytest.raises(ConfigurationError, match="leave one bot's token"):
        two.crawl("two bots")
    assert small.sandbox.stats()["tokens"] == {}


@pytest.mark.parametrize("name", ["field_missing", "type_changed"])
def test_chats_whose_links_cannot_be_read_make_nobody_a_page_without_the_bot(small: Country, name: str):
    day = small.begin(1)
    small.sandbox.faults({"name": name, "network": "max", "field": "link"})
    run = small.crawl("no links")
    assert {(row["outcome"], row["reason"]) for row in small.staged(day).values()} == {
        ("failed", "answer_not_understood")
    }
    with pytest.raises(GateFailed):
        night.judge_night(small.dsn, run)


def test_three_nights_are_in_history_as_the_world_was(small: Country):
    for number in (1, 2, 3):
        assert_history_is_the_truth(small, small.whole_night(number))
    stats = small.sandbox.stats()
    assert (stats["over_rate"], stats["over_quota"]) == (0, 0)


def test_pages_without_the_bot_are_told_from_those_that_removed_it(small: Country):
    first = small.whole_night(1)
    outside = {page.native_id for page in in_state(small, first, "bot_outside")}
    assert outside
    assert {reasons(small, first)[native] for native in outside} == {"bot_not_added"}
    second, third = small.whole_night(2), small.whole_night(3)
    events = {e.kind: e.page.native_id for day in (second, third) for e in small.sandbox.world.events(day, "max")}
    told = reasons(small, third)
    assert told[events["bot_removed"]] in ("bot_removed", "bot_left")
    assert told[events["bot_joined"]] is None
    assert events["bot_joined"] in outside


def test_a_night_costs_no_call_too_many(small: Country):
    day = small.begin(1)
    small.publish(small.crawl())
    made = calls(small)
    assert made["chats"] == ceil(listed(small) / 100)
    assert made["messages"] == least_messages_calls(small, day)


def test_a_large_world_costs_no_call_too_many(loader_dsn: str, tmp_path: Any, monkeypatch: Any):
    with country(loader_dsn, tmp_path, monkeypatch, organisations=4000, network="max") as found:
        day = found.begin(1)
        found.publish(found.crawl())
        made = calls(found)
        assert made["chats"] == ceil(listed(found) / 100) > 2
        assert made["messages"] <= least_messages_calls(found, day) * 1.03
        assert_history_is_the_truth(found, day)


def test_the_allowed_rate_is_never_exceeded(loader_dsn: str, tmp_path: Any, monkeypatch: Any):
    strict = Settings(0.0, {}, rates={"max": 30.0})
    with country(loader_dsn, tmp_path, monkeypatch, settings=strict, network="max") as found:
        found.begin(1)
        found.with_limits(calls_per_second=30.0, in_flight=0).crawl("at full rate")
        assert found.sandbox.stats()["over_rate"] == 0
        assert calls(found)["messages"] > 30


def test_a_night_that_is_run_again_changes_no_row_and_asks_for_nothing(small: Country):
    day = small.whole_night(1)
    before = small.rows(ROWS, day=day)
    small.sandbox.reset()
    small.publish(small.crawl("second run"))
    assert small.rows(ROWS, day=day) == before
    assert small.sandbox.stats()["tokens"] == {}


def test_again_asks_for_everything_anew_and_gives_the_same_rows(small: Country):
    day = small.whole_night(1)
    before = small.rows(ROWS, day=day)
    small.sandbox.reset()
    small.publish(small.crawl("once more", again=True))
    assert small.rows(ROWS, day=day) == before
    assert calls(small)["messages"] >= len(small.readable(day))


def test_a_night_of_every_trouble_at_once_publishes_nothing_that_is_not_true(small: Country):
    day = small.begin(1)
    small.sandbox.faults(*(fault for fault in TROUBLE if fault["name"] not in REFUSALS))
    small.publish(small.crawl("a bad day"))
    failed = assert_history_is_the_truth(small, day, is_failure_allowed=True)
    assert len(failed) < 0.3 * len(small.page_ids())
    hits = {fault["name"]: fault["hits"] for fault in small.sandbox.stats()["faults"]}
    assert sum(count > 0 for count in hits.values()) > len(hits) / 2
    small.sandbox.faults()
    small.publish(small.crawl("what failed, once more"))
    assert_history_is_the_truth(small, day)


@pytest.mark.parametrize(
    ("fault", "outcome", "reason"),
    [("max_access_denied", "wall_closed", "access_denied"), ("max_chat_not_found", "page_gone", "chat_not_found")],
)
def test_a_channel_that_refuses_its_messages_keeps_its_profile(small: Country, fault: str, outcome: str, reason: str):
    day = small.begin(1)
    refusing = small.readable(day)[3]
    small.sandbox.faults({"name": fault, "method": "messages", "page": refusing})
    small.publish(small.crawl("refused"))
    kept = by_page(small.rows(DAY, day=day))[small.page_ids()[refusing]]
    assert (kept["outcome"], kept["posts_outcome"], kept["posts_reason"]) == ("ok", outcome, reason)
    assert kept["members_count"] is not None
    assert (kept["posts_30d_count"], kept["wall_posts_count"]) == (None, None)
