"""Registry imports against real Postgres as gospub_loader: what they refuse, what they reject, what they change."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from openpyxl import Workbook

from gospub.errors import ConfigurationError, RegistryError, WarehouseError
from gospub.registry import import_registry
from tests.warehouse.registry_files import DAY_1, DAY_2, DAY_3, Registry, cur, full, ogrn, write


@pytest.fixture
def registry(loader_dsn: str, tmp_path: Path) -> Registry:
    return Registry(loader_dsn, tmp_path)


def many(count: int, **changes: str) -> list[dict[str, str]]:
    return [full(number, f"vk.com/club{number}", **changes) for number in range(1, count + 1)]


ROW_VERSIONS = """
SELECT 'organisation' AS name, xmin::text, ctid::text FROM registry.organisation
UNION ALL SELECT 'version', xmin::text, ctid::text FROM registry.organisation_version
UNION ALL SELECT 'founder', xmin::text, ctid::text FROM registry.founder
UNION ALL SELECT 'page', xmin::text, ctid::text FROM registry.page
UNION ALL SELECT 'alias', xmin::text, ctid::text FROM registry.page_alias
UNION ALL SELECT 'assignment', xmin::text, ctid::text FROM registry.page_assignment
UNION ALL SELECT 'manager', xmin::text, ctid::text FROM registry.page_manager
UNION ALL SELECT 'import', xmin::text, ctid::text FROM registry.import
UNION ALL SELECT 'rejected', xmin::text, ctid::text FROM ops.rejected
ORDER BY 1, 2, 3
"""


# --- refused as a whole ---------------------------------------------------------------------------------------------


def test_a_cur_export_without_a_region_is_refused(registry: Registry) -> None:
    with pytest.raises(RegistryError, match="--region 59"):
        registry.load([cur(1, "7")])


def test_a_region_that_does_not_exist_is_refused(registry: Registry) -> None:
    with pytest.raises(RegistryError, match="no region 99"):
        registry.load([cur(1, "7")], region="99")


def test_a_file_without_rows_closes_nothing(registry: Registry) -> None:
    registry.load(many(2))
    header_only = registry.folder / "registry.csv"
    header_only.write_text(";".join(full(1)) + "\n")
    with pytest.raises(RegistryError, match="no rows below its header"):
        registry.load_file(header_only, DAY_2, is_forced=True)
    assert len(registry.pages_on("2026-11-23")) == 2


def test_a_file_without_a_good_row_closes_nothing_and_says_what_is_wrong(registry: Registry) -> None:
    registry.load(many(2))
    with pytest.raises(RegistryError, match=r"none of the 2 rows .* row 2: not one of the levels"):
        registry.load(many(2, level="?"), DAY_2, is_forced=True)
    assert len(registry.pages_on("2026-11-23")) == 2
    assert len(registry.rows("SELECT 1 FROM ops.rejected")) == 2


def test_an_import_that_drops_too_many_pages_is_refused_unless_forced(registry: Registry) -> None:
    registry.load(many(20))
    before = registry.state()
    with pytest.raises(RegistryError, match=r"drop 3 of 20 pages, more than the allowed 10%.*--force"):
        registry.load(many(17), DAY_2)
    assert registry.state() == before
    assert registry.load(many(17), DAY_2, is_forced=True).changes["pages_closed"] == 3
    assert registry.rows("SELECT is_forced FROM registry.import ORDER BY import_id")[-1]["is_forced"]


def test_a_tenth_may_be_dropped(registry: Registry) -> None:
    registry.load(many(20))
    assert registry.load(many(18), DAY_2).changes["pages_closed"] == 2


def test_losing_organisations_without_pages_counts_too(registry: Registry) -> None:
    registry.load([full(number) for number in range(1, 11)])
    with pytest.raises(RegistryError, match="drop 2 of 10 organisations"):
        registry.load([full(number) for number in range(1, 9)], DAY_2)


def test_the_allowed_share_is_a_setting_and_a_wrong_one_is_named(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry.load(many(20))
    monkeypatch.setenv("GOSPUB_REGISTRY_MAX_DROP_SHARE", "half")
    with pytest.raises(ConfigurationError, match="GOSPUB_REGISTRY_MAX_DROP_SHARE is «half»"):
        registry.load(many(17), DAY_2)
    monkeypatch.setenv("GOSPUB_REGISTRY_MAX_DROP_SHARE", "0.5")
    assert registry.load(many(17), DAY_2).changes["pages_closed"] == 3


def test_an_import_dated_before_the_last_change_is_refused(registry: Registry) -> None:
    registry.load(many(2), DAY_2)
    with pytest.raises(RegistryError, match="already has changes of 2026-11-23"):
        registry.load(many(3), DAY_1)


def test_a_warehouse_that_is_down_is_told_clearly(tmp_path: Path) -> None:
    path = write(tmp_path / "registry.csv", many(1))
    with pytest.raises(WarehouseError, match="cannot be reached"):
        import_registry("postgresql://nobody@127.0.0.1:1/gospub", path, DAY_1)


# --- rejected rows --------------------------------------------------------------------------------------------------


def test_bad_rows_are_kept_with_row_column_value_and_reason_and_good_ones_load(registry: Registry) -> None:
    report = registry.load([full(1, "vk.com/club1"), full(2, "vk.com/id5"), full(3, level="Район"), full(4)])
    assert (report.rows_count, report.rejected_count) == (4, 2)
    assert report.changes["organisations_added"] == 2
    kept = registry.rows("SELECT row_no, column_name, value, reason, source_name FROM ops.rejected ORDER BY row_no")
    assert [(row["row_no"], row["column_name"], row["value"]) for row in kept] == [
        (3, "pages", "vk.com/id5"),
        (4, "level", "Район"),
    ]
    assert all(row["source_name"].startswith("registry.csv") for row in kept)
    assert report.rejects_path == registry.folder / "rejects" / "registry.csv.rejected.csv"
    with report.rejects_path.open(encoding="utf-8-sig", newline="") as file:
        written = list(csv.DictReader(file, delimiter=";"))
    assert [(row["row"], row["column"], row["value"]) for row in written] == [
        ("3", "pages", "vk.com/id5"),
        ("4", "level", "Район"),
    ]
    assert "a person, not a community" in written[0]["reason"]
    assert "row 3, pages, «vk.com/id5»" in report.text()


def test_the_file_of_rejected_rows_starts_no_formula_in_a_spreadsheet(registry: Registry) -> None:
    report = registry.load([full(1), full(2, level="=cmd|' /C calc'!A0")])
    assert report.rejects_path
    with report.rejects_path.open(encoding="utf-8-sig", newline="") as file:
        [row] = csv.DictReader(file, delimiter=";")
    assert row["value"].startswith("'=cmd")


def test_the_file_of_rejected_rows_goes_when_nothing_is_rejected_any_more(registry: Registry) -> None:
    path = registry.load([full(1), full(2, level="?")]).rejects_path
    assert path
    assert path.exists()
    assert registry.load([full(1), full(2)]).rejects_path is None
    assert not path.exists()


def test_a_folder_that_cannot_be_written_is_a_warning(registry: Registry) -> None:
    (registry.folder / "rejects").write_text("a file where a folder should be")
    report = registry.load([full(1), full(2, level="?")])
    assert report.rejects_path is None
    assert "cannot be written" in report.text()
    assert len(registry.rows("SELECT 1 FROM ops.rejected")) == 1


def test_a_rejected_row_drops_neither_its_organisation_nor_its_pages(registry: Registry) -> None:
    registry.load(many(3))
    damaged = [full(1, "vk.com/club1"), full(2, "vk.com/club2", level="?"), full(3, "vk.com/club3", ogrn="123")]
    report = registry.load(damaged, DAY_2)
    assert report.rejected_count == 2
    assert not report.has_changes
    assert registry.pages_on("2026-11-23") == {ogrn(1): ["1"], ogrn(2): ["2"], ogrn(3): ["3"]}


def test_values_with_nul_bytes_are_kept_without_them(registry: Registry) -> None:
    registry.load([full(1), full(2, organisation_name="Шко\x00ла")])
    assert registry.rows("SELECT value FROM ops.rejected")[0]["value"] == "Школа"


# --- what changes ---------------------------------------------------------------------------------------------------


def test_a_second_import_of_the_same_file_touches_no_row(registry: Registry) -> None:
    rows = [*many(5), full(6, "vk.com/school6 ok.ru/group/6 t.me/school6"), full(7, level="?")]
    assert registry.load(rows).has_changes
    before = registry.rows(ROW_VERSIONS)
    report = registry.load(rows, DAY_2)
    assert not report.has_changes
    assert "Nothing changed" in report.text()
    assert registry.rows(ROW_VERSIONS) == before


def test_a_changed_organisation_closes_one_interval_and_opens_the_next(registry: Registry) -> None:
    registry.load(many(10))
    report = registry.load([full(1, "vk.com/club1", organisation_name="Лицей"), *many(10)[1:]], DAY_2)
    assert {kind for kind, count in report.changes.items() if count} == {"organisations_changed"}
    versions = registry.rows(
        "SELECT v.name, v.valid_from::text, v.valid_to::text FROM registry.organisation_version AS v"
        " INNER JOIN registry.organisation AS o USING (organisation_id) WHERE o.ogrn = %(ogrn)s ORDER BY v.valid_from",
        ogrn=ogrn(1),
    )
    assert [tuple(version.values()) for version in versions] == [
        ("Школа № 1", "2026-11-22", "2026-11-23"),
        ("Лицей", "2026-11-23", "infinity"),
    ]


def test_who_was_obliged_on_a_past_day_can_be_asked(registry: Registry) -> None:
    registry.load([*many(10), full(11, is_obliged="нет"), full(12, exemption_ground="режимный объект")])
    registry.load(
        [*many(9), full(10, "vk.com/club10", is_obliged="нет", exemption_ground=""), full(11), full(12), full(13)],
        DAY_2,
    )
    registry.load([*many(9), full(10, "vk.com/club10", is_obliged="да"), full(11), full(12)], DAY_3)
    obliged = """
    SELECT count(*) AS obliged FROM registry.organisation_version
    WHERE valid_from <= %(day)s AND %(day)s < valid_to AND is_obliged AND exemption_ground IS NULL
    """
    days = ("2026-11-21", "2026-11-22", "2026-11-23", "2026-11-24", "2027-01-01")
    assert [registry.rows(obliged, day=day)[0]["obliged"] for day in days] == [0, 10, 12, 12, 12]


def test_a_page_passes_to_another_organisation(registry: Registry) -> None:
    registry.load(many(10))
    report = registry.load([full(1), full(2, "vk.com/club2 vk.com/club1"), *many(10)[2:]], DAY_2)
    assert (report.changes["pages_moved"], report.changes["pages_closed"]) == (1, 0)
    assert registry.pages_on("2026-11-22")[ogrn(1)] == ["1"]
    assert registry.pages_on("2026-11-23")[ogrn(2)] == ["1", "2"]
    assert ogrn(1) not in registry.pages_on("2026-11-23")


def test_another_spelling_of_a_link_opens_no_interval(registry: Registry) -> None:
    registry.load([full(1, "vk.com/club1")])
    report = registry.load([full(1, "https://vk.ru/public1")], DAY_2)
    assert {kind: count for kind, count in report.changes.items() if count} == {"links_respelt": 1}
    [assignment] = registry.rows("SELECT link, valid_from::text FROM registry.page_assignment")
    assert tuple(assignment.values()) == ("https://vk.ru/public1", "2026-11-22")


def test_managers_come_go_and_are_trained(registry: Registry) -> None:
    registry.load([full(1, managers="Иванова; Петров [2025-01-01]")])
    report = registry.load([full(1, managers="Иванова [2026-11-01]; Сидорова")], DAY_2)
    found = {kind: count for kind, count in report.changes.items() if count}
    assert found == {"managers_added": 1, "managers_changed": 1, "managers_closed": 1}
    trained = """
    SELECT count(*) AS trained FROM registry.page_manager
    WHERE valid_from <= %(day)s AND %(day)s < valid_to AND trained_on IS NOT NULL
    """
    assert [registry.rows(trained, day=day)[0]["trained"] for day in ("2026-11-22", "2026-11-23")] == [1, 1]


def test_a_second_change_on_one_day_replaces_the_first(registry: Registry) -> None:
    registry.load(many(2))
    second = [full(1, "vk.com/club1", organisation_name="Лицей", managers="Новая Н. Н."), full(3, "vk.com/club2")]
    registry.load(second, is_forced=True)
    state = registry.state()
    assert [row["name"] for row in state["version"]] == ["Лицей", "Школа № 3"]
    assert {str(row["valid_to"]) for rows in state.values() for row in rows} == {"9999-12-31"}
    assert registry.pages_on("2026-11-22") == {ogrn(1): ["1"], ogrn(3): ["2"]}


def test_a_wrong_import_put_right_on_the_same_day_leaves_no_trace(registry: Registry) -> None:
    registry.load(many(4))
    before = registry.state()
    registry.load([full(1, "vk.com/club2", organisation_name="?"), full(5, "vk.com/club1")], DAY_2, is_forced=True)
    assert registry.state() != before
    registry.load(many(4), DAY_2, is_forced=True)
    assert registry.state() == before


def test_an_organisation_that_returns_is_the_same_one(registry: Registry) -> None:
    registry.load(many(10))
    registry.load(many(9), DAY_2)
    registry.load(many(10), DAY_3)
    assert len(registry.rows("SELECT 1 FROM registry.organisation")) == 10
    assert [ogrn(10) in registry.pages_on(f"2026-11-{day}") for day in (22, 23, 24)] == [True, False, True]


def test_columns_that_a_file_does_not_have_stay_as_they_are(registry: Registry) -> None:
    registry.load([full(1, "vk.com/club1", phone="1-23", municipality="Пермь")])
    before = registry.state()
    report = registry.load(
        [{key: full(1)[key] for key in ("organisation_name", "ogrn", "level", "region_code")}], DAY_2
    )
    assert not report.has_changes
    assert "no column of pages" in report.text()
    assert registry.state() == before


# --- regions and ЦУР exports ----------------------------------------------------------------------------------------


def test_an_import_for_one_region_closes_nothing_elsewhere(registry: Registry) -> None:
    registry.load([*many(10), *(full(number, f"vk.com/club{number}", region_code="66") for number in range(20, 30))])
    report = registry.load(many(9), DAY_2, region="59")
    assert (report.changes["organisations_closed"], report.changes["pages_closed"]) == (1, 1)
    records = registry.rows("SELECT scope_region_code FROM registry.import ORDER BY import_id")
    assert [record["scope_region_code"] for record in records] == [None, "59"]
    assert len(registry.pages_on("2026-11-23")) == 19


def test_a_cur_export_keeps_what_it_does_not_speak_of(registry: Registry) -> None:
    registry.load([full(1, "vk.com/club1 t.me/school1", phone="1-23")])
    registry.load([cur(1, "2", "vk.com/club2", **{"Сфера 1": "Образование"})], DAY_2, region="59", is_forced=True)
    assert registry.pages_on("2026-11-23") == {ogrn(1): ["2", "@school1"]}
    [version] = registry.rows(
        "SELECT phone, is_pos_connected FROM registry.organisation_version WHERE valid_to = 'infinity'"
    )
    assert tuple(version.values()) == ("1-23", True)
    assert len(registry.rows("SELECT 1 FROM registry.page_manager WHERE valid_to = 'infinity'")) == 2


def test_a_cur_export_in_windows_encoding_with_a_page_a_row_is_read(registry: Registry) -> None:
    path = write(registry.folder / "cur.csv", [cur(1, "7"), cur(1, "8"), cur(2, "", "@school2"), cur(3)])
    path.write_bytes(path.read_text("utf-8").encode("cp1251"))
    report = registry.load_file(path, region="59")
    assert report.changes["organisations_added"] == 3
    assert registry.pages_on("2026-11-22") == {ogrn(1): ["7", "8"], ogrn(2): ["@school2"]}


def test_a_workbook_says_the_same_as_the_csv(registry: Registry) -> None:
    rows = many(3)
    registry.load(rows)
    book = Workbook()
    assert book.active is not None
    book.active.append(list(rows[0]))
    for row in rows:
        book.active.append([int(value) if column == "ogrn" else value for column, value in row.items()])
    book.save(registry.folder / "registry.xlsx")
    assert not registry.load_file(registry.folder / "registry.xlsx", DAY_2).has_changes


def test_imports_that_took_effect_are_on_record(registry: Registry) -> None:
    registry.load([*many(2), full(3, level="?")])
    registry.load([*many(2), full(3, level="?")], DAY_2)
    [record] = registry.rows("SELECT * FROM registry.import")
    assert (record["source_name"], record["rows_count"], record["rejected_count"]) == ("registry.csv", 3, 1)
    assert record["changes"]["pages_added"] == 2
    assert record["scope_region_code"] is None
