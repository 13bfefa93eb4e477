"""What OK's errors mean: each code carries its verdict.

Codes and names: apiok.ru/en/dev/errors; what to do about them is ours. An error comes in the body, or as plain text
(``3:METHOD : ...``), and its code always in the header ``invocation-error``.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from gospub import errors
from gospub.platforms.fields import clean, evidence
from gospub.platforms.transport import Reply, decode

_FLOOD_PAUSE = 300.0
_BLOCK_PAUSE = 3600.0
_PERSON_PAUSE = 6 * 3600.0
_ENOUGH = 4000
_PLAIN = re.compile(r"\s*(\d{1,6}):([A-Z][A-Z_]+)\b")
# «User must grant an access to permission 'VALUABLE_ACCESS'»: about us, not about the group.
_RIGHT = re.compile("grant an access to permission", re.IGNORECASE)


def _about_page(outcome: str, reason: str) -> Callable[[str], errors.GospubError]:
    return lambda said: errors.GiveUpOnPage(said, outcome, reason)


def _cooling(seconds: float) -> Callable[[str], errors.GospubError]:
    return lambda said: errors.TokenCooling(said, seconds=seconds)


def _denied(said: str) -> errors.GospubError:
    if _RIGHT.search(said):
        return errors.TokenWrongType(said)
    return errors.GiveUpOnPage(said, "no_access", "permission_denied")


def _wrong_keys(said: str) -> errors.GospubError:
    return errors.ConfigurationError(
        said, "Are the application key (login) and application_secret_key (extra) of connection gospub_ok right?"
    )


def _application_off(said: str) -> errors.GospubError:
    return errors.ConfigurationError(said, "The application of connection gospub_ok is switched off or gone: see ok.ru")


# What each error code says about what to do next; codes that are not here are not understood.
VERDICTS: dict[int, Callable[[str], errors.GospubError]] = {
    1: errors.RetryNow,
    2: errors.RetryNow,
    3: errors.OurBug,
    4: errors.OurBug,
    7: _cooling(_BLOCK_PAUSE),
    8: _cooling(_FLOOD_PAUSE),
    9: _cooling(_BLOCK_PAUSE),
    10: _denied,
    11: lambda said: errors.QuotaUsedUp(said, method=""),
    22: errors.TokenNeedsPerson,
    23: errors.TokenNeedsPerson,
    30: errors.RetryNow,
    31: errors.RetryNow,
    50: _about_page("no_access", "not_admin"),
    100: errors.SplitBatch,
    101: _wrong_keys,
    102: errors.TokenDead,
    103: errors.TokenDead,
    104: _wrong_keys,
    105: _wrong_keys,
    160: _about_page("not_found", "invalid_group_id"),
    200: errors.TokenWrongType,
    210: _application_off,
    220: errors.OurBug,
    300: _about_page("not_found", "not_found"),
    401: errors.TokenDead,
    402: errors.TokenNeedsPerson,
    403: errors.TokenNeedsPerson,
    451: errors.OurBug,
    453: errors.TokenDead,
    455: _about_page("closed", "friend_restriction"),
    456: _about_page("closed", "group_restriction"),
    457: _about_page("closed", "unauthorized_restriction"),
    458: _about_page("closed", "privacy_restriction"),
    511: _about_page("no_access", "ids_blocked"),
    514: errors.TokenNeedsPerson,
    704: errors.RetryNow,
    900: _application_off,
    1200: errors.SplitBatch,
    5000: errors.OurBug,
    9999: errors.RetryNow,
}


def verdict(code: Any, said: Any, method: str) -> errors.GospubError:
    """The error that a code means, with what OK said: a CrawlError, or ConfigurationError when our keys are wrong."""
    told = clean(said)[:200] if isinstance(said, str) else evidence(said)
    text = f"OK {method}: error {evidence(code)}: {told}"
    if code == 11:
        return errors.QuotaUsedUp(text, method)
    make = VERDICTS.get(code) if type(code) is int else None
    if make is None:
        return errors.NotUnderstood(text, evidence=text)
    error = make(text)
    if isinstance(error, errors.TokenNeedsPerson):
        error.seconds = _PERSON_PAUSE
    if isinstance(error, errors.CrawlError) and error.reason == type(error).reason:
        error.reason = f"ok_{code}"
    return error


def read_reply(reply: Reply, method: str, secrets: Iterable[str]) -> Any:
    """What a successful answer holds; raises the verdict of an error, in whichever of its three forms it came."""
    header = reply.headers.get("invocation-error", "").strip()
    try:
        answer = decode(reply.body)
    except (errors.NotUnderstood, errors.RetryNow) as error:
        told = without(secrets, reply.body[:_ENOUGH].decode("utf-8", "replace"))[:200]
        if code := _plain_code(told) or _number(header):
            raise verdict(code, told, method) from None
        if isinstance(error, errors.NotUnderstood):
            error.evidence = told
        raise
    if isinstance(answer, Mapping) and "error_code" in answer:
        raise verdict(answer["error_code"], without(secrets, answer.get("error_msg")), method)
    if code := _number(header):
        raise verdict(code, "told by the header invocation-error alone", method)
    return answer


def _plain_code(text: str) -> int:
    found = _PLAIN.match(text)
    return int(found[1]) if found else 0


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0


def without(secrets: Iterable[str], said: Any) -> Any:
    """What OK said without our secrets, which it may echo; taken out before anything is cut."""
    if isinstance(said, str):
        for secret in secrets:
            said = said.replace(secret, "***")
    return said
