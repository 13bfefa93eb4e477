"""`import-registry` as an operator types it."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from gospub.cli import app
from gospub.warehouse.connection import connected, query
from tests.warehouse.registry_files import cur, full, write


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["import-registry", *arguments])


@pytest.fixture(autouse=True)
def _dsn(loader_dsn: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOSPUB_DSN", loader_dsn)


def test_without_a_warehouse_it_says_which_setting_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GOSPUB_DSN")
    done = run(str(write(tmp_path / "registry.csv", [full(1)])))
    assert done.exit_code == 1
    assert "GOSPUB_DSN is not set" in done.stderr


def test_a_file_that_is_not_there_is_an_error_without_a_traceback(tmp_path: Path) -> None:
    done = run(str(tmp_path / "nowhere.csv"))
    assert done.exit_code == 1
    assert "nowhere.csv cannot be read" in done.stderr
    assert "Traceback" not in done.output


def test_a_cur_export_needs_its_region(tmp_path: Path) -> None:
    path = str(write(tmp_path / "cur.csv", [cur(1, "7")]))
    assert "--region 59" in run(path).stderr
    done = run(path, "--region", "59")
    assert done.exit_code == 0
    assert "pages added: 1" in done.output


def test_what_was_done_and_what_was_rejected_is_told(tmp_path: Path, loader_dsn: str) -> None:
    path = str(write(tmp_path / "registry.csv", [full(1, "vk.com/club1"), full(2, "vk.com/id1")]))
    done = run(path, "--rejects", str(tmp_path / "rejects"))
    assert done.exit_code == 0
    assert "2 rows, 1 good, 1 rejected" in done.output
    assert (tmp_path / "rejects" / "registry.csv.rejected.csv").exists()
    with connected(loader_dsn) as connection:
        assert query(connection, "SELECT count(*) AS pages FROM registry.page")[0]["pages"] == 1


def test_force_overrides_the_guard_against_mass_removal(tmp_path: Path) -> None:
    path = tmp_path / "registry.csv"
    assert run(str(write(path, [full(1, "vk.com/club1"), full(2, "vk.com/club2")]))).exit_code == 0
    refused = run(str(write(path, [full(1, "vk.com/club1")])))
    assert (refused.exit_code, "--force" in refused.stderr) == (1, True)
    assert run(str(path), "--force").exit_code == 0
