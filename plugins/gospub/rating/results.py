"""Reads ratings back: what commands and pages show."""

from datetime import date
from typing import Any

from gospub.errors import NightError
from gospub.warehouse.connection import connected, query, script, told_clearly


def top_regions(dsn: str, method: str, snapshot_date: date | None = None, places: int = 10) -> list[dict[str, Any]]:
    """Regions on the first ``places`` places of a date's latest revision (None: the latest rated date), best first.

    With ties that can be more rows than places. Rows are those of mart.region_rating; none when nothing was rated.
    """
    with told_clearly(), connected(dsn, "gospub ratings") as connection:
        return query(
            connection,
            script("rating/top_regions"),
            {"method": method, "snapshot_date": snapshot_date, "places": places},
        )


def explain_region(dsn: str, method: str, region_code: str, snapshot_date: date | None = None) -> list[dict[str, Any]]:
    """What each criterion gave a region in a date's latest revision (None: the latest rated date).

    Rows are those of mart.region_rating_criterion; none when that region was not rated by that method.
    """
    asked = {"method": method, "region_code": region_code, "snapshot_date": snapshot_date}
    with told_clearly(), connected(dsn, "gospub ratings") as connection:
        return query(connection, script("rating/region_explained"), asked)


def latest_published_on(dsn: str) -> date:
    """The latest date that any network has published. Raises NightError when there is none."""
    with told_clearly(), connected(dsn, "gospub ratings") as connection:
        found = query(
            connection, "select max(snapshot_date) as latest_on from ops.night where published_at is not null"
        )
    if found[0]["latest_on"] is None:
        raise NightError("no night has been published", "Run a night first: DAG crawl_vk, or gospub run-night")
    latest: date = found[0]["latest_on"]
    return latest
