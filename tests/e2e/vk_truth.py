"""What the warehouse must hold after a night, computed from the world's truth alone.

What a network does not deliver (``Network.delivers``) must be NULL there, whatever the truth.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from gospub.clock import moscow_midnight
from gospub.platforms import NETWORKS
from sandbox.page_truth import PageTruth
from sandbox.pages import Page
from sandbox.posts import PostTruth
from sandbox.telegram_figures import shown_likes, worth
from sandbox.world import World

OUTCOMES = {
    "open": "ok",
    "closed": "closed",
    "private": "closed",
    "banned": "banned",
    "deleted": "deleted",
    "absent": "not_found",
    "no_preview": "ok",
    "restricted": "banned",
    "bot_outside": "no_access",
}
# Where a network shows a state as something else: a deleted group is no longer in OK, a vacated name in Telegram; a bot
# cannot tell who never was.
OUTCOMES_OF = {
    "ok": {"deleted": "not_found"},
    "telegram": {"deleted": "not_found"},
    "max": {"absent": "no_access", "banned": "no_access"},
}
# Counters as the network shows them, where it rounds.
SHOWN: dict[tuple[str, str], Callable[[PostTruth], int | None]] = {
    ("telegram", "views"): lambda post: None if post.views is None else worth(post.views),
    ("telegram", "likes"): shown_likes,
}


def _ok_profile(truth: PageTruth) -> dict[str, Any]:
    """OK leaves out what is empty, and knows one telephone."""
    phone = next((contact.phone for contact in truth.contacts if contact.phone), None)
    return {
        "screen_name": truth.screen_name or None,
        "description": truth.description or None,
        "site": truth.site or None,
        "has_avatar": truth.has_avatar or None,
        "has_cover": truth.has_cover or None,
        "contacts": [{"desc": None, "phone": phone, "email": None}] if phone else None,
    }


# Columns of the profile that a network fills otherwise than VK.
SHOWN_PROFILE: dict[str, Callable[[PageTruth], dict[str, Any]]] = {
    "ok": _ok_profile,
    "max": lambda truth: {"description": truth.description or None},
}
SUMMED = ("views", "likes", "comments", "reposts")
GONE = {"banned", "deleted", "not_found"}


def window_start(night: date) -> Any:
    """Posts since this moment are asked for."""
    return moscow_midnight(night - timedelta(days=30))


def expected_day(world: World, page: Page, night: date) -> dict[str, Any]:
    """The page's row of history.page_day, run and times apart."""
    truth = world.truth(page, night)
    outcome = outcome_of(page.network, truth.state)
    readable = truth.is_wall_readable
    posts = world.posts(page, night, window_start(night))
    week = [post for post in posts if post.published_at >= moscow_midnight(night - timedelta(days=7))]
    return {
        "outcome": outcome,
        "posts_outcome": "measured" if readable else "page_gone" if outcome in GONE else "wall_closed",
        "members_count": truth.members_count if outcome in ("ok", "closed") else None,
        "has_mark": truth.is_government_organization if truth.is_alive else None,
        "wall_posts_count": world.wall(page).count(night)
        if readable and delivers(page.network, "wall_posts_count")
        else None,
        "is_comments_open": _comments_open(world, page, night)
        if readable and delivers(page.network, "is_comments_open")
        else None,
        "last_post_at": posts[0].published_at if posts else None,
        "posts_7d_count": len(week) if readable else None,
        "posts_30d_count": len(posts) if readable else None,
        "posts_with_views_30d_count": sum(_count(post, "views", page.network) is not None for post in posts)
        if readable
        else None,
        **{f"{name}_30d_sum": _sum(posts, name, page.network, readable) for name in SUMMED},
    }


def outcome_of(network: str, state: str) -> str:
    """The outcome of a page whose truth is this state."""
    return OUTCOMES_OF.get(network, {}).get(state) or OUTCOMES[state]


def delivers(network: str, column: str) -> bool:
    """Whether the network delivers this column."""
    return column in NETWORKS[network].delivers


def _count(post: PostTruth, name: str, network: str) -> int | None:
    """A post's counter as the network shows it, None where it does not."""
    if not delivers(network, f"{name}_count"):
        return None
    if shown := SHOWN.get((network, name)):
        return shown(post)
    value: int | None = getattr(post, name)
    return value


def _sum(posts: list[PostTruth], name: str, network: str, readable: bool) -> int | None:
    values = [value for post in posts if (value := _count(post, name, network)) is not None]
    if not readable or (posts and not values):
        return None
    return sum(values)


def _comments_open(world: World, page: Page, night: date) -> bool | None:
    newest = next((post for post in world.wall(page).listed(night) if not post.is_pinned), None)
    return None if newest is None or newest.comments is None else newest.can_comment


def expected_profile(truth: PageTruth) -> dict[str, Any]:
    """The page's current row of history.page_profile; only for a page that is alive."""
    menu = [{"title": item.title, "type": item.kind, "url": item.url} for item in truth.menu] or None
    wanted = {
        "name": truth.name,
        "screen_name": truth.screen_name,
        "description": truth.description,
        "status_text": truth.status,
        "site": truth.site,
        "activity": truth.activity,
        "city": truth.city,
        "has_mark": truth.is_government_organization,
        "trust_mark": truth.trust_mark,
        "is_verified": truth.is_verified,
        "has_avatar": truth.has_avatar,
        "has_cover": truth.has_cover,
        "is_wall_open": truth.wall > 0,
        "contacts": [{"desc": c.desc, "phone": c.phone, "email": c.email} for c in truth.contacts] or None,
        "address": truth.address,
        "menu_items": menu,
        "app_buttons": [{"app_id": b.app_id, "title": b.title} for b in truth.app_buttons] or None,
        "installed_apps_count": sum(item.kind == "app" for item in truth.menu),
    }
    network = truth.page.network
    wanted |= SHOWN_PROFILE[network](truth) if network in SHOWN_PROFILE else {}
    return {key: value if delivers(network, key) else None for key, value in wanted.items()}


def expected_pos_links(truth: PageTruth) -> list[str] | None:
    """The addresses of the page's ПОС links."""
    return [item.url for item in truth.menu if item.url.startswith("https://pos.gosuslugi.ru/")] if truth.menu else None


def expected_posts(world: World, page: Page, night: date) -> set[tuple[Any, ...]]:
    """The page's posts of the window: id, time, counters."""
    return {
        (post.id, post.published_at, *(_count(post, name, page.network) for name in SUMMED))
        for post in world.posts(page, night, window_start(night))
    }
