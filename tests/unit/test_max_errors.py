"""Each answer of MAX that is an error has its verdict, told without secrets, over real HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import requests

from gospub import errors
from gospub.access import Token
from gospub.platforms.max_errors import CODES, STATUSES
from gospub.platforms.max_messenger import MaxMessenger
from tests.unit.local_http import SECRET, Answer, LocalServer, local_server
from tests.unit.max_replies import DATA

PAGE = b"<!DOCTYPE html><html><body>Sorry</body></html>"


@pytest.fixture(scope="module")
def server() -> Iterator[LocalServer]:
    with local_server() as running:
        yield running


def call(server: LocalServer, answer: Answer, method: str = "messages", **access: Any) -> Any:
    server.answer = answer
    asking = replace(server.access(timeout_seconds=0.5), platform="max", **access)
    with requests.Session() as session:
        return MaxMessenger().call(session, asking, asking.tokens[0], method, {"chat_id": "-1"})


def failure(server: LocalServer, answer: Answer, method: str = "messages") -> errors.CrawlError:
    with pytest.raises(errors.CrawlError) as caught:
        call(server, answer, method)
    assert SECRET not in str(caught.value) + repr(vars(caught.value))
    return caught.value


def told(status: int, code: Any, message: Any = "said") -> Answer:
    return Answer(json.dumps({"code": code, "message": message}).encode(), status)


@pytest.mark.parametrize(
    ("answer", "kind", "reason"),
    [
        (told(401, "verify.token"), errors.TokenDead, "token_dead"),
        (told(400, "verify.token"), errors.TokenDead, "token_dead"),
        (told(401, "something.new"), errors.TokenDead, "token_dead"),
        (Answer(b"", 401), errors.TokenDead, "token_dead"),
        (told(403, "access.denied"), errors.GiveUpOnPage, "access_denied"),
        (told(403, "chat.denied"), errors.GiveUpOnPage, "access_denied"),
        (told(403, "something.new"), errors.GiveUpOnPage, "access_denied"),
        (Answer(PAGE, 403), errors.RetryNow, "http_403"),
        (told(404, "chat.not.found"), errors.GiveUpOnPage, "chat_not_found"),
        (told(404, "method.not.found"), errors.OurBug, "method_not_found"),
        (told(404, "something.new"), errors.NotUnderstood, "answer_not_understood"),
        (Answer(PAGE, 404), errors.RetryNow, "http_404"),
        (told(400, "proto.payload"), errors.OurBug, "bad_parameter"),
        (told(400, "something.new"), errors.OurBug, "http_400"),
        (told(405, "something.new"), errors.OurBug, "http_405"),
        (told(429, "too.many.requests"), errors.WaitThenRetry, "throttled"),
        (Answer(b"", 429), errors.WaitThenRetry, "throttled"),
        (Answer(PAGE, 429, {"Retry-After": "7"}), errors.WaitThenRetry, "http_429"),
        (told(503, "service.unavailable"), errors.RetryNow, "http_503"),
        (Answer(b"", 503), errors.RetryNow, "http_503"),
        (Answer(b"", 503, {"Retry-After": "7"}), errors.WaitThenRetry, "http_503"),
        (Answer(PAGE, 500), errors.RetryNow, "http_500"),
        (Answer(b"", 302, {"Location": "https://dev.max.ru"}), errors.RetryNow, "http_302"),
        (told(418, "teapot"), errors.NotUnderstood, "answer_not_understood"),
        (told(200, "verify.token"), errors.TokenDead, "token_dead"),
        (told(200, "something.new"), errors.NotUnderstood, "answer_not_understood"),
        (Answer(PAGE), errors.RetryNow, "html_answer"),
        (Answer(b'{"messages": ['), errors.RetryNow, "cut_answer"),
        (Answer(b"OK"), errors.NotUnderstood, "answer_not_understood"),
    ],
)
def test_each_error_has_its_verdict(server: LocalServer, answer: Answer, kind: type[errors.CrawlError], reason: str):
    error = failure(server, answer)
    assert (type(error), error.reason) == (kind, reason)


@pytest.mark.parametrize("code", CODES)
def test_each_code_keeps_what_max_said(server: LocalServer, code: str):
    error = failure(server, told(400, code, "what it said"))
    assert error.cause == f"MAX messages: HTTP 400: {code}: what it said"


def test_the_verdicts_about_a_page_are_about_the_bot_when_chats_are_listed(server: LocalServer):
    for code in CODES:
        assert not isinstance(failure(server, told(403, code), "chats"), errors.GiveUpOnPage)
    for status in STATUSES:
        assert not isinstance(failure(server, told(status, "something.new"), "chats"), errors.GiveUpOnPage)
    assert isinstance(failure(server, told(403, "access.denied"), "chats"), errors.TokenWrongType)


def test_the_pause_is_that_of_the_network_or_a_second(server: LocalServer):
    named, unnamed = failure(server, Answer(b"", 429, {"Retry-After": "7"})), failure(server, told(429, "x"))
    assert isinstance(named, errors.WaitThenRetry)
    assert isinstance(unnamed, errors.WaitThenRetry)
    assert (named.seconds, unnamed.seconds) == (7, 1)


@pytest.mark.parametrize("name", ["error_verify_token", "error_method_not_found"])
def test_recorded_errors_are_known(server: LocalServer, name: str):
    error = failure(server, Answer((DATA / f"{name}.json").read_bytes(), 404))
    assert not isinstance(error, errors.NotUnderstood)


@pytest.mark.parametrize("message", [SECRET, "x" * 190 + SECRET, [SECRET], {"token": 5}, None, "\x00\ud83d"])
def test_a_token_that_max_echoes_is_in_no_error(server: LocalServer, message: Any):
    error = failure(server, told(404, "something.new", message))
    assert SECRET[:10] not in str(error) + repr(vars(error))
    str(error).encode("utf-8")


@pytest.mark.parametrize("status", [200, 400, 401, 403, 404, 429, 503])
@pytest.mark.parametrize("code", ["", "x" * 10_000])
def test_a_code_of_any_length_is_told_in_short(server: LocalServer, status: int, code: str):
    assert len(str(failure(server, told(status, code)))) < 1000


@pytest.mark.parametrize("code", [None, 5, [], {}, True])
def test_a_code_that_is_no_text_is_none(server: LocalServer, code: Any):
    assert isinstance(failure(server, told(404, code)), errors.RetryNow)


def test_the_token_travels_bare_in_the_header_and_nowhere_else(server: LocalServer):
    server.asked.clear()
    assert call(server, Answer(b'{"messages": []}')) == {"messages": []}
    asked = server.asked[0]
    assert asked.path == "/messages?chat_id=-1"
    assert asked.headers["Authorization"] == SECRET


def test_two_bots_in_one_connection_are_refused_before_anything_is_asked(server: LocalServer):
    server.asked.clear()
    with pytest.raises(errors.ConfigurationError, match="gospub_max holds 2 tokens") as caught:
        call(server, Answer(), tokens=(Token(SECRET), Token("another-bots-token")))
    assert SECRET not in str(caught.value)
    assert server.asked == []
