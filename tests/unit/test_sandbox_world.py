"""The world is a pure function of its seed, rich enough for every rule of the product, and consistent with itself."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from itertools import islice, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.regions import MOSCOW, all_regions
from sandbox.world import World

FIRST = date(2026, 11, 22)
KINDS = {
    "mark_lost", "mark_gained", "banned", "deleted", "closed", "renamed", "silent", "audience_drop", "comments_closed",
}  # fmt: skip
seeds = st.integers(min_value=-(2**40), max_value=2**40)
few = settings(max_examples=6, deadline=None)


@pytest.fixture(scope="module")
def world() -> World:
    return World(1, 3000, FIRST)


def nights(number: int) -> list[date]:
    return [FIRST + timedelta(days=day) for day in range(number)]


def test_a_world_without_organisations_is_refused():
    with pytest.raises(ValueError, match="at least one"):
        World(1, 0, FIRST)


@few
@given(seeds, st.integers(min_value=1, max_value=120))
def test_the_same_seed_makes_the_same_world_and_the_order_of_questions_does_not_matter(seed: int, size: int):
    one, other = World(seed, size, FIRST), World(seed, size, FIRST)
    assert list(one.organisations) == list(reversed([other.organisations[i] for i in reversed(range(size))]))
    for index in reversed(range(len(one.vk))):
        night = FIRST + timedelta(days=index % 9)
        assert one.truth(one.vk[index], night) == other.truth(other.vk[index], night)
        assert one.posts(one.vk[index], night)[:5] == other.posts(other.vk[index], night)[:5]


def test_two_seeds_make_two_worlds():
    one, other = World(1, 50, FIRST), World(2, 50, FIRST)
    assert [page.native_id for page in one.vk] != [page.native_id for page in other.vk]


@few
@given(seeds, st.integers(min_value=200, max_value=500))
def test_every_kind_of_event_happens_on_night_2_and_on_night_3(seed: int, size: int):
    world = World(seed, size, FIRST)
    for night in nights(3)[1:]:
        assert {event.kind for event in world.events(night)} >= KINDS
    assert world.events(FIRST) == []


@few
@given(seeds)
def test_an_event_is_the_difference_between_two_nights(seed: int):
    world = World(seed, 250, FIRST)
    for night in nights(12)[1:]:
        for event in world.events(night):
            before, after = (world.truth(event.page, night - timedelta(days=1)), world.truth(event.page, night))
            fields = {
                "mark_lost": (before.is_government_organization, after.is_government_organization) == (True, False),
                "mark_gained": (before.is_government_organization, after.is_government_organization) == (False, True),
                "banned": (before.state, after.state) == ("open", "banned"),
                "unbanned": (before.state, after.state) == ("banned", "open"),
                "deleted": (before.state, after.state) == ("open", "deleted"),
                "closed": (before.state, after.state) == ("open", "closed"),
                "renamed": before.name != after.name and before.screen_name != after.screen_name,
                "audience_drop": (after.members_count or 0) < 0.9 * (before.members_count or 0),
                "comments_closed": (before.comments_open, after.comments_open) == (True, False),
            }
            assert fields.get(event.kind, event.kind in ("silent", "posting_resumed")), event


@few
@given(seeds)
def test_a_silence_has_lasted_exactly_seven_full_days_on_its_night(seed: int):
    world = World(seed, 250, FIRST)
    for night in nights(12)[1:]:
        for event in world.events(night):
            last = world.wall(event.page).last_post_day(night)
            if event.kind == "silent":
                assert last == night - timedelta(days=8)
            if event.kind == "posting_resumed":
                assert last == night - timedelta(days=1)


def test_nothing_but_a_planted_drop_costs_a_tenth_of_the_audience_in_a_week(world: World):
    week = timedelta(days=7)
    for page in world.vk:
        before, after = (world.truth(page, night).members_count for night in (FIRST + week, FIRST + 2 * week))
        planted = world.planted(page)
        if before and after and (planted is None or planted.kind != "audience_drop"):
            assert after > 0.9 * before


@few
@given(seeds)
def test_a_wall_counts_what_it_lists_and_the_pinned_post_comes_first(seed: int):
    world = World(seed, 30, FIRST)
    for page in world.vk:
        wall = world.wall(page)
        for night in (FIRST, FIRST + timedelta(days=3), FIRST + timedelta(days=11)):
            listed = list(wall.listed(night))
            assert wall.count(night) == len(listed) == len({post.id for post in listed})
            by_time = sorted(listed, key=lambda post: (post.published, post.id), reverse=True)
            assert list(wall.newest_first(night)) == by_time
            pinned = [post for post in listed if post.is_pinned]
            assert listed == pinned + [post for post in by_time if not post.is_pinned]


@few
@given(seeds, st.integers(min_value=0, max_value=400))
def test_any_offset_continues_where_the_page_before_ended(seed: int, offset: int):
    world = World(seed, 40, FIRST)
    for page in islice(world.vk, 10):
        wall = world.wall(page)
        assert list(wall.listed(FIRST, offset)) == list(wall.listed(FIRST))[offset:]


def test_a_post_is_visible_from_the_midnight_after_it_was_published(world: World):
    for page in islice(world.vk, 300):
        for post in world.posts(page, FIRST):
            day = post.published_at.astimezone(MOSCOW).date()
            assert day < FIRST
            assert world.wall(page).by_id(post.id, day) is None


def test_counters_grow_with_a_posts_age_and_some_posts_vanish(world: World):
    vanished = 0
    for page in islice(world.vk, 400):
        planted = world.planted(page)
        if planted and planted.kind in ("comments_closed", "banned", "deleted", "closed"):
            continue
        for post in world.posts(page, FIRST)[:20]:
            later = world.wall(page).by_id(post.id, FIRST + timedelta(days=2))
            if later is None:
                vanished += 1
                continue
            assert (later.views or 0) >= (post.views or 0)
            assert later.likes >= post.likes
            assert (later.text, later.published_at) == (post.text, post.published_at)
    assert vanished


def test_every_oddity_occurs_in_a_world_of_the_demos_size(world: World):
    truths = [world.truth(page, FIRST) for page in world.vk]
    assert {truth.state for truth in truths} == {"open", "closed", "private", "banned", "deleted", "absent"}
    alive = [truth for truth in truths if truth.is_alive]
    assert {truth.is_government_organization for truth in alive} == {True, False, None}
    assert {truth.wall for truth in alive} == {0, 1, 2, 3}
    month = FIRST - timedelta(days=30)
    start = world.posts(world.vk[0], FIRST)[0].published_at.replace(year=month.year, month=month.month, day=month.day)
    recent = [world.posts(page, FIRST, start) for page in world.vk]
    assert sum(len(posts) > 100 for posts in recent) >= 3
    open_walls = [page for page, truth in zip(world.vk, truths, strict=True) if truth.is_wall_readable]
    assert any(world.wall(page).count(FIRST) == 0 for page in open_walls)
    posts = [post for some in recent for post in some]
    assert any(post.views is None for post in posts)
    assert any(post.comments is None for post in posts)
    assert any(not post.can_comment and post.comments == 0 for post in posts)
    assert any(post.is_repost and post.text == "" for post in posts)


def test_posts_of_the_far_east_have_another_date_there_than_in_moscow(world: World):
    shifted = [
        post
        for page in world.vk
        if page.organisation.region.minutes_from_moscow >= 420
        for post in world.posts(page, FIRST)[:3]
        if (post.published_at.astimezone(MOSCOW) + timedelta(minutes=420)).date()
        != post.published_at.astimezone(MOSCOW).date()
    ]
    assert shifted


def test_organisations_cover_every_region_and_level_and_have_valid_ogrns(world: World):
    organisations = list(world.organisations)
    assert {each.region.code for each in organisations} == {region.code for region in all_regions()}
    assert len(all_regions()) == 90
    levels = {"Регион", "Министерство", "Ведомство", "МО", "Узкоспециальные"}
    assert {each.level for each in organisations} == levels
    assert all(int(each.ogrn[:12]) % 11 % 10 == int(each.ogrn[12]) for each in organisations)
    assert len({each.ogrn for each in organisations}) == len(organisations)
    per_region = Counter(each.region.code for each in organisations)
    assert all(number >= 5 for number in per_region.values())


def test_some_organisations_are_exempt_some_lack_a_page_and_some_have_two(world: World):
    pages = world.pages_of("vk")
    exempt = [each for each in world.organisations if each.exemption_ground]
    assert 0.03 < len(exempt) / len(world.organisations) < 0.05
    assert not any(each.index in pages for each in exempt)
    bare = [each for each in world.organisations if each.index not in pages and not each.exemption_ground]
    assert 0.02 < len(bare) / len(world.organisations) < 0.04
    assert any(len(own) == 2 and own[1].is_second for own in pages.values())


def test_menus_carry_own_and_foreign_ogrns_and_links_without_any(world: World):
    links = [
        (page.organisation, item.url)
        for page in world.vk
        for item in world.truth(page, FIRST).menu
        if "pos.gosuslugi.ru" in item.url
    ]
    own = [url for organisation, url in links if f"utm_campaign={organisation.ogrn}" in url]
    foreign = [url for organisation, url in links if "utm_campaign" in url and organisation.ogrn not in url]
    assert len(own) > 20 * len(foreign) > 0
    assert any("utm_campaign" not in url for _, url in links)


def test_ids_of_pages_ascend_and_lead_back_to_their_page(world: World):
    assert all(one.native_id < other.native_id for one, other in pairwise(world.vk))
    for page in islice(world.vk, 200):
        assert world.vk.by_native_id(page.native_id) == page
        assert world.vk.by_native_id(page.native_id + 10**9) is None
        truth = world.truth(page, FIRST)
        assert world.find(truth.screen_name, FIRST) == (None if truth.state == "absent" else page)


def test_a_renamed_page_is_found_by_its_new_name_alone(world: World):
    for night in nights(3)[1:]:
        for event in world.events(night):
            if event.kind == "renamed":
                old = world.truth(event.page, FIRST).screen_name
                assert world.find(world.truth(event.page, night).screen_name, night) == event.page
                assert world.find(old, night) is None or old.endswith(str(event.page.native_id))


def test_a_world_of_the_whole_country_is_ready_without_making_its_pages():
    world = World(1, 156_000, FIRST)
    assert len(world.vk) > 145_000
    assert world.vk.traits.cache_info().currsize <= 8192
