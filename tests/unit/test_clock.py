"""The clock's one seam: Moscow's calendar, and a file that moves time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from gospub import clock
from gospub.errors import ConfigurationError


@pytest.mark.parametrize(
    "content", ["", "tomorrow", "1,5", "nan", "inf", "1e300", "\N{DIGIT ONE}\N{CYRILLIC SMALL LETTER O}"]
)
def test_a_clock_file_that_holds_no_seconds_is_told_clearly(
    content: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    path = tmp_path / "clock"
    path.write_text(content, encoding="utf-8")
    monkeypatch.setenv("GOSPUB_CLOCK_FILE", str(path))
    with pytest.raises(ConfigurationError, match="GOSPUB_CLOCK_FILE"):
        clock.now()


def test_a_clock_file_that_is_a_folder_is_told_clearly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("GOSPUB_CLOCK_FILE", str(tmp_path))
    with pytest.raises(ConfigurationError):
        clock.now()


def test_without_a_clock_file_it_is_now(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    for value in ("", str(tmp_path / "missing")):
        monkeypatch.setenv("GOSPUB_CLOCK_FILE", value)
        assert abs(clock.now() - datetime.now(UTC)) < timedelta(minutes=1)


@pytest.mark.parametrize("seconds", ["86400", " -3600.5\n", "1e6"])
def test_the_file_moves_time_and_is_read_anew_each_time(seconds: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "clock"
    monkeypatch.setenv("GOSPUB_CLOCK_FILE", str(path))
    path.write_text("0")
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(minutes=1)
    path.write_text(seconds)
    moved = clock.now() - datetime.now(UTC)
    assert abs(moved - timedelta(seconds=float(seconds))) < timedelta(minutes=1)
    assert clock.now().tzinfo is UTC


@pytest.mark.parametrize(
    ("moment", "night"),
    [
        (datetime(2026, 11, 21, 20, 59, 59, tzinfo=UTC), date(2026, 11, 21)),
        (datetime(2026, 11, 21, 21, 0, tzinfo=UTC), date(2026, 11, 22)),
        (datetime(2026, 12, 31, 22, 0, tzinfo=UTC), date(2027, 1, 1)),
    ],
)
def test_a_night_has_the_date_of_moscow(moment: datetime, night: date):
    assert clock.snapshot_date(moment) == night


def test_a_night_ends_when_the_next_begins():
    day = date(2026, 11, 22)
    assert clock.moscow_midnight(day) == datetime(2026, 11, 21, 21, tzinfo=UTC)
    assert clock.night_ends_at(day) == clock.moscow_midnight(day + timedelta(days=1))
    assert clock.snapshot_date(clock.moscow_midnight(day)) == day
    assert clock.snapshot_date(clock.night_ends_at(day) - timedelta(microseconds=1)) == day
