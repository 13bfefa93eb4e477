"""Packing walls: full by number and by weight, and nothing lost or asked twice."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gospub.crawling.batches import BYTES_PER_BATCH, WallQueue
from gospub.platforms.base import WallAsk
from tests.unit.vk_replies import wall

LIGHT, HEAVY = 10, BYTES_PER_BATCH // 3


def queue(*sizes: int, per_batch: int = 4) -> WallQueue:
    by_page = dict(enumerate(sizes, 1))
    return WallQueue([wall(number) for number in by_page], per_batch, lambda ask: by_page[ask.page.page_id])


def numbers(batch: list[WallAsk]) -> list[int]:
    return [ask.page.page_id for ask in batch]


def test_a_batch_is_full_by_number_in_the_order_given():
    walls = queue(*[LIGHT] * 5)
    assert numbers(walls.next_batch(even_if_small=False)) == [1, 2, 3, 4]
    assert len(walls) == 1


def test_a_batch_is_full_by_expected_bytes():
    walls = queue(*[HEAVY] * 8)
    assert numbers(walls.next_batch(even_if_small=False)) == [1, 2, 3]
    assert numbers(walls.next_batch(even_if_small=False)) == [4, 5, 6]


def test_a_wall_heavier_than_a_batch_goes_alone():
    walls = queue(BYTES_PER_BATCH * 2, LIGHT)
    assert numbers(walls.next_batch(even_if_small=False)) == [1]


def test_a_small_rest_waits_until_nothing_else_is_under_way():
    walls = queue(LIGHT, LIGHT)
    assert walls.next_batch(even_if_small=False) == []
    assert numbers(walls.next_batch(even_if_small=True)) == [1, 2]
    assert walls.next_batch(even_if_small=True) == []


def test_a_wall_that_comes_back_is_packed_with_the_next_ones():
    walls = queue(*[LIGHT] * 7)
    first = walls.next_batch(even_if_small=False)
    walls.put_back(first[:1])
    assert numbers(walls.next_batch(even_if_small=False)) == [1, 5, 6, 7]


@given(st.lists(st.integers(1, 2 * BYTES_PER_BATCH), max_size=40), st.integers(1, 25))
def test_every_wall_is_asked_once_and_no_batch_is_too_large(sizes: list[int], per_batch: int):
    walls, asked = queue(*sizes, per_batch=per_batch), []
    while batch := walls.next_batch(even_if_small=True):
        assert len(batch) <= per_batch
        assert len(batch) == 1 or sum(sizes[number - 1] for number in numbers(batch)) <= BYTES_PER_BATCH
        asked += numbers(batch)
    assert asked == list(range(1, len(sizes) + 1))
