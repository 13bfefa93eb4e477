"""Dividing the country into shards: whole regions of one federal district, a region that is too large cut in parts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import ceil

SHARDS_PER_NIGHT = 40
SMALLEST, LARGEST = 300, 5_000


@dataclass(frozen=True)
class RegionSize:
    """A region and its number of pages tonight."""

    region_code: str
    district: str
    name: str
    pages_count: int


@dataclass(frozen=True)
class Slice:
    """Pages ``first`` to ``last`` (from 1, both included) of a region in the order of page_id."""

    region_code: str
    name: str
    first: int
    last: int

    @property
    def pages_count(self) -> int:
        """Pages in the slice."""
        return self.last - self.first + 1


@dataclass(frozen=True)
class Shard:
    """What one mapped task crawls."""

    title: str
    slices: tuple[Slice, ...]

    @property
    def pages_count(self) -> int:
        """Pages in the shard."""
        return sum(piece.pages_count for piece in self.slices)


def make_shards(regions: Sequence[RegionSize], fewest: int = SMALLEST) -> list[Shard]:
    """Group regions into shards of about a fortieth of all pages, but ``fewest`` to 5,000.

    Every page lies in exactly one shard. A shard never crosses a federal district, unless its network wants more than
    300 pages in a task: there every task has a cost of its own, which nine districts would pay nine times.
    """
    pages = sum(region.pages_count for region in regions)
    wanted = min(LARGEST, max(SMALLEST, fewest, ceil(pages / SHARDS_PER_NIGHT)))
    whole = sorted(regions, key=lambda r: (r.district, r.name))
    if fewest > SMALLEST:
        return _fill(_slices(whole, wanted), wanted)
    shards: list[Shard] = []
    for _, district in groupby(whole, key=lambda r: r.district):
        shards += _fill(_slices(district, wanted), wanted)
    return shards


def _slices(regions: Iterable[RegionSize], wanted: int) -> Iterable[Slice]:
    for region in regions:
        parts = ceil(region.pages_count / min(LARGEST, wanted * 1.5)) or 1
        for part in range(parts):
            first = region.pages_count * part // parts + 1
            last = region.pages_count * (part + 1) // parts
            if first <= last:
                yield Slice(
                    region.region_code, region.name if parts == 1 else f"{region.name} {part + 1}/{parts}", first, last
                )


def _fill(slices: Iterable[Slice], wanted: int) -> list[Shard]:
    """Put slices together in order until a shard has what is wanted; a small remainder joins the last shard."""
    groups: list[list[Slice]] = []
    for piece in slices:
        if not groups or _size(groups[-1]) >= wanted or _size(groups[-1]) + piece.pages_count > LARGEST:
            groups.append([])
        groups[-1].append(piece)
    if len(groups) > 1 and _size(groups[-1]) < SMALLEST and _size(groups[-2]) + _size(groups[-1]) <= LARGEST:
        remainder = groups.pop()
        groups[-1] += remainder
    return [Shard(_title(group), tuple(group)) for group in groups]


def _size(slices: Sequence[Slice]) -> int:
    return sum(piece.pages_count for piece in slices)


def _title(slices: Sequence[Slice]) -> str:
    names = [piece.name for piece in slices]
    return ", ".join(names[:3]) + (f" и ещё {len(names) - 3}" if len(names) > 3 else "")
