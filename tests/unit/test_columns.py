"""The declarations of columns agree with one another."""

from __future__ import annotations

from gospub.columns import (
    DAY_SUMS,
    POST,
    PROFILE_FACTS,
    TABLE_MEANINGS,
    TABLES,
    WALL_FACTS,
    kept_in,
    names,
)


def test_every_declared_table_has_a_meaning_and_no_column_twice() -> None:
    assert set(TABLES) == set(TABLE_MEANINGS)
    for table, columns in TABLES.items():
        assert len(set(names(columns))) == len(columns), table


def test_every_column_says_what_it_means() -> None:
    for table, columns in TABLES.items():
        for column in columns:
            assert column.meaning.strip(), f"{table}.{column.name}"
            assert not column.meaning.endswith("."), f"{table}.{column.name}"


def test_bounds_come_in_pairs_and_in_order() -> None:
    for column in PROFILE_FACTS + WALL_FACTS + POST:
        assert (column.low is None) == (column.high is None), column.name
        assert column.low is None or column.low < (column.high or 0), column.name


def test_every_fact_is_kept_somewhere() -> None:
    kept = set(names(kept_in("profile", PROFILE_FACTS))) | set(names(kept_in("day", PROFILE_FACTS)))
    assert kept == set(names(PROFILE_FACTS))
    assert "has_mark" in names(kept_in("profile", PROFILE_FACTS))
    assert "has_mark" in names(kept_in("day", PROFILE_FACTS))


def test_counts_and_sums_are_whole_numbers() -> None:
    for columns in (*TABLES.values(), DAY_SUMS):
        for column in columns:
            if column.name.endswith(("_count", "_sum")):
                assert column.sql_type in ("integer", "bigint", "smallint"), column.name
