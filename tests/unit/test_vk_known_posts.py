"""Asking known posts anew: what is absent is not gone, and the wall counts as not asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from gospub.errors import NotUnderstood
from gospub.platforms.base import WallAsk
from gospub.platforms.vk import Vk
from gospub.platforms.vk_answers import read_known_posts
from gospub.platforms.vk_errors import verdict
from tests.unit.vk_replies import MOMENT, Line, post, wall


def known(*post_ids: int) -> WallAsk:
    ask = wall()
    ask.known = post_ids
    return ask


@pytest.mark.parametrize("answer", [None, "x", {}, {"items": {}}, {"count": 1}])
def test_an_answer_without_a_list_of_posts_is_not_understood(answer: Any):
    with pytest.raises(NotUnderstood, match="no list of posts"):
        read_known_posts(answer, known(1), MOMENT)


@pytest.mark.parametrize("is_bare", [True, False])
def test_posts_that_are_absent_or_foreign_are_left_out(is_bare: bool):
    ask, items = known(1, 2, 3), [post(3, 1), post(1, 2), post(77, 1)]
    read_known_posts(items if is_bare else {"items": items}, ask, MOMENT)
    assert (sorted(ask.posts), ask.posts_outcome, ask.reason) == ([1, 3], "not_planned", "refreshed")


def test_more_than_a_hundred_known_posts_take_several_calls_by_the_cheap_method():
    def answer(method: str, parameters: Mapping[str, str]) -> Any:
        assert method == "wall.getById"
        asked = [int(told.removeprefix("-200000001_")) for told in parameters["posts"].split(",")]
        assert len(asked) <= 100
        return {"items": [post(number, 1) for number in asked]}

    line, ask = Line(answer), known(*range(1, 151))
    while not ask.is_done:
        Vk().ask_walls([ask], line)
    assert (len(line.calls), sorted(ask.posts)) == (2, list(range(1, 151)))


def test_a_failure_leaves_the_wall_not_planned_with_its_reason():
    ask = known(1)
    Vk().ask_walls([ask], Line(lambda method, _: verdict(15, "Access denied", method)))
    assert (ask.posts_outcome, ask.reason, ask.posts) == ("not_planned", "access_denied", {})
