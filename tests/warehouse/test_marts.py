"""The analysts' views: explained to the last column, right on small worlds, and queried as the docs say."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from gospub.alerts import raise_alerts
from gospub.clock import moscow_midnight
from gospub.paths import PROJECT, SQL
from gospub.rating import rate_night
from gospub.warehouse.connection import connected, query
from tests.warehouse.published_nights import DAY, FAILED, GONE, MOMENT, PublishedNights

ONE = timedelta(days=1)
QUERIES = dict(
    re.findall(
        r"^## ([^\n]+)\n.*?^```sql\n(.*?)^```", (PROJECT / "docs" / "analysts.md").read_text("utf-8"), re.M | re.S
    )
)


@pytest.fixture
def world(warehouse: str) -> PublishedNights:
    return PublishedNights(warehouse)


def ask(analyst_dsn: str, question: str) -> list[dict[str, Any]]:
    with connected(analyst_dsn) as connection:
        return query(connection, QUERIES[question])


def view(analyst_dsn: str, name: str, **where: Any) -> list[dict[str, Any]]:
    condition = " and ".join(f"{column} = %({column})s" for column in where)
    with connected(analyst_dsn) as connection:
        return query(connection, f"select * from mart.{name} where {condition}", where)


def test_there_are_six_documented_questions() -> None:
    assert list(QUERIES) == [
        "Coverage by region on a day", "Marks lost last night", "Silent pages", "Audience per head",
        "Channels in MAX without the bot", "Last night's collection quality",
    ]  # fmt: skip


def test_every_view_and_every_column_is_explained(warehouse: str) -> None:
    with connected(warehouse) as connection:
        columns = query(connection, _COMMENTS)
    assert {row["view"] for row in columns} == {re.sub(r"^0_", "", path.stem) for path in _view_files()}
    assert [row for row in columns if not row["view_comment"] or not row["column_comment"]] == []


def test_channels_without_the_bot_are_listed_with_whom_to_write_to(world: PublishedNights, analyst_dsn: str) -> None:
    keeper = world.organisation("59", email="info@one.example")
    missing, removed, added = (world.page(keeper, "max") for _ in range(3))
    unseen = {**FAILED, "outcome": "no_access", "posts_outcome": "wall_closed", "reason": "bot_not_added"}
    world.night(DAY, {missing: unseen, removed: {}, added: unseen}, "max")
    world.night(DAY + ONE, {missing: unseen, removed: unseen, added: {}}, "max")
    found = {row["page_id"]: row for row in view(analyst_dsn, "max_bot_missing", snapshot_date=DAY + ONE)}
    assert {page: row["last_seen_on"] for page, row in found.items()} == {missing: None, removed: DAY}
    assert found[missing]["email"] == "info@one.example"
    assert found[missing]["page_url"].startswith("https://max.ru/")
    assert {row["last_seen_on"] for row in ask(analyst_dsn, "Channels in MAX without the bot")} == {None, DAY}


def test_only_channels_that_lack_the_bot_are_listed_and_not_suspended_ones(
    world: PublishedNights, analyst_dsn: str
) -> None:
    reasons = ("bot_not_added", "bot_left", "bot_removed", "chat_suspended", None)
    pages = {world.page(world.organisation("59"), "max"): reason for reason in reasons}
    unseen = {**FAILED, "outcome": "no_access", "posts_outcome": "wall_closed"}
    world.night(DAY, {page: {**unseen, "reason": reason} for page, reason in pages.items()}, "max")
    found = {pages[row["page_id"]] for row in view(analyst_dsn, "max_bot_missing", snapshot_date=DAY)}
    assert found == {"bot_not_added", "bot_left", "bot_removed"}


def test_coverage_is_answered_for_any_published_date(world: PublishedNights, analyst_dsn: str) -> None:
    covered, gone, unknown, _without = (world.organisation("59") for _ in range(4))
    world.organisation("59", exemption_ground="Режим")
    live, banned, failing = world.page(covered), world.page(gone), world.page(unknown)
    world.night(DAY, {live: {}, banned: {}, failing: FAILED})
    world.night(DAY + ONE, {live: FAILED, banned: GONE, failing: FAILED})
    today, before = (
        view(analyst_dsn, "region_coverage_day", snapshot_date=day, region_code="59")[0] for day in (DAY + ONE, DAY)
    )
    counts = ["obliged", "covered", "uncovered", "unmeasured"]
    assert [today[f"{count}_organisations_count"] for count in counts] == [4, 1, 2, 1]
    assert [before[f"{count}_organisations_count"] for count in counts] == [4, 2, 1, 1]
    assert (today["coverage_share"], before["coverage_share"]) == (1 / 3, 2 / 3)
    (latest,) = ask(analyst_dsn, "Coverage by region on a day")
    assert (latest["region_name"], latest["covered_organisations_count"]) == ("Пермский край", 1)


def test_a_measurement_is_carried_for_seven_nights_and_no_longer(world: PublishedNights, analyst_dsn: str) -> None:
    page = world.page(world.organisation("59"))
    world.night(DAY, {page: {}})
    for days in (7, 8):
        world.night(DAY + days * ONE, {page: FAILED})
    last, over = (view(analyst_dsn, "page_state_day", snapshot_date=DAY + days * ONE)[0] for days in (7, 8))
    assert (last["outcome"], last["measured_on"], last["is_carried"]) == ("ok", DAY, True)
    assert (over["outcome"], over["measured_on"], over["is_carried"]) == (None, None, False)


def test_the_registry_of_that_day_is_asked_not_todays(world: PublishedNights, analyst_dsn: str) -> None:
    moved = world.organisation("59", valid_to=DAY + ONE)
    world.night(DAY, {world.page(moved): {}})
    world.night(DAY + ONE, {})
    assert len(view(analyst_dsn, "region_coverage_day", snapshot_date=DAY, region_code="59")) == 1
    assert view(analyst_dsn, "region_coverage_day", snapshot_date=DAY + ONE, region_code="59") == []


def test_a_mark_is_lost_on_the_night_that_first_showed_it(world: PublishedNights, analyst_dsn: str) -> None:
    lost, undelivered, never = (world.page(world.organisation("59")) for _ in range(3))
    world.night(DAY, {lost: {}, undelivered: {}, never: {"has_mark": False}})
    world.night(DAY + ONE, {lost: {"has_mark": None}, undelivered: {"has_mark": None}, never: {"has_mark": False}})
    world.night(DAY + 2 * ONE, {lost: {"has_mark": False}, undelivered: {}, never: {"has_mark": False}})
    (row,) = ask(analyst_dsn, "Marks lost last night")
    assert (row["page_name"], row["members_count"]) == (f"Страница {lost}", 1000)
    world.night(DAY + 3 * ONE, {lost: {"has_mark": False}, undelivered: {}, never: {"has_mark": False}})
    assert ask(analyst_dsn, "Marks lost last night") == []


def test_silent_pages_are_those_whose_wall_was_read(world: PublishedNights, analyst_dsn: str) -> None:
    silent, mute, active, unread = (world.page(world.organisation("59")) for _ in range(4))
    old = {"last_post_at": moscow_midnight(DAY) - timedelta(days=9)}
    world.night(
        DAY, {silent: old, mute: {"last_post_at": None}, active: {}, unread: {**old, "posts_outcome": "failed"}}
    )
    rows = ask(analyst_dsn, "Silent pages")
    assert [(row["page_name"], row["silent_days"]) for row in rows] == [
        (f"Страница {mute}", None),
        (f"Страница {silent}", 9),
    ]


def test_audience_per_head_is_carried_over_failures_and_unknown_without_population(
    world: PublishedNights, analyst_dsn: str
) -> None:
    pages = [world.page(world.organisation("59")) for _ in range(4)]
    nobody_counted = world.page(world.organisation("90"))
    world.run("update registry.region set population = 10000 where region_code = '59'")
    world.night(DAY, {page: {} for page in [*pages[:3], nobody_counted]})
    world.night(
        DAY + ONE,
        {pages[0]: {"members_count": 1500}, pages[1]: FAILED, pages[2]: GONE, pages[3]: FAILED, nobody_counted: {}},
    )
    perm, other = ask(analyst_dsn, "Audience per head")
    assert (perm["members_sum"], float(perm["members_per_capita"])) == (2500, 0.25)
    assert (perm["pages_count"], perm["pages_known_count"]) == (4, 3)
    assert (other["population"], other["members_per_capita"]) == (None, None)
    (row,) = view(analyst_dsn, "audience_per_capita", snapshot_date=DAY + ONE, region_code="59")
    assert row["pages_carried_count"] == 1


def test_collection_quality_tells_failed_from_not_planned(world: PublishedNights, analyst_dsn: str) -> None:
    pages = [world.page(world.organisation("59")) for _ in range(4)]
    world.night(
        DAY,
        {
            pages[0]: {},
            pages[1]: {"posts_outcome": "not_planned", "has_mark": None},
            pages[2]: GONE,
            pages[3]: FAILED,
        },
    )
    (row,) = ask(analyst_dsn, "Last night's collection quality")
    assert (row["pages_count"], row["pages_failed_count"], float(row["pages_measured_share"])) == (4, 1, 0.75)
    assert (row["walls_failed_count"], row["walls_not_planned_count"]) == (1, 1)
    assert float(row["walls_measured_share"]) == 0.333
    (row,) = view(analyst_dsn, "collection_quality", snapshot_date=DAY)
    assert row["pages_without_mark_field_count"] == 1


def test_a_rating_is_read_as_known_now_and_as_published(
    world: PublishedNights, loader_dsn: str, analyst_dsn: str
) -> None:
    page, late = world.page(world.organisation("59")), world.page(world.organisation("59"), "ok")
    world.night(DAY, {page: {}})
    rate_night(loader_dsn, DAY, MOMENT)
    world.night(DAY, {late: {"has_mark": False}}, "ok")
    rate_night(loader_dsn, DAY, MOMENT + ONE)
    (now,) = view(analyst_dsn, "region_rating", region_code="59")
    (first,) = view(analyst_dsn, "region_rating_as_published", region_code="59")
    assert (now["revision"], first["revision"]) == (2, 1)
    assert now["shown_score"] < first["shown_score"]
    by_criterion = {row["criterion"]: row for row in view(analyst_dsn, "region_rating_criterion", region_code="59")}
    assert len(by_criterion) == 8
    assert (by_criterion["mark"]["points"], by_criterion["mark"]["weight"]) == (7.5, 15)
    assert by_criterion["mark"]["criterion_title"] == "Отметка «Госорганизация»"
    assert by_criterion["qualified_manager"]["measured_share"] == 0


def test_open_alerts_are_read_with_their_region(world: PublishedNights, loader_dsn: str, analyst_dsn: str) -> None:
    world.night(DAY, {world.page(world.organisation("59")): GONE})
    raise_alerts(loader_dsn, DAY, "vk", MOMENT)
    (row,) = view(analyst_dsn, "open_alert", rule="page_gone")
    assert row["region_name"] == "Пермский край"
    assert row["page_url"].startswith("https://vk.com/club")


def _view_files() -> list[Path]:
    return [path for path in (SQL / "marts").glob("*.sql") if path.stem != "schema"]


_COMMENTS = """
select c.relname as view, a.attname as column, obj_description(c.oid) as view_comment,
    col_description(c.oid, a.attnum) as column_comment
from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
where c.relnamespace = 'mart'::regnamespace and c.relkind = 'v'
"""
