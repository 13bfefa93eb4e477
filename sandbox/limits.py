"""Rates and quotas, and the book of who called what: what a bench reads to prove that limits were obeyed."""

from __future__ import annotations

import time
from collections import Counter, defaultdict, deque
from dataclasses import dataclass, field
from typing import Any

_DAY = 86_400.0
# Calls per second and token (address, for Telegram) where networks differ from VK. Only MAX publishes its own; what
# t.me stands is not known, and a demo should not wait for it.
RATES = {"ok": 3.0, "telegram": 20.0, "max": 30.0}


@dataclass(slots=True)
class Settings:
    """What can be changed while the sandbox runs. `rate` is calls per second and token, 0 = unlimited.

    `rates` holds the rates of networks that differ. `quotas` limits calls by method in a rolling 24 h of the world's
    clock, 0 = unlimited; `execute_latency` is the range in seconds that an execute call takes.
    """

    rate: float = 3.0
    quotas: dict[str, int] = field(default_factory=lambda: {"wall.get": 5000})
    execute_latency: tuple[float, float] = (0.0, 0.0)
    execute_for_service: bool = True
    rates: dict[str, float] = field(default_factory=dict)


@dataclass(slots=True)
class TokenBook:
    """What one token did. `arrivals` are seconds of the monotonic clock since the sandbox was started or reset."""

    calls: Counter[str] = field(default_factory=Counter)
    inner_calls: Counter[str] = field(default_factory=Counter)
    errors: Counter[int | str] = field(default_factory=Counter)
    over_rate: int = 0
    over_quota: int = 0
    arrivals: list[float] = field(default_factory=list)
    level: float = -1.0
    refilled_at: float = 0.0
    booked: defaultdict[str, deque[tuple[float, int]]] = field(default_factory=lambda: defaultdict(deque))

    def report(self) -> dict[str, Any]:
        """The book as JSON."""
        return {
            "calls": dict(self.calls), "inner_calls": dict(self.inner_calls),
            "errors": {str(code): number for code, number in self.errors.items()},
            "over_rate": self.over_rate, "over_quota": self.over_quota,
            "arrivals": [round(moment, 4) for moment in self.arrivals],
        }  # fmt: skip


class Ledger:
    """Books of all tokens, and how often each page was asked for by each method."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.reset()

    def reset(self) -> None:
        """Forget every call."""
        self.started = time.monotonic()
        self.tokens: defaultdict[str, TokenBook] = defaultdict(TokenBook)
        self.asked: defaultdict[str, Counter[int | str]] = defaultdict(Counter)
        self.bytes_sent = 0

    def arrive(self, token: str, method: str, network: str = "vk") -> bool:
        """Book a call's arrival; False if it is above the rate (a bucket as large as one second's calls)."""
        book, now = self.tokens[token], time.monotonic() - self.started
        book.calls[method] += 1
        book.arrivals.append(now)
        rate = self.settings.rates.get(network, self.settings.rate)
        if rate <= 0:
            return True
        filled = rate if book.level < 0 else min(rate, book.level + (now - book.refilled_at) * rate)
        is_allowed = filled >= 1
        book.level, book.refilled_at = filled - is_allowed, now
        book.over_rate += not is_allowed
        return is_allowed

    def spend(self, token: str, method: str, at: float) -> bool:
        """Book one call against the method's quota at world time `at` (seconds); False if the quota is used up."""
        limit, book = self.settings.quotas.get(method, 0), self.tokens[token]
        window = book.booked[method]
        while window and window[0][0] <= at - _DAY:
            window.popleft()
        if limit and sum(number for _, number in window) >= limit:
            book.over_quota += 1
            return False
        if window and window[-1][0] == at:
            window[-1] = (at, window[-1][1] + 1)
        else:
            window.append((at, 1))
        return True

    def report(self) -> dict[str, Any]:
        """Everything booked, as JSON."""
        return {
            "seconds": round(time.monotonic() - self.started, 3), "bytes_sent": self.bytes_sent,
            "over_rate": sum(book.over_rate for book in self.tokens.values()),
            "over_quota": sum(book.over_quota for book in self.tokens.values()),
            "tokens": {token: book.report() for token, book in self.tokens.items()},
        }  # fmt: skip
