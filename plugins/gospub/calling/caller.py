"""Making calls: leases a token, keeps its pace, books quota, retries passing trouble, changes tokens in trouble.

One ``Caller`` serves all threads of a task. What it raises is left to the network's file (errors about the batch or
the page) or ends the task's asking (NightError, ConfigurationError, WarehouseError).
"""

import logging
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import requests
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from gospub import clock
from gospub.access import Access
from gospub.calling.leases import LeaseOver, TokenLease, first_usable_at, lease_connection, put_aside, try_lease
from gospub.errors import (
    CrawlError,
    NetworkDown,
    NightOver,
    NoExecute,
    NoQuotaLeft,
    NotUnderstood,
    QuotaUsedUp,
    RetryNow,
    SplitBatch,
    TokenTrouble,
    WaitThenRetry,
)
from gospub.platforms import Network

ATTEMPTS = 4
THROTTLED_ATTEMPTS = 20
# More than the nine halvings by which one page that nobody can answer is parted from 499 others.
CALLS_UNTIL_DOWN = 12
# No page can be to blame for a network that is not reached at all.
CALLS_UNTIL_UNREACHABLE = 4
_POLL_SECONDS = 0.5
_LONG_WAIT = 30.0

log = logging.getLogger(__name__)


@dataclass
class LeaseUse:
    """How well leases were used: calls, leases, and the seconds between each lease's first and last call."""

    calls_count: int = 0
    leases_count: int = 0
    seconds: float = 0.0

    def add(self, lease: TokenLease) -> None:
        """Count a lease that ended."""
        self.calls_count += lease.calls_count
        self.leases_count += 1
        self.seconds += lease.seconds_in_use


