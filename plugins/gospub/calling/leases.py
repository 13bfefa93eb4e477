"""Leases on tokens: one task at a time uses a token, keeps its pace and books its quota before each call.

A lease is a session advisory lock, and bookings are made on the connection that holds it: a task that lost its lease
cannot book, and what cannot be booked is not called. The next allowed call time is kept in the database, so the pace
survives a hand-over. (A transaction pooler between here and the server would break this.)
"""

import threading
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from psycopg2.extensions import connection as Connection

from gospub import clock
from gospub.access import Access, Token
from gospub.errors import ConfigurationError, QuotaUsedUp, TokenTrouble
from gospub.warehouse.connection import Row, connect, query, script, told_clearly

# Usage is kept by the minute, so a call may be up to a minute younger than its row says.
QUOTA_WINDOW = timedelta(hours=24, minutes=1)
_METHOD_PAUSE = timedelta(hours=1)
_KEEP_PACE = (
    "UPDATE ops.token SET next_call_at = greatest(next_call_at, %(next_call_at)s) WHERE fingerprint = %(fingerprint)s"
)
_UNLOCK = "SELECT pg_advisory_unlock(hashtextextended('gospub token ' || %(fingerprint)s, 0))"
_LOCK = "SELECT pg_try_advisory_lock(hashtextextended('gospub token ' || %(fingerprint)s, 0)) AS is_ours"


class LeaseOver(Exception):
    """Another thread gave the token back while this one waited for its turn."""


class TokenLease:
    """An exclusive hold on one token, until it is released."""

    def __init__(self, connection: Connection, access: Access, row: Row) -> None:
        """Take over a locked connection and what the database knows of the token."""
        self.token: Token = access.token(row["fingerprint"])
        self.can_execute: bool = row["has_execute"] is not False
        self._connection = connection
        self._limits = access.limits
        self._guard = threading.Lock()
        self._is_over = False
        self._interval = 1 / access.limits.calls_per_second if access.limits.calls_per_second else 0.0
        self._next_call = time.monotonic() + _seconds_until(row["next_call_at"])
        self._called_at = (0.0, 0.0)
        self.calls_count = 0
        self._used: dict[str, int] = {}
        self._counted_at = float("-inf")

    def book(self, cost: Mapping[str, int]) -> None:
        """Wait for the token's turn and book a call's cost; returns when the call may be sent.

        Raises QuotaUsedUp when the booking would pass a daily quota, and LeaseOver when the token is somebody else's
        by now (nothing is booked then).
        """
        with self._guard, told_clearly():
            self._refuse_if_over()
            self._refuse_beyond_quota(cost)
            time.sleep(max(0.0, self._next_call - time.monotonic()))
            self._refuse_if_over()
            # A late wake-up may be made up for, but no further than half an interval.
            self._next_call = max(self._next_call, time.monotonic() - self._interval / 2) + self._interval
            self._commit_booking(cost)
            self._called_at = (self._called_at[0] if self.calls_count else time.monotonic(), time.monotonic())
            self.calls_count += 1
            for method, calls in cost.items():
                self._used[method] = self._used.get(method, 0) + calls

    @property
    def seconds_in_use(self) -> float:
        """Seconds between the first and the last call."""
        return self._called_at[1] - self._called_at[0]

    def left(self, method: str) -> int | None:
        """Calls of a method that today's quota still allows; None = no quota is known."""
        quota = self._limits.daily_quota.get(method)
        if quota is None:
            return None
        with self._guard, told_clearly():
            self._count_usage()
            return max(0, quota - self._used.get(method, 0))

    def pause(self, seconds: float) -> None:
        """Let no call go out for some seconds, as the network asked; also if the token was given back meanwhile."""
        with self._guard, told_clearly():
            self._next_call = max(self._next_call, time.monotonic() + seconds)
            query(self._connection, _KEEP_PACE, self._pace())

    def remember_trouble(self, trouble: TokenTrouble) -> None:
        """Keep what is wrong with the token for the tasks to come."""
        moment = clock.now()
        values: dict[str, Any] = {"fingerprint": self.token.fingerprint, "reason": trouble.cause, "moment": moment}
        with self._guard, told_clearly():
            if isinstance(trouble, QuotaUsedUp):
                if not trouble.is_told:
                    return
                until = moment + _METHOD_PAUSE
                query(
                    self._connection,
                    script("tokens/pause_method"),
                    {**values, "method": trouble.method, "until": until},
                )
                return
            usable_at = moment + timedelta(seconds=trouble.seconds) if trouble.seconds else None
            values |= {"state": trouble.state, "usable_at": usable_at}
            query(self._connection, script("tokens/trouble"), values)

    def remember_no_execute(self) -> None:
        """Keep that the network does not let this token call execute."""
        self.can_execute = False
        statement = "UPDATE ops.token SET has_execute = false WHERE fingerprint = %(fingerprint)s"
        with self._guard, told_clearly():
            query(self._connection, statement, {"fingerprint": self.token.fingerprint})

    def release(self) -> None:
        """Let another task have the token, no sooner than the pace or the network's wish allows."""
        self._is_over = True  # before the guard is free: those who wait for their turn should see it at once
        with self._guard, told_clearly():
            query(self._connection, _KEEP_PACE, self._pace())
            query(self._connection, _UNLOCK, {"fingerprint": self.token.fingerprint})

    def _refuse_if_over(self) -> None:
        if self._is_over:
            raise LeaseOver

    def _refuse_beyond_quota(self, cost: Mapping[str, int]) -> None:
        for is_fresh in (False, True):
            short = [
                m for m, calls in cost.items() if self._used.get(m, 0) + calls > self._limits.daily_quota.get(m, 2**31)
            ]
            if not short and time.monotonic() - self._counted_at < 60:
                return
            if is_fresh and short:
                raise QuotaUsedUp(f"the daily quota of {short[0]} is used up", short[0], is_told=False)
            self._count_usage()

    def _count_usage(self) -> None:
        values = {"fingerprint": self.token.fingerprint, "window_start": clock.now() - QUOTA_WINDOW}
        self._used = {
            row["method"]: row["used_count"] for row in query(self._connection, script("tokens/usage"), values)
        }
        self._counted_at = time.monotonic()

    def _pace(self) -> dict[str, Any]:
        wait = timedelta(seconds=self._next_call - time.monotonic())
        return {"fingerprint": self.token.fingerprint, "next_call_at": datetime.now(UTC) + wait}

    def _commit_booking(self, cost: Mapping[str, int]) -> None:
        query(
            self._connection,
            script("tokens/book"),
            {
                **self._pace(),
                "moment": clock.now(),
                "methods": list(cost),
                "calls": list(cost.values()),
            },
        )


