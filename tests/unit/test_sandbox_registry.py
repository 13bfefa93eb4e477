"""The example registry names the world's organisations and pages, and the command line is clear about what fails."""

from __future__ import annotations

import csv
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import requests
from openpyxl import load_workbook
from typer.testing import CliRunner

from gospub.registry.links import parse_link
from sandbox.cli import app
from sandbox.links import link
from sandbox.registry import CUR_COLUMNS, FULL_COLUMNS, write_registry
from sandbox.world import NETWORKS, World

FIRST = date(2026, 11, 22)
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def world() -> World:
    return World(1, 700, FIRST)


@pytest.fixture(scope="module")
def folder(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("registry")
    write_registry(world, path)
    return path


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def test_the_registry_has_one_row_an_organisation_with_all_its_pages(world: World, folder: Path):
    rows = read(folder / "registry.csv")
    assert tuple(rows[0]) == FULL_COLUMNS
    assert [row["ogrn"] for row in rows] == [each.ogrn for each in world.organisations]
    assert sum(len(row["pages"].split()) for row in rows) == sum(len(world.pages(network)) for network in NETWORKS)


def test_every_link_leads_to_its_page_and_about_half_are_screen_names(world: World):
    named = 0
    for page in world.vk:
        address = link(world, page)
        name = re.sub(r"^(https?://)?(www\.|m\.)?(vk\.com/|vk\.ru/|@)", "", address).split("?")[0].rstrip("/")
        state = world.truth(page, FIRST).state
        if str(page.native_id) not in name:
            named += 1
            assert world.find(name, FIRST) == page
        elif state != "absent":
            assert world.find(name, FIRST) == page
    assert 0.4 < named / len(world.vk) < 0.6


@pytest.mark.parametrize("network", ["ok", "telegram", "max"])
def test_every_link_in_another_network_is_read_as_its_page(world: World, network: str):
    for page in world.pages(network):
        address = parse_link(link(world, page))
        name = world.truth(page, FIRST).screen_name
        assert (address.platform, address.native_id or address.screen_name) in {
            (network, str(page.native_id)),
            (network, name),
        }


def test_links_come_in_many_spellings(folder: Path):
    text = (folder / "registry.csv").read_text(encoding="utf-8")
    for spelling in ("https://vk.com/", "vk.ru/", "m.vk.com/", ";@", "?from=groups", "?w=wall-", "http://www.vk.com/"):
        assert spelling in text


def test_the_workbook_says_the_same_as_the_csv(folder: Path):
    sheet = load_workbook(folder / "registry.xlsx", read_only=True).active
    rows = [["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
    assert rows[0] == list(FULL_COLUMNS)
    assert rows[1:] == [list(row.values()) for row in read(folder / "registry.csv")]


def test_bad_rows_are_each_bad_in_another_way(folder: Path):
    rows = read(folder / "registry_bad.csv")
    assert len(rows) >= 20
    assert len({tuple(row.values()) for row in rows}) == len(rows)
    ogrns = [row["ogrn"] for row in rows]
    assert len(set(ogrns)) == len(ogrns) - 1, "one OGRN stands twice"


def test_the_regional_export_has_the_regions_organisations_and_numeric_ids(world: World, folder: Path):
    rows = read(folder / "cur_region_59.csv")
    assert tuple(rows[0]) == CUR_COLUMNS
    assert {row["ОГРН"] for row in rows} == {each.ogrn for each in world.organisations if each.region.code == "59"}
    ids = {int(row["ID госпаблика"]) for row in rows if row["ID госпаблика"]}
    assert ids == {page.native_id for page in world.vk if page.organisation.region.code == "59"}


def test_the_command_writes_the_same_files_as_the_world_makes(folder: Path, tmp_path: Path):
    options = ["--seed", "1", "--organisations", "700", "--first-night", "2026-11-22", "--no-xlsx"]
    result = CliRunner().invoke(app, ["registry", "--out", str(tmp_path / "new"), *options])
    assert result.exit_code == 0, result.output
    assert "registry.csv: 700 rows" in result.output.replace("\n", "")
    written = {path.name: path.read_bytes() for path in (tmp_path / "new").iterdir()}
    assert written == {path.name: path.read_bytes() for path in folder.glob("*.csv")}


@pytest.mark.parametrize("latency", ["fast", "4:1", "-1:2", ""])
def test_a_latency_that_is_no_range_is_refused(latency: str):
    result = CliRunner().invoke(app, ["serve", "--port", "0", "--execute-latency", latency])
    assert result.exit_code == 2
    assert "LOW:HIGH" in result.output


def test_a_taken_port_is_told_with_its_number():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        result = CliRunner().invoke(app, ["serve", "--port", port, "--organisations", "1"])
    assert result.exit_code == 1
    assert port in result.output
    assert "Traceback" not in result.output


@pytest.fixture
def serving() -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "sandbox", "serve", "--port", "0", "--organisations", "5"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    yield process
    process.kill()
    process.communicate()


def test_serve_says_when_it_is_ready_answers_and_ends_on_ctrl_c(serving: subprocess.Popen[str]):
    assert serving.stdout
    line = serving.stdout.readline()
    address = re.search(r"http://127\.0\.0\.1:\d+", line)
    assert address, line
    health = requests.get(f"{address[0]}/sandbox/health", timeout=30).json()
    assert (health["ready"], health["organisations"]) == (True, 5)
    serving.send_signal(signal.SIGINT)
    rest = serving.communicate(timeout=30)[0]
    assert "Traceback" not in rest
