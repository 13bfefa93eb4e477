"""Dividing the country into shards: every page once, districts crossed only where it spares calls, sizes in bounds."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from math import ceil

from hypothesis import given
from hypothesis import strategies as st

from gospub.planning.shards import LARGEST, SHARDS_PER_NIGHT, SMALLEST, RegionSize, Shard, make_shards

DISTRICTS = ["Приволжский", "Уральский", "Южный"]
COUNTRIES = st.lists(
    st.tuples(
        st.sampled_from(DISTRICTS), st.one_of(st.integers(1, 200), st.integers(1, 6_000), st.integers(1, 90_000))
    ),
    max_size=30,
).map(
    lambda found: [
        RegionSize(f"{number:02}", district, f"Край {number:02}", count)
        for number, (district, count) in enumerate(found)
    ]
)


def covered(shards: list[Shard]) -> Counter[tuple[str, int]]:
    return Counter(
        (piece.region_code, place)
        for shard in shards
        for piece in shard.slices
        for place in range(piece.first, piece.last + 1)
    )


@given(COUNTRIES)
def test_every_page_lies_in_exactly_one_shard(regions: list[RegionSize]):
    slices = sorted(
        (piece.region_code, piece.first, piece.last) for shard in make_shards(regions) for piece in shard.slices
    )
    for region in regions:
        own = [(first, last) for code, first, last in slices if code == region.region_code]
        assert own[0][0] == 1
        assert own[-1][1] == region.pages_count
        assert all(after == last + 1 for (_, last), (after, _) in pairwise(own))


@given(COUNTRIES)
def test_no_shard_crosses_a_federal_district(regions: list[RegionSize]):
    district = {region.region_code: region.district for region in regions}
    for shard in make_shards(regions):
        assert len({district[piece.region_code] for piece in shard.slices}) == 1


@given(COUNTRIES)
def test_no_shard_is_empty_or_larger_than_the_largest(regions: list[RegionSize]):
    for shard in make_shards(regions):
        assert 0 < shard.pages_count <= LARGEST


@given(COUNTRIES)
def test_a_shard_is_small_only_if_it_fits_with_no_neighbour(regions: list[RegionSize]):
    district = {region.region_code: region.district for region in regions}
    by_district: dict[str, list[Shard]] = {}
    for shard in make_shards(regions):
        by_district.setdefault(district[shard.slices[0].region_code], []).append(shard)
    for shards in by_district.values():
        for shard, after in pairwise(shards):
            if min(shard.pages_count, after.pages_count) < SMALLEST:
                assert shard.pages_count + after.pages_count > LARGEST


@given(COUNTRIES)
def test_there_are_not_many_more_shards_than_wanted(regions: list[RegionSize]):
    pages = sum(region.pages_count for region in regions)
    most = max(SHARDS_PER_NIGHT, ceil(pages / LARGEST)) * 2 + len(DISTRICTS)
    assert len(make_shards(regions)) <= most


def test_the_census_of_150_000_pages_makes_a_few_dozen_shards():
    regions = [RegionSize(f"{n:02}", f"Округ {n % 8}", f"Регион {n:02}", 600 + 25 * n) for n in range(1, 90)]
    shards = make_shards(regions)
    assert 20 <= len(shards) <= 50
    assert covered(shards).total() == sum(region.pages_count for region in regions)


def test_a_region_larger_than_a_shard_is_cut_into_even_parts_and_named_so():
    shards = make_shards([RegionSize("77", "Центральный", "Москва", 12_000)])
    assert [shard.title for shard in shards][:1] == [f"Москва 1/{len(shards)}"]
    sizes = [shard.pages_count for shard in shards]
    assert max(sizes) - min(sizes) <= 1


def test_a_shard_of_many_regions_names_the_first_three():
    shards = make_shards([RegionSize(f"{n:02}", "Южный", f"Край {n}", 10) for n in range(1, 6)])
    assert [shard.title for shard in shards] == ["Край 1, Край 2, Край 3 и ещё 2"]


@given(COUNTRIES, st.sampled_from((500, LARGEST)))
def test_a_network_that_wants_many_pages_in_a_task_gets_hardly_more_shards_than_it_takes(
    regions: list[RegionSize], fewest: int
):
    shards = make_shards(regions, fewest)
    pages = sum(region.pages_count for region in regions)
    assert covered(shards).total() == len(covered(shards)) == pages
    assert all(0 < shard.pages_count <= LARGEST for shard in shards)
    assert len(shards) <= 2 * ceil(pages / max(fewest, min(LARGEST, pages / SHARDS_PER_NIGHT))) + 1


def test_a_page_more_than_a_shard_holds_makes_one_shard_more_and_not_one_for_each_district():
    regions = [RegionSize(f"{n:02}", f"Округ {n % 8}", f"Регион {n:02}", 100) for n in range(50)]
    assert len(make_shards(regions, LARGEST)) == 1
    more = [*regions, RegionSize("50", "Округ 8", "Регион 50", 1)]
    assert len(make_shards(more, LARGEST)) == 2


def test_no_pages_make_no_shards():
    assert make_shards([]) == make_shards([], LARGEST) == []
