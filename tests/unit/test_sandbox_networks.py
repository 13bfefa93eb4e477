"""Pages in Odnoklassniki, Telegram and MAX belong to the same world as VK's: same organisations, moves, own states."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.faults import Call, Faults
from sandbox.limits import Ledger, Settings
from sandbox.network_pages import NetworkPages
from sandbox.world import World

FIRST = date(2026, 11, 22)
ONE = timedelta(days=1)
OTHERS = ("ok", "telegram", "max")
seeds = st.integers(min_value=-(2**40), max_value=2**40)
few = settings(max_examples=6, deadline=None)
STATES = {
    "ok": {"closed", "private", "banned", "deleted", "absent"},
    "telegram": {"no_preview", "private", "restricted", "deleted", "absent"},
    "max": {"bot_outside", "banned", "deleted", "absent"},
}
TURNS = {
    "banned": "banned", "deleted": "deleted", "closed": "closed", "preview_closed": "no_preview",
    "restricted": "restricted", "bot_removed": "bot_outside", "bot_joined": "open", "unbanned": "open",
}  # fmt: skip


def pages_of(world: World, network: str) -> NetworkPages:
    pages = world.pages(network)
    assert isinstance(pages, NetworkPages)
    return pages


def test_a_network_that_the_world_lacks_is_an_error():
    with pytest.raises(KeyError, match="myspace"):
        World(1, 10, FIRST).pages("myspace")


@few
@given(seeds, st.sampled_from(OTHERS))
def test_a_page_is_found_by_each_of_its_ids(seed: int, network: str):
    pages = pages_of(World(seed, 150, FIRST), network)
    assert len({page.native_id for page in pages}) == len(pages)
    for page in pages:
        assert pages.find(page.native_id) == page
        assert pages.by_number(page.number) == page
        assert pages.by_number(page.number + 6 * len(pages)) is None
        if page.link_name:
            assert pages.find(page.link_name.upper()) == page
            assert 5 <= len(page.link_name) <= 32


@pytest.mark.parametrize("size", [60, 120, 200])
@pytest.mark.parametrize("network", OTHERS)
def test_a_small_world_has_some_dozens_of_pages(size: int, network: str):
    assert 30 <= len(World(1, size, FIRST).pages(network)) <= 70


@pytest.mark.parametrize("network", OTHERS)
def test_a_large_world_has_every_state_in_which_a_network_can_show_a_page(network: str):
    world = World(1, 4000, FIRST)
    assert {world.truth(page, FIRST).state for page in world.pages(network)} == {"open", *STATES[network]}


def test_posts_of_odnoklassniki_and_max_tell_their_page_and_exceed_what_a_float_holds_in_max():
    world = World(1, 60, FIRST)
    for network in ("ok", "max"):
        for page in world.pages(network):
            assert all(pages_of(world, network).by_post_id(post.id) == page for post in world.posts(page, FIRST))
    ids = [post.id for page in world.pages("max") for post in world.posts(page, FIRST)]
    assert min(ids) > 2**53
    assert any(int(float(number)) != number for number in ids)


def test_a_post_of_telegram_does_not_tell_its_page():
    with pytest.raises(ValueError, match="telegram"):
        pages_of(World(1, 60, FIRST), "telegram").by_post_id(5)


@few
@given(seeds, st.sampled_from(OTHERS))
def test_an_event_turns_the_page_into_what_it_says(seed: int, network: str):
    world = World(seed, 250, FIRST)
    seen = set()
    for night in (FIRST + ONE * number for number in range(1, 13)):
        for event in world.events(night, network):
            before, after = world.truth(event.page, night - ONE), world.truth(event.page, night)
            seen.add(event.kind)
            if event.kind in TURNS:
                assert after.state == TURNS[event.kind] != before.state
            elif event.kind == "renamed":
                assert after.name != before.name
    assert {"renamed", "silent", "audience_drop"} <= seen


@few
@given(seeds)
def test_who_falls_silent_in_vk_for_good_begins_in_telegram_on_the_same_night(seed: int):
    world = World(seed, 150, FIRST)
    moved = 0
    for night in (FIRST + ONE * number for number in range(1, 5)):
        silent = {event.page.organisation.index for event in world.events(night) if event.kind == "silent"}
        for event in world.events(night, "telegram"):
            if event.kind == "moved_in":
                moved += 1
                assert event.page.organisation.index in silent
                assert world.posts(event.page, night - ONE) == []
                assert world.posts(event.page, night) != []
                assert world.truth(event.page, night - ONE).state == "open"
    assert moved >= 2


def test_most_organisations_without_a_vk_page_live_elsewhere():
    world = World(1, 4000, FIRST)
    held = {each.index for each in world.organisations if each.exemption_ground is None}
    without = held - set(world.pages_of("vk"))
    found = {network: without & set(world.pages_of(network)) for network in OTHERS}
    assert without == set().union(*found.values())
    assert all(found.values())


@pytest.mark.parametrize("network", ["telegram", "max"])
def test_networks_without_the_mark_never_show_it(network: str):
    world = World(1, 200, FIRST)
    assert {world.truth(page, FIRST).is_government_organization for page in world.pages(network)} == {None}


def test_a_fault_aimed_at_one_network_leaves_the_others_alone():
    faults = Faults({"vk": ["error_10"], "ok": ["error_10", "error_102"]})
    faults.switch([{"name": "error_10", "network": "ok"}, {"name": "error_102"}])
    assert faults.error(Call.of("t", "wall.get", {}, [])) is None
    struck = faults.error(Call.of("t", "stream.get", {}, [], "ok"))
    assert struck is not None
    assert struck.name == "error_10"


def test_each_network_has_its_own_rate():
    ledger = Ledger(Settings(rate=1, rates={"max": 3}))
    assert [ledger.arrive("t", "wall.get") for _ in range(2)] == [True, False]
    assert [ledger.arrive("bot", "chats", "max") for _ in range(4)] == [True, True, True, False]
