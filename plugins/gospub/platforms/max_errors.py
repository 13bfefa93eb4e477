"""What MAX's errors mean: a code, or where none is told an HTTP status, carries its verdict.

Codes and statuses: dev.max.ru/docs-api and the schema 0.0.30 of the official Go client (max-bot-api-client-go);
access.denied, chat.not.found and too.many.requests are known from public projects only. What to do about them is ours.
"""

from collections.abc import Callable, Mapping
from typing import Any

from gospub import errors
from gospub.platforms.fields import clean, evidence

_PAUSE = 1.0

Verdict = Callable[[str], errors.CrawlError]


def _gone(outcome: str, reason: str) -> Verdict:
    return lambda said: errors.GiveUpOnPage(said, outcome, reason)


def _wait(said: str) -> errors.CrawlError:
    return errors.WaitThenRetry(said, seconds=_PAUSE)


def _bug(reason: str) -> Verdict:
    return lambda said: errors.OurBug(said, reason=reason)


# What each code of an answer {"code", "message"} says about what to do next.
CODES: dict[str, Verdict] = {
    "verify.token": errors.TokenDead,
    "access.denied": _gone("no_access", "access_denied"),
    "chat.denied": _gone("no_access", "access_denied"),
    "chat.not.found": _gone("not_found", "chat_not_found"),
    "method.not.found": _bug("method_not_found"),
    "proto.payload": _bug("bad_parameter"),
    "too.many.requests": _wait,
    "service.unavailable": lambda said: errors.RetryNow(said, reason="http_503"),
}
# For a code that is not among them.
STATUSES: dict[int, Verdict] = {
    400: _bug("http_400"),
    401: errors.TokenDead,
    403: _gone("no_access", "access_denied"),
    405: _bug("http_405"),
    429: _wait,
    503: lambda said: errors.RetryNow(said, reason="http_503"),
}
# These speak for themselves; any other status without a code may come from whatever stands in front of the network.
_SPEAKING = (401, 429)


def verdict(status: int, told: Any, method: str, secret: str) -> errors.CrawlError:
    """The error that an answer means; ``told`` is its decoded body, if it had one."""
    body = told if isinstance(told, Mapping) else {}
    code, message = body.get("code"), body.get("message")
    text = f"MAX {method}: HTTP {status}: {_shown(code, secret)}: {_shown(message, secret)}"
    if isinstance(code, str) and code in CODES:
        return _about_the_bot(CODES[code](text), method)
    if status in STATUSES and (isinstance(code, str) or status in _SPEAKING):
        return _about_the_bot(STATUSES[status](text), method)
    if status == 200 or isinstance(code, str):
        return errors.NotUnderstood(text, evidence=text)
    return errors.RetryNow(f"MAX {method}: HTTP {status}", reason=f"http_{status}")


def _about_the_bot(error: errors.CrawlError, method: str) -> errors.CrawlError:
    """Listing chats asks for no page: what is refused there is refused to the bot."""
    if method == "chats" and isinstance(error, errors.GiveUpOnPage):
        return errors.TokenWrongType(error.cause)
    return error


def _shown(value: Any, secret: str) -> str:
    if isinstance(value, str):
        return clean(value.replace(secret, "***"))[:200]
    return type(value).__name__ if isinstance(value, list | Mapping) else evidence(value)
