"""The sandbox speaks OK's wire format: keys and signature, errors in their forms, both envelopes, anchors, limits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from gospub.platforms.ok import signature
from sandbox.ok import APPLICATION_KEY, APPLICATION_SECRET_KEY
from sandbox.ok_errors import TEXTS
from sandbox.pages import Page
from sandbox.testing import FIRST_NIGHT, RunningSandbox, running_sandbox


@pytest.fixture(scope="module")
def shared() -> Iterator[RunningSandbox]:
    with running_sandbox(organisations=200) as running:
        yield running


@pytest.fixture
def sandbox(shared: RunningSandbox) -> Iterator[RunningSandbox]:
    yield shared
    shared.settings(rate=0.0, quotas={})
    shared.reset()


def call(sandbox: RunningSandbox, method: str, path: str = "/ok/fb.do", **more: str) -> requests.Response:
    form = {"application_key": APPLICATION_KEY, "method": method, "access_token": "ok-1", "format": "json", **more}
    sent = {"sig": signature(form, form["access_token"], APPLICATION_SECRET_KEY)} | form
    return requests.post(sandbox.base_url + path, data=sent, timeout=5)


def code(answer: requests.Response) -> int:
    assert answer.status_code == 200
    told: int = answer.json()["error_code"]
    assert answer.headers["invocation-error"] == str(told)
    return told


def wall(sandbox: RunningSandbox, at_least: int) -> Page:
    world = sandbox.world
    pages = (page for page in world.ok if world.truth(page, FIRST_NIGHT).is_wall_readable)
    return next(page for page in pages if world.wall(page).count(FIRST_NIGHT) > at_least)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"sig": "0" * 32}, 104),
        ({"access_token": "expired-1"}, 102),
        ({"access_token": "stranger"}, 103),
        ({"access_token": ""}, 453),
        ({"application_key": "CBAOTHER"}, 101),
        ({}, 100),
        ({"uids": "1"}, 100),
        ({"uids": "x", "fields": "name"}, 160),
        ({"uids": ",".join(map(str, range(1, 102))), "fields": "name"}, 100),
    ],
)
def test_a_wrong_call_is_refused_with_the_documented_code(sandbox: RunningSandbox, wrong: dict[str, str], told: int):
    assert code(call(sandbox, "group.getInfo", **wrong)) == told


def test_an_unknown_method_is_told_in_plain_text(sandbox: RunningSandbox):
    answer = call(sandbox, "stream.git")
    assert answer.text == "3:METHOD : Method stream.git not found"
    assert answer.headers["invocation-error"] == "3"


def test_groups_come_in_both_envelopes_and_unknown_ones_are_missing(sandbox: RunningSandbox):
    shapes = set()
    for page in sandbox.world.ok[:30]:
        answer = call(sandbox, "group.getInfo", uids=f"{page.number},1", fields="uid,name,gos_org").json()
        shapes.add(type(answer))
        groups = answer["groups"] if isinstance(answer, dict) else answer or []
        assert all(group["uid"] == str(page.number) and group.keys() <= {"uid", "name", "gos_org"} for group in groups)
    assert {dict, list} <= shapes


def test_both_addresses_answer_alike(sandbox: RunningSandbox):
    asked: dict[str, Any] = {"uids": str(sandbox.world.ok[0].number), "fields": "name"}
    one = call(sandbox, "group.getInfo", **asked)
    other = call(sandbox, "group.getInfo", "/ok/api/group/getInfo", **asked)
    assert one.json() == other.json()


def test_the_anchor_of_the_last_page_leads_to_that_page_for_ever(sandbox: RunningSandbox):
    page = wall(sandbox, 45)
    asked = {"gid": str(page.number), "patterns": "POST", "count": "20"}
    seen, anchor, last = [], "", None
    for _ in range(100):
        answer = call(sandbox, "stream.get", **asked, **({"anchor": anchor} if anchor else {})).json()
        if answer == last:
            break
        seen += [item["message"].partition("}")[0] for item in answer["feeds"]]
        anchor, last = answer["anchor"], answer
    assert answer == last
    assert len(set(seen)) == len(seen) == sandbox.world.wall(page).count(FIRST_NIGHT)


def test_topics_are_strings_by_id_and_unknown_ones_are_missing(sandbox: RunningSandbox):
    page = wall(sandbox, 5)
    post = next(sandbox.world.wall(page).newest_first(FIRST_NIGHT))
    found = call(sandbox, "mediatopic.getByIds", topic_ids=f"{post.id},7", fields="media_topic.*").json()
    (topic,) = found["media_topics"]
    assert (topic["id"], topic["created_ms"]) == (str(post.id), post.published * 1000)
    assert topic.get("views_count") == post.views


def test_a_closed_group_refuses_its_wall(sandbox: RunningSandbox):
    states = {"closed": {456}, "private": {455, 458}, "banned": {511}}
    truths = [sandbox.world.truth(page, FIRST_NIGHT) for page in sandbox.world.ok]
    shut = [truth for truth in truths if truth.state in states]
    assert {truth.state for truth in shut} >= {"closed", "private"}
    for truth in shut:
        assert code(call(sandbox, "stream.get", gid=str(truth.page.number), patterns="POST")) in states[truth.state]


def test_too_many_calls_are_a_flood_and_a_used_up_quota_is_told(sandbox: RunningSandbox):
    sandbox.settings(quotas={"url.getInfo": 2})
    told = [call(sandbox, "url.getInfo", url="https://ok.ru/nobody2").text for _ in range(3)]
    assert ["LIMIT_REACHED" in text for text in told] == [False, False, True]
    sandbox.settings(rate=1.0)
    assert {code(call(sandbox, "group.getInfo")) for _ in range(5)} >= {8}


@pytest.mark.parametrize("number", sorted(TEXTS))
def test_every_error_can_be_switched_on(sandbox: RunningSandbox, number: int):
    sandbox.faults({"name": f"error_{number}", "network": "ok"})
    assert call(sandbox, "group.getInfo").headers["invocation-error"] == str(number)


def test_a_names_address_is_resolved_and_nobodys_is_not(sandbox: RunningSandbox):
    truths = (sandbox.world.truth(page, FIRST_NIGHT) for page in sandbox.world.ok)
    named = next(truth for truth in truths if truth.is_alive and truth.screen_name)
    answer = call(sandbox, "url.getInfo", url=f"https://ok.ru/{named.screen_name}").json()
    assert answer["objectIdStr"] == str(named.page.number)
    for name in ("nobody2", "nobody"):
        told = call(sandbox, "url.getInfo", url=f"https://ok.ru/{name}").json()
        assert told.get("type") == "UNKNOWN" or told["error_code"] == 300
