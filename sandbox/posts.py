"""The posts of a page: when they appear and vanish, and how their counters grow with age. No network is known here.

A page repeats a 28-day pattern, so that the number of posts up to any date, and the post behind an id, are found
without walking through the past. Days are days of Europe/Moscow, as ordinals of `datetime.date`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import NamedTuple

from sandbox.dice import Dice, share
from sandbox.events import SILENT_DAYS, Planted
from sandbox.pages import CYCLE, Traits
from sandbox.texts import text_of

_ID_STEP = 32
_DAYS_BEFORE_DELETION = 4
_EPOCH = date(1970, 1, 1).toordinal()
_MOSCOW_OFFSET = 3 * 3600
_LOCAL_START, _LOCAL_MINUTES = 8 * 60, 13 * 60


class PostTruth(NamedTuple):
    """A post as it is on one night. `views` and `comments` are None when the network does not deliver them."""

    id: int
    published: int
    text_number: int
    variant: int
    views: int | None
    likes: int
    comments: int | None
    reposts: int
    is_pinned: bool
    can_comment: bool
    is_repost: bool

    @property
    def published_at(self) -> datetime:
        """When it was published, in UTC."""
        return datetime.fromtimestamp(self.published, UTC)

    @property
    def text(self) -> str:
        """The text, empty for a repost without words."""
        return "" if self.is_repost else text_of(self.text_number)


@dataclass(frozen=True, slots=True)
class Silence:
    """Days without posts, after `last_day` and before `resumes_on`; these two days have a post for certain."""

    last_day: int
    resumes_on: int


class Wall:
    """The posts of one page, whatever the night."""

    def __init__(self, dice: Dice, traits: Traits, planted: Planted | None, first_night: date) -> None:
        self._dice, self._traits = dice, traits
        self._id = traits.page.number
        self._silence = _silence(planted) if planted and planted.kind == "silent" else None
        self._counts = traits.posts_by_day
        self._minutes: tuple[int, list[int]] = (0, [])
        self._sums = [sum(self._counts[:day]) for day in range(CYCLE + 1)]
        self._phase = None if self._silence else traits.deletion_phase
        self._closed_on = planted.since.toordinal() if planted and planted.kind == "comments_closed" else None
        self._pinned = self._find_pinned(first_night.toordinal())

    def count(self, night: date) -> int:
        """How many posts the wall shows on this night."""
        end = night.toordinal()
        total = self._scheduled(self._traits.first_day, end)
        if self._silence:
            last, resumes = self._silence.last_day, self._silence.resumes_on
            total -= self._scheduled(last + 1, min(end, resumes))
            total += sum(day < end and self._counts[day % CYCLE] == 0 for day in (last, resumes))
        if self._phase is not None:
            total -= _days_in_phase(self._traits.first_day, end - _DAYS_BEFORE_DELETION + 1, self._phase)
        return total

    def listed(self, night: date, offset: int = 0) -> Iterator[PostTruth]:
        """Posts as a wall lists them: the pinned one first, whatever its age, then by time from the newest."""
        if self._pinned and self._pinned[0] < night.toordinal():
            if offset == 0:
                yield self._post(*self._pinned, night.toordinal())
            offset = max(0, offset - 1)
        yield from self._chronological(night.toordinal(), offset)

    def newest_first(self, night: date) -> Iterator[PostTruth]:
        """All posts of this night strictly by time, a pinned one where it belongs."""
        return self._chronological(night.toordinal(), 0, with_pinned=True)

    def by_id(self, post_id: int, night: date) -> PostTruth | None:
        """The post with this id if it is there on this night."""
        day, slot = divmod(post_id - self._traits.first_post_id, _ID_STEP)
        day += self._traits.first_day
        if post_id < self._traits.first_post_id or day >= night.toordinal() or slot >= self._number_on(day):
            return None
        return None if self._is_gone(day, slot, night.toordinal()) else self._post(day, slot, night.toordinal())

    def last_post_day(self, night: date) -> date | None:
        """The Moscow date of the newest post on this night, pinned or not; None for an empty wall."""
        newest = next(self.newest_first(night), None)
        return newest and date.fromordinal((newest.published + _MOSCOW_OFFSET) // 86400 + _EPOCH)

    @property
    def pinned_id(self) -> int | None:
        """Id of the pinned post, if there is one."""
        return self._post_id(*self._pinned) if self._pinned else None

    def _chronological(self, end: int, offset: int, with_pinned: bool = False) -> Iterator[PostTruth]:
        for day in range(end - 1, self._traits.first_day - 1, -1):
            number = self._number_on(day)
            for slot in range(number - 1, -1, -1):
                if (self._pinned == (day, slot) and not with_pinned) or self._is_gone(day, slot, end):
                    continue
                if offset:
                    offset -= 1
                else:
                    yield self._post(day, slot, end)

    def _number_on(self, day: int) -> int:
        if day < self._traits.first_day:
            return 0
        number = self._counts[day % CYCLE]
        if self._silence and self._silence.last_day <= day <= self._silence.resumes_on:
            return max(1, number) if day in (self._silence.last_day, self._silence.resumes_on) else 0
        return number

    def _scheduled(self, start: int, end: int) -> int:
        """Posts of the bare pattern on days start <= day < end."""
        return self._up_to(end) - self._up_to(start) if end > start else 0

    def _up_to(self, day: int) -> int:
        return day // CYCLE * self._sums[CYCLE] + self._sums[day % CYCLE]

    def _is_gone(self, day: int, slot: int, night: int) -> bool:
        return slot == 0 and day % CYCLE == self._phase and day + _DAYS_BEFORE_DELETION <= night

    def _find_pinned(self, first_night: int) -> tuple[int, int] | None:
        start = self._traits.first_day if self._traits.pinned == "old" else first_night - SILENT_DAYS - 2 - CYCLE
        if self._traits.pinned == "none":
            return None
        days = [day for day in range(start, start + CYCLE) if self._number_on(day)]
        return (days[0] if self._traits.pinned == "old" else days[-1], 0) if days else None

    def _post_id(self, day: int, slot: int) -> int:
        return self._traits.first_post_id + (day - self._traits.first_day) * _ID_STEP + slot

    def _post(self, day: int, slot: int, night: int) -> PostTruth:
        rolls = self._dice.rolls(b"post", self._id, day, slot)
        traits, is_pinned = self._traits, self._pinned == (day, slot)
        seen = int(traits.members * (0.08 + rolls[0] / 5e9) * (1 - 0.55 ** (night - day)))
        likes = seen * (rolls[1] % 50) // 1000
        can_comment = traits.comments_open and (self._closed_on is None or night < self._closed_on)
        talk = likes * (rolls[2] % 40) // 100 if can_comment else None if traits.drops_comments_key else 0
        return PostTruth(
            self._post_id(day, slot), self._published(day, slot), rolls[3], rolls[4],
            seen if traits.has_views else None, likes, talk, likes * (rolls[5] % 30) // 100,
            is_pinned, can_comment, rolls[6] % 12 == 0,
        )  # fmt: skip

    def _published(self, day: int, slot: int) -> int:
        minutes = self._minutes if self._minutes[0] == day else (day, self._minutes_on(day))
        self._minutes = minutes
        return (day - _EPOCH) * 86400 - _MOSCOW_OFFSET + minutes[1][slot] * 60 + self._id % 60

    def _minutes_on(self, day: int) -> list[int]:
        """Minutes of Moscow time in the region's waking hours: in the far east a morning's post is yesterday's here."""
        number, shift = self._number_on(day), self._traits.page.organisation.region.minutes_from_moscow
        rolls, step = self._dice.rolls(b"day", self._id, day), _LOCAL_MINUTES / number
        return sorted(int(_LOCAL_START + (post + share(rolls[post])) * step - shift) % 1440 for post in range(number))


def _silence(planted: Planted) -> Silence:
    last_day = planted.since.toordinal() - SILENT_DAYS - 1
    return Silence(last_day, planted.until.toordinal() - 1 if planted.until else 10**7)


def _days_in_phase(start: int, end: int, phase: int) -> int:
    """How many days of start <= day < end have this place in the cycle."""
    if end <= start:
        return 0
    return (end - 1 - phase) // CYCLE - (start - 1 - phase) // CYCLE
