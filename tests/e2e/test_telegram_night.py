"""Whole Telegram nights against the sandbox: what the warehouse holds is what the world's truth says, row by row."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from gospub import night
from gospub.access import Token
from gospub.errors import ConfigurationError, GateFailed
from sandbox.pages import Page
from sandbox.telegram_figures import shown
from sandbox.telegram_html import messages
from tests.e2e.vk_comparison import DAY, ROWS, assert_history_is_the_truth, by_page
from tests.e2e.vk_nights import Country, country
from tests.e2e.vk_truth import window_start

BOT = Token("110201543:invented-token-of-the-tests-bot")
PASSING = ("http_429", "http_429_told", "http_500", "html_200", "cut_body", "reset", "not_json", "unknown_shape")
# The others are not asked again within the night's first run: what they hit fails.
TROUBLE: list[dict[str, Any]] = [
    *({"name": name, "network": "telegram", "rate": 0.05} for name in (*PASSING, "null_response", "html_truncated")),
    *({"name": name, "network": "telegram", "rate": 0.02, "seed": 3} for name in ("huge_body", "dates_missing")),
]
FIGURES = """
SELECT p.page_id, p.post_id, m.views_count, m.is_views_rounded, p.text_length, p.is_repost
FROM history.post AS p INNER JOIN history.post_metric AS m USING (page_id, post_id)
"""
NOTES = "SELECT column_name, reason, count(*) AS notes FROM ops.rejected WHERE source = 'crawl' GROUP BY 1, 2"


@pytest.fixture
def small(loader_dsn: str, tmp_path: Any, monkeypatch: Any) -> Iterator[Country]:
    with country(loader_dsn, tmp_path, monkeypatch, network="telegram") as found:
        yield found


def least_previews(found: Country, page: Page, day: date) -> int:
    """Pages of 20 messages until one begins before the month, or there is nothing older."""
    truth, wall = found.sandbox.world.truth(page, day), found.sandbox.world.wall(page)
    since, before, pages = window_start(day).timestamp(), None, 0
    while True:
        shown_there, has_more = messages(truth, wall, before)
        pages += 1
        dated = [each.published for each in shown_there if each.published]
        if not has_more or min(dated) < since:
            return pages
        before = shown_there[-1].id


def calls(found: Country) -> dict[str, int]:
    books = found.sandbox.stats()["tokens"].values()
    return {method: sum(book["calls"].get(method, 0) for book in books) for method in ("card", "preview")}


def in_state(found: Country, day: date, *states: str) -> list[Page]:
    return [page for page in found.pages if found.sandbox.world.truth(page, day).state in states]


def test_a_password_that_is_no_bots_token_is_told_before_anything_is_asked(small: Country):
    small.begin(1)
    with pytest.raises(ConfigurationError, match="not a bot's token") as caught:
        small.with_access(tokens=(Token("hunter2-secret"),)).crawl("wrong password")
    assert "hunter2" not in str(caught.value)
    assert small.sandbox.stats()["tokens"] == {}


def test_messages_that_cannot_be_dated_are_failures_and_not_silence(small: Country):
    day = small.begin(1)
    small.sandbox.faults({"name": "dates_missing", "network": "telegram"})
    run = small.crawl("no dates")
    world = small.sandbox.world
    staged = small.staged(day)
    for page in in_state(small, day, "open"):
        if world.posts(page, day):
            assert staged[page.native_id]["posts_reason"] == "answer_not_understood", page
    with pytest.raises(GateFailed):
        night.judge_night(small.dsn, run)


def test_views_that_are_no_numbers_are_noted_and_unknown(small: Country):
    small.begin(1)
    small.sandbox.faults({"name": "views_unreadable", "network": "telegram"})
    small.crawl("no views")
    assert small.rows("SELECT DISTINCT views_count FROM staging.post") == [{"views_count": None}]
    assert {(row["column_name"], row["reason"]) for row in small.rows(NOTES)} >= {
        ("views_count", "not a number of views")
    }


def test_three_nights_are_in_history_as_the_world_was(small: Country):
    for number in (1, 2, 3):
        assert_history_is_the_truth(small, small.whole_night(number))


def test_a_night_on_which_everything_goes_wrong_publishes_nothing_that_is_not_true(small: Country):
    day = small.begin(1)
    small.sandbox.faults(*TROUBLE)
    small.publish(small.crawl("a bad day"))
    failed = assert_history_is_the_truth(small, day, is_failure_allowed=True)
    assert len(failed) < 0.3 * len(small.page_ids())
    hits = {fault["name"]: fault["hits"] for fault in small.sandbox.stats()["faults"]}
    assert all(hits.values()), hits
    small.sandbox.faults()
    small.publish(small.crawl("what failed, once more"))
    assert_history_is_the_truth(small, day)


def test_a_night_costs_one_card_a_channel_and_the_previews_that_30_days_take(small: Country):
    day = small.begin(1)
    small.crawl()
    walls = in_state(small, day, "open", "no_preview")
    least = sum(least_previews(small, page, day) for page in in_state(small, day, "open"))
    least += len(in_state(small, day, "no_preview"))  # one call each tells that there is none
    made = calls(small)
    assert made["card"] == len(small.pages)
    assert len(walls) < least <= made["preview"] <= 1.03 * least


def test_a_night_that_is_run_again_changes_no_row_and_asks_for_nothing(small: Country):
    day = small.whole_night(1)
    before = small.rows(ROWS, day=day)
    small.sandbox.reset()
    small.publish(small.crawl("second run"))
    assert small.rows(ROWS, day=day) == before
    assert calls(small) == {"card": 0, "preview": 0}


def test_every_state_of_a_channel_has_its_outcome_and_reason(small: Country):
    day = small.begin(1)
    small.crawl()
    staged = small.staged(day)
    expected = {
        "no_preview": ("ok", None, "wall_closed", "no_preview"),
        "private": ("closed", "private", "wall_closed", "private"),
        "restricted": ("banned", "restricted", "page_gone", "restricted"),
        "deleted": ("not_found", "no_such_name", "page_gone", "no_such_name"),
        "absent": ("not_found", "no_such_name", "page_gone", "no_such_name"),
        "open": ("ok", None, "measured", None),
    }
    for state, told in expected.items():
        pages = in_state(small, day, state)
        assert pages, state
        for page in pages:
            row = staged[page.native_id]
            assert (row["outcome"], row["reason"], row["posts_outcome"], row["posts_reason"]) == told, page


def test_rounded_views_are_told_from_exact_ones_and_texts_are_the_posts_own(small: Country):
    day = small.whole_night(1)
    rows = {(row["page_id"], row["post_id"]): row for row in small.rows(FIGURES)}
    kinds = set()
    for page in in_state(small, day, "open"):
        for post in small.sandbox.world.posts(page, day, window_start(day)):
            row = rows[small.page_ids()[page.native_id], post.id]
            is_rounded = True if shown(post.views or 0)[-1].isalpha() else None
            assert row["is_views_rounded"] == is_rounded, (page, post)
            assert (row["text_length"], row["is_repost"]) == (len(post.text), post.is_repost), (page, post)
            kinds.add(is_rounded)
    assert kinds == {True, None}


def test_cards_without_a_count_are_counted_by_the_bot_if_there_is_one(small: Country):
    day = small.begin(1)
    small.sandbox.faults({"name": "count_missing", "network": "telegram"})
    with_bot = small.with_access(tokens=(BOT,), options={"bot_base_url": small.access.base_url})
    with_bot.publish(with_bot.crawl("with a bot"))
    days = by_page(small.rows(DAY, day=day, platform="telegram"))
    for page in in_state(small, day, "open", "no_preview"):
        truth = small.sandbox.world.truth(page, day)
        row = days[small.page_ids()[page.native_id]]
        assert (row["outcome"], row["members_count"]) == ("ok", truth.members_count), page


def test_a_bot_that_is_refused_costs_its_counts_and_nothing_else(small: Country):
    day = small.begin(1)
    small.sandbox.faults({"name": "count_missing", "network": "telegram", "rate": 0.3})
    dead = Token("110201543:dead-token-of-the-tests-bot")
    with_bot = small.with_access(tokens=(dead,), options={"bot_base_url": small.access.base_url})
    with_bot.crawl("a dead bot")
    found = [row for row in small.rows(NOTES) if row["column_name"] == "members_count"]
    assert [row["reason"] for row in found] == ["bot_401"]
    measured = [row for row in small.staged(day).values() if row["posts_outcome"] == "measured"]
    assert len(measured) == len(in_state(small, day, "open"))
    assert dead.secret not in str(small.rows("SELECT * FROM ops.rejected"))


def test_a_night_at_the_pace_that_telegram_bears_is_never_refused(small: Country):
    small.begin(1)
    small.sandbox.settings(rates={"telegram": 60})
    small.with_limits(calls_per_second=60).crawl("in step")
    stats = small.sandbox.stats()
    assert stats["over_rate"] == 0
    assert all(not book["errors"] for book in stats["tokens"].values())
