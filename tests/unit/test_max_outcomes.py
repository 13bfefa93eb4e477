"""docs/outcomes-max.md says what the code does."""

from __future__ import annotations

import re

import pytest

from gospub import errors
from gospub.paths import PROJECT
from gospub.platforms.base import WallAsk
from gospub.platforms.max_errors import CODES, STATUSES, verdict
from gospub.platforms.max_messenger import MaxMessenger
from tests.unit.max_replies import Bot, chat, page, wall_of_today
from tests.unit.vk_replies import Line

TEXT = (PROJECT / "docs" / "outcomes-max.md").read_text(encoding="utf-8")
ERRORS = re.findall(r"^\| (?:`([a-z.]+)`|(\d{3})) \| (\w+) \| ([^|]+) \|$", TEXT, re.MULTILINE)
STATES = re.findall(r"^\| ([^|]+) \| `(\w+)`(?: \(`(\w+)`\))? \| `(\w+)`(?: \(`\w+`\))? \|$", TEXT, re.MULTILINE)
SHOWN = {
    "`active`": {},
    "`active`, not public": {"is_public": False},
    "any other": {"status": "frozen"},
    "not in the list": {"link": "https://max.ru/another"},
}


def asked(error: errors.CrawlError) -> WallAsk:
    """A channel whose every call for messages fails with the error."""
    bot, ask = Bot([chat(1)]), wall_of_today("page_1")
    MaxMessenger().ask_walls([ask], Line(lambda method, said: bot(method, said) if method == "chats" else error))
    return ask


def test_the_table_explains_every_code_and_status_that_the_code_knows_and_no_other():
    assert [code for code, _, _, _ in ERRORS if code] == list(CODES)
    assert [int(status) for _, status, _, _ in ERRORS if status] == list(STATUSES)


@pytest.mark.parametrize("row", ERRORS, ids=lambda row: row[0] or row[1])
def test_the_documented_verdict_and_outcome_are_those_of_the_code(row: tuple[str, str, str, str]):
    code, status, said, posts = row
    error = verdict(int(status or 418), {"code": code or "something.new", "message": "said"}, "messages", "secret")
    assert type(error).__name__ == said
    if isinstance(error, errors.TokenTrouble):
        assert posts == "the task ends"
    elif isinstance(error, errors.WaitThenRetry):
        assert posts == "asked again after a pause"
    else:
        ask = asked(error)
        assert posts == f"`{ask.posts_outcome}` (`{ask.reason}`)"


def test_every_status_of_the_schema_is_in_the_table():
    assert {name for name, _, _, _ in STATES} == {"`left`", "`removed`", "`suspended`", "`closed`", *SHOWN}


@pytest.mark.parametrize(("name", "outcome", "reason", "posts"), STATES, ids=lambda row: str(row))
def test_the_documented_outcome_of_a_status_is_that_of_the_code(name: str, outcome: str, reason: str, posts: str):
    shown = SHOWN.get(name, {"status": name.strip("`")})
    answer = MaxMessenger().ask_profiles([page("page_1")], Line(Bot([chat(1, **shown)])))[0]
    assert (answer.outcome, answer.reason) == (outcome, reason or None)
    expected = {"ok": "measured", "deleted": "page_gone", "failed": "failed"}.get(outcome, "wall_closed")
    assert posts == expected
