"""`make demo` as a user runs it: real Airflow, a small world, consecutive nights, a second start, no process left."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import requests

from local.children import wait_until
from local.leftovers import end_leftovers, marked
from local.paths import ROOT
from local.ports import free_port

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]
ORGANISATIONS = 300
SECRETS = ("user-demo-", "ok-demo-", "SECRETEXAMPLE", "max-demo-")


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="gospub-", dir="/var/tmp", ignore_cleanup_errors=True) as name:
        place = Path(name)
        place.chmod(0o711)
        yield place
        end_leftovers(place)


def command(home: Path, *, nights: int, organisations: int = ORGANISATIONS, port: int | None = None) -> list[str]:
    """The command line of `make demo` with its state in `home`."""
    settings = [f"NIGHTS={nights}", f"ORGANISATIONS={organisations}", f"PORT={port or free_port()}"]
    return ["env", f"GOSPUB_VAR={home}", "make", "--no-print-directory", "demo", *settings]


def demo(home: Path, *, nights: int, organisations: int = ORGANISATIONS, port: int | None = None):
    """Run `make demo EXIT=1` to its end; output and errors together."""
    return subprocess.run(
        [*command(home, nights=nights, organisations=organisations, port=port), "EXIT=1"],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=1100,
        check=False,
    )


@contextmanager
def demo_in_background(home: Path, until: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Start `make demo`, read what it prints up to a line that has `until` in it, and give process and output."""
    process = subprocess.Popen(
        command(home, nights=1),
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    printed = []
    try:
        for line in process.stdout:
            printed.append(line)
            if until in line:
                break
        yield process, "".join(printed)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def ask(home: Path, statement: str) -> list[str]:
    """Ask the demo's warehouse through `make psql`; the rows as CSV lines."""
    env = os.environ | {"GOSPUB_VAR": str(home), "Q": statement}
    done = subprocess.run(
        ["make", "--no-print-directory", "psql"], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[1:]


def published(home: Path) -> list[str]:
    """Dates that all four networks have published."""
    whole = "SELECT snapshot_date FROM ops.night GROUP BY 1 HAVING count(published_at) = 4 ORDER BY 1"
    return ask(home, whole)


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
        SELECT plan.snapshot_date, plan.platform, count(*), count(day.outcome)
        FROM ops.crawl_plan AS plan
        LEFT JOIN history.page_day AS day USING (snapshot_date, page_id)
        GROUP BY 1, 2 ORDER BY 1, 2
    """
    rows = [line.split(",") for line in ask(home, statement)]
    assert {platform for _, platform, _, _ in rows} == {"vk", "ok", "telegram", "max"}
    assert len(rows) >= 3 * 4
    assert all(planned == told != "0" for _, _, planned, told in rows)


def test_a_second_start_goes_on_with_the_next_night(home: Path):
    before = published(home)
    done = demo(home, nights=1)
    assert done.returncode == 0, done.stdout[-6000:]
    after = published(home)
    assert after[:-1] == before
    assert after[-1] > before[-1]
    assert "installing" not in done.stdout


def test_ctrl_c_stops_everything(home: Path):
    with demo_in_background(home, until="Ctrl-C stops everything") as (process, printed):
        url = re.search(r"http://127\.0\.0\.1:\d+", printed)
        assert url is not None, printed
        assert requests.get(url.group(), timeout=30).ok
        os.killpg(process.pid, signal.SIGINT)
        process.wait(timeout=120)
    assert list(marked(home)) == []
    with pytest.raises(requests.ConnectionError):
        requests.get(url.group(), timeout=5)


def test_a_demo_killed_in_the_middle_of_a_night_takes_that_night_up_again(home: Path):
    before = published(home)
    with demo_in_background(home, until="crawl_shard"):
        pass  # killed on leaving, with everything in its process group
    assert wait_until(lambda: not list(marked(home)), seconds=60)
    (opened,) = ask(home, "SELECT max(snapshot_date) FROM ops.night")
    assert opened not in before
    done = demo(home, nights=1)
    assert done.returncode == 0, done.stdout[-6000:]
    assert published(home) == [*before, opened]


def test_another_world_size_is_refused_with_the_cure(home: Path):
    done = demo(home, nights=1, organisations=ORGANISATIONS + 1)
    assert done.returncode != 0
    assert f"ORGANISATIONS={ORGANISATIONS}" in done.stdout
    assert "clean-state" in done.stdout
    assert "Traceback" not in done.stdout


def test_no_token_and_no_password_is_in_a_log_or_the_warehouse(home: Path):
    logs = [path for path in home.rglob("*.log") if path.is_file()]
    assert logs
    said = {path: path.read_text(errors="replace") for path in logs}
    assert [path for path, text in said.items() if any(secret in text for secret in SECRETS)] == []
    kept = "\n".join(ask(home, "SELECT to_jsonb(t)::text FROM ops.token AS t"))
    assert kept
    assert not any(secret in kept for secret in SECRETS)
