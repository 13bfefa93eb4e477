"""The Airflow connections and pools by which demo and containers ask the sandbox; needs nothing but Python."""

from __future__ import annotations

import json
from typing import Any

# The sandbox knows a token's kind by its prefix; OK's keys are those of sandbox/ok.py. Telegram is read without one.
_NETWORKS: dict[str, dict[str, Any]] = {
    "vk": {
        "path": "",
        "password": ["user-demo-one", "user-demo-two"],
        "extra": {"calls_per_second": 3, "daily_quota": {"wall.get": 5000}},
    },
    "ok": {
        "path": "/ok",
        "login": "CBAEXAMPLEKEY",
        "password": ["ok-demo-one", "ok-demo-two"],
        "extra": {"calls_per_second": 3, "application_secret_key": "SECRETEXAMPLE"},
    },
    "telegram": {"path": "/telegram", "password": [], "extra": {"calls_per_second": 20}},
    "max": {"path": "/max", "password": ["max-demo-bot"], "extra": {"calls_per_second": 30}},
}
NETWORKS = tuple(_NETWORKS)


def sandbox_connections(base_url: str) -> dict[str, str]:
    """Connection ids and their JSON, for a sandbox at `base_url`."""
    return {f"gospub_{name}": json.dumps(_connection(base_url, network)) for name, network in _NETWORKS.items()}


def pool_slots(network: str) -> int:
    """One slot more than there are tokens: a task starts up while the others ask."""
    return max(1, len(_NETWORKS[network]["password"])) + 1


def _connection(base_url: str, network: dict[str, Any]) -> dict[str, Any]:
    tokens = {"password": json.dumps(network["password"])} if network["password"] else {}
    login = {"login": network["login"]} if "login" in network else {}
    return {"conn_type": "http", "host": base_url + network["path"], **login, **tokens, "extra": network["extra"]}
