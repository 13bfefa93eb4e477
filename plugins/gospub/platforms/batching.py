"""Halving a batch that fails as a whole until the item at fault stands alone."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from gospub.errors import CrawlError, GiveUpOnPage, NotUnderstood, OurBug, RetryNow, SplitBatch

Item = TypeVar("Item")
Answer = TypeVar("Answer")


@dataclass
class _Patience:
    """How many more answers that are not about an item may be met before the rest of the batch is given up."""

    left: int

    def bears(self, error: CrawlError) -> bool:
        if isinstance(error, NotUnderstood | OurBug):
            self.left -= 1
        return self.left > 0


def ask_in_halves(
    items: Sequence[Item],
    ask: Callable[[Sequence[Item]], list[Answer]],
    fail: Callable[[Item, CrawlError], Answer],
) -> list[Answer]:
    """Ask for all items at once; if that fails for the batch, ask for each half.

    ``fail`` makes the answer of an item that fails alone. Errors that are not about the batch (tokens, quota, time)
    pass through. A network that has changed its answers, or refuses our request as such, is not asked for every item
    in turn: after as many such answers as it takes to part three items from the rest, all that is left fails at once.
    """
    return _ask(items, ask, fail, _Patience(3 * len(items).bit_length()))


def _ask(
    items: Sequence[Item],
    ask: Callable[[Sequence[Item]], list[Answer]],
    fail: Callable[[Item, CrawlError], Answer],
    patience: _Patience,
) -> list[Answer]:
    if not items:
        return []
    try:
        return ask(items)
    except (SplitBatch, GiveUpOnPage, NotUnderstood, OurBug, RetryNow) as error:
        if not patience.bears(error) or len(items) == 1:
            return [fail(item, error) for item in items]
    middle = len(items) // 2
    return _ask(items[:middle], ask, fail, patience) + _ask(items[middle:], ask, fail, patience)
