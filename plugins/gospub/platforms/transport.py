"""One HTTP exchange: bounded in size and time, with every failure turned into a verdict free of secrets.

Exceptions of ``requests`` carry the address, and an address can carry a token; so nothing of them is passed on but
their kind.
"""

import json
import time
from collections.abc import Mapping
from typing import Any

import orjson
import requests
from urllib3.exceptions import HTTPError, ProtocolError, ReadTimeoutError

from gospub.access import Access
from gospub.errors import NotUnderstood, RetryNow, SplitBatch, WaitThenRetry

LARGEST_ANSWER = 32 * 1024 * 1024
_CHUNK = 256 * 1024
_LONGEST_BODY = 3  # times the time-out


def post_form(
    session: requests.Session, access: Access, url: str, form: Mapping[str, str], headers: Mapping[str, str]
) -> Any:
    """POST a form and give the decoded JSON answer.

    Raises RetryNow (no connection, time-out, cut body, HTTP 5xx, HTML), WaitThenRetry (HTTP 429 or 503 with
    Retry-After), SplitBatch (answer larger than ``LARGEST_ANSWER``, HTTP 413, 414) and NotUnderstood.
    """
    try:
        with session.post(
            url,
            data=form,
            headers=dict(headers),
            timeout=(10, access.limits.timeout_seconds),
            stream=True,
            allow_redirects=False,
            verify=access.ca_bundle or True,
            proxies={"http": access.proxy, "https": access.proxy} if access.proxy else None,
        ) as answer:
            _judge_status(answer)
            return _decode(_body(answer, time.monotonic() + _LONGEST_BODY * access.limits.timeout_seconds))
    except requests.Timeout:
        raise RetryNow("the network did not answer in time", reason="timeout") from None
    except requests.ConnectionError as error:
        raise _connection_trouble(error, access.base_url) from None
    except ReadTimeoutError:
        raise RetryNow("the network fell silent in the middle of an answer", reason="timeout") from None
    except (requests.RequestException, HTTPError) as error:
        raise RetryNow(f"the exchange broke off ({type(error).__name__})", reason="broken_off") from None


def _connection_trouble(error: requests.ConnectionError, base_url: str) -> RetryNow:
    """Whether nothing was reached at all, which is no page's fault, or a connection that there was came to its end."""
    cause = error.args[0] if error.args else None
    if isinstance(cause, ReadTimeoutError):
        return RetryNow("the network did not answer in time", reason="timeout")
    if isinstance(cause, ProtocolError | OSError):
        return RetryNow("the connection broke off", reason="broken_off")
    return RetryNow(f"no connection to {base_url}", "Is the address of the connection right?", reason="unreachable")


def _judge_status(answer: requests.Response) -> None:
    status = answer.status_code
    if status in (413, 414):
        raise SplitBatch(f"HTTP {status}: the request is too large", reason=f"http_{status}")
    if status in (429, 503) and (pause := _seconds(answer.headers.get("Retry-After"))) is not None:
        raise WaitThenRetry(f"HTTP {status}", seconds=pause, reason=f"http_{status}")
    if status != 200:
        raise RetryNow(f"HTTP {status}", reason=f"http_{status}")


def _seconds(header: str | None) -> float | None:
    return min(float(header), 3600.0) if header and header.isascii() and header.isdigit() else None


def _body(answer: requests.Response, until: float) -> bytes:
    """The whole body; a time-out of the socket ends a silence, ``until`` (monotonic) an answer that only drips."""
    body = bytearray()
    while chunk := answer.raw.read1(_CHUNK, decode_content=True):  # returns what has come, so that time can be told
        body += chunk
        if time.monotonic() > until:
            raise RetryNow("the answer did not end in time", reason="timeout")
        if len(body) > LARGEST_ANSWER:
            raise SplitBatch(f"the answer is larger than {LARGEST_ANSWER} bytes", reason="answer_too_large")
    return bytes(body)


def _decode(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return _decode_leniently(body)


def _decode_leniently(body: bytes) -> Any:
    """JSON with half a surrogate pair or a stray byte in one text: one broken name must not cost the whole batch."""
    try:
        return json.loads(body.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        start = body[:200].decode("utf-8", "replace")
        if body.lstrip()[:1] == b"<":
            raise RetryNow("the answer is a web page, not JSON", reason="html_answer") from None
        if body.lstrip()[:1] in (b"{", b"["):
            raise RetryNow("the answer is cut or broken JSON", reason="cut_answer") from None
        raise NotUnderstood("the answer is not JSON", evidence=start) from None
