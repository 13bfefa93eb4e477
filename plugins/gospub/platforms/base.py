"""What the crawl and a network's file say to each other.

A network's file offers ``Network``: how to ask for profiles and walls in batches, and how to read the answers. It
sends through ``Send``, behind which the crawl keeps tokens, quotas, pace and retries; so a network's file is plain
sequential code that knows HTTP and its network and nothing of Postgres or threads.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

import requests

from gospub.access import Access, Limits, Token
from gospub.platforms.page_links import PageLink


@dataclass(frozen=True)
class PageAsk:
    """A page to ask for: our key, the network's id, and how many posts its own history lets expect in 30 days."""

    page_id: int
    native_id: str
    expected_posts: int = 0


@dataclass(frozen=True)
class Note:
    """A field that could not be read as what it should be: counted and kept, never dropped in silence."""

    field: str
    value: str
    reason: str


@dataclass(frozen=True)
class ProfileAnswer:
    """What a night found out about a page; ``facts`` by column name of ``gospub.columns.PROFILE_FACTS``."""

    page_id: int
    outcome: str
    observed_at: datetime
    reason: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    notes: Sequence[Note] = ()


@dataclass(frozen=True)
class Post:
    """One post as the network shows it now; a count that was not delivered is None."""

    post_id: int
    published_at: datetime
    views_count: int | None
    likes_count: int | None
    comments_count: int | None
    reposts_count: int | None
    is_pinned: bool
    is_repost: bool
    is_ad: bool
    text_hash: bytes | None
    text_length: int
    is_views_rounded: bool | None = None


@dataclass
class WallAsk:
    """Asking for a page's posts since a moment, possibly over several answers: it keeps where it has come to.

    With ``known`` posts only these are asked anew, not the wall: new posts stay unseen, so the outcome of the page's
    posts is ``not_planned`` for reason ``refreshed``, and a post that is not in the answer is not gone.
    """

    page: PageAsk
    since: datetime
    known: Sequence[int] = ()
    offset: int = 0
    cursor: str | None = None
    posts: dict[int, Post] = field(default_factory=dict)
    wall_posts_count: int | None = None
    is_comments_open: bool | None = None
    notes: list[Note] = field(default_factory=list)
    observed_at: datetime | None = None
    posts_outcome: str | None = None
    reason: str | None = None
    failures: int = 0
    rounds: int = 0

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to ask."""
        return self.posts_outcome is not None


class Send(Protocol):
    """Make one call: waits for the pace, books the quota, retries passing trouble.

    ``cost``: calls by method that the network will count, when they differ from one call of ``method`` (the calls
    inside execute). Raises the CrawlErrors that are left to the caller: GiveUpOnPage, SplitBatch, NoExecute,
    NotUnderstood, OurBug, and RetryNow when retrying did not help.
    """

    @property
    def can_execute(self) -> bool:
        """Whether the token in use may put many calls into one, as far as is known."""

    def __call__(self, method: str, parameters: Mapping[str, str], cost: Mapping[str, int] | None = None) -> Any:
        """Make one call and give what the network's ``call`` gives."""


class Network(Protocol):
    """One network.

    ``link_hosts``: hosts of links to its pages, without www or m.
    ``delivers``: the columns of ``gospub.columns`` that it can deliver; the others are NULL for its pages.
    ``leaves_out``: those of them that many ordinary pages lack, because the network leaves out what is empty: their
    absence is no change of its answers.
    ``needs_token``: False for a network that is read without an account: its address is leased in place of a token.
    ``pages_per_shard``: fewest pages worth a task of their own; a network that lists all its pages in a few calls wants
    them in one task.
    """

    platform: str
    link_hosts: frozenset[str]
    delivers: frozenset[str]
    leaves_out: frozenset[str]
    needs_token: bool
    pages_per_shard: int
    default_limits: Limits
    profiles_per_batch: int
    walls_per_batch: int
    wall_method: str

    def call(
        self, session: requests.Session, access: Access, token: Token, method: str, parameters: Mapping[str, str]
    ) -> Any:
        """Make one HTTP call and give what the answer holds; raises a CrawlError that carries its verdict."""

    def ask_profiles(self, pages: Sequence[PageAsk], send: Send) -> list[ProfileAnswer]:
        """Ask for the profiles of up to ``profiles_per_batch`` pages: one answer each."""

    def ask_walls(self, asks: Sequence[WallAsk], send: Send) -> None:
        """Ask one round for up to ``walls_per_batch`` walls, moving each ask forward."""

    def expected_bytes(self, ask: WallAsk) -> int:
        """Size of the answer that the next round for this wall is expected to have."""

    def read_link(self, segments: list[str]) -> PageLink:
        """The page that a link names: the parts of its path, in lower case; raises LinkError with the reason."""

    def resolve(self, screen_names: Sequence[str], send: Send) -> dict[str, tuple[str | None, str]]:
        """What screen names stand for: name -> (native id or None, resolution of registry.page)."""
