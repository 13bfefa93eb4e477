"""Tokens and limits: what is shown of a secret, and how many calls may be in flight."""

from __future__ import annotations

import pytest

from gospub.access import Access, Limits, Token

SECRET = "vk1.a.very-secret"


def test_no_representation_shows_a_token_or_a_proxy_password():
    access = Access("vk", "https://api.vk.com", (Token(SECRET),), Limits(3, {}), proxy="http://me:pass-word@proxy")
    for shown in (repr(access), str(access), f"{access.tokens}", repr(access.tokens[0])):
        assert SECRET not in shown
        assert "pass-word" not in shown


def test_a_fingerprint_tells_tokens_apart_and_not_what_they_are():
    first, second = Token(SECRET), Token(f"{SECRET}2")
    assert first.fingerprint == Token(SECRET).fingerprint != second.fingerprint
    assert len(first.fingerprint) == 16
    assert set(first.fingerprint) <= set("0123456789abcdef")


def test_a_token_is_found_by_its_fingerprint():
    tokens = Token("one"), Token("two")
    access = Access("vk", "https://api.vk.com", tokens, Limits(3, {}))
    assert access.token(tokens[1].fingerprint) == tokens[1]


@pytest.mark.parametrize(
    ("rate", "in_flight", "threads"), [(3, 0, 16), (20, 0, 64), (0.05, 0, 1), (0, 0, 8), (3, 2, 2), (1000, 0, 64)]
)
def test_enough_calls_are_in_flight_for_answers_of_five_seconds(rate: float, in_flight: int, threads: int):
    assert Limits(rate, {}, in_flight=in_flight).concurrency == threads
