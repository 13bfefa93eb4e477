"""docs/outcomes-telegram.md says what the code does."""

from __future__ import annotations

import re

import pytest

from gospub.paths import PROJECT
from gospub.platforms.telegram import CARD, Telegram, WebPage, _bot_error
from tests.unit.telegram_replies import DATA, PAGE, Line, html

TEXT = (PROJECT / "docs" / "outcomes-telegram.md").read_text(encoding="utf-8")
CARDS = re.findall(r"^\| (card_\w+) \| [^|]+ \| `(\w+)`(?: \(`(\w+)`\))? \|$", TEXT, re.MULTILINE)
BOT_ERRORS = re.findall(r"^\| (\d{3}) \| [^|]+ \| `(\w+)` \|$", TEXT, re.MULTILINE)


def test_the_table_names_every_card_there_is_a_file_of_and_no_other():
    assert {name for name, *_ in CARDS} == {path.stem for path in DATA.glob("card_*.html")}


@pytest.mark.parametrize(("name", "outcome", "reason"), CARDS, ids=[name for name, *_ in CARDS])
def test_a_card_has_the_documented_outcome(name: str, outcome: str, reason: str):
    answer = Telegram().ask_profiles([PAGE], Line(**{CARD: WebPage(html(name))}))[0]
    assert (answer.outcome, answer.reason) == (outcome, reason or None)


@pytest.mark.parametrize(("code", "reason"), BOT_ERRORS, ids=[code for code, _ in BOT_ERRORS])
def test_a_refusal_of_the_bot_has_the_documented_reason(code: str, reason: str):
    assert _bot_error({"ok": False, "error_code": int(code), "description": "said"}, "secret").reason == reason


def test_the_bots_table_is_there():
    assert [code for code, _ in BOT_ERRORS] == ["400", "401", "403", "429"]
