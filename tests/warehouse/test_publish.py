"""Publication on real Postgres as gospub_loader: what it refuses first, then what it writes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import datetime, timedelta

import pytest

from gospub.clock import moscow_midnight
from gospub.errors import GateFailed, NightError, NotJudged
from gospub.paths import PROJECT
from gospub.publishing import publish_night
from gospub.warehouse.connection import Row, connected
from tests.warehouse.staged_night import DAY, StagedNight, make_pages, rows

MIDNIGHT = moscow_midnight(DAY)
_HISTORY = {
    "page_day": "SELECT * FROM history.page_day ORDER BY snapshot_date, page_id",
    "page_profile": "SELECT * FROM history.page_profile ORDER BY page_id, valid_from",
    "post": "SELECT * FROM history.post ORDER BY page_id, post_id",
    "post_absence": "SELECT * FROM history.post_absence ORDER BY page_id, post_id, gone_on",
    "post_metric": "SELECT * FROM history.post_metric ORDER BY page_id, post_id, snapshot_date",
}


def history(dsn: str) -> dict[str, list[Row]]:
    """All of history, for comparison; run ids apart."""
    found = {table: rows(dsn, statement) for table, statement in _HISTORY.items()}
    for row in found["page_day"]:
        del row["run_id"]
    return found


def full_night(dsn: str, pages: list[int], nights_later: int = 0) -> StagedNight:
    night = StagedNight(dsn, DAY + timedelta(days=nights_later))
    night.open_run()
    return night.plan(pages).ordinary(pages)


def published(night: StagedNight) -> dict[str, object]:
    return publish_night(night.dsn, night.judge().run_id, night.moment)


def page_day(dsn: str, page: int) -> Row:
    return rows(dsn, "SELECT * FROM history.page_day WHERE page_id = %(page)s ORDER BY snapshot_date DESC", page=page)[
        0
    ]


def test_a_revision_that_nobody_judged_is_refused(loader_dsn: str) -> None:
    night = full_night(loader_dsn, make_pages(loader_dsn, 1))
    with pytest.raises(NotJudged, match="has not judged"):
        publish_night(loader_dsn, night.run_id, night.moment)


def test_staging_that_changed_after_the_verdict_is_refused(loader_dsn: str) -> None:
    pages = make_pages(loader_dsn, 1)
    night = full_night(loader_dsn, pages).judge()
    night.profile(pages[0], members_count=5)
    with pytest.raises(NotJudged):
        publish_night(loader_dsn, night.run_id, night.moment)


def test_the_verdict_on_another_run_does_not_count(loader_dsn: str) -> None:
    night = full_night(loader_dsn, make_pages(loader_dsn, 1))
    full_run = night.run_id
    night.open_run(regions=["59"])
    night.judge()
    with pytest.raises(NotJudged):
        publish_night(loader_dsn, full_run, night.moment)


def test_a_rejected_night_leaves_history_as_it_was(loader_dsn: str) -> None:
    pages = make_pages(loader_dsn, 2)
    published(full_night(loader_dsn, pages))
    before = history(loader_dsn)
    night = full_night(loader_dsn, pages, 1).judge(good=False)
    with pytest.raises(GateFailed, match="accept-night"):
        publish_night(loader_dsn, night.run_id, night.moment)
    assert history(loader_dsn) == before


def test_an_unknown_run_is_told_clearly(loader_dsn: str) -> None:
    with pytest.raises(NightError, match="no run 77"):
        publish_night(loader_dsn, 77, MIDNIGHT)


def test_a_full_run_without_a_frozen_plan_is_refused(loader_dsn: str) -> None:
    night = StagedNight(loader_dsn)
    night.open_run()
    night.plan(make_pages(loader_dsn, 1), freeze=False).judge()
    with pytest.raises(NightError, match="frozen plan"):
        publish_night(loader_dsn, night.run_id, night.moment)


def test_a_planned_page_without_a_staged_row_stops_publication(loader_dsn: str) -> None:
    pages = make_pages(loader_dsn, 3)
    night = StagedNight(loader_dsn)
    night.open_run()
    night.plan(pages).ordinary(pages[:2]).judge()
    with pytest.raises(NightError, match="3 pages to publish, but staging answers for 2"):
        publish_night(loader_dsn, night.run_id, night.moment)
    assert history(loader_dsn)["page_day"] == []


def test_an_older_night_cannot_be_published_once_a_later_one_is(loader_dsn: str) -> None:
    pages = make_pages(loader_dsn, 1)
    first = full_night(loader_dsn, pages)
    published(first)
    published(full_night(loader_dsn, pages, 1))
    with pytest.raises(NightError, match="2026-03-11 already is"):
        publish_night(loader_dsn, first.run_id, first.moment)


def test_a_value_that_history_cannot_hold_is_told_and_nothing_is_kept(loader_dsn: str) -> None:
    pages = make_pages(loader_dsn, 1)
    night = full_night(loader_dsn, pages)
    for post in (10, 11):
        night.post(pages[0], post, MIDNIGHT - timedelta(days=1), likes_count=2_000_000_000)
    with pytest.raises(NightError, match="out of range"):
        published(night)
    assert history(loader_dsn)["page_day"] == []


def test_killing_publication_in_the_middle_leaves_yesterday_untouched(loader_dsn: str, warehouse: str) -> None:
    pages = make_pages(loader_dsn, 2)
    published(full_night(loader_dsn, pages))
    before = history(loader_dsn)
    night = full_night(loader_dsn, pages, 1).judge()
    with connected(warehouse) as blocker, blocker.cursor() as cursor:
        cursor.execute("LOCK TABLE history.post_metric IN ACCESS EXCLUSIVE MODE")
        code = (
            "from datetime import datetime; from gospub.publishing import publish_night; "
            f"publish_night({loader_dsn!r}, {night.run_id}, datetime.fromisoformat({night.moment.isoformat()!r}))"
        )
        environment = {**os.environ, "PYTHONPATH": str(PROJECT / "plugins")}
        victim = subprocess.Popen([sys.executable, "-c", code], env=environment)
        _wait_until_blocked(warehouse)
        victim.send_signal(signal.SIGKILL)
        victim.wait()
        rows(warehouse, "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE NOT granted")
    assert history(loader_dsn) == before
    assert night.night()["published_revision"] is None
    publish_night(loader_dsn, night.run_id, night.moment)
    assert len(history(loader_dsn)["page_day"]) == 4


def _wait_until_blocked(dsn: str) -> None:
    deadline = time.monotonic() + 60
    while not rows(dsn, "SELECT pid FROM pg_locks WHERE NOT granted"):
        assert time.monotonic() < deadline, "publication never reached the locked table"
        time.sleep(0.05)


def test_every_planned_page_gets_one_row_whatever_became_of_it(loader_dsn: str) -> None:
    pages = make_pages(loader_dsn, 7)
    night = StagedNight(loader_dsn)
    night.open_run()
    night.plan(pages)
    endings = [
        ("ok", "measured"),
        ("closed", "wall_closed"),
        ("banned", "page_gone"),
        ("deleted", "page_gone"),
        ("not_found", "page_gone"),
        ("no_access", "wall_closed"),
        ("failed", "failed"),
    ]
    for page, (outcome, posts) in zip(pages, endings, strict=True):
        night.profile(page, outcome, "why").wall(page, posts, "why posts")
    counts = published(night)
    found = [(row["outcome"], row["posts_outcome"]) for row in history(loader_dsn)["page_day"]]
    assert found == endings
    assert counts["pages_by_outcome"] == {outcome: 1 for outcome, _ in endings}
    assert counts["measured_share"] == pytest.approx(6 / 7)
    assert counts["posts_measured_share"] == pytest.approx(1 / 7)


def test_sums_are_those_of_the_days_before_midnight_in_moscow(loader_dsn: str) -> None:
    page = make_pages(loader_dsn, 1)[0]
    night = StagedNight(loader_dsn)
    night.open_run()
    night.plan([page]).profile(page).wall(page, is_comments_open=True)
    second = timedelta(seconds=1)
    posts: list[tuple[datetime, int | None]] = [
        (MIDNIGHT, 1_000_000),  # tonight's: not in the window yet
        (MIDNIGHT - second, 100),
        (MIDNIGHT - timedelta(days=7), 20),
        (MIDNIGHT - timedelta(days=7) - second, None),  # views not delivered
        (MIDNIGHT - timedelta(days=30), 3),
    ]
    for number, (published_at, views) in enumerate(posts):
        night.post(page, number, published_at, views_count=views)
    published(night)
    day = page_day(loader_dsn, page)
    assert day["last_post_at"] == MIDNIGHT - second
    assert (day["posts_7d_count"], day["posts_30d_count"], day["posts_with_views_30d_count"]) == (2, 4, 3)
    assert (day["views_30d_sum"], day["likes_30d_sum"]) == (123, 40)
    assert (day["comments_30d_sum"], day["reposts_30d_sum"]) == (8, 4)
    assert (day["wall_posts_count"], day["is_comments_open"], day["members_count"]) == (50, True, 1000)


def test_a_measured_wall_without_posts_counts_zero_and_an_unmeasured_one_nothing(loader_dsn: str) -> None:
    silent, unasked = make_pages(loader_dsn, 2)
    night = StagedNight(loader_dsn)
    night.open_run()
    night.plan([silent, unasked]).profile(silent).wall(silent).profile(unasked).wall(unasked, "not_planned")
    published(night)
    zero, nothing = page_day(loader_dsn, silent), page_day(loader_dsn, unasked)
    assert (zero["posts_30d_count"], zero["views_30d_sum"], zero["last_post_at"]) == (0, 0, None)
    assert (nothing["posts_30d_count"], nothing["posts_7d_count"], nothing["views_30d_sum"]) == (None, None, None)


def test_views_that_no_post_delivered_are_unknown_not_zero(loader_dsn: str) -> None:
    page = make_pages(loader_dsn, 1)[0]
    night = full_night(loader_dsn, [page])
    night.post(page, 1, MIDNIGHT - timedelta(days=1), views_count=None)
    published(night)
    assert page_day(loader_dsn, page)["views_30d_sum"] is None


def test_a_page_without_a_mark_field_is_unknown_not_lost(loader_dsn: str) -> None:
    marked, unmarked, untold = make_pages(loader_dsn, 3)
    night = full_night(loader_dsn, [marked, unmarked, untold])
    night.profile(unmarked, has_mark=False).profile(untold, has_mark=None)
    published(night)
    assert [page_day(loader_dsn, page)["has_mark"] for page in (marked, unmarked, untold)] == [True, False, None]


def test_publishing_again_gives_the_same_rows(loader_dsn: str) -> None:
    pages = make_pages(loader_dsn, 3)
    published(full_night(loader_dsn, pages))
    night = full_night(loader_dsn, pages, 1)
    night.profile(pages[0], name="Новое имя").post(pages[1], 9, MIDNIGHT)
    night.remove_post(pages[2], 1)
    published(night)
    before = history(loader_dsn)
    published(night)
    assert history(loader_dsn) == before


def test_a_night_crawled_anew_replaces_what_it_published(loader_dsn: str) -> None:
    page = make_pages(loader_dsn, 1)[0]
    published(full_night(loader_dsn, [page]))
    before = history(loader_dsn)
    second = full_night(loader_dsn, [page], 1)
    second.profile(page, name="Ошибка").post(page, 9, MIDNIGHT)
    published(second)
    second.profile(page).remove_post(page, 9)
    second.post(page, 1, MIDNIGHT - timedelta(days=2))
    published(second)
    after = history(loader_dsn)
    for table in ("page_profile", "post", "post_absence", "post_metric"):
        assert after[table] == before[table], table
    assert len(after["page_day"]) == 2


def test_nights_of_two_networks_leave_each_other_alone(loader_dsn: str) -> None:
    vk_pages, ok_pages = make_pages(loader_dsn, 2), make_pages(loader_dsn, 2, "ok")
    published(full_night(loader_dsn, vk_pages))
    before = history(loader_dsn)
    other = StagedNight(loader_dsn, DAY, "ok")
    other.open_run()
    other.plan(ok_pages).ordinary(ok_pages)
    published(other)
    published(other)
    after = history(loader_dsn)
    for table, kept in before.items():
        assert [row for row in after[table] if row["page_id"] in vk_pages] == kept, table
    assert {row["page_id"] for row in after["page_day"]} == {*vk_pages, *ok_pages}


def test_the_run_and_the_night_say_what_was_published(loader_dsn: str) -> None:
    night = full_night(loader_dsn, make_pages(loader_dsn, 2))
    counts = published(night)
    run = rows(loader_dsn, "SELECT * FROM ops.crawl_run WHERE run_id = %(run)s", run=night.run_id)[0]
    assert (run["state"], run["finished_at"], run["counts"]) == ("published", night.moment, counts)
    assert (counts["pages_count"], counts["members_count"], counts["new_posts_count"]) == (2, 2000, 2)
    assert (counts["is_whole"], counts["is_partial"]) == (True, False)
    kept = night.night()
    assert kept["published_revision"] == kept["staging_revision"]
    assert (kept["is_published_whole"], kept["published_run_id"]) == (True, night.run_id)


def test_posts_of_a_wall_that_was_not_measured_stay_out_of_history(loader_dsn: str) -> None:
    page = make_pages(loader_dsn, 1)[0]
    night = full_night(loader_dsn, [page])
    night.wall(page, "failed", "transient")
    published(night)
    assert (history(loader_dsn)["post"], history(loader_dsn)["post_metric"]) == ([], [])
    assert page_day(loader_dsn, page)["posts_30d_count"] is None


def test_the_planner_knows_how_much_was_staged_before_it_is_published(loader_dsn: str) -> None:
    night = full_night(loader_dsn, make_pages(loader_dsn, 3))
    partition = f"staging.page_wall_{night.day:%Y%m%d}"
    known = "SELECT reltuples FROM pg_class WHERE oid = %(name)s::regclass"
    assert rows(loader_dsn, known, name=partition) == [{"reltuples": -1}]
    published(night)
    assert rows(loader_dsn, known, name=partition) == [{"reltuples": 3}]
