"""Maintenance on real Postgres as gospub_loader."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from gospub.clock import moscow_midnight
from gospub.errors import ConfigurationError, WarehouseError
from gospub.publishing import publish_night
from gospub.warehouse.connection import connected
from gospub.warehouse.maintenance import maintain
from gospub.warehouse.retention import Retention
from tests.warehouse.staged_night import DAY, StagedNight, make_pages, rows

MOMENT = moscow_midnight(DAY) + timedelta(hours=8)


def partitions(dsn: str, parent: str) -> set[str]:
    statement = "SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = %(parent)s::regclass"
    return {row["name"] for row in rows(dsn, statement, parent=parent)}


@pytest.mark.parametrize("value", ["0", "many", "-1", ""])
def test_a_retention_that_would_break_a_night_is_refused(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOSPUB_KEEP_STAGING_NIGHTS", value)
    with pytest.raises(ConfigurationError, match="GOSPUB_KEEP_STAGING_NIGHTS"):
        Retention.from_environment()


def test_retention_is_taken_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOSPUB_KEEP_POST_DAYS", "400")
    assert Retention.from_environment() == Retention(post_days=400)


def test_a_warehouse_that_is_not_there_is_told_clearly() -> None:
    with pytest.raises(WarehouseError, match="cannot be reached"):
        maintain("postgresql://gospub_loader@/nothing?host=/nowhere", MOMENT)


def test_what_is_kept_for_ever_cannot_be_dropped(loader_dsn: str) -> None:
    import psycopg2

    with pytest.raises(psycopg2.errors.RaiseException, match="kept for ever"):
        rows(loader_dsn, "SELECT ops.drop_partitions('history.page_day', '2030-01-01')")


def test_partitions_are_made_ahead_for_tomorrow_and_the_next_months(loader_dsn: str) -> None:
    assert maintain(loader_dsn, MOMENT)["partitions_made"] > 0
    assert "staging.post_20260311" in partitions(loader_dsn, "staging.post")
    assert {"history.page_day_202601", "history.page_day_202605"} <= partitions(loader_dsn, "history.page_day")
    assert maintain(loader_dsn, MOMENT)["partitions_made"] == 0


def test_staging_of_the_last_three_nights_stays_and_older_goes(loader_dsn: str) -> None:
    for back in range(5):
        rows(loader_dsn, "SELECT ops.ensure_partitions(%(day)s, 0)", day=DAY - timedelta(days=back))
    dropped = maintain(loader_dsn, MOMENT)["partitions_dropped"]
    assert {name for name in dropped if "post_" in name} == {"staging.post_20260306", "staging.post_20260307"}
    assert partitions(loader_dsn, "staging.page_wall") == {
        f"staging.page_wall_202603{day:02}" for day in (8, 9, 10, 11)
    }


def test_a_night_that_was_never_published_is_named_when_its_staging_goes(loader_dsn: str) -> None:
    StagedNight(loader_dsn, DAY - timedelta(days=4))
    assert maintain(loader_dsn, MOMENT)["nights_lost"] == ["vk 2026-03-06"]
    assert maintain(loader_dsn, MOMENT)["nights_lost"] == []


def test_old_months_of_plans_posts_and_metrics_go_and_days_stay(loader_dsn: str) -> None:
    for day in (date(2025, 6, 1), date(2022, 6, 1)):
        rows(loader_dsn, "SELECT ops.ensure_partitions(%(day)s, 0)", day=day)
    dropped = set(maintain(loader_dsn, MOMENT)["partitions_dropped"])
    assert {"ops.crawl_plan_202506", "history.post_202206", "history.post_metric_202206"} <= dropped
    assert not {"history.post_202506", "history.post_metric_202506"} & dropped
    assert "history.page_day_202206" in partitions(loader_dsn, "history.page_day")


def test_old_calls_rejections_and_absences_of_dropped_posts_are_purged(loader_dsn: str) -> None:
    rows(
        loader_dsn, "INSERT INTO ops.token (fingerprint, platform, state, changed_at) VALUES ('a', 'vk', 'live', now())"
    )
    for days in (1, 40):
        at = MOMENT - timedelta(days=days)
        rows(loader_dsn, "INSERT INTO ops.token_usage VALUES ('a', 'wall.get', %(at)s, 1)", at=at)
    for days in (1, 100):
        at = MOMENT - timedelta(days=days)
        rows(
            loader_dsn,
            "INSERT INTO ops.rejected (source, source_name, reason, rejected_at) VALUES ('crawl', 'vk', 'x', %(at)s)",
            at=at,
        )
    for days in (10, 1200):
        at = MOMENT - timedelta(days=days)
        rows(loader_dsn, "INSERT INTO history.post_absence VALUES (1, %(d)s, %(at)s, '2026-03-01')", d=days, at=at)
    purged = maintain(loader_dsn, MOMENT)["rows_purged"]
    assert purged == {"token_usage": 1, "rejected": 1, "page_ratings": 0, "absences": 1}


def test_what_pages_gave_to_old_ratings_is_purged_and_the_regions_results_stay(loader_dsn: str) -> None:
    rows(
        loader_dsn,
        "INSERT INTO rating.method VALUES ('m', '1', 'Метод', '{}', 'x', '2020-01-01')",
    )
    for days in (10, 60):
        rows(
            loader_dsn,
            "WITH made AS (INSERT INTO rating.run (snapshot_date, method, version, revision, is_latest, inputs_sha256,"
            " pages_count, pages_measured_count, pages_carried_count, rated_at)"
            " VALUES (%(day)s, 'm', '1', 1, true, 'x', 1, 1, 0, %(day)s) RETURNING rating_run_id),"
            " page AS (INSERT INTO rating.page_criterion"
            " SELECT rating_run_id, 1, 'mark', '59', 1, true, %(day)s FROM made)"
            " INSERT INTO rating.region_score SELECT rating_run_id, '59', 1, 1, 1, 1, NULL FROM made",
            day=(MOMENT - timedelta(days=days)).date(),
        )
    assert maintain(loader_dsn, MOMENT)["rows_purged"]["page_ratings"] == 1
    assert len(rows(loader_dsn, "SELECT * FROM rating.page_criterion")) == 1
    assert len(rows(loader_dsn, "SELECT * FROM rating.region_score")) == 2


def test_the_loader_vacuums_what_the_last_nights_wrote(loader_dsn: str) -> None:
    pages = make_pages(loader_dsn, 3)
    night = StagedNight(loader_dsn)
    night.open_run()
    night.plan(pages).ordinary(pages)
    publish_night(loader_dsn, night.judge().run_id, night.moment)
    rows(loader_dsn, "SELECT ops.ensure_partitions('2025-06-01', 0)")
    report = maintain(loader_dsn, MOMENT)
    if "history.page_day_202603" in report["analysed_only"]:
        assert report["vacuumed"] == []  # a server before 17
    else:
        assert "history.page_day_202603" in report["vacuumed"]
        assert "history.page_day_202506" not in report["vacuumed"]
    told = rows(loader_dsn, "SELECT reltuples FROM pg_class WHERE oid = 'history.page_day_202603'::regclass")
    assert told == [{"reltuples": 3}]


def test_without_the_privilege_tables_are_analysed_and_the_report_says_so(loader_dsn: str, warehouse: str) -> None:
    if int(rows(warehouse, "SHOW server_version_num")[0]["server_version_num"]) < 170000:
        pytest.skip("a server before 17 has no such privilege: every table is only analysed there")
    rows(warehouse, "REVOKE MAINTAIN ON ALL TABLES IN SCHEMA ops, history, registry, staging FROM gospub_loader")
    make_pages(loader_dsn, 3)
    report = maintain(loader_dsn, MOMENT)
    assert "registry.page" in report["analysed_only"]
    told = rows(loader_dsn, "SELECT reltuples FROM pg_class WHERE oid = 'registry.page'::regclass")
    assert told == [{"reltuples": 3}]


def test_a_partition_that_is_in_use_is_put_off_and_the_rest_is_done(loader_dsn: str) -> None:
    rows(loader_dsn, "SELECT ops.ensure_partitions(%(day)s, 0)", day=DAY - timedelta(days=5))
    with connected(loader_dsn) as reader, reader.cursor() as cursor:
        cursor.execute("SELECT * FROM staging.post")
        report = maintain(loader_dsn, MOMENT)
    assert list(report["put_off"]) == ["staging.post"]
    assert "staging.page_wall_20260305" in report["partitions_dropped"]
    assert "staging.post_20260305" in maintain(loader_dsn, MOMENT)["partitions_dropped"]
