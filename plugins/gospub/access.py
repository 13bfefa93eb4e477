"""How a network may be asked: its address, its tokens and its limits, as an operator set them.

Tokens never appear in a representation, a log or the database: there a token is its fingerprint.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Token:
    """An access token of a network."""

    secret: str = field(repr=False)

    @property
    def fingerprint(self) -> str:
        """First 16 hex digits of the SHA-256 of the token: enough to tell tokens apart, useless to use them."""
        return hashlib.sha256(self.secret.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Limits:
    """What a network allows to one token.

    ``calls_per_second``: 0 = unlimited. ``daily_quota``: calls in any 24 hours, by method; a method that is not
    named has no published quota. ``in_flight``: simultaneous calls, so that latency does not cost rate; 0 = derived
    from the rate for answers of up to five seconds. ``timeout_seconds``: of one call. ``backoff_seconds``: longest
    pause before the second attempt at a call that failed in passing; it doubles from attempt to attempt.
    """

    calls_per_second: float
    daily_quota: Mapping[str, int]
    in_flight: int = 0
    timeout_seconds: float = 30.0
    backoff_seconds: float = 0.5

    @property
    def concurrency(self) -> int:
        """Threads that keep the allowed rate busy."""
        return self.in_flight or min(64, round(self.calls_per_second * 5) + 1 if self.calls_per_second else 8)


@dataclass(frozen=True)
class Access:
    """Everything that asking one network takes.

    ``options``: what only this network wants to know, such as OK's application keys: the connection's login and extra.
    """

    platform: str
    base_url: str
    tokens: tuple[Token, ...]
    limits: Limits
    ca_bundle: str | None = None
    proxy: str | None = field(default=None, repr=False)
    options: Mapping[str, Any] = field(default_factory=dict, repr=False)

    def token(self, fingerprint: str) -> Token:
        """The token with this fingerprint."""
        return next(token for token in self.tokens if token.fingerprint == fingerprint)
