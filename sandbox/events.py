"""What happens to pages: a few of them are chosen to lose a mark, be banned, fall silent … on a known night."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from random import Random
from typing import Literal

from sandbox.pages import Page, Traits, VkPages

Kind = Literal[
    "mark_lost", "mark_gained", "banned", "deleted", "closed", "renamed", "silent", "audience_drop", "comments_closed",
    "unbanned", "posting_resumed",
]  # fmt: skip
_SHARE_OF_PAGES = 0.002
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


ELIGIBLE: Mapping[Kind, Callable[[Traits], bool]] = {
    "mark_lost": lambda traits: _lives(traits) and traits.is_marked is True,
    "mark_gained": lambda traits: _lives(traits) and traits.is_marked is False,
    "banned": _lives,
    "deleted": _lives,
    "closed": _lives,
    "renamed": _lives,
    "silent": _posts_often,
    "audience_drop": lambda traits: _lives(traits) and traits.members >= 200,
    "comments_closed": lambda traits: _lives(traits) and _has_talk(traits),
}


def plant(pages: VkPages, seed: int, first_night: date) -> dict[int, Planted]:
    """Choose the pages that something happens to, at most one thing each; of a kind one each on nights 2, 3 and 4."""
    planted: dict[int, Planted] = {}
    number = max(3, round(len(pages) * _SHARE_OF_PAGES))
    for kind, is_eligible in ELIGIBLE.items():
        for place, index in enumerate(_victims(pages, f"{seed} {kind}", number, planted, is_eligible)):
            planted[index] = _planted(kind, pages[index], place, first_night)
    return planted


def _victims(
    pages: VkPages, seed: str, number: int, taken: Mapping[int, Planted], is_eligible: Callable[[Traits], bool]
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
