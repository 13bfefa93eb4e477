"""How VK is asked: batches, execute and its failures, pages missing from an answer, bad ids, screen names."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from gospub import errors
from gospub.platforms.base import WallAsk
from gospub.platforms.vk import Vk
from gospub.platforms.vk_errors import verdict
from tests.unit.vk_replies import Line, pages, post, wall

VK = Vk()
Inner = Callable[[str, dict[str, Any]], Any]


def group_ids(parameters: Mapping[str, Any]) -> list[int]:
    return [int(native_id) - 200_000_000 for native_id in str(parameters["group_ids"]).split(",")]


def groups(numbers: list[int]) -> dict[str, Any]:
    return {"groups": [{"id": 200_000_000 + number, "name": f"page {number}"} for number in numbers], "profiles": []}


def executing(inner: Inner) -> Callable[[str, Mapping[str, str]], Any]:
    """Answer as VK does: run the calls inside execute one by one; an error stands as false and is told aside."""

    def answer(method: str, parameters: Mapping[str, str]) -> Any:
        if method != "execute":
            return inner(method, dict(parameters))
        calls = re.findall(r"API\.([\w.]+)\((\{.*?\})\)", parameters["code"])
        assert 1 <= len(calls) <= 25
        found = [inner(name, json.loads(told)) for name, told in calls]
        told = [error for error in found if isinstance(error, errors.CrawlError)]
        return {"response": [False if isinstance(one, errors.CrawlError) else one for one in found], "errors": told}

    return answer


def outcomes(found: list[Any]) -> dict[int, tuple[str, str | None]]:
    return {answer.page_id: (answer.outcome, answer.reason) for answer in found}


# --- profiles --------------------------------------------------------------------------------------------------------


def test_five_hundred_profiles_take_one_call_and_are_answered_in_order():
    line = Line(lambda _, p: groups(group_ids(p)[::-1]))
    found = VK.ask_profiles(pages(500), line)
    assert [answer.page_id for answer in found] == list(range(1, 501))
    assert [method for method, _ in line.calls] == ["groups.getById"]
    assert "is_government_organization" in line.calls[0][1]["fields"]


def test_a_page_that_is_missing_from_the_batch_is_asked_alone_before_it_is_not_found():
    hidden, gone = 7, 9

    def inner(method: str, parameters: dict[str, Any]) -> Any:
        asked = group_ids(parameters)
        return groups([n for n in asked if n != gone and (n != hidden or len(asked) == 1)])

    line = Line(executing(inner))
    found = outcomes(VK.ask_profiles(pages(30), line))
    assert found[hidden] == ("ok", None)
    assert found[gone] == ("not_found", "absent_when_asked_alone")
    assert [outcome for outcome, _ in found.values()].count("ok") == 29
    assert [method for method, _ in line.calls] == ["groups.getById", "execute"]
    assert line.costs[1] == {"execute": 1, "groups.getById": 2}


@pytest.mark.parametrize(
    ("code", "told"), [(100, ("failed", "vk_100")), (125, ("not_found", "invalid_group_id")), (8, ("failed", "vk_8"))]
)
def test_a_bad_id_is_parted_from_its_batch(code: int, told: tuple[str, str]):
    def answer(method: str, parameters: Mapping[str, str]) -> Any:
        asked = group_ids(parameters)
        return verdict(code, "bad", method) if 13 in asked else groups(asked)

    found = outcomes(VK.ask_profiles(pages(40), Line(answer)))
    assert found.pop(13) == told
    assert set(found.values()) == {("ok", None)}


@pytest.mark.parametrize("answer", [{"response": [{}], "errors": []}, {"response": "x", "errors": []}])
def test_an_execute_that_answers_something_else_costs_no_page_its_outcome(answer: Any):
    line = Line(lambda method, p: answer if method == "execute" else groups([]))
    found = outcomes(VK.ask_profiles(pages(3), line))
    assert set(found.values()) == {("not_found", "absent_when_asked_alone")}


def test_an_answer_that_is_not_understood_fails_the_pages_with_the_evidence():
    found = VK.ask_profiles(pages(2), Line(lambda *_: {"group": []}))
    assert set(outcomes(found).values()) == {("failed", "answer_not_understood")}
    assert found[0].notes[0].field == "answer"


def test_a_token_in_trouble_ends_the_asking_instead_of_blaming_pages():
    with pytest.raises(errors.TokenDead):
        VK.ask_profiles(pages(3), Line(lambda *_: errors.TokenDead("revoked")))


# --- walls -----------------------------------------------------------------------------------------------------------


def walls(count: int) -> list[WallAsk]:
    return [wall(number) for number in range(1, count + 1)]


def one_post(method: str, parameters: dict[str, Any]) -> Any:
    return {"count": 1, "items": [post(-parameters["owner_id"], 1)]}


def test_twenty_five_walls_take_one_execute_and_are_booked_as_twenty_five_calls():
    line = Line(executing(one_post))
    asks = walls(25)
    VK.ask_walls(asks, line)
    assert line.costs == [{"execute": 1, "wall.get": 25}]
    assert [list(ask.posts) for ask in asks] == [[200_000_000 + n] for n in range(1, 26)]
    assert {ask.posts_outcome for ask in asks} == {"measured"}


def test_errors_inside_execute_reach_the_walls_they_are_about():
    codes = {2: 15, 4: 19, 5: 125}

    def inner(method: str, parameters: dict[str, Any]) -> Any:
        code = codes.get(-parameters["owner_id"] - 200_000_000)
        return verdict(code, "said", method) if code else one_post(method, parameters)

    asks = walls(5)
    VK.ask_walls(asks, Line(executing(inner)))
    assert [(ask.posts_outcome, ask.reason) for ask in asks] == [
        ("measured", None),
        ("wall_closed", "access_denied"),
        ("measured", None),
        ("page_gone", "content_blocked"),
        ("page_gone", "invalid_group_id"),
    ]


def test_false_without_an_error_is_asked_again_a_few_times_and_then_failed():
    asks = walls(2)
    line = Line(lambda *_: {"response": [{"count": 0, "items": []}, False], "errors": []})
    VK.ask_walls(asks, line)
    assert (asks[0].posts_outcome, asks[1].is_done) == ("measured", False)
    for _ in range(3):
        VK.ask_walls([wall(9), asks[1]], line)
    assert (asks[1].posts_outcome, asks[1].reason) == ("failed", "untold_error")


@pytest.mark.parametrize("response", ["x", [], [{"count": 0, "items": []}] * 3, {"0": 1}])
def test_an_execute_of_the_wrong_length_is_asked_in_halves(response: Any):
    def answer(method: str, parameters: Mapping[str, str]) -> Any:
        if method == "execute":
            return {"response": response, "errors": []}
        return {"count": 0, "items": []}

    asks = walls(2)
    VK.ask_walls(asks, Line(answer))
    assert [ask.posts_outcome for ask in asks] == ["measured", "measured"]


def test_an_answer_that_is_too_large_is_asked_in_halves():
    def answer(method: str, parameters: Mapping[str, str]) -> Any:
        if method == "execute" and parameters["code"].count("API.") > 3:
            return verdict(13, "Runtime error occurred during code invocation: response size is too big", method)
        return executing(one_post)(method, parameters)

    asks = walls(10)
    VK.ask_walls(asks, Line(answer))
    assert {ask.posts_outcome for ask in asks} == {"measured"}


def test_without_execute_the_same_walls_are_asked_directly():
    def answer(method: str, parameters: Mapping[str, str]) -> Any:
        if method == "execute":
            return verdict(28, "Application authorization failed", method)
        return one_post(method, {"owner_id": int(parameters["owner_id"])})

    line, asks = Line(answer), walls(3)
    VK.ask_walls(asks, line)
    assert [method for method, _ in line.calls] == ["execute", "wall.get", "wall.get", "wall.get"]
    line = Line(answer, can_execute=False)
    VK.ask_walls(walls(3), line)
    assert [method for method, _ in line.calls] == ["wall.get"] * 3
    assert {ask.posts_outcome for ask in asks} == {"measured"}


def test_one_wall_whose_answer_is_not_understood_fails_alone():
    def inner(method: str, parameters: dict[str, Any]) -> Any:
        return ["?"] if parameters["owner_id"] == -200_000_002 else one_post(method, parameters)

    asks = walls(3)
    VK.ask_walls(asks, Line(executing(inner)))
    assert [ask.posts_outcome for ask in asks] == ["measured", "failed", "measured"]
    assert asks[1].reason == "answer_not_understood"
    assert asks[1].notes[-1].value == "['?']"


def test_a_wall_is_asked_further_from_where_it_stopped():
    asked: list[dict[str, Any]] = []

    def answer(method: str, parameters: Mapping[str, str]) -> Any:
        asked.append(dict(parameters))
        offset = int(parameters["offset"])
        return {"count": 150, "items": [post(1000 - n, 1) for n in range(offset, min(150, offset + 100))]}

    ask = wall(expected_posts=200)
    while not ask.is_done:
        VK.ask_walls([ask], Line(answer))
    assert [(told["offset"], told["owner_id"]) for told in asked] == [("0", "-200000001"), ("100", "-200000001")]
    assert all(1 <= int(told["count"]) <= 100 for told in asked)
    assert len(ask.posts) == 150


@pytest.mark.parametrize(("expected", "least"), [(0, 20), (10, 10), (60, 61), (79, 80), (500, 100)])
def test_a_wall_is_asked_for_what_its_history_lets_expect(expected: int, least: int):
    line = Line(lambda *_: {"count": 0, "items": []})
    VK.ask_walls([wall(expected_posts=expected)], line)
    assert least <= int(line.calls[0][1]["count"]) <= 100


def test_a_larger_wall_is_expected_to_weigh_more_and_never_more_than_a_hundred_posts():
    sizes = [VK.expected_bytes(wall(expected_posts=expected)) for expected in (0, 30, 60, 100, 1000)]
    assert sizes == sorted(sizes)
    assert 100 * 2400 < sizes[-1] <= 100 * 5000


# --- screen names ----------------------------------------------------------------------------------------------------


def test_screen_names_are_resolved_and_what_they_are_not_is_told():
    answers: dict[str, Any] = {
        "adm": {"type": "group", "object_id": 5},
        "news": {"type": "page", "object_id": 6, "group_id": 6},
        "meeting": {"type": "event", "object_id": 7},
        "ivan": {"type": "user", "object_id": 8},
        "app": {"type": "vk_app", "object_id": 9},
        "nobody": [],
        "gone": verdict(104, "Not found", "utils.resolveScreenName"),
        "bad": verdict(1260, "Invalid screen name", "utils.resolveScreenName"),
        "flaky": errors.RetryNow("HTTP 500"),
        "odd": {"type": "group", "object_id": "5"},
        "odder": 5,
    }
    line = Line(executing(lambda _, parameters: answers[parameters["screen_name"]]))
    assert VK.resolve(list(answers), line) == {
        "adm": ("5", "resolved"),
        "news": ("6", "resolved"),
        "meeting": ("7", "resolved"),
        "ivan": (None, "not_a_community"),
        "app": (None, "not_a_community"),
        "nobody": (None, "unknown_name"),
        "gone": (None, "unknown_name"),
        "bad": (None, "unknown_name"),
    }, "what was not answered is left for another night"


def test_names_whose_execute_fails_are_asked_one_by_one():
    def answer(method: str, parameters: Mapping[str, str]) -> Any:
        if method == "execute":
            return verdict(13, "Runtime error", method)
        return {"type": "group", "object_id": 5}

    assert VK.resolve(["a", "b", "c"], Line(answer)) == dict.fromkeys("abc", ("5", "resolved"))
