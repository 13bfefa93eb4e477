"""The example registry of a world: the full format, bad rows apart, and one region as a ЦУР exports it."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from sandbox.links import link
from sandbox.organisations import Organisation
from sandbox.page_truth import PageTruth
from sandbox.pages import Page
from sandbox.registry_bad import bad_rows
from sandbox.world import NETWORKS, World

FULL_COLUMNS = (
    "organisation_name", "ogrn", "founder_name", "level", "sphere_1", "sphere_2", "sphere_3", "region_code",
    "municipality", "is_obliged", "exemption_ground", "pos_connected", "managers", "address", "phone", "email", "site",
    "pages",
)  # fmt: skip
# The columns of a regional centre's export; it has no region column.
CUR_COLUMNS = (
    "Уровень", "Учредитель", "Наименование подведомственной организации",
    "Официальная страница не ведется на основании", "ОГРН", "Сфера 1", "Сфера 2", "Сфера 3", "Статус", "ID госпаблика",
    "Ссылка на госпаблик ВК", "Адрес, указанный в настройках страницы",
    "Подключение к компоненту «Госпаблики» (да/нет)", "Госметка (да/нет)", "Оформление (%)", "Виджеты (0/1/2)",
    "Активность (%)", "Количество подписчиков", "Общий охват аудитории за неделю",
    "Средний охват одной публикации",
)  # fmt: skip


def write_registry(
    world: World, folder: Path, cur_region: str = "59", xlsx: bool = True, only: str | None = None
) -> dict[Path, int]:
    """Write registry.csv (and .xlsx), registry_bad.csv and cur_region_NN.csv; return each file's number of rows.

    With `only` a network, registry.csv holds the organisations that have a page there, and no other pages.
    """
    folder.mkdir(parents=True, exist_ok=True)
    rows = list(_full_rows(world, only))
    written = {
        _write_csv(folder / "registry.csv", FULL_COLUMNS, rows): len(rows),
        _write_csv(folder / "registry_bad.csv", FULL_COLUMNS, bad := bad_rows(rows[0], FULL_COLUMNS)): len(bad),
    }
    cur = list(_cur_rows(world, cur_region))
    written[_write_csv(folder / f"cur_region_{cur_region}.csv", CUR_COLUMNS, cur)] = len(cur)
    if xlsx:
        written[_write_xlsx(folder / "registry.xlsx", FULL_COLUMNS, rows)] = len(rows)
    return written


def _full_rows(world: World, only: str | None) -> Iterator[list[str]]:
    """One row an organisation, with its pages in all networks, or in one if it has any there."""
    networks = [world.pages_of(network) for network in ([only] if only else NETWORKS)]
    for organisation in world.organisations:
        own = [page for pages in networks for page in pages.get(organisation.index, [])]
        if own or not only:
            yield _full_row(organisation, [link(world, page) for page in own])


def _full_row(organisation: Organisation, links: Iterable[str]) -> list[str]:
    managers = (f"{each.name} [{each.trained_on}]" if each.trained_on else each.name for each in organisation.managers)
    return [
        organisation.name, organisation.ogrn, organisation.founder_name or "", organisation.level,
        *_three(organisation.spheres), organisation.region.code, organisation.municipality or "",
        _yes_no(organisation.is_obliged), organisation.exemption_ground or "", _yes_no(organisation.pos_connected),
        "; ".join(managers), organisation.address, organisation.phone, organisation.email, organisation.site,
        " ".join(links),
    ]  # fmt: skip


def _cur_rows(world: World, region_code: str) -> Iterator[list[str]]:
    """One row a page, and one for each organisation without a page."""
    pages = world.pages_of("vk")
    for organisation in world.organisations:
        if organisation.region.code == region_code:
            own: list[Page | None] = [*pages.get(organisation.index, [])]
            for page in own or [None]:
                truth = world.truth(page, world.first_night) if page else None
                yield _cur_row(organisation, truth, link(world, page) if page else "")


def _cur_row(organisation: Organisation, truth: PageTruth | None, address: str) -> list[str]:
    number = str(truth.page.number) if truth else ""
    members = str(truth.members_count) if truth and truth.members_count is not None else ""
    widgets = str(min(2, sum("pos.gosuslugi.ru" in item.url for item in truth.menu))) if truth else ""
    return [
        organisation.level, organisation.founder_name or "", organisation.name, organisation.exemption_ground or "",
        organisation.ogrn, *_three(organisation.spheres), "Действующая", number, address,
        (truth.address if truth else None) or "", _yes_no(organisation.pos_connected),
        _yes_no(truth.is_government_organization) if truth else "", "80" if truth else "", widgets,
        "100" if truth else "", members, "", "",
    ]  # fmt: skip


def _three(spheres: Sequence[str]) -> list[str]:
    return [*spheres, "", "", ""][:3]


def _yes_no(value: bool | None) -> str:
    return {True: "да", False: "нет", None: ""}[value]


def _write_csv(path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";", lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)
    return path


def _write_xlsx(path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Path:
    from openpyxl import Workbook

    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet("Реестр")
    for row in (columns, *rows):
        sheet.append(list(row))
    workbook.save(path)
    return path
