"""docs/outcomes-ok.md says what the code does."""

from __future__ import annotations

from typing import Any

import pytest

from gospub import errors
from gospub.platforms.base import WallAsk
from gospub.platforms.ok import Ok
from gospub.platforms.ok_errors import VERDICTS, verdict
from sandbox.ok_errors import TEXTS
from tests.unit.ok_replies import pages, wall
from tests.unit.vk_outcome_table import DocumentedCode, documented_codes
from tests.unit.vk_replies import Line

TABLE = documented_codes("ok")


def asked(code: int) -> tuple[Any, WallAsk]:
    """A page's answer and its wall when every call fails with the code."""
    line, ask = Line(lambda method, _: verdict(code, "said", method)), wall(1)
    Ok().ask_walls([ask], line)
    return Ok().ask_profiles(pages(1), line)[0], ask


def test_the_table_explains_every_code_that_the_code_knows_and_the_sandbox_speaks():
    assert TABLE.keys() == VERDICTS.keys() == TEXTS.keys()


@pytest.mark.parametrize("row", TABLE.values(), ids=lambda row: str(row.code))
def test_the_documented_verdict_is_the_verdict(row: DocumentedCode):
    error = verdict(row.code, "said", "stream.get")
    assert type(error).__name__ == row.verdict
    is_about_pages = not isinstance(error, errors.TokenTrouble | errors.ConfigurationError)
    assert is_about_pages == (row.page is not None) == (row.posts is not None)


@pytest.mark.parametrize("row", [row for row in TABLE.values() if row.page], ids=lambda row: str(row.code))
def test_a_page_that_goes_on_failing_gets_the_documented_outcome(row: DocumentedCode):
    answer, ask = asked(row.code)
    assert (answer.outcome, answer.reason) == row.page
    assert (ask.posts_outcome, ask.reason) == row.posts
