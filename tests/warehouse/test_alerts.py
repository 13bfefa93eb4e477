"""Alerts of small worlds: opened once, kept through unmeasured nights, resolved by the facts alone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gospub.alerts import NoSuchAlert, RulesFailed, acknowledge, list_alerts, raise_alerts, raise_clock_alerts, resolve
from gospub.alerts import night as alert_night
from gospub.alerts.rules import Rule, load_rules
from gospub.annotated_sql import AnnotatedSql
from gospub.clock import moscow_midnight
from gospub.errors import NightError
from tests.warehouse.published_nights import DAY, FAILED, GONE, MOMENT, PublishedNights

ONE = timedelta(days=1)
NO_MARK: dict[str, Any] = {"has_mark": None}


@pytest.fixture
def world(warehouse: str) -> PublishedNights:
    return PublishedNights(warehouse)


@pytest.fixture
def page(world: PublishedNights) -> int:
    return world.page(world.organisation("59"))


def night(world: PublishedNights, dsn: str, days: int, facts: dict[int, dict[str, Any]]) -> dict[str, Any]:
    """Publish the night `days` after DAY and raise its alerts."""
    day = DAY + timedelta(days=days)
    world.night(day, facts)
    return raise_alerts(dsn, day, "vk", MOMENT + timedelta(days=days))


def opened(dsn: str, rule: str | None = None) -> list[tuple[str, str]]:
    return [(row["rule"], row["title"]) for row in list_alerts(dsn, rule=rule)]


def everything(world: PublishedNights) -> list[dict[str, Any]]:
    return world.run("select * from alerts.alert order by alert_id")


def silent(days: int | None) -> dict[str, Any]:
    return {"last_post_at": None if days is None else moscow_midnight(DAY) - timedelta(days=days), "posts_7d_count": 0}


def test_an_unpublished_night_is_refused(world: PublishedNights, loader_dsn: str) -> None:
    with pytest.raises(NightError, match="is not published"):
        raise_alerts(loader_dsn, DAY, "vk", MOMENT)


def test_a_quiet_night_raises_nothing(world: PublishedNights, loader_dsn: str, page: int) -> None:
    night(world, loader_dsn, 0, {page: {}})
    night(world, loader_dsn, 1, {page: {}})
    assert everything(world) == []


def test_a_lost_mark_opens_one_alert_that_lasts_until_the_mark_is_back(
    world: PublishedNights, loader_dsn: str, page: int
) -> None:
    night(world, loader_dsn, 0, {page: {}})
    done = night(world, loader_dsn, 1, {page: {"has_mark": False}})
    assert (done["lost_mark"]["opened_count"], done["lost_mark"]["firing_count"]) == (1, 1)
    night(world, loader_dsn, 2, {page: {"has_mark": False}})
    (alert,) = everything(world)
    assert alert["title"] == f"Страница «Страница {page}» потеряла отметку «Госорганизация»"
    assert (alert["opened_on"], alert["last_seen_on"], alert["region_code"]) == (DAY + ONE, DAY + 2 * ONE, "59")
    assert alert["evidence"]["last_marked_on"] == DAY.isoformat()
    assert alert["evidence"]["url"].startswith("https://vk.com/club")
    night(world, loader_dsn, 3, {page: {}})
    (alert,) = everything(world)
    assert (alert["resolved_on"], alert["resolution"]) == (DAY + 3 * ONE, "condition_ended")


def test_an_undelivered_mark_neither_opens_nor_resolves(world: PublishedNights, loader_dsn: str, page: int) -> None:
    night(world, loader_dsn, 0, {page: {}})
    night(world, loader_dsn, 1, {page: NO_MARK})
    assert opened(loader_dsn) == []
    night(world, loader_dsn, 2, {page: {"has_mark": False}})
    assert len(opened(loader_dsn, "lost_mark")) == 1
    night(world, loader_dsn, 3, {page: NO_MARK})
    night(world, loader_dsn, 4, {page: FAILED})
    assert len(opened(loader_dsn, "lost_mark")) == 1


def test_a_page_that_never_had_the_mark_has_not_lost_it(world: PublishedNights, loader_dsn: str, page: int) -> None:
    night(world, loader_dsn, 0, {page: {"has_mark": False}})
    night(world, loader_dsn, 1, {page: {"has_mark": False}})
    assert opened(loader_dsn) == []


def test_a_rule_may_ask_for_two_measured_nights_without_the_mark(
    world: PublishedNights, loader_dsn: str, page: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    (shipped,) = (rule for rule in load_rules("rules") if rule.name == "lost_mark")
    patient = replace(shipped, file=replace(shipped.file, notes={**shipped.file.notes, "setting nights": "2"}))
    monkeypatch.setattr(alert_night, "load_rules", lambda _folder: [patient])
    night(world, loader_dsn, 0, {page: {}})
    night(world, loader_dsn, 1, {page: {"has_mark": False}})
    night(world, loader_dsn, 2, {page: NO_MARK})
    assert opened(loader_dsn) == []
    night(world, loader_dsn, 3, {page: {"has_mark": False}})
    assert len(opened(loader_dsn, "lost_mark")) == 1


@pytest.mark.parametrize(
    ("outcome", "word"), [("banned", "заблокирована"), ("deleted", "удалена"), ("not_found", "не найдена")]
)
def test_a_gone_page_is_told_with_what_it_was(
    world: PublishedNights, loader_dsn: str, page: int, outcome: str, word: str
) -> None:
    night(world, loader_dsn, 0, {page: {}})
    night(world, loader_dsn, 2, {page: {**GONE, "outcome": outcome}})
    (alert,) = everything(world)
    assert (alert["rule"], alert["severity"]) == ("page_gone", "critical")
    assert alert["title"].endswith(word)
    assert (alert["evidence"]["last_ok_on"], alert["evidence"]["last_members_count"]) == (DAY.isoformat(), 1000)
    night(world, loader_dsn, 3, {page: FAILED})
    assert len(opened(loader_dsn)) == 1
    night(world, loader_dsn, 4, {page: {}})
    assert opened(loader_dsn) == []


def test_a_page_gone_from_the_start_is_told_too(world: PublishedNights, loader_dsn: str, page: int) -> None:
    night(world, loader_dsn, 0, {page: {**GONE, "outcome": "not_found"}})
    (alert,) = everything(world)
    assert (alert["severity"], alert["evidence"]["last_ok_on"]) == ("warning", None)


def test_silence_is_judged_from_walls_that_were_read(world: PublishedNights, loader_dsn: str, page: int) -> None:
    night(world, loader_dsn, 0, {page: silent(8)})
    assert opened(loader_dsn) == [("silent_7_days", f"Страница «Страница {page}» молчит 8 дн.")]
    night(world, loader_dsn, 1, {page: {"posts_outcome": "not_planned", "last_post_at": None}})
    night(world, loader_dsn, 2, {page: {"posts_outcome": "failed", "last_post_at": None}})
    assert len(opened(loader_dsn)) == 1
    night(world, loader_dsn, 3, {page: {}})
    assert opened(loader_dsn) == []


def test_seven_days_to_the_minute_is_not_silence_and_thirty_without_a_post_is(
    world: PublishedNights, loader_dsn: str, page: int
) -> None:
    other = world.page(world.organisation("59"))
    night(world, loader_dsn, 0, {page: silent(7), other: silent(None)})
    assert opened(loader_dsn) == [("silent_7_days", f"Страница «Страница {other}» молчит больше 30 дней")]


def test_an_audience_that_fell_by_more_than_a_tenth_in_a_week_is_told(
    world: PublishedNights, loader_dsn: str, page: int
) -> None:
    tenth = world.page(world.organisation("59"))
    night(world, loader_dsn, 0, {page: {}, tenth: {}})
    night(world, loader_dsn, 7, {page: {"members_count": 880}, tenth: {"members_count": 900}})
    assert opened(loader_dsn, "audience_drop") == [
        ("audience_drop", f"Страница «Страница {page}» потеряла 12 % подписчиков за 7 дн.")
    ]


def test_the_drop_is_held_against_the_measured_night_nearest_to_a_week_ago(
    world: PublishedNights, loader_dsn: str, page: int
) -> None:
    world.night(DAY, {page: {"members_count": 2000}})
    world.night(DAY + ONE, {page: {"members_count": 1000}})
    world.night(DAY + 2 * ONE, {page: FAILED})
    night(world, loader_dsn, 9, {page: {"members_count": 950}})
    assert opened(loader_dsn, "audience_drop") == []
    world.night(DAY + 4 * ONE, {page: {"members_count": 1200}})
    raise_alerts(loader_dsn, DAY + 9 * ONE, "vk", MOMENT)
    assert opened(loader_dsn, "audience_drop") == []  # 8 nights ago is nearer to a week than 5


def test_without_a_night_to_compare_with_a_drop_is_not_judged(
    world: PublishedNights, loader_dsn: str, page: int
) -> None:
    night(world, loader_dsn, 0, {page: {}})
    done = night(world, loader_dsn, 4, {page: {"members_count": 10}})
    assert done["audience_drop"]["judged_count"] == 0


def test_a_small_page_moves_by_single_persons(world: PublishedNights, loader_dsn: str, page: int) -> None:
    night(world, loader_dsn, 0, {page: {"members_count": 99}})
    night(world, loader_dsn, 7, {page: {"members_count": 50}})
    assert opened(loader_dsn, "audience_drop") == []


def test_an_obliged_organisation_without_a_page_is_told_until_it_has_one(
    world: PublishedNights, loader_dsn: str, page: int
) -> None:
    without = world.organisation("59", name="Школа № 5")
    world.organisation("59", exemption_ground="Режим")
    world.organisation("59", is_obliged=False)
    world.page(world.organisation("40"), "ok")
    on_telegram = world.organisation("40", name="Музей")
    world.page(on_telegram, "telegram")
    night(world, loader_dsn, 0, {page: {}})
    assert [title for _, title in opened(loader_dsn)] == [
        "Организация «Школа № 5» обязана вести страницу, но её нет в реестре",
        "Организация «Музей» обязана вести страницу, но её нет в реестре",
    ]
    world.page(without)
    world.run(
        "update registry.organisation_version set exemption_ground = 'Режим' where organisation_id = %(o)s",
        o=on_telegram,
    )
    night(world, loader_dsn, 1, {page: {}})
    assert opened(loader_dsn) == []


def test_the_same_night_again_changes_nothing(world: PublishedNights, loader_dsn: str, page: int) -> None:
    other = world.page(world.organisation("40"))
    night(world, loader_dsn, 0, {page: {}, other: GONE})
    night(world, loader_dsn, 1, {page: {"has_mark": False}, other: {}})
    before = everything(world)
    assert len(before) == 2
    done = raise_alerts(loader_dsn, DAY + ONE, "vk", MOMENT + timedelta(days=5))
    assert everything(world) == before
    assert done["lost_mark"] == {
        "judged_count": 2, "firing_count": 1, "opened_count": 0, "refreshed_count": 0, "resolved_count": 0,
    }  # fmt: skip


def test_an_older_night_is_left_alone(world: PublishedNights, loader_dsn: str, page: int) -> None:
    night(world, loader_dsn, 0, {page: GONE})
    night(world, loader_dsn, 1, {page: {}})
    assert "only the latest night" in raise_alerts(loader_dsn, DAY, "vk", MOMENT)["skipped"]
    assert opened(loader_dsn) == []


def test_a_late_network_does_not_judge_organisations_on_its_older_date(
    world: PublishedNights, loader_dsn: str, page: int
) -> None:
    night(world, loader_dsn, 1, {page: {}})
    world.night(DAY, {world.page(world.organisation("59"), "ok"): GONE}, "ok")
    done = raise_alerts(loader_dsn, DAY, "ok", MOMENT)
    assert "organisation_without_page" not in done
    assert done["page_gone"]["opened_count"] == 1


def test_a_page_that_left_the_registry_leaves_no_alert(world: PublishedNights, loader_dsn: str, page: int) -> None:
    other = world.page(world.organisation("40"))
    night(world, loader_dsn, 0, {page: GONE, other: {}})
    world.run("update registry.page_assignment set valid_to = %(d)s where page_id = %(p)s", d=DAY + ONE, p=page)
    world.run("update registry.organisation_version set is_obliged = false")
    done = night(world, loader_dsn, 1, {other: {}})
    assert done["left_registry"] == {"resolved_count": 1}
    assert opened(loader_dsn) == []


def test_a_person_takes_an_alert_on_and_closes_it(world: PublishedNights, loader_dsn: str, page: int) -> None:
    night(world, loader_dsn, 0, {page: GONE})
    (alert,) = list_alerts(loader_dsn)
    acknowledge(loader_dsn, alert["alert_id"], "Петрова", MOMENT)
    acknowledge(loader_dsn, alert["alert_id"], "Сидоров", MOMENT + ONE)
    assert everything(world)[0]["acknowledged_by"] == "Петрова"
    resolve(loader_dsn, alert["alert_id"], "Петрова", MOMENT)
    with pytest.raises(NoSuchAlert, match="is not open"):
        acknowledge(loader_dsn, alert["alert_id"], "Петрова", MOMENT)
    raise_alerts(loader_dsn, DAY, "vk", MOMENT)
    assert opened(loader_dsn) == []
    night(world, loader_dsn, 1, {page: GONE})
    assert len(opened(loader_dsn)) == 1
    assert [row["resolved_by"] for row in everything(world)] == ["Петрова", None]


def test_a_rule_that_cannot_be_run_stops_no_other_and_is_told(
    world: PublishedNights, loader_dsn: str, page: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = load_rules("rules")
    broken = Rule(
        "broken", "page", AnnotatedSql("broken", {}, "select 1 / 0 as subject_id, no_such_column from night_page")
    )
    monkeypatch.setattr(alert_night, "load_rules", lambda _folder: [broken, *good])
    world.night(DAY, {page: GONE})
    with pytest.raises(RulesFailed, match=f"1 of {len(good) + 1} alert rules failed .broken: .*no_such_column"):
        raise_alerts(loader_dsn, DAY, "vk", MOMENT)
    assert len(opened(loader_dsn, "page_gone")) == 1


def test_a_night_is_late_after_five_in_moscow_if_the_network_has_published_before(
    world: PublishedNights, loader_dsn: str, page: int
) -> None:
    next_day = DAY + ONE
    five = datetime(next_day.year, next_day.month, next_day.day, 2, 0, tzinfo=UTC)
    assert raise_clock_alerts(loader_dsn, five)["night_late"]["judged_count"] == 0
    world.night(DAY, {page: {}})
    raise_clock_alerts(loader_dsn, five - timedelta(minutes=1))
    assert opened(loader_dsn) == []
    raise_clock_alerts(loader_dsn, five)
    raise_clock_alerts(loader_dsn, five + timedelta(hours=1))
    assert opened(loader_dsn) == [("night_late", "Ночь 11.03.2026 (ВКонтакте) не опубликована к 05:00")]
    raise_clock_alerts(loader_dsn, five + ONE)
    assert len(opened(loader_dsn)) == 2
    world.night(next_day + ONE, {page: {}})
    raise_clock_alerts(loader_dsn, five + ONE)
    assert opened(loader_dsn) == []


def test_a_rejected_night_is_told_with_what_failed_until_it_is_accepted(
    world: PublishedNights, loader_dsn: str
) -> None:
    world.run(_REJECTED_NIGHT, day=DAY, moment=MOMENT)
    raise_clock_alerts(loader_dsn, MOMENT)
    (alert,) = list_alerts(loader_dsn, rule="gate_failed")
    assert alert["title"] == "Ночь 10.03.2026 (ВКонтакте) отклонена проверкой качества"
    assert alert["evidence"]["failed"] == [{"expectation": "mark_share", "observed": "0.2", "bound": "0.5"}]
    world.run("update ops.night set accepted_revision = judged_revision")
    raise_clock_alerts(loader_dsn, MOMENT)
    assert list_alerts(loader_dsn) == []


def test_every_rule_says_why_it_matters_and_what_to_do() -> None:
    rules = [*load_rules("rules"), *load_rules("clock_rules")]
    assert {rule.name for rule in rules} == {
        "lost_mark", "page_gone", "silent_7_days", "audience_drop", "organisation_without_page",
        "night_late", "gate_failed",
    }  # fmt: skip


_REJECTED_NIGHT = """
insert into ops.night (snapshot_date, platform, opened_at, staging_revision, judged_revision, is_judged_good)
values (%(day)s, 'vk', %(moment)s, 4, 4, false);
insert into ops.crawl_run (snapshot_date, platform, label, scope, is_partial, state, started_at)
values (%(day)s, 'vk', 'run', '{}', false, 'rejected', %(moment)s);
insert into ops.quality_result (run_id, snapshot_date, platform, staging_revision, expectation, meaning, severity,
    is_passed, observed, bound, checked_at)
select run_id, snapshot_date, platform, 4, 'mark_share', 'm', 'critical', false, '0.2', '0.5', %(moment)s
from ops.crawl_run
"""
