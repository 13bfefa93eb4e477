"""What the warehouse must hold after a night, computed from the world's truth alone."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from gospub.clock import moscow_midnight
from sandbox.page_truth import PageTruth
from sandbox.pages import Page
from sandbox.posts import PostTruth
from sandbox.world import World

OUTCOMES = {
    "open": "ok",
    "closed": "closed",
    "private": "closed",
    "banned": "banned",
    "deleted": "deleted",
    "absent": "not_found",
}
GONE = {"banned", "deleted", "not_found"}


def window_start(night: date) -> Any:
    """Posts since this moment are asked for."""
    return moscow_midnight(night - timedelta(days=30))


def expected_day(world: World, page: Page, night: date) -> dict[str, Any]:
    """The page's row of history.page_day, run and times apart."""
    truth = world.truth(page, night)
    outcome = OUTCOMES[truth.state]
    readable = truth.is_wall_readable
    posts = world.posts(page, night, window_start(night))
    week = [post for post in posts if post.published_at >= moscow_midnight(night - timedelta(days=7))]
    return {
        "outcome": outcome,
        "posts_outcome": "measured" if readable else "page_gone" if outcome in GONE else "wall_closed",
        "members_count": truth.members_count if outcome in ("ok", "closed") else None,
        "has_mark": truth.is_government_organization if truth.is_alive else None,
        "wall_posts_count": world.wall(page).count(night) if readable else None,
        "is_comments_open": _comments_open(world, page, night) if readable else None,
        "last_post_at": posts[0].published_at if posts else None,
        "posts_7d_count": len(week) if readable else None,
        "posts_30d_count": len(posts) if readable else None,
        "posts_with_views_30d_count": sum(post.views is not None for post in posts) if readable else None,
        "views_30d_sum": _sum(posts, "views", readable),
        "likes_30d_sum": _sum(posts, "likes", readable),
        "comments_30d_sum": _sum(posts, "comments", readable),
        "reposts_30d_sum": _sum(posts, "reposts", readable),
    }


def _sum(posts: list[PostTruth], name: str, readable: bool) -> int | None:
    values = [getattr(post, name) for post in posts if getattr(post, name) is not None]
    if not readable or (posts and not values):
        return None
    return sum(values)


def _comments_open(world: World, page: Page, night: date) -> bool | None:
    newest = next((post for post in world.wall(page).listed(night) if not post.is_pinned), None)
    return None if newest is None or newest.comments is None else newest.can_comment


def expected_profile(truth: PageTruth) -> dict[str, Any]:
    """The page's current row of history.page_profile; only for a page that is alive."""
    menu = [{"title": item.title, "type": item.kind, "url": item.url} for item in truth.menu] or None
    return {
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


def expected_pos_links(truth: PageTruth) -> list[str] | None:
    """The addresses of the page's ПОС links."""
    return [item.url for item in truth.menu if item.url.startswith("https://pos.gosuslugi.ru/")] if truth.menu else None


def expected_posts(world: World, page: Page, night: date) -> set[tuple[Any, ...]]:
    """The page's posts of the window: id, time, counters."""
    return {
        (post.id, post.published_at, post.views, post.likes, post.comments, post.reposts)
        for post in world.posts(page, night, window_start(night))
    }
