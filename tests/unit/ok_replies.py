"""OK's answers as files, and what the tests of its parsers share."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from gospub.platforms.base import PageAsk, WallAsk
from gospub.platforms.transport import decode
from tests.unit.vk_replies import MOMENT, SINCE

DATA = Path(__file__).parents[1] / "data" / "ok"
FIRST = 70_000_000_000_000
MOSCOW = timedelta(hours=3)


def answer(name: str) -> Any:
    """An answer, decoded as the product decodes it."""
    return decode((DATA / f"{name}.json").read_bytes())


def page(number: int) -> PageAsk:
    """The group 70000000000000 + number; our key is the number."""
    return PageAsk(number, str(FIRST + number))


def pages(count: int) -> list[PageAsk]:
    """The first so many groups."""
    return [page(number) for number in range(1, count + 1)]


def wall(number: int = 1, known: tuple[int, ...] = ()) -> WallAsk:
    """A wall to ask since 30 days before the night."""
    return WallAsk(page(number), SINCE, known)


def ago(days: float) -> datetime:
    """So many days before the night."""
    return MOMENT - timedelta(days=days)


def feed_item(topic_id: int, days: float, **more: Any) -> dict[str, Any]:
    """A post as stream.get lists it."""
    date = (ago(days) + MOSCOW).strftime("%Y-%m-%d %H:%M:%S")
    return {"pattern": "POST", "date": date, "message": f"{{media_topic:{topic_id}}}x{{media_topic}}", **more}


def topic(topic_id: int, days: float, **more: Any) -> dict[str, Any]:
    """A post as mediatopic.getByIds tells it."""
    return {"id": str(topic_id), "created_ms": int(ago(days).timestamp() * 1000), **more}


class FakeOk:
    """Groups with posts (topic id -> days ago), answered as OK answers; ``last_page_repeats`` as old methods do."""

    def __init__(self, posts: Mapping[int, Mapping[int, float]], last_page_repeats: bool = True) -> None:
        self.posts = posts
        self.last_page_repeats = last_page_repeats

    def __call__(self, method: str, parameters: Mapping[str, str]) -> Any:
        """Answer stream.get or mediatopic.getByIds."""
        if method == "mediatopic.getByIds":
            known = {topic_id: days for posts in self.posts.values() for topic_id, days in posts.items()}
            asked = [int(text) for text in parameters["topic_ids"].split(",")]
            return {"media_topics": [topic(one, known[one]) for one in reversed(asked) if one in known]}
        assert method == "stream.get"
        posts, count = list(self.posts[int(parameters["gid"]) - FIRST].items()), int(parameters["count"])
        if not posts:
            return {"anchor": "end"}
        start = int(parameters.get("anchor", "0"))
        last_start = (len(posts) - 1) // count * count
        onward = min(start + count, last_start)
        shown = {"feeds": [feed_item(*one) for one in posts[start : start + count]]}
        return shown | ({"anchor": str(onward)} if onward != start or self.last_page_repeats else {})
