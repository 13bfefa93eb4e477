"""The one module that knows Airflow: connections, assets, defaults of the DAGs. All else runs and is tested without it."""

import json
import os
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from airflow.sdk import Asset, BaseHook, Connection, ExceptionRetryPolicy, RetryAction, RetryRule
from airflow.sdk.exceptions import AirflowNotFoundException
from airflow.sdk.log import mask_secret

from gospub.access import Access, Limits, Token
from gospub.errors import ConfigurationError
from gospub.platforms import NETWORKS

WAREHOUSE = "gospub_warehouse"

NIGHT_PUBLISHED = {platform: Asset(f"gospub_night_{platform}", group="gospub") for platform in NETWORKS}
RATINGS_PUBLISHED = Asset("gospub_ratings", group="gospub")

# A person, a clock or another task has to act first: trying again at once would only hide it.
_HOPELESS = ("ConfigurationError", "NightOver", "GateFailed", "NotJudged", "RegistryError")
RETRY_POLICY = ExceptionRetryPolicy(
    rules=[
        RetryRule(exception=f"gospub.errors.{name}", action=RetryAction.FAIL, reason="needs a person")
        for name in _HOPELESS
    ]
)

DEFAULT_ARGS: dict[str, Any] = {
    "owner": "gospub",
    "retries": 2,
    "retry_delay": timedelta(seconds=int(os.environ.get("GOSPUB_RETRY_SECONDS", "60"))),
    "retry_policy": RETRY_POLICY,
}


def schedule(cron: Any) -> Any:
    """The schedule, or None where schedules are switched off: unpausing a DAG would fire its latest tick."""
    return None if os.environ.get("GOSPUB_SCHEDULES") == "off" else cron


def warehouse_dsn() -> str:
    """The DSN in the Airflow connection ``gospub_warehouse``; raises ConfigurationError when it is missing."""
    connection = _connection(WAREHOUSE)
    parts = {
        "host": connection.extra_dejson.get("host") or connection.host,
        "port": connection.port,
        "user": connection.login,
        "password": connection.password,
        "dbname": connection.schema or "gospub",
        "sslmode": connection.extra_dejson.get("sslmode"),
    }
    return " ".join(f"{key}={_quoted(str(value))}" for key, value in parts.items() if value)


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def access(platform: str) -> Access:
    """How to ask a network, from the Airflow connection ``gospub_<platform>``.

    host = base URL; password = one token or a JSON list of them; extra = calls_per_second, daily_quota by method,
    in_flight, timeout_seconds, ca_bundle, proxy. Raises ConfigurationError naming what is missing or wrong.
    """
    name = f"gospub_{platform}"
    connection = _connection(name)
    extra = connection.extra_dejson
    if not connection.host:
        raise ConfigurationError(f"connection {name} has no host", "Set it to the base URL, such as https://api.vk.com")
    tokens = _tokens(name, connection.password)
    mask_secret(tokens)
    return Access(
        platform=platform,
        base_url=_base_url(connection),
        tokens=tuple(Token(token) for token in tokens),
        limits=_limits(name, extra, NETWORKS[platform].default_limits),
        ca_bundle=extra.get("ca_bundle"),
        proxy=extra.get("proxy"),
    )


def _connection(name: str) -> Connection:
    try:
        return BaseHook.get_connection(name)
    except AirflowNotFoundException:
        raise ConfigurationError(
            f"the Airflow connection {name} is missing",
            f"Add it in the UI (Admin, Connections), by `airflow connections add {name} …` or as AIRFLOW_CONN_{name.upper()}",
        ) from None


def _base_url(connection: Connection) -> str:
    host = connection.host or ""
    if "://" not in host:
        host = f"{connection.schema or 'https'}://{host}"
    return (f"{host}:{connection.port}" if connection.port else host).rstrip("/")


def _tokens(name: str, password: str | None) -> list[str]:
    try:
        found = json.loads(password or "") if (password or "").lstrip().startswith("[") else [password]
    except json.JSONDecodeError:
        found = []
    tokens = [token.strip() for token in found if isinstance(token, str) and token.strip()]
    if not tokens or len(tokens) != len(found):
        raise ConfigurationError(
            f"connection {name} has no token", 'Put one token, or a JSON list ["…", "…"], into its password'
        )
    return sorted(set(tokens), key=tokens.index)


def _limits(name: str, extra: Mapping[str, Any], default: Limits) -> Limits:
    try:
        return Limits(
            calls_per_second=float(extra.get("calls_per_second", default.calls_per_second)),
            daily_quota={
                **default.daily_quota,
                **{key: int(value) for key, value in extra.get("daily_quota", {}).items()},
            },
            in_flight=int(extra.get("in_flight", default.in_flight)),
            timeout_seconds=float(extra.get("timeout_seconds", default.timeout_seconds)),
        )
    except (TypeError, ValueError, AttributeError) as error:
        raise ConfigurationError(
            f"the extra of connection {name} cannot be used: {error}",
            'It looks like {"calls_per_second": 3, "daily_quota": {"wall.get": 5000}}',
        ) from None


def event_extra(context: Mapping[str, Any]) -> Mapping[str, Any]:
    """The extra of the newest asset event that started the run; empty for a run started by hand."""
    events: Sequence[Any] = [
        event for found in (context.get("triggering_asset_events") or {}).values() for event in found
    ]
    newest = max(events, key=lambda event: event.timestamp, default=None)
    return newest.extra if newest else {}
