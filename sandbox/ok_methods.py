"""OK's methods: each takes its parameters and the night and returns the answer's body, or raises an ApiError."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any
from urllib.parse import urlsplit
from zlib import crc32

import orjson

from sandbox import ok_objects
from sandbox.ok_errors import ApiError
from sandbox.page_truth import PageTruth
from sandbox.pages import Page
from sandbox.world import World

MAX_GROUPS, MAX_POSTS = 100, 100
_LONGEST_NUMBER = 18


@dataclass(frozen=True, slots=True)
class Request:
    """One API call."""

    world: World
    params: Mapping[str, str]
    now: datetime
    night: date


def group_get_info(request: Request) -> bytes:
    """Groups by uid in no promised order, unknown ones missing; a bare list, or one inside an object."""
    uids, fields = _list(_required(request, "uids")), _list(_required(request, "fields"))
    if len(uids) > MAX_GROUPS:
        raise ApiError(100, f"uids: more than {MAX_GROUPS}")
    truths = [truth for uid in dict.fromkeys(uids) if (truth := _truth(request, uid)) and truth.state != "deleted"]
    groups = [ok_objects.group(truth, frozenset(fields)) for truth in reversed(truths)]
    if not groups and crc32(uids[0].encode()) % 2:
        return b"null"
    return orjson.dumps({"groups": groups} if crc32(uids[0].encode()) % 3 == 0 else groups)


def group_get_counters(request: Request) -> bytes:
    """Numbers of one group."""
    truth = _group(request, _required(request, "group_id"))
    wanted = _list(_required(request, "counterTypes"))
    numbers = {"members": truth.members_count, "themes": request.world.wall(truth.page).count(request.night)}
    return orjson.dumps({"counters": {name: numbers[name] for name in wanted if numbers.get(name) is not None}})


def stream_get(request: Request) -> bytes:
    """Posts of a group, the pinned one first; the last page's anchor leads to itself, and an empty feed has no key."""
    count, start = _count(request), _offset(request.params.get("anchor", ""))
    truth = _group(request, _required(request, "gid"))
    if error := wall_error(truth):
        raise error
    wall = request.world.wall(truth.page)
    posts = list(islice(wall.listed(request.night, start), count))
    if not posts or request.params.get("patterns") != "POST":
        return b"{}"
    last = (wall.count(request.night) - 1) // count * count
    return orjson.dumps(
        {"feeds": [ok_objects.feed(post) for post in posts], "anchor": _anchor(min(start + count, last))}
    )


def mediatopic_get_by_ids(request: Request) -> bytes:
    """Topics by id, whatever groups they are of; what is gone or not to be seen is missing."""
    ids = _list(_required(request, "topic_ids"))
    if len(ids) > MAX_POSTS:
        raise ApiError(100, f"topic_ids: more than {MAX_POSTS}")
    if not all(_is_number(text) for text in ids):
        raise ApiError(100, "topic_ids")
    found = [topic for text in reversed(list(dict.fromkeys(ids))) if (topic := _topic(request, int(text)))]
    return orjson.dumps({"media_topics": found, "entities": {"groups": []}} if found else {"entities": {}})


def url_get_info(request: Request) -> bytes:
    """What an address stands for."""
    path = urlsplit(_required(request, "url")).path.strip("/").lower()
    number = path.removeprefix("group").strip("/")
    page = request.world.ok.by_number(int(number)) if _is_number(number) else request.world.ok.by_suffix(path)
    truth = request.world.truth(page, request.night) if page else None
    if page is None or truth is None or not truth.is_alive or (truth.screen_name != path and not _is_number(number)):
        if len(path) % 2:
            raise ApiError(300)
        return b'{"type":"UNKNOWN"}'
    return orjson.dumps({"type": "GROUP", "objectId": page.number, "objectIdStr": str(page.number)})


METHODS: Mapping[str, Callable[[Request], bytes]] = {
    "group.getInfo": group_get_info,
    "group.getCounters": group_get_counters,
    "stream.get": stream_get,
    "mediatopic.getByIds": mediatopic_get_by_ids,
    "url.getInfo": url_get_info,
}


def pages_touched(world: World, params: Mapping[str, str]) -> list[int]:
    """Ids of the groups that a call is about, for scopes of faults and for the book; names are not looked up."""
    texts = _list(",".join(params.get(name, "") for name in ("uids", "gid", "group_id")))
    topics = [int(text) for text in _list(params.get("topic_ids", "")) if _is_number(text)]
    owners = {page.number: None for topic_id in topics if (page := world.ok.by_post_id(topic_id))}
    return [int(text) for text in texts if _is_number(text)] + list(owners)


def wall_error(truth: PageTruth) -> ApiError | None:
    """Why an outsider gets no posts tonight."""
    codes = {"closed": 456, "private": 455 if truth.page.index % 2 else 458, "banned": 511, "deleted": 300}
    return ApiError(codes[truth.state]) if truth.state in codes else None


def _topic(request: Request, topic_id: int) -> dict[str, Any] | None:
    page = request.world.ok.by_post_id(topic_id)
    if page is None or not request.world.truth(page, request.night).is_wall_readable:
        return None
    post = request.world.wall(page).by_id(topic_id, request.night)
    return ok_objects.topic(page, post) if post else None


def _group(request: Request, uid: str) -> PageTruth:
    if truth := _truth(request, uid):
        return truth
    raise ApiError(300)


def _truth(request: Request, uid: str) -> PageTruth | None:
    """The group with this uid; what cannot be one fails the whole call, as one bad id in a batch does."""
    if not _is_number(uid):
        raise ApiError(160)
    page: Page | None = request.world.ok.by_number(int(uid))
    truth = request.world.truth(page, request.night) if page else None
    return truth if truth and truth.state != "absent" else None


def _anchor(offset: int) -> str:
    return base64.b64encode(b"from %d" % offset).decode()


def _offset(anchor: str) -> int:
    if not anchor:
        return 0
    try:
        return int(base64.b64decode(anchor, validate=True).removeprefix(b"from "))
    except ValueError:
        raise ApiError(100, "anchor") from None


def _count(request: Request) -> int:
    text = request.params.get("count", "20")
    if not _is_number(text) or not 0 < int(text) <= MAX_POSTS:
        raise ApiError(100, "count")
    return int(text)


def _required(request: Request, name: str) -> str:
    if value := request.params.get(name):
        return value
    raise ApiError(100, f"Missed required parameter: {name}")


def _list(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= _LONGEST_NUMBER
