"""Halving a batch that fails as a whole until the item at fault stands alone."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from gospub.errors import CrawlError, GiveUpOnPage, NotUnderstood, OurBug, RetryNow, SplitBatch

Item = TypeVar("Item")
Answer = TypeVar("Answer")


def ask_in_halves(
    items: Sequence[Item],
    ask: Callable[[Sequence[Item]], list[Answer]],
    fail: Callable[[Item, CrawlError], Answer],
) -> list[Answer]:
    """Ask for all items at once; if that fails for the batch, ask for each half.

    ``fail`` makes the answer of an item that fails alone. Errors that are not about the batch (tokens, quota, time)
    pass through.
    """
    if not items:
        return []
    try:
        return ask(items)
    except (SplitBatch, GiveUpOnPage, NotUnderstood, OurBug, RetryNow) as error:
        if len(items) == 1:
            return [fail(items[0], error)]
    middle = len(items) // 2
    return ask_in_halves(items[:middle], ask, fail) + ask_in_halves(items[middle:], ask, fail)