def _seconds_until(moment: datetime | None) -> float:
    return max(0.0, (moment - datetime.now(UTC)).total_seconds()) if moment else 0.0


def lease_connection(dsn: str, platform: str) -> Connection:
    """A direct connection that can hold leases; closing it frees them."""
    connection = connect(dsn, f"gospub {platform} token lease")
    connection.autocommit = True
    return connection


def try_lease(connection: Connection, access: Access, cost: Mapping[str, int]) -> TokenLease | None:
    """Lease a usable token that nobody holds and that has quota for ``cost``; None when there is none now."""
    with told_clearly():
        for row in _candidates(connection, access, cost):
            if query(connection, _LOCK, {"fingerprint": row["fingerprint"]})[0]["is_ours"]:
                # Read again under the lock: the last holder may have called since.
                fresh = [r for r in _candidates(connection, access, cost) if r["fingerprint"] == row["fingerprint"]]
                if fresh:
                    return TokenLease(connection, access, fresh[0])
                query(connection, _UNLOCK, {"fingerprint": row["fingerprint"]})
    return None


def _candidates(connection: Connection, access: Access, cost: Mapping[str, int]) -> list[Row]:
    """Usable tokens with quota for every method of the cost, most quota left first."""
    moment = clock.now()
    _register(connection, access, moment)
    usable: dict[str, Row] = {}
    for number, (method, calls) in enumerate(sorted(cost.items(), key=lambda item: -item[1])):
        values = {
            "method": method,
            "fingerprints": [token.fingerprint for token in access.tokens],
            "window_start": moment - QUOTA_WINDOW,
            "moment": moment,
        }
        quota = access.limits.daily_quota.get(method, 2**31)
        fit = {
            row["fingerprint"]: row
            for row in query(connection, script("tokens/candidates"), values)
            if row["used_count"] + calls <= quota
        }
        usable = fit if number == 0 else {key: row for key, row in usable.items() if key in fit}
    return list(usable.values())


def _register(connection: Connection, access: Access, moment: datetime) -> None:
    for token in access.tokens:
        values = {"fingerprint": token.fingerprint, "platform": access.platform, "moment": moment}
        query(connection, script("tokens/register"), values)


def first_usable_at(connection: Connection, access: Access, cost: Mapping[str, int]) -> datetime | None:
    """When the first token will be usable for all of a call's cost, in the past if one is only held by another task.

    Raises ConfigurationError when a person has to act on every token.
    """
    fingerprints = [token.fingerprint for token in access.tokens]
    moment = clock.now()
    _refuse_useless(connection, access, fingerprints)
    usable: dict[str, datetime] = {}
    for method, calls in cost.items():
        values = {
            "method": method,
            "calls": calls,
            "quota": access.limits.daily_quota.get(method, 2**31),
            "window": QUOTA_WINDOW,
            "window_start": moment - QUOTA_WINDOW,
            "fingerprints": fingerprints,
        }
        for row in query(connection, script("tokens/usable_at"), values):
            usable[row["fingerprint"]] = max(row["usable_at"], usable.get(row["fingerprint"], row["usable_at"]))
    return min(usable.values(), default=None)


def put_aside(connection: Connection, access: Access) -> list[str]:
    """Which tokens are not live, and why, in words for people."""
    statement = (
        "SELECT fingerprint, state, reason FROM ops.token"
        " WHERE fingerprint = any(%(fingerprints)s) AND state <> 'live' ORDER BY fingerprint"
    )
    with told_clearly():
        rows = query(connection, statement, {"fingerprints": [token.fingerprint for token in access.tokens]})
    return [f"{row['fingerprint']} is {row['state']} ({row['reason']})" for row in rows]


def _refuse_useless(connection: Connection, access: Access, fingerprints: Sequence[str]) -> None:
    statement = (
        "SELECT fingerprint, state, reason FROM ops.token"
        " WHERE fingerprint = any(%(fingerprints)s) AND state <> 'live' AND usable_at IS NULL"
    )
    useless = query(connection, statement, {"fingerprints": fingerprints})
    if len(useless) == len(fingerprints):
        told = "; ".join(f"{row['fingerprint']} is {row['state']} ({row['reason']})" for row in useless)
        raise ConfigurationError(
            f"no token of {access.platform} can be used: {told}",
            f"Put live tokens into the connection gospub_{access.platform}, or see `python -m gospub tokens --help`",
        )
