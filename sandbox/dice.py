"""Repeatable chance: numbers that depend on a seed and a key, never on the order in which they were asked for."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from hashlib import blake2b
from statistics import NormalDist
from struct import Struct
from typing import TypeVar

_SIXTEEN = Struct("<16I")
_NORMAL = NormalDist()

T = TypeVar("T")
Rolls = tuple[int, ...]


def share(roll: int) -> float:
    """Turn a 32-bit roll into a number in [0, 1)."""
    return roll / 4294967296


def normal(roll: int) -> float:
    """Turn a 32-bit roll into a draw from the standard normal distribution."""
    return _NORMAL.inv_cdf((roll + 0.5) / 4294967296)


def pick(items: Sequence[T], roll: int) -> T:
    """Choose one of `items` by a roll."""
    return items[roll % len(items)]


class Dice:
    """The source of all chance in one world: `rolls` is a pure function of (seed, topic, key)."""

    def __init__(self, seed: int) -> None:
        self._key = seed.to_bytes(16, "little", signed=True)
        self._position = lru_cache(maxsize=65_536)(self._position_in_block)

    def rolls(self, topic: bytes, *key: int) -> Rolls:
        """Sixteen independent 32-bit numbers for this topic and key."""
        return _SIXTEEN.unpack(blake2b(topic + b"%d,%d,%d" % (*key, 0, 0)[:3], key=self._key).digest())

    def is_one_in(self, block: int, topic: bytes, index: int) -> bool:
        """Is `index` the one chosen in its block of `block` neighbours? So a rare trait occurs in small worlds too."""
        return self._position(topic, block, index // block) == index % block

    def _position_in_block(self, topic: bytes, block: int, number: int) -> int:
        return self.rolls(topic, block, number)[0] % block
