"""A night that the gate rejects, an operator's acceptance, and the quality report, on real Postgres."""

from __future__ import annotations

import pytest

from gospub.crawling import close_dead_shards
from gospub.errors import GateFailed, NightError, NotJudged
from gospub.publishing import publish_night
from gospub.quality import accept_night, check_night, quality_report, quality_report_text
from tests.warehouse.staged_night import DAY, StagedNight, make_pages, rows

WHO = "Иванова"
WHY = "авария у сети, данные верны"


def rejected_night(dsn: str) -> tuple[StagedNight, list[int]]:
    """A night of which two pages in five failed, after the gate has looked at it."""
    pages = make_pages(dsn, 10)
    night = StagedNight(dsn)
    night.open_run()
    night.plan(pages).ordinary(pages)
    for page in pages[:4]:
        night.profile(page, "failed", "<transient>").wall(page, "failed", "transient")
    with pytest.raises(GateFailed):
        check_night(dsn, night.run_id, night.moment)
    return night, pages


def test_the_refusal_names_the_expectation_the_figure_the_floor_and_where_to_look(loader_dsn: str) -> None:
    night, _ = rejected_night(loader_dsn)
    with pytest.raises(GateFailed) as raised:
        check_night(loader_dsn, night.run_id, night.moment)
    told = str(raised.value)
    for part in ("failed_share: observed 0.4, expected ≤ 0.2", "quality-report 2026-03-10", "ops.quality_result"):
        assert part in told
    run = rows(loader_dsn, "SELECT state, finished_at FROM ops.crawl_run")[0]
    assert run == {"state": "rejected", "finished_at": night.moment}


def test_pages_of_a_dead_shard_end_as_failed_and_are_judged(loader_dsn: str) -> None:
    pages = make_pages(loader_dsn, 10)
    night = StagedNight(loader_dsn)
    night.open_run()
    night.plan(pages).ordinary(pages[:9])
    rows(
        loader_dsn,
        "UPDATE ops.crawl_plan SET profile_done_at = NULL, posts_done_at = NULL WHERE page_id = %(page)s",
        page=pages[9],
    )
    close_dead_shards(loader_dsn, night.run_id, night.moment)
    verdict = check_night(loader_dsn, night.run_id, night.moment)
    assert verdict.is_good
    left = rows(loader_dsn, "SELECT outcome, reason FROM staging.page_profile WHERE page_id = %(page)s", page=pages[9])
    assert left == [{"outcome": "failed", "reason": "shard_dead"}]
    assert verdict.revision == night.night()["staging_revision"] == night.night()["judged_revision"]
    assert publish_night(loader_dsn, night.run_id, night.moment)["pages_by_outcome"] == {"ok": 9, "failed": 1}


def test_nothing_can_be_accepted_without_a_name_and_a_reason(loader_dsn: str) -> None:
    night, _ = rejected_night(loader_dsn)
    for who, reason in (("", WHY), (WHO, "  ")):
        with pytest.raises(NightError, match="needs a name and a reason"):
            accept_night(loader_dsn, DAY, "vk", who, reason, night.moment)


def test_an_unknown_night_cannot_be_accepted(loader_dsn: str) -> None:
    with pytest.raises(NightError, match="there is no night of 2026-03-10 on vk"):
        accept_night(loader_dsn, DAY, "vk", WHO, WHY, StagedNight(loader_dsn, DAY, "ok").moment)


def test_a_good_night_needs_no_acceptance(loader_dsn: str) -> None:
    pages = make_pages(loader_dsn, 5)
    night = StagedNight(loader_dsn)
    night.open_run()
    night.plan(pages).ordinary(pages)
    check_night(loader_dsn, night.run_id, night.moment)
    with pytest.raises(NightError, match="nothing to accept"):
        accept_night(loader_dsn, DAY, "vk", WHO, WHY, night.moment)


def test_staging_that_was_not_judged_cannot_be_accepted(loader_dsn: str) -> None:
    night, pages = rejected_night(loader_dsn)
    night.profile(pages[0])
    with pytest.raises(NotJudged):
        accept_night(loader_dsn, DAY, "vk", WHO, WHY, night.moment)


def test_an_accepted_night_is_published_and_remembers_who_said_so(loader_dsn: str) -> None:
    night, _ = rejected_night(loader_dsn)
    assert "clear the task check" in accept_night(loader_dsn, DAY, "vk", WHO, WHY, night.moment)
    assert check_night(loader_dsn, night.run_id, night.moment).is_accepted
    assert publish_night(loader_dsn, night.run_id, night.moment)["pages_count"] == 10
    kept = night.night()
    assert (kept["accepted_by"], kept["accepted_revision"]) == (WHO, kept["published_revision"])
    assert kept["accepted_reason"].startswith(WHY)


def test_an_acceptance_does_not_cover_what_comes_after_it(loader_dsn: str) -> None:
    night, pages = rejected_night(loader_dsn)
    accept_night(loader_dsn, DAY, "vk", WHO, WHY, night.moment)
    night.profile(pages[5], "failed", "transient")
    with pytest.raises(NotJudged):
        publish_night(loader_dsn, night.run_id, night.moment)
    with pytest.raises(GateFailed):
        check_night(loader_dsn, night.run_id, night.moment)
    with pytest.raises(GateFailed):
        publish_night(loader_dsn, night.run_id, night.moment)


def test_a_night_that_nobody_judged_has_no_quality_report(loader_dsn: str) -> None:
    with pytest.raises(NightError, match="has not been judged"):
        quality_report(loader_dsn, DAY, "vk")


def test_the_quality_report_tells_every_result_and_needs_no_network(loader_dsn: str) -> None:
    night, _ = rejected_night(loader_dsn)
    accept_night(loader_dsn, DAY, "vk", "<b>Иванова</b>", WHY, night.moment)
    page = quality_report(loader_dsn, DAY, "vk")
    assert "http" not in page
    assert "<b>Иванова" not in page
    assert "&lt;b&gt;Иванова" in page
    told = rows(loader_dsn, "SELECT expectation FROM ops.quality_result")
    assert told
    for row in told:
        assert f"<td>{row['expectation']}<" in page
    text = quality_report_text(loader_dsn, DAY, "vk")
    assert "critical  failed_share " in text
    assert "0.4 (expected ≤ 0.2)" in text
    assert "Not published." in text
