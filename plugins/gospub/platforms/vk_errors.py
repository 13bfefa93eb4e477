"""What VK's errors mean: each code carries its verdict.

Codes and texts: VKCOM/vk-api-schema 5.199.93 (errors.json) and dev.vk.com; what to do about them is ours.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from gospub import errors
from gospub.platforms.fields import clean, evidence

_FLOOD_PAUSE = 3600.0
_CAPTCHA_PAUSE = 6 * 3600.0


def _gone(outcome: str, reason: str) -> Callable[[str], errors.CrawlError]:
    return lambda said: errors.GiveUpOnPage(said, outcome, reason)


def _retry(said: str) -> errors.CrawlError:
    return errors.RetryNow(said)


def _denied(said: str) -> errors.CrawlError:
    if "token required" in said:
        return errors.TokenDead(said)
    return errors.GiveUpOnPage(said, "closed" if "hid his wall" in said else "no_access", "access_denied")


# What each error code says about what to do next; codes that are not here are not understood.
VERDICTS: dict[int, Callable[[str], errors.CrawlError]] = {
    1: _retry,
    2: errors.TokenDead,
    3: errors.OurBug,
    5: errors.TokenDead,
    6: lambda said: errors.WaitThenRetry(said, seconds=1.0),
    7: _gone("no_access", "permission_denied"),
    8: errors.SplitBatch,
    9: lambda said: errors.TokenCooling(said, seconds=_FLOOD_PAUSE),
    10: _retry,
    12: errors.OurBug,
    13: errors.SplitBatch,
    11: errors.TokenDead,
    14: errors.TokenNeedsPerson,
    15: _denied,
    16: errors.OurBug,
    17: errors.TokenNeedsPerson,
    18: _gone("deleted", "deleted_or_banned"),
    19: _gone("banned", "content_blocked"),
    20: errors.TokenWrongType,
    21: errors.TokenWrongType,
    23: errors.OurBug,
    24: errors.TokenNeedsPerson,
    25: errors.TokenNeedsPerson,
    27: errors.TokenWrongType,
    28: errors.TokenWrongType,
    29: lambda said: errors.QuotaUsedUp(said, method=""),
    30: _gone("closed", "private"),
    33: errors.OurBug,
    34: errors.OurBug,
    35: errors.OurBug,
    36: _retry,
    37: errors.TokenDead,
    38: errors.TokenDead,
    39: errors.TokenDead,
    40: _gone("not_found", "unknown_group"),
    41: errors.TokenNeedsPerson,
    42: errors.TokenNeedsPerson,
    43: _retry,
    100: errors.SplitBatch,
    101: errors.TokenDead,
    103: errors.OurBug,
    104: _gone("not_found", "not_found"),
    113: errors.SplitBatch,
    125: _gone("not_found", "invalid_group_id"),
    200: _gone("no_access", "access_denied"),
    201: _gone("no_access", "access_denied"),
    202: _gone("no_access", "access_denied"),
    203: _gone("no_access", "access_denied"),
    204: _gone("no_access", "access_denied"),
    210: _gone("no_access", "post_hidden"),
    212: _gone("no_access", "comments_hidden"),
    1051: errors.TokenWrongType,
    1114: errors.TokenDead,
    1116: errors.TokenDead,
    1117: errors.TokenDead,
    1118: errors.TokenDead,
    1260: _gone("not_found", "invalid_screen_name"),
    **dict.fromkeys(range(3300, 3306), errors.TokenNeedsPerson),
    3609: errors.TokenDead,
    3610: errors.TokenDead,
    3611: errors.TokenDead,
    9999: errors.OurBug,
    11500: errors.TokenNeedsPerson,
}


def verdict(code: Any, said: Any, method: str) -> errors.CrawlError:
    """The error that a code means, with what VK said."""
    told = clean(said)[:200] if isinstance(said, str) else evidence(said)
    text = f"VK {method}: error {evidence(code)}: {told}"
    if code == 28 and method == "execute":
        return errors.NoExecute(text)
    if code == 36 and method == "execute":
        return errors.SplitBatch(text, reason="vk_36")  # too much work for one execute
    if code == 29:
        return errors.QuotaUsedUp(text, method)
    make = VERDICTS.get(code) if type(code) is int else None
    error = make(text) if make else errors.NotUnderstood(text, evidence=text)
    if isinstance(error, errors.TokenNeedsPerson):
        error.seconds = _CAPTCHA_PAUSE
    if make and error.reason == type(error).reason:
        error.reason = f"vk_{code}"
    return error


def inner_errors(failures: Any, secret: str) -> list[errors.CrawlError]:
    """The verdicts of ``execute_errors``, in the order of the calls that failed; execute's own entry is left out."""
    told = [failure for failure in failures if isinstance(failure, Mapping)] if isinstance(failures, list) else []
    return [
        verdict(failure.get("error_code"), without(secret, failure.get("error_msg")), _method(failure))
        for failure in told
        if failure.get("method") != "execute"
    ]


def _method(failure: Mapping[str, Any]) -> str:
    method = failure.get("method")
    return clean(method)[:50] if isinstance(method, str) else "execute"


def refuse_token_trouble(told: Sequence[errors.CrawlError]) -> None:
    """Raise the first error that is about the token: the calls belong to another one."""
    for error in told:
        if isinstance(error, errors.TokenTrouble):
            raise error


def without(secret: str, said: Any) -> Any:
    """What VK said without the token, which it may echo; taken out before anything is cut."""
    return said.replace(secret, "***") if isinstance(said, str) else said
