"""A whole night without Airflow, stage by stage, for the command line and the tests; the DAG runs the same stages."""

import logging
from typing import Any

from gospub import clock
from gospub.access import Access
from gospub.crawling import close_dead_shards, crawl_shard
from gospub.errors import NightError
from gospub.planning import Scope, ShardSummary, make_plan, open_night
from gospub.platforms import NETWORKS
from gospub.publishing import publish_night
from gospub.quality import check_night

log = logging.getLogger(__name__)


def plan_night(dsn: str, access: Access, run_id: int) -> list[ShardSummary]:
    """Plan a run; see ``gospub.planning.make_plan``."""
    return make_plan(dsn, access, NETWORKS[access.platform].wall_method, run_id, clock.now())


def judge_night(dsn: str, run_id: int) -> None:
    """Give every unanswered page its outcome, then let the gate judge; raises GateFailed when it rejects the night."""
    if closed := close_dead_shards(dsn, run_id, clock.now()):
        log.warning("%d pages of dead shards are closed as failed", closed)
    check_night(dsn, run_id, clock.now())


def crawl_night(dsn: str, access: Access, label: str, scope: Scope | None = None) -> int:
    """Open, plan and crawl a night, one shard after another; returns the run's id.

    A shard that cannot go on is told in the log and left for the gate to judge.
    """
    run_id = open_night(dsn, access.platform, clock.now(), label, scope)
    for shard in plan_night(dsn, access, run_id):
        try:
            crawl_shard(dsn, access, run_id, shard.shard_no)
        except NightError as error:
            log.error("shard %d (%s): %s", shard.shard_no, shard.title, error)
    return run_id


def run_night(dsn: str, access: Access, label: str, scope: Scope | None = None) -> dict[str, Any]:
    """Crawl, judge and publish a night; returns the counts of publication."""
    run_id = crawl_night(dsn, access, label, scope)
    judge_night(dsn, run_id)
    return publish_night(dsn, run_id, clock.now())
