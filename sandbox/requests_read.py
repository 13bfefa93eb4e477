"""Reading a request: parameters of its query and form body, and its bearer token."""

from __future__ import annotations

from urllib.parse import parse_qsl

from starlette.requests import Request


async def params_of(request: Request) -> dict[str, str]:
    """Parameters of the query and of a form body; a JSON body is not read, which none of the networks reads."""
    params = dict(parse_qsl(request.url.query, keep_blank_values=True))
    kind = request.headers.get("content-type", "")
    if kind.startswith("application/x-www-form-urlencoded"):
        body = (await request.body()).decode("utf-8", "replace")
        params |= parse_qsl(body, keep_blank_values=True)
    elif kind.startswith("multipart/form-data"):
        params |= {key: value for key, value in (await request.form()).items() if isinstance(value, str)}
    return params
