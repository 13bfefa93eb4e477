"""What the local machine keeps between two starts: secrets, the world's clock, the demo's state, its ports."""

from __future__ import annotations

import json
import socket
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from gospub.clock import MOSCOW
from local.demo_state import DemoError, DemoState, load_state, next_night, resume_clock
from local.passwords import load_secrets, write_private
from local.ports import free_port, is_free
from local.world_clock import WorldClock

DAY = date(2026, 11, 22)


def moscow(day: date, hour: int) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=MOSCOW)


def night(day: date, *, published: bool) -> dict[str, object]:
    opened = moscow(day, 1)
    return {"snapshot_date": day, "opened_at": opened, "published_at": opened if published else None}


@pytest.fixture
def clock(tmp_path: Path) -> WorldClock:
    return WorldClock(tmp_path / "clock")


def test_secrets_are_private_and_stay_the_same(tmp_path: Path):
    path = tmp_path / "deep" / "secrets.json"
    first = load_secrets(path)
    assert path.stat().st_mode & 0o077 == 0
    assert load_secrets(path) == first
    assert len(first.admin_password) >= 12


@pytest.mark.parametrize("damage", ["", "{", '{"admin_password": "x"}', "[]"])
def test_a_damaged_secrets_file_is_healed(tmp_path: Path, damage: str):
    path = tmp_path / "secrets.json"
    path.write_text(damage)
    healed = load_secrets(path)
    assert load_secrets(path) == healed


def test_a_private_file_replaces_one_that_others_could_read(tmp_path: Path):
    path = tmp_path / "passwords.json"
    path.write_text("old")
    path.chmod(0o644)
    write_private(path, "new")
    assert path.read_text() == "new"
    assert path.stat().st_mode & 0o077 == 0


def test_a_night_begins_at_one_in_the_morning_in_moscow(clock: WorldClock):
    clock.set(moscow(DAY, 0))
    clock.begin_night(DAY)
    assert clock.today() == DAY
    assert abs(clock.now() - moscow(DAY, 1)) < timedelta(minutes=1)


def test_the_worlds_clock_never_goes_back(clock: WorldClock):
    clock.set(moscow(DAY, 5))
    clock.begin_night(DAY)
    assert clock.now() > moscow(DAY, 5) - timedelta(seconds=1)  # the file keeps whole milliseconds


def test_gospub_and_the_world_read_the_same_clock(clock: WorldClock, monkeypatch: pytest.MonkeyPatch):
    from gospub.clock import now

    clock.set(moscow(DAY, 3))
    monkeypatch.setenv("GOSPUB_CLOCK_FILE", str(clock.path))
    assert abs(now() - clock.now()) < timedelta(minutes=1)
    assert now().tzinfo is UTC


def test_time_stands_still_while_no_demo_runs(clock: WorldClock):
    state = DemoState(1, 10, DAY.isoformat(), stopped_at=moscow(DAY, 9).isoformat())
    resume_clock(clock, state, night(DAY, published=True))
    assert abs(clock.now() - moscow(DAY, 9)) < timedelta(minutes=1)


def test_after_a_killed_demo_the_clock_goes_on_from_its_last_night(clock: WorldClock):
    last = DAY + timedelta(days=4)
    resume_clock(clock, DemoState(1, 10, DAY.isoformat()), night(last, published=False))
    assert clock.today() == last


def test_the_next_night_follows_the_last_published_one(clock: WorldClock):
    clock.set(moscow(DAY, 2))
    assert next_night(clock, night(DAY, published=True)) == DAY + timedelta(days=1)


def test_a_night_that_was_not_published_is_continued(clock: WorldClock):
    clock.set(moscow(DAY, 2))
    assert next_night(clock, night(DAY, published=False)) == DAY


def test_a_night_whose_day_is_over_is_not_crawled_late(clock: WorldClock):
    clock.set(moscow(DAY + timedelta(days=2), 2))
    assert next_night(clock, night(DAY, published=False)) == DAY + timedelta(days=2)


def test_a_world_of_another_size_is_refused_with_the_cure(tmp_path: Path):
    path = tmp_path / "demo.json"
    DemoState(1, 3000, DAY.isoformat()).save(path)
    with pytest.raises(DemoError, match=r"ORGANISATIONS=3000.*make clean-state"):
        load_state(path, 200, DAY)


@pytest.mark.parametrize("damage", ["", "{}", json.dumps({"seed": 1, "unknown": 2})])
def test_a_damaged_state_is_told_with_the_cure(tmp_path: Path, damage: str):
    path = tmp_path / "demo.json"
    path.write_text(damage)
    with pytest.raises(DemoError, match=r"demo\.json.*make clean-state"):
        load_state(path, 200, DAY)


def test_a_taken_port_is_seen():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert not is_free(port)
    assert is_free(free_port())
