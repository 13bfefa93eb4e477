"""Partial runs: they publish their own pages, never the night; and what publication costs does not grow."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gospub.errors import NightError
from gospub.paths import SQL
from gospub.publishing import publish_night
from gospub.publishing.publication import _parameters
from gospub.warehouse.connection import connected, query
from tests.warehouse.staged_night import DAY, StagedNight, make_pages, rows


def published(night: StagedNight) -> dict[str, object]:
    return publish_night(night.dsn, night.judge().run_id, night.moment)


def page_days(dsn: str) -> dict[int, str]:
    return {row["page_id"]: row["outcome"] for row in rows(dsn, "SELECT page_id, outcome FROM history.page_day")}


def test_a_partial_run_before_the_full_one_publishes_its_pages_but_not_the_night(loader_dsn: str) -> None:
    pages = make_pages(loader_dsn, 4)
    night = StagedNight(loader_dsn)
    night.open_run(regions=["59"])
    night.plan(pages[:2], freeze=False).ordinary(pages[:2])
    counts = published(night)
    assert (counts["is_partial"], counts["is_whole"], counts["pages_count"]) == (True, False, 2)
    assert not night.night()["is_published_whole"]

    night.open_run()
    night.plan(pages[2:], region="77").ordinary(pages[2:])
    assert published(night)["is_whole"]
    assert sorted(page_days(loader_dsn)) == pages
    assert night.night()["is_published_whole"]


def test_a_partial_run_after_the_full_one_replaces_only_its_own_pages(loader_dsn: str) -> None:
    pages = make_pages(loader_dsn, 4)
    night = StagedNight(loader_dsn)
    night.open_run()
    night.plan(pages[:2]).plan(pages[2:], region="77").ordinary(pages)
    published(night)
    before = rows(loader_dsn, "SELECT xmin, page_id, observed_at, members_count FROM history.page_day ORDER BY 2")

    night.open_run(regions=["77"])
    night.profile(pages[3], members_count=5)
    counts = published(night)
    assert (counts["is_partial"], counts["is_whole"], counts["pages_count"]) == (True, True, 4)
    after = rows(loader_dsn, "SELECT page_id, observed_at, members_count FROM history.page_day ORDER BY 1")
    assert [row["members_count"] for row in after] == [1000, 1000, 1000, 5]
    assert [row["observed_at"] for row in after[:3]] == [row["observed_at"] for row in before[:3]]


def test_a_partial_run_beside_an_unfinished_full_one_publishes_its_own_pages_alone(loader_dsn: str) -> None:
    pages = make_pages(loader_dsn, 4)
    night = StagedNight(loader_dsn)
    night.open_run()
    night.plan(pages[:2]).plan(pages[2:], region="77").ordinary(pages[1:])  # the first page was never answered
    full_run = night.run_id
    with pytest.raises(NightError, match="4 pages to publish"):
        published(night)

    night.open_run(regions=["77"])
    assert published(night)["is_whole"] is False
    assert sorted(page_days(loader_dsn)) == pages[2:]

    night.ordinary(pages[:1])
    night.run_id = full_run
    assert published(night)["is_whole"] is True
    assert sorted(page_days(loader_dsn)) == pages


def test_publication_reads_no_partition_older_than_its_window(loader_dsn: str) -> None:
    night = StagedNight(loader_dsn)
    night.open_run()
    for months_back in (4, 8, 12):
        rows(loader_dsn, "SELECT ops.ensure_partitions(%(day)s, 0)", day=DAY - timedelta(days=30 * months_back))
    with connected(loader_dsn) as connection:
        run = query(connection, "SELECT * FROM ops.crawl_run")[0]
        parameters = _parameters(run, night.moment)
        query(connection, (SQL / "load" / "publication_pages.sql").read_text(), parameters)
        touched = set()
        for name in ("undo_night", "publish_posts", "publish_absences", "publish_metrics"):
            for statement in (SQL / "load" / f"{name}.sql").read_text().split(";\n"):
                plan = query(connection, "EXPLAIN " + statement, parameters)
                touched |= {line["QUERY PLAN"] for line in plan if "_202" in line["QUERY PLAN"]}
    assert any("post_202603" in line for line in touched)
    assert not [line for line in touched if "_2025" in line]
