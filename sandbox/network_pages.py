"""Pages in Odnoklassniki, Telegram and MAX: fewer organisations have them than a VK page, and some have only them.

Shares of organisations follow what is known of the country (17,000 OK groups to 175,000 VK pages); in a small world
they are larger, so that some dozens of pages on each network are there to be tested. What is rare in a large world
occurs once in a small one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from sandbox.dice import Dice, Rolls, share
from sandbox.organisations import Organisations
from sandbox.pages import (
    Page,
    Pages,
    State,
    Traits,
    deletion_phase,
    pinned_kind,
    screen_name,
    spread_over_cycle,
    usual_members,
    usual_posts,
)

_FEWEST_PAGES, _LARGEST_SHARE = 40, 0.6
_FEWEST_POSTS_AFTER_MOVE = 14


@dataclass(frozen=True, slots=True)
class Network:
    """What tells one network's pages from another's.

    `audience` is relative to VK's. `states`: one page in so many is in this state. Ids of posts start at
    `first_post_id`, `post_ids_a_page` further for each page where ids are unique in the whole network (else 0).
    """

    name: str
    share: float
    audience: float
    states: tuple[tuple[State, int], ...]
    first_number: int
    first_post_id: int
    post_ids_a_page: int
    is_known_by_name: bool
    has_marks: bool = False


OK = Network(
    "ok", 0.10, 0.5, (("closed", 90), ("private", 170), ("banned", 150), ("deleted", 160), ("absent", 190)),
    70_000_000_000_001, 156_000_000_000_001, 1_000_000, is_known_by_name=False, has_marks=True,
)  # fmt: skip
TELEGRAM = Network(
    "telegram", 0.06, 0.4,
    (("no_preview", 40), ("private", 120), ("restricted", 150), ("deleted", 140), ("absent", 190)),
    1_200_000_001, 3, 0, is_known_by_name=True,
)  # fmt: skip
MAX = Network(
    "max", 0.12, 0.3, (("bot_outside", 3), ("banned", 170), ("deleted", 190), ("absent", 200)),
    70_000_000_000_005, 116_000_000_000_000_001, 1_000_000, is_known_by_name=True,
)  # fmt: skip
_STEP = 6  # between the numbers of neighbouring pages


class NetworkPages(Pages):
    """All pages of a world on one of these networks; `moves` are the nights when organisations begin to post here."""

    def __init__(
        self, dice: Dice, organisations: Organisations, first_night: date, network: Network, moves: Mapping[int, date]
    ) -> None:
        self._network, self._moves, self._topic = network, moves, network.name.encode()
        super().__init__(dice, organisations, first_night, _owners(dice, organisations, network, moves))

    def find(self, native_id: int | str) -> Page | None:
        """The page with this native id, whatever has become of it; names are compared without regard to case."""
        if isinstance(native_id, int):
            return self.by_number(native_id)
        page = self.by_suffix(native_id.lower())
        return page if page and page.link_name == native_id.lower() else None

    def by_number(self, number: int) -> Page | None:
        """The page with this number of the network, if there ever was one."""
        index = (number - self._network.first_number) // _STEP
        page = self[index] if 0 <= index < len(self) else None
        return page if page and page.number == number else None

    def by_post_id(self, post_id: int) -> Page | None:
        """The page that a post belongs to, where ids are unique in the network; elsewhere ValueError."""
        if not self._network.post_ids_a_page:
            raise ValueError(f"a post's id says nothing about its page in {self._network.name}")
        index = (post_id - self._network.first_post_id) // self._network.post_ids_a_page
        return self[index] if 0 <= index < len(self) else None

    def _page(self, index: int) -> Page:
        organisation, is_second = self._owner(index)
        number = self._network.first_number + index * _STEP + self._dice.rolls(self._topic + b" id", index)[0] % _STEP
        page = Page(self._network.name, index, number, is_second, organisation)
        if not self._network.is_known_by_name:
            return page
        name = screen_name(page, self._dice.rolls(self._topic + b" traits", index))
        return Page(self._network.name, index, number, is_second, organisation, name)

    def _traits(self, index: int) -> Traits:
        page, rolls = self._page(index), self._dice.rolls(self._topic + b" traits", index)
        moved_on, network = self._moves.get(page.organisation.index), self._network
        posts_by_day = self._posts_by_day(page, rolls, moved_on)
        pinned = pinned_kind(rolls[6]) if any(posts_by_day) and not moved_on else "none"
        name = page.link_name or (screen_name(page, rolls) if rolls[1] % 2 else "")
        return Traits(
            page=page, state="open" if moved_on else self._state(index), kind="group" if network is OK else "page",
            new_name=page.link_name or f"gos_{screen_name(page, rolls)}", screen_name=name,
            members=usual_members(page.organisation, rolls, network.audience),
            growth_a_day=-0.0008 + 0.0025 * share(rolls[4]),
            first_day=moved_on.toordinal() - 1 if moved_on else self._first_night.toordinal() - 45 - rolls[5] % 320,
            posts_by_day=posts_by_day, pinned=pinned,
            deletion_phase=deletion_phase(posts_by_day, rolls) if pinned == "none" and not moved_on else None,
            has_wall=True, has_views=network is not OK or rolls[9] % 5 > 0, is_marked=self._mark(page, rolls[10]),
            comments_open=rolls[11] % 8 > 0, drops_comments_key=False, rolls=rolls,
            first_post_id=network.first_post_id + index * network.post_ids_a_page,
        )  # fmt: skip

    def _posts_by_day(self, page: Page, rolls: Rolls, moved_on: date | None) -> bytes:
        number = usual_posts(page.organisation, rolls)
        if moved_on:
            days = bytearray(spread_over_cycle(max(number, _FEWEST_POSTS_AFTER_MOVE), rolls))
            first_day = (moved_on.toordinal() - 1) % len(days)
            days[first_day] = max(1, days[first_day])
            return bytes(days)
        if self._is_one_in(190, b"very busy", page.index):
            number = 120 + rolls[13] % 60
        elif self._is_one_in(60, b"empty wall", page.index):
            number = 0
        return spread_over_cycle(number, rolls)

    def _state(self, index: int) -> State:
        return next(
            (each for each, block in self._network.states if self._is_one_in(block, each.encode(), index)), "open"
        )

    def _mark(self, page: Page, roll: int) -> bool | None:
        if not self._network.has_marks or self._is_one_in(180, b"mark not delivered", page.index):
            return None
        return share(roll) < page.organisation.quality

    def _is_one_in(self, block: int, trait: bytes, index: int) -> bool:
        """As Dice.is_one_in, with blocks no larger than two thirds of all pages."""
        return self._dice.is_one_in(min(block, max(12, len(self) * 2 // 3)), self._topic + b" " + trait, index)


def _owners(dice: Dice, organisations: Organisations, network: Network, moves: Mapping[int, date]) -> Iterator[int]:
    """Organisations with a page here; one without a VK page has one in OK, or at least a channel."""
    wanted = max(network.share, min(_LARGEST_SHARE, _FEWEST_PAGES / len(organisations)))
    topic = network.name.encode() + b" owner"
    for index in range(len(organisations)):
        if organisations.has_exemption(index):
            continue
        refuge = None
        if dice.is_one_in(33, b"no page", index):
            refuge = ("ok", "ok", "telegram", "max")[dice.rolls(b"refuge", index)[0] % 4]
        if index in moves or refuge == network.name or share(dice.rolls(topic, index)[0]) < wanted:
            yield index
