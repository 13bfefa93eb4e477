"""`execute` of the sandbox: order, failures, limits and script errors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from sandbox.testing import FIRST_NIGHT, RunningSandbox, running_sandbox


@pytest.fixture(scope="module")
def sandbox() -> Iterator[RunningSandbox]:
    with running_sandbox(organisations=700) as running:
        yield running


@pytest.fixture(autouse=True)
def _fresh(sandbox: RunningSandbox) -> None:
    sandbox.reset()


def execute(sandbox: RunningSandbox, code: str, token: str = "user-1") -> dict[str, Any]:
    form = {"v": "5.199", "access_token": token, "code": code}
    found: dict[str, Any] = requests.post(f"{sandbox.base_url}/method/execute", data=form, timeout=30).json()
    return found


def script(*calls: str) -> str:
    return f"return [{','.join(calls)}];"


def wall(native_id: int, count: int = 5) -> str:
    return f'API.wall.get({{"owner_id":-{native_id},"count":{count}}})'


def pages(sandbox: RunningSandbox, is_readable: bool, least_posts: int = 1) -> list[int]:
    world = sandbox.world
    return [
        page.native_id
        for page in world.vk
        if world.truth(page, FIRST_NIGHT).is_wall_readable == is_readable
        and world.wall(page).count(FIRST_NIGHT) >= least_posts
    ]


@pytest.mark.parametrize(
    "code",
    [
        "",
        "return",
        "return [API.wall.get({owner_id})];",
        "return [API.wall.get({})",
        "return [API.wall.get({}) API.wall.get({})];",
        "return [API.wall.get([1])];",
        "API.wall.get({});",
        "return API.wall.get({}).items;",
    ],
)
def test_code_that_is_not_understood_is_error_12(sandbox: RunningSandbox, code: str):
    assert execute(sandbox, code)["error"]["error_code"] == 12


def test_failed_calls_are_false_and_their_errors_stand_in_call_order(sandbox: RunningSandbox):
    good, bad = pages(sandbox, True)[:2], pages(sandbox, False)[:2]
    answer = execute(sandbox, script(wall(bad[0]), wall(good[0]), "API.wall.dance({})", wall(good[1]), wall(bad[1])))
    response, errors = answer["response"], answer["execute_errors"]
    assert [value is False for value in response] == [True, False, True, False, True]
    assert [value["items"][0]["owner_id"] for value in response if value] == [-good[0], -good[1]]
    assert [error["method"] for error in errors] == ["wall.get", "wall.dance", "wall.get"]
    assert errors[1]["error_code"] == 3


def test_a_script_without_failures_has_no_execute_errors(sandbox: RunningSandbox):
    answer = execute(sandbox, script(wall(pages(sandbox, True)[0]), "API.utils.getServerTime()"))
    assert set(answer) == {"response"}
    assert isinstance(answer["response"][1], int)


def test_a_single_call_without_brackets_gives_its_bare_value(sandbox: RunningSandbox):
    assert isinstance(execute(sandbox, "return API.utils.getServerTime({});")["response"], int)


def test_25_calls_are_answered_and_26_are_error_13(sandbox: RunningSandbox):
    one = wall(pages(sandbox, True)[0], 1)
    assert len(execute(sandbox, script(*[one] * 25))["response"]) == 25
    assert execute(sandbox, script(*[one] * 26))["error"]["error_code"] == 13


def test_an_answer_over_5_mb_is_error_13_and_half_of_it_passes(sandbox: RunningSandbox):
    calls = [wall(native_id, 100) for native_id in pages(sandbox, True, least_posts=100)[:22]]
    error = execute(sandbox, script(*calls))["error"]
    assert (error["error_code"], "response size is too big" in error["error_msg"]) == (13, True)
    assert len(execute(sandbox, script(*calls[:11]))["response"]) == 11


def test_lists_inside_a_call_are_joined_like_a_form(sandbox: RunningSandbox):
    ids = pages(sandbox, True)[:3]
    answer = execute(sandbox, f'return [API.groups.getById({{"group_ids":{ids},"fields":["wall","site"]}})];')
    assert {group["id"] for group in answer["response"][0]["groups"]} == set(ids)
    assert all("wall" in group for group in answer["response"][0]["groups"])


def test_service_tokens_can_be_shut_out_of_execute(sandbox: RunningSandbox):
    assert "response" in execute(sandbox, "return [];", token="service-1")
    sandbox.settings(execute_for_service=False)
    try:
        assert execute(sandbox, "return [];", token="service-1")["error"]["error_code"] == 28
        assert "response" in execute(sandbox, "return [];", token="user-1")
    finally:
        sandbox.settings(execute_for_service=True)


def test_a_community_token_gets_27_for_each_wall_inside(sandbox: RunningSandbox):
    answer = execute(sandbox, script(wall(pages(sandbox, True)[0])), token="community-1")
    assert answer["response"] == [False]
    assert answer["execute_errors"][0]["error_code"] == 27


def test_inner_calls_are_booked_under_their_own_name(sandbox: RunningSandbox):
    first, second = pages(sandbox, True)[:2]
    execute(sandbox, script(wall(first), wall(second), wall(first)))
    book = sandbox.stats()["tokens"]["user-1"]
    assert (book["calls"], book["inner_calls"]) == ({"execute": 1}, {"wall.get": 3})
    assert sandbox.asked("wall.get") == {first: 2, second: 1}
