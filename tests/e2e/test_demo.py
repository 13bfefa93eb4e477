"""`make demo` as a user runs it: real Airflow, a small world, consecutive nights, a second start, no process left."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.leftovers import end_leftovers, marked
from local.paths import ROOT
from local.ports import free_port

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]
ORGANISATIONS = 300


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="gospub-", dir="/var/tmp", ignore_cleanup_errors=True) as name:
        place = Path(name)
        place.chmod(0o711)
        yield place
        end_leftovers(place)


def demo(home: Path, *, nights: int, organisations: int = ORGANISATIONS, port: int | None = None, exits: str = "1"):
    """Run `make demo` to its end with its state in `home`; output and errors together."""
    settings = [f"NIGHTS={nights}", f"ORGANISATIONS={organisations}", f"PORT={port or free_port()}", f"EXIT={exits}"]
    env = os.environ | {"GOSPUB_VAR": str(home)}
    return subprocess.run(
        ["make", "--no-print-directory", "demo", *settings],
        cwd=ROOT,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=1100,
        check=False,
    )


def ask(home: Path, statement: str) -> list[str]:
    """Ask the demo's warehouse through `make psql`; the rows as CSV lines."""
    env = os.environ | {"GOSPUB_VAR": str(home), "Q": statement}
    done = subprocess.run(
        ["make", "--no-print-directory", "psql"], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[1:]


def published(home: Path) -> list[str]:
    return ask(home, "SELECT snapshot_date FROM ops.night WHERE published_at IS NOT NULL ORDER BY 1")


def test_a_taken_port_is_named_with_the_cure(home: Path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = demo(home, nights=1, port=port)
    assert done.returncode != 0
    assert f"port {port} is taken" in done.stdout
    assert "PORT=" in done.stdout
    assert "Traceback" not in done.stdout


def test_three_nights_run_and_things_happen_in_them(home: Path):
    done = demo(home, nights=3)
    assert done.returncode == 0, done.stdout[-6000:]
    assert len(published(home)) == 3
    assert "Top regions" in done.stdout
    assert re.search(r"http://127\.0\.0\.1:\d+ +\(login admin", done.stdout)
    rules = set(ask(home, "SELECT DISTINCT rule FROM alerts.alert"))
    assert {"lost_mark", "page_gone", "silent_7_days", "organisation_without_page"} <= rules
    assert list(marked(home)) == []


def test_every_page_of_every_published_night_has_one_outcome(home: Path):
    statement = """
        SELECT plan.snapshot_date, count(*), count(day.outcome)
        FROM ops.crawl_plan AS plan
        LEFT JOIN history.page_day AS day USING (snapshot_date, page_id)
        GROUP BY 1 ORDER BY 1
    """
    rows = [line.split(",") for line in ask(home, statement)]
    assert len(rows) >= 3
    assert all(planned == told != "0" for _, planned, told in rows)


def test_a_second_start_goes_on_with_the_next_night(home: Path):
    before = published(home)
    done = demo(home, nights=1)
    assert done.returncode == 0, done.stdout[-6000:]
    after = published(home)
    assert after[:-1] == before
    assert after[-1] > before[-1]
    assert "installing" not in done.stdout


def test_another_world_size_is_refused_with_the_cure(home: Path):
    done = demo(home, nights=1, organisations=ORGANISATIONS + 1)
    assert done.returncode != 0
    assert f"ORGANISATIONS={ORGANISATIONS}" in done.stdout
    assert "clean-state" in done.stdout
    assert "Traceback" not in done.stdout


def test_no_token_and_no_password_is_in_a_log_or_the_warehouse(home: Path):
    logs = [path for path in home.rglob("*.log") if path.is_file()]
    assert logs
    assert [path for path in logs if "user-demo-" in path.read_text(errors="replace")] == []
    assert ask(home, "SELECT count(*) FROM ops.token WHERE fingerprint LIKE 'user-%' OR reason LIKE '%user-demo%'") == [
        "0"
    ]
