"""A small country for end-to-end tests: a running sandbox, its registry in a real warehouse, nights to run on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from gospub import clock, night
from gospub.access import Access, Limits, Token
from gospub.alerts import raise_alerts
from gospub.rating import rate_night
from gospub.registry import import_registry
from gospub.registry.resolve import resolve_pages
from gospub.warehouse.connection import Row, connected, query
from sandbox.limits import Settings
from sandbox.pages import Pages
from sandbox.registry import write_registry
from sandbox.testing import RunningSandbox, running_sandbox

NUMBERED = ("vk", "ok")
PAGE_IDS = "SELECT page_id, native_id FROM registry.page WHERE platform = %(platform)s AND native_id IS NOT NULL"
STAGED = """
SELECT p.page_id, p.outcome::text AS outcome, p.reason, w.posts_outcome::text AS posts_outcome, w.reason AS posts_reason
FROM staging.page_profile AS p INNER JOIN staging.page_wall AS w USING (snapshot_date, page_id)
WHERE p.snapshot_date = %(day)s AND p.platform = %(platform)s ORDER BY p.page_id
"""
TOKENS = (Token("user-first-token-of-test"), Token("user-second-token-of-test"))
# Where the sandbox serves a network, with which tokens and options of the connection.
ASKED: Mapping[str, tuple[str, tuple[Token, ...], Mapping[str, str]]] = {
    "vk": ("", TOKENS, {}),
    "ok": (
        "/ok",
        (Token("ok-first-token-of-test"), Token("ok-second-token-of-test")),
        {"login": "CBAEXAMPLEKEY", "application_secret_key": "SECRETEXAMPLE"},
    ),
    "telegram": ("/telegram", (Token("no account at the sandbox"),), {}),
    "max": ("/max", (Token("max-bot-token-of-test"),), {}),
}


@dataclass(frozen=True)
class Country:
    """A sandbox, a warehouse that knows its registry, and how to ask the one for the other."""

    sandbox: RunningSandbox
    dsn: str
    access: Access

    @property
    def network(self) -> str:
        """The network that is asked."""
        return self.access.platform

    @property
    def pages(self) -> Pages:
        """The world's pages on it."""
        return self.sandbox.world.pages(self.network)

    def with_limits(self, **limits: Any) -> Country:
        """The same country asked under other limits."""
        return replace(self, access=replace(self.access, limits=replace(self.access.limits, **limits)))

    def with_access(self, **changes: Any) -> Country:
        """The same country asked with other tokens, at another address."""
        return replace(self, access=replace(self.access, **changes))

    def begin(self, number: int) -> date:
        """Move the clock to 01:00 in Moscow of night ``number`` (from 1) and give its date."""
        day = self.sandbox.night(number)
        self.sandbox.move_to_night(day)
        return day

    def crawl(self, label: str = "test", **scope: Any) -> int:
        """Open, plan and crawl tonight; gives the run's id."""
        return night.crawl_night(self.dsn, self.access, label, scope)

    def publish(self, run_id: int) -> dict[str, Any]:
        """Judge and publish a run."""
        night.judge_night(self.dsn, run_id)
        return night.publish(self.dsn, run_id)

    def whole_night(self, number: int, label: str = "test") -> date:
        """Night ``number`` from opening to alerts."""
        day = self.begin(number)
        self.publish(self.crawl(label))
        rate_night(self.dsn, day, clock.now())
        raise_alerts(self.dsn, day, self.network, clock.now())
        return day

    def rows(self, statement: str, **values: Any) -> list[Row]:
        """Rows of a query on the warehouse; ``platform`` is the network unless it is given."""
        with connected(self.dsn) as connection:
            return query(connection, statement, {"platform": self.network, **values})

    def staged(self, day: date) -> dict[Any, Row]:
        """Outcomes and reasons that staging holds for a night, by the network's id."""
        by_page = {row["page_id"]: row for row in self.rows(STAGED, day=day)}
        return {native: by_page[page_id] for native, page_id in self.page_ids().items() if page_id in by_page}

    def readable(self, day: date) -> list[Any]:
        """The network's ids of the pages whose walls can be read on a night."""
        truths = ((page, self.sandbox.world.truth(page, day)) for page in self.pages)
        return [page.native_id for page, truth in truths if truth.is_wall_readable]

    def page_ids(self) -> dict[Any, int]:
        """Our page_id by the network's id: a number, or a name in networks that know pages by name."""
        rows = self.rows(PAGE_IDS)
        return {int(row["native_id"]) if self.network in NUMBERED else row["native_id"]: row["page_id"] for row in rows}


@contextmanager
def country(
    dsn: str,
    folder: Path,
    monkeypatch: Any,
    *,
    organisations: int = 120,
    seed: int = 1,
    settings: Settings | None = None,
    network: str = "vk",
) -> Iterator[Country]:
    """Serve a world, import its registry into the warehouse and resolve the network's names; it is night 1."""
    with running_sandbox(organisations, seed, settings=settings) as sandbox:
        monkeypatch.setenv("GOSPUB_CLOCK_FILE", str(sandbox.clock_file))
        write_registry(sandbox.world, folder, xlsx=False)
        quota = {"wall.get": 5000} if network == "vk" else {}
        limits = Limits(0, quota, in_flight=4, timeout_seconds=5, backoff_seconds=0.05)
        prefix, tokens, options = ASKED[network]
        access = Access(network, sandbox.base_url + prefix, tokens, limits, options=options)
        import_registry(dsn, folder / "registry.csv", clock.now(), rejects_folder=folder)
        resolve_pages(dsn, access, clock.now())
        sandbox.reset()
        yield Country(sandbox, dsn, access)
