"""What becomes of a page or a wall whose asking ended in an error; the same for every network."""

from gospub import clock, errors
from gospub.platforms.base import Note, PageAsk, ProfileAnswer, WallAsk

# How a page's outcome, told by the error of its wall, reads as an outcome of its posts.
POSTS_OUTCOMES = {
    "closed": "wall_closed",
    "no_access": "wall_closed",
    "banned": "page_gone",
    "deleted": "page_gone",
    "not_found": "page_gone",
}


def failed_profile(page: PageAsk, error: errors.CrawlError) -> ProfileAnswer:
    """The page's answer: what the error says of the page if it speaks of it, else ``failed``."""
    outcome = error.outcome if isinstance(error, errors.GiveUpOnPage) else "failed"
    return ProfileAnswer(page.page_id, outcome, clock.now(), error.reason, notes=evidence_of(error))


def failed_wall(ask: WallAsk, error: errors.CrawlError) -> WallAsk:
    """Close the ask: with what the error says of the wall if it speaks of it, else ``failed``."""
    outcome = POSTS_OUTCOMES[error.outcome] if isinstance(error, errors.GiveUpOnPage) else "failed"
    outcome = "not_planned" if ask.known else outcome
    ask.posts_outcome, ask.reason, ask.observed_at = outcome, error.reason, clock.now()
    ask.notes += evidence_of(error)
    return ask


def evidence_of(error: errors.CrawlError) -> list[Note]:
    """What an answer that was not understood began with, to be kept."""
    return [Note("answer", error.evidence, error.cause)] if isinstance(error, errors.NotUnderstood) else []
