"""The fewest calls with which a night can be asked of Odnoklassniki, Telegram and MAX, computed from the world's truth.

Odnoklassniki: a hundred groups a call of group.getInfo; one that is missing there has to be asked alone before it
counts as not found, one without its members takes a group.getCounters. A wall takes one stream.get for each hundred
posts up to and including the first that is too old (a pinned one apart), its posts of 30 days one mediatopic.getByIds
for each hundred, whatever walls they are of. Batches do not cross shards.

Telegram: one card a channel; for each channel that its card shows to be there one preview for each 20 messages, up to
the page that holds the first one too old.

MAX: one call for each hundred chats of the bot, listed once in the night; one for each hundred messages of 30 days.

Not counted is what nobody can know beforehand, such as that a full answer was the last one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from math import ceil

from bench.minimum import posts_to_read
from gospub.clock import moscow_midnight
from gospub.platforms.max_answers import MESSAGES_PER_CALL
from gospub.platforms.max_messenger import CHATS_PER_CALL
from gospub.platforms.ok import FEED_PER_CALL, GROUPS_PER_CALL, TOPICS_PER_CALL
from sandbox.max_messenger import listed
from sandbox.ok_objects import group
from sandbox.page_truth import PageTruth
from sandbox.pages import Page
from sandbox.telegram_html import messages
from sandbox.world import World

Shards = Iterable[Sequence[Page]]


def fewest_calls(world: World, network: str, night: date, shards: Iterable[Iterable[str]]) -> Counter[str]:
    """The minimum by method, for shards given as the network's ids of their pages."""
    pages = {str(page.native_id): page for page in world.pages(network)}
    return _FEWEST[network](world, night, [[pages[native_id] for native_id in shard] for shard in shards])


def _fewest_ok(world: World, night: date, shards: Shards) -> Counter[str]:
    calls: Counter[str] = Counter()
    for shard in shards:
        truths = [world.truth(page, night) for page in shard]
        walls = [truth for truth in truths if truth.state == "open"]
        calls["group.getInfo"] += ceil(len(shard) / GROUPS_PER_CALL) + sum(_is_missing(truth) for truth in truths)
        calls["group.getCounters"] += sum("members_count" not in group(wall, _MEMBERS) for wall in walls)
        calls["stream.get"] += sum(_walls_calls(world, wall, FEED_PER_CALL) for wall in walls)
        calls["mediatopic.getByIds"] += ceil(sum(_posts(world, wall) for wall in walls) / TOPICS_PER_CALL)
    return +calls


def _fewest_telegram(world: World, night: date, shards: Shards) -> Counter[str]:
    truths = [world.truth(page, night) for shard in shards for page in shard]
    previews = sum(_previews(world, truth) for truth in truths if truth.state == "open")
    refusals = sum(truth.state == "no_preview" for truth in truths)
    return Counter(card=len(truths), preview=previews + refusals)


def _fewest_max(world: World, night: date, shards: Shards) -> Counter[str]:
    truths = [world.truth(page, night) for shard in shards for page in shard]
    counts = [_posts(world, truth) for truth in truths if truth.state == "open"]
    chats = ceil(len(listed(world, night).chats) / CHATS_PER_CALL)
    return Counter(chats=chats, messages=sum(max(1, ceil(count / MESSAGES_PER_CALL)) for count in counts))


_FEWEST: Mapping[str, Callable[[World, date, Shards], Counter[str]]] = {
    "ok": _fewest_ok,
    "telegram": _fewest_telegram,
    "max": _fewest_max,
}
_MEMBERS = frozenset({"members_count"})


def _is_missing(truth: PageTruth) -> bool:
    return truth.state in ("absent", "deleted")


def _walls_calls(world: World, truth: PageTruth, posts_per_call: int) -> int:
    """Calls that list a wall; one that is refused takes one too, since only the refusal tells."""
    posts = posts_to_read(world, truth.page, truth.night) if truth.is_wall_readable else 0
    return max(1, ceil(posts / posts_per_call))


def _posts(world: World, truth: PageTruth) -> int:
    return len(world.posts(truth.page, truth.night, _since(truth.night)))


def _previews(world: World, truth: PageTruth) -> int:
    since, wall, pages, before = _since(truth.night).timestamp(), world.wall(truth.page), 0, None
    while True:
        shown, has_more = messages(truth, wall, before)
        pages += 1
        if not has_more or min(each.published for each in shown if each.published) < since:
            return pages
        before = shown[-1].id


def _since(night: date) -> datetime:
    return moscow_midnight(night - timedelta(days=30))
