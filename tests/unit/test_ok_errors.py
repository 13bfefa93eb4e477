"""OK's signature and errors, over HTTP: in the body, in the header alone, as plain text; our keys stay unsaid."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import requests

from gospub import errors
from gospub.access import Access
from gospub.platforms.ok import Ok, signature
from gospub.platforms.ok_errors import VERDICTS, verdict
from tests.unit.local_http import SECRET, Answer, LocalServer, local_server

SECRET_KEY = "S3CR3T-application-key"


@pytest.fixture
def server() -> Iterator[LocalServer]:
    with local_server() as found:
        yield found


def access(server: LocalServer, **options: Any) -> Access:
    keys = {"login": "CBAPUBLIC", "application_secret_key": SECRET_KEY} | options
    return replace(server.access(), platform="ok", options=keys)


def call(server: LocalServer, method: str = "group.getInfo", **parameters: str) -> Any:
    found = access(server)
    with requests.Session() as session:
        return Ok().call(session, found, found.tokens[0], method, parameters)


def refused(server: LocalServer, body: str, **headers: str) -> errors.GospubError:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    server.answer = Answer(body.encode(), headers=named)
    with pytest.raises(errors.GospubError) as caught:
        call(server)
    told = f"{caught.value!r} {caught.value} {getattr(caught.value, 'evidence', '')}"
    assert SECRET not in told
    assert SECRET_KEY not in told
    return caught.value


def test_the_signature_is_the_published_one():
    parameters = {"application_key": "application_key", "method": "friends.get"}
    token = "csipa.21-xxxxxxxxxxxxxxxxxxxxxxxxxxxx"
    assert signature(parameters, token, "secret_key") == "92cd12074a5d377e1e71fa2ff12f5f43"


def test_the_signature_sorts_joins_and_does_not_encode():
    parameters = {
        "uids": "53038939046008",
        "method": "group.getInfo",
        "format": "json",
        "fields": "uid,name,members_count,gos_org",
        "application_key": "CBAEXAMPLEKEY",
    }
    wanted = "3a2ee999b6c5a1865d31a650fcfbd612"
    assert signature(parameters, "tkn1example", "SECRETEXAMPLE") == wanted
    sent = parameters | {"access_token": "tkn1example", "session_key": "x", "sig": "y"}
    assert signature(sent, "tkn1example", "SECRETEXAMPLE") == wanted
    russian = hashlib.md5(("url=https://ok.ru/п" + hashlib.md5(b"ts").hexdigest()).encode()).hexdigest()
    assert signature({"url": "https://ok.ru/п"}, "t", "s") == russian


def test_a_call_is_a_signed_form_and_the_secret_key_is_not_in_it(server: LocalServer):
    server.answer = Answer(b"[]")
    assert call(server, uids="1,2") == []
    asked = server.asked[0]
    form = {name: values[0] for name, values in asked.form.items()}
    assert asked.path == "/fb.do"
    assert (form["method"], form["uids"], form["application_key"]) == ("group.getInfo", "1,2", "CBAPUBLIC")
    assert form["sig"] == signature(form, SECRET, SECRET_KEY)
    assert SECRET_KEY not in json.dumps(form)


@pytest.mark.parametrize("options", [{"login": None}, {"application_secret_key": ""}, {"application_secret_key": 5}])
def test_a_connection_without_the_applications_keys_says_what_to_do(server: LocalServer, options: dict[str, Any]):
    found = access(server, **options)
    with requests.Session() as session, pytest.raises(errors.ConfigurationError, match="application_secret_key"):
        Ok().call(session, found, found.tokens[0], "group.getInfo", {})
    assert server.asked == []


@pytest.mark.parametrize("body", ["true", "null", "[]", "{}", '{"groups":[]}', '[{"error_code":1}]'])
def test_a_body_without_an_error_code_of_its_own_is_a_success(server: LocalServer, body: str):
    server.answer = Answer(body.encode(), headers={"invocation-error": "0"})
    assert call(server) == json.loads(body)


@pytest.mark.parametrize(
    "body",
    [
        '{"error_code":102,"error_msg":"PARAM_SESSION_EXPIRED : Session expired","error_data":null}',
        '{"error_data":"x","error_msg":"PARAM_SESSION_EXPIRED : Session expired","error_code":102}',
        '{"error_code":102}',
    ],
)
def test_an_expired_session_is_a_dead_token_however_it_is_told(server: LocalServer, body: str):
    error = refused(server, body, invocation_error="102")
    assert isinstance(error, errors.TokenDead)
    assert "error 102" in str(error)


@pytest.mark.parametrize("body", ["null", "true", "[]", "", "Service unavailable"])
def test_an_error_that_only_the_header_tells_is_not_taken_for_an_answer(server: LocalServer, body: str):
    error = refused(server, body, invocation_error="2")
    assert isinstance(error, errors.RetryNow)
    assert error.reason == "ok_2"


def test_an_error_in_plain_text_is_read_too(server: LocalServer):
    error = refused(server, "3:METHOD : Method stream.git not found")
    assert isinstance(error, errors.OurBug)
    assert "stream.git" in str(error)


@pytest.mark.parametrize("body", ["upstream connect error", "17", "99:ab"])
def test_text_that_is_no_error_of_ok_is_not_understood(server: LocalServer, body: str):
    server.answer = Answer(body.encode())
    if body == "17":
        assert call(server) == 17
    else:
        assert isinstance(refused(server, body), errors.NotUnderstood)


def test_an_echoed_token_or_secret_key_is_taken_out_also_where_the_text_is_cut(server: LocalServer):
    for padding in ("", "x" * 190):
        refused(server, json.dumps({"error_code": 4, "error_msg": f"{padding}{SECRET} {SECRET_KEY}"}))
        refused(server, json.dumps({"error_code": 4711, "error_msg": f"{padding}{SECRET_KEY}"}))
        refused(server, f"{padding}{SECRET} {SECRET_KEY}")
        refused(server, f"3:METHOD : {padding}{SECRET_KEY}")


@pytest.mark.parametrize("code", [101, 104, 105, 210, 900])
def test_wrong_keys_end_the_task_with_what_to_mend(code: int):
    error = verdict(code, "said", "group.getInfo")
    assert isinstance(error, errors.ConfigurationError)
    assert "gospub_ok" in str(error)


def test_a_missing_right_of_the_application_is_no_fact_about_the_group():
    said = "PERMISSION_DENIED : User must grant an access to permission 'VALUABLE_ACCESS'"
    assert isinstance(verdict(10, said, "group.getInfo"), errors.TokenWrongType)
    assert isinstance(verdict(10, "PERMISSION_DENIED : no", "stream.get"), errors.GiveUpOnPage)


@pytest.mark.parametrize("code", [0, -1, 4711, True, "102", None, 1.5, [1]])
def test_a_code_nobody_knows_is_not_understood(code: Any):
    assert isinstance(verdict(code, {"odd": 1}, "group.getInfo"), errors.NotUnderstood)


def test_a_used_up_quota_names_its_method():
    error = verdict(11, "LIMIT_REACHED", "stream.get")
    assert isinstance(error, errors.QuotaUsedUp)
    assert error.method == "stream.get"


def test_every_code_has_its_own_reason_and_keeps_what_ok_said():
    for code in VERDICTS:
        error = verdict(code, "said so", "group.getInfo")
        assert "said so" in str(error)
        if isinstance(error, errors.CrawlError):
            assert error.reason != "failed"
