"""The sandbox speaks MAX: the bot's own chats alone, pages of a list, odd and absent keys, errors, over real HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil
from typing import Any

import orjson
import pytest
import requests
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from sandbox.limits import Settings
from sandbox.max_messenger import ERRORS
from sandbox.testing import RunningSandbox, running_sandbox

TOKEN = "max-bot-1"
DAY = 86_400_000


@pytest.fixture(scope="module")
def sandbox() -> Iterator[RunningSandbox]:
    with running_sandbox(organisations=1200) as running:
        yield running


def ask(sandbox: RunningSandbox, path: str, token: str = TOKEN, **params: Any) -> requests.Response:
    return requests.get(f"{sandbox.base_url}/max/{path}", params, headers={"Authorization": token}, timeout=30)


def told(sandbox: RunningSandbox, path: str, **params: Any) -> Any:
    answer = ask(sandbox, path, **params)
    assert answer.status_code == 200, answer.text
    return orjson.loads(answer.content)


def refused(sandbox: RunningSandbox, path: str, token: str = TOKEN, **params: Any) -> tuple[int, str]:
    answer = ask(sandbox, path, token, **params)
    return answer.status_code, answer.json()["code"]


def chats(sandbox: RunningSandbox, count: int = 100) -> list[dict[str, Any]]:
    found, marker = [], None
    while True:
        answer = told(sandbox, "chats", count=count, **({"marker": marker} if marker else {}))
        found += answer["chats"]
        marker = answer["marker"]
        if marker is None:
            return found


def channel(sandbox: RunningSandbox, fewest: int = 5) -> tuple[Any, dict[str, Any]]:
    """A page whose channel the bot can read, with so many posts at least, and its chat."""
    listed = {chat["link"].lower(): chat for chat in chats(sandbox) if "max.ru/" in chat.get("link", "")}
    world, night = sandbox.world, sandbox.world.first_night
    page = next(
        page
        for page in world.pages("max")
        if world.truth(page, night).is_wall_readable and len(world.posts(page, night)) >= fewest
    )
    return page, listed[f"https://max.ru/{page.link_name}"]


@pytest.mark.parametrize("token", ["", "Bearer max-bot-1", "somebody-elses"])
def test_only_a_bare_token_of_a_bot_is_let_in(sandbox: RunningSandbox, token: str):
    assert refused(sandbox, "chats", token) == (401, "verify.token")


@pytest.mark.parametrize("path", ["chats/adm_primersk", "chats/-1", "me", "messages/mid.1", "x"])
def test_there_is_no_other_path_and_no_lookup_by_link(sandbox: RunningSandbox, path: str):
    assert refused(sandbox, path) == (404, "method.not.found")


@pytest.mark.parametrize(
    ("path", "params"),
    [
        ("chats", {"count": 0}),
        ("chats", {"count": 101}),
        ("chats", {"count": "many"}),
        ("chats", {"marker": "x"}),
        ("chats", {"marker": -1}),
        ("messages", {}),
        ("messages", {"chat_id": "x"}),
    ],
)
def test_parameters_that_are_wrong_are_refused(sandbox: RunningSandbox, path: str, params: dict[str, Any]):
    assert refused(sandbox, path, **params) == (400, "proto.payload")


def test_a_chat_that_the_bot_is_not_in_is_not_found(sandbox: RunningSandbox):
    assert refused(sandbox, "messages", chat_id=-5) == (404, "chat.not.found")


def test_a_window_whose_end_is_not_before_its_start_is_refused(sandbox: RunningSandbox):
    chat_id = channel(sandbox)[1]["chat_id"]
    assert refused(sandbox, "messages", chat_id=chat_id, **{"from": 5, "to": 5}) == (400, "proto.payload")


def test_more_calls_than_the_rate_are_refused_with_429():
    with running_sandbox(60, settings=Settings(0.0, {}, rates={"max": 2.0})) as limited:
        codes = {ask(limited, "chats").status_code for _ in range(6)}
        assert codes == {200, 429}
        assert limited.stats()["over_rate"] > 0


def test_the_list_goes_on_by_markers_beyond_two_to_the_53_and_repeats_nothing(sandbox: RunningSandbox):
    first = told(sandbox, "chats", count=7)
    assert len(first["chats"]) == 7
    assert first["marker"] > 2**53
    whole = chats(sandbox)
    assert whole == chats(sandbox, 7)
    assert len({chat["chat_id"] for chat in whole}) == len(whole) > 100


def test_the_bot_sees_the_pages_that_added_it_and_no_others(sandbox: RunningSandbox):
    world, night = sandbox.world, sandbox.world.first_night
    states = {page.link_name: world.truth(page, night).state for page in world.pages("max")}
    public = {chat["link"].rpartition("/")[2].lower(): chat["status"] for chat in chats(sandbox) if chat["is_public"]}
    assert public.keys() == {name for name, state in states.items() if state in ("open", "banned", "deleted")}
    assert {(states[name], status) for name, status in public.items()} == {
        ("open", "active"),
        ("banned", "suspended"),
        ("deleted", "closed"),
    }


def test_private_chats_dialogs_and_absent_keys_occur(sandbox: RunningSandbox):
    found = chats(sandbox)
    assert {chat["type"] for chat in found} >= {"chat", "channel"}
    assert any(not chat["is_public"] and "link" not in chat for chat in found)
    assert {"description" in chat for chat in found} == {True, False}
    assert {chat["icon"] is None for chat in found} == {True, False}


def test_messages_come_newest_first_within_the_window_and_carry_64_bit_numbers(sandbox: RunningSandbox):
    page, chat = channel(sandbox, 20)
    posts = sandbox.world.posts(page, sandbox.world.first_night)
    newest, oldest = posts[3].published * 1000, posts[12].published * 1000
    found = told(sandbox, "messages", chat_id=chat["chat_id"], **{"from": newest, "to": oldest}, count=100)["messages"]
    assert [message["body"]["seq"] for message in found] == [post.id for post in posts[3:13]]
    assert all(message["body"]["seq"] > 2**53 for message in found)
    assert [message.get("stat", {}).get("views") for message in found] == [post.views for post in posts[3:13]]
    fewer = told(sandbox, "messages", chat_id=chat["chat_id"], **{"from": newest, "to": oldest}, count=4)["messages"]
    assert fewer == found[:4]


def test_asked_without_bounds_the_newest_fifty_come(sandbox: RunningSandbox):
    page, chat = channel(sandbox, 60)
    found = told(sandbox, "messages", chat_id=chat["chat_id"])["messages"]
    posts = sandbox.world.posts(page, sandbox.world.first_night)
    assert [message["body"]["seq"] for message in found] == [post.id for post in posts[:50]]


@pytest.mark.parametrize("name", ERRORS)
def test_each_fault_is_an_answer_with_its_status(sandbox: RunningSandbox, name: str):
    sandbox.faults({"name": name, "times": 1})
    answer = ask(sandbox, "chats")
    sandbox.faults()
    assert answer.status_code >= 400
    assert ("Retry-After" in answer.headers) == name.endswith("retry_after")


def test_a_fault_of_max_hits_no_other_network(sandbox: RunningSandbox):
    sandbox.faults({"name": "max_503"})
    params = {"v": "5.199", "access_token": "user-1", "group_ids": "1"}
    assert requests.get(f"{sandbox.base_url}/method/groups.getById", params, timeout=30).status_code == 200
    sandbox.faults()


def test_who_was_asked_for_is_booked(sandbox: RunningSandbox):
    page, chat = channel(sandbox)
    sandbox.reset()
    told(sandbox, "messages", chat_id=chat["chat_id"])
    asked = requests.get(f"{sandbox.base_url}/sandbox/asked", timeout=30).json()
    assert asked == {"max messages": {page.link_name: 1}}
    calls = ceil(len(chats(sandbox)) / 100)
    assert sandbox.stats()["tokens"][TOKEN]["calls"] == {"messages": 1, "chats": calls}


@hypothesis_settings(max_examples=60, deadline=None)
@given(
    path=st.sampled_from(["chats", "messages"]) | st.text(max_size=5),
    params=st.dictionaries(
        st.sampled_from(["count", "marker", "chat_id", "from", "to"]),
        st.text(max_size=6) | st.integers(-(2**70), 2**70),
    ),
)
def test_whatever_a_client_sends_is_answered_in_json(sandbox: RunningSandbox, path: str, params: dict[str, Any]):
    quoted = requests.utils.quote(path, safe="")
    answer = ask(sandbox, quoted, **params)
    assert answer.status_code in (200, 400, 404)
    orjson.loads(answer.content)
