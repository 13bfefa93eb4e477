"""The tables of error codes in docs/outcomes-*.md, as data."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gospub.paths import PROJECT

_ROW = re.compile(r"^\| (\d+) \| ([^|]+) \| (\w+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
_TOLD = re.compile(r"`(\w+)` \(`(\w+)`\)")

Told = tuple[str, str] | None


@dataclass(frozen=True)
class DocumentedCode:
    """A row: outcome and reason of page and posts, None = another token is taken, or the task ends."""

    code: int
    verdict: str
    page: Told
    posts: Told


def documented_codes(platform: str = "vk") -> dict[int, DocumentedCode]:
    """Every code that a network's table explains."""
    text = (PROJECT / "docs" / f"outcomes-{platform}.md").read_text(encoding="utf-8")
    rows = _ROW.findall(text)
    return {
        int(code): DocumentedCode(int(code), said, _told(page), _told(posts)) for code, _, said, page, posts in rows
    }


def _told(cell: str) -> Told:
    if cell in ("another token", "the task ends"):
        return None
    found = _TOLD.fullmatch(cell)
    assert found, f"cannot read {cell!r}"
    return found[1], found[2]
