"""Halving: the item at fault stands alone, the others are answered, and nobody asks for ever."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gospub.errors import (
    CrawlError,
    GiveUpOnPage,
    NetworkDown,
    NoQuotaLeft,
    NotUnderstood,
    OurBug,
    RetryNow,
    SplitBatch,
    TokenDead,
    WarehouseError,
)
from gospub.platforms.batching import ask_in_halves

BATCH_ERRORS = [SplitBatch("s"), GiveUpOnPage("g", "not_found", "r"), NotUnderstood("n"), OurBug("b"), RetryNow("r")]


class Desk:
    """Answers items by ten times themselves; fails every batch that holds a bad one."""

    def __init__(self, bad: set[int], error: Exception) -> None:
        self.bad, self.error, self.asked = bad, error, 0

    def ask(self, items: Sequence[int]) -> list[int]:
        self.asked += 1
        if self.bad & set(items):
            raise self.error
        return [item * 10 for item in items]

    def all(self, count: int) -> list[int]:
        return ask_in_halves(range(count), self.ask, lambda item, _: -item)


@pytest.mark.parametrize("error", BATCH_ERRORS)
def test_one_bad_page_stands_alone_and_the_others_are_answered(error: CrawlError):
    desk = Desk({137}, error)
    assert desk.all(500) == [-item if item == 137 else item * 10 for item in range(500)]
    assert desk.asked <= 2 * 10


@pytest.mark.parametrize("error", [TokenDead("t"), NoQuotaLeft("q"), NetworkDown("d"), WarehouseError("w")])
def test_trouble_that_is_not_about_the_batch_passes_through_at_once(error: Exception):
    desk = Desk({3}, error)
    with pytest.raises(type(error)):
        desk.all(8)
    assert desk.asked == 1


@pytest.mark.parametrize("error", [NotUnderstood("n"), OurBug("b")])
def test_a_network_that_answers_nothing_sensible_is_not_asked_for_every_page(error: CrawlError):
    desk = Desk(set(range(500)), error)
    assert desk.all(500) == [-item for item in range(500)]
    assert desk.asked <= 60


def test_pages_that_are_each_to_blame_are_all_parted():
    desk = Desk(set(range(0, 100, 2)), GiveUpOnPage("g", "not_found", "r"))
    assert desk.all(100) == [-item if item % 2 == 0 else item * 10 for item in range(100)]


def test_nothing_is_asked_for_nothing():
    desk = Desk(set(), SplitBatch("s"))
    assert desk.all(0) == []
    assert desk.asked == 0


@given(st.integers(0, 60), st.sets(st.integers(0, 59)), st.sampled_from(BATCH_ERRORS))
def test_every_item_is_answered_once_and_in_order(count: int, bad: set[int], error: CrawlError):
    answers = Desk(bad, error).all(count)
    assert [abs(answer) if answer < 0 else answer // 10 for answer in answers] == list(range(count))
    assert all(-item in answers for item in bad if 0 < item < count)
