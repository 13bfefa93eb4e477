"""What the benchmarks compute besides measuring: targets, the fewest calls, and whose seconds a night's are."""

from __future__ import annotations

from datetime import date, timedelta
from math import ceil

import pytest

from bench.demo_night import _covered
from bench.minimum import fewest_calls
from bench.results import Figure, table
from gospub.clock import moscow_midnight
from sandbox.world import World

NIGHT = date(2026, 11, 22)


def test_a_missed_target_is_told():
    figures = [
        Figure("slow", 3.0, "s", "x", at_most=2.0),
        Figure("busy", 0.96, "of 1", "x", at_least=0.95),
        Figure("told", 1, "", "x"),
    ]
    assert [figure.is_met for figure in figures] == [False, True, None]
    assert [("MISSED" in line, " met" in line) for line in table(figures).splitlines()[2:]] == [
        (True, False),
        (False, True),
        (False, False),
    ]


def test_seconds_in_which_tasks_overlap_count_once_and_gaps_not_at_all():
    rows = [
        {"run_id": "a", "started": started, "ended": ended} for started, ended in ((0.0, 4.0), (1.0, 3.0), (2.0, 6.0))
    ]
    assert _covered(rows) == 1.0
    assert _covered([*rows, {"run_id": "a", "started": 8.0, "ended": 10.0}]) == pytest.approx(0.8)


def test_the_fewest_calls_count_every_wall_and_its_next_hundreds():
    world = World(1, 400, NIGHT)
    pages = list(world.pages("vk"))
    since = moscow_midnight(NIGHT - timedelta(days=30))
    found = fewest_calls(world, NIGHT, [[page.native_id for page in pages]])
    open_pages = [page for page in pages if world.truth(page, NIGHT).state == "open"]
    many = [page for page in open_pages if len(world.posts(page, NIGHT, since)) > 100]
    assert many, "the world has no page with more than a hundred posts: nothing is tested"
    assert found.wall_get >= len(open_pages) + len(many)
    assert found.on_the_wire >= ceil(len(pages) / 500) + ceil(found.wall_get / 25)
    shards = [[page.native_id for page in pages[start : start + 100]] for start in range(0, len(pages), 100)]
    assert fewest_calls(world, NIGHT, shards).wall_get == found.wall_get
