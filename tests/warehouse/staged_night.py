"""Nights put into staging by hand, as the crawl would leave them: what the gate and publication are tried on."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from psycopg2.extensions import connection as Connection
from psycopg2.extras import Json

from gospub.clock import moscow_midnight
from gospub.warehouse.connection import Row, connect, connected, copy_rows, query, transaction

DAY = date(2026, 3, 10)
PROFILE = {
    "members_count": 1000,
    "name": "Администрация",
    "description": "Официальная страница",
    "has_mark": True,
    "trust_mark": 3,
    "is_wall_open": True,
    "contacts": [{"desc": "Приёмная", "phone": "+7", "email": None}],
}
METRICS = {"views_count": 100, "likes_count": 10, "comments_count": 2, "reposts_count": 1}


def rows(dsn: str, statement: str, **parameters: Any) -> list[Row]:
    """Run a statement in a transaction of its own."""
    with connected(dsn) as connection, transaction(connection):
        return query(connection, statement, parameters)


def make_pages(dsn: str, count: int, platform: str = "vk") -> list[int]:
    """Pages in the registry; returns their ids."""
    made = rows(
        dsn,
        "INSERT INTO registry.page (platform, native_id, resolution, first_seen_on) "
        "SELECT %(platform)s, i::text, 'given', '2026-01-01' FROM generate_series(1, %(count)s) AS i RETURNING page_id",
        platform=platform,
        count=count,
    )
    return [row["page_id"] for row in made]


class StagedNight:
    """One night in staging. Everything is put in by its methods; ``run_id`` is its full (or partial) run."""

    def __init__(self, dsn: str, day: date = DAY, platform: str = "vk") -> None:
        self.dsn = dsn
        self.day = day
        self.platform = platform
        self.moment = moscow_midnight(day) + timedelta(hours=2)
        self.run_id = 0
        self._connection = connect(dsn, "staged night")
        self._run("SELECT ops.ensure_partitions(%(day)s, 2)", day=day)
        self._run(
            "INSERT INTO ops.night (snapshot_date, platform, opened_at) VALUES (%(day)s, %(platform)s, %(moment)s)",
            **self._key(),
        )

    def _run(self, statement: str, **parameters: Any) -> list[Row]:
        with transaction(self._connection) as connection:
            return query(connection, statement, parameters)

    def _key(self) -> dict[str, Any]:
        return {"day": self.day, "platform": self.platform, "moment": self.moment}

    def open_run(self, *, regions: list[str] | None = None) -> int:
        """A run of the night: full, or partial over regions."""
        label = f"run of {regions}"
        self.run_id = self._run(
            "INSERT INTO ops.crawl_run (snapshot_date, platform, label, scope, is_partial, state, started_at) VALUES "
            "(%(day)s, %(platform)s, %(label)s, %(scope)s, %(is_partial)s, 'crawling', %(moment)s) RETURNING run_id",
            **self._key(),
            label=label,
            scope=Json({"regions": regions} if regions else {}),
            is_partial=regions is not None,
        )[0]["run_id"]
        return self.run_id

    def plan(self, pages: list[int], region: str = "59", *, freeze: bool = True) -> StagedNight:
        """Plan rows, done; a full run freezes the plan."""
        for page in pages:
            self._run(
                "INSERT INTO ops.crawl_plan (snapshot_date, page_id, platform, shard_no, region_code, native_id, "
                "expected_posts_count, posts_priority, is_posts_planned, profile_done_at, posts_done_at) VALUES "
                "(%(day)s, %(page)s, %(platform)s, 1, %(region)s, '1', 5, 1, true, %(moment)s, %(moment)s)",
                **self._key(),
                page=page,
                region=region,
            )
        if freeze:
            self._run(
                "UPDATE ops.night SET plan_frozen_at = %(moment)s "
                "WHERE snapshot_date = %(day)s AND platform = %(platform)s",
                **self._key(),
            )
        return self

    def profile(self, page: int, outcome: str = "ok", reason: str | None = None, **facts: Any) -> StagedNight:
        """A page's profile row: ordinary facts for ok, none for any other outcome, changed by ``facts``."""
        told = {"screen_name": f"page{page}", **PROFILE} if outcome == "ok" else {}
        told |= {"observed_at": self.moment, **facts}
        return self._put("page_profile", page, outcome=outcome, reason=reason, **told)

    def wall(self, page: int, posts_outcome: str = "measured", reason: str | None = None, **facts: Any) -> StagedNight:
        """A page's wall row."""
        told = {"wall_posts_count": 50} if posts_outcome == "measured" else {}
        told |= {"observed_at": self.moment, "asked_since": moscow_midnight(self.day - timedelta(days=30)), **facts}
        return self._put("page_wall", page, posts_outcome=posts_outcome, reason=reason, **told)

    def post(self, page: int, post_id: int, published_at: datetime, **facts: Any) -> StagedNight:
        """A post as the night saw it."""
        told = {"is_pinned": False, "is_repost": False, "is_ad": False, "text_length": 5, **METRICS, **facts}
        return self._put("post", page, post_id=post_id, published_at=published_at, **told)

    def ordinary(self, pages: list[int]) -> StagedNight:
        """Ok profiles and measured walls with one post each, two days old."""
        for page in pages:
            self.profile(page).wall(page).post(page, 1, moscow_midnight(self.day) - timedelta(days=2))
        return self

    def _put(self, table: str, page: int, **values: Any) -> StagedNight:
        row = {"snapshot_date": self.day, "page_id": page, **values}
        if table != "post":
            row["platform"] = self.platform
        packed = {key: _json(value) for key, value in row.items()}
        with transaction(self._connection) as connection:
            query(
                connection,
                f"DELETE FROM staging.{table} WHERE snapshot_date = %(day)s AND page_id = %(page)s"
                + (" AND post_id = %(post_id)s" if table == "post" else ""),
                {"day": self.day, "page": page, "post_id": values.get("post_id")},
            )
            copy_rows(connection, f"staging.{table}", list(packed), [list(packed.values())])
            self._touch(connection)
        return self

    def remove_post(self, page: int, post_id: int) -> None:
        """The wall shows the post no more."""
        with transaction(self._connection) as connection:
            query(
                connection,
                "DELETE FROM staging.post WHERE snapshot_date = %(day)s AND page_id = %(page)s AND post_id = %(post)s",
                {"day": self.day, "page": page, "post": post_id},
            )
            self._touch(connection)

    def _touch(self, connection: Connection) -> None:
        query(
            connection,
            "UPDATE ops.night SET staging_revision = staging_revision + 1 "
            "WHERE snapshot_date = %(day)s AND platform = %(platform)s",
            self._key(),
        )

    def judge(self, *, good: bool = True) -> StagedNight:
        """Write the verdict that the gate would store for the run at the present revision."""
        self._run(
            "WITH judged AS (UPDATE ops.night SET judged_revision = staging_revision, is_judged_good = %(good)s "
            "WHERE snapshot_date = %(day)s AND platform = %(platform)s RETURNING staging_revision) "
            "INSERT INTO ops.quality_result (run_id, snapshot_date, platform, staging_revision, expectation, meaning, "
            "severity, is_passed, checked_at) SELECT %(run_id)s, %(day)s, %(platform)s, staging_revision, 'by_hand', "
            "'', 'critical', %(good)s, %(moment)s FROM judged",
            **self._key(),
            good=good,
            run_id=self.run_id,
        )
        return self

    def night(self) -> Row:
        """The night's row."""
        statement = "SELECT * FROM ops.night WHERE snapshot_date = %(day)s AND platform = %(platform)s"
        return self._run(statement, **self._key())[0]


def _json(value: Any) -> Any:
    import json

    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    return value.isoformat() if isinstance(value, datetime) else value
