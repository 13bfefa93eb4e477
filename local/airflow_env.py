"""The environment of Airflow's components on one machine: everything by variables, no airflow.cfg to edit."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from local.passwords import Secrets, load_secrets, write_private
from local.paths import ROOT, VAR
from local.postgres import EmbeddedPostgres

MARKER = "GOSPUB_STACK"
"""Every process of the demo carries this variable; its value is the demo's state directory."""


@dataclass(frozen=True)
class Stack:
    """One Airflow on this machine: where its API answers, whom it lets in, what its processes are told."""

    port: int
    password: str
    env: dict[str, str]
    user: str = "admin"

    @property
    def url(self) -> str:
        """The address of the UI and the API."""
        return f"http://127.0.0.1:{self.port}"


def make_stack(
    port: int, postgres: EmbeddedPostgres, connections: dict[str, str], *, dags: Path = ROOT / "dags", home: Path = VAR
) -> Stack:
    """Describe an Airflow that listens on `port` and keeps its metadata in `postgres`.

    `connections` maps connection ids to their JSON or URI form.
    """
    airflow_home = home / "airflow"
    secrets = load_secrets(airflow_home / "secrets.json")
    passwords = airflow_home / "passwords.json"
    write_private(passwords, json.dumps({Stack.user: secrets.admin_password}))
    env = _inherited() | _python(home) | _settings(port, postgres, airflow_home, dags) | _secret_settings(secrets)
    env["AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE"] = str(passwords)
    env |= {f"AIRFLOW_CONN_{name.upper()}": value for name, value in connections.items()}
    return Stack(port, secrets.admin_password, env)


def _inherited() -> dict[str, str]:
    """The caller's environment without settings of another Airflow, and without a proxy for this machine."""
    env = {key: value for key, value in os.environ.items() if not key.startswith(("AIRFLOW", "PYTHON"))}
    for name in ("no_proxy", "NO_PROXY"):
        env[name] = ",".join(filter(None, [env.get(name), "127.0.0.1", "localhost"]))
    return env


def _python(home: Path) -> dict[str, str]:
    return {
        MARKER: str(home),
        "SPT_NOENV": "1",  # process titles must not overwrite the environment: the marker is read from it
        "PYTHONPATH": os.pathsep.join(str(ROOT / part) for part in ("", "config", "plugins")),
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]),
        "GOSPUB_SCHEDULES": "off",
        "GOSPUB_RETRY_SECONDS": "10",
        "GX_ANALYTICS_ENABLED": "false",
    }


def _settings(port: int, postgres: EmbeddedPostgres, airflow_home: Path, dags: Path) -> dict[str, str]:
    dsn = postgres.dsn("airflow").replace("postgresql://", "postgresql+psycopg2://")
    settings = {
        "core__dags_folder": dags,
        "core__plugins_folder": ROOT / "plugins",
        "core__load_examples": False,
        "core__executor": "LocalExecutor",
        "core__parallelism": 4,
        "core__dags_are_paused_at_creation": False,
        "core__execution_api_server_url": f"http://127.0.0.1:{port}/execution/",
        "core__simple_auth_manager_users": f"{Stack.user}:admin",
        "core__lazy_load_plugins": False,
        "database__sql_alchemy_conn": dsn,
        "database__load_default_connections": False,
        "api__host": "127.0.0.1",
        "api__port": port,
        "api__base_url": f"http://127.0.0.1:{port}",
        "api__workers": 1,
        "api__instance_name": "gospub",
        "api__worker_timeout": 20,
        "dag_processor__refresh_interval": 30,
        "dag_processor__parsing_processes": 1,
        "dag_processor__min_file_process_interval": 60,
        "scheduler__orphaned_tasks_check_interval": 20,
        "scheduler__scheduler_health_check_threshold": 15,
        "workers__min_heartbeat_interval": 1,
        "logging__base_log_folder": airflow_home / "logs",
        "usage_data_collection__enabled": False,
    }
    return {"AIRFLOW_HOME": str(airflow_home)} | {f"AIRFLOW__{k.upper()}": str(v) for k, v in settings.items()}


def _secret_settings(secrets: Secrets) -> dict[str, str]:
    return {
        "AIRFLOW__CORE__FERNET_KEY": secrets.fernet_key,
        "AIRFLOW__API__SECRET_KEY": secrets.api_secret_key,
        "AIRFLOW__API_AUTH__JWT_SECRET": secrets.jwt_secret,
    }
