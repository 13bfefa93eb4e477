"""Faults that are switched on by name: what a network does on a bad day, at a rate, for a scope, repeatably.

Three groups. *Errors* are answers of the API instead of a result, each network's own: `error_<code>`, `captcha_old` …
*Transport* faults spoil the whole HTTP answer after the call was executed and booked. *Shapes* change a good answer.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from zlib import crc32

from sandbox.dice import Dice, share

TRANSPORT = frozenset({
    "http_500", "html_200", "hang", "cut_body", "not_json", "slow", "huge_body", "unknown_shape", "null_response",
    "reset",
})  # fmt: skip
SHAPES = frozenset({
    "field_missing", "type_changed", "item_missing", "execute_false_unexplained", "execute_error_unmatched",
    "execute_trailing_error",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Call:
    """What a fault's scope is compared with: one API call, or a whole HTTP request with all that it touches."""

    token: str
    methods: frozenset[str]
    pages: frozenset[int | str]
    key: int
    network: str = "vk"

    @classmethod
    def of(
        cls, token: str, method: str, params: Mapping[str, str], pages: Iterable[int | str], network: str = "vk"
    ) -> Call:
        """Describe one call; equal parameters give equal keys, whoever calls."""
        said = "&".join(f"{name}={value}" for name, value in sorted(params.items()) if name != "access_token")
        return cls(token, frozenset({method}), frozenset(pages), crc32(f"{method}?{said}".encode()), network)

    def with_inner(self, inner: Iterable[Call]) -> Call:
        """The same request with what the calls inside its `execute` touch."""
        calls = list(inner)
        return Call(
            self.token,
            self.methods.union(*(call.methods for call in calls)),
            self.pages.union(*(call.pages for call in calls)),
            self.key,
            self.network,
        )


@dataclass(slots=True)
class Fault:
    """One fault. Empty scope fields mean "any"; `times` None means without end; `rate` is the share of calls hit.

    `seconds` is for `slow` and `hang`, `megabytes` for `huge_body`, `field` for `field_missing` and `type_changed`.
    """

    name: str
    rate: float = 1.0
    token: str | None = None
    method: str | None = None
    page: int | str | None = None
    network: str | None = None
    times: int | None = None
    seed: int = 0
    seconds: float = 3600.0
    megabytes: float = 64.0
    field: str = "is_government_organization"
    hits: int = 0
    attempts: Counter[int] = dataclasses.field(default_factory=Counter, repr=False)

    @property
    def is_scoped(self) -> bool:
        """Is it aimed at a method or a page, and so at the calls inside an `execute` too?"""
        return self.page is not None or self.method not in (None, "execute")

    def strikes(self, call: Call) -> bool:
        """Does it hit this call? Repeatable: depends on seed, parameters and how often they were sent, not on order."""
        if not self._covers(call) or (self.times is not None and self.hits >= self.times):
            return False
        self.attempts[call.key] += 1
        roll = Dice(self.seed).rolls(self.name.encode(), call.key, self.attempts[call.key])[0]
        is_hit = share(roll) < self.rate
        self.hits += is_hit
        return is_hit

    def report(self) -> dict[str, Any]:
        """The fault as it was asked for, with its hits so far."""
        return {key: value for key, value in dataclasses.asdict(self).items() if key != "attempts"}

    def _covers(self, call: Call) -> bool:
        return (
            self.network in (None, call.network)
            and self.token in (None, call.token)
            and (self.method is None or self.method in call.methods)
            and (self.page is None or self.page in call.pages)
        )


class Faults:
    """The faults that are switched on."""

    def __init__(self, errors: Mapping[str, Iterable[str]], shapes: Iterable[str] = ()) -> None:
        """Know the networks' own errors (names by network) and shapes, besides what all networks share."""
        self._errors = {network: frozenset(names) for network, names in errors.items()}
        self._shapes = SHAPES.union(shapes)
        self.active: list[Fault] = []

    @property
    def names(self) -> list[str]:
        """Every fault there is."""
        return sorted(TRANSPORT | self._shapes.union(*self._errors.values()))

    def switch(self, wanted: Iterable[Mapping[str, Any]]) -> None:
        """Replace all active faults. Raises ValueError naming what is unknown; then nothing changes."""
        self.active = [self._parse(each) for each in wanted]

    def transport(self, call: Call) -> Fault | None:
        """The first transport fault that hits this request."""
        return next((fault for fault in self.active if fault.name in TRANSPORT and fault.strikes(call)), None)

    def shapes(self, call: Call) -> list[Fault]:
        """All shape faults that hit this request."""
        return [fault for fault in self.active if fault.name in self._shapes and fault.strikes(call)]

    def error(self, call: Call, is_inner: bool = False) -> Fault | None:
        """The first error that hits this call; inside an `execute` only those aimed at a method or a page do."""
        own = self._errors.get(call.network, frozenset())
        candidates = (fault for fault in self.active if fault.name in own and (fault.is_scoped or not is_inner))
        return next((fault for fault in candidates if fault.strikes(call)), None)

    def _parse(self, wanted: Mapping[str, Any]) -> Fault:
        allowed = {each.name for each in dataclasses.fields(Fault)} - {"hits", "attempts"}
        if unknown := sorted(set(wanted) - allowed):
            raise ValueError(f"unknown fault key {unknown[0]!r}; known are {', '.join(sorted(allowed))}")
        if wanted.get("name") not in self.names:
            raise ValueError(f"unknown fault {wanted.get('name')!r}; known are {', '.join(self.names)}")
        if not 0 <= float(wanted.get("rate", 1)) <= 1:
            raise ValueError(f"rate {wanted['rate']!r} is not between 0 and 1")
        return Fault(**wanted)
