"""A measured figure: one JSON line when it is known, one row of the table at the end."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Figure:
    """What was measured, in what unit, how, and what it has to reach (`at_most` or `at_least`; neither = no target)."""

    name: str
    figure: float
    unit: str
    command: str
    at_most: float | None = None
    at_least: float | None = None
    context: dict[str, Any] = field(default_factory=dict)

    @property
    def target(self) -> str:
        """The target in words, '' when there is none."""
        if self.at_most is not None:
            return f"at most {self.at_most:g}"
        return "" if self.at_least is None else f"at least {self.at_least:g}"

    @property
    def is_met(self) -> bool | None:
        """Whether the target is reached; None without a target."""
        if self.at_most is not None:
            return self.figure <= self.at_most
        return None if self.at_least is None else self.figure >= self.at_least

    def line(self) -> str:
        """The figure as one line of JSON."""
        values = {
            "name": self.name,
            "figure": round(self.figure, 4),
            "unit": self.unit,
            "target": self.target,
            "is_met": self.is_met,
            "command": self.command,
            "context": self.context,
        }
        return json.dumps(values, ensure_ascii=False)


def table(figures: Sequence[Figure]) -> str:
    """All figures as a table in Markdown."""
    words = {True: "met", False: "MISSED", None: ""}
    head = ("what", "figure", "unit", "target", "")
    rows = [(f.name, _shown(f.figure), f.unit, f.target, words[f.is_met]) for f in figures]
    widths = [max(len(row[column]) for row in [head, *rows]) for column in range(len(head))]
    lines = [head, tuple("-" * width for width in widths), *rows]
    return "\n".join(
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |" for line in lines
    )


def _shown(figure: float) -> str:
    """Four digits that count, or all of a larger number."""
    return f"{figure:,.0f}" if abs(figure) >= 1000 else f"{figure:.4g}"
