"""Which alerts each night must open and end, computed from the world's truth alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from gospub.clock import moscow_midnight
from sandbox.page_truth import PageTruth
from sandbox.pages import Page
from sandbox.world import World
from tests.e2e.vk_truth import window_start

GONE = {"banned", "deleted", "absent"}
# rule, VK's id of the page or the ОГРН of the organisation
Subject = tuple[str, str]


def judgements(world: World, night: date) -> Iterator[tuple[Subject, bool]]:
    """Every subject that a rule can judge on a night, and whether it fires; the others keep what they have."""
    for page in world.pages("vk"):
        truth = world.truth(page, night)
        for rule, is_firing in _page_judgements(world, page, truth, night):
            yield (rule, str(page.native_id)), is_firing
    kept = {page.organisation.index for network in ("vk", "ok") for page in world.pages(network)}  # either will do
    for body in world.organisations:
        if body.is_obliged and not body.exemption_ground:
            yield ("organisation_without_page", body.ogrn), body.index not in kept


def _page_judgements(world: World, page: Page, truth: PageTruth, night: date) -> Iterator[tuple[str, bool]]:
    yield "page_gone", truth.state in GONE
    earlier = [night - timedelta(days=n) for n in range(1, (night - world.first_night).days + 1)]
    if truth.is_alive and truth.is_government_organization is not None:
        was_marked = any(world.truth(page, day).is_government_organization is True for day in earlier)
        yield "lost_mark", not truth.is_government_organization and was_marked
    if truth.is_wall_readable:
        posts = world.posts(page, night, window_start(night))
        yield "silent_7_days", not posts or posts[0].published_at < moscow_midnight(night - timedelta(days=7))
    compared = [day for day in earlier if 5 <= (night - day).days <= 9 and world.truth(page, day).members_count]
    if truth.is_alive and truth.members_count is not None and compared:
        before = world.truth(page, min(compared, key=lambda day: abs((night - day).days - 7))).members_count or 0
        yield "audience_drop", before >= 100 and truth.members_count < before * 0.9
