"""Writes small published worlds into a real warehouse, row by row, as publication would leave them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from gospub.clock import moscow_midnight
from gospub.warehouse.connection import affected, connected, copy_rows, query, transaction

DAY = date(2026, 3, 10)
MOMENT = datetime(2026, 3, 10, 1, 0, tzinfo=UTC)
FIRST_DAY = date(2026, 1, 1)

FACTS: dict[str, Any] = {
    "outcome": "ok",
    "posts_outcome": "measured",
    "members_count": 1000,
    "has_mark": True,
    "posts_7d_count": 5,
    "posts_30d_count": 20,
    "posts_with_views_30d_count": 20,
    "views_30d_sum": 4000,
    "likes_30d_sum": 30,
    "comments_30d_sum": 6,
    "reposts_30d_sum": 4,
}
FAILED: dict[str, Any] = {
    **dict.fromkeys(FACTS),
    "outcome": "failed",
    "posts_outcome": "failed",
    "reason": "transient",
    "last_post_at": None,
}
GONE: dict[str, Any] = {**FAILED, "posts_outcome": "page_gone", "outcome": "banned", "reason": None}


class PublishedNights:
    """A warehouse under construction: organisations, pages, and nights of facts about them."""

    def __init__(self, dsn: str) -> None:
        self.dsn = dsn
        self._ogrn = 1_000_000_000_000
        with connected(dsn) as connection, transaction(connection):
            query(connection, "select ops.ensure_partitions(%(day)s, 2)", {"day": DAY})
            query(connection, "select ops.ensure_partitions(%(day)s, 2)", {"day": FIRST_DAY})

    def run(self, statement: str, **parameters: Any) -> list[dict[str, Any]]:
        """Run one statement in a transaction of its own."""
        with connected(self.dsn) as connection, transaction(connection):
            return query(connection, statement, parameters)

    def organisation(self, region: str, **version: Any) -> int:
        """An obliged organisation, unless `version` says otherwise; returns its id."""
        self._ogrn += 1
        given = {
            "valid_from": FIRST_DAY,
            "valid_to": "infinity",
            "name": f"Организация {self._ogrn % 1000}",
            "level": "МО",
            "is_obliged": True,
            "exemption_ground": None,
            "is_pos_connected": True,
            "region_code": region,
            **version,
        }
        with connected(self.dsn) as connection, transaction(connection):
            organisation = query(
                connection,
                "insert into registry.organisation (ogrn, first_seen_on) values (%(ogrn)s, %(day)s)"
                " returning organisation_id",
                {"ogrn": str(self._ogrn), "day": FIRST_DAY},
            )[0]["organisation_id"]
            _insert(connection, "registry.organisation_version", {"organisation_id": organisation, **given})
        return int(organisation)

    def manager(self, organisation: int, trained_on: date | None = FIRST_DAY) -> None:
        """A manager of the organisation's pages."""
        row = {"organisation_id": organisation, "name": "Иванова", "trained_on": trained_on, "valid_from": FIRST_DAY}
        with connected(self.dsn) as connection, transaction(connection):
            _insert(connection, "registry.page_manager", row)

    def page(self, organisation: int, platform: str = "vk", **assignment: Any) -> int:
        """A page of an organisation; returns its id."""
        with connected(self.dsn) as connection, transaction(connection):
            page = query(
                connection,
                "insert into registry.page (platform, native_id, resolution, first_seen_on)"
                " select %(platform)s, 1000 + count(*), 'given', %(day)s from registry.page returning page_id",
                {"platform": platform, "day": FIRST_DAY},
            )[0]["page_id"]
            row = {"page_id": page, "organisation_id": organisation, "valid_from": FIRST_DAY, "link": "x", **assignment}
            _insert(connection, "registry.page_assignment", row)
        return int(page)

    def night(self, day: date, facts: dict[int, dict[str, Any]], platform: str = "vk") -> None:
        """Publish a night: for each page what differs from an ordinary page's facts (FACTS)."""
        given = {"day": day, "platform": platform, "moment": moscow_midnight(day) + timedelta(hours=2)}
        with connected(self.dsn) as connection, transaction(connection):
            affected(connection, _OPEN_NIGHT, given)
            for page, changes in facts.items():
                posted = moscow_midnight(day) - timedelta(hours=30)
                row = {**FACTS, "last_post_at": posted, **changes}
                head = {"snapshot_date": day, "page_id": page, "platform": platform, "run_id": 1}
                _insert(connection, "history.page_day", {**head, "observed_at": given["moment"], **row})
                if row["outcome"] == "ok":
                    affected(
                        connection, _KEEP_PROFILE, {**head, "has_mark": row["has_mark"], "name": f"Страница {page}"}
                    )


_OPEN_NIGHT = """
insert into ops.night (snapshot_date, platform, opened_at, published_at, published_revision, staging_revision)
values (%(day)s, %(platform)s, %(moment)s, %(moment)s, 1, 1)
on conflict do nothing
"""

_KEEP_PROFILE = """
update history.page_profile set valid_to = %(snapshot_date)s
where page_id = %(page_id)s and valid_to = 'infinity' and has_mark is distinct from %(has_mark)s;
insert into history.page_profile (page_id, valid_from, platform, profile_hash, name, has_mark)
select %(page_id)s, %(snapshot_date)s, %(platform)s, '', %(name)s, %(has_mark)s
where not exists (
    select from history.page_profile where page_id = %(page_id)s and valid_to = 'infinity'
)
"""


def _insert(connection: Any, table: str, row: dict[str, Any]) -> None:
    copy_rows(connection, table, list(row), [list(row.values())])
