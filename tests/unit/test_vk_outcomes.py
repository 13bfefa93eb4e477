"""docs/outcomes-vk.md says what the code does."""

from __future__ import annotations

from typing import Any

import pytest

from gospub import errors
from gospub.platforms.base import WallAsk
from gospub.platforms.vk import Vk
from gospub.platforms.vk_errors import VERDICTS, verdict
from tests.unit.vk_outcome_table import DocumentedCode, documented_codes
from tests.unit.vk_replies import Line, pages, wall

TABLE = documented_codes()
ABOUT_PAGES = [row for row in TABLE.values() if row.page and row.verdict != "WaitThenRetry"]


def asked(code: int) -> tuple[Any, WallAsk]:
    """A page's answer and its wall when every call fails with the code."""
    line = Line(lambda method, _: verdict(code, "said", method))
    ask = wall(1)
    for _ in range(9):
        if not ask.is_done:
            Vk().ask_walls([ask], line)
    return Vk().ask_profiles(pages(1), line)[0], ask


def test_the_table_explains_every_code_that_the_code_knows_and_no_other():
    assert TABLE.keys() == VERDICTS.keys()


@pytest.mark.parametrize("row", TABLE.values(), ids=lambda row: str(row.code))
def test_the_documented_verdict_is_the_verdict(row: DocumentedCode):
    error = verdict(row.code, "said", "wall.get")
    assert type(error).__name__ == row.verdict
    assert isinstance(error, errors.TokenTrouble) == (row.page is None) == (row.posts is None)


@pytest.mark.parametrize("row", ABOUT_PAGES, ids=lambda row: str(row.code))
def test_a_page_that_goes_on_failing_gets_the_documented_outcome(row: DocumentedCode):
    answer, ask = asked(row.code)
    assert (answer.outcome, answer.reason) == row.page
    assert (ask.posts_outcome, ask.reason) == row.posts
