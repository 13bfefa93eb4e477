"""The one module that knows Airflow: connections, assets, defaults of the DAGs; all else runs without it."""

import asyncio
import json
import logging
import math
import os
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from airflow.sdk import (
    Asset,
    AssetAlias,
    AssetAny,
    AssetOrTimeSchedule,
    AsyncCallback,
    BaseHook,
    Connection,
    CronTriggerTimetable,
    DeadlineAlert,
    DeadlineReference,
    ExceptionRetryPolicy,
    RetryAction,
    RetryRule,
)
from airflow.sdk.exceptions import AirflowNotFoundException
from airflow.sdk.log import mask_secret

from gospub import clock
from gospub.access import Access, Limits, Token
from gospub.alerts import raise_clock_alerts
from gospub.errors import ConfigurationError, NightError
from gospub.platforms import NETWORKS
from gospub.warehouse.connection import connected, query, script

log = logging.getLogger(__name__)

WAREHOUSE = "gospub_warehouse"
# A night that takes longer than this is late; four hours from 01:00 end at five in the morning.
LONGEST_NIGHT = timedelta(hours=float(os.environ.get("GOSPUB_NIGHT_HOURS", "4")))
_LONGEST_TIMEOUT = 600.0
_EXTRA_CURE = 'It looks like {"calls_per_second": 3, "daily_quota": {"wall.get": 5000}}'

NIGHT = {platform: Asset(f"gospub_night_{platform}", group="gospub") for platform in NETWORKS}
ANY_NIGHT = AssetAny(*NIGHT.values()) if len(NIGHT) > 1 else next(iter(NIGHT.values()))
RATINGS = Asset("gospub_ratings", group="gospub")
# A partial run publishes without an event, so the publishing task names its asset only when it emits one.
MAYBE_NIGHT = AssetAlias("gospub_maybe_night", group="gospub")

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


def at(cron: str, assets: Any = None) -> Any:
    """A schedule by Moscow's clock, by assets, or by both.

    With GOSPUB_SCHEDULES=off only the assets count: unpausing a DAG would fire its latest tick.
    """
    if os.environ.get("GOSPUB_SCHEDULES") == "off":
        return assets
    timetable = CronTriggerTimetable(cron, timezone="Europe/Moscow")
    return AssetOrTimeSchedule(timetable=timetable, assets=assets) if assets is not None else timetable


def late_night(platform: str) -> DeadlineAlert:
    """The deadline of a nightly crawl: asynchronous, because only the triggerer may read stored connections."""
    return DeadlineAlert(
        reference=DeadlineReference.DAGRUN_QUEUED_AT,
        interval=LONGEST_NIGHT,
        callback=AsyncCallback(raise_late_night, kwargs={"platform": platform}),
        name=f"the night of {platform} is late",
    )


def warehouse_dsn() -> str:
    """The DSN in the Airflow connection ``gospub_warehouse``; raises ConfigurationError when it is missing."""
    return _dsn(_connection(WAREHOUSE))


