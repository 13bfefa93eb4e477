"""How VK shows a community: the objects of groups.getById.

Fields and their conditions follow VKCOM/vk-api-schema 5.199 (groups_group_full); is_government_organization,
trust_mark, menu and app_buttons are not in it but are what VK's own Android client reads.
"""

from __future__ import annotations

from typing import Any

from sandbox.page_truth import Contact, PageTruth
from sandbox.world import World

_IMAGES = "https://sun9-{host}.userapi.example/impg/c{id}/v{id}/{part}.jpg"
_CLOSED = {"open": 0, "closed": 1, "private": 2}
_COVER_WIDTHS = (200, 400, 795, 1080, 1590)


def group(world: World, truth: PageTruth, fields: frozenset[str], is_single: bool) -> dict[str, Any]:
    """One community with the requested `fields`; counters and links come only when it is asked for alone."""
    shown = _always(truth)
    if truth.is_alive:
        wanted = fields if is_single else fields - {"counters", "links"}
        shown |= {key: value for key, value in _optional(world, truth).items() if key in wanted}
    return shown


def _always(truth: PageTruth) -> dict[str, Any]:
    base: dict[str, Any] = {
        "id": truth.page.number,
        "name": truth.name,
        "screen_name": truth.screen_name,
        "is_closed": _CLOSED.get(truth.state, 0),
        "type": truth.kind,
        **{f"photo_{size}": _photo(truth, size) for size in (50, 100, 200)},
    }
    if not truth.is_alive:
        base["deactivated"] = truth.state
    if truth.deactivated_message:
        base |= {"deactivated_message": truth.deactivated_message, "deactivated_type": "banned"}
    return base


def _optional(world: World, truth: PageTruth) -> dict[str, Any]:
    shown = {
        "members_count": truth.members_count,
        "is_government_organization": truth.is_government_organization,
        "trust_mark": truth.trust_mark,
        "verified": int(truth.is_verified),
        "description": truth.description,
        "site": truth.site,
        "status": truth.status,
        "activity": truth.activity,
        "city": {"id": 1 + truth.page.index % 1200, "title": truth.city} if truth.city else None,
        "country": {"id": 1, "title": "Россия"},
        "contacts": [_contact(contact, truth) for contact in truth.contacts] or None,
        "addresses": _addresses(truth),
        "has_photo": int(truth.has_avatar),
        "cover": _cover(truth),
        "menu": _menu(truth),
        "app_buttons": _app_buttons(truth),
        "installed_apps_count": sum(item.kind == "app" for item in truth.menu),
        "wall": truth.wall,
        "can_see_all_posts": int(truth.is_wall_readable),
        "can_post": int(truth.wall == 1),
        "can_message": 1,
        "fixed_post": world.wall(truth.page).pinned_id if truth.is_wall_readable else None,
        "counters": {"photos": 10 + truth.page.index % 500, "videos": truth.page.index % 40, "topics": 1},
        "links": [{"id": 1, "name": "Сайт", "desc": "", "url": truth.site}] if truth.site else None,
    }
    return {key: value for key, value in shown.items() if value is not None}


def _photo(truth: PageTruth, size: int) -> str:
    if not truth.has_avatar:
        return f"https://vk.com/images/community_{size}.png"
    return _IMAGES.format(host=truth.page.index % 90, id=truth.page.number, part=size)


def _contact(contact: Contact, truth: PageTruth) -> dict[str, Any]:
    parts = {"desc": contact.desc, "phone": contact.phone, "email": contact.email}
    shown: dict[str, Any] = {key: value for key, value in parts.items() if value is not None}
    return shown or {"user_id": 1_000_000 + truth.page.index}


def _addresses(truth: PageTruth) -> dict[str, Any]:
    if truth.address is None:
        return {"is_enabled": False}
    number = 500 + truth.page.index
    main = {"id": number, "address": truth.address, "title": truth.name, "work_info_status": "timetable"}
    return {"is_enabled": True, "main_address_id": number, "main_address": main, "count": 1}


def _cover(truth: PageTruth) -> dict[str, Any]:
    if not truth.has_cover:
        return {"enabled": 0}
    url = _IMAGES.format(host=3, id=truth.page.number, part="cover{}")
    images = [{"url": url.format(width), "width": width, "height": width // 4} for width in _COVER_WIDTHS]
    return {"enabled": 1, "images": images}


def _menu(truth: PageTruth) -> dict[str, Any] | None:
    if not truth.menu:
        return None
    items = [
        {"id": item.id, "title": item.title, "url": item.url, "type": item.kind, "cover": [], "is_hidden": False}
        for item in truth.menu
    ]
    return {"items": items, "max_items": 20, "can_add": False, "is_hidden": False}


def _app_buttons(truth: PageTruth) -> list[dict[str, Any]] | None:
    return [{"app_id": button.app_id, "title": button.title, "images": []} for button in truth.app_buttons] or None
