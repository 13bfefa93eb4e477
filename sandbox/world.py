"""One seeded world: who the organisations are, and the truth of every page and post on every night. No I/O."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime
from functools import cached_property, lru_cache

from sandbox.dice import Dice
from sandbox.events import Event, Planted, moves_from, plant
from sandbox.network_pages import MAX, OK, TELEGRAM, Network, NetworkPages
from sandbox.organisations import Organisations
from sandbox.page_truth import PageTruth, page_truth
from sandbox.pages import Page, Pages, VkPages
from sandbox.posts import PostTruth, Wall

NETWORKS = ("vk", "ok", "telegram", "max")


class World:
    """The truth, a pure function of (seed, organisations, first_night) and of what is asked.

    A night is a date of Europe/Moscow; it shows profiles as of that date and posts published before its midnight.
    """

    def __init__(self, seed: int, organisations: int, first_night: date) -> None:
        if organisations < 1:
            raise ValueError("a world needs at least one organisation")
        self.seed, self.first_night = seed, first_night
        self._dice = Dice(seed)
        self.organisations = Organisations(self._dice, organisations)
        self.vk = VkPages(self._dice, self.organisations, first_night)
        self._planted = {"vk": plant(self.vk, "vk", seed, first_night, {})}
        self._wall = lru_cache(maxsize=4096)(self._make_wall)
        self._truth = lru_cache(maxsize=4096)(self._make_truth)

    @cached_property
    def ok(self) -> NetworkPages:
        """Groups in Odnoklassniki."""
        return self._network(OK, {})

    @cached_property
    def telegram(self) -> NetworkPages:
        """Channels in Telegram; organisations that fall silent in VK for good move here."""
        return self._network(TELEGRAM, moves_from(self._planted["vk"]))

    @cached_property
    def max(self) -> NetworkPages:
        """Channels in MAX."""
        return self._network(MAX, {})

    def pages(self, network: str) -> Pages:
        """All pages on a network, absent and deleted ones included. Raises KeyError for a network the world lacks."""
        if network not in NETWORKS:
            raise KeyError(network)
        pages: Pages = getattr(self, network)
        return pages

    def pages_of(self, network: str) -> Mapping[int, list[Page]]:
        """Pages by the index of their organisation; made anew by each call."""
        found: defaultdict[int, list[Page]] = defaultdict(list)
        for page in self.pages(network):
            found[page.organisation.index].append(page)
        return found

    def truth(self, page: Page, night: date) -> PageTruth:
        """What the page's profile says on this night."""
        return self._truth(page.network, page.index, night)

    def posts(self, page: Page, night: date, since: datetime | None = None) -> list[PostTruth]:
        """Posts that an outsider can see on this night, newest first, back to `since` (aware); pinned ones in place."""
        if not self.truth(page, night).is_wall_readable:
            return []
        start, found = since.timestamp() if since else 0, []
        for post in self.wall(page).newest_first(night):
            if post.published < start:
                break
            found.append(post)
        return found

    def wall(self, page: Page) -> Wall:
        """The page's posts, whether or not they can be seen."""
        return self._wall(page.network, page.index)

    def events(self, night: date, network: str = "vk") -> list[Event]:
        """What was planted and this night is the first to show. Pages that rarely post go quiet by themselves."""
        return [event for planted in self._plan(network).values() if (event := planted.event(night))]

    def planted(self, page: Page) -> Planted | None:
        """What was planted on this page, if anything."""
        return self._plan(page.network).get(page.index)

    def find(self, screen_name: str, night: date) -> Page | None:
        """The page that bears this screen name (or club123, public123) on this night; absent pages are not found."""
        name = screen_name.lower()
        prefix = name.rstrip("0123456789")
        page = self.vk.by_native_id(int(name[len(prefix) :])) if _is_numbered(prefix, name) else self.vk.by_suffix(name)
        if page is None or self.truth(page, night).state == "absent":
            return None
        return page if _is_numbered(prefix, name) or self.truth(page, night).screen_name == name else None

    def _network(self, network: Network, moves: Mapping[int, date]) -> NetworkPages:
        pages = NetworkPages(self._dice, self.organisations, self.first_night, network, moves)
        self._planted[network.name] = plant(pages, network.name, self.seed, self.first_night, moves)
        return pages

    def _plan(self, network: str) -> Mapping[int, Planted]:
        self.pages(network)
        return self._planted[network]

    def _make_wall(self, network: str, index: int) -> Wall:
        return Wall(self._dice, self.pages(network).traits(index), self._plan(network).get(index), self.first_night)

    def _make_truth(self, network: str, index: int, night: date) -> PageTruth:
        stranger = self.organisations[(index * 31 + 17) % len(self.organisations)]
        traits = self.pages(network).traits(index)
        return page_truth(self._dice, traits, self._plan(network).get(index), night, stranger.ogrn)


def _is_numbered(prefix: str, name: str) -> bool:
    return prefix in ("club", "public", "event") and len(prefix) < len(name) < 30
