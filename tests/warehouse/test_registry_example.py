"""The example registry of the sandbox, as the demo imports it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from sandbox.registry import write_registry
from sandbox.world import NETWORKS, World
from tests.warehouse.registry_files import DAY_2, Registry


@pytest.fixture(scope="module")
def world() -> World:
    return World(1, 400, date(2026, 11, 22))


@pytest.fixture(scope="module")
def files(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("example")
    write_registry(world, folder, cur_region="77")
    return folder


@pytest.fixture
def registry(loader_dsn: str, tmp_path: Path) -> Registry:
    return Registry(loader_dsn, tmp_path)


def test_every_planted_fault_is_rejected_and_the_good_rows_beside_them_load(registry: Registry, files: Path) -> None:
    report = registry.load_file(files / "registry_bad.csv")
    assert report.rows_count - report.rejected_count == report.changes["organisations_added"] == 2
    assert len(registry.rows("SELECT DISTINCT row_no FROM ops.rejected")) == report.rejected_count
    names = {row["name"] for row in registry.rows("SELECT name FROM registry.organisation_version")}
    assert names == {"Хорошая организация", "Страница, которой нет"}


def test_every_organisation_and_page_of_the_world_is_there_once(registry: Registry, world: World, files: Path) -> None:
    report = registry.load_file(files / "registry.csv")
    assert report.rejected_count == 0
    assert report.changes["organisations_added"] == len(world.organisations)
    assert report.changes["pages_added"] == sum(len(world.pages(network)) for network in NETWORKS)


def test_the_workbook_and_the_cur_export_change_no_interval_after_the_csv(registry: Registry, files: Path) -> None:
    registry.load_file(files / "registry.csv")
    before = registry.state()
    assert not registry.load_file(files / "registry.xlsx", DAY_2).has_changes
    report = registry.load_file(files / "cur_region_77.csv", DAY_2, region="77")
    assert {kind for kind, count in report.changes.items() if count} == {"names_resolved"}
    assert registry.state() == before
