"""Reads ratings back: what commands and pages show."""

from datetime import date
from typing import Any

from gospub.warehouse.connection import connected, query, script


def top_regions(dsn: str, method: str, snapshot_date: date | None = None, places: int = 10) -> list[dict[str, Any]]:
    """Regions on the first ``places`` places of a date's latest revision (None: the latest rated date), best first.

    With ties that can be more rows than places. Rows are those of mart.region_rating; none when nothing was rated.
    """
    with connected(dsn, "gospub ratings") as connection:
        return query(
            connection, script("rating/top_regions"), {"method": method, "snapshot_date": snapshot_date, "places": places}
        )
