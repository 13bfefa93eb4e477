"""A rating method as data: blocks, criteria, weights, thresholds, ranking rule, validity."""

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

RegionValue = Literal["share", "mean", "median", "per_capita"]
Ranking = Literal["dense", "competition", "ordinal"]
Subject = Literal["page", "organisation"]
RatedPages = Literal["mandatory", "all"]


@dataclass(frozen=True)
class Criterion:
    """One criterion of a method.

    ``region_value`` says how the values of a region's pages or organisations become its own: the share that reaches
    ``threshold``, the mean, the median, or the sum by resident. ``weight`` is what it can earn, in points: nothing at
    ``zero_at`` and below, all at ``full_at`` and above, in proportion between.
    """

    criterion: str
    title: str
    subject: Subject
    weight: float
    region_value: RegionValue
    threshold: float | None
    zero_at: float
    full_at: float


@dataclass(frozen=True)
class Block:
    """Criteria that people name together; their weights sum to the block's."""

    block: str
    title: str
    weight: float
    criteria: tuple[Criterion, ...]


@dataclass(frozen=True)
class Method:
    """One version of one method, valid from ``valid_from`` until the day before ``valid_to`` (None: in force).

    ``pages``: whether criteria about pages judge those in networks that satisfy the law on the day, or all.
    """

    method: str
    version: str
    title: str
    assumption: str
    valid_from: date
    valid_to: date | None
    points: float
    ranking: Ranking
    decimals: int
    measured_share_floor: float
    pages: RatedPages
    blocks: tuple[Block, ...]
    definition: dict[str, Any]

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """The criteria of all blocks, in order."""
        return tuple(c for b in self.blocks for c in b.criteria)

    @property
    def definition_json(self) -> str:
        """The definition in canonical JSON: equal text, equal method."""
        return json.dumps(self.definition, ensure_ascii=False, sort_keys=True, default=str)

    @property
    def definition_sha256(self) -> str:
        """Hash of the definition: what a version must never change."""
        return hashlib.sha256(self.definition_json.encode()).hexdigest()

    def is_valid_on(self, day: date) -> bool:
        """Whether the method rates that day."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)

    def overlaps(self, other: "Method") -> bool:
        """Whether both are versions of the same method and rate some same day."""
        return self.method == other.method and (
            (other.valid_to is None or self.valid_from < other.valid_to)
            and (self.valid_to is None or other.valid_from < self.valid_to)
        )
