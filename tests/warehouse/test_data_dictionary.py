"""The schema, the column declarations, the comments and the data dictionary say the same."""

from __future__ import annotations

from gospub.columns import TABLE_MEANINGS, TABLES
from gospub.reporting.data_dictionary import DICTIONARY, data_dictionary, read_columns


def test_every_table_and_every_column_has_a_comment(analyst_dsn: str) -> None:
    rows = read_columns(analyst_dsn)
    assert len(rows) > 200
    assert [f"{r['schema_name']}.{r['table_name']}" for r in rows if not r["table_meaning"]] == []
    assert [f"{r['schema_name']}.{r['table_name']}.{r['column_name']}" for r in rows if not r["column_meaning"]] == []


def test_declared_columns_are_those_of_the_schema_with_the_same_types_and_meanings(warehouse: str) -> None:
    found: dict[str, dict[str, tuple[str, str]]] = {}
    for row in read_columns(warehouse):
        table = found.setdefault(f"{row['schema_name']}.{row['table_name']}", {})
        table[row["column_name"]] = (row["sql_type"], row["column_meaning"])
    for table, columns in TABLES.items():
        assert found[table] == {column.name: (column.sql_type, column.meaning) for column in columns}, table


def test_declared_tables_bear_the_declared_comment(warehouse: str) -> None:
    found = {f"{row['schema_name']}.{row['table_name']}": row["table_meaning"] for row in read_columns(warehouse)}
    assert {table: found[table] for table in TABLE_MEANINGS} == TABLE_MEANINGS


def test_the_data_dictionary_is_the_one_that_the_schema_makes(warehouse: str) -> None:
    assert DICTIONARY.read_text(encoding="utf-8") == data_dictionary(warehouse), (
        "run `python -m gospub.reporting.data_dictionary` against a migrated warehouse"
    )


def test_every_schema_is_in_the_dictionary(warehouse: str) -> None:
    told = data_dictionary(warehouse)
    for part in ("## registry", "### history.page_day", "| **snapshot_date** | date, not null |", "### mart."):
        assert part in told
