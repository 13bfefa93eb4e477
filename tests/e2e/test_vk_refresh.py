"""Where the quota of walls does not suffice, posts that are known are asked anew; nothing else is concluded from it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from tests.e2e.vk_comparison import assert_history_is_the_truth
from tests.e2e.vk_nights import Country, country
from tests.e2e.vk_truth import expected_posts

DAYS = "SELECT * FROM history.page_day WHERE snapshot_date = %(day)s AND posts_outcome = 'not_planned'"
LAST_FIGURES = """
SELECT DISTINCT ON (p.page_id, p.post_id)
    p.page_id, p.post_id, p.published_at, m.views_count, m.likes_count, m.comments_count, m.reposts_count
FROM history.post AS p
INNER JOIN history.post_metric AS m USING (page_id, post_id)
WHERE p.gone_on IS NULL
ORDER BY p.page_id, p.post_id, m.snapshot_date DESC
"""


@pytest.fixture
def short_of_quota(loader_dsn: str, tmp_path: Any, monkeypatch: Any) -> Iterator[tuple[Country, date]]:
    """A country whose first night measured every wall, and whose second has quota for a few walls only."""
    with country(loader_dsn, tmp_path, monkeypatch, organisations=60) as found:
        found.whole_night(1)
        found.begin(2)
        found.sandbox.reset()
        yield found.with_limits(daily_quota={"wall.get": 0}), found.sandbox.night(2)


def test_known_posts_get_tonights_figures_without_a_wall_being_asked(short_of_quota: tuple[Country, date]) -> None:
    found, day = short_of_quota
    found.publish(found.crawl())
    assert found.sandbox.asked("wall.get") == {}
    figures: dict[int, dict[int, tuple[Any, ...]]] = {}
    for row in found.rows(LAST_FIGURES):
        page_id, post_id, *values = row.values()
        figures.setdefault(page_id, {})[post_id] = (post_id, *values)
    refreshed = 0
    ids = found.page_ids()
    for page in found.sandbox.world.pages("vk"):
        known = figures.get(ids[page.native_id], {})
        for post in expected_posts(found.sandbox.world, page, day):
            if post[0] in known:
                assert known[post[0]] == post, page
                refreshed += 1
    assert refreshed > 1000


def test_a_refreshed_page_counts_as_not_measured_and_its_missing_posts_are_not_gone(
    short_of_quota: tuple[Country, date],
) -> None:
    found, day = short_of_quota
    found.publish(found.crawl())
    rows = found.rows(DAYS, day=day)
    assert {row["posts_reason"] for row in rows} >= {"refreshed"}
    assert all(row["posts_30d_count"] is None and row["last_post_at"] is None for row in rows)
    assert found.rows("SELECT * FROM history.post WHERE gone_on = %(day)s", day=day) == []


def test_a_run_for_profiles_only_asks_for_no_posts_at_all(short_of_quota: tuple[Country, date]) -> None:
    found, _ = short_of_quota
    found.publish(found.crawl(profiles_only=True))
    assert found.sandbox.asked("wall.get") == {}
    assert found.sandbox.asked("wall.getById") == {}
    reasons = found.rows("SELECT DISTINCT posts_reason FROM history.page_day WHERE posts_outcome = 'not_planned'")
    assert [row["posts_reason"] for row in reasons] == ["profiles_only"]


def test_after_a_run_for_profiles_only_a_full_run_of_the_night_measures_the_posts(
    loader_dsn: str, tmp_path: Any, monkeypatch: Any
) -> None:
    with country(loader_dsn, tmp_path, monkeypatch, organisations=20) as found:
        day = found.begin(1)
        found.publish(found.crawl("profiles", profiles_only=True))
        found.publish(found.crawl("all"))
        assert_history_is_the_truth(found, day)
