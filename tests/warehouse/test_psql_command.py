"""`make psql` on a machine where nothing runs: it starts the server, answers, and leaves it stopped."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.paths import ROOT
from local.postgres import EmbeddedPostgres


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="gospub-", dir="/var/tmp", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o711)
        yield Path(name)


def run(home: Path, module: str, **variables: str) -> subprocess.CompletedProcess[str]:
    env = os.environ | {"GOSPUB_VAR": str(home), "PYTHONPATH": f"{ROOT / 'plugins'}:{ROOT}"} | variables
    command = [sys.executable, "-m", module]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False, timeout=120)


def test_a_wrong_statement_is_a_failure_with_postgres_words(home: Path):
    done = run(home, "local.psql", Q="SELECT no_such_column FROM registry.region")
    assert done.returncode != 0
    assert "no_such_column" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_answer_is_csv_and_the_server_is_left_stopped(home: Path):
    done = run(home, "local.psql", Q="SELECT region_code, current_user FROM registry.region ORDER BY 1 LIMIT 2")
    assert done.stdout == "region_code,current_user\n00,gospub_analyst\n01,gospub_analyst\n"
    assert not EmbeddedPostgres(home / "postgres").answers


def test_an_analyst_changes_nothing(home: Path):
    done = run(home, "local.psql", Q="DELETE FROM registry.region")
    assert done.returncode != 0
    assert "permission denied" in done.stderr


def test_a_running_server_is_used_and_left_running(home: Path):
    with EmbeddedPostgres(home / "postgres", durable=False) as server:
        assert run(home, "local.psql", Q="SELECT 1 AS one").stdout == "one\n1\n"
        assert server.answers


def test_a_running_demo_is_not_forgotten(home: Path):
    with EmbeddedPostgres(home / "postgres", durable=False):
        done = run(home, "local.forget")
        assert done.returncode != 0
        assert "Ctrl-C" in done.stderr


def test_forgetting_removes_what_the_demo_made_and_nothing_else(home: Path):
    (home / "thesis.txt").write_text("precious")
    assert run(home, "local.forget").returncode == 0
    assert [path.name for path in home.iterdir()] == ["thesis.txt"]
