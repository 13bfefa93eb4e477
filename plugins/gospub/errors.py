"""What can go wrong, told by the class: each error names its cause and its cure, and crawl errors carry their verdict.

GospubError
├── ConfigurationError        a connection, token or setting is missing or wrong: a person must act
├── WarehouseError            the database is down, full, old or misused
├── RegistryError             a registry file cannot be imported as a whole
├── NightError                a night cannot go on as asked
│   ├── NightOver             past midnight in Moscow: the network no longer shows that day
│   ├── NoQuotaLeft           no token has quota left that frees in time
│   ├── NetworkDown           call after call fails: the network, not the pages
│   ├── ShardTaken            another task crawls the shard, or finished its pages first
│   ├── GateFailed            the checks rejected the night
│   └── NotJudged             staging changed after it was judged
└── CrawlError                a call failed; the subclass says what to do next
    ├── RetryNow              passing trouble: ask again with backoff
    ├── WaitThenRetry         the network asks for a pause of ``seconds``
    ├── GiveUpOnPage          the answer is about the page: it carries the page's outcome
    ├── SplitBatch            the batch fails as a whole: ask its halves
    ├── NoExecute             this token may not call execute: ask directly
    ├── TokenTrouble          this token is of no use for now or for ever
    │   ├── QuotaUsedUp       the quota of ``method`` is used up
    │   ├── TokenCooling      the network wants it left alone for ``seconds``
    │   ├── TokenDead         revoked or expired
    │   ├── TokenWrongType    of a kind that may not call ``method``
    │   └── TokenNeedsPerson  captcha or validation
    ├── NotUnderstood         the answer is not of a known shape: kept as evidence
    └── OurBug                the network says that our request is wrong
"""


class GospubError(Exception):
    """An error told to people: what happened, and what to do about it."""

    def __init__(self, cause: str, cure: str = "") -> None:
        super().__init__(cause)
        self.cause = cause
        self.cure = cure

    def __str__(self) -> str:
        return f"{self.cause}. {self.cure}" if self.cure else self.cause


class ConfigurationError(GospubError):
    """A connection, token or setting is missing or wrong."""


class WarehouseError(GospubError):
    """The warehouse cannot be used."""


class RegistryError(GospubError):
    """A registry file cannot be imported as a whole."""


class NightError(GospubError):
    """A night cannot go on as asked."""


class NightOver(NightError):
    """The night's date has passed: networks show only their present."""


class NoQuotaLeft(NightError):
    """No token has quota left for a method, and none frees in time."""


class NetworkDown(NightError):
    """Call after call fails for passing reasons: asking on would only blame the pages."""


class ShardTaken(NightError):
    """Another task crawls the shard, or finished its pages first."""


class GateFailed(NightError):
    """The checks rejected the night."""


class NotJudged(NightError):
    """Staging changed after the gate judged it."""


class CrawlError(GospubError):
    """A call to a network failed."""

    reason = "failed"

    def __init__(self, cause: str, cure: str = "", reason: str | None = None) -> None:
        super().__init__(cause, cure)
        self.reason = reason or type(self).reason


class RetryNow(CrawlError):
    """Passing trouble of the network or the line."""

    reason = "transient"


class WaitThenRetry(CrawlError):
    """The network asks for a pause of ``seconds``."""

    reason = "throttled"

    def __init__(self, cause: str, seconds: float, reason: str | None = None) -> None:
        super().__init__(cause, reason=reason)
        self.seconds = seconds


class GiveUpOnPage(CrawlError):
    """The answer is about the page: ``outcome`` is one of the closed set of page outcomes."""

    def __init__(self, cause: str, outcome: str, reason: str) -> None:
        super().__init__(cause, reason=reason)
        self.outcome = outcome


class SplitBatch(CrawlError):
    """The batch fails as a whole; its halves may not."""

    reason = "batch_failed"


class NoExecute(CrawlError):
    """The token may not call execute."""

    reason = "no_execute"


class TokenTrouble(CrawlError):
    """The token is of no use for now or for ever."""

    reason = "token"
    state = "dead"
    seconds: float | None = None


class QuotaUsedUp(TokenTrouble):
    """The quota of ``method`` is used up for this token; ``is_told``: the network said so, not our own count."""

    reason = "quota"
    state = "live"

    def __init__(self, cause: str, method: str, *, is_told: bool = True) -> None:
        super().__init__(cause)
        self.method = method
        self.is_told = is_told


class TokenCooling(TokenTrouble):
    """The network wants the token left alone for ``seconds``."""

    reason = "flood"
    state = "cooling"

    def __init__(self, cause: str, seconds: float) -> None:
        super().__init__(cause)
        self.seconds = seconds


class TokenDead(TokenTrouble):
    """Revoked, expired or bound to another address."""

    reason = "token_dead"


class TokenWrongType(TokenTrouble):
    """Of a kind that may not call the method."""

    reason = "token_type"
    state = "wrong_type"


class TokenNeedsPerson(TokenTrouble):
    """The network wants a human: captcha or validation."""

    reason = "captcha"
    state = "needs_person"


class NotUnderstood(CrawlError):
    """The answer is not of a known shape; ``evidence`` is its beginning, scrubbed."""

    reason = "answer_not_understood"

    def __init__(self, cause: str, evidence: str = "") -> None:
        super().__init__(cause)
        self.evidence = evidence


class OurBug(CrawlError):
    """The network says that our request is wrong."""

    reason = "bad_request"
