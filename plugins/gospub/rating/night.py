"""Rates a published night by every method that is valid on its date, in set-based SQL, in one transaction."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from psycopg2.extensions import connection as Connection
from psycopg2.extras import Json

from gospub.errors import ConfigurationError, NightError
from gospub.paths import METHODS
from gospub.rating.criteria import criteria
from gospub.rating.method import Method
from gospub.rating.method_files import load_methods
from gospub.warehouse.connection import affected, connected, query, script, told_clearly, transaction

CARRY_NIGHTS = 7
"""For how many nights a page's last measurement stands in for one that failed."""


def rate_night(dsn: str, snapshot_date: date, moment: datetime, folder: Path = METHODS) -> dict[str, Any]:
    """Rate a date by all methods valid on it; ``moment`` is stored as the time of rating.

    Unchanged inputs leave the latest revision as it is; changed ones (late data, a mended registry) make a new one
    and keep the earlier. A date that only networks beside the law have published is not rated yet: they are not what
    ratings are about, and revision 1 is what people remember. Returns the date and, for each method, its version,
    revision, whether that is new, and how many regions got a place. Raises NightError when no network has published
    that date, ConfigurationError when a method is wrong or was changed without a new version.
    """
    methods = [m for m in load_methods(folder) if m.is_valid_on(snapshot_date)]
    with told_clearly(), connected(dsn, "gospub rate_regions") as connection, transaction(connection):
        query(connection, "select pg_advisory_xact_lock(hashtext('gospub rating'))")
        if not _is_due(connection, snapshot_date):
            return {"snapshot_date": snapshot_date.isoformat(), "methods": []}
        _measure(connection, methods, snapshot_date)
        rated = [_rate(connection, method, snapshot_date, moment) for method in methods]
    return {"snapshot_date": snapshot_date.isoformat(), "methods": rated}


def _is_due(connection: Connection, snapshot_date: date) -> bool:
    published = query(connection, script("rating/published_networks"), {"snapshot_date": snapshot_date})
    if not published:
        raise NightError(
            f"no network has published a night of {snapshot_date}", "Rate a date of ops.night with published_at"
        )
    return any(network["is_mandatory"] for network in published)


def _measure(connection: Connection, methods: Sequence[Method], snapshot_date: date) -> None:
    parameters: dict[str, Any] = {"snapshot_date": snapshot_date, "carry_nights": CARRY_NIGHTS}
    query(connection, script("rating/subjects"), parameters)
    for name in sorted({c.criterion for m in methods for c in m.criteria}):
        query(connection, f"create temp view measurement as {criteria()[name].text}", parameters)
        affected(connection, script("rating/criterion_value"), {"criterion": name, **criteria()[name].notes})
        query(connection, "drop view measurement")
    query(connection, "analyze criterion_value")
    query(connection, script("rating/criterion_hash"))


def _rate(connection: Connection, method: Method, snapshot_date: date, moment: datetime) -> dict[str, Any]:
    _register(connection, method)
    parameters = _parameters(method, snapshot_date, moment)
    inputs = query(
        connection, script("rating/inputs_hash"), parameters | {"criteria": [c.criterion for c in method.criteria]}
    )
    parameters |= inputs[0]
    latest = query(
        connection,
        "select rating_run_id, revision, inputs_sha256 from rating.run"
        " where snapshot_date = %(snapshot_date)s and method = %(method)s and is_latest",
        parameters,
    )
    is_new = not latest or latest[0]["inputs_sha256"] != parameters["inputs_sha256"]
    run = _compute(connection, method, parameters) if is_new else latest[0]
    return {
        "method": method.method,
        "version": method.version,
        "revision": run["revision"],
        "is_new": is_new,
        **_count_regions(connection, run["rating_run_id"]),
    }


def _parameters(method: Method, snapshot_date: date, moment: datetime) -> dict[str, Any]:
    is_about_pages = any(c.subject == "page" for c in method.criteria)
    return {
        "snapshot_date": snapshot_date,
        "moment": moment,
        "method": method.method,
        "version": method.version,
        "definition_sha256": method.definition_sha256,
        "points": method.points,
        "ranking": method.ranking,
        "decimals": method.decimals,
        "measured_share_floor": method.measured_share_floor,
        "is_every_network": method.pages == "all",
        "criteria": Json(
            [
                {
                    "criterion": c.criterion,
                    "region_value": c.region_value,
                    "threshold": c.threshold,
                    "weight": c.weight,
                    "zero_at": c.zero_at,
                    "full_at": c.full_at,
                    "is_share_basis": c.subject == "page" or not is_about_pages,
                }
                for c in method.criteria
            ]
        ),
    }


def _register(connection: Connection, method: Method) -> None:
    parameters = {
        "method": method.method,
        "version": method.version,
        "title": method.title,
        "definition": method.definition_json,
        "definition_sha256": method.definition_sha256,
        "valid_from": method.valid_from,
        "valid_to": method.valid_to,
    }
    if affected(connection, script("rating/register_method"), parameters):
        return
    kept = query(
        connection,
        "select definition_sha256 from rating.method where method = %(method)s and version = %(version)s",
        parameters,
    )
    if kept[0]["definition_sha256"] != method.definition_sha256:
        raise ConfigurationError(
            f"method {method.method} was changed, but its version is still {method.version}",
            "Ratings have been computed by the old definition: give the changed one a new version",
        )


def _compute(connection: Connection, method: Method, parameters: dict[str, Any]) -> dict[str, Any]:
    affected(connection, script("rating/supersede_run"), parameters)
    run = query(connection, script("rating/open_run"), parameters)[0]
    for subject in ("page", "organisation"):
        names = [c.criterion for c in method.criteria if c.subject == subject]
        affected(connection, script(f"rating/{subject}_criterion"), {**parameters, **run, "criteria": names})
    affected(connection, script("rating/region_criterion"), parameters | run)
    affected(connection, script("rating/region_score"), parameters | run)
    return run


def _count_regions(connection: Connection, rating_run_id: int) -> dict[str, Any]:
    return query(
        connection,
        "select count(place) as regions_rated_count, count(*) - count(place) as regions_unrated_count"
        " from rating.region_score where rating_run_id = %(rating_run_id)s",
        {"rating_run_id": rating_run_id},
    )[0]
