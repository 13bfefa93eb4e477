"""MAX's answers as files, and what the tests of its parsers share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from gospub import clock
from gospub.platforms.base import PageAsk, WallAsk
from gospub.platforms.transport import decode
from tests.unit.vk_replies import MOMENT, SINCE

DATA = Path(__file__).parents[1] / "data" / "max"
NOW_MS = int(MOMENT.timestamp() * 1000)
SINCE_MS = int(SINCE.timestamp() * 1000)


def answer(name: str) -> Any:
    """A whole answer, decoded as the product decodes it."""
    return decode((DATA / f"{name}.json").read_bytes())


def page(name: str, page_id: int = 1) -> PageAsk:
    """The page whose link ends with the name."""
    return PageAsk(page_id, name)


def wall(name: str = "adm_primersk") -> WallAsk:
    """A channel to ask since 30 days before the night of the files."""
    return WallAsk(page(name), SINCE)


def wall_of_today(name: str) -> WallAsk:
    """A channel to ask since 30 days before now."""
    return WallAsk(page(name), clock.now() - timedelta(days=30))


def chat(number: int, **more: Any) -> dict[str, Any]:
    """The channel https://max.ru/page_<number>."""
    return {
        "chat_id": -1000 - number,
        "type": "channel",
        "status": "active",
        "title": f"Канал {number}",
        "participants_count": number,
        "is_public": True,
        "link": f"https://max.ru/page_{number}",
        **more,
    }


def message(seq: int, timestamp: int, **more: Any) -> dict[str, Any]:
    """A message of a channel."""
    return {"timestamp": timestamp, "body": {"mid": f"mid.{seq:x}", "seq": seq, "text": "Новость"}, **more}


_Messages = Mapping[str, Sequence[dict[str, Any]]]


class Bot:
    """What MAX would answer about some chats and their messages; a value given instead of it is answered as it is."""

    def __init__(self, chats: Sequence[Any] = (), messages: _Messages | None = None) -> None:
        self.chats = chats
        self.messages = messages or {}

    def __call__(self, method: str, parameters: Mapping[str, str]) -> Any:
        if method == "chats":
            start, count = int(parameters.get("marker", 0)), int(parameters["count"])
            end = start + count
            return {"chats": list(self.chats[start:end]), "marker": end if end < len(self.chats) else None}
        newest, oldest = int(parameters["from"]), int(parameters["to"])
        found = [m for m in self.messages[parameters["chat_id"]] if oldest <= m["timestamp"] <= newest]
        return {"messages": sorted(found, key=lambda m: -m["timestamp"])[: int(parameters["count"])]}
