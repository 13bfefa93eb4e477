"""Each fault of the sandbox does what its name says, to whom it was aimed at, and repeatably."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from sandbox.faults import SHAPES, TRANSPORT, Call, Fault, Faults
from sandbox.testing import FIRST_NIGHT, RunningSandbox, running_sandbox
from sandbox.vk import ERRORS
from sandbox.vk_errors import TEXTS


@pytest.fixture(scope="module")
def shared() -> Iterator[RunningSandbox]:
    with running_sandbox(organisations=120) as running:
        yield running


@pytest.fixture
def sandbox(shared: RunningSandbox) -> Iterator[RunningSandbox]:
    yield shared
    shared.reset()


def post(sandbox: RunningSandbox, method: str, token: str = "user-1", **params: Any) -> requests.Response:
    form = {"v": "5.199", "access_token": token, **params}
    return requests.post(f"{sandbox.base_url}/method/{method}", data=form, timeout=0.5)


def code(answer: requests.Response) -> int | None:
    found: int | None = answer.json().get("error", {}).get("error_code")
    return found


def walls(sandbox: RunningSandbox, number: int) -> list[int]:
    truths = (sandbox.world.truth(page, FIRST_NIGHT) for page in sandbox.world.vk)
    return [truth.page.native_id for truth in truths if truth.is_wall_readable][:number]


def script(native_ids: list[int]) -> str:
    calls = ",".join(f'API.wall.get({{"owner_id":-{native_id},"count":1}})' for native_id in native_ids)
    return f"return [{calls}];"


@pytest.mark.parametrize("wanted", [{"name": "error_4711"}, {"name": "http_200"}, {}, {"name": "slow", "speed": 1}])
def test_an_unknown_fault_is_refused_by_name_and_nothing_changes(sandbox: RunningSandbox, wanted: dict[str, Any]):
    sandbox.faults({"name": "error_10"})
    with pytest.raises(ValueError, match="unknown fault"):
        sandbox.faults(wanted)
    assert code(post(sandbox, "utils.getServerTime")) == 10


@pytest.mark.parametrize("rate", [-0.1, 1.1, "often"])
def test_a_rate_that_is_no_share_is_refused(sandbox: RunningSandbox, rate: object):
    with pytest.raises(ValueError, match=r"rate|convert"):
        sandbox.faults({"name": "error_10", "rate": rate})


@pytest.mark.parametrize("number", sorted(TEXTS))
def test_every_error_of_the_api_can_be_had(sandbox: RunningSandbox, number: int):
    sandbox.faults({"name": f"error_{number}"})
    error = post(sandbox, "groups.getById", group_ids=walls(sandbox, 1)[0]).json()["error"]
    assert (error["error_code"], error["error_msg"].startswith(TEXTS[number])) == (number, True)


def test_captchas_come_in_both_shapes_and_validation_with_its_address(sandbox: RunningSandbox):
    keys = {}
    for name in ("captcha_old", "captcha_new", "error_17"):
        sandbox.faults({"name": name})
        keys[name] = set(post(sandbox, "utils.getServerTime").json()["error"])
    assert keys["captcha_old"] >= {"captcha_sid", "captcha_img"}
    assert keys["captcha_new"] >= {"redirect_uri", "remixstlid"}
    assert "redirect_uri" in keys["error_17"]


def test_a_server_error_and_an_excuse_with_200_are_both_html(sandbox: RunningSandbox):
    seen = {}
    for name in ("http_500", "html_200"):
        sandbox.faults({"name": name})
        answer = post(sandbox, "utils.getServerTime")
        seen[name] = answer.status_code, answer.text.startswith("<html>")
    assert seen == {"http_500": (500, True), "html_200": (200, True)}


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("cut_body", requests.exceptions.ChunkedEncodingError),
        ("reset", requests.exceptions.ConnectionError),
        ("hang", requests.exceptions.ReadTimeout),
        ("not_json", requests.exceptions.JSONDecodeError),
    ],
)
def test_an_answer_that_is_no_answer(sandbox: RunningSandbox, name: str, error: type[Exception]):
    sandbox.faults({"name": name})
    with pytest.raises(error):
        post(sandbox, "utils.getServerTime").json()
    sandbox.faults()
    assert code(post(sandbox, "utils.getServerTime")) is None


def test_a_spoilt_answer_was_executed_and_booked_all_the_same(sandbox: RunningSandbox):
    wall = walls(sandbox, 1)[0]
    sandbox.faults({"name": "http_500", "times": 1})
    post(sandbox, "wall.get", owner_id=-wall)
    assert sandbox.asked("wall.get") == {wall: 1}


def test_valid_json_of_the_wrong_kind(sandbox: RunningSandbox):
    seen = {}
    for name in ("unknown_shape", "null_response"):
        sandbox.faults({"name": name})
        seen[name] = post(sandbox, "utils.getServerTime").json()
    assert "response" not in seen["unknown_shape"]
    assert "error" not in seen["unknown_shape"]
    assert seen["null_response"] == {"response": None}


def test_slow_answers_and_huge_ones_are_right_in_the_end(sandbox: RunningSandbox):
    sandbox.faults({"name": "slow", "seconds": 0.2}, {"name": "error_10", "token": "nobody"})
    assert code(post(sandbox, "utils.getServerTime")) is None
    sandbox.faults({"name": "huge_body", "megabytes": 2})
    answer = post(sandbox, "utils.getServerTime")
    assert len(answer.content) > 2_000_000
    assert isinstance(answer.json()["response"], int)


def test_a_field_goes_missing_for_all_or_changes_its_type(sandbox: RunningSandbox):
    ask = {"group_ids": ",".join(map(str, walls(sandbox, 5))), "fields": "members_count,is_government_organization"}
    sandbox.faults({"name": "field_missing", "field": "is_government_organization"})
    groups = post(sandbox, "groups.getById", **ask).json()["response"]["groups"]
    assert [("is_government_organization" in each, "members_count" in each) for each in groups] == [(False, True)] * 5
    sandbox.faults({"name": "type_changed", "field": "members_count"})
    groups = post(sandbox, "groups.getById", **ask).json()["response"]["groups"]
    assert all(isinstance(each["members_count"], str) for each in groups)


def test_drift_can_be_limited_to_one_page_of_a_batch(sandbox: RunningSandbox):
    ids = walls(sandbox, 4)
    sandbox.faults({"name": "field_missing", "field": "members_count", "page": ids[2]})
    ask = {"group_ids": ",".join(map(str, ids)), "fields": "members_count"}
    groups = post(sandbox, "groups.getById", **ask).json()["response"]["groups"]
    assert {each["id"] for each in groups if "members_count" not in each} == {ids[2]}


def test_a_page_left_out_of_a_batch_is_there_when_asked_for_alone(sandbox: RunningSandbox):
    ids = walls(sandbox, 3)
    sandbox.faults({"name": "item_missing", "page": ids[1]})
    batch = post(sandbox, "groups.getById", group_ids=",".join(map(str, ids))).json()["response"]["groups"]
    alone = post(sandbox, "groups.getById", group_ids=ids[1]).json()["response"]["groups"]
    assert {each["id"] for each in batch} == {ids[0], ids[2]}
    assert [each["id"] for each in alone] == [ids[1]]


def test_posts_drift_too_inside_execute(sandbox: RunningSandbox):
    sandbox.faults({"name": "field_missing", "field": "likes"})
    response = post(sandbox, "execute", code=script(walls(sandbox, 3))).json()["response"]
    items = [item for wall in response for item in wall["items"]]
    assert items
    assert all("likes" not in item for item in items)


def test_an_error_aimed_at_a_page_fails_its_batch_or_its_place_in_execute(sandbox: RunningSandbox):
    ids = walls(sandbox, 3)
    sandbox.faults({"name": "error_100", "page": ids[1]})
    assert code(post(sandbox, "groups.getById", group_ids=",".join(map(str, ids)))) == 100
    assert code(post(sandbox, "groups.getById", group_ids=ids[0])) is None
    answer = post(sandbox, "execute", code=script(ids)).json()
    assert [value is False for value in answer["response"]] == [False, True, False]
    assert [error["error_code"] for error in answer["execute_errors"]] == [100]


def test_an_error_without_a_scope_fails_the_whole_execute(sandbox: RunningSandbox):
    sandbox.faults({"name": "error_36"})
    assert code(post(sandbox, "execute", code=script(walls(sandbox, 2)))) == 36
    assert sandbox.asked("wall.get") == {}


def test_a_transport_fault_aimed_at_a_page_spoils_the_execute_that_asks_for_it(sandbox: RunningSandbox):
    ids = walls(sandbox, 3)
    sandbox.faults({"name": "http_500", "page": ids[2], "method": "wall.get"})
    assert post(sandbox, "execute", code=script(ids)).status_code == 500
    assert post(sandbox, "execute", code=script(ids[:2])).status_code == 200


def test_a_fault_hits_its_token_its_number_of_times_and_says_so(sandbox: RunningSandbox):
    sandbox.faults({"name": "error_5", "token": "user-1", "times": 2})
    codes = [code(post(sandbox, "utils.getServerTime")) for _ in range(3)]
    assert (codes, code(post(sandbox, "utils.getServerTime", token="user-2"))) == ([5, 5, None], None)
    assert sandbox.stats()["faults"][0]["hits"] == 2


def test_execute_errors_and_falses_can_be_made_not_to_match(sandbox: RunningSandbox):
    ask = {"code": script(walls(sandbox, 2))}
    sandbox.faults({"name": "execute_false_unexplained"})
    answer = post(sandbox, "execute", **ask).json()
    assert (answer["response"][0], "execute_errors" in answer) == (False, False)
    sandbox.faults({"name": "execute_error_unmatched"})
    answer = post(sandbox, "execute", **ask).json()
    assert (False in answer["response"], len(answer["execute_errors"])) == (False, 1)
    sandbox.faults({"name": "execute_trailing_error"})
    assert post(sandbox, "execute", **ask).json()["execute_errors"][-1]["method"] == "execute"


def test_a_rate_is_kept_and_does_not_depend_on_the_order_of_calls():
    calls = [Call.of("t", "wall.get", {"owner_id": str(-number)}, [number]) for number in range(400)]
    one, other, another_seed = (Fault("error_10", rate=0.25, seed=seed) for seed in (7, 7, 8))
    hits = [one.strikes(call) for call in calls]
    assert [other.strikes(call) for call in reversed(calls)] == hits[::-1]
    assert [another_seed.strikes(call) for call in calls] != hits
    assert 60 < sum(hits) < 140
    assert [one.strikes(call) for call in calls] != hits, "asked again, a call may fare differently"


def test_the_names_are_listed():
    names = set(Faults({"vk": ERRORS}).names)
    assert names > TRANSPORT | SHAPES
    assert {"error_29", "captcha_old"} <= names
