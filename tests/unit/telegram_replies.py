"""Telegram's pages as files, and what the tests of its parsers share."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gospub.errors import CrawlError
from gospub.platforms.base import PageAsk, ProfileAnswer, WallAsk
from gospub.platforms.telegram_card import read_card
from gospub.platforms.telegram_posts import read_preview
from tests.unit.vk_replies import MOMENT, SINCE

DATA = Path(__file__).parents[1] / "data" / "telegram"
PAGE = PageAsk(1, "adm_primersk")


def html(name: str) -> bytes:
    """A page as it came."""
    return (DATA / f"{name}.html").read_bytes()


def card(name: str) -> ProfileAnswer:
    """What a card in a file tells."""
    return read_card(html(name), PAGE, MOMENT)


def wall() -> WallAsk:
    """A preview to ask since 30 days before the night."""
    return WallAsk(PAGE, SINCE)


def preview(name: str) -> WallAsk:
    """An ask that has read the preview in a file."""
    ask = wall()
    read_preview(html(name), ask, MOMENT)
    return ask


class Line:
    """A ``Send`` that gives what is told for a method; an error that is told is raised."""

    can_execute = True

    def __init__(self, **answers: Any) -> None:
        self.answers = answers
        self.calls: list[tuple[str, Mapping[str, str]]] = []

    def __call__(self, method: str, parameters: Mapping[str, str], cost: Mapping[str, int] | None = None) -> Any:
        self.calls.append((method, parameters))
        answer = self.answers[method]
        if isinstance(answer, CrawlError):
            raise answer
        return answer
