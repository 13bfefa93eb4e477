"""Figures as Telegram shows them: exact below a thousand, then three digits at most and a letter."""

from __future__ import annotations

from sandbox.posts import PostTruth

_UNITS = ((1_000_000, "M"), (1_000, "K"))


def shown(number: int) -> str:
    """A figure as a preview writes it: 532, 5.46K, 14.9K, 109K, 1.2M; always rounded down."""
    return _rounded(number)[0]


def worth(number: int) -> int:
    """What is left of a figure once it has been shown."""
    return _rounded(number)[1]


def reactions(post: PostTruth) -> tuple[int, int, int]:
    """A post's likes as reactions with an ordinary emoji, with a custom one, and paid for; any of them may be 0."""
    custom, paid = post.likes * (post.variant % 3) // 10, post.likes * (post.variant % 5 == 0) // 20
    return post.likes - custom - paid, custom, paid


def shown_likes(post: PostTruth) -> int | None:
    """What the reactions shown add up to; None when there are none, for then nothing is shown."""
    return sum(worth(count) for count in reactions(post)) if post.likes else None


def _rounded(number: int) -> tuple[str, int]:
    for unit, letter in _UNITS:
        if number >= unit:
            decimals = max(0, 3 - len(str(number // unit)))
            tenths = number * 10**decimals // unit
            text = f"{tenths / 10**decimals:.{decimals}f}"
            return (text.rstrip("0").rstrip(".") if decimals else text) + letter, tenths * unit // 10**decimals
    return str(number), number
