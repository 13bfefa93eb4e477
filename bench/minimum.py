"""The fewest calls with which a night can be asked of VK, computed from the world's truth.

A community's profile comes 500 to a call of groups.getById; one that is missing there has to be asked alone before it
counts as not found. A wall takes one wall.get for each hundred posts up to and including the first that is too old (a
pinned one apart). 25 calls go into one execute. Batches do not cross shards. Not counted: that an execute's answer has
to stay below 5 MB, and that nobody knows beforehand how many posts a page has: both cost more than this minimum.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil

from gospub.clock import moscow_midnight
from gospub.platforms.vk import CALLS_PER_EXECUTE, POSTS_PER_CALL
from sandbox.pages import Page
from sandbox.world import World

_PROFILES_PER_CALL = 500


@dataclass(frozen=True)
class Calls:
    """Calls on the wire (what the rate counts), and wall.get calls (what the daily quota counts)."""

    on_the_wire: int
    wall_get: int


def fewest_calls(world: World, night: date, shards: Iterable[Iterable[int]]) -> Calls:
    """The minimum for shards given as VK's ids of their pages."""
    pages = {page.native_id: page for page in world.pages("vk")}
    on_the_wire = wall_get = 0
    for shard in shards:
        members = [pages[native_id] for native_id in shard if native_id in pages]
        truths = [world.truth(page, night) for page in members]
        absent = sum(truth.state == "absent" for truth in truths)
        walls = [page for page, truth in zip(members, truths, strict=True) if truth.state == "open"]
        calls = sum(_wall_calls(world, page, night) for page in walls)
        on_the_wire += ceil(len(members) / _PROFILES_PER_CALL) + _executes(absent) + _executes(calls)
        wall_get += calls
    return Calls(on_the_wire, wall_get)


def _executes(calls: int) -> int:
    return ceil(calls / CALLS_PER_EXECUTE)


def _wall_calls(world: World, page: Page, night: date) -> int:
    if not world.truth(page, night).is_wall_readable:
        return 1  # only the refusal tells
    return max(1, ceil(posts_to_read(world, page, night) / POSTS_PER_CALL))


def posts_to_read(world: World, page: Page, night: date) -> int:
    """How many posts of a wall tell what it holds of the last 30 days: the first older one too, a pinned one apart."""
    since: datetime = moscow_midnight(night - timedelta(days=30))
    number = 0
    for post in world.wall(page).listed(night):
        number += 1
        if post.published_at < since and not post.is_pinned:
            break
    return number
