"""The night's report tells what the night was the first to show."""

from __future__ import annotations

from typing import Any

from gospub.reporting import night_report
from tests.e2e.vk_nights import country


def test_renames_marks_and_pages_gone_are_told_by_name(loader_dsn: str, tmp_path: Any, monkeypatch: Any) -> None:
    with country(loader_dsn, tmp_path, monkeypatch, organisations=200) as found:
        found.whole_night(1)
        day = found.whole_night(2)
        report = night_report(loader_dsn, day, "vk")
        told = {"mark_lost": "mark lost", "mark_gained": "mark gained", "renamed": "renamed", "banned": "now banned"}
        for event in found.sandbox.world.events(day):
            if event.kind in told:
                section = report.split(f"  {told[event.kind]}: ")[1]
                assert found.sandbox.world.truth(event.page, found.sandbox.night(1)).name in section
        assert told.keys() <= {event.kind for event in found.sandbox.world.events(day)}
