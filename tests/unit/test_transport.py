"""One HTTP exchange against a real server: every failure becomes a verdict, and none tells a secret."""

from __future__ import annotations

import gzip
import json
import socket
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import requests

from gospub.errors import CrawlError, NotUnderstood, RetryNow, SplitBatch, WaitThenRetry
from gospub.platforms import transport
from gospub.platforms.transport import post_form
from tests.unit.local_http import SECRET, Answer, LocalServer, local_server


@pytest.fixture(scope="module")
def server() -> Iterator[LocalServer]:
    with local_server() as running:
        yield running


def exchange(server: LocalServer, answer: Answer, **access: Any) -> Any:
    server.answer = answer
    with requests.Session() as session:
        return post_form(
            session,
            replace(server.access(timeout_seconds=0.3), **access),
            f"{access.get('base_url', server.url)}/method/wall.get?access_token={SECRET}",
            {"owner_id": "-1", "key": SECRET},
            {"Authorization": f"Bearer {SECRET}"},
        )


def failure(server: LocalServer, answer: Answer, **access: Any) -> CrawlError:
    with pytest.raises(CrawlError) as caught:
        exchange(server, answer, **access)
    assert SECRET not in str(caught.value)
    assert SECRET not in repr(caught.value)
    assert "access_token" not in str(caught.value)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None, "a traceback would show the address"
    return caught.value


PAGE = b"<!DOCTYPE html><html><body>Sorry</body></html>"


@pytest.mark.parametrize(
    ("answer", "verdict", "reason"),
    [
        (Answer(PAGE), RetryNow, "html_answer"),
        (Answer(b"\n  " + PAGE), RetryNow, "html_answer"),
        (Answer(PAGE, 500), RetryNow, "http_500"),
        (Answer(PAGE, 404), RetryNow, "http_404"),
        (Answer(b"", 502), RetryNow, "http_502"),
        (Answer(b"", 302, {"Location": "https://login.example"}), RetryNow, "http_302"),
        (Answer(b'{"response": [1, 2'), RetryNow, "cut_answer"),
        (Answer(b'{"response": 1}', cut=100), RetryNow, "broken_off"),
        (Answer(b"[" * 200_000), RetryNow, "cut_answer"),
        (Answer(b"not gzip", headers={"Content-Encoding": "gzip"}), RetryNow, "broken_off"),
        (Answer(b"", 429), RetryNow, "http_429"),
        (Answer(b"", 429, {"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}), RetryNow, "http_429"),
        (Answer(b"", 429, {"Retry-After": "-5"}), RetryNow, "http_429"),
        (Answer(b"", 503), RetryNow, "http_503"),
        (Answer(b"", 413), SplitBatch, "http_413"),
        (Answer(b"", 414), SplitBatch, "http_414"),
        (Answer(b""), NotUnderstood, "answer_not_understood"),
        (Answer(b"OK"), NotUnderstood, "answer_not_understood"),
        (Answer(b"\xff\xfe\x00"), NotUnderstood, "answer_not_understood"),
    ],
)
def test_each_failing_answer_has_its_verdict(
    server: LocalServer, answer: Answer, verdict: type[CrawlError], reason: str
):
    error = failure(server, answer)
    assert (type(error), error.reason) == (verdict, reason)


@pytest.mark.parametrize(("status", "asked", "seconds"), [(429, "35", 35), (503, "0", 0), (429, "999999", 3600)])
def test_a_pause_that_is_asked_for_is_kept_up_to_an_hour(server: LocalServer, status: int, asked: str, seconds: float):
    error = failure(server, Answer(b"", status, {"Retry-After": asked}))
    assert isinstance(error, WaitThenRetry)
    assert (error.seconds, error.reason) == (seconds, f"http_{status}")


def test_a_server_that_is_silent_is_asked_again(server: LocalServer):
    error = failure(server, Answer(wait=5))
    assert (type(error), error.reason) == (RetryNow, "timeout")


def test_an_address_where_nobody_listens_is_named_without_the_path(server: LocalServer):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}"
    error = failure(server, Answer(), base_url=address)
    assert (type(error), error.reason) == (RetryNow, "unreachable")
    assert address in str(error)
    assert "/method/" not in str(error)


@pytest.mark.parametrize("address", ["htp://127.0.0.1", "http://", "http://a b", "127.0.0.1:80", "http://[::1"])
def test_an_address_that_is_none_is_a_verdict_too(server: LocalServer, address: str):
    assert isinstance(failure(server, Answer(), base_url=address), RetryNow)


def test_an_answer_larger_than_memory_allows_splits_the_batch(server: LocalServer):
    megabyte = b'"' + b"a" * (2**20 - 1)
    error = failure(server, Answer(megabyte, repeat=transport.LARGEST_ANSWER // len(megabyte) + 1))
    assert (type(error), error.reason) == (SplitBatch, "answer_too_large")


def test_a_small_answer_that_unpacks_to_a_huge_one_splits_the_batch_too(server: LocalServer):
    packed = gzip.compress(b" " * (transport.LARGEST_ANSWER + 1), 1)
    error = failure(server, Answer(packed, headers={"Content-Encoding": "gzip"}))
    assert (type(error), error.reason) == (SplitBatch, "answer_too_large")


def test_half_a_surrogate_pair_or_a_stray_byte_costs_one_character_and_not_the_answer(server: LocalServer):
    body = '{"response": {"name": "\\ud83d дом", "id": 9007199254740993}}'.encode() + b" "
    assert exchange(server, Answer(body)) == {"response": {"name": "\ud83d дом", "id": 9007199254740993}}
    assert exchange(server, Answer(b'{"response": "a\xffb"}')) == {"response": "a�b"}


def test_a_good_answer_is_decoded_and_the_form_was_posted_as_given(server: LocalServer):
    server.asked.clear()
    assert exchange(server, Answer(json.dumps({"response": ["ё", 2**63]}).encode())) == {"response": ["ё", 2**63]}
    assert server.asked[0].form == {"owner_id": ["-1"], "key": [SECRET]}
    assert server.asked[0].headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert server.asked[0].headers["Authorization"] == f"Bearer {SECRET}"


def test_a_proxy_of_the_connection_is_asked_instead_of_the_host(server: LocalServer):
    server.asked.clear()
    assert exchange(server, Answer(), base_url="http://vk.invalid", proxy=server.url) == {"response": 1}
    assert server.asked[0].path.startswith("http://vk.invalid/method/wall.get")


def test_an_answer_that_only_drips_is_given_up(server: LocalServer) -> None:
    dripping = Answer(b" ", repeat=200, drip=0.05)
    assert (verdict := failure(server, dripping)).reason == "timeout"
    assert isinstance(verdict, RetryNow)
