"""Comparing a published night with the world's truth, page by page."""

from __future__ import annotations

from datetime import date
from typing import Any

from sandbox.pages import Page
from tests.e2e.vk_nights import Country
from tests.e2e.vk_truth import expected_day, expected_pos_links, expected_posts, expected_profile

DAY = "SELECT * FROM history.page_day WHERE snapshot_date = %(day)s AND platform = %(platform)s"
PROFILE = """
SELECT f.* FROM history.page_profile AS f INNER JOIN registry.page AS p USING (page_id)
WHERE f.valid_from <= %(day)s AND f.valid_to > %(day)s AND p.platform = %(platform)s
"""
POSTS = """
SELECT DISTINCT ON (p.page_id, p.post_id)
    p.page_id, p.post_id, p.published_at, m.views_count, m.likes_count, m.comments_count, m.reposts_count
FROM history.post AS p
INNER JOIN history.post_metric AS m ON p.page_id = m.page_id AND p.post_id = m.post_id
WHERE p.gone_on IS NULL AND m.snapshot_date <= %(day)s
    AND p.published_at >= (%(day)s::date - 30)::timestamp AT TIME ZONE 'Europe/Moscow'
ORDER BY p.page_id, p.post_id, m.snapshot_date DESC
"""
# What may differ between two runs over the same answers: who ran, and when it was seen.
ROWS = """
SELECT (to_jsonb(t) - 'run_id' - 'observed_at')::text AS line FROM history.page_day AS t WHERE snapshot_date = %(day)s
UNION ALL SELECT to_jsonb(t)::text FROM history.page_profile AS t
UNION ALL SELECT to_jsonb(t)::text FROM history.post AS t
UNION ALL SELECT to_jsonb(t)::text FROM history.post_metric AS t
ORDER BY line
"""
_OF_THE_PROFILE = ("outcome", "members_count", "has_mark")


def by_page(rows: list[dict[str, Any]]) -> dict[int, dict[str, Any]]:
    """Rows by their page_id."""
    return {row["page_id"]: row for row in rows}


def assert_history_is_the_truth(found: Country, day: date, *, is_failure_allowed: bool = False) -> set[int]:
    """Compare every page's day, profile and posts with the world; returns the page_ids that failed.

    A failure, where it is allowed, must have its reason and no fact; whatever did not fail must be true.
    """
    ids = found.page_ids()
    days, profiles = by_page(found.rows(DAY, day=day)), by_page(found.rows(PROFILE, day=day))
    posts = _posts(found, day)
    assert days.keys() == set(ids.values())
    failed = set()
    for page in found.pages:
        page_id = ids[page.native_id]
        kept = days[page_id]
        if "failed" in (kept["outcome"], kept["posts_outcome"]):
            assert is_failure_allowed, (page, kept)
            _assert_nothing_is_invented(found, page, kept, day)
            failed.add(page_id)
        else:
            _assert_true(found, page, kept, posts.get(page_id, set()), day)
        if kept["outcome"] in ("ok", "closed"):
            _assert_profile(found, page, profiles[page_id], day)
    return failed


def _posts(found: Country, day: date) -> dict[int, set[tuple[Any, ...]]]:
    posts: dict[int, set[tuple[Any, ...]]] = {}
    for row in found.rows(POSTS, day=day):
        page_id, *values = row.values()
        posts.setdefault(page_id, set()).add(tuple(values))
    return posts


def _assert_nothing_is_invented(found: Country, page: Page, kept: dict[str, Any], day: date) -> None:
    wanted = expected_day(found.sandbox.world, page, day)
    assert kept["reason"] or kept["posts_reason"], page
    assert all(kept[key] is None for key in wanted if key.endswith(("_sum", "_count")) and key != "members_count"), kept
    if kept["outcome"] == "failed":
        assert (kept["members_count"], kept["has_mark"]) == (None, None), page
    else:
        assert {key: kept[key] for key in _OF_THE_PROFILE} == {key: wanted[key] for key in _OF_THE_PROFILE}, page


def _assert_true(found: Country, page: Page, kept: dict[str, Any], posts: set[tuple[Any, ...]], day: date) -> None:
    world = found.sandbox.world
    wanted = expected_day(world, page, day)
    assert {key: kept[key] for key in wanted} == wanted, page
    if world.truth(page, day).is_wall_readable:
        assert posts == expected_posts(world, page, day), page


def _assert_profile(found: Country, page: Page, profile: dict[str, Any], day: date) -> None:
    truth = found.sandbox.world.truth(page, day)
    wanted = expected_profile(truth)
    assert {key: profile[key] for key in wanted} == wanted, page
    links = profile["pos_links"]
    assert page.network != "vk" or (links and [link["url"] for link in links]) == (
        expected_pos_links(truth) or links
    ), page
