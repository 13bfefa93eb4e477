"""`make psql`: psql on the demo's warehouse as gospub_analyst; with Q="select …" the result as CSV.

Starts the server when it is stopped and leaves it as it was found. PGUSER=postgres (or gospub_loader) chooses a role.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

from gospub.errors import GospubError
from local.postgres import EmbeddedPostgres, PostgresError, demo_server
from local.warehouse import WAREHOUSE, prepare


def run_psql(server: EmbeddedPostgres, statement: str) -> int:
    """Run psql (the server's own, else the system's) and return its exit code."""
    program = shutil.which(server.program("psql")) or shutil.which("psql")
    if program is None:
        raise PostgresError("there is no psql program here: install a PostgreSQL client")
    dsn = server.dsn(WAREHOUSE, os.environ.get("PGUSER", "gospub_analyst"))
    arguments = [program, "--no-psqlrc", "--set=ON_ERROR_STOP=1", dsn]
    if statement:
        arguments[1:1] = ["--csv", "--quiet", f"--command={statement}"]
    return subprocess.run(arguments, check=False).returncode


def main() -> int:
    """Start the server if need be, run psql, leave things as they were."""
    server = demo_server()
    statement = os.environ.get("Q", "").strip()
    try:
        if server.answers:
            return run_psql(server, statement)
        with server:
            prepare(server)
            return run_psql(server, statement)
    except (PostgresError, GospubError, OSError) as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
