"""How MAX writes a chat and a message: schema 0.0.30 of the official Go client (max-bot-api-client-go).

Optional keys are sometimes null and sometimes absent, as the official clients' stubs have them.
"""

from __future__ import annotations

from typing import Any

from sandbox.page_truth import PageTruth
from sandbox.pages import Page
from sandbox.posts import PostTruth
from sandbox.world import World

# What a page's state shows a bot that was in its channel; pages in other states are in no list.
STATUSES = {"open": "active", "banned": "suspended", "deleted": "closed"}
_IMAGE = "https://i.oneme.example/i?r={}"


def chat_id(page: Page) -> int:
    """A chat's id is negative."""
    return -page.number


def chat(world: World, truth: PageTruth) -> dict[str, Any] | None:
    """The page's channel as the bot lists it; None when the bot is not in it."""
    page, planted = truth.page, world.planted(truth.page)
    status = STATUSES.get(truth.state)
    if planted and planted.kind == "bot_removed" and planted.is_on(truth.night):
        status = "removed" if page.number % 2 else "left"
    if status is None:
        return None
    shown: dict[str, Any] = {
        "chat_id": chat_id(page),
        "type": "channel" if page.index % 5 else "chat",
        "status": status,
        "title": truth.name,
        "icon": {"url": _IMAGE.format(page.number)} if truth.has_avatar else None,
        "last_event_time": 1_770_000_000_577 + page.index,
        "participants_count": truth.members_count or 0,
        "is_public": True,
        "link": _link(page),
    }
    if status == "active":
        shown["messages_count"] = world.wall(page).count(truth.night)
    if truth.description or page.index % 2:
        shown["description"] = truth.description or None
    return shown


def stranger(number: int) -> dict[str, Any]:
    """A chat of the bot that is nobody's page: a private group, a group by invitation, a dialog."""
    shown: dict[str, Any] = {
        "chat_id": -9_000_000_000_000 - number, "type": "chat", "status": "active", "title": f"Рабочая группа {number}",
        "icon": None, "last_event_time": 1_770_000_000_000, "participants_count": 9, "is_public": False,
    }  # fmt: skip
    if number % 3 == 1:
        shown["link"] = f"https://max.ru/join/{number:012x}"
    if number % 3 == 2:
        shown |= {"chat_id": 5_000_000_000 + number, "type": "dialog", "title": None, "participants_count": 2}
    return shown


def message(page: Page, post: PostTruth) -> dict[str, Any]:
    """One message of a channel; `seq` is beyond 2^53."""
    shown: dict[str, Any] = {
        "recipient": {"chat_id": chat_id(page), "chat_type": "channel", "user_id": None},
        "timestamp": post.published * 1000,
        "sender": None if post.variant % 7 else {"user_id": 5_000_000_001, "first_name": "Редакция", "is_bot": False},
        "body": {"mid": f"mid.{post.id:016x}", "seq": post.id, "text": post.text or None, **_attachments(post)},
        "url": f"{_link(page)}/{post.id:x}",
    }
    if post.is_repost:
        shown["link"] = {"type": "forward", "chat_id": -1, "message": {"mid": "mid.01", "seq": 1, "text": "Чужой пост"}}
    if post.views is not None:
        shown["stat"] = {"views": post.views}
    return shown


def _link(page: Page) -> str:
    """The public link, in the case in which its owner once wrote it."""
    name = page.link_name
    return f"https://max.ru/{name if page.index % 4 else name.capitalize()}"


def _attachments(post: PostTruth) -> dict[str, Any]:
    kind = post.variant % 6
    if kind == 0:
        return {}
    images = [
        {
            "type": "image",
            "payload": {"photo_id": post.id + n, "token": f"{post.variant:0200x}", "url": _IMAGE.format(n)},
        }
        for n in range(kind - 1)
    ]
    return {"attachments": images, "markup": [{"type": "strong", "from": 0, "length": 5}] if kind == 3 else []}
