"""The commands about nights, as an operator types them."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from gospub.cli import app
from gospub.publishing import publish_night
from gospub.quality.gate import judge
from tests.warehouse.staged_night import StagedNight, make_pages, rows


@pytest.fixture
def night(loader_dsn: str, monkeypatch: pytest.MonkeyPatch) -> StagedNight:
    """An ordinary night, not judged yet; the commands know the warehouse."""
    monkeypatch.setenv("GOSPUB_DSN", loader_dsn)
    pages = make_pages(loader_dsn, 5)
    night = StagedNight(loader_dsn)
    night.open_run()
    return night.plan(pages).ordinary(pages)


def gospub(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def test_a_missing_address_is_told_without_a_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GOSPUB_DSN", raising=False)
    for command in ("report", "verify", "quality-report"):
        result = gospub(command)
        assert result.exit_code == 1
        assert "GOSPUB_DSN is not set" in result.output


def test_a_night_without_a_verdict_has_no_quality_report(night: StagedNight) -> None:
    result = gospub("quality-report", "2026-03-10")
    assert (result.exit_code, "has not been judged" in result.output) == (1, True)


def test_a_quota_that_is_no_number_is_refused(night: StagedNight) -> None:
    result = gospub("report", "--quota", "wall.get=many")
    assert (result.exit_code, "not METHOD=CALLS" in result.output) == (1, True)


def test_accepting_a_night_needs_a_rejected_one(night: StagedNight) -> None:
    night.judge()
    result = gospub("accept-night", "2026-03-10", "--who", "Иванова", "--reason", "проверено")
    assert (result.exit_code, "nothing to accept" in result.output) == (1, True)


def test_a_rejected_night_is_accepted_and_says_what_to_do_next(night: StagedNight) -> None:
    night.judge(good=False)
    result = gospub("accept-night", "2026-03-10", "--who", "Иванова", "--reason", "проверено")
    assert (result.exit_code, "clear the task check" in result.output) == (0, True)
    assert publish_night(night.dsn, night.run_id, night.moment)["pages_count"] == 5


def test_the_latest_night_is_reported_unless_a_date_is_given(night: StagedNight) -> None:
    for arguments in (["report"], ["report", "2026-03-10", "--platform", "vk"]):
        result = gospub(*arguments)
        assert result.exit_code == 0
        assert "# Night of 2026-03-10 on vk" in result.output


def test_the_quality_report_is_written_where_it_is_told(night: StagedNight, tmp_path: Path) -> None:
    judge(night.dsn, night.run_id, night.moment)
    page = tmp_path / "report.html"
    assert gospub("quality-report", "--out", str(page)).exit_code == 0
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    result = gospub("quality-report", "--out", str(tmp_path / "nowhere" / "report.html"))
    assert (result.exit_code, "cannot be written" in result.output) == (1, True)


def test_verify_exits_with_one_when_a_promise_is_broken(night: StagedNight) -> None:
    judge(night.dsn, night.run_id, night.moment)
    publish_night(night.dsn, night.run_id, night.moment)
    sound = gospub("verify", "--quota", "wall.get=5000")
    assert (sound.exit_code, "BROKEN" in sound.output) == (0, False)
    assert "holds   1 every page has one outcome" in sound.output
    rows(night.dsn, "DELETE FROM history.page_day WHERE page_id = (SELECT max(page_id) FROM history.page_day)")
    broken = gospub("verify")
    assert broken.exit_code == 1
    assert "BROKEN  1 every page has one outcome: 1 rows" in broken.output
    assert "Quotas were not checked" in broken.output
