"""Each error code of VK has its verdict, told without secrets."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st

from gospub import errors
from gospub.platforms.failures import POSTS_OUTCOMES
from gospub.platforms.vk import Vk
from gospub.platforms.vk_errors import VERDICTS, inner_errors, verdict
from tests.unit.local_http import SECRET, Answer, LocalServer, local_server
from tests.unit.vk_replies import DATA, envelope

SCHEMAS = Path(__file__).parents[1] / "schemas"

DOCUMENTED: dict[type[errors.CrawlError], list[int]] = {
    errors.RetryNow: [1, 10, 36, 43],
    errors.WaitThenRetry: [6],
    errors.SplitBatch: [8, 13, 100, 113],
    errors.GiveUpOnPage: [7, 15, 18, 19, 30, 40, 104, 125, 200, 201, 202, 203, 204, 210, 212, 1260],
    errors.TokenDead: [2, 5, 11, 37, 38, 39, 101, 1114, 1116, 1117, 1118, 3609, 3610, 3611],
    errors.TokenCooling: [9],
    errors.TokenNeedsPerson: [14, 17, 24, 25, 41, 42, 3300, 3301, 3302, 3303, 3304, 3305, 11500],
    errors.TokenWrongType: [20, 21, 27, 28, 1051],
    errors.QuotaUsedUp: [29],
    errors.OurBug: [3, 12, 16, 23, 33, 34, 35, 103, 9999],
}


@pytest.fixture(scope="module")
def server() -> Iterator[LocalServer]:
    with local_server() as running:
        yield running


def call(server: LocalServer, body: Any, method: str = "wall.get") -> Any:
    server.answer = Answer(body if isinstance(body, bytes) else json.dumps(body).encode())
    access = server.access()
    with requests.Session() as session:
        return Vk().call(session, access, access.tokens[0], method, {"owner_id": "-1"})


@pytest.mark.parametrize(("kind", "code"), [(kind, code) for kind, codes in DOCUMENTED.items() for code in codes])
def test_each_documented_code_has_its_verdict_and_keeps_what_vk_said(kind: type[errors.CrawlError], code: int):
    error = verdict(code, "something VK said", "wall.get")
    assert type(error) is kind
    assert error.cause == f"VK wall.get: error {code}: something VK said"
    assert error.reason not in ("failed", "")


def test_the_table_holds_no_code_that_this_test_does_not_know():
    assert set(VERDICTS) == {code for codes in DOCUMENTED.values() for code in codes}


@pytest.mark.parametrize("code", [0, -1, 4, 22, 999_999, 2**70, None, "6", 6.0, True, [6], {"code": 6}])
def test_an_unknown_code_is_not_understood_and_kept_as_evidence(code: Any):
    error = verdict(code, "?", "wall.get")
    assert isinstance(error, errors.NotUnderstood)
    assert error.evidence


@pytest.mark.parametrize(
    ("code", "said", "outcome"),
    [
        (15, "Access denied: user hid his wall from accessing from outside", "closed"),
        (15, "Access denied", "no_access"),
        (18, "User was deleted or banned", "deleted"),
        (19, "Content blocked", "banned"),
        (30, "This profile is private", "closed"),
        (40, "Unknown group", "not_found"),
        (104, "Not found", "not_found"),
        (125, "Invalid group id", "not_found"),
        (203, "Access to group denied", "no_access"),
    ],
)
def test_an_error_about_the_page_carries_the_page_outcome(code: int, said: str, outcome: str):
    error = verdict(code, said, "wall.get")
    assert isinstance(error, errors.GiveUpOnPage)
    assert error.outcome == outcome
    assert error.outcome in POSTS_OUTCOMES


def test_a_token_that_is_required_speaks_of_the_token_and_not_of_the_page():
    assert isinstance(verdict(15, "Access denied: token required", "groups.getById"), errors.TokenDead)


def test_pauses_are_those_of_the_network_or_long_enough():
    throttled, flood, captcha = verdict(6, "", "x"), verdict(9, "", "x"), verdict(14, "", "x")
    assert isinstance(throttled, errors.WaitThenRetry)
    assert isinstance(flood, errors.TokenCooling)
    assert isinstance(captcha, errors.TokenNeedsPerson)
    assert throttled.seconds >= 1
    assert flood.seconds is not None
    assert captcha.seconds is not None
    assert 60 <= flood.seconds <= captcha.seconds


def test_execute_that_is_refused_is_a_limit_of_the_token_and_no_reason_to_drop_it():
    said = "Application authorization failed: method is unavailable with service token."
    assert type(verdict(28, said, "execute")) is errors.NoExecute
    assert type(verdict(28, said, "wall.get")) is errors.TokenWrongType


def test_an_execute_that_takes_too_long_is_halved_and_a_single_call_is_asked_again():
    assert type(verdict(36, "", "execute")) is errors.SplitBatch
    assert type(verdict(36, "", "wall.get")) is errors.RetryNow


def test_the_quota_that_is_used_up_is_that_of_the_method():
    error = verdict(29, "Rate limit reached", "wall.get")
    assert isinstance(error, errors.QuotaUsedUp)
    assert (error.method, error.is_told) == ("wall.get", True)


def test_every_error_that_any_method_may_give_has_a_verdict():
    declared = json.loads((SCHEMAS / "errors.json").read_text(encoding="utf-8"))["errors"]
    anywhere = {error["code"] for error in declared if error["global"]}
    # Signatures, timestamps, albums, payments and advertisements: nothing that a reader of pages can meet.
    foreign = {4, 150, 300, 500, 600, 603}
    assert anywhere - set(VERDICTS) == foreign


@pytest.mark.parametrize(
    "body",
    [
        {"error": {"error_code": 5, "error_msg": f"invalid access_token {SECRET}", "request_params": []}},
        {"error": {"error_code": 5, "error_msg": "x" * 190 + SECRET}},
        {"error": {"error_code": 77, "error_msg": f"{SECRET}"}},
        {"response": [False], "execute_errors": [{"method": "wall.get", "error_code": 29, "error_msg": SECRET}]},
    ],
)
def test_a_token_that_vk_echoes_is_in_no_error(server: LocalServer, body: Any):
    with pytest.raises(errors.CrawlError) as caught:
        call(server, body, "execute")
    told = str(caught.value) + repr(caught.value) + repr(vars(caught.value))
    assert SECRET[:10] not in told
    assert "***" in told or "xxx" in told


@pytest.mark.parametrize("name", ["captcha_new_shape"])
def test_a_captcha_needs_a_person_and_its_address_is_not_told(server: LocalServer, name: str):
    with pytest.raises(errors.TokenNeedsPerson) as caught:
        call(server, (DATA / f"{name}.json").read_bytes())
    assert "session_token" not in str(caught.value)


@pytest.mark.parametrize(
    "body", [None, [], "x", 5, {}, {"response": None}, {"error": "invalid_client"}, {"error": None, "x": 1}]
)
def test_an_answer_that_is_no_envelope_is_not_understood(server: LocalServer, body: Any):
    with pytest.raises(errors.NotUnderstood):
        call(server, body)


@pytest.mark.parametrize("response", [0, False, [], {}, ""])
def test_an_empty_response_is_an_answer_all_the_same(server: LocalServer, response: Any):
    assert call(server, {"response": response}) == response


def test_the_call_says_version_and_language_and_carries_the_token_in_the_header_alone(server: LocalServer):
    server.asked.clear()
    call(server, {"response": 1})
    asked = server.asked[0]
    assert asked.path == "/method/wall.get"
    assert asked.form == {"v": ["5.199"], "lang": ["ru"], "owner_id": ["-1"]}
    assert asked.headers["Authorization"] == f"Bearer {SECRET}"


def test_the_errors_inside_execute_keep_their_order_and_leave_out_its_own(server: LocalServer):
    found = call(server, envelope("execute_with_errors"), "execute")
    assert [answer is False for answer in found["response"]] == [False, True, False, True]
    assert [(type(error), error.reason) for error in found["errors"]] == [
        (errors.GiveUpOnPage, "access_denied"),
        (errors.GiveUpOnPage, "content_blocked"),
    ]


@pytest.mark.parametrize(("code", "kind"), [(29, errors.QuotaUsedUp), (5, errors.TokenDead), (9, errors.TokenCooling)])
def test_trouble_with_the_token_inside_execute_ends_the_call_where_tokens_are_changed(
    server: LocalServer, code: int, kind: type[errors.TokenTrouble]
):
    told = [{"method": "wall.get", "error_code": code, "error_msg": "said"}]
    with pytest.raises(kind) as caught:
        call(server, {"response": [{"count": 0, "items": []}, False], "execute_errors": told}, "execute")
    if isinstance(caught.value, errors.QuotaUsedUp):
        assert caught.value.method == "wall.get"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
ERRORS = st.fixed_dictionaries({}, optional={"error_code": JSON, "error_msg": JSON, "method": JSON})
ENVELOPES = JSON | st.fixed_dictionaries(
    {}, optional={"response": JSON, "error": ERRORS | JSON, "execute_errors": st.lists(ERRORS | JSON, max_size=3)}
)


@settings(max_examples=150, deadline=None)
@given(body=ENVELOPES, method=st.sampled_from(["execute", "wall.get"]))
def test_whatever_json_vk_answers_a_call_gives_it_or_raises_a_verdict(server: LocalServer, body: Any, method: str):
    try:
        call(server, json.dumps(body).encode(), method)
    except errors.CrawlError as error:
        str(error).encode("utf-8")


@given(JSON)
def test_whatever_stands_among_execute_errors_becomes_verdicts(failures: Any):
    assert all(isinstance(error, errors.CrawlError) for error in inner_errors(failures, SECRET))
