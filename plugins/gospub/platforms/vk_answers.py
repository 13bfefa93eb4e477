"""Reading VK's answers: pure functions from decoded JSON to facts.

Answers are matched by id, never by position; unknown keys appear all the time and are ignored; a field of the wrong
type is as good as not delivered, and noted.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from gospub import errors
from gospub.platforms.base import Note, PageAsk, Post, ProfileAnswer, WallAsk
from gospub.platforms.fields import Fields, evidence
from gospub.platforms.pos_links import read_pos_link

# A hundred posts an answer: far beyond what VK lets a community publish in 30 days (a hundred a day).
KNOWN_POSTS_PER_CALL = 100
MOST_ROUNDS = 60


def read_groups(answer: Any, pages: Sequence[PageAsk], observed_at: datetime) -> list[ProfileAnswer]:
    """Read an answer of groups.getById (an object since 5.139, a bare list before) for the pages asked.

    Pages that are missing from it are missing from the result. Raises NotUnderstood when it is neither.
    """
    groups = answer.get("groups") if isinstance(answer, Mapping) else answer
    if not isinstance(groups, list):
        raise errors.NotUnderstood("VK groups.getById: no list of groups", evidence=evidence(answer))
    by_id = {
        str(group["id"]): group for group in groups if isinstance(group, Mapping) and isinstance(group.get("id"), int)
    }
    return [read_group(by_id[page.native_id], page.page_id, observed_at) for page in pages if page.native_id in by_id]


def read_group(group: Mapping[str, Any], page_id: int, observed_at: datetime) -> ProfileAnswer:
    """Read one group: its outcome, and its facts unless it is deactivated."""
    fields = Fields(group)
    outcome, reason = _group_outcome(fields)
    facts = _facts(fields) if outcome in ("ok", "closed") else {}
    return ProfileAnswer(page_id, outcome, observed_at, reason, facts, fields.notes)


def _group_outcome(fields: Fields) -> tuple[str, str | None]:
    kind = fields.values.get("deactivated")
    if kind:
        if fields.values.get("deactivated_type") == "geo_blocked":
            return "no_access", "geo_blocked"
        return (kind, None) if kind in ("banned", "deleted") else ("no_access", "deactivated")
    if fields.values.get("is_closed") is True:
        return "closed", "closed"
    if closed := fields.count("is_closed", 2):
        return "closed", "closed" if closed == 1 else "private"
    return "ok", None


def _facts(fields: Fields) -> dict[str, Any]:
    screen_name, city, wall = fields.text("screen_name", 100), fields.inner("city"), fields.count("wall", 9)
    cover = fields.inner("cover")
    menu = _menu(fields)
    return {
        "members_count": fields.count("members_count", 50_000_000),
        "name": fields.text("name", 500),
        "screen_name": screen_name.lower() if screen_name else screen_name,
        "description": fields.text("description"),
        "status_text": fields.text("status", 1000),
        "site": fields.text("site", 1000),
        "activity": fields.text("activity", 500),
        "city": city.text("title", 200) if city else None,
        "has_mark": fields.flag("is_government_organization"),
        "trust_mark": fields.count("trust_mark", 100),
        "is_verified": fields.flag("verified"),
        "has_avatar": fields.flag("has_photo"),
        "has_cover": cover.flag("enabled") if cover else None,
        "is_wall_open": wall != 0 if wall is not None else None,
        "contacts": _contacts(fields),
        "address": _address(fields),
        "menu_items": menu,
        "app_buttons": _buttons(fields),
        "pos_links": _pos_links(menu),
        "installed_apps_count": fields.count("installed_apps_count", 10_000),
        "stated_ogrn": fields.text("ogrn", 15),
    }


def _contacts(fields: Fields) -> list[dict[str, str | None]] | None:
    contacts = fields.inners("contacts")
    if contacts is None:
        return None
    return [{key: item.text(key, 500) for key in ("desc", "phone", "email")} for item in contacts]


def _address(fields: Fields) -> str | None:
    addresses = fields.inner("addresses")
    main = addresses.inner("main_address") if addresses else None
    return main.text("address", 500) if main else None


def _menu(fields: Fields) -> list[dict[str, str | None]] | None:
    menu = fields.inner("menu")
    items = menu.inners("items") if menu else None
    if items is None:
        return None
    return [{key: item.text(key, 1000) for key in ("title", "type", "url")} for item in items]


def _pos_links(menu: list[dict[str, str | None]] | None) -> list[dict[str, Any]] | None:
    if menu is None:
        return None
    return [link.as_json() for item in menu if item["url"] and (link := read_pos_link(item["url"]))]


def _buttons(fields: Fields) -> list[dict[str, Any]] | None:
    single, buttons = fields.inner("app_button"), fields.inners("app_buttons")
    if single and not buttons:
        buttons = [single]
    if buttons is None:
        return None
    return [{"app_id": item.count("app_id"), "title": item.text("title", 500)} for item in buttons]


def read_wall(answer: Any, ask: WallAsk, observed_at: datetime) -> None:
    """Read an answer of wall.get into the ask: new posts since ``ask.since``, and whether more must be asked.

    A pinned post stands first out of order, so it does not end the reading; ``items`` may hold fewer than asked
    although more exist, so only an old post, an empty answer or the wall's end does. Raises NotUnderstood, also for
    a wall that does not end within ``MOST_ROUNDS`` answers.
    """
    ask.observed_at = observed_at
    if not isinstance(answer, Mapping) or not isinstance(items := answer.get("items"), list):
        raise errors.NotUnderstood("VK wall.get: no list of posts", evidence=evidence(answer))
    ask.rounds += 1
    ask.wall_posts_count = Fields(answer, ask.notes).count("count")
    posts = [post for item in items if (post := _post(item, ask, observed_at))]
    ask.posts |= {post.post_id: post for post in posts if post.published_at >= ask.since}
    if ask.offset == 0:
        ask.is_comments_open = _comments_open(items)
    ask.offset += len(items)
    has_old = any(post.published_at < ask.since and not post.is_pinned for post in posts)
    if has_old or not items or (ask.wall_posts_count is not None and ask.offset >= ask.wall_posts_count):
        ask.posts_outcome = "measured"
    elif ask.rounds >= MOST_ROUNDS:
        raise errors.NotUnderstood(f"VK wall.get: no end after {ask.offset} posts", evidence=evidence(answer))


def read_known_posts(answer: Any, ask: WallAsk, observed_at: datetime) -> None:
    """Read an answer of wall.getById (an object, a bare list in older versions) into an ask for known posts.

    Posts that are gone or hidden are simply absent from it. Raises NotUnderstood.
    """
    ask.observed_at = observed_at
    items = answer.get("items") if isinstance(answer, Mapping) else answer
    if not isinstance(items, list):
        raise errors.NotUnderstood("VK wall.getById: no list of posts", evidence=evidence(answer))
    posts = [post for item in items if (post := _post(item, ask, observed_at))]
    ask.posts |= {post.post_id: post for post in posts if post.post_id in ask.known}
    ask.offset += KNOWN_POSTS_PER_CALL
    if ask.offset >= len(ask.known):
        ask.posts_outcome, ask.reason = "not_planned", "refreshed"


def _post(item: Any, ask: WallAsk, observed_at: datetime) -> Post | None:
    """A post that anybody can see by now; None for a deleted stub and for what cannot be read."""
    if not isinstance(item, Mapping):
        ask.notes.append(Note("items", evidence(item), "not an object"))
        return None
    if item.get("is_deleted"):
        return None
    fields = Fields(item, ask.notes)
    post_id, seconds = fields.count("id", 2**62), fields.count("date", 2**40)
    if post_id is None or seconds is None:
        ask.notes.append(Note("items", evidence(item), "a post without id or date"))
        return None
    if seconds > observed_at.timestamp():
        ask.notes.append(Note("date", str(seconds), "a post of the future"))
        return None
    text = fields.text("text", 1_000_000) or ""
    return Post(
        post_id=post_id,
        published_at=datetime.fromtimestamp(seconds, UTC),
        views_count=_inner_count(fields, "views"),
        likes_count=_inner_count(fields, "likes"),
        comments_count=_inner_count(fields, "comments"),
        reposts_count=_inner_count(fields, "reposts"),
        is_pinned=bool(item.get("is_pinned")),
        is_repost=bool(item.get("copy_history")),
        is_ad=bool(item.get("marked_as_ads")),
        text_hash=hashlib.sha256(text.encode()).digest()[:8] if text else None,
        text_length=len(text),
    )


def _inner_count(fields: Fields, key: str) -> int | None:
    inner = fields.inner(key)
    return inner.count("count") if inner else None


def _comments_open(items: Sequence[Any]) -> bool | None:
    """Whether the newest post that is not pinned can be commented on."""
    posts = [
        item for item in items if isinstance(item, Mapping) and not item.get("is_pinned") and not item.get("is_deleted")
    ]
    comments = posts[0].get("comments") if posts else None
    return Fields(comments).flag("can_post") if isinstance(comments, Mapping) else None
