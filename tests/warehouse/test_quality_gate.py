"""The gate on real Postgres as gospub_loader: each expectation fails once, by one broken staging."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from gospub.clock import moscow_midnight
from gospub.errors import NightError, WarehouseError
from gospub.publishing import publish_night
from gospub.quality.expectations import EXPECTATIONS, Expectation
from gospub.quality.gate import judge
from gospub.quality.validation import validate
from gospub.quality.verdict import Verdict
from tests.warehouse.staged_night import DAY, StagedNight, make_pages, rows

PAGES = 25
Break = Callable[[StagedNight, list[int]], object]
_BY_NAME = {expectation.name: expectation for expectation in EXPECTATIONS}


def world(dsn: str, *, with_yesterday: bool = False) -> tuple[StagedNight, list[int]]:
    """A night of 25 ordinary pages with three posts each; yesterday the same, published."""
    pages = make_pages(dsn, PAGES)
    night = StagedNight(dsn, DAY - timedelta(days=1))
    for day in [DAY - timedelta(days=1)] * with_yesterday + [DAY]:
        night = night if night.day == day else StagedNight(dsn, day)
        night.open_run()
        night.plan(pages).ordinary(pages)
        for page in pages:
            night.post(page, 2, moscow_midnight(DAY) - timedelta(days=3))
            night.post(page, 3, moscow_midnight(DAY) - timedelta(days=4))
        if day < DAY:
            publish_night(dsn, night.judge().run_id, night.moment)
    return night, pages


def verdict_on(night: StagedNight, *names: str) -> Verdict:
    asked = [_BY_NAME[name] for name in names] or EXPECTATIONS
    return judge(night.dsn, night.run_id, night.moment, asked)


def each(pages: list[int], change: Callable[[int], object]) -> None:
    for page in pages:
        change(page)


def fail(night: StagedNight, pages: list[int]) -> None:
    each(pages, lambda page: night.profile(page, "failed", "transient").wall(page, "failed", "transient"))


def without(table: str) -> Break:
    return lambda night, pages: rows(night.dsn, f"DELETE FROM staging.{table} WHERE page_id = %(p)s", p=pages[0])


def profile(**facts: object) -> Break:
    return lambda night, pages: night.profile(pages[0], **facts)  # type: ignore[arg-type]


def wall(**facts: object) -> Break:
    return lambda night, pages: night.wall(pages[0], **facts)  # type: ignore[arg-type]


def post(**facts: object) -> Break:
    posted = moscow_midnight(DAY) - timedelta(days=1)
    return lambda night, pages: night.post(pages[0], 9, **{"published_at": posted, **facts})  # type: ignore[arg-type]


BROKEN: dict[str, Break] = {
    "plan_is_not_empty": lambda night, _: rows(night.dsn, "DELETE FROM ops.crawl_plan"),
    "every_page_has_a_profile_row": without("page_profile"),
    "every_page_has_a_wall_row": without("page_wall"),
    "nothing_outside_the_plan": lambda night, _: night.profile(make_pages_elsewhere(night.dsn)),
    "posts_only_of_asked_walls": wall(posts_outcome="failed", reason="transient"),
    "unanswered_pages_have_no_facts": profile(outcome="failed", reason="transient", members_count=5),
    "failures_have_a_reason": profile(outcome="failed"),
    "gone_pages_have_no_posts": profile(outcome="banned", reason="blocked"),
    "screen_names_are_unique": lambda night, pages: night.profile(pages[0], screen_name=f"page{pages[1]}"),
    "screen_names_are_lower_case": profile(screen_name="Primersk"),
    "trust_mark_is_known": profile(trust_mark=9),
    "profiles_are_of_the_night": profile(observed_at=moscow_midnight(DAY + timedelta(days=1)) + timedelta(minutes=1)),
    "walls_are_of_the_night": wall(observed_at=moscow_midnight(DAY) - timedelta(seconds=1)),
    "posts_lie_in_what_was_asked": post(published_at=moscow_midnight(DAY - timedelta(days=31))),
    "posts_are_not_of_the_future": post(published_at=moscow_midnight(DAY + timedelta(days=1))),
    "failed_share": lambda night, pages: fail(night, pages[:6]),
    "failed_share_by_region": lambda night, pages: fail(night, pages[:6]),
    "walls_failed_share": lambda night, pages: each(pages[:13], lambda p: night.wall(p, "failed", "timeout")),
    "walls_failed_share_is_usual": lambda night, pages: each(pages[:6], lambda p: night.wall(p, "failed", "timeout")),
    "fields_did_not_vanish": lambda night, pages: each(pages[:13], lambda p: night.profile(p, has_mark=None)),
    "fields_are_delivered": lambda night, pages: each(pages[:3], lambda p: night.profile(p, description=None)),
    "members_count_floor": profile(members_count=-1),
    "members_count_ceiling": profile(members_count=50_000_001),
    "trust_mark_floor": profile(trust_mark=-1),
    "trust_mark_ceiling": profile(trust_mark=101),
    "installed_apps_count_floor": profile(installed_apps_count=-1),
    "installed_apps_count_ceiling": profile(installed_apps_count=10_001),
    "wall_posts_count_floor": wall(wall_posts_count=-1),
    "wall_posts_count_ceiling": wall(wall_posts_count=10_000_001),
    "views_count_floor": post(views_count=-1),
    "views_count_ceiling": post(views_count=1_000_000_001),
    "likes_count_floor": post(likes_count=-1),
    "likes_count_ceiling": post(likes_count=100_000_001),
    "comments_count_floor": post(comments_count=-1),
    "comments_count_ceiling": post(comments_count=100_000_001),
    "reposts_count_floor": post(reposts_count=-1),
    "reposts_count_ceiling": post(reposts_count=100_000_001),
    "text_length_floor": post(text_length=-1),
    "text_length_ceiling": post(text_length=1_000_001),
}
DRIFTED: dict[str, Break] = {
    "audience_drift": lambda night, pages: each(pages, lambda p: night.profile(p, members_count=690)),
    "mark_drift": lambda night, pages: each(pages[:8], lambda p: night.profile(p, has_mark=False)),
    "alive_drift": lambda night, pages: each(pages[:6], lambda p: night.profile(p, "no_access", "access_denied")),
    "posts_drift": lambda night, pages: each(pages, lambda p: [night.remove_post(p, 2), night.remove_post(p, 3)]),
    "posts_growth": lambda night, pages: each(
        pages, lambda p: [night.post(p, 90 + i, moscow_midnight(DAY) - timedelta(days=1)) for i in range(4)]
    ),
    "measured_walls_drift": lambda night, pages: each(pages[:13], lambda p: night.wall(p, "not_planned")),
}


def make_pages_elsewhere(dsn: str) -> int:
    statement = (
        "INSERT INTO registry.page (platform, native_id, resolution, first_seen_on) "
        "VALUES ('vk', '777', 'given', '2026-01-01') RETURNING page_id"
    )
    return int(rows(dsn, statement)[0]["page_id"])


def test_every_expectation_is_broken_once() -> None:
    assert set(BROKEN) | set(DRIFTED) == set(_BY_NAME)


@pytest.mark.parametrize("name", [*BROKEN, *DRIFTED])
def test_an_expectation_fails_on_a_staging_that_breaks_it_and_holds_on_a_sound_one(name: str, loader_dsn: str) -> None:
    night, pages = world(loader_dsn, with_yesterday=name in DRIFTED)
    assert verdict_on(night, name).findings[0].is_passed
    {**BROKEN, **DRIFTED}[name](night, pages)
    verdict = verdict_on(night, name)
    assert not verdict.findings[0].is_passed
    assert verdict.is_good == (_BY_NAME[name].severity == "warning")


def test_an_ordinary_night_passes_everything_and_says_that_drift_was_skipped(loader_dsn: str) -> None:
    night, _ = world(loader_dsn)
    verdict = verdict_on(night)
    assert [finding.told() for finding in (*verdict.failures, *verdict.warnings)] == []
    told = {finding.expectation.name: finding.observed for finding in verdict.findings}
    assert told["audience_drift"] == "skipped: no earlier whole night"
    assert (told["failed_share"], told["plan_is_not_empty"]) == ("0", "25")
    assert (night.night()["is_judged_good"], night.night()["judged_revision"]) == (True, verdict.revision)


def test_a_partial_run_is_not_compared_with_other_nights(loader_dsn: str) -> None:
    night, pages = world(loader_dsn, with_yesterday=True)
    DRIFTED["audience_drift"](night, pages)
    night.open_run(regions=["59"])
    finding = verdict_on(night, "audience_drift").findings[0]
    assert (finding.is_passed, finding.observed) == (True, "skipped: a partial run is not compared")


def test_a_field_that_the_last_night_lacked_too_does_not_stop_the_night(loader_dsn: str) -> None:
    pages = make_pages(loader_dsn, PAGES)
    for day in (DAY - timedelta(days=1), DAY):
        night = StagedNight(loader_dsn, day)
        night.open_run()
        night.plan(pages).ordinary(pages)
        each(pages, lambda page, night=night: night.profile(page, has_mark=None))  # type: ignore[misc]
        publish_night(loader_dsn, night.judge().run_id, night.moment)
    verdict = verdict_on(night, "fields_did_not_vanish", "fields_are_delivered")
    assert verdict.is_good
    assert [finding.expectation.name for finding in verdict.warnings] == ["fields_are_delivered"]


def test_a_handful_of_failures_is_no_share_but_a_night_without_an_answer_is(loader_dsn: str) -> None:
    night, pages = world(loader_dsn)
    fail(night, pages[:3])
    assert verdict_on(night, "failed_share").is_good
    fail(night, pages)
    finding = verdict_on(night, "failed_share").failures[0]
    assert finding.observed == "1"


def test_offending_rows_are_kept_with_the_result(loader_dsn: str) -> None:
    night, pages = world(loader_dsn)
    each(pages, lambda page: night.profile(page, members_count=-page))
    verdict_on(night)
    kept = rows(loader_dsn, "SELECT * FROM ops.quality_result WHERE expectation = 'members_count_floor'")[0]
    assert (kept["is_passed"], kept["unexpected_count"], kept["bound"], kept["severity"]) == (
        False,
        25,
        "≥ 0",
        "critical",
    )
    assert len(kept["sample"]) == 20
    assert {"page_id": pages[0], "region_code": "59", "members_count": -pages[0]} in kept["sample"]
    regional = rows(loader_dsn, "SELECT * FROM ops.quality_result WHERE expectation = 'failed_share_by_region'")[0]
    assert (regional["is_passed"], regional["sample"]) == (True, None)


def test_judging_a_revision_again_replaces_its_results(loader_dsn: str) -> None:
    night, _ = world(loader_dsn)
    verdict_on(night)
    verdict_on(night)
    found = rows(loader_dsn, "SELECT count(*) AS n FROM ops.quality_result")[0]["n"]
    assert found == len(EXPECTATIONS)


def test_other_networks_and_other_nights_are_not_judged(loader_dsn: str) -> None:
    night, _ = world(loader_dsn)
    foreign = make_pages(loader_dsn, 2, "ok")
    other = StagedNight(loader_dsn, DAY, "ok")
    other.open_run()
    other.plan(foreign).ordinary(foreign)
    other.profile(foreign[0], members_count=-1)
    assert verdict_on(night).is_good
    assert not verdict_on(other).is_good


def test_an_unknown_run_is_told_clearly(loader_dsn: str) -> None:
    with pytest.raises(NightError, match="no run 5"):
        judge(loader_dsn, 5, moscow_midnight(DAY))


def test_an_expectation_that_cannot_be_evaluated_stops_the_gate(loader_dsn: str) -> None:
    broken = Expectation("nonsense", "pages", "warning", "", "", "no_such_column", low=0)
    with pytest.raises(WarehouseError, match="nonsense could not be evaluated"):
        validate(loader_dsn, {"pages": "SELECT 1 AS page_id, '59' AS region_code"}, [broken])
