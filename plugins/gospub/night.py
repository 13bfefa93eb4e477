"""A whole night, stage by stage: what the DAG's tasks call, and the same without Airflow for commands and tests."""

import logging
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from gospub import clock, publishing, reporting
from gospub.access import Access
from gospub.crawling import close_dead_shards, crawl_shard, run_of
from gospub.errors import NightError
from gospub.planning import Scope, make_plan, open_night
from gospub.quality import check_night

__all__ = ["crawl_night", "crawl_shard", "judge_night", "open_run", "plan_night", "publish", "report", "run_night"]

log = logging.getLogger(__name__)


def open_run(dsn: str, platform: str, label: str, parameters: Mapping[str, Any]) -> int:
    """Open the night of this moment with a run's parameters (regions, limit, profiles_only, again); its run id."""
    scope = Scope(
        regions=parameters.get("regions"),
        limit=parameters.get("limit"),
        profiles_only=bool(parameters.get("profiles_only")),
        again=bool(parameters.get("again")),
    )
    return open_night(dsn, platform, clock.now(), label, scope)


def plan_night(dsn: str, access: Access, run_id: int) -> list[dict[str, Any]]:
    """Plan a run; gives the shards to crawl as {shard_no, title, pages_count}."""
    return [asdict(s) for s in make_plan(dsn, access, run_id, clock.now())]


def judge_night(dsn: str, run_id: int) -> None:
    """Give every unanswered page its outcome, then let the gate judge; raises GateFailed when it rejects the night."""
    if closed := close_dead_shards(dsn, run_id, clock.now()):
        log.warning("%d pages of shards that did not end well are closed as failed", closed)
    check_night(dsn, run_id, clock.now())


def publish(dsn: str, run_id: int) -> dict[str, Any]:
    """Publish a judged night; gives the counts that its event carries."""
    return publishing.publish_night(dsn, run_id, clock.now())


def report(dsn: str, run_id: int) -> None:
    """Log the night's report; raises NightError when something needs a person, so that green hides nothing."""
    run = run_of(dsn, run_id)
    for line in reporting.night_report(dsn, run.snapshot_date, run.platform).splitlines():
        log.info("%s", line)
    if needs := reporting.needs_person(dsn, run.snapshot_date, run.platform):
        raise NightError("the night is published, but a person has to act: " + "; ".join(needs))


def crawl_night(dsn: str, access: Access, label: str, parameters: Mapping[str, Any] | None = None) -> int:
    """Open, plan and crawl a night, one shard after another; returns the run's id.

    A shard that cannot go on is told in the log and left for the gate to judge.
    """
    run_id = open_run(dsn, access.platform, label, parameters or {})
    for shard in plan_night(dsn, access, run_id):
        try:
            crawl_shard(dsn, access, run_id, shard["shard_no"])
        except NightError as error:
            log.error("shard %d (%s): %s", shard["shard_no"], shard["title"], error)
    return run_id


def run_night(dsn: str, access: Access, label: str, parameters: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Crawl, judge and publish a night; returns the counts of publication."""
    run_id = crawl_night(dsn, access, label, parameters)
    judge_night(dsn, run_id)
    return publish(dsn, run_id)
