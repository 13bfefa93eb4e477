"""The embedded server: heals what a crash leaves, refuses what it cannot use, ends with its owner."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from local.children import wait_until
from local.leftovers import marked
from local.postgres import EmbeddedPostgres, PostgresError

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def place() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="gospub-", dir="/var/tmp", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o711)
        yield Path(name)


def ask(server: EmbeddedPostgres, statement: str) -> object:
    connection = psycopg2.connect(server.dsn("postgres"))
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchone()[0] if cursor.description else None
    finally:
        connection.close()


def test_a_second_owner_is_refused_and_told_who_has_it(place: Path):
    with EmbeddedPostgres(place / "pg", durable=False), pytest.raises(PostgresError, match=f"process {os.getpid()}"):
        EmbeddedPostgres(place / "pg").start()


def test_data_of_another_version_are_refused_with_the_cure(place: Path):
    server = EmbeddedPostgres(place / "pg")
    server.data.mkdir(parents=True)
    (server.data / "PG_VERSION").write_text("9.6\n")
    with pytest.raises(PostgresError, match=r"made by PostgreSQL 9\.6.*clean-state"):
        server.start()
    assert not server.answers


def test_a_directory_that_is_no_database_is_refused_and_left_alone(place: Path):
    server = EmbeddedPostgres(place / "pg")
    server.data.mkdir(parents=True)
    (server.data / "thesis.txt").write_text("precious")
    with pytest.raises(PostgresError, match="not a Postgres data directory"):
        server.start()
    assert (server.data / "thesis.txt").read_text() == "precious"


def test_a_half_made_data_directory_is_made_anew(place: Path):
    server = EmbeddedPostgres(place / "pg", durable=False)
    (server.home / "data.partial").mkdir()
    (server.home / "data.partial" / "PG_VERSION").write_text("18")
    with server:
        assert ask(server, "SELECT 1") == 1


def test_a_pid_file_that_names_a_strangers_process_does_not_stop_a_start(place: Path):
    server = EmbeddedPostgres(place / "pg", durable=False)
    with server:
        stale = (server.data / "postmaster.pid").read_text().splitlines()
    stale[0] = str(os.getpid())
    (server.data / "postmaster.pid").write_text("\n".join(stale) + "\n")
    with server:
        assert server.answers


def test_committed_rows_outlive_a_crash(place: Path):
    with EmbeddedPostgres(place / "pg") as server:
        ask(server, "CREATE TABLE kept AS SELECT 42 AS answer")
        server.crash()
        assert not server.answers
        server.start()
        assert ask(server, "SELECT answer FROM kept") == 42


def test_a_path_too_long_for_a_socket_gets_a_short_one(place: Path):
    long = place / ("very-long-name-" * 8) / "pg"
    with EmbeddedPostgres(long, durable=False) as server:
        assert len(os.fsencode(server.sockets)) < 100
        assert ask(server, "SELECT 1") == 1
    server.sockets.rmdir()
    server.sockets.parent.rmdir()


def test_nobody_else_can_reach_the_socket_and_no_port_is_open(place: Path):
    with EmbeddedPostgres(place / "pg", durable=False) as server:
        assert server.sockets.stat().st_mode & 0o077 == 0
        assert ask(server, "SHOW listen_addresses") == ""


def test_the_server_ends_when_its_owner_is_killed(place: Path):
    script = f"""
        import time
        from pathlib import Path
        from local.postgres import EmbeddedPostgres
        EmbeddedPostgres(Path({str(place / "pg")!r}), durable=False).start()
        print("up", flush=True)
        time.sleep(600)
    """
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    owner = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script)], stdout=subprocess.PIPE, text=True, env=env
    )
    assert owner.stdout is not None
    assert owner.stdout.readline() == "up\n"
    server = EmbeddedPostgres(place / "pg", durable=False)
    assert server.answers
    owner.send_signal(signal.SIGKILL)
    owner.wait()
    assert wait_until(lambda: not (server.data / "postmaster.pid").exists(), seconds=30)
    with server:
        assert server.answers


def test_processes_of_a_killed_demo_are_found_by_their_mark(place: Path):
    sleeper = subprocess.Popen(["sleep", "600"], env=os.environ | {"GOSPUB_STACK": str(place)})
    try:
        assert wait_until(lambda: [found.pid for found in marked(place)] == [sleeper.pid], seconds=10)
        assert list(marked(place / "other")) == []
    finally:
        sleeper.kill()
        sleeper.wait()
