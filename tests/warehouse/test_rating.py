"""Ratings of small worlds whose scores are computed by hand here."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from gospub.errors import ConfigurationError, NightError
from gospub.rating import rate_night, top_regions
from tests.warehouse.published_nights import DAY, FAILED, GONE, MOMENT, PublishedNights

YESTERDAY = DAY - timedelta(days=1)
METHOD = "federal-2022"


@pytest.fixture
def world(warehouse: str) -> PublishedNights:
    return PublishedNights(warehouse)


def rate(dsn: str, day: date = DAY, **more: Any) -> dict[str, Any]:
    (only,) = rate_night(dsn, day, MOMENT, **more)["methods"]
    return only


def scores(world: PublishedNights, revision: int | None = None) -> dict[str, dict[str, Any]]:
    rows = world.run(
        "select s.* from rating.region_score s join rating.run r using (rating_run_id)"
        " where case when %(revision)s::int is null then r.is_latest else r.revision = %(revision)s end",
        revision=revision,
    )
    return {row["region_code"]: row for row in rows}


def criteria(world: PublishedNights, region: str) -> dict[str, dict[str, Any]]:
    rows = world.run(
        "select c.* from rating.region_criterion c join rating.run r using (rating_run_id)"
        " where r.is_latest and region_code = %(region)s",
        region=region,
    )
    return {row["criterion"]: row for row in rows}


def write_method(folder: Path, criterion: str, **changes: Any) -> Path:
    fields = {"ranking": "dense", "decimals": 2, "measured_share_floor": 0.5, "version": '"1"'} | {
        key: value
        for key, value in changes.items()
        if key in ("ranking", "decimals", "measured_share_floor", "version", "pages")
    }
    head = "\n".join(f"{key}: {value}" for key, value in fields.items())
    (folder / "small.yaml").write_text(
        f"method: small\ntitle: Малая\nassumption: проба\nvalid_from: 2022-12-01\npoints: 100\n{head}\n"
        f"blocks:\n  - block: one\n    title: Один\n    weight: 100\n    criteria:\n      - {criterion}\n",
        encoding="utf-8",
    )
    return folder


def test_a_night_that_nobody_published_is_refused(world: PublishedNights, loader_dsn: str) -> None:
    with pytest.raises(NightError, match="no network has published a night of 2026-03-10"):
        rate_night(loader_dsn, DAY, MOMENT)


def test_a_region_of_perfect_pages_earns_all_points(world: PublishedNights, loader_dsn: str) -> None:
    organisation = world.organisation("59")
    world.manager(organisation)
    page = world.page(organisation)
    # view_rate = 4000 / 20 / 1000 = 0.2 of 0.3; er_views = (40 / 20) / (4000 / 20) = 0.01 of 0.03
    world.night(DAY, {page: {}})
    assert rate(loader_dsn)["regions_rated_count"] == 1
    earned = {name: row["points"] for name, row in criteria(world, "59").items()}
    assert earned == pytest.approx(
        {
            "coverage": 20,
            "mark": 15,
            "pos_connection": 10,
            "qualified_manager": 5,
            "posts_7d": 20,
            "view_rate": 10 * 0.2 / 0.3,
            "er_views": 10 * 0.01 / 0.03,
            "comments_30d": 10,
        }
    )
    assert float(scores(world)["59"]["shown_score"]) == 90.00
    assert scores(world)["59"]["place"] == 1


def test_a_score_by_hand_over_uneven_pages(world: PublishedNights, loader_dsn: str) -> None:
    kept = [world.organisation("59") for _ in range(2)]
    world.organisation("59", is_pos_connected=False)
    world.organisation("59", exemption_ground="Режим", is_pos_connected=False)
    world.manager(kept[0])
    world.manager(kept[1], trained_on=None)
    marked, unmarked = world.page(kept[0]), world.page(kept[1])
    world.night(
        DAY,
        {
            marked: {"views_30d_sum": 12000, "comments_30d_sum": 0, "likes_30d_sum": 360, "reposts_30d_sum": 0},
            unmarked: {"has_mark": False, "posts_7d_count": 2, "views_30d_sum": 2000, "likes_30d_sum": 10},
        },
    )
    rate(loader_dsn)
    by_hand = {
        "coverage": 20 * 2 / 3,
        "mark": 15 * 1 / 2,
        "pos_connection": 10 * 2 / 3,
        "qualified_manager": 5 * 1 / 3,
        "posts_7d": 20 * 1 / 2,
        "view_rate": 10 * ((12000 / 20 / 1000 + 2000 / 20 / 1000) / 2) / 0.3,  # median of two; above 0.3 earns all
        "er_views": 10 * (360 / 12000 + 20 / 2000) / 2 / 0.03,
        "comments_30d": 10 * 1 / 2,
    }
    by_hand["view_rate"] = min(10, by_hand["view_rate"])
    assert {name: row["points"] for name, row in criteria(world, "59").items()} == pytest.approx(by_hand)
    assert float(scores(world)["59"]["shown_score"]) == round(sum(by_hand.values()), 2)


def test_a_failed_night_costs_nobody_a_point(world: PublishedNights, loader_dsn: str) -> None:
    pages = [world.page(world.organisation("59")) for _ in range(4)]
    world.night(YESTERDAY, {page: {} for page in pages})
    rate(loader_dsn, YESTERDAY)
    before = scores(world)["59"]["score"]
    world.night(DAY, dict.fromkeys(pages, FAILED))
    rate_night(loader_dsn, DAY, MOMENT)
    run = world.run("select * from rating.run where snapshot_date = %(day)s", day=DAY)[0]
    after = world.run(
        "select * from rating.region_score where rating_run_id = %(r)s and place = 1", r=run["rating_run_id"]
    )
    assert (after[0]["region_code"], after[0]["score"], after[0]["measured_share"]) == ("59", before, 1)
    assert (run["pages_count"], run["pages_measured_count"], run["pages_carried_count"]) == (4, 0, 4)
    carried = world.run(
        "select distinct measured_on from rating.page_criterion where rating_run_id = %(r)s", r=run["rating_run_id"]
    )
    assert carried == [{"measured_on": YESTERDAY}]


def test_a_measurement_is_carried_for_seven_nights_and_no_longer(world: PublishedNights, loader_dsn: str) -> None:
    old, older = world.page(world.organisation("59")), world.page(world.organisation("59"))
    world.night(DAY - timedelta(days=8), {older: {}})
    world.night(DAY - timedelta(days=7), {old: {}})
    world.night(DAY, {old: FAILED, older: FAILED})
    rate(loader_dsn)
    mark = criteria(world, "59")["mark"]
    assert (mark["subjects_count"], mark["measured_count"], mark["value"]) == (2, 1, 1)


def test_below_the_floor_a_region_gets_a_reason_and_no_place(world: PublishedNights, loader_dsn: str) -> None:
    pages = [world.page(world.organisation("59")) for _ in range(3)]
    other = world.page(world.organisation("40"))
    world.night(DAY, {pages[0]: {}, pages[1]: FAILED, pages[2]: FAILED, other: {"has_mark": False}})
    rate(loader_dsn)
    unrated = scores(world)["59"]
    assert (unrated["place"], unrated["score"], unrated["shown_score"]) == (None, None, None)
    assert unrated["unrated_reason"] == "измерено 33 % страниц при пороге 50 %"
    assert scores(world)["40"]["place"] == 1
    assert scores(world)["01"]["unrated_reason"] == "в реестре нет ни одной страницы региона"


def test_exactly_at_the_floor_a_region_is_rated(world: PublishedNights, loader_dsn: str) -> None:
    pages = [world.page(world.organisation("59")) for _ in range(2)]
    world.night(DAY, {pages[0]: {}, pages[1]: FAILED})
    rate(loader_dsn)
    assert (scores(world)["59"]["place"], scores(world)["59"]["measured_share"]) == (1, 0.5)


def test_a_mark_that_was_not_delivered_is_unknown_not_absent(world: PublishedNights, loader_dsn: str) -> None:
    pages = [world.page(world.organisation("59")) for _ in range(2)]
    world.night(DAY, {pages[0]: {}, pages[1]: {"has_mark": None}})
    rate(loader_dsn)
    mark = criteria(world, "59")["mark"]
    assert (mark["subjects_count"], mark["measured_count"], mark["value"]) == (2, 1, 1)


def test_views_that_the_network_does_not_give_are_unknown_not_nought(world: PublishedNights, loader_dsn: str) -> None:
    page = world.page(world.organisation("59"))
    world.night(DAY, {page: {"posts_with_views_30d_count": 0, "views_30d_sum": 0}})
    rate(loader_dsn)
    found = criteria(world, "59")
    assert (found["view_rate"]["points"], found["er_views"]["points"]) == (None, None)
    # left: coverage 20 + mark 15 + pos 10 + posts 20 + comments 10 of as many (no manager is named: left out as well)
    assert scores(world)["59"]["score"] == pytest.approx(100)


def test_a_page_without_posts_reaches_nobody(world: PublishedNights, loader_dsn: str) -> None:
    page = world.page(world.organisation("59"))
    nothing = {"posts_7d_count": 0, "posts_30d_count": 0, "posts_with_views_30d_count": 0, "views_30d_sum": 0}
    world.night(DAY, {page: {**nothing, "comments_30d_sum": 0, "last_post_at": None}})
    rate(loader_dsn)
    found = criteria(world, "59")
    assert [found[c]["value"] for c in ("posts_7d", "view_rate", "er_views", "comments_30d")] == [0, 0, 0, 0]


def test_a_gone_page_counts_as_nought_and_covers_nobody(world: PublishedNights, loader_dsn: str) -> None:
    live, gone = world.page(world.organisation("59")), world.page(world.organisation("59"))
    world.night(DAY, {live: {}, gone: GONE})
    rate(loader_dsn)
    found = criteria(world, "59")
    assert [found[c]["value"] for c in ("coverage", "mark", "posts_7d", "comments_30d")] == [0.5] * 4
    assert found["mark"]["measured_count"] == 2


def test_a_page_in_any_mandatory_network_covers_and_in_another_network_does_not(
    world: PublishedNights, loader_dsn: str
) -> None:
    on_vk, on_ok, on_telegram, _without = (world.organisation("59") for _ in range(4))
    vk, ok, telegram = world.page(on_vk), world.page(on_ok, "ok"), world.page(on_telegram, "telegram")
    world.night(DAY, {vk: {}})
    world.night(DAY, {ok: {}}, "ok")
    world.night(DAY, {telegram: {}}, "telegram")
    rate(loader_dsn)
    coverage = criteria(world, "59")["coverage"]
    assert (coverage["subjects_count"], coverage["numerator"], coverage["denominator"]) == (4, 2, 4)


def test_a_network_that_was_never_crawled_leaves_coverage_unknown(world: PublishedNights, loader_dsn: str) -> None:
    world.page(world.organisation("59"), "ok")
    page = world.page(world.organisation("59"))
    world.night(DAY, {page: {}})
    rate(loader_dsn)
    coverage = criteria(world, "59")["coverage"]
    assert (coverage["subjects_count"], coverage["measured_count"], coverage["value"]) == (2, 1, 1)
    assert criteria(world, "59")["mark"]["subjects_count"] == 1
    assert scores(world)["59"]["measured_share"] == 1


def test_federal_bodies_get_no_place(world: PublishedNights, loader_dsn: str) -> None:
    page = world.page(world.organisation("00"))
    world.night(DAY, {page: {}})
    rate(loader_dsn)
    assert "00" not in scores(world)
    assert len(scores(world)) == 89


def test_unchanged_inputs_make_no_new_revision(world: PublishedNights, loader_dsn: str) -> None:
    page = world.page(world.organisation("59"))
    world.night(DAY, {page: {}})
    assert (rate(loader_dsn)["revision"], rate(loader_dsn)["is_new"]) == (1, False)
    assert world.run("select count(*) as n from rating.run") == [{"n": 1}]


def test_late_data_make_a_new_revision_and_keep_the_published_one(world: PublishedNights, loader_dsn: str) -> None:
    one, other = world.organisation("59"), world.organisation("59")
    page, late = world.page(one), world.page(other, "ok")
    world.night(DAY, {page: {}})
    rate(loader_dsn)
    world.night(DAY, {late: {"has_mark": False}}, "ok")
    assert (rate(loader_dsn)["revision"], rate(loader_dsn)["revision"]) == (2, 2)
    assert scores(world, 1)["59"]["shown_score"] > scores(world, 2)["59"]["shown_score"]
    latest = world.run("select revision from rating.run where is_latest")
    assert latest == [{"revision": 2}]


def test_a_missing_population_leaves_per_capita_unknown(
    world: PublishedNights, loader_dsn: str, tmp_path: Path
) -> None:
    known, unknown = world.page(world.organisation("59")), world.page(world.organisation("90"))
    world.run("update registry.region set population = 10000 where region_code = '59'")
    world.run("update registry.region set population = null where region_code = '90'")
    world.night(DAY, {known: {"members_count": 2500}, unknown: {}})
    folder = write_method(
        tmp_path, "{criterion: members, title: Аудитория, weight: 100, region_value: per_capita, full_at: 0.5}"
    )
    rate(loader_dsn, folder=folder)
    assert (criteria(world, "59")["members"]["value"], scores(world)["59"]["score"]) == (0.25, 50)
    assert criteria(world, "90")["members"]["value"] is None
    assert scores(world)["90"]["unrated_reason"] == "не измерен ни один критерий"


def test_a_mean_starts_earning_at_zero_at(world: PublishedNights, loader_dsn: str, tmp_path: Path) -> None:
    pages = [world.page(world.organisation("59")) for _ in range(2)]
    world.night(DAY, {pages[0]: {"posts_7d_count": 1}, pages[1]: {"posts_7d_count": 4}})
    line = "{criterion: posts_7d, title: Посты, weight: 100, region_value: mean, zero_at: 1, full_at: 5}"
    rate(loader_dsn, folder=write_method(tmp_path, line))
    assert scores(world)["59"]["score"] == 100 * (2.5 - 1) / 4


def test_a_changed_method_needs_a_new_version(world: PublishedNights, loader_dsn: str, tmp_path: Path) -> None:
    world.night(DAY, {world.page(world.organisation("59")): {}})
    line = "{criterion: mark, title: Отметка, weight: 100, region_value: share, threshold: 1}"
    rate(loader_dsn, folder=write_method(tmp_path, line))
    with pytest.raises(ConfigurationError, match="method small was changed, but its version is still 1"):
        rate(loader_dsn, folder=write_method(tmp_path, line, decimals=1))
    assert rate(loader_dsn, folder=write_method(tmp_path, line, decimals=1, version='"2"'))["revision"] == 2


def test_the_top_is_read_back_with_its_assumption(world: PublishedNights, loader_dsn: str) -> None:
    first, second = world.page(world.organisation("59")), world.page(world.organisation("40"))
    world.night(DAY, {first: {}, second: {"has_mark": False}})
    rate(loader_dsn)
    rows = top_regions(loader_dsn, METHOD)
    assert [(row["place"], row["region_name"]) for row in rows] == [(1, "Пермский край"), (2, "Калужская область")]
    assert "не опубликованы" in rows[0]["assumption"]
    assert top_regions(loader_dsn, METHOD, places=1) == rows[:1]


def test_a_channel_beside_the_law_costs_and_earns_its_region_nothing(world: PublishedNights, loader_dsn: str) -> None:
    organisation = world.organisation("59")
    world.manager(organisation)
    page, channel = world.page(organisation), world.page(organisation, "telegram")
    world.night(DAY, {page: {}})
    rate(loader_dsn)
    before = scores(world)["59"]
    world.night(DAY, {channel: {"has_mark": None, "posts_7d_count": 0, "comments_30d_sum": None}}, "telegram")
    assert rate(loader_dsn)["is_new"] is False, "nothing that counts has changed"
    assert scores(world)["59"] == before
    assert {row["page_id"] for row in world.run("select page_id from rating.page_criterion")} == {page}


def test_a_method_may_judge_the_pages_of_every_network(world: PublishedNights, loader_dsn: str, tmp_path: Path) -> None:
    organisation = world.organisation("59")
    page, channel = world.page(organisation), world.page(organisation, "telegram")
    world.night(DAY, {page: {}})
    world.night(DAY, {channel: {"posts_7d_count": 0}}, "telegram")
    criterion = "{criterion: posts_7d, title: Т, weight: 100, region_value: share, threshold: 3}"
    rate(loader_dsn, folder=write_method(tmp_path, criterion, pages="all"))
    assert criteria(world, "59")["posts_7d"]["value"] == 0.5


def test_pages_of_odnoklassniki_are_judged_as_those_of_vk(world: PublishedNights, loader_dsn: str) -> None:
    organisation = world.organisation("59")
    page, group = world.page(organisation), world.page(organisation, "ok")
    world.night(DAY, {page: {}})
    world.night(DAY, {group: {"has_mark": False}}, "ok")
    rate(loader_dsn)
    assert criteria(world, "59")["mark"]["value"] == 0.5


def test_a_date_that_only_a_network_beside_the_law_published_is_not_rated_yet(
    world: PublishedNights, loader_dsn: str
) -> None:
    organisation = world.organisation("59")
    page, channel = world.page(organisation), world.page(organisation, "telegram")
    world.night(DAY, {channel: {}}, "telegram")
    assert rate_night(loader_dsn, DAY, MOMENT) == {"snapshot_date": DAY.isoformat(), "methods": []}
    world.night(DAY, {page: {}})
    assert rate(loader_dsn)["revision"] == 1


def test_a_network_satisfies_the_law_from_its_first_day_on(world: PublishedNights, loader_dsn: str) -> None:
    channel = world.page(world.organisation("59"), "max")
    world.night(YESTERDAY, {channel: {}}, "max")
    world.night(DAY, {channel: {}}, "max")
    world.run(
        "update registry.network_obligation set valid_to = %(day)s where platform = 'max' returning platform", day=DAY
    )
    world.run(
        "insert into registry.network_obligation (platform, status, valid_from, act)"
        " values ('max', 'mandatory_any_of', %(day)s, 'проба') returning platform",
        day=DAY,
    )
    assert rate_night(loader_dsn, YESTERDAY, MOMENT)["methods"] == []
    assert rate(loader_dsn)["regions_rated_count"] == 1
    assert criteria(world, "59")["coverage"]["value"] == 1
