"""Packing walls into batches: full by number and by expected bytes, the most wanted first."""

from collections import deque
from collections.abc import Callable, Iterable

from gospub.platforms.base import WallAsk

BYTES_PER_BATCH = 3_500_000


class WallQueue:
    """Walls still to ask; a wall that needs another answer comes back and is packed with others."""

    def __init__(self, asks: Iterable[WallAsk], per_batch: int, expected_bytes: Callable[[WallAsk], int]) -> None:
        """Take the walls in the order in which they should be asked."""
        self._waiting = deque(asks)
        self._per_batch = per_batch
        self._expected_bytes = expected_bytes

    def __len__(self) -> int:
        return len(self._waiting)

    def put_back(self, asks: Iterable[WallAsk]) -> None:
        """Ask these again with the next batch."""
        self._waiting.extendleft(asks)

    def next_batch(self, *, even_if_small: bool) -> list[WallAsk]:
        """The next full batch; one that is not full only if asked for, else nothing."""
        batch: list[WallAsk] = []
        size = 0
        is_full = False
        for ask in self._waiting:
            size += self._expected_bytes(ask)
            is_full = len(batch) == self._per_batch or (bool(batch) and size > BYTES_PER_BATCH)
            if is_full:
                break
            batch.append(ask)
        if not (is_full or len(batch) == self._per_batch or even_if_small):
            return []
        for _ in batch:
            self._waiting.popleft()
        return batch
