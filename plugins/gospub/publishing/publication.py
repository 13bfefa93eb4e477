"""Publish a night: staging becomes history, all of it or nothing.

Publishing again first takes back what the night did to history, so that the same staging gives the same rows; this
works for the latest night of a network only, because later nights build on the intervals of earlier ones.

What a run publishes (view ops.publication_page): a full run every page of the frozen plan; a partial run its own
pages, together with those that history already has of the night, whose staged rows it left as they were. A night is
whole (``ops.night.is_published_whole``) once history holds every page of its frozen plan; only whole nights are what
later ones are compared with.
"""

from datetime import date, datetime, timedelta
from typing import Any

import psycopg2
from psycopg2.extensions import connection as Connection
from psycopg2.extras import Json

from gospub.clock import moscow_midnight, night_ends_at
from gospub.columns import PAGE_PROFILE, kept_in, names
from gospub.errors import GateFailed, NightError, NotJudged
from gospub.warehouse.connection import Row, affected, connected, query, script, told_clearly, transaction

_WINDOW_DAYS = 30
_WEEK_DAYS = 7


def publish_night(dsn: str, run_id: int, moment: datetime) -> dict[str, Any]:
    """Publish the night of a run and return its counts (also kept in ops.crawl_run.counts).

    Keys: snapshot_date, platform, run_id, is_partial, is_whole, pages_count, pages_by_outcome,
    pages_by_posts_outcome, measured_share and posts_measured_share (0 to 1), members_count, posts_30d_count,
    new_posts_count, changed_profiles_count, changed_metrics_count. Safe to repeat.

    Raises NotJudged when staging changed after the gate judged it, GateFailed when the gate rejected it and nobody
    accepted it, NightError when a later night is published or a page of the plan has no staged row.
    """
    with connected(dsn, f"gospub publish run {run_id}") as connection, told_clearly(), transaction(connection):
        run, night = _lock_night(connection, run_id)
        _require_judged(connection, run, night)
        _require_latest(connection, night)
        parameters = _parameters(run, moment)
        pages = _fix_pages(connection, run, night, parameters)
        try:
            counts = _replace(connection, parameters)
        except psycopg2.DataError as error:
            raise _does_not_fit(night, error) from error
        _require_every_page(night, pages["wanted"], counts["pages_count"])
        counts |= {
            "snapshot_date": night["snapshot_date"].isoformat(),
            "platform": night["platform"],
            "run_id": run_id,
            "is_partial": run["is_partial"],
            "is_whole": night["plan_frozen_at"] is not None and pages["wanted"] == pages["planned"],
        }
        mark = {**parameters, "counts": Json(counts), "is_whole": counts["is_whole"]}
        query(connection, script("load/publish_mark"), mark)
    return counts


def _lock_night(connection: Connection, run_id: int) -> tuple[Row, Row]:
    runs = query(connection, "SELECT * FROM ops.crawl_run WHERE run_id = %(run_id)s", {"run_id": run_id})
    if not runs:
        raise NightError(f"there is no run {run_id}", "Open the night first: ops.crawl_run lists the runs")
    night = query(connection, script("load/lock_night"), runs[0])[0]
    return runs[0], night


def _require_judged(connection: Connection, run: Row, night: Row) -> None:
    revision = night["staging_revision"]
    verdict = query(connection, script("load/verdict_of_run"), {**night, "run_id": run["run_id"]})
    if not verdict:
        raise NotJudged(
            f"staging of {_called(night)} is at revision {revision}, which the gate has not judged for this run",
            "Run check again (clear the task check and those after it)",
        )
    if not verdict[0]["is_good"] and night["accepted_revision"] != revision:
        raise GateFailed(
            f"the gate rejected {_called(night)} at revision {revision}; history is as it was",
            f"See `python -m gospub quality-report {night['snapshot_date']} --platform {night['platform']}` and table "
            "ops.quality_result, mend the cause and crawl again, or accept it with `python -m gospub accept-night`",
        )


def _require_latest(connection: Connection, night: Row) -> None:
    later = query(connection, script("load/later_published_night"), night)[0]["later"]
    if later is not None:
        raise NightError(
            f"{_called(night)} cannot be published: the night of {later} already is, and builds on what came before it",
            "Only the latest night of a network can be published (again); leave this one as it is",
        )


def _fix_pages(connection: Connection, run: Row, night: Row, parameters: dict[str, Any]) -> Row:
    if night["plan_frozen_at"] is None and not run["is_partial"]:
        raise NightError(f"{_called(night)} has no frozen plan", "Run plan first (clear the task plan)")
    query(connection, script("load/publication_pages"), parameters)
    query(connection, script("load/analyze_staging"), parameters)
    return query(connection, script("load/count_plan"), parameters)[0]


def _parameters(run: Row, moment: datetime) -> dict[str, Any]:
    day: date = run["snapshot_date"]
    return {
        "snapshot_date": day,
        "platform": run["platform"],
        "run_id": run["run_id"],
        "moment": moment,
        "window_from": moscow_midnight(day - timedelta(days=_WINDOW_DAYS)),
        "week_from": moscow_midnight(day - timedelta(days=_WEEK_DAYS)),
        "window_to": moscow_midnight(day),
        "night_to": night_ends_at(day),
        "first_night": day - timedelta(days=_WINDOW_DAYS + 1),
        "not_facts": sorted(set(names(PAGE_PROFILE)) - set(names(kept_in("profile", PAGE_PROFILE[6:])))),
    }


def _replace(connection: Connection, parameters: dict[str, Any]) -> dict[str, Any]:
    query(connection, script("load/undo_night"), parameters)
    affected(connection, script("load/publish_page_days"), parameters)
    changed_profiles = affected(connection, script("load/publish_profiles"), parameters)
    new_posts = affected(connection, script("load/publish_posts"), parameters)
    query(connection, script("load/publish_absences"), parameters)
    changed_metrics = affected(connection, script("load/publish_metrics"), parameters)
    counts = query(connection, script("load/publish_counts"), parameters)[0]
    return {
        **counts,
        "new_posts_count": new_posts,
        "changed_profiles_count": changed_profiles,
        "changed_metrics_count": changed_metrics,
    }


def _require_every_page(night: Row, wanted: int, published: int) -> None:
    if not wanted or wanted != published:
        raise NightError(
            f"{_called(night)} has {wanted} pages to publish, but staging answers for {published} of them",
            "Run check again; once staging is dropped (after three nights) the night cannot be published any more",
        )


def _does_not_fit(night: Row, error: psycopg2.DataError) -> NightError:
    return NightError(
        f"{_called(night)} holds a value that history cannot: {str(error).strip().splitlines()[0]}",
        "See the failed range expectations in ops.quality_result, mend the parser and crawl those pages again",
    )


def _called(night: Row) -> str:
    return f"the night of {night['snapshot_date']} on {night['platform']}"
