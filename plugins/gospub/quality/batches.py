"""The batches: queries over one night's staging, with the night's own values in them."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from psycopg2 import sql
from psycopg2.extensions import connection as Connection

from gospub.clock import moscow_midnight
from gospub.columns import PROFILE_FACTS
from gospub.platforms import NETWORKS
from gospub.quality import expectations
from gospub.quality.expectations import FIGURE_BATCHES, Batch
from gospub.warehouse.connection import Row, query, script

_WINDOW_DAYS = 30


def parameters(connection: Connection, run: Row) -> dict[str, Any]:
    """What the batches' queries ask for; ``drift_night`` is None when nothing can be compared."""
    day = run["snapshot_date"]
    last_night = query(connection, script("quality/last_whole_night"), run)[0]["last_night"]
    return {
        "run_id": run["run_id"],
        "snapshot_date": day,
        "platform": run["platform"],
        "night_from": moscow_midnight(day),
        "window_from": moscow_midnight(day - timedelta(days=_WINDOW_DAYS)),
        "window_to": moscow_midnight(day),
        "last_night": last_night,
        "drift_night": None if run["is_partial"] else last_night,
        "expected_columns": _expected_columns(run["platform"]),
        "few_failures": expectations.FEW_FAILURES,
        "min_ok_pages": expectations.MIN_OK_PAGES,
        "min_pages": expectations.MIN_COMPARED_PAGES,
        "min_posts": expectations.MIN_COMPARED_POSTS,
        "mass_missing": expectations.MASS_MISSING,
    }


def _expected_columns(platform: str) -> list[str]:
    """Columns that an ordinary page of this network has: a night without one of them is a change of its answers."""
    network = NETWORKS[platform]
    ordinary = network.delivers - network.leaves_out
    return [column.name for column in PROFILE_FACTS if column.is_expected and column.name in ordinary]


def query_text(connection: Connection, batch: Batch, values: dict[str, Any]) -> str:
    """The batch's query with its values quoted into it: Great Expectations takes no parameters, and wants a SELECT."""
    with connection.cursor() as cursor:
        told = cursor.mogrify(script(f"quality/batch_{batch}"), values).decode()
    wrapped = sql.SQL("SELECT * FROM (\n{}\n) AS {}").format(sql.SQL(told), sql.Identifier(batch))
    return str(wrapped.as_string(connection))


def figures(connection: Connection, batches: Iterable[Batch], values: dict[str, Any]) -> dict[Batch, list[Row]]:
    """The rows of those batches that hold figures: few, and worth telling even when all is well."""
    wanted = FIGURE_BATCHES.intersection(batches)
    return {batch: query(connection, script(f"quality/batch_{batch}"), values) for batch in wanted}
