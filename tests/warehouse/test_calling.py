"""Calls through leases, against a real server and real Postgres: tokens in trouble, refusals, a dead network."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest

from gospub import clock
from gospub.access import Access, Limits, Token
from gospub.calling import Caller, caller
from gospub.errors import ConfigurationError, GiveUpOnPage, NetworkDown, NightOver, NoExecute, NoQuotaLeft
from gospub.platforms.base import PageAsk, WallAsk
from gospub.platforms.vk import Vk
from tests.unit.local_http import Answer, Asked, LocalServer, local_server
from tests.warehouse.staged_night import rows

ONE, TWO = Token("vk1.a.first-secret"), Token("vk1.a.second-secret")
Reply = Callable[[str, dict[str, list[str]], str], Any]


@pytest.fixture
def server() -> Iterator[LocalServer]:
    with local_server() as running:
        yield running


@pytest.fixture(autouse=True)
def one_attempt(monkeypatch: pytest.MonkeyPatch) -> None:
    """No repetitions with their waits: they are not what is tested here."""
    monkeypatch.setattr(caller, "ATTEMPTS", 1)


def answering(server: LocalServer, reply: Reply) -> None:
    """Answer by method, form and token; bytes are a web page with HTTP 500."""

    def answer(asked: Asked) -> Answer:
        method, token = asked.path.rpartition("/")[2], asked.headers["Authorization"].removeprefix("Bearer ")
        found = reply(method, asked.form, token)
        return Answer(found, 500) if isinstance(found, bytes) else Answer(json.dumps(found).encode())

    server.answer = answer


@pytest.fixture
def make(loader_dsn: str, server: LocalServer) -> Iterator[Callable[..., Caller]]:
    made: list[Caller] = []

    def new(*tokens: Token, quota: int = 1000, until: datetime | None = None, base_url: str | None = None) -> Caller:
        access = Access("vk", base_url or server.url, tokens or (ONE,), Limits(0, {"wall.get": quota}))
        ask_until = until or clock.now() + timedelta(hours=5)
        made.append(Caller(loader_dsn, access, Vk(), ask_until, clock.now() + timedelta(hours=1)))
        return made[-1]

    yield new
    for one in made:
        one.close()  # closing twice does no harm


def error(code: int, said: str = "said") -> dict[str, Any]:
    return {"error": {"error_code": code, "error_msg": said, "request_params": []}}


def states(dsn: str) -> dict[str, tuple[str, list[str]]]:
    found = {row["fingerprint"]: row for row in rows(dsn, "SELECT * FROM ops.token")}
    return {
        token.secret: (found[token.fingerprint]["state"], list(found[token.fingerprint]["paused_methods"]))
        for token in (ONE, TWO)
        if token.fingerprint in found
    }


def booked(dsn: str) -> dict[str, int]:
    found = rows(dsn, "SELECT method, sum(calls_count)::integer AS n FROM ops.token_usage GROUP BY method")
    return {row["method"]: row["n"] for row in found}


def pages(count: int) -> list[PageAsk]:
    return [PageAsk(number, str(number)) for number in range(1, count + 1)]


def group_list(form: dict[str, list[str]]) -> dict[str, Any]:
    return {"response": {"groups": [{"id": int(number)} for number in form["group_ids"][0].split(",")]}}


def test_nothing_is_sent_after_midnight(make: Callable[..., Caller], server: LocalServer):
    call = make(until=clock.now())
    with pytest.raises(NightOver):
        call("wall.get", {})
    assert server.asked == []


def test_nothing_is_sent_when_the_quota_does_not_free_in_time(
    make: Callable[..., Caller], server: LocalServer, loader_dsn: str
):
    call = make(quota=2)
    call("wall.get", {})
    call("wall.get", {})
    with pytest.raises(NoQuotaLeft, match=r"wall\.get"):
        call("wall.get", {})
    assert (len(server.asked), booked(loader_dsn)) == (2, {"wall.get": 2})


def test_a_method_without_a_quota_is_asked_though_another_is_used_up(make: Callable[..., Caller]):
    call = make(quota=1)
    call("wall.get", {})
    assert call("groups.getById", {}) == 1


def test_when_every_token_is_dead_a_person_is_told_which_and_no_secret(
    make: Callable[..., Caller], server: LocalServer
):
    answering(server, lambda method, form, token: error(5, f"invalid access_token {token}"))
    with pytest.raises(ConfigurationError) as caught:
        make(ONE, TWO)("wall.get", {})
    told = str(caught.value)
    assert ONE.fingerprint in told
    assert TWO.fingerprint in told
    assert "secret" not in told
    assert len(server.asked) == 2


def test_a_token_that_died_is_left_alone_by_later_tasks(
    make: Callable[..., Caller], server: LocalServer, loader_dsn: str
):
    answering(server, lambda *_: error(5))
    call = make(ONE)
    with pytest.raises(ConfigurationError):
        call("wall.get", {})
    call.close()
    answering(server, lambda method, form, token: {"response": token})
    both = make(ONE, TWO)
    assert {both("wall.get", {}) for _ in range(3)} == {TWO.secret}
    assert states(loader_dsn)[TWO.secret] == ("live", [])


def test_the_call_that_killed_a_token_is_made_by_another_one(make: Callable[..., Caller], server: LocalServer):
    killed: list[str] = []

    def reply(method: str, form: dict[str, list[str]], token: str) -> Any:
        killed[:] = killed or [token]
        return error(5) if token in killed else {"response": token}

    answering(server, reply)
    answer = make(ONE, TWO)("wall.get", {})
    assert {answer, *killed} == {ONE.secret, TWO.secret}


def test_a_quota_that_the_network_counts_inside_execute_sends_the_batch_by_another_token(
    make: Callable[..., Caller], server: LocalServer, loader_dsn: str
):
    wall, used_up = {"count": 0, "items": []}, []

    def reply(method: str, form: dict[str, list[str]], token: str) -> Any:
        used_up[:] = used_up or [token]
        told = [{"method": "wall.get", "error_code": 29, "error_msg": "Rate limit reached"}]
        return {"response": [wall, False], "execute_errors": told} if token in used_up else {"response": [wall, wall]}

    answering(server, reply)
    call = make(ONE, TWO)
    for _ in range(3):
        asks = [WallAsk(page, clock.now() - timedelta(days=30)) for page in pages(2)]
        Vk().ask_walls(asks, call)
        assert [ask.posts_outcome for ask in asks] == ["measured", "measured"]
    asked = [asked.headers["Authorization"].removeprefix("Bearer ") for asked in server.asked]
    assert asked.count(used_up[0]) == 1, "it rests until its quota frees"
    assert states(loader_dsn)[used_up[0]] == ("live", ["wall.get"])


def test_a_token_that_may_not_execute_is_remembered_and_its_walls_are_asked_directly(
    make: Callable[..., Caller], server: LocalServer
):
    answering(server, lambda method, *_: error(28) if method == "execute" else {"response": {"count": 0, "items": []}})
    call = make()
    with pytest.raises(NoExecute):
        call("execute", {"code": "return [];"}, {"execute": 1, "wall.get": 2})
    assert not call.can_execute
    call.close()
    server.asked.clear()
    another = make()
    asks = [WallAsk(page, clock.now()) for page in pages(3)]
    another("groups.getById", {})
    Vk().ask_walls(asks, another)
    assert {ask.posts_outcome for ask in asks} == {"measured"}
    assert [asked.path.rpartition("/")[2] for asked in server.asked] == ["groups.getById"] + ["wall.get"] * 3


def test_an_error_about_the_page_reaches_who_asked(make: Callable[..., Caller], server: LocalServer):
    answering(server, lambda *_: error(15, "Access denied: user hid his wall from accessing from outside"))
    with pytest.raises(GiveUpOnPage):
        make()("wall.get", {})


def test_a_pause_that_the_network_asks_for_is_made_and_the_call_repeated(
    make: Callable[..., Caller], server: LocalServer
):
    answers = iter([Answer(b"", 429, {"Retry-After": "0"}), Answer(b'{"response": 7}')])
    server.answer = lambda _: next(answers)
    assert make()("wall.get", {}) == 7


def test_a_network_that_is_not_reached_ends_the_asking_and_names_its_address(make: Callable[..., Caller]):
    call = make(base_url="http://127.0.0.1:9")
    for _ in range(caller.CALLS_UNTIL_UNREACHABLE - 1):
        assert Vk().ask_profiles(pages(1), call)[0].outcome == "failed"
    with pytest.raises(NetworkDown) as caught:
        Vk().ask_profiles(pages(1), call)
    assert "http://127.0.0.1:9" in str(caught.value)
    assert "gospub_vk" in str(caught.value)


def test_a_network_that_goes_on_answering_with_web_pages_ends_the_asking(
    make: Callable[..., Caller], server: LocalServer
):
    answering(server, lambda *_: b"<html>maintenance")
    with pytest.raises(NetworkDown, match="HTTP 500"):
        Vk().ask_profiles(pages(500), make())
    assert len(server.asked) == caller.CALLS_UNTIL_DOWN


@pytest.mark.parametrize("poison", [1, 250, 500])
def test_one_page_that_the_network_cannot_answer_for_does_not_pass_for_a_dead_network(
    make: Callable[..., Caller], server: LocalServer, poison: int
):
    def reply(method: str, form: dict[str, list[str]], token: str) -> Any:
        return b"<html>oops" if str(poison) in form["group_ids"][0].split(",") else group_list(form)

    answering(server, reply)
    found = {answer.page_id: answer.outcome for answer in Vk().ask_profiles(pages(500), make())}
    assert found.pop(poison) == "failed"
    assert set(found.values()) == {"ok"}


def test_many_threads_change_tokens_together_without_losing_a_call(
    make: Callable[..., Caller], server: LocalServer, loader_dsn: str
):
    answering(server, lambda method, form, token: {"response": token})
    call = make(ONE, TWO, quota=30)
    with ThreadPoolExecutor(12) as pool:
        by_token = [future.result() for future in [pool.submit(call, "wall.get", {}) for _ in range(60)]]
    assert (by_token.count(ONE.secret), by_token.count(TWO.secret)) == (30, 30)
    assert booked(loader_dsn) == {"wall.get": 60}
    with pytest.raises(NoQuotaLeft):
        call("wall.get", {})
