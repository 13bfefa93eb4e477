"""Registries by the number of pages a region, and nights of them crawled by hand, for planning and landing."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from gospub.access import Access, Limits, Token
from gospub.clock import moscow_midnight
from gospub.planning import Scope, ShardSummary, make_plan, open_night
from tests.warehouse.staged_night import rows

DAY = date(2026, 11, 22)
MOMENT = moscow_midnight(DAY) + timedelta(hours=1)

_REGISTER = """
WITH numbered AS (
    SELECT i, (10259 * 10^8 + 10 * i)::bigint::text AS ogrn FROM generate_series(%(first)s, %(last)s) AS i
),
page AS (
    INSERT INTO registry.page (platform, native_id, screen_name, resolution, first_seen_on)
    SELECT
        'vk', CASE WHEN %(is_named)s THEN (200000000 + i)::text END, 'page' || i,
        CASE WHEN %(is_named)s THEN 'given' END, '2026-01-01'
    FROM numbered ORDER BY i RETURNING page_id, substr(screen_name, 5)::integer AS i
),
organisation AS (
    INSERT INTO registry.organisation (ogrn, first_seen_on)
    SELECT ogrn, '2026-01-01' FROM numbered RETURNING organisation_id, ogrn
),
version AS (
    INSERT INTO registry.organisation_version
        (organisation_id, valid_from, name, region_code, level, is_obliged)
    SELECT organisation_id, '2026-01-01', 'Школа', %(region)s, 'МО', true FROM organisation
)
INSERT INTO registry.page_assignment (page_id, organisation_id, valid_from, link)
SELECT p.page_id, o.organisation_id, '2026-01-01', 'https://vk.com/page' || p.i
FROM page AS p INNER JOIN numbered AS n ON p.i = n.i INNER JOIN organisation AS o ON n.ogrn = o.ogrn
RETURNING page_id
"""


def register(dsn: str, region: str, count: int, *, is_named: bool = True) -> list[int]:
    """So many organisations with a page each; returns the pages. ``is_named``: whether the network's id is known."""
    last = rows(dsn, "SELECT count(*)::integer AS n FROM registry.organisation")[0]["n"]
    values = {"first": last + 1, "last": last + count, "region": region, "is_named": is_named}
    return sorted(row["page_id"] for row in rows(dsn, _REGISTER, **values))


def access(quota: int | None = 5000, tokens: int = 1) -> Access:
    """Tokens with this daily quota of walls each."""
    secrets = tuple(Token(f"secret-{number}") for number in range(tokens))
    return Access("vk", "http://127.0.0.1:9", secrets, Limits(0, {} if quota is None else {"wall.get": quota}))


def opened(dsn: str, label: str = "night", moment: datetime = MOMENT, **scope: Any) -> int:
    """A run of the night of a moment."""
    return open_night(dsn, "vk", moment, label, Scope(**scope))


def planned(
    dsn: str, label: str = "night", moment: datetime = MOMENT, how: Access | None = None, **scope: Any
) -> tuple[int, list[ShardSummary]]:
    """A run and its shards."""
    run_id = opened(dsn, label, moment, **scope)
    return run_id, make_plan(dsn, how or access(), run_id, moment)


def plan_rows(dsn: str, day: date = DAY) -> dict[int, dict[str, Any]]:
    """The plan of a night by page."""
    found = rows(dsn, "SELECT * FROM ops.crawl_plan WHERE snapshot_date = %(day)s", day=day)
    return {row["page_id"]: row for row in found}


def publish_day(dsn: str, day: date, run_id: int, posts_outcomes: dict[int, str], **facts: Any) -> None:
    """Rows of history as a publication leaves them: what became of each page's wall that night."""
    for page, posts_outcome in posts_outcomes.items():
        outcome = {"page_gone": "banned", "failed": "failed"}.get(posts_outcome, "ok")
        row = {"posts_30d_count": None, "members_count": None, **facts}
        rows(
            dsn,
            "INSERT INTO history.page_day (snapshot_date, page_id, platform, run_id, outcome, posts_outcome,"
            " observed_at, posts_30d_count, members_count) VALUES (%(day)s, %(page)s, 'vk', %(run_id)s, %(outcome)s,"
            " %(posts_outcome)s, %(moment)s, %(posts_30d_count)s, %(members_count)s)",
            **row,
            day=day,
            page=page,
            run_id=run_id,
            moment=moscow_midnight(day),
            outcome=outcome,
            posts_outcome=posts_outcome,
        )
