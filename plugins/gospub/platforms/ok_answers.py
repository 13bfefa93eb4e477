"""Reading OK's answers: pure functions from decoded JSON to facts.

Sources: apiok.ru (group.getInfo, group.getCounters, url.getInfo, mediatopic.getByIds); for stream.get, gos_org and
the shape of a topic what public clients read. Ids are strings of digits, sometimes numbers; unknown keys are ignored.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from gospub import errors
from gospub.platforms.base import Note, PageAsk, Post, ProfileAnswer, WallAsk
from gospub.platforms.fields import Fields, evidence

_DIGITS = re.compile(r"[0-9]{1,19}")
_TOPIC = re.compile(r"\{media_topic:([0-9]{1,19})\}")
_LARGEST_ID = 2**63 - 1
_LATEST = 253_402_300_799_999  # milliseconds to the end of the year 9999
# What may accompany the list that an answer leaves out when it would be empty.
_BESIDE_A_LIST = {"anchor", "entities", "has_more", "hasMore"}


def read_groups(answer: Any, pages: Sequence[PageAsk], observed_at: datetime) -> list[ProfileAnswer]:
    """Read an answer of group.getInfo (a bare list, or an object with ``groups``) for the pages asked.

    Groups that are missing from it are missing from the result; null stands for an empty list. Raises NotUnderstood.
    """
    groups = answer.get("groups") if isinstance(answer, Mapping) else answer or []
    if not isinstance(groups, list):
        raise errors.NotUnderstood("OK group.getInfo: no list of groups", evidence=evidence(answer))
    by_id = {uid: group for group in groups if isinstance(group, Mapping) and (uid := _id(group.get("uid")))}
    return [read_group(group, page.page_id, observed_at) for page in pages if (group := by_id.get(int(page.native_id)))]


def read_group(group: Mapping[str, Any], page_id: int, observed_at: datetime) -> ProfileAnswer:
    """Read one group: its outcome, and its facts unless it is blocked."""
    fields = Fields(group)
    outcome, reason = _group_outcome(fields)
    facts = _facts(fields) if outcome in ("ok", "closed") else {}
    return ProfileAnswer(page_id, outcome, observed_at, reason, facts, fields.notes)


def _group_outcome(fields: Fields) -> tuple[str, str | None]:
    if fields.flag("blocked"):
        return "banned", "blocked"
    kind = fields.text("access_type", 50)
    if kind == "SECRET":
        return "closed", "secret"
    if kind == "CLOSED" or fields.flag("private"):
        return "closed", "closed"
    return "ok", None


def _facts(fields: Fields) -> dict[str, Any]:
    name, phone = fields.text("shortname", 100), fields.text("phone", 500)
    return {
        "members_count": fields.count("members_count", 50_000_000),
        "name": fields.text("name", 500),
        "screen_name": name.lower() if name else name,
        "description": fields.text("description"),
        "site": fields.text("homepage_url", 1000),
        "city": fields.text("city", 200),
        "has_mark": fields.flag("gos_org"),
        "is_verified": fields.flag("premium"),
        "has_avatar": True if fields.mapping("main_photo") else None,
        "has_cover": True if fields.mapping("cover") or fields.mapping("mobile_cover") else None,
        "contacts": [{"desc": None, "phone": phone, "email": None}] if phone else None,
        "address": fields.text("address", 500),
    }


def read_members(answer: Any) -> int | None:
    """The members of group.getCounters, inside ``counters`` or bare; None when there is no such number."""
    counters = answer.get("counters", answer) if isinstance(answer, Mapping) else None
    return Fields(counters).count("members", 50_000_000) if isinstance(counters, Mapping) else None


def read_resolution(answer: Any) -> tuple[str | None, str] | None:
    """What url.getInfo says an address stands for; None when it does not say: ask again another night."""
    if answer is None:
        return None, "unknown_name"
    if not isinstance(answer, Mapping) or not isinstance(kind := answer.get("type"), str):
        return None
    if kind == "UNKNOWN":
        return None, "unknown_name"
    if kind != "GROUP":
        return None, "not_a_community"
    native_id = _id(answer.get("objectIdStr")) or _id(answer.get("objectId"))
    return (str(native_id), "resolved") if native_id else None


@dataclass
class Feed:
    """What one answer of stream.get tells: topics that may be of the window (id -> pinned), and where to go on."""

    topics: dict[int, bool]
    anchor: str | None
    is_older_than_asked: bool


def read_feed(answer: Any, ask: WallAsk) -> Feed:
    """Read an answer of stream.get, newest first; without ``feeds`` it is the end. Raises NotUnderstood.

    The feed's own date only spares calls, so it must be old beyond doubt; the topic's created_ms decides.
    """
    feeds = _listed(answer, "feeds", "stream.get")
    items = [item for item in feeds if isinstance(item, Mapping)]
    recent = [item for item in items if not _is_before(item.get("date"), ask.since)]
    found = [(_topic_id(item), item) for item in recent]
    topics = {topic_id: item.get("pinned") is True for topic_id, item in found if topic_id}
    if (recent or not items) and feeds and not topics:
        raise errors.NotUnderstood("OK stream.get: no post has its topic's id", evidence=evidence(feeds[0]))
    unnamed = [item.get("message") for topic_id, item in found if not topic_id]
    for strange in unnamed + [item for item in feeds if not isinstance(item, Mapping)]:
        ask.notes.append(Note("feeds", evidence(strange), "a post without its topic's id"))
    anchor = answer.get("anchor")
    # A pinned post may stand first, whatever its age: so it is the last one that tells how far back the list has come.
    is_older = bool(items) and _is_before(items[-1].get("date"), ask.since)
    return Feed(topics, anchor if isinstance(anchor, str) and feeds and anchor else None, is_older)


def _topic_id(item: Mapping[str, Any]) -> int | None:
    message = item.get("message")
    found = _TOPIC.search(message) if isinstance(message, str) else None
    return _id(found[1]) if found else None


def _is_before(date: Any, since: datetime) -> bool:
    """Whether a feed's date is old beyond doubt: its zone is not documented, Moscow's or UTC, so the later is taken."""
    if not isinstance(date, str):
        return False
    try:
        moment = datetime.fromisoformat(date[:40])
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) < since
    except ValueError:
        return False


def read_topics(answer: Any, asked: Sequence[int]) -> dict[int, Mapping[str, Any]]:
    """Read an answer of mediatopic.getByIds: the topics asked for by id. Raises NotUnderstood."""
    topics = _listed(answer, "media_topics", "mediatopic.getByIds")
    found = {topic_id: topic for topic in topics if isinstance(topic, Mapping) and (topic_id := _id(topic.get("id")))}
    return {topic_id: found[topic_id] for topic_id in asked if topic_id in found}


def _listed(answer: Any, key: str, method: str) -> list[Any]:
    items = answer.get(key, []) if isinstance(answer, Mapping) else None
    is_known = isinstance(answer, Mapping) and (key in answer or answer.keys() <= _BESIDE_A_LIST)
    if not is_known or not isinstance(items, list):
        raise errors.NotUnderstood(f"OK {method}: no list of {key}", evidence=evidence(answer))
    return items


def read_post(topic_id: int, topic: Mapping[str, Any], ask: WallAsk, is_pinned: bool, observed_at: datetime) -> None:
    """Read one topic into the ask, unless it is older than asked for, of the future or without its time."""
    fields = Fields(topic, ask.notes)
    milliseconds = fields.count("created_ms", _LATEST)
    if milliseconds is None:
        ask.notes.append(Note("media_topics", str(topic_id), "a topic without created_ms"))
        return
    published_at = datetime.fromtimestamp(milliseconds / 1000, UTC)
    if published_at > observed_at:
        ask.notes.append(Note("created_ms", str(milliseconds), "a post of the future"))
        return
    if published_at < ask.since and not ask.known:
        return
    text = _text(fields)
    ask.posts[topic_id] = Post(
        post_id=topic_id,
        published_at=published_at,
        views_count=fields.count("views_count"),
        likes_count=_inner_count(fields, "like_summary", "count"),
        comments_count=_inner_count(fields, "discussion_summary", "comments_count"),
        reposts_count=_inner_count(fields, "reshare_summary", "count"),
        is_pinned=is_pinned,
        is_repost=_has_reshare(topic),
        is_ad=False,
        text_hash=hashlib.sha256(text.encode()).digest()[:8] if text else None,
        text_length=len(text),
    )


def _text(fields: Fields) -> str:
    """The text blocks of a topic, one under the other."""
    blocks = fields.inners("media") or []
    texts = [block.text("text", 100_000) for block in blocks if block.values.get("type") == "text"]
    return "\n".join(text for text in texts if text)[:1_000_000]


def _has_reshare(topic: Mapping[str, Any]) -> bool:
    media = topic.get("media")
    blocks = [block for block in media if isinstance(block, Mapping)] if isinstance(media, list) else []
    return any(block.get("type") == "topic" or block.get("reshare") is True for block in blocks)


def _inner_count(fields: Fields, key: str, name: str) -> int | None:
    inner = fields.inner(key)
    return inner.count(name) if inner else None


def _id(value: Any) -> int | None:
    """An id, written as a string of digits or as a number; None for anything else and for 0."""
    if isinstance(value, str) and _DIGITS.fullmatch(value):
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value <= _LARGEST_ID:
        return value
    return None
