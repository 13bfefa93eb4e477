"""What happens to pages: a few of them are chosen to lose a mark, be banned, fall silent … on a known night."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from random import Random
from typing import Literal

from sandbox.pages import Page, Pages, Traits

Kind = Literal[
    "mark_lost", "mark_gained", "banned", "deleted", "closed", "renamed", "silent", "audience_drop", "comments_closed",
    "unbanned", "posting_resumed", "preview_closed", "restricted", "bot_joined", "bot_removed", "moved_in",
]  # fmt: skip
_SHARE_OF_PAGES = 0.002
_PAGES_FOR_TWO = 90
_SPREAD_OVER_NIGHTS = 12
_NIGHTS_UNTIL_MENDED = 3
_MENDED_AS: dict[Kind, Kind] = {"mark_lost": "mark_gained", "banned": "unbanned", "silent": "posting_resumed"}
SILENT_DAYS = 7


@dataclass(frozen=True, slots=True)
class Event:
    """What the night of `night` shows for the first time. A silence is an event of its seventh full day."""

    kind: Kind
    page: Page
    night: date


@dataclass(frozen=True, slots=True)
class Planted:
    """A change in force on nights `since` <= night < `until` (None: for ever)."""

    kind: Kind
    page: Page
    since: date
    until: date | None

    def is_on(self, night: date) -> bool:
        """Does the change hold on this night?"""
        return self.since <= night and (self.until is None or night < self.until)

    def event(self, night: date) -> Event | None:
        """What this change shows for the first time on this night."""
        if night == self.since:
            return Event(self.kind, self.page, night)
        if night == self.until:
            return Event(_MENDED_AS[self.kind], self.page, night)
        return None


def _lives(traits: Traits) -> bool:
    return traits.state == "open"


def _has_talk(traits: Traits) -> bool:
    return traits.has_wall and traits.comments_open and traits.posts_a_cycle >= 4


def _posts_often(traits: Traits) -> bool:
    return (
        _lives(traits)
        and traits.has_wall
        and traits.posts_a_cycle > 0
        and bytes(SILENT_DAYS - 2) not in traits.posts_by_day * 2
    )


_IS_ELIGIBLE: Mapping[Kind, Callable[[Traits], bool]] = {
    "mark_lost": lambda traits: _lives(traits) and traits.is_marked is True,
    "mark_gained": lambda traits: _lives(traits) and traits.is_marked is False,
    "banned": _lives,
    "deleted": _lives,
    "closed": _lives,
    "renamed": _lives,
    "silent": _posts_often,
    "audience_drop": lambda traits: _lives(traits) and traits.members >= 200,
    "comments_closed": lambda traits: _lives(traits) and _has_talk(traits),
    "preview_closed": _lives,
    "restricted": _lives,
    "bot_joined": lambda traits: traits.state == "bot_outside",
    "bot_removed": _lives,
}
_EVERYWHERE: tuple[Kind, ...] = ("renamed", "silent", "audience_drop")
_WITH_MARKS: tuple[Kind, ...] = (
    "mark_lost", "mark_gained", "banned", "deleted", "closed", *_EVERYWHERE, "comments_closed",
)  # fmt: skip
KINDS: Mapping[str, tuple[Kind, ...]] = {
    "vk": _WITH_MARKS,
    "ok": _WITH_MARKS,
    "telegram": (*_EVERYWHERE, "deleted", "preview_closed", "restricted"),
    "max": (*_EVERYWHERE, "banned", "bot_joined", "bot_removed"),
}


def plant(pages: Pages, network: str, seed: int, first_night: date, moves: Mapping[int, date]) -> dict[int, Planted]:
    """Choose the pages that something happens to, at most one thing each; of a kind one each on nights 2, 3 and 4.

    `moves`: the nights on which organisations, by index, begin to post on this network.
    """
    moved = ((page, moves.get(page.organisation.index)) for page in pages) if moves else ()
    planted = {page.index: Planted("moved_in", page, since, None) for page, since in moved if since}
    fewest = 3 if network == "vk" else 2 if len(pages) >= _PAGES_FOR_TWO else 1
    number = max(fewest, round(len(pages) * _SHARE_OF_PAGES))
    for kind in KINDS[network]:
        chance = f"{seed} {kind}" if network == "vk" else f"{seed} {network} {kind}"
        for place, index in enumerate(_victims(pages, chance, number, planted, _IS_ELIGIBLE[kind])):
            planted[index] = _planted(kind, pages[index], place, first_night)
    return planted


def moves_from(planted: Mapping[int, Planted]) -> dict[int, date]:
    """Organisations that stop posting for good and begin elsewhere: on the night that first shows their silence."""
    return {
        each.page.organisation.index: each.since
        for each in planted.values()
        if each.kind == "silent" and each.until is None
    }


def _victims(
    pages: Pages, seed: str, number: int, taken: Mapping[int, Planted], is_eligible: Callable[[Traits], bool]
) -> list[int]:
    """The first `number` eligible pages in a shuffled order; a sample of it, because most worlds are large."""
    candidates = Random(seed).sample(range(len(pages)), min(len(pages), 5000 + 50 * number))
    free = (index for index in candidates if index not in taken and is_eligible(pages.traits(index)))
    return list(islice(free, number))


def _planted(kind: Kind, page: Page, place: int, first_night: date) -> Planted:
    nights_later = 1 + place if place < 2 else 1 + place % _SPREAD_OVER_NIGHTS
    since = first_night + timedelta(days=nights_later)
    is_mended = kind in _MENDED_AS and place % 3 == 2
    return Planted(kind, page, since, since + timedelta(days=_NIGHTS_UNTIL_MENDED) if is_mended else None)
