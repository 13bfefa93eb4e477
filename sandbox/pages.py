"""Which pages there are on a network, and what about a page never changes by itself."""

from __future__ import annotations

from abc import ABC, abstractmethod
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from math import exp
from typing import Literal, overload

from sandbox import names
from sandbox.dice import Dice, Rolls, normal, pick, share
from sandbox.organisations import Organisation, Organisations

State = Literal[
    "open", "closed", "private", "banned", "deleted", "absent", "no_preview", "restricted", "bot_outside",
]  # fmt: skip
PinnedKind = Literal["none", "old", "recent"]
CYCLE = 28
_FIRST_VK_ID = 200_000_000
_ID_STEP = 7
_SIZES = {"flagship": (9.6, 0.9), "active": (7.0, 0.8), "card": (5.6, 0.6)}
_POSTS_A_CYCLE = {"flagship": (50, 60), "active": (10, 26), "card": (1, 9)}
_SMALLEST_AUDIENCE = 60
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its organisation, its id on the network, and whether it is the organisation's second one.

    `number` is the network's own number: VK's id, OK's group id, Telegram's channel id, MAX's chat id without its sign.
    `link_name` is the name that identifies the page where outsiders know no number (Telegram, MAX), else empty.
    """

    network: str
    index: int
    number: int
    is_second: bool
    organisation: Organisation
    link_name: str = ""

    @property
    def native_id(self) -> int | str:
        """What the product knows the page by: digits in VK and OK, the link's name in Telegram and MAX."""
        return self.link_name or self.number


@dataclass(frozen=True, slots=True)
class Traits:
    """What a page starts with: `posts_by_day[d % 28]` posts on the day with ordinal d, from `first_day` on.

    `deletion_phase` is the day of the cycle whose first post vanishes later (None: no post ever does). Ids of posts
    grow by 32 a day from `first_post_id` on.
    """

    page: Page
    state: State
    kind: Literal["page", "group"]
    screen_name: str
    new_name: str
    members: int
    growth_a_day: float
    first_day: int
    posts_by_day: bytes
    pinned: PinnedKind
    deletion_phase: int | None
    has_wall: bool
    has_views: bool
    is_marked: bool | None
    comments_open: bool
    drops_comments_key: bool
    rolls: Rolls
    first_post_id: int = 101

    @property
    def posts_a_cycle(self) -> int:
        """Posts in 28 days."""
        return sum(self.posts_by_day)


class Pages(Sequence[Page], ABC):
    """All pages of a world on one network, in the order of their organisations, made when asked for."""

    def __init__(self, dice: Dice, organisations: Organisations, first_night: date, owners: Iterable[int]) -> None:
        self._dice, self._organisations, self._first_night = dice, organisations, first_night
        self._owners = array("I", owners)
        self.traits = lru_cache(maxsize=8192)(self._traits)

    def __len__(self) -> int:
        return len(self._owners)

    @overload
    def __getitem__(self, index: int) -> Page: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Page]: ...
    def __getitem__(self, index: int | slice) -> Page | Sequence[Page]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        index = range(len(self))[index]
        return self.traits(index).page

    def __iter__(self) -> Iterator[Page]:
        return (self._page(index) for index in range(len(self)))

    def by_suffix(self, name: str) -> Page | None:
        """The page whose number a name ends with; whether it bears this very name today is another question."""
        try:
            index = int(name.rpartition("_")[2], 36)
        except ValueError:
            return None
        return self[index] if 0 <= index < len(self) else None

    def _owner(self, index: int) -> tuple[Organisation, bool]:
        """The page's organisation, and whether the page is its second one."""
        owner = self._owners[index]
        return self._organisations[owner], index > 0 and self._owners[index - 1] == owner

    @abstractmethod
    def _page(self, index: int) -> Page: ...

    @abstractmethod
    def _traits(self, index: int) -> Traits: ...


