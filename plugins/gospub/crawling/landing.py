"""Landing answers in staging: a batch's rows and its done marks commit together, or not at all."""

import dataclasses
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from psycopg2.extensions import connection as Connection

from gospub.columns import PAGE_PROFILE, PAGE_WALL, POST, PROFILE_FACTS, names
from gospub.crawling.runs import Run
from gospub.errors import ShardTaken
from gospub.platforms.base import Note, ProfileAnswer, WallAsk
from gospub.warehouse.connection import affected, copy_rows, query, script, told_clearly, transaction

_NOTES_PER_BATCH = 100
_POST_FIELDS = [column.name for column in POST[2:]]


def land_profiles(connection: Connection, run: Run, answers: Sequence[ProfileAnswer], moment: datetime) -> None:
    """Commit profile answers; raises ShardTaken when another attempt has finished one of their pages."""
    with told_clearly(), transaction(connection):
        _mark_done(connection, run, "crawl/mark_profiles_done", [a.page_id for a in answers], moment)
        failed = [a.page_id for a in answers if a.outcome == "failed"]
        kept = _already_good(connection, run, "crawl/good_profiles", failed)
        fresh = [a for a in answers if a.page_id not in kept]
        _forget(connection, run, "crawl/forget_profiles", [a.page_id for a in fresh])
        copy_rows(connection, "staging.page_profile", names(PAGE_PROFILE), (_profile_row(run, a) for a in fresh))
        _keep_notes(connection, run, "profile", ((a.page_id, note) for a in answers for note in a.notes), moment)
        _touch(connection, run)


def land_walls(connection: Connection, run: Run, asks: Sequence[WallAsk], moment: datetime) -> None:
    """Commit finished walls with their posts; raises ShardTaken as ``land_profiles`` does."""
    with told_clearly(), transaction(connection):
        _mark_done(connection, run, "crawl/mark_posts_done", [a.page.page_id for a in asks], moment)
        poor = [a.page.page_id for a in asks if a.posts_outcome in ("failed", "not_planned")]
        kept = _already_good(connection, run, "crawl/good_walls", poor)
        fresh = [a for a in asks if a.page.page_id not in kept]
        _forget(connection, run, "crawl/forget_walls", [a.page.page_id for a in fresh])
        copy_rows(connection, "staging.page_wall", names(PAGE_WALL), (_wall_row(run, a, moment) for a in fresh))
        copy_rows(connection, "staging.post", names(POST), _post_rows(run, fresh))
        _keep_notes(connection, run, "wall", ((a.page.page_id, note) for a in asks for note in a.notes), moment)
        _touch(connection, run)


def _mark_done(connection: Connection, run: Run, name: str, page_ids: list[int], moment: datetime) -> None:
    values = {"snapshot_date": run.snapshot_date, "page_ids": page_ids, "moment": moment}
    if affected(connection, script(name), values) != len(page_ids):
        raise ShardTaken("another attempt has finished some of these pages", "Nothing to do: its rows stand")


def _already_good(connection: Connection, run: Run, name: str, page_ids: list[int]) -> set[int]:
    """Pages that failed now but were answered earlier in the night: that answer stays."""
    values = {"snapshot_date": run.snapshot_date, "page_ids": page_ids}
    return {row["page_id"] for row in query(connection, script(name), values)} if page_ids else set()


def _forget(connection: Connection, run: Run, name: str, page_ids: list[int]) -> None:
    query(connection, script(name), {"snapshot_date": run.snapshot_date, "page_ids": page_ids})


def _touch(connection: Connection, run: Run) -> None:
    query(connection, script("crawl/touch_night"), {"snapshot_date": run.snapshot_date, "platform": run.platform})


def _profile_row(run: Run, answer: ProfileAnswer) -> list[Any]:
    head = [run.snapshot_date, answer.page_id, run.platform, answer.outcome, answer.reason, answer.observed_at]
    return head + [answer.facts.get(column.name) for column in PROFILE_FACTS]


def _wall_row(run: Run, ask: WallAsk, moment: datetime) -> list[Any]:
    head = [run.snapshot_date, ask.page.page_id, run.platform, ask.posts_outcome, ask.reason]
    facts = [ask.wall_posts_count, ask.is_comments_open] if ask.posts_outcome == "measured" else [None, None]
    return [*head, ask.observed_at or moment, ask.since, *facts]


def _post_rows(run: Run, asks: Iterable[WallAsk]) -> Iterable[list[Any]]:
    for ask in asks:
        if ask.posts_outcome in ("measured", "not_planned"):
            for post in ask.posts.values():
                yield [run.snapshot_date, ask.page.page_id, *(getattr(post, field) for field in _POST_FIELDS)]


def _keep_notes(
    connection: Connection, run: Run, kind: str, notes: Iterable[tuple[int, Note]], moment: datetime
) -> None:
    """Keep what could not be read, the first hundred of a batch in full and the rest as a count."""
    found = list(notes)
    told = [(page_id, note) for page_id, note in found[:_NOTES_PER_BATCH]]
    if rest := len(found) - len(told):
        told.append((told[-1][0], Note("(more)", str(rest), f"{rest} more unreadable fields in this batch")))
    rows = (
        ["crawl", f"{run.platform} {kind}", page_id, run.snapshot_date, *dataclasses.astuple(note), moment]
        for page_id, note in told
    )
    columns = ["source", "source_name", "page_id", "snapshot_date", "column_name", "value", "reason", "rejected_at"]
    if told:
        copy_rows(connection, "ops.rejected", columns, rows)
