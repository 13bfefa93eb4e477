"""VK's methods: each takes its parameters and the night and returns the JSON of `response`, or raises an ApiError."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice

import orjson

from sandbox import vk_posts, vk_profile
from sandbox.page_truth import PageTruth
from sandbox.pages import Page
from sandbox.vk_errors import ApiError
from sandbox.world import World

MAX_GROUPS, MAX_POSTS = 500, 100
_LONGEST_NUMBER = 18
_EMPTY_WALL = b'{"count":0,"items":[]}'


@dataclass(frozen=True, slots=True)
class Request:
    """One API call, direct or inside an `execute`."""

    world: World
    params: Mapping[str, str]
    now: datetime
    night: date


def groups_get_by_id(request: Request) -> bytes:
    """Communities by id or screen name, in no promised order; unknown ones are silently missing."""
    asked = _list(request.params.get("group_ids") or request.params.get("group_id", ""))
    if not asked:
        raise ApiError(100, "group_ids is undefined")
    if len(asked) > MAX_GROUPS:
        raise ApiError(100, f"group_ids should be less or equal {MAX_GROUPS}")
    fields = frozenset(_list(request.params.get("fields", "")))
    found = {page.index: page for text in asked if (page := _group(request, text))}
    truths = [request.world.truth(page, request.night) for _, page in sorted(found.items(), reverse=True)]
    groups = [vk_profile.group(request.world, truth, fields, len(asked) == 1) for truth in truths]
    return orjson.dumps({"groups": groups, "profiles": []})


def wall_get(request: Request) -> bytes:
    """Posts of a wall, the pinned one first at offset 0."""
    count, offset = _number(request.params, "count", 20), _number(request.params, "offset", 0)
    if not 0 <= count <= MAX_POSTS:
        raise ApiError(100, f"count should be less or equal to {MAX_POSTS}")
    if offset < 0:
        raise ApiError(100, "offset should be positive")
    page = _wall_owner(request)
    if request.params.get("filter", "all") not in ("all", "owner"):
        return _EMPTY_WALL
    wall = request.world.wall(page)
    posts = islice(wall.listed(request.night, offset), count)
    items = b",".join([vk_posts.render(page.number, post) for post in posts])
    next_from = b',"next_from":"%d"' % (offset + count) if offset + count < wall.count(request.night) else b""
    more = _extended(request, page) if request.params.get("extended") == "1" else b""
    return b'{"count":%d,"items":[%b]%b%b}' % (wall.count(request.night), items, next_from, more)


def wall_get_by_id(request: Request) -> bytes:
    """Posts by `owner_post` ids; what is gone or not visible is simply missing."""
    asked = _list(request.params.get("posts", ""))
    if not asked:
        raise ApiError(100, "posts is undefined")
    if len(asked) > MAX_POSTS:
        raise ApiError(100, f"posts should be less or equal to {MAX_POSTS}")
    found = [item for text in dict.fromkeys(asked) if (item := _one_post(request, text))]
    return b'{"items":[%b]}' % b",".join(found)


def resolve_screen_name(request: Request) -> bytes:
    """Type and id behind a screen name; an empty array, not an error, when there is nothing."""
    name = request.params.get("screen_name", "")
    if not name:
        raise ApiError(100, "screen_name is undefined")
    page = request.world.find(name, request.night)
    if page is None:
        return b"[]"
    kind = request.world.truth(page, request.night).kind
    return orjson.dumps({"type": kind, "object_id": page.number, "group_id": page.number})


def get_server_time(request: Request) -> bytes:
    """The world's time in unix seconds."""
    return b"%d" % int(request.now.timestamp())


METHODS: Mapping[str, Callable[[Request], bytes]] = {
    "groups.getById": groups_get_by_id,
    "wall.get": wall_get,
    "wall.getById": wall_get_by_id,
    "utils.resolveScreenName": resolve_screen_name,
    "utils.getServerTime": get_server_time,
}


def pages_touched(world: World, method: str, params: Mapping[str, str]) -> list[int]:
    """Ids of the pages that a call is about, for scopes of faults and for the book; names are not looked up."""
    if method == "groups.getById":
        texts = _list(params.get("group_ids") or params.get("group_id", ""))
    elif method == "wall.getById":
        texts = [text.partition("_")[0] for text in _list(params.get("posts", ""))]
    else:
        texts = [params.get("owner_id", "")]
    return [int(text) for each in texts if _is_number(text := each.removeprefix("-"))]


def wall_error(truth: PageTruth) -> ApiError | None:
    """Why an outsider gets no posts tonight. Which code VK uses for which case is not published: both kinds occur."""
    is_even = truth.page.index % 2 == 0
    if truth.state == "closed" or (truth.state == "private" and is_even):
        return ApiError(15, "this wall available only for community members")
    if truth.state == "private":
        return ApiError(30)
    if truth.state == "banned":
        return ApiError(19) if is_even else ApiError(15, "group is blocked")
    if truth.state == "deleted":
        return ApiError(18) if is_even else ApiError(100, "owner_id is invalid")
    if truth.state == "absent":
        return ApiError(100, "owner_id is invalid")
    return ApiError(15, "wall is disabled") if truth.wall == 0 else None


def _wall_owner(request: Request) -> Page:
    owner, domain = request.params.get("owner_id", ""), request.params.get("domain", "")
    page = _group(request, owner.removeprefix("-")) if owner.startswith("-") else _group(request, domain or "nobody")
    if page is None:
        raise ApiError(100, "owner_id is invalid")
    if error := wall_error(request.world.truth(page, request.night)):
        raise error
    return page


def _group(request: Request, text: str) -> Page | None:
    """A community by number or name; what cannot be either fails the whole call, as one bad id in a batch does."""
    if _is_number(text) and int(text) > 0:
        page = request.world.vk.by_native_id(int(text))
        is_there = page and request.world.truth(page, request.night).state != "absent"
        return page if is_there else None
    if not text.replace("_", "").replace(".", "").isalnum() or text.isdecimal():
        raise ApiError(100, "group_ids is invalid")
    return request.world.find(text, request.night)


def _one_post(request: Request, text: str) -> bytes | None:
    owner, _, number = text.partition("_")
    if not _is_number(owner.removeprefix("-")) or not _is_number(number):
        raise ApiError(100, "posts is invalid")
    page = request.world.vk.by_native_id(-int(owner))
    if page is None or not request.world.truth(page, request.night).is_wall_readable:
        return None
    post = request.world.wall(page).by_id(int(number), request.night)
    return vk_posts.render(page.number, post) if post else None


def _extended(request: Request, page: Page) -> bytes:
    shown = vk_profile.group(request.world, request.world.truth(page, request.night), frozenset(), False)
    return b',"profiles":[],"groups":[%b],"reaction_sets":[]' % orjson.dumps(shown)


def _list(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _is_number(text: str) -> bool:
    """Digits of a number that VK could have given, not of one that costs minutes to read."""
    return text.isdecimal() and len(text) <= _LONGEST_NUMBER


def _number(params: Mapping[str, str], name: str, default: int) -> int:
    try:
        return int(params.get(name) or default)
    except ValueError:
        raise ApiError(100, f"{name} not integer") from None
