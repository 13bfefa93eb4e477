"""The commands over ratings and alerts say what they did, and errors name cause and cure."""

import pytest
from typer.testing import CliRunner

from gospub.alerts import list_alerts, raise_alerts
from gospub.cli.rating_commands import alerts, format_top, ratings
from gospub.rating import rate_night
from tests.warehouse.published_nights import DAY, GONE, MOMENT, PublishedNights

runner = CliRunner()


@pytest.fixture
def world(warehouse: str, loader_dsn: str, monkeypatch: pytest.MonkeyPatch) -> PublishedNights:
    monkeypatch.setenv("GOSPUB_DSN", loader_dsn)
    return PublishedNights(warehouse)


def test_without_an_address_a_command_says_what_to_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GOSPUB_DSN", raising=False)
    done = runner.invoke(alerts, ["list"])
    assert done.exit_code == 1
    assert "GOSPUB_DSN is not set" in done.output


def test_an_unrated_warehouse_is_told_as_such(world: PublishedNights) -> None:
    assert "Nothing is rated yet" in runner.invoke(ratings, ["top"]).output


def test_a_region_is_explained_by_criterion(world: PublishedNights, loader_dsn: str) -> None:
    world.night(DAY, {world.page(world.organisation("59")): {}})
    rate_night(loader_dsn, DAY, MOMENT)
    lines = runner.invoke(ratings, ["explain", "59"]).output.splitlines()
    assert lines[0] == "     20.00 из 20  Охват обязанных организаций страницами  (измерено 1 из 1)"
    assert "не измерен из 5  Назначен обученный ведущий  (измерено 0 из 1)" in lines[3]
    assert "has nothing about region 00" in runner.invoke(ratings, ["explain", "00"]).output


def test_an_alert_is_listed_taken_on_and_closed(world: PublishedNights, loader_dsn: str) -> None:
    world.night(DAY, {world.page(world.organisation("59")): GONE})
    raise_alerts(loader_dsn, DAY, "vk", MOMENT)
    number = str(list_alerts(loader_dsn)[0]["alert_id"])
    assert "заблокирована [Пермский край]  открыто" in runner.invoke(alerts, ["list"]).output
    assert runner.invoke(alerts, ["acknowledge", number, "--who", "Петрова"]).exit_code == 0
    assert "принял(а) Петрова" in runner.invoke(alerts, ["list", "--region", "59"]).output
    assert "is closed" in runner.invoke(alerts, ["resolve", number]).output
    refused = runner.invoke(alerts, ["resolve", number])
    assert (refused.exit_code, refused.output) == (
        1,
        f"error: alert {number} is not open. alerts list shows the open ones\n",
    )
    assert runner.invoke(alerts, ["list"]).output == "0 alerts.\n"
    assert "закрыто" in runner.invoke(alerts, ["list", "--resolved"]).output


def test_the_clock_is_asked_by_hand(world: PublishedNights) -> None:
    assert "night_late: 0 opened, 0 resolved." in runner.invoke(alerts, ["by-clock"]).output


def test_a_score_that_rests_on_part_of_the_pages_says_so() -> None:
    row = {
        "method_title": "Метод", "snapshot_date": DAY, "revision": 1, "place": 1, "shown_score": 90,
        "region_name": "Край", "measured_share": 0.8, "assumption": "Допущение",
    }  # fmt: skip
    assert format_top([row]).splitlines()[1:] == ["  1       90  Край  (измерено 80%)", "Допущение"]
