"""What publication does to tables with a memory: profiles, posts that go and come back, metrics."""

from __future__ import annotations

from datetime import date, timedelta

from gospub.clock import moscow_midnight
from gospub.publishing import publish_night
from gospub.warehouse.connection import Row
from tests.warehouse.staged_night import DAY, StagedNight, make_pages, rows

POSTED = moscow_midnight(DAY) - timedelta(days=2)


def night_of(dsn: str, page: int, nights_later: int) -> StagedNight:
    night = StagedNight(dsn, DAY + timedelta(days=nights_later))
    night.open_run()
    return night.plan([page]).profile(page).wall(page)


def publish(night: StagedNight) -> None:
    publish_night(night.dsn, night.judge().run_id, night.moment)


def profiles(dsn: str) -> list[tuple[str | None, str, str]]:
    found = rows(dsn, "SELECT name, valid_from::text, valid_to::text FROM history.page_profile ORDER BY valid_from")
    return [(row["name"], row["valid_from"], row["valid_to"]) for row in found]


def absences(dsn: str) -> list[tuple[str, str]]:
    found = rows(dsn, "SELECT gone_on::text, back_on::text FROM history.post_absence ORDER BY gone_on")
    return [(row["gone_on"], row["back_on"]) for row in found]


def the_post(dsn: str) -> Row:
    return rows(dsn, "SELECT * FROM history.post")[0]


def metrics(dsn: str) -> list[tuple[date, int | None]]:
    found = rows(dsn, "SELECT snapshot_date, views_count FROM history.post_metric ORDER BY snapshot_date")
    return [(row["snapshot_date"], row["views_count"]) for row in found]


def test_an_unchanged_profile_opens_no_second_version(loader_dsn: str) -> None:
    page = make_pages(loader_dsn, 1)[0]
    publish(night_of(loader_dsn, page, 0))
    publish(night_of(loader_dsn, page, 1).profile(page, members_count=77))
    assert profiles(loader_dsn) == [("Администрация", "2026-03-10", "infinity")]


def test_a_changed_profile_closes_the_old_version_on_that_night(loader_dsn: str) -> None:
    page = make_pages(loader_dsn, 1)[0]
    publish(night_of(loader_dsn, page, 0))
    publish(night_of(loader_dsn, page, 1).profile(page, name="Мэрия"))
    assert profiles(loader_dsn) == [
        ("Администрация", "2026-03-10", "2026-03-11"),
        ("Мэрия", "2026-03-11", "infinity"),
    ]


def test_pages_that_were_banned_or_not_reached_keep_their_version(loader_dsn: str) -> None:
    page = make_pages(loader_dsn, 1)[0]
    publish(night_of(loader_dsn, page, 0))
    publish(night_of(loader_dsn, page, 1).profile(page, "banned", "blocked", name="ВКонтакте").wall(page, "page_gone"))
    publish(night_of(loader_dsn, page, 2).profile(page, "failed", "transient").wall(page, "failed", "transient"))
    assert profiles(loader_dsn) == [("Администрация", "2026-03-10", "infinity")]


def test_a_closed_page_that_still_shows_its_name_is_kept_too(loader_dsn: str) -> None:
    page = make_pages(loader_dsn, 1)[0]
    publish(night_of(loader_dsn, page, 0))
    publish(night_of(loader_dsn, page, 1).profile(page, "closed", name="Закрытая").wall(page, "wall_closed"))
    assert [name for name, _, _ in profiles(loader_dsn)] == ["Администрация", "Закрытая"]


def test_every_fact_of_the_profile_arrives_in_history(loader_dsn: str) -> None:
    page = make_pages(loader_dsn, 1)[0]
    facts = {
        "city": "Пермь",
        "pos_links": [{"url": "https://pos.gosuslugi.ru/form/?opaId=1", "form": "1", "ogrn": None, "region": "59"}],
        "installed_apps_count": 3,
        "has_cover": False,
        "trust_mark": 3,
    }
    publish(night_of(loader_dsn, page, 0).profile(page, **facts))
    kept = rows(loader_dsn, "SELECT * FROM history.page_profile")[0]
    assert {name: kept[name] for name in facts} == facts
    assert kept["has_avatar"] is None
    assert len(kept["profile_hash"]) == 32


