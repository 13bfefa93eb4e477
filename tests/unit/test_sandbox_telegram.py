"""The sandbox writes Telegram's pages: redirects, paging, rounded figures, refusals, and the counting bot."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from gospub.platforms.telegram_html import read_count
from sandbox.pages import Page
from sandbox.telegram_figures import shown, worth
from sandbox.testing import FIRST_NIGHT, RunningSandbox, running_sandbox

BOT = "110201543:invented-token-of-the-tests-bot"
ID = re.compile(r'data-post="[a-z0-9_]+/([0-9]+)"')


@pytest.fixture(scope="module")
def shared() -> Iterator[RunningSandbox]:
    with running_sandbox(organisations=200) as running:
        yield running


@pytest.fixture
def sandbox(shared: RunningSandbox) -> Iterator[RunningSandbox]:
    yield shared
    shared.settings(rates={})
    shared.reset()


def get(sandbox: RunningSandbox, path: str, **params: Any) -> requests.Response:
    return requests.get(f"{sandbox.base_url}/telegram/{path}", params, allow_redirects=False, timeout=5)


def page_in(sandbox: RunningSandbox, *states: str) -> Page:
    world = sandbox.world
    return next(page for page in world.telegram if world.truth(page, FIRST_NIGHT).state in states)


def busy(sandbox: RunningSandbox) -> Page:
    world = sandbox.world
    return max(world.telegram, key=lambda page: len(world.posts(page, FIRST_NIGHT)))


def test_a_name_that_nobody_bears_has_a_card_and_its_preview_leads_there(sandbox: RunningSandbox):
    answer = get(sandbox, "nobody_has_this")
    assert answer.status_code == 200
    assert "Telegram: Contact @nobody_has_this" in answer.text
    preview = get(sandbox, "s/nobody_has_this")
    assert (preview.status_code, preview.headers["location"]) == (302, "/telegram/nobody_has_this")


@pytest.mark.parametrize("state", ["no_preview", "private", "restricted", "deleted", "absent"])
def test_a_channel_without_a_preview_leads_to_its_card(sandbox: RunningSandbox, state: str):
    assert get(sandbox, f"s/{page_in(sandbox, state).native_id}").status_code == 302


def test_above_the_rate_it_refuses_with_and_without_a_pause(sandbox: RunningSandbox):
    sandbox.settings(rates={"telegram": 1})
    answers = [get(sandbox, "anybody") for _ in range(5)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert {"retry-after" in answer.headers for answer in refused} == {True, False}
    assert sandbox.stats()["over_rate"] == len(refused)


def test_paging_by_before_shows_every_post_once_and_twenty_at_most(sandbox: RunningSandbox):
    page = busy(sandbox)
    seen: list[int] = []
    where: dict[str, str] = {}
    while True:
        text = get(sandbox, f"s/{page.native_id}", **where).text
        ids = [int(found) for found in ID.findall(text)]
        assert ids == sorted(ids)
        assert 0 < len(ids) <= 20
        seen += ids
        more = re.search(r'data-before="([0-9]+)"', text)
        if not more:
            break
        where = {"before": more[1]}
    assert len(seen) == len(set(seen)) > 40
    assert {post.id for post in sandbox.world.posts(page, FIRST_NIGHT)} <= set(seen)


@pytest.mark.parametrize(
    ("number", "text"),
    [(0, "0"), (999, "999"), (1000, "1K"), (5469, "5.46K"), (14_909, "14.9K"), (109_999, "109K"), (1_250_000, "1.25M")],
)
def test_figures_are_rounded_down_to_three_digits(number: int, text: str):
    assert shown(number) == text
    assert read_count(text) == (worth(number), text[-1].isalpha())


@pytest.mark.parametrize(
    ("token", "name", "told"),
    [
        (BOT, "nobody_has_this", (400, "Bad Request: chat not found")),
        ("110201543:dead-token-of-the-tests-bot", "anybody", (401, "Unauthorized")),
        ("hunter2", "anybody", (401, "Unauthorized")),
    ],
)
def test_the_bot_is_refused_with_its_status_as_error_code(
    sandbox: RunningSandbox, token: str, name: str, told: tuple[int, str]
):
    answer = get(sandbox, f"bot{token}/getChatMemberCount", chat_id=f"@{name}")
    said = answer.json()
    assert (answer.status_code, said["ok"], said["error_code"], said["description"]) == (told[0], False, *told)


def test_the_bot_counts_exactly(sandbox: RunningSandbox):
    page = page_in(sandbox, "open")
    told = get(sandbox, f"bot{BOT}/getChatMemberCount", chat_id=f"@{page.native_id}").json()
    assert told == {"ok": True, "result": sandbox.world.truth(page, FIRST_NIGHT).members_count}


def test_faults_of_other_networks_leave_it_alone(sandbox: RunningSandbox):
    sandbox.faults({"name": "http_500", "network": "vk"}, {"name": "field_missing"})
    assert get(sandbox, f"{page_in(sandbox, 'open').native_id}").status_code == 200
