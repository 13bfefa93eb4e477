"""The night's report, what needs a person, and the promise checks: each breach shows, a sound night shows none."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gospub.clock import moscow_midnight
from gospub.errors import NightError
from gospub.publishing import publish_night
from gospub.reporting import last_night, needs_person, night_report, verify
from gospub.reporting.promises import promises
from tests.warehouse.staged_night import DAY, StagedNight, make_pages, rows


def published_nights(dsn: str, pages: list[int], count: int = 2) -> StagedNight:
    for later in range(count):
        night = StagedNight(dsn, DAY + timedelta(days=later))
        night.open_run()
        night.plan(pages).ordinary(pages).post(pages[0], 7, moscow_midnight(DAY) - timedelta(days=1))
        publish_night(dsn, night.judge().run_id, night.moment)
    return night


def with_token(dsn: str, state: str = "live", calls: int = 0, reason: str | None = None) -> None:
    rows(
        dsn,
        "INSERT INTO ops.token (fingerprint, platform, state, reason, changed_at) "
        "VALUES ('0123456789abcdef', 'vk', %(state)s, %(reason)s, %(at)s)",
        state=state,
        reason=reason,
        at=moscow_midnight(DAY),
    )
    for hour in (1, 2) if calls else ():
        rows(
            dsn,
            "INSERT INTO ops.token_usage VALUES ('0123456789abcdef', 'wall.get', %(at)s, %(calls)s)",
            at=moscow_midnight(DAY) + timedelta(hours=hour),
            calls=calls,
        )


def test_a_night_that_never_was_is_told_clearly(loader_dsn: str) -> None:
    with pytest.raises(NightError, match="no night of 2026-03-10 on vk"):
        night_report(loader_dsn, DAY, "vk")
    with pytest.raises(NightError, match="no night of vk has been opened"):
        last_night(loader_dsn, "vk")


def test_the_report_tells_outcomes_failures_calls_and_quality(loader_dsn: str) -> None:
    pages = make_pages(loader_dsn, 10)
    night = StagedNight(loader_dsn)
    night.open_run()
    night.plan(pages[:5]).plan(pages[5:], region="77").ordinary(pages)
    night.profile(pages[0], "failed", "transient").wall(pages[0], "failed", "transient")
    night.profile(pages[1], "banned", "content_blocked").wall(pages[1], "page_gone")
    with_token(loader_dsn, calls=40)
    publish_night(loader_dsn, night.judge().run_id, night.moment)
    told = night_report(loader_dsn, DAY, "vk", {"wall.get": 5000})
    for part in (
        "10 planned, 90.0% answered",
        "walls of 80.0% of the pages measured",
        "transient, Перм",
        "0123456789abcdef live         wall.get                      80, 4920 left",
        "Published whole",
        "8 new posts",
        "Nothing.",
    ):
        assert part in told, told


def test_the_report_of_an_old_night_rests_on_history(loader_dsn: str) -> None:
    pages = make_pages(loader_dsn, 3)
    published_nights(loader_dsn, pages, 1)
    before = night_report(loader_dsn, DAY, "vk")
    rows(loader_dsn, "SELECT ops.drop_partitions(%(t)s, '2027-01-01')", t="staging.page_profile")
    rows(loader_dsn, "SELECT ops.drop_partitions(%(t)s, '2027-01-01')", t="staging.page_wall")
    assert night_report(loader_dsn, DAY, "vk") == before


def test_a_sound_night_needs_nobody(loader_dsn: str) -> None:
    night = published_nights(loader_dsn, make_pages(loader_dsn, 3))
    with_token(loader_dsn)
    assert needs_person(loader_dsn, night.day, "vk") == []
    assert last_night(loader_dsn, "vk") == night.day


def test_a_night_without_publication_needs_a_person(loader_dsn: str) -> None:
    pages = make_pages(loader_dsn, 3)
    night = StagedNight(loader_dsn)
    night.open_run()
    night.plan(pages).ordinary(pages)
    assert "not published" in needs_person(loader_dsn, DAY, "vk")[0]
    night.judge(good=False)
    assert "rejected the night (by_hand)" in needs_person(loader_dsn, DAY, "vk")[0]


def test_staging_that_changed_after_publication_needs_a_person(loader_dsn: str) -> None:
    pages = make_pages(loader_dsn, 3)
    published_nights(loader_dsn, pages).profile(pages[0], members_count=3)
    assert "staging changed" in needs_person(loader_dsn, DAY + timedelta(days=1), "vk")[0]


def test_a_hole_is_not_hidden_and_names_its_reasons(loader_dsn: str) -> None:
    pages = make_pages(loader_dsn, 20)
    night = StagedNight(loader_dsn)
    night.open_run()
    night.plan(pages).ordinary(pages)
    for page in pages[:4]:
        night.profile(page, "failed", "answer_not_understood").wall(page, "failed", "answer_not_understood")
    publish_night(loader_dsn, night.judge().run_id, night.moment)
    hole, parser = needs_person(loader_dsn, DAY, "vk")
    assert hole.startswith("4 of 20 pages failed (answer_not_understood)")
    assert "see ops.rejected" in parser


@pytest.mark.parametrize("state", ["dead", "needs_person", "wrong_type"])
def test_a_token_that_only_a_person_can_mend_is_named_by_its_fingerprint(state: str, loader_dsn: str) -> None:
    night = published_nights(loader_dsn, make_pages(loader_dsn, 3))
    with_token(loader_dsn, state, reason="User authorization failed")
    told = needs_person(loader_dsn, night.day, "vk")
    assert told[0].startswith("token 0123456789abcdef")
    assert "User authorization failed" in told[0]


def test_promises_hold_after_sound_nights(loader_dsn: str) -> None:
    published_nights(loader_dsn, make_pages(loader_dsn, 3))
    with_token(loader_dsn, calls=2500)
    assert verify(loader_dsn, {"wall.get": 5000}) == []


_METRIC = "INSERT INTO history.post_metric SELECT page_id, post_id, '2026-03-11', views_count, likes_count, "
BREACHES = {
    "1 every page has one outcome": "DELETE FROM history.page_day WHERE page_id = 1",
    "1 published counts hold": "UPDATE ops.crawl_run SET counts = counts || '{\"pages_count\": 2}'",
    "2 failure is not a fact": "UPDATE history.page_day SET posts_outcome = 'failed'",
    "2 unknown mark is not false": "UPDATE history.page_day SET has_mark = NULL",
    "3 the past is not invented": "UPDATE history.page_day SET observed_at = observed_at + interval '23 hours'",
    "4 gate before publication": "DELETE FROM ops.quality_result",
    "5 rows belong to published runs": "UPDATE ops.crawl_run SET counts = NULL",
    "6 profiles do not overlap": "INSERT INTO history.page_profile "
    "SELECT page_id, '2026-03-09', '2026-03-20', platform, profile_hash FROM history.page_profile",
    "6 posts agree with their absences": "UPDATE history.post SET gone_on = '2026-03-11'",
    "6 metrics change": _METRIC + "comments_count, reposts_count FROM history.post_metric",
    "7 quotas are obeyed": "UPDATE ops.token_usage SET calls_count = 2501",
}


def test_every_promise_is_broken_once() -> None:
    assert promises() == sorted(BREACHES)


@pytest.mark.parametrize("promise", BREACHES)
def test_a_broken_promise_shows_with_an_example(promise: str, warehouse: str) -> None:
    published_nights(warehouse, make_pages(warehouse, 3))
    with_token(warehouse, calls=2500)
    rows(warehouse, BREACHES[promise].replace("%", "%%"))
    broken = {found.promise: found for found in verify(warehouse, {"wall.get": 5000})}
    assert promise in broken
    assert broken[promise].breaches_count >= 1
    assert "=" in str(broken[promise])


def test_calls_a_day_apart_do_not_add_up(loader_dsn: str) -> None:
    with_token(loader_dsn, calls=5000)
    rows(
        loader_dsn,
        "UPDATE ops.token_usage SET booked_at = booked_at + interval '23 hours' WHERE booked_at > %(at)s",
        at=moscow_midnight(DAY) + timedelta(minutes=90),
    )
    assert verify(loader_dsn, {"wall.get": 5000}) == []
