"""The seam to Airflow: connections as operators write them, schedules, the nights that started a run."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import psycopg2
import pytest
from psycopg2.extensions import parse_dsn

from gospub.access import Access
from gospub.clock import moscow_midnight
from gospub.errors import ConfigurationError, NightError
from tests.warehouse.staged_night import StagedNight, make_pages, rows

pytestmark = pytest.mark.usefixtures("airflow")

SECRET = "vk1.a.secret-of-this-test"


def connect(monkeypatch: pytest.MonkeyPatch, name: str = "GOSPUB_VK", **fields: Any) -> None:
    extra = fields.get("extra")
    if isinstance(extra, dict | list):
        fields["extra"] = json.dumps(extra)
    monkeypatch.setenv(f"AIRFLOW_CONN_{name}", json.dumps({"conn_type": "http", **fields}))


def access() -> Access:
    from gospub.airflow_bridge import access as read

    return read("vk")


def refusal() -> str:
    with pytest.raises(ConfigurationError) as caught:
        access()
    told = str(caught.value)
    assert "gospub_vk" in told
    assert SECRET not in told
    return told


def dsn(monkeypatch: pytest.MonkeyPatch, **fields: Any) -> dict[str, str]:
    from gospub.airflow_bridge import warehouse_dsn

    connect(monkeypatch, "GOSPUB_WAREHOUSE", **{"conn_type": "postgres", **fields})
    found: dict[str, str] = parse_dsn(warehouse_dsn())
    return found


@pytest.mark.parametrize("name", ["gospub_vk", "gospub_warehouse"])
def test_a_missing_connection_is_named_with_the_way_to_add_it(name: str):
    from gospub.airflow_bridge import warehouse_dsn

    with pytest.raises(ConfigurationError, match=rf"{name} is missing.*AIRFLOW_CONN_{name.upper()}"):
        access() if name == "gospub_vk" else warehouse_dsn()


def test_a_connection_without_a_host_is_refused(monkeypatch: pytest.MonkeyPatch):
    connect(monkeypatch, password=SECRET)
    assert "no host" in refusal()


@pytest.mark.parametrize("password", [None, "", "  ", "[]", '[""]', '["a", 5]', '["a", null]', "[broken", '["a"'])
def test_a_connection_without_a_token_is_refused(monkeypatch: pytest.MonkeyPatch, password: str | None):
    connect(monkeypatch, host="http://127.0.0.1:1", password=password)
    assert "no token" in refusal()


@pytest.mark.parametrize("password", [f"{SECRET} x", f"{SECRET}\nx", f"{SECRET}ё", json.dumps([SECRET, "a\tb"])])
def test_a_token_that_no_header_can_carry_is_refused_without_being_told(monkeypatch: pytest.MonkeyPatch, password: str):
    connect(monkeypatch, host="http://127.0.0.1:1", password=password)
    assert "a token" in refusal()


@pytest.mark.parametrize(
    "extra",
    [
        *("{broken", "[]", '"x"', "5", {"calls_per_second": "fast"}, {"calls_per_second": None}),
        *({"calls_per_second": -1}, {"calls_per_second": "nan"}, {"calls_per_second": "inf"}, {"in_flight": -2}),
        *({"daily_quota": 5000}, {"daily_quota": {"wall.get": "many"}}, {"daily_quota": {"wall.get": -1}}),
        *({"timeout_seconds": 0}, {"timeout_seconds": 1e9}, {"in_flight": []}),
    ],
)
def test_an_extra_that_cannot_be_used_is_refused_with_an_example(monkeypatch: pytest.MonkeyPatch, extra: Any):
    connect(monkeypatch, host="http://127.0.0.1:1", password=SECRET, extra=extra)
    assert "calls_per_second" in refusal()


@pytest.mark.parametrize(
    ("fields", "url"),
    [
        ({"host": "https://api.vk.com"}, "https://api.vk.com"),
        ({"host": "https://api.vk.ru/"}, "https://api.vk.ru"),
        ({"host": "api.vk.com"}, "https://api.vk.com"),
        ({"host": "api.vk.com", "schema": "http", "port": 8088}, "http://api.vk.com:8088"),
        ({"host": "http://127.0.0.1:8088"}, "http://127.0.0.1:8088"),
    ],
)
def test_the_host_is_the_base_url_in_whatever_form(monkeypatch: pytest.MonkeyPatch, fields: Any, url: str):
    connect(monkeypatch, password=SECRET, **fields)
    assert access().base_url == url


def test_without_an_extra_the_documented_limits_hold(monkeypatch: pytest.MonkeyPatch):
    connect(monkeypatch, host="http://127.0.0.1:1", password=SECRET)
    limits = access().limits
    assert (limits.calls_per_second, limits.daily_quota["wall.get"]) == (3, 5000)


def test_one_token_or_a_list_and_limits_of_ones_own(monkeypatch: pytest.MonkeyPatch):
    extra = {"calls_per_second": 20, "daily_quota": {"wall.get": 100}, "proxy": "http://p", "ca_bundle": "/ca.pem"}
    connect(monkeypatch, host="http://127.0.0.1:1", password=json.dumps(["b", "a", "b"]), extra=extra)
    found = access()
    assert [token.secret for token in found.tokens] == ["b", "a"], "each token once, in the order given"
    assert (found.limits.calls_per_second, found.limits.daily_quota["wall.get"]) == (20, 100)
    assert found.limits.daily_quota["wall.search"] == 1000
    assert (found.proxy, found.ca_bundle) == ("http://p", "/ca.pem")
    connect(monkeypatch, host="http://127.0.0.1:1", password=f" {SECRET}\n")
    assert [token.secret for token in access().tokens] == [SECRET]


def test_the_dsn_survives_odd_passwords_and_socket_folders(monkeypatch: pytest.MonkeyPatch):
    found = dsn(monkeypatch, host="/var/tmp/a b", login="gospub_loader", password="it's a \\ 'pass'", schema="gospub")
    assert found == {
        "host": "/var/tmp/a b",
        "user": "gospub_loader",
        "password": "it's a \\ 'pass'",
        "dbname": "gospub",
    }
    found = dsn(monkeypatch, host="db", port=5433, login="me", extra={"sslmode": "require"})
    assert found == {"host": "db", "port": "5433", "user": "me", "dbname": "gospub", "sslmode": "require"}
    with pytest.raises(ConfigurationError, match="gospub_warehouse"):
        dsn(monkeypatch, host="db", extra="{broken")


def test_the_dsn_of_a_real_warehouse_connects(monkeypatch: pytest.MonkeyPatch, loader_dsn: str):
    parts = parse_dsn(loader_dsn)
    connect(
        *(monkeypatch, "GOSPUB_WAREHOUSE"),
        conn_type="postgres",
        host=parts["host"],
        login=parts["user"],
        schema=parts["dbname"],
    )
    from gospub.airflow_bridge import warehouse_dsn

    psycopg2.connect(warehouse_dsn()).close()


class Event:
    """An asset event as a consumer's context shows it."""

    def __init__(self, **extra: Any) -> None:
        self.extra = extra


