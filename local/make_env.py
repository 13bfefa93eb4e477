"""`python3 -m local.make_env`: write .env for docker-compose.yaml with fresh passwords and keys, readable by you alone.

Needs nothing but Python. An existing file is kept: its passwords are those of the databases.
"""

from __future__ import annotations

import argparse
import secrets
import sys
from pathlib import Path

from local.passwords import new_secrets, write_private
from local.paths import ROOT
from local.sandbox_connections import sandbox_connections

PASSWORDS = (
    "POSTGRES_PASSWORD",
    "AIRFLOW_DB_PASSWORD",
    "GOSPUB_LOADER_PASSWORD",
    "GOSPUB_ANALYST_PASSWORD",
    "REDIS_PASSWORD",
)
SANDBOX = "http://sandbox:8088"


def env_text(*, sandbox: bool) -> str:
    """Return the file's text; with `sandbox` the stack crawls the sandbox instead of the networks."""
    made = new_secrets()
    values = {name: secrets.token_urlsafe(24) for name in PASSWORDS} | {
        "AIRFLOW_ADMIN_PASSWORD": made.admin_password,
        "AIRFLOW_FERNET_KEY": made.fernet_key,
        "AIRFLOW_JWT_SECRET": made.jwt_secret,
        "AIRFLOW_API_SECRET_KEY": made.api_secret_key,
    }
    if sandbox:
        connections = sandbox_connections(SANDBOX)
        values |= {"COMPOSE_PROFILES": "sandbox"}
        values |= {f"AIRFLOW_CONN_{name.upper()}": f"'{text}'" for name, text in connections.items()}
    return "".join(f"{name}={value}\n" for name, value in values.items())


def main(argv: list[str] | None = None) -> int:
    """Write the file unless it is there."""
    parser = argparse.ArgumentParser(prog="python3 -m local.make_env", description=__doc__)
    parser.add_argument(
        "--sandbox", action="store_true", help="crawl the sandbox instead of the networks: no tokens needed"
    )
    parser.add_argument("--file", type=Path, default=ROOT / ".env", help="where to write (default .env)")
    options = parser.parse_args(argv)
    if options.file.exists():
        print(f"{options.file} exists and stays: its passwords are those of the databases", file=sys.stderr)
        return 1
    write_private(options.file, env_text(sandbox=options.sandbox))
    print(f"wrote {options.file}; next: docker compose up --build --detach")
    return 0


if __name__ == "__main__":
    sys.exit(main())