class Caller:
    """Sends calls of one task; the ``Send`` of ``gospub.platforms.base``."""

    def __init__(
        self, dsn: str, access: Access, network: Network, ask_until: datetime, wait_for_quota_until: datetime
    ) -> None:
        """Nothing is leased before the first call; both bounds are moments of the product's clock."""
        self._access = access
        self._network = network
        self._ask_until = ask_until
        self._wait_for_quota_until = wait_for_quota_until
        self._connection = lease_connection(dsn, access.platform)
        self._switching = threading.Lock()
        self._lease: TokenLease | None = None
        self._senders = 0
        self._sessions = threading.local()
        self._down_count = 0
        self._waits_until: datetime | None = None
        self.can_execute = True
        self.use = LeaseUse()

    def __call__(self, method: str, parameters: Mapping[str, str], cost: Mapping[str, int] | None = None) -> Any:
        """Make one call; see ``Send``."""
        retrying = Retrying(
            retry=retry_if_exception_type(RetryNow),
            stop=stop_after_attempt(ATTEMPTS),
            wait=wait_random_exponential(multiplier=self._access.limits.backoff_seconds, max=8),
            reraise=True,
        )
        try:
            answer = retrying(self._once_throttle_is_over, method, parameters, cost or {method: 1})
        except RetryNow as error:
            self._count_failure(error)
            raise
        self._down_count = 0
        return answer

    def close(self) -> None:
        """Give back the token and the connection."""
        with self._switching:
            self._let_go()
            self._connection.close()

    def _once_throttle_is_over(self, method: str, parameters: Mapping[str, str], cost: Mapping[str, int]) -> Any:
        for _ in range(THROTTLED_ATTEMPTS):
            lease = self._booked(cost)
            if lease is None:
                continue
            try:
                answer = self._network.call(self._session(), self._access, lease.token, method, parameters)
                self._refuse_late()  # what came after midnight may tell of the next day
                return answer
            except WaitThenRetry as wait:
                lease.pause(wait.seconds)
            except TokenTrouble as trouble:
                self._drop(lease, trouble)
            except NoExecute:
                lease.remember_no_execute()
                self.can_execute = False
                raise
            except CrawlError as error:
                raise _scrubbed(error, lease.token.secret) from None
        raise RetryNow("the network goes on refusing for its rate", reason="throttled")

    def _booked(self, cost: Mapping[str, int]) -> TokenLease | None:
        """A lease on which a call is booked and may be sent now; None when it has just ended and another is due."""
        with self._switching:
            self._senders += 1
        try:
            lease = self._lease_for(cost)
            lease.book(cost)
            self._refuse_late()
            return lease
        except LeaseOver:
            return None
        except QuotaUsedUp as trouble:
            self._drop(lease, trouble)
            return None
        finally:
            with self._switching:
                self._senders -= 1
                # Whoever has nothing to send now lets others use the token's rate; without a rate nothing is to share.
                if self._senders == 0 and self._access.limits.calls_per_second:
                    self._let_go()

    def _session(self) -> requests.Session:
        if not hasattr(self._sessions, "session"):
            self._sessions.session = requests.Session()
            self._sessions.session.trust_env = False
        session: requests.Session = self._sessions.session
        return session

    def _count_failure(self, error: RetryNow) -> None:
        self._down_count += 1
        if self._down_count >= (CALLS_UNTIL_UNREACHABLE if error.reason == "unreachable" else CALLS_UNTIL_DOWN):
            raise NetworkDown(
                f"{self._down_count} calls in a row failed, the last because {error.cause}",
                f"Is {self._access.base_url}, the host of gospub_{self._access.platform}, right and reachable?",
            ) from None

    def _refuse_late(self) -> None:
        if clock.now() >= self._ask_until:
            raise NightOver("the night's date is over in Moscow: a network shows only its present")

    def _refuse_beyond_any_quota(self, cost: Mapping[str, int]) -> None:
        """What no day's quota holds would be waited for in vain."""
        for method, calls in cost.items():
            quota = self._access.limits.daily_quota.get(method)
            if quota is not None and calls > quota:
                if quota > 0:
                    raise SplitBatch(f"{calls} calls of {method} at once are more than its daily quota of {quota}")
                raise NoQuotaLeft(f"the daily quota of {method} is 0")

    def _drop(self, lease: TokenLease, trouble: TokenTrouble) -> None:
        lease.remember_trouble(trouble)
        with self._switching:
            if self._lease is lease:
                self._let_go()

    def _let_go(self) -> None:
        if self._lease:
            self._lease.release()
            self.use.add(self._lease)
            self._lease = None

    def _lease_for(self, cost: Mapping[str, int]) -> TokenLease:
        """The lease in use, or a new one; waits for a token that is held, or whose quota frees in time."""
        with self._switching:
            while self._lease is None:
                self._refuse_late()
                self._refuse_beyond_any_quota(cost)
                self._lease = try_lease(self._connection, self._access, cost)
                if self._lease is None:
                    time.sleep(self._seconds_to_wait(cost))
            self.can_execute = self._lease.can_execute
            return self._lease

    def _seconds_to_wait(self, cost: Mapping[str, int]) -> float:
        """Seconds until it is worth looking for a token again; raises when it never is."""
        usable_at = first_usable_at(self._connection, self._access, cost)
        if usable_at is None:
            raise NoQuotaLeft(f"no token is left for {', '.join(cost)}")
        wait = (usable_at - clock.now()).total_seconds()
        if wait > 0 and usable_at > self._wait_for_quota_until:
            told = "; ".join(put_aside(self._connection, self._access))
            raise NoQuotaLeft(
                f"no token may call {', '.join(cost)} before {usable_at:%H:%M} UTC" + (f": {told}" if told else ""),
                f"More tokens in the connection gospub_{self._access.platform} raise the nightly quota",
            )
        if wait > _LONG_WAIT and usable_at != self._waits_until:
            log.info("no token may call %s before %s UTC: waiting", ", ".join(cost), f"{usable_at:%H:%M}")
            self._waits_until = usable_at
        return min(max(wait, _POLL_SECONDS), _LONG_WAIT)


def _scrubbed(error: CrawlError, secret: str) -> CrawlError:
    """The error without the token, should the network have echoed it."""
    error.cause = error.cause.replace(secret, "***")
    error.args = (error.cause,)
    if isinstance(error, NotUnderstood):
        error.evidence = error.evidence.replace(secret, "***")
    return error