def _dsn(connection: Connection) -> str:
    extra = _extra(WAREHOUSE, connection)
    parts = {
        "host": extra.get("host") or connection.host,
        "port": connection.port,
        "user": connection.login,
        "password": connection.password,
        "dbname": connection.schema or "gospub",
        "sslmode": extra.get("sslmode"),
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
    extra = _extra(name, connection)
    if not connection.host:
        raise ConfigurationError(f"connection {name} has no host", "Set it to the base URL, such as https://api.vk.com")
    network = NETWORKS[platform]
    base_url = _base_url(connection)
    is_anonymous = not network.needs_token and not connection.password
    # A network that is read without an account is leased by its address: one polite reader at a time.
    tokens = [f"no account at {base_url}"] if is_anonymous else _tokens(name, connection.password)
    mask_secret([] if is_anonymous else [*tokens, *(value for key, value in extra.items() if "secret" in key)])
    return Access(
        platform=platform,
        base_url=base_url,
        tokens=tuple(Token(token) for token in tokens),
        limits=_limits(name, extra, network.default_limits),
        ca_bundle=extra.get("ca_bundle"),
        proxy=extra.get("proxy"),
        options={"login": connection.login, **extra},
    )


def is_connected(platform: str) -> bool:
    """Whether the network's connection is there: without one its nights are not run."""
    try:
        BaseHook.get_connection(f"gospub_{platform}")
    except AirflowNotFoundException:
        return False
    return True


def _connection(name: str) -> Connection:
    try:
        return BaseHook.get_connection(name)
    except AirflowNotFoundException:
        raise ConfigurationError(
            f"the Airflow connection {name} is missing",
            f"Add it in the UI (Admin, Connections), or set AIRFLOW_CONN_{name.upper()}",
        ) from None


def _extra(name: str, connection: Connection) -> Mapping[str, Any]:
    """The extra, which Airflow itself takes for empty when it is broken."""
    try:
        extra = json.loads(connection.extra or "{}")
    except json.JSONDecodeError as error:
        raise ConfigurationError(f"the extra of connection {name} is not JSON: {error}", _EXTRA_CURE) from None
    if not isinstance(extra, dict):
        raise ConfigurationError(f"the extra of connection {name} is not a JSON object", _EXTRA_CURE)
    return extra


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
    # A token travels in an HTTP header; one that cannot was not copied as a whole.
    if any(not token.isascii() or not token.isprintable() or " " in token for token in tokens):
        raise ConfigurationError(f"a token of connection {name} holds spaces or foreign letters", "Copy it once more")
    return sorted(set(tokens), key=tokens.index)


def _limits(name: str, extra: Mapping[str, Any], default: Limits) -> Limits:
    try:
        quota = {key: int(value) for key, value in extra.get("daily_quota", {}).items()}
        limits = Limits(
            calls_per_second=float(extra.get("calls_per_second", default.calls_per_second)),
            daily_quota={**default.daily_quota, **quota},
            in_flight=int(extra.get("in_flight", default.in_flight)),
            timeout_seconds=float(extra.get("timeout_seconds", default.timeout_seconds)),
        )
    except (TypeError, ValueError, AttributeError, OverflowError) as error:
        raise ConfigurationError(f"the extra of connection {name} cannot be used: {error}", _EXTRA_CURE) from None
    numbers = (limits.calls_per_second, limits.in_flight, *limits.daily_quota.values())
    if not all(0 <= number < math.inf for number in numbers) or not 0 < limits.timeout_seconds <= _LONGEST_TIMEOUT:
        raise ConfigurationError(f"a limit in the extra of connection {name} is out of range", _EXTRA_CURE)
    return limits


def published_nights(context: Mapping[str, Any]) -> list[tuple[date, str]]:
    """The nights (date, network) whose publication or rating started the run, in order; runs of assets have no date.

    Empty for a run that a clock or a person started.
    """
    events = [event for found in (context.get("triggering_asset_events") or {}).values() for event in found]
    extras = [event.extra for event in events if "snapshot_date" in event.extra]
    return sorted({(date.fromisoformat(extra["snapshot_date"]), str(extra["platform"])) for extra in extras})


def latest_nights() -> list[tuple[date, str]]:
    """The nights published last, for a run that no event started; raises NightError when there is none."""
    with connected(warehouse_dsn()) as connection:
        rows = query(connection, script("plan/latest_nights"))
    if not rows:
        raise NightError("no night has been published yet", "Run crawl_vk first")
    return [(row["snapshot_date"], row["platform"]) for row in rows]


async def raise_late_night(platform: str, context: Mapping[str, Any]) -> None:
    """What the deadline of a nightly crawl calls, in the triggerer: raise the alerts that watch the clock."""
    log.warning("the night of %s is late", platform)
    connection = await BaseHook.aget_connection(WAREHOUSE)
    await asyncio.to_thread(raise_clock_alerts, _dsn(connection), clock.now())
