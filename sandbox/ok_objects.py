"""How OK writes groups, feeds and topics: fields that are empty are missing, ids are strings."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sandbox.page_truth import PageTruth
from sandbox.pages import Page
from sandbox.posts import PostTruth

_MOSCOW = timedelta(hours=3)
_WITHOUT_MEMBERS = 97
_URL = "https://i.mycdn.example/i?r=AyH4iRPQ2q0otWIFepML2LxR"


def group(truth: PageTruth, fields: frozenset[str]) -> dict[str, Any]:
    """A group of group.getInfo with the asked fields; one in 97 leaves its members to group.getCounters."""
    page = truth.page
    if truth.state == "banned":
        told: dict[str, Any] = {"name": truth.name, "blocked": True, "disable_reason": "VIOLATION"}
    else:
        told = {
            "name": truth.name,
            "description": truth.description,
            "shortname": truth.screen_name,
            "members_count": None if page.index % _WITHOUT_MEMBERS == 5 else truth.members_count,
            "city": truth.city,
            "address": truth.address,
            "phone": next((contact.phone for contact in truth.contacts if contact.phone), None),
            "homepage_url": truth.site,
            "gos_org": truth.is_government_organization,
            "premium": truth.is_verified,
            "private": truth.state != "open",
            "access_type": {"open": "OPEN", "closed": "CLOSED"}.get(truth.state, "SECRET"),
            "blocked": False,
            "created_ms": 1_669_800_000_000 + page.index * 1000,
            "category": "CUSTOM",
            "main_photo": {"id": str(900_000_000_000 + page.index), "pic128x128": _URL} if truth.has_avatar else None,
            "cover": {"id": str(910_000_000_000 + page.index), "pic": _URL} if truth.has_cover else None,
        }
    shown = {name: value for name, value in told.items() if name in fields and value not in (None, "")}
    return {"uid": str(page.number), **shown}


def feed(post: PostTruth) -> dict[str, Any]:
    """A post as stream.get lists it: its topic's id is in the message, its time is Moscow's."""
    date = (datetime.fromtimestamp(post.published, UTC) + _MOSCOW).strftime("%Y-%m-%d %H:%M:%S")
    told = {"pattern": "POST", "date": date, "message": f"{{media_topic:{post.id}}}{post.text}{{media_topic}}"}
    return told | ({"pinned": True} if post.is_pinned else {})


def topic(page: Page, post: PostTruth) -> dict[str, Any]:
    """A post as mediatopic.getByIds tells it."""
    owner = f"group:{page.number}"
    told: dict[str, Any] = {
        "id": str(post.id), "created_ms": post.published * 1000, "owner_ref": owner, "author_ref": owner,
        "media": _media(post), "has_more": False,
        "like_summary": {"count": post.likes, "self": False, "like_possible": True, "like_id": f"topic{post.id}"},
        "reshare_summary": {"count": post.reposts, "self": False, "reshare_possible": True},
        "discussion_summary": {"comments_count": post.comments, "discussion_type": "GROUP_TOPIC"},
    }  # fmt: skip
    if post.comments is None:
        del told["discussion_summary"]["comments_count"]
    return told | ({} if post.views is None else {"views_count": post.views})


def _media(post: PostTruth) -> list[dict[str, Any]]:
    if post.is_repost:
        return [{"type": "topic", "media_topic_refs": ["media_topic:156000000000000"], "reshare": True}]
    photo = {"type": "photo", "photo_refs": [f"group_photo:{post.id + 7}"], "photos": [{"pic1024x768": _URL * 3}]}
    return [{"type": "text", "text": post.text}] + ([photo] if post.variant % 3 else [])
