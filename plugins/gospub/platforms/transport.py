"""One HTTP exchange: bounded in size and time, with every failure turned into a verdict free of secrets.

Exceptions of ``requests`` carry the address, and an address can carry a token; so nothing of them is passed on but
their kind.
"""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import requests
from urllib3.exceptions import HTTPError, ProtocolError, ReadTimeoutError

from gospub.access import Access
from gospub.errors import ConfigurationError, NotUnderstood, RetryNow, SplitBatch, WaitThenRetry

LARGEST_ANSWER = 32 * 1024 * 1024
_CHUNK = 256 * 1024
_LONGEST_BODY = 3  # times the time-out


@dataclass(frozen=True)
class Reply:
    """An answer whose status is the network's to judge."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def post_form(
    session: requests.Session, access: Access, url: str, form: Mapping[str, str], headers: Mapping[str, str]
) -> Any:
    """POST a form and give the decoded JSON answer.

    Raises RetryNow (no connection, time-out, cut body, HTTP 5xx, HTML), WaitThenRetry (HTTP 429 or 503 with
    Retry-After), SplitBatch (answer larger than ``LARGEST_ANSWER``, HTTP 413, 414), NotUnderstood, and
    ConfigurationError when the connection's ca_bundle is no file.
    """
    return decode(post(session, access, url, form, headers).body)


def post(
    session: requests.Session, access: Access, url: str, form: Mapping[str, str], headers: Mapping[str, str]
) -> Reply:
    """POST a form and give the answer undecoded, for a network that tells errors in a header or in plain text.

    Raises as ``post_form`` what speaks of the exchange.
    """
    return _exchange(session, access, "POST", url, headers, _judge_status, data=form)


def get(
    session: requests.Session,
    access: Access,
    url: str,
    parameters: Mapping[str, str],
    headers: Mapping[str, str],
    largest: int = LARGEST_ANSWER,
) -> Reply:
    """GET an address and give the answer as it is, redirects and errors of the network included.

    Raises as ``post_form`` what speaks of the exchange alone: no connection, time-out, cut body, HTTP 5xx, 413, 414,
    429 with Retry-After, and SplitBatch for an answer of more than ``largest`` bytes.
    """
    return _exchange(session, access, "GET", url, headers, _judge_exchange, largest, params=parameters)


def _exchange(
    session: requests.Session,
    access: Access,
    verb: str,
    url: str,
    headers: Mapping[str, str],
    judge: Callable[[requests.Response], None],
    largest: int = LARGEST_ANSWER,
    **said: Any,
) -> Reply:
    try:
        with session.request(
            verb,
            url,
            headers=dict(headers),
            timeout=(10, access.limits.timeout_seconds),
            stream=True,
            allow_redirects=False,
            verify=access.ca_bundle or True,
            proxies={"http": access.proxy, "https": access.proxy} if access.proxy else None,
            **said,
        ) as answer:
            judge(answer)
            body = _body(answer, time.monotonic() + _LONGEST_BODY * access.limits.timeout_seconds, largest)
            return Reply(answer.status_code, answer.headers, body)
    except requests.Timeout:
        raise RetryNow("the network did not answer in time", reason="timeout") from None
    except requests.ConnectionError as error:
        raise _connection_trouble(error, access.base_url) from None
    except ReadTimeoutError:
        raise RetryNow("the network fell silent in the middle of an answer", reason="timeout") from None
    except (requests.RequestException, HTTPError, OSError, ValueError) as error:  # ValueError: a broken Location
        _refuse_missing_bundle(access)
        raise RetryNow(f"the exchange broke off ({type(error).__name__})", reason="broken_off") from None


def _refuse_missing_bundle(access: Access) -> None:
    if access.ca_bundle and not Path(access.ca_bundle).exists():
        raise ConfigurationError(
            f"there is no file {access.ca_bundle}, the ca_bundle of connection gospub_{access.platform}",
            "Put the certificate of the network's authority there, as PEM",
        ) from None


def _connection_trouble(error: requests.ConnectionError, base_url: str) -> RetryNow:
    """Whether nothing was reached at all, which is no page's fault, or a connection that there was came to its end."""
    if isinstance(error, requests.exceptions.SSLError):
        wanted = "the connection's ca_bundle must name its authority's certificate"
        return RetryNow(f"the certificate of {base_url} cannot be verified: {wanted}", reason="unreachable")
    cause = error.args[0] if error.args else None
    if isinstance(cause, ReadTimeoutError):
        return RetryNow("the network did not answer in time", reason="timeout")
    if isinstance(cause, ProtocolError | OSError):
        return RetryNow("the connection broke off", reason="broken_off")
    return RetryNow(f"no connection to {base_url}", "Is the address of the connection right?", reason="unreachable")


def _judge_status(answer: requests.Response) -> None:
    _judge_exchange(answer)
    if answer.status_code != 200:
        raise RetryNow(f"HTTP {answer.status_code}", reason=f"http_{answer.status_code}")


def _judge_exchange(answer: requests.Response) -> None:
    status = answer.status_code
    if status in (413, 414):
        raise SplitBatch(f"HTTP {status}: the request is too large", reason=f"http_{status}")
    if status in (429, 503) and (pause := _seconds(answer.headers.get("Retry-After"))) is not None:
        raise WaitThenRetry(f"HTTP {status}", seconds=pause, reason=f"http_{status}")
    if status >= 500:
        raise RetryNow(f"HTTP {status}", reason=f"http_{status}")


def _seconds(header: str | None) -> float | None:
    return min(float(header), 3600.0) if header and header.isascii() and header.isdigit() else None


def _body(answer: requests.Response, until: float, largest: int) -> bytes:
    """The whole body; a time-out of the socket ends a silence, ``until`` (monotonic) an answer that only drips."""
    body = bytearray()
    while chunk := answer.raw.read1(_CHUNK, decode_content=True):  # returns what has come, so that time can be told
        body += chunk
        if time.monotonic() > until:
            raise RetryNow("the answer did not end in time", reason="timeout")
        if len(body) > largest:
            raise SplitBatch(f"the answer is larger than {largest} bytes", reason="answer_too_large")
    return bytes(body)


def decode(body: bytes) -> Any:
    """The JSON of an answer.

    Raises RetryNow for a web page and for cut JSON, NotUnderstood for what was never JSON.
    """
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
