"""Places: ties are decided on the score that people see, and the rule is the method's."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg2.extensions import connection as Connection
from psycopg2.extras import Json

from gospub.warehouse.connection import affected, connected, query, script

REGIONS = [f"{number:02d}" for number in range(1, 60) if number not in (20, 37)]
OPEN_RUN = """
with kept as (
    insert into rating.method (method, version, title, definition, definition_sha256, valid_from)
    values ('m', '1', 'm', '{}', '', '2022-12-01')
)
insert into rating.run (snapshot_date, method, version, revision, is_latest, inputs_sha256, pages_count,
    pages_measured_count, pages_carried_count, rated_at)
values ('2022-10-15', 'm', '1', 1, true, '', 0, 0, 0, '2022-10-15') returning rating_run_id
"""
# The first federal list, October 2022: «2 и 3 места … Пятое место разделили …»: 17 regions on ten places.
FIRST_LIST = {
    "59": 1, "40": 2, "53": 3, "78": 4, "89": 5, "01": 5, "18": 5, "73": 5,
    "42": 6, "67": 6, "29": 7, "46": 7, "34": 8, "09": 8, "13": 9, "86": 9, "79": 10,
}  # fmt: skip


@pytest.fixture
def connection(loader_dsn: str) -> Iterator[Connection]:
    with connected(loader_dsn) as opened:
        yield opened


def places(
    connection: Connection, scores: dict[str, float], ranking: str = "dense", decimals: int = 2
) -> dict[str, int]:
    """Rank regions by scores out of 100, through the product's own statement; nothing is kept."""
    run = query(connection, OPEN_RUN)[0]["rating_run_id"]
    for region, score in scores.items():
        affected(
            connection,
            "insert into rating.region_criterion values (%(run)s, %(region)s, 'c', 1, 1, 1, %(score)s, 1, 1)",
            {"run": run, "region": region, "score": score},
        )
    criteria = Json([{"criterion": "c", "weight": 100, "is_share_basis": True}])
    rule: dict[str, Any] = {
        "rating_run_id": run, "criteria": criteria, "points": 100, "decimals": decimals, "measured_share_floor": 0.5,
        "ranking": ranking,
    }  # fmt: skip
    affected(connection, script("rating/region_score"), rule)
    rows = query(
        connection, "select region_code, place from rating.region_score where rating_run_id = %(r)s", {"r": run}
    )
    connection.rollback()
    return {row["region_code"]: row["place"] for row in rows}


def test_the_first_federal_list_has_seventeen_regions_on_ten_places(connection: Connection) -> None:
    found = places(connection, {region: 100 - place for region, place in FIRST_LIST.items()})
    assert found == FIRST_LIST
    assert (len(found), max(found.values()), list(found.values()).count(5)) == (17, 10, 4)


def test_competition_ranking_skips_the_places_that_ties_use_up(connection: Connection) -> None:
    assert places(connection, {"01": 9, "02": 9, "03": 8}, "competition") == {"01": 1, "02": 1, "03": 3}


def test_ordinal_ranking_gives_each_place_once_by_the_unrounded_score(connection: Connection) -> None:
    assert places(connection, {"01": 9.001, "02": 9.002, "03": 9.0}, "ordinal") == {"02": 1, "01": 2, "03": 3}


def test_what_looks_equal_shares_a_place(connection: Connection) -> None:
    assert places(connection, {"01": 9.004, "02": 8.996, "03": 8.994}) == {"01": 1, "02": 1, "03": 2}
    assert places(connection, {"01": 9.04, "02": 8.96}, decimals=1) == {"01": 1, "02": 1}


by_region = st.dictionaries(
    st.sampled_from(REGIONS), st.integers(0, 1000).map(lambda n: n / 10), min_size=1, max_size=12
)
against_the_database = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@against_the_database
@given(scores=by_region)
def test_more_points_never_make_a_worse_place_and_dense_places_have_no_gap(
    connection: Connection, scores: dict[str, float]
) -> None:
    found = places(connection, scores)
    for one in scores:
        for other in scores:
            assert (scores[one] > scores[other]) == (found[one] < found[other])
    assert set(found.values()) == set(range(1, len(set(scores.values())) + 1))


@against_the_database
@given(scores=by_region, data=st.data())
def test_places_follow_the_scores_not_the_regions(
    connection: Connection, scores: dict[str, float], data: st.DataObject
) -> None:
    renamed = dict(zip(scores, data.draw(st.permutations(list(scores))), strict=True))
    before = places(connection, scores)
    after = places(connection, {renamed[region]: score for region, score in scores.items()})
    assert after == {renamed[region]: place for region, place in before.items()}


@against_the_database
@given(scores=by_region, data=st.data())
def test_a_region_that_gains_points_never_loses_a_place_to_those_that_do_not(
    connection: Connection, scores: dict[str, float], data: st.DataObject
) -> None:
    region = data.draw(st.sampled_from(sorted(scores)))
    gained = {**scores, region: scores[region] + data.draw(st.integers(1, 500)) / 10}
    before, after = places(connection, scores), places(connection, gained)
    ahead = {other for other in scores if before[other] < before[region]}
    assert {other for other in scores if after[other] < after[region]} <= ahead