class VkPages(Pages):
    """All VK pages of a world; `by_native_id` and `by_suffix` find one at once."""

    def __init__(self, dice: Dice, organisations: Organisations, first_night: date) -> None:
        super().__init__(dice, organisations, first_night, _owners(dice, organisations))

    def by_native_id(self, native_id: int) -> Page | None:
        """The page with this id, if there ever was one."""
        index = (native_id - _FIRST_VK_ID) // _ID_STEP
        page = self[index] if 0 <= index < len(self) else None
        return page if page and page.native_id == native_id else None

    def _page(self, index: int) -> Page:
        native_id = _FIRST_VK_ID + index * _ID_STEP + self._dice.rolls(b"vk id", index)[0] % _ID_STEP
        organisation, is_second = self._owner(index)
        return Page("vk", index, native_id, is_second, organisation)

    def _traits(self, index: int) -> Traits:
        page, rolls = self._page(index), self._dice.rolls(b"vk traits", index)
        kind: Literal["page", "group"] = "page" if rolls[0] % 5 < 3 else "group"
        name = screen_name(page, rolls)
        members = usual_members(page.organisation, rolls)
        posts_by_day = spread_over_cycle(self._number_of_posts(page, rolls), rolls)
        pinned = pinned_kind(rolls[6]) if any(posts_by_day) else "none"
        return Traits(
            page=page, state=self._state(index), kind=kind, new_name=f"gos_{name}",
            screen_name=name if rolls[1] % 2 else _club_name(page, kind),
            members=members, growth_a_day=-0.0008 + 0.0025 * share(rolls[4]),
            first_day=self._first_night.toordinal() - 45 - rolls[5] % 320, posts_by_day=posts_by_day, pinned=pinned,
            deletion_phase=deletion_phase(posts_by_day, rolls) if pinned == "none" else None,
            has_wall=not self._dice.is_one_in(140, b"no wall", index),
            has_views=members >= 200 or rolls[9] % 3 > 0, is_marked=self._mark(page, rolls[10]),
            comments_open=rolls[11] % 8 > 0, drops_comments_key=rolls[12] % 3 == 0, rolls=rolls,
        )  # fmt: skip

    def _state(self, index: int) -> State:
        for state, block in (("closed", 90), ("private", 170), ("banned", 150), ("deleted", 160), ("absent", 190)):
            if self._dice.is_one_in(block, state.encode(), index):
                return state  # type: ignore[return-value]
        return "open"

    def _mark(self, page: Page, roll: int) -> bool | None:
        if self._dice.is_one_in(180, b"mark not delivered", page.index):
            return None
        return share(roll) < page.organisation.quality - (0.5 if page.is_second else 0)

    def _number_of_posts(self, page: Page, rolls: Rolls) -> int:
        """Posts in 28 days; about one page in 190 posts over 100 times in 30 days."""
        if self._dice.is_one_in(190, b"very busy", page.index):
            return 120 + rolls[13] % 60
        return 0 if self._dice.is_one_in(60, b"empty wall", page.index) else usual_posts(page.organisation, rolls)


def usual_posts(organisation: Organisation, rolls: Rolls) -> int:
    """Posts in 28 days of an ordinary page of an organisation of this size."""
    low, width = _POSTS_A_CYCLE[organisation.size]
    return low + rolls[13] % width


def usual_members(organisation: Organisation, rolls: Rolls, scale: float = 1.0) -> int:
    """Subscribers of an ordinary page of an organisation of this size; VK's are the measure, `scale` 1."""
    mean, spread = _SIZES[organisation.size]
    return max(_SMALLEST_AUDIENCE, int(scale * exp(mean + spread * normal(rolls[3]))))


def spread_over_cycle(number: int, rolls: Rolls) -> bytes:
    """Spread `number` posts evenly over the cycle's days, with jitter."""
    days = bytearray(CYCLE)
    for post in range(number):
        days[int((post + share(rolls[14] * (post + 1) % 2**32)) * CYCLE / number)] += 1
    return bytes(days)


def _owners(dice: Dice, organisations: Organisations) -> Iterator[int]:
    for index in range(len(organisations)):
        if organisations.has_exemption(index) or dice.is_one_in(33, b"no page", index):
            continue
        yield index
        if dice.is_one_in(40, b"two pages", index):
            yield index


def deletion_phase(posts_by_day: bytes, rolls: Rolls) -> int | None:
    """The day of the cycle whose first post vanishes later; None on two pages of three."""
    days = [day for day in range(CYCLE) if posts_by_day[day]]
    return pick(days, rolls[8]) if days and rolls[7] % 3 == 0 else None


def pinned_kind(roll: int) -> PinnedKind:
    """Which post is pinned: mostly none."""
    return "old" if roll % 10 < 2 else "recent" if roll % 10 == 2 else "none"


def screen_name(page: Page, rolls: Rolls) -> str:
    """A name of Latin letters that ends with the page's index (see Pages.by_suffix)."""
    place = names.PLACE_STEMS[rolls[2] % len(names.PLACE_STEMS)]
    return f"{page.organisation.stem}_{place}{page.organisation.region.code}_{_base36(page.index)}"


def _club_name(page: Page, kind: str) -> str:
    return f"{'public' if kind == 'page' else 'club'}{page.number}"


def _base36(number: int) -> str:
    digits = _DIGITS[number % 36]
    while number := number // 36:
        digits = _DIGITS[number % 36] + digits
    return digits
