"""VK's answers as files, and what the tests of its parsers share."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from gospub.errors import CrawlError
from gospub.platforms.base import PageAsk, WallAsk
from gospub.platforms.transport import decode

DATA = Path(__file__).parents[1] / "data" / "vk"
MOMENT = datetime(2026, 11, 21, 22, 30, tzinfo=UTC)
SINCE = datetime(2026, 10, 22, 21, tzinfo=UTC)


def envelope(name: str) -> Any:
    """A whole answer, decoded as the product decodes it."""
    return decode((DATA / f"{name}.json").read_bytes())


def response(name: str) -> Any:
    """What ``response`` of an answer holds."""
    return envelope(name)["response"]


def page(number: int, expected_posts: int = 0) -> PageAsk:
    """The page 200000000 + number; our key is the number."""
    return PageAsk(number, str(200_000_000 + number), expected_posts)


def pages(count: int) -> list[PageAsk]:
    """The first so many pages."""
    return [page(number) for number in range(1, count + 1)]


def wall(number: int = 1, expected_posts: int = 0) -> WallAsk:
    """A wall to ask since 30 days before the night."""
    return WallAsk(page(number, expected_posts), SINCE)


def post(number: int, days_ago: float, **more: Any) -> dict[str, Any]:
    """A post of wall.get."""
    return {"id": number, "date": int((MOMENT - timedelta(days=days_ago)).timestamp()), **more}


class Line:
    """A ``Send`` that answers from a function, and keeps what was asked; an error that is given is raised."""

    def __init__(self, answer: Any, can_execute: bool = True) -> None:
        self.answer = answer
        self.can_execute = can_execute
        self.calls: list[tuple[str, Mapping[str, str]]] = []
        self.costs: list[Mapping[str, int] | None] = []

    def __call__(self, method: str, parameters: Mapping[str, str], cost: Mapping[str, int] | None = None) -> Any:
        self.calls.append((method, parameters))
        self.costs.append(cost)
        found = self.answer(method, parameters)
        if isinstance(found, CrawlError):
            raise found
        return found
