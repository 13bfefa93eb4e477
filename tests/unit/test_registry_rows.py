"""Rows of registry files: each bad one names its column, value and reason; good ones become organisations."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gospub.errors import RegistryError
from gospub.registry.cells import Manager, NamedPage
from gospub.registry.claims import settle, united
from gospub.registry.formats import CUR, FULL, recognise
from gospub.registry.links import PageLink
from gospub.registry.rows import MAX_CELL_CHARACTERS, Organisation, Reading, read_row
from gospub.registry.workbook import FORMULA
from tests.warehouse.registry_files import cur, full, ogrn

TODAY = date(2026, 11, 22)


def read(row: Mapping[str, str], region: str | None = None, number: int = 2) -> Reading:
    return read_row(number, list(row.values()), recognise(list(row), "registry.csv"), region, TODAY)


def good(row: Mapping[str, str], region: str | None = None, number: int = 2) -> Organisation:
    reading = read(row, region, number)
    assert not reading.rejections
    assert reading.organisation
    return reading.organisation


FULL_FAULTS = [
    ({"organisation_name": " "}, "organisation_name", "has to be there"),
    ({"ogrn": ""}, "ogrn", "no ОГРН"),
    ({"ogrn": "1,02590E+12"}, "ogrn", "format the column as text"),
    ({"level": ""}, "level", "has to be there"),
    ({"level": "Район"}, "level", "not one of the levels"),
    ({"region_code": "Пермский край"}, "region_code", "two digits"),
    ({"region_code": ""}, "region_code", "has to be there"),
    ({"managers": "Иванова [2025-02-30]"}, "managers", "is not a date"),
    ({"managers": "Иванова [скоро]"}, "managers", "is not a date"),
    ({"managers": "Иванова [2027-01-01]"}, "managers", "lies in the future"),
    ({"managers": "[2025-03-14]"}, "managers", "write managers as"),
    ({"pages": "vk.com/club1 vk.com/id1"}, "pages", "a person"),
    ({"pages": FORMULA}, "pages", "a formula"),
    ({"organisation_name": "Школа\x00"}, "organisation_name", "control characters"),
    ({"organisation_name": "я" * (MAX_CELL_CHARACTERS + 1)}, "organisation_name", "longer than"),
    ({"is_obliged": "наверное"}, "is_obliged", "neither «да» nor «нет»"),
    ({"pos_connected": "может быть"}, "pos_connected", "neither «да» nor «нет»"),
]

CUR_FAULTS = [
    ({"ID госпаблика": "club1"}, "ID госпаблика", "is a number"),
    ({"ID госпаблика": "2", "Ссылка на госпаблик ВК": "vk.com/club1"}, "Ссылка на госпаблик ВК", "the link says 1"),
    ({"Ссылка на госпаблик ВК": "t.me/school5"}, "Ссылка на госпаблик ВК", "not an address in VK"),
    ({"Ссылка на госпаблик ВК": "vk.com/id5"}, "Ссылка на госпаблик ВК", "a person"),
    ({"Госметка (да/нет)": "85"}, "Госметка (да/нет)", "neither «да» nor «нет»"),
]


@pytest.mark.parametrize(("change", "column", "reason"), FULL_FAULTS)
def test_a_bad_cell_of_the_full_format_rejects_its_row(change: dict[str, str], column: str, reason: str) -> None:
    [rejection] = read(full(5, **change)).rejections
    assert (rejection.row_no, rejection.column) == (2, column)
    assert reason in rejection.reason
    assert rejection.value in (change[column], "(formula)")


@pytest.mark.parametrize(("change", "column", "reason"), CUR_FAULTS)
def test_a_bad_cell_of_a_cur_export_rejects_its_row(change: dict[str, str], column: str, reason: str) -> None:
    [rejection] = read(cur(5, **change), "59").rejections
    assert rejection.column == column
    assert reason in rejection.reason


def test_a_row_tells_all_that_is_wrong_with_it() -> None:
    rejections = read(full(5, ogrn="1", level="x", pages="vk.com/id1")).rejections
    assert [rejection.column for rejection in rejections] == ["ogrn", "pages", "level"]


def test_a_row_with_more_cells_than_headers_is_rejected_and_one_with_fewer_is_not() -> None:
    row = full(5, "vk.com/club1")
    layout = recognise(list(row), "registry.csv")
    [rejection] = read_row(2, [*row.values(), "extra"], layout, None, TODAY).rejections
    assert "more cells than headers" in rejection.reason
    shorter = read_row(2, list(row.values())[:-1], layout, None, TODAY)
    assert shorter.organisation
    assert shorter.organisation.pages == ()


def test_a_row_of_another_region_is_rejected_when_the_file_speaks_for_one() -> None:
    [rejection] = read(full(5, region_code="66"), "59").rejections
    assert "outside of the region 59" in rejection.reason


@pytest.mark.parametrize(
    ("header", "missing"),
    [
        (["organisation_name", "ogrn"], "level, region_code"),
        (["ОГРН", "Уровень"], "Наименование подведомственной организации"),
        (["Фамилия", "Имя"], "organisation_name, ogrn, level, region_code"),
    ],
)
def test_missing_columns_are_named(header: list[str], missing: str) -> None:
    with pytest.raises(RegistryError, match=f"lacks the columns? {missing}.*docs/registry.md"):
        recognise(header, "registry.csv")


def test_a_column_that_stands_twice_is_refused() -> None:
    with pytest.raises(RegistryError, match="the column ogrn more than once"):
        recognise([*full(1), "OGRN "], "registry.csv")


def test_headers_are_known_by_their_words_not_by_case_or_spaces() -> None:
    layout = recognise([f"  {header.upper()}\n" for header in cur(1)], "registry.csv")
    assert layout.format == CUR
    assert layout.page_platforms == ["vk"]
    assert "managers" in layout.silent


def test_unknown_columns_are_reported() -> None:
    layout = recognise([*full(1), "цвет"], "registry.csv")
    assert layout.format == FULL
    assert layout.unknown == ("цвет",)


def test_a_full_row_becomes_an_organisation() -> None:
    organisation = good(
        full(
            5,
            "vk.com/club1 https://t.me/school5, ok.ru/group/7",
            organisation_name=" Школа \n № 5 ",
            level="узкоспециальные",
            region_code="1",
            exemption_ground="режимный объект",
            is_obliged="Нет",
        )
    )
    assert organisation.name == "Школа № 5"
    assert (organisation.level, organisation.region_code) == ("Узкоспециальные", "01")
    assert (organisation.is_obliged, organisation.exemption_ground) == (False, "режимный объект")
    assert organisation.managers == (Manager("Иванова А. А.", date(2025, 3, 14)), Manager("Петров П. П.", None))
    assert [page.link.platform for page in organisation.pages] == ["vk", "telegram", "ok"]
    assert organisation.is_pos_connected is None


@pytest.mark.parametrize("nothing", ["", "-", "—", "нет", "Отсутствует"])
def test_words_that_mean_nothing_mean_no_page_no_manager_and_no_exemption(nothing: str) -> None:
    organisation = good(full(5, nothing, exemption_ground=nothing, managers=nothing))
    assert (organisation.pages, organisation.managers, organisation.exemption_ground) == ((), (), None)


@pytest.mark.parametrize(
    ("native_id", "link", "expected"),
    [
        ("", "", []),
        ("-7", "", [("7", None)]),
        ("7.0", "нет", [("7", None)]),
        ("", "@School5", [(None, "school5")]),
        ("7", "vk.com/school5", [("7", "school5")]),
        ("7", "vk.ru/public7", [("7", None)]),
    ],
)
def test_a_cur_row_names_its_page_by_id_by_link_or_by_both(
    native_id: str, link: str, expected: list[tuple[str | None, str | None]]
) -> None:
    pages = good(cur(5, native_id, link), "59").pages
    assert [(page.link.native_id, page.link.screen_name) for page in pages] == expected


def test_a_manager_named_twice_counts_once_with_the_latest_training() -> None:
    managers = good(full(5, managers="Иванова [2025-01-01]; Петров; Иванова; Иванова [2024-01-01]")).managers
    assert managers == (Manager("Иванова", date(2025, 1, 1)), Manager("Петров", None))


def settled(rows: list[dict[str, str]], known: Mapping[tuple[str, str], str] | None = None) -> list[Reading]:
    layout = recognise(list(rows[0]), "registry.csv")
    region = "59" if layout.format == CUR else None
    organisations = [good(row, region, number) for number, row in enumerate(rows, start=2)]
    return settle(organisations, layout, {"59", "66"}, known or {})


def reasons(readings: list[Reading]) -> list[str | None]:
    return [reading.rejections[0].reason if reading.rejections else None for reading in readings]


def test_the_second_row_with_one_ogrn_is_rejected() -> None:
    assert reasons(settled([full(5), full(6), full(5)])) == [None, None, "row 2 has the same ОГРН"]


def test_a_region_that_does_not_exist_is_rejected() -> None:
    assert reasons(settled([full(5, region_code="99")])) == ["no region has this code"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("vk.com/club1", "@public1"),
        ("vk.com/school", "m.vk.com/SCHOOL?w=1"),
        ("vk.com/known", "vk.com/club77"),
        ("vk.com/club77", "vk.com/known"),
    ],
)
def test_a_page_claimed_by_two_organisations_stays_with_the_first(first: str, second: str) -> None:
    readings = settled([full(5, first), full(6, second)], {("vk", "known"): "77"})
    assert reasons(readings) == [None, "row 2 claims the same page"]


def test_two_spellings_of_one_page_in_a_row_are_one_page() -> None:
    [reading] = settled([full(5, "vk.com/club1 vk.ru/public1 vk.com/known vk.com/club77")], {("vk", "known"): "77"})
    assert reading.organisation
    assert [page.spelling for page in reading.organisation.pages] == ["vk.com/club1", "vk.com/known"]


def test_an_id_beside_a_name_claims_both() -> None:
    readings = settled(
        [cur(5, "7", "vk.com/school5"), cur(6, "", "vk.com/school5"), cur(8, "7"), cur(9, "8", "@school5")]
    )
    assert reasons(readings) == [None, *["row 2 claims the same page"] * 3]


def test_a_cur_export_gives_an_organisation_several_pages_in_several_rows() -> None:
    readings = settled([cur(5, "7"), cur(6, "8"), cur(5, "9")])
    assert reasons(readings) == [None, None, None]
    organisations = united(reading.organisation for reading in readings if reading.organisation)
    pages = {o.ogrn: [page.link.native_id for page in o.pages] for o in organisations}
    assert pages == {ogrn(5): ["7", "9"], ogrn(6): ["8"]}


def test_rows_of_a_cur_export_that_contradict_or_only_repeat_are_rejected() -> None:
    readings = settled([cur(5, "7"), cur(5, "9", Уровень="Регион"), cur(5), cur(5, "7")])
    assert reasons(readings) == [
        None,
        "row 2 has the same ОГРН and says otherwise of the organisation",
        "row 2 has the same ОГРН and this one adds no page",
        "row 2 claims the same page",
    ]


@given(st.lists(st.text(), min_size=1, max_size=12))
def test_no_row_whatever_is_lost_it_is_an_organisation_or_rejected(values: list[str]) -> None:
    reading = read_row(9, values, recognise(list(full(1)), "registry.csv"), None, TODAY)
    assert (reading.organisation is None) == bool(reading.rejections)
    assert all(rejection.row_no == 9 and rejection.reason for rejection in reading.rejections)


@given(st.lists(st.tuples(st.integers(1, 6), st.lists(st.integers(1, 6), max_size=3)), max_size=12))
def test_however_rows_quarrel_each_ogrn_and_each_page_is_granted_once(rows: list[tuple[int, list[int]]]) -> None:
    layout = recognise(list(full(1)), "registry.csv")
    spelling = "vk.com/club{}".format
    organisations = [
        good(full(number, " ".join(map(spelling, pages))), number=row_no)
        for row_no, (number, pages) in enumerate(rows, 2)
    ]
    readings = settle(organisations, layout, {"59"}, {})
    granted = [reading.organisation for reading in readings if reading.organisation]
    links = [page.link for organisation in granted for page in organisation.pages]
    assert len(readings) == len(rows)
    assert len({organisation.ogrn for organisation in granted}) == len(granted)
    assert len(set(links)) == len(links)
    assert all(isinstance(page, NamedPage) and isinstance(page.link, PageLink) for o in granted for page in o.pages)