def test_publishing_again_takes_a_mistaken_version_back(loader_dsn: str) -> None:
    page = make_pages(loader_dsn, 1)[0]
    publish(night_of(loader_dsn, page, 0))
    second = night_of(loader_dsn, page, 1).profile(page, name="Ошибка")
    publish(second)
    publish(second.profile(page))
    assert profiles(loader_dsn) == [("Администрация", "2026-03-10", "infinity")]


def test_a_post_that_the_wall_shows_no_more_is_gone(loader_dsn: str) -> None:
    page = make_pages(loader_dsn, 1)[0]
    publish(night_of(loader_dsn, page, 0).post(page, 1, POSTED))
    publish(night_of(loader_dsn, page, 1))
    assert the_post(loader_dsn)["gone_on"] == DAY + timedelta(days=1)
    assert absences(loader_dsn) == [("2026-03-11", "infinity")]


def test_a_post_that_was_not_asked_for_is_not_gone(loader_dsn: str) -> None:
    page = make_pages(loader_dsn, 1)[0]
    publish(night_of(loader_dsn, page, 0).post(page, 1, POSTED))
    publish(night_of(loader_dsn, page, 1).wall(page, asked_since=POSTED + timedelta(seconds=1)))
    publish(night_of(loader_dsn, page, 2).wall(page, "failed", "transient"))
    publish(night_of(loader_dsn, page, 3).wall(page, "not_planned"))
    publish(night_of(loader_dsn, page, 29))  # older than 30 days by then
    assert the_post(loader_dsn)["gone_on"] is None
    assert absences(loader_dsn) == []


def test_a_post_that_comes_back_is_there_again_and_its_absence_is_kept(loader_dsn: str) -> None:
    page = make_pages(loader_dsn, 1)[0]
    publish(night_of(loader_dsn, page, 0).post(page, 1, POSTED))
    publish(night_of(loader_dsn, page, 1))
    publish(night_of(loader_dsn, page, 2).post(page, 1, POSTED))
    assert (the_post(loader_dsn)["gone_on"], the_post(loader_dsn)["first_seen_on"]) == (None, DAY)
    assert absences(loader_dsn) == [("2026-03-11", "2026-03-12")]


def test_publishing_again_restores_an_absence_that_had_ended(loader_dsn: str) -> None:
    page = make_pages(loader_dsn, 1)[0]
    publish(night_of(loader_dsn, page, 0).post(page, 1, POSTED))
    publish(night_of(loader_dsn, page, 1))
    third = night_of(loader_dsn, page, 2).post(page, 1, POSTED)
    publish(third)
    third.remove_post(page, 1)
    publish(third)
    assert the_post(loader_dsn)["gone_on"] == DAY + timedelta(days=1)
    assert absences(loader_dsn) == [("2026-03-11", "infinity")]


def test_publishing_again_takes_an_absence_back(loader_dsn: str) -> None:
    page = make_pages(loader_dsn, 1)[0]
    publish(night_of(loader_dsn, page, 0).post(page, 1, POSTED))
    second = night_of(loader_dsn, page, 1)
    publish(second)
    publish(second.post(page, 1, POSTED))
    assert the_post(loader_dsn)["gone_on"] is None
    assert absences(loader_dsn) == []


def test_metrics_are_kept_only_when_a_value_differs_from_the_last_kept_one(loader_dsn: str) -> None:
    page = make_pages(loader_dsn, 1)[0]
    for later, views in enumerate([100, 100, 150, None, None, 150]):
        publish(night_of(loader_dsn, page, later).post(page, 1, POSTED, views_count=views))
    days = [DAY + timedelta(days=later) for later in (0, 2, 3, 5)]
    assert metrics(loader_dsn) == list(zip(days, [100, 150, None, 150], strict=True))


def test_publishing_again_compares_metrics_with_the_night_before(loader_dsn: str) -> None:
    page = make_pages(loader_dsn, 1)[0]
    publish(night_of(loader_dsn, page, 0).post(page, 1, POSTED, views_count=100))
    second = night_of(loader_dsn, page, 1).post(page, 1, POSTED, views_count=999)
    publish(second)
    publish(second.post(page, 1, POSTED, views_count=100))
    assert metrics(loader_dsn) == [(DAY, 100)]