def test_the_nights_that_started_a_run_are_told_in_order_and_once():
    from gospub.airflow_bridge import published_nights

    night = {"snapshot_date": "2026-11-22", "platform": "vk"}
    events = {
        "ratings": [Event(**night), Event(note="no night")],
        "vk": [Event(snapshot_date="2026-11-23", platform="vk"), Event(**night, pages=5)],
    }
    assert published_nights({"triggering_asset_events": events}) == [
        (date(2026, 11, 22), "vk"),
        (date(2026, 11, 23), "vk"),
    ]


@pytest.mark.parametrize("context", [{}, {"triggering_asset_events": None}, {"triggering_asset_events": {}}])
def test_a_run_that_no_event_started_has_no_nights(context: dict[str, Any]):
    from gospub.airflow_bridge import published_nights

    assert published_nights(context) == []


def test_without_an_event_the_night_published_last_is_meant(
    monkeypatch: pytest.MonkeyPatch, loader_dsn: str, warehouse: str
):
    from gospub.airflow_bridge import latest_nights

    parts = parse_dsn(loader_dsn)
    fields = {"host": parts["host"], "login": parts["user"], "schema": parts["dbname"]}
    connect(monkeypatch, "GOSPUB_WAREHOUSE", conn_type="postgres", **fields)
    with pytest.raises(NightError, match="no night has been published"):
        latest_nights()
    make_pages(loader_dsn, 1)
    for number in (0, 1):
        night = StagedNight(loader_dsn, date(2026, 11, 22) + timedelta(days=number))
        published = moscow_midnight(night.day) if number == 0 else None
        rows(
            warehouse,
            "UPDATE ops.night SET published_at = %(at)s WHERE snapshot_date = %(day)s",
            at=published,
            day=night.day,
        )
    assert latest_nights() == [(date(2026, 11, 22), "vk")]


def test_schedules_can_be_switched_off_so_that_only_assets_start_runs(monkeypatch: pytest.MonkeyPatch):
    from gospub import airflow_bridge as bridge

    monkeypatch.setenv("GOSPUB_SCHEDULES", "off")
    assert bridge.at("0 1 * * *") is None
    assert bridge.at("0 1 * * *", bridge.RATINGS) is bridge.RATINGS
    monkeypatch.delenv("GOSPUB_SCHEDULES")
    nightly = bridge.at("0 1 * * *")
    assert (nightly.expression, str(nightly.timezone)) == ("0 1 * * *", "Europe/Moscow")
    both = bridge.at("0 1 * * *", bridge.RATINGS)
    assert both.timetable.expression == "0 1 * * *"


def test_what_needs_a_person_is_not_tried_again_and_what_may_pass_is():
    from airflow.sdk import RetryAction

    from gospub import errors
    from gospub.airflow_bridge import RETRY_POLICY

    def action(error: Exception) -> Any:
        return RETRY_POLICY.evaluate(error, try_number=1, max_tries=2, context={}).action

    for error in (errors.ConfigurationError("x"), errors.NightOver("x"), errors.GateFailed("x"), errors.NotJudged("x")):
        assert action(error) == RetryAction.FAIL
    for error in (errors.NetworkDown("x"), errors.ShardTaken("x"), errors.WarehouseError("x"), OSError("x")):
        assert action(error) != RetryAction.FAIL
