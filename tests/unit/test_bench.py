"""What the benchmarks compute besides measuring: targets, the fewest calls, and whose seconds a night's are."""

from __future__ import annotations

from datetime import date, timedelta
from math import ceil

import pytest

from bench.demo_night import _covered
from bench.minimum import fewest_calls
from bench.network_minimum import fewest_calls as fewest_network_calls
from bench.results import Figure, table
from gospub.clock import moscow_midnight
from sandbox.pages import Page
from sandbox.telegram_html import Service, messages
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


def test_large_counts_are_shown_to_the_last_digit():
    assert "| 21,604 |" in table([Figure("calls", 21604, "calls", "x")])


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


SINCE = moscow_midnight(NIGHT - timedelta(days=30))


@pytest.fixture(scope="module")
def world() -> World:
    return World(1, 1500, NIGHT)


def in_state(world: World, network: str, *states: str) -> list[Page]:
    return [page for page in world.pages(network) if world.truth(page, NIGHT).state in states]


def fewest(world: World, network: str, *shards: list[Page]) -> dict[str, int]:
    named = [[str(page.native_id) for page in shard] for shard in shards]
    return dict(fewest_network_calls(world, network, NIGHT, named))


def posts(world: World, page: Page) -> int:
    return len(world.posts(page, NIGHT, SINCE))


def test_a_group_that_is_missing_is_asked_alone_and_one_that_is_shut_costs_no_more_than_its_place(world: World):
    missing, shut = in_state(world, "ok", "absent", "deleted"), in_state(world, "ok", "closed", "private", "banned")
    assert fewest(world, "ok", missing) == {"group.getInfo": 1 + len(missing)}
    assert fewest(world, "ok", shut) == {"group.getInfo": 1}


def test_groups_are_asked_by_hundreds_and_their_topics_by_hundreds_whatever_their_walls(world: World):
    walls = [page for page in in_state(world, "ok", "open") if page.index % 97 != 5 and 0 < posts(world, page) < 50]
    assert len(walls) > 100
    topics = sum(posts(world, page) for page in walls)
    assert fewest(world, "ok", walls) == {
        "group.getInfo": ceil(len(walls) / 100), "stream.get": len(walls), "mediatopic.getByIds": ceil(topics / 100)
    }  # fmt: skip
    alone = fewest(world, "ok", *([page] for page in walls))
    assert alone["group.getInfo"] == alone["mediatopic.getByIds"] == len(walls)


def test_a_group_without_its_members_and_a_wall_of_more_than_a_hundred_posts_cost_a_call_more(world: World):
    uncounted = [page for page in in_state(world, "ok", "open") if page.index % 97 == 5]
    busy = [page for page in in_state(world, "ok", "open") if 100 < posts(world, page) < 199 and page not in uncounted]
    assert fewest(world, "ok", [uncounted[0]])["group.getCounters"] == 1
    assert fewest(world, "ok", [busy[0]]) == {"group.getInfo": 1, "stream.get": 2, "mediatopic.getByIds": 2}


def test_a_channel_costs_its_card_and_a_preview_a_20_messages_until_one_is_too_old(world: World):
    shut = in_state(world, "telegram", "private", "restricted", "deleted", "absent")
    unseen = in_state(world, "telegram", "no_preview")
    assert fewest(world, "telegram", shut) == {"card": len(shut), "preview": 0}
    assert fewest(world, "telegram", unseen) == {"card": len(unseen), "preview": len(unseen)}
    for page in in_state(world, "telegram", "open"):
        shown = messages(world.truth(page, NIGHT), world.wall(page), None)[0]
        services = sum(isinstance(each, Service) for each in shown)
        least = ceil((posts(world, page) + 1) / 20)
        assert least <= fewest(world, "telegram", [page])["preview"] <= least + (services > 0), page


def test_the_bots_chats_are_listed_once_however_many_shards_and_only_open_channels_have_messages(world: World):
    pages = list(world.pages("max"))
    readable = in_state(world, "max", "open")
    calls = sum(max(1, ceil(posts(world, page) / 100)) for page in readable)
    assert calls > len(readable), "no channel has more than a hundred posts: nothing is tested"
    halves = fewest(world, "max", pages[::2], pages[1::2])
    assert halves["messages"] == calls
    outside = len(in_state(world, "max", "bot_outside", "absent"))
    assert halves["chats"] == ceil((len(pages) - outside + ceil(len(pages) / 150)) / 100)
