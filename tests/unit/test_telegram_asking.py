"""Asking Telegram over HTTP: redirects, refusals, half pages, and the bot whose token stands in the path."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import orjson
import pytest
import requests

from gospub.access import Token
from gospub.errors import (
    ConfigurationError,
    CrawlError,
    GiveUpOnPage,
    NotUnderstood,
    OurBug,
    RetryNow,
    SplitBatch,
    WaitThenRetry,
)
from gospub.platforms.telegram import BOT_COUNT, CARD, LARGEST_PAGE, PREVIEW, Telegram, WebPage
from tests.unit.local_http import Answer, LocalServer, local_server
from tests.unit.telegram_replies import PAGE, Line, html, wall

NOBODY, BOT = Token("no account at t.me"), Token("110201543:invented-token-of-the-tests-bot")


@pytest.fixture(scope="module")
def server() -> Iterator[LocalServer]:
    with local_server() as running:
        yield running


def ask(server: LocalServer, answer: Answer, method: str = PREVIEW, token: Token = NOBODY, **more: str) -> Any:
    server.answer = answer
    server.asked.clear()
    options = {"bot_base_url": server.url}
    access = replace(server.access(), platform="telegram", tokens=(token,), options=options)
    parameters = {"chat_id": "@adm_primersk"} if method == BOT_COUNT else {"name": "adm_primersk", **more}
    with requests.Session() as session:
        return Telegram().call(session, access, token, method, parameters)


def failure(server: LocalServer, answer: Answer, method: str = PREVIEW, token: Token = NOBODY) -> CrawlError:
    with pytest.raises(CrawlError) as caught:
        ask(server, answer, method, token)
    assert token.secret not in str(caught.value)
    return caught.value


def redirect(where: str) -> Answer:
    return Answer(b"", 302, {"Location": where})


WHOLE = html("card_channel")


@pytest.mark.parametrize(
    ("answer", "verdict", "reason"),
    [
        (redirect("https://t.me/adm_primersk"), GiveUpOnPage, "no_preview"),
        (redirect("/Adm_Primersk"), GiveUpOnPage, "no_preview"),
        (redirect("https://login.example/wifi"), RetryNow, "http_302"),
        (redirect("/s/adm_primersk"), RetryNow, "http_302"),
        (redirect("http://[::1"), RetryNow, "broken_off"),
        (redirect(""), RetryNow, "http_302"),
        (Answer(b"", 429), WaitThenRetry, "http_429"),
        (Answer(b"", 429, {"Retry-After": "7"}), WaitThenRetry, "http_429"),
        (Answer(WHOLE, 404), RetryNow, "http_404"),
        (Answer(WHOLE, 500), RetryNow, "http_500"),
        (Answer(WHOLE[: len(WHOLE) // 2]), RetryNow, "cut_answer"),
        (Answer(b"<html><body>Sorry</body></html>"), RetryNow, "html_answer"),
        (Answer(b'{"ok": true}'), RetryNow, "html_answer"),
        (Answer(b""), RetryNow, "html_answer"),
        (Answer(WHOLE * (LARGEST_PAGE // len(WHOLE) + 1)), SplitBatch, "answer_too_large"),
    ],
)
def test_each_failing_answer_has_its_verdict(
    server: LocalServer, answer: Answer, verdict: type[CrawlError], reason: str
):
    error = failure(server, answer)
    assert (type(error), error.reason) == (verdict, reason)


def test_a_redirect_of_a_card_is_no_fact_about_the_page(server: LocalServer):
    assert isinstance(failure(server, redirect("/adm_primersk"), CARD), RetryNow)


def test_a_refusal_that_names_no_pause_gets_one(server: LocalServer):
    told, untold = failure(server, Answer(b"", 429, {"Retry-After": "7"})), failure(server, Answer(b"", 429))
    assert isinstance(told, WaitThenRetry)
    assert isinstance(untold, WaitThenRetry)
    assert (told.seconds, untold.seconds) == (7, 15)


def test_pages_are_asked_for_in_english_at_their_addresses(server: LocalServer):
    assert ask(server, Answer(WHOLE), CARD) == WebPage(WHOLE)
    assert ask(server, Answer(WHOLE), before="83") == WebPage(WHOLE)
    assert server.asked[0].path == "/s/adm_primersk?before=83"
    assert server.asked[0].headers["Accept-Language"] == "en"


@pytest.mark.parametrize("password", ["hunter2", "123:short", "110201543 invented:token-of-the-tests-bot-long"])
def test_a_password_that_is_no_bots_token_is_refused_unless_it_stands_for_nobody(server: LocalServer, password: str):
    if " " in password:
        assert not ask(server, Answer(WHOLE), CARD, Token(password)).has_bot
        return
    with pytest.raises(ConfigurationError, match="not a bot's token") as caught:
        ask(server, Answer(WHOLE), CARD, Token(password))
    assert password not in str(caught.value)


def test_two_bots_are_refused_because_the_pace_is_the_addresss(server: LocalServer):
    access = replace(server.access(), tokens=(BOT, Token(BOT.secret + "2")))
    with requests.Session() as session, pytest.raises(ConfigurationError, match="several tokens"):
        Telegram().call(session, access, BOT, CARD, {"name": "adm_primersk"})


def bot_says(code: int, **more: Any) -> Answer:
    said = {"ok": False, "error_code": code, "description": f"No: {BOT.secret}", **more}
    return Answer(orjson.dumps(said), code if code >= 400 else 200)


@pytest.mark.parametrize(
    ("answer", "verdict", "reason"),
    [
        (bot_says(400), GiveUpOnPage, "bot_400"),
        (bot_says(403), GiveUpOnPage, "bot_403"),
        (bot_says(401), OurBug, "bot_401"),
        (bot_says(429, parameters={"retry_after": 5}), WaitThenRetry, "bot_429"),
        (bot_says(429, parameters={"retry_after": 36_000}), OurBug, "bot_429"),
        (bot_says(429), OurBug, "bot_429"),
        (bot_says(418), NotUnderstood, "answer_not_understood"),
        (Answer(b'{"ok": true, "result": "14909"}'), NotUnderstood, "answer_not_understood"),
        (Answer(b'{"ok": true, "result": -1}'), NotUnderstood, "answer_not_understood"),
        (Answer(b"[]"), NotUnderstood, "answer_not_understood"),
        (Answer(b"<html>"), RetryNow, "html_answer"),
        (Answer(b"", 502), RetryNow, "http_502"),
    ],
)
def test_each_refusal_of_the_bot_has_its_verdict_and_never_tells_the_token(
    server: LocalServer, answer: Answer, verdict: type[CrawlError], reason: str
):
    error = failure(server, answer, BOT_COUNT, BOT)
    assert (type(error), error.reason) == (verdict, reason)


def test_the_bots_count_is_exact(server: LocalServer):
    assert ask(server, Answer(b'{"ok": true, "result": 14909}'), BOT_COUNT, BOT) == 14_909
    assert server.asked[0].path == f"/bot{BOT.secret}/getChatMemberCount?chat_id=%40adm_primersk"


@pytest.mark.parametrize("name", ["card_without_count", "card_rounded_count"])
def test_the_bot_is_asked_only_where_the_card_shows_no_exact_number(name: str):
    line = Line(**{CARD: WebPage(html(name), has_bot=True), BOT_COUNT: 14_909})
    assert Telegram().ask_profiles([PAGE], line)[0].facts["members_count"] == 14_909
    sure = Line(**{CARD: WebPage(html("card_channel"), has_bot=True)})
    assert Telegram().ask_profiles([PAGE], sure)[0].facts["members_count"] == 14_909
    assert [method for method, _ in sure.calls] == [CARD]


def test_without_a_bot_nobody_is_asked():
    line = Line(**{CARD: WebPage(html("card_without_count"))})
    assert Telegram().ask_profiles([PAGE], line)[0].facts["members_count"] is None


def test_known_posts_are_not_asked_for_because_they_cost_as_much_as_the_preview():
    known = replace(wall(), known=(1, 2))
    line = Line()
    Telegram().ask_walls([known], line)
    assert (known.posts_outcome, known.reason, line.calls) == ("not_planned", None, [])


def test_the_next_page_is_asked_for_before_the_oldest_message_seen():
    asked, line = wall(), Line(**{PREVIEW: WebPage(html("preview_more"))})
    Telegram().ask_walls([asked], line)
    assert not asked.is_done
    line.answers[PREVIEW] = WebPage(html("preview_old"))
    Telegram().ask_walls([asked], line)
    assert line.calls == [
        (PREVIEW, {"name": "adm_primersk"}),
        (PREVIEW, {"name": "adm_primersk", "before": "83"}),
    ]
    assert (asked.posts_outcome, len(asked.posts)) == ("measured", 18)


def test_a_name_is_its_own_id_and_nobody_is_asked():
    line = Line()
    assert Telegram().resolve(["Adm_Primersk"], line) == {"Adm_Primersk": ("adm_primersk", "resolved")}
    assert line.calls == []
