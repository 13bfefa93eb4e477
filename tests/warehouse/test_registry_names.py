"""Screen names against real Postgres: resolved once, merged when they are one page, renamed pages stay themselves."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from gospub.registry import store_resolution, unresolved_pages
from gospub.warehouse.connection import connected, transaction
from tests.warehouse.registry_files import DAY_1, DAY_2, DAY_3, Registry, cur, full, ogrn

UNKNOWN = (None, "unknown_name")
PERSON = (None, "not_a_community")


@pytest.fixture
def registry(loader_dsn: str, tmp_path: Path) -> Registry:
    return Registry(loader_dsn, tmp_path)


def answer(registry: Registry, moment: datetime = DAY_1, **names: str | tuple[str | None, str]) -> dict[str, int]:
    answers = {name: (said, "resolved") if isinstance(said, str) else said for name, said in names.items()}
    with connected(registry.dsn) as connection, transaction(connection):
        return store_resolution(connection, "vk", answers, moment)


def open_names(registry: Registry) -> list[str]:
    with connected(registry.dsn) as connection:
        return unresolved_pages(connection, "vk")


def test_a_name_that_the_network_does_not_know_stays_open(registry: Registry) -> None:
    registry.load([full(1, "vk.com/school1"), full(2, "vk.com/school2")])
    assert answer(registry, school1=UNKNOWN)["unknown_name"] == 1
    assert open_names(registry) == ["school2", "school1"]
    assert registry.rows("SELECT resolution FROM registry.page ORDER BY page_id")[0]["resolution"] == "unknown_name"


def test_a_person_is_not_a_community(registry: Registry) -> None:
    registry.load([full(1, "vk.com/school1")])
    assert answer(registry, school1=PERSON)["not_a_community"] == 1
    assert registry.rows("SELECT native_id, resolution FROM registry.page") == [
        {"native_id": None, "resolution": "not_a_community"}
    ]


def test_answers_to_names_that_nobody_asked_about_change_nothing(registry: Registry) -> None:
    registry.load([full(1, "vk.com/school1")])
    assert answer(registry, stranger="5") == {"resolved": 0, "unknown_name": 0, "not_a_community": 0, "merged": 0}
    assert open_names(registry) == ["school1"]


def test_names_of_other_networks_are_not_asked_of_this_one(registry: Registry) -> None:
    registry.load([full(1, "t.me/school1 ok.ru/school1 vk.com/club1")])
    assert open_names(registry) == []


def test_names_of_closed_pages_are_not_asked_any_more(registry: Registry) -> None:
    registry.load([full(1, "vk.com/school1")])
    registry.load([full(1)], DAY_2, is_forced=True)
    assert open_names(registry) == []


def test_a_name_is_resolved_once_and_kept(registry: Registry) -> None:
    registry.load([full(1, "vk.com/School1")])
    assert answer(registry, School1="7")["resolved"] == 1
    assert answer(registry, DAY_2, school1="8")["resolved"] == 0
    assert open_names(registry) == []
    assert not registry.load([full(1, "vk.com/School1")], DAY_2).has_changes
    assert registry.pages_on("2026-11-23") == {ogrn(1): ["7"]}


def test_two_names_of_one_id_become_one_page(registry: Registry) -> None:
    registry.load([full(1, "vk.com/school1 vk.com/old_school1")])
    assert answer(registry, school1="7", old_school1="7")["merged"] == 1
    assert registry.pages_on("2026-11-22") == {ogrn(1): ["7"]}
    assert len(registry.rows("SELECT 1 FROM registry.page")) == 1
    assert not registry.load([full(1, "vk.com/school1 vk.com/old_school1")], DAY_2).has_changes


def test_a_page_claimed_under_two_names_stays_with_its_holder_and_the_other_claim_is_kept(registry: Registry) -> None:
    registry.load([full(1, "vk.com/club7"), full(2, "vk.com/school2")])
    answer(registry, school2="7")
    assert registry.pages_on("2026-11-22") == {ogrn(1): ["7"]}
    [rejected] = registry.rows("SELECT source, value, reason FROM ops.rejected")
    assert (rejected["source"], rejected["value"]) == ("registry", "vk.com/school2")
    assert ogrn(1) in rejected["reason"]
    again = registry.load([full(1, "vk.com/club7"), full(2, "vk.com/school2")], DAY_2)
    assert [rejection.reason for rejection in again.rejected] == ["row 2 claims the same page"]


def test_of_two_unresolved_claims_the_older_wins(registry: Registry) -> None:
    registry.load([full(2, "vk.com/second")])
    registry.load([full(2, "vk.com/second"), full(1, "vk.com/first")], DAY_2)
    answer(registry, DAY_3, first="7", second="7")
    assert registry.pages_on("2026-11-24") == {ogrn(2): ["7"]}
    assert registry.pages_on("2026-11-23") == {ogrn(2): ["7"], ogrn(1): ["@first"]}


def test_a_renamed_page_stays_the_same_page_without_a_gap(registry: Registry) -> None:
    registry.load([full(1, "vk.com/school1")])
    answer(registry, school1="7")
    [before] = registry.rows("SELECT page_id, valid_from, valid_to FROM registry.page_assignment")
    registry.load([full(1, "vk.com/lyceum1")], DAY_2, is_forced=True)
    assert answer(registry, DAY_2, lyceum1="7")["merged"] == 1
    assert registry.rows("SELECT page_id, valid_from, valid_to FROM registry.page_assignment") == [before]
    assert registry.rows("SELECT native_id FROM registry.page") == [{"native_id": "7"}]
    assert not registry.load([full(1, "vk.com/lyceum1")], DAY_3).has_changes


def test_a_page_that_a_night_has_planned_is_not_forgotten_when_it_is_merged(registry: Registry, warehouse: str) -> None:
    registry.load([full(1, "vk.com/club7"), full(2, "vk.com/school2")])
    [page] = registry.rows("SELECT page_id FROM registry.page WHERE native_id IS NULL")
    with connected(warehouse) as connection, transaction(connection), connection.cursor() as cursor:
        cursor.execute("SELECT ops.ensure_partitions(%s, 1)", (DAY_1.date(),))
        cursor.execute(
            "INSERT INTO ops.crawl_plan (snapshot_date, page_id, platform, shard_no, region_code, expected_posts_count,"
            " posts_priority, is_posts_planned) VALUES (%s, %s, 'vk', 1, '59', 0, 0, false)",
            (DAY_1.date(), page["page_id"]),
        )
    answer(registry, school2="7")
    assert registry.rows("SELECT native_id FROM registry.page WHERE page_id = %(page_id)s", **page) == [
        {"native_id": None}
    ]
    assert open_names(registry) == []


def test_an_id_beside_a_name_resolves_it_without_asking(registry: Registry) -> None:
    registry.load([cur(1, "", "vk.com/school1")], region="59")
    [page] = registry.rows("SELECT page_id FROM registry.page")
    report = registry.load([cur(1, "7", "vk.com/school1")], DAY_2, region="59")
    assert {kind: count for kind, count in report.changes.items() if count} == {"names_resolved": 1}
    assert registry.rows("SELECT page_id, native_id, resolution FROM registry.page") == [
        {**page, "native_id": "7", "resolution": "given"}
    ]
    assert registry.pages_on("2026-11-23") == {ogrn(1): ["7"]}
    assert open_names(registry) == []


def test_a_name_that_passed_to_another_page_is_believed_when_the_file_gives_the_id(registry: Registry) -> None:
    registry.load([cur(1, "7", "vk.com/school1")], region="59")
    registry.load([cur(1, "8", "vk.com/school1")], DAY_2, region="59", is_forced=True)
    assert registry.pages_on("2026-11-23") == {ogrn(1): ["8"]}
    assert not registry.load([cur(1, "", "vk.com/school1")], DAY_3, region="59").changes["pages_closed"]


def test_resolving_in_batches_within_one_transaction_works(registry: Registry) -> None:
    registry.load([full(1, "vk.com/school1 vk.com/school2")])
    with connected(registry.dsn) as connection, transaction(connection):
        store_resolution(connection, "vk", {"school1": ("1", "resolved")}, DAY_1)
        store_resolution(connection, "vk", {}, DAY_1)
        store_resolution(connection, "vk", {"school2": ("2", "resolved")}, DAY_1)
    assert registry.pages_on("2026-11-22") == {ogrn(1): ["1", "2"]}
