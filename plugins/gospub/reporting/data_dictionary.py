"""The data dictionary: docs/data-dictionary.md, made from the database's own comments and gospub.columns.

``python -m gospub.reporting.data_dictionary`` writes it from the warehouse that GOSPUB_DSN names; a test tells when
the file and the schema have drifted apart.
"""

import os
import sys
from collections.abc import Iterator
from itertools import groupby

from gospub.columns import TABLES, Column
from gospub.errors import GospubError
from gospub.paths import PROJECT
from gospub.warehouse.connection import Row, connected, query, script

DICTIONARY = PROJECT / "docs" / "data-dictionary.md"
SCHEMAS = ("registry", "staging", "history", "ops", "rating", "alerts", "mart")
_HEAD = """# Data dictionary

Made by `python -m gospub.reporting.data_dictionary` from the warehouse's comments: change those, not this file.

Counts are integers, never floats; times are `timestamptz`; `snapshot_date` is the night's date in Europe/Moscow; NULL
means that the network did not deliver the value; `_share` lies between 0 and 1. **Bold** columns are the primary key.
"""


def read_columns(dsn: str) -> list[Row]:
    """Every column of the warehouse, with the comments of its schema, table and its own."""
    with connected(dsn, "gospub data dictionary") as connection:
        return query(connection, script("report/columns"), {"schemas": list(SCHEMAS)})


def data_dictionary(dsn: str) -> str:
    """The dictionary in Markdown."""
    return "\n".join([_HEAD, *_schemas(read_columns(dsn))]) + "\n"


def _schemas(rows: list[Row]) -> Iterator[str]:
    for (schema, meaning), of_schema in groupby(rows, lambda row: (row["schema_name"], row["schema_meaning"])):
        yield f"## {schema}\n\n{meaning}.\n"
        for table, columns in groupby(of_schema, lambda row: f"{row['schema_name']}.{row['table_name']}"):
            yield from _table(table, list(columns))


def _table(table: str, rows: list[Row]) -> Iterator[str]:
    kind = " (view)" if rows[0]["is_view"] else ""
    yield f"### {table}{kind}\n\n{rows[0]['table_meaning']}.\n"
    yield "| column | type | meaning |\n|---|---|---|"
    declared = {column.name: column for column in TABLES.get(table, ())}
    for row in rows:
        name = f"**{row['column_name']}**" if row["is_key"] else row["column_name"]
        kind = row["sql_type"] + ("" if row["is_nullable"] or row["is_view"] else ", not null")
        yield f"| {name} | {kind} | {_cell(row['column_meaning'])}{_bounds(declared.get(row['column_name']))} |"
    yield ""


def _bounds(column: Column | None) -> str:
    if column is None or column.low is None or column.high is None:
        return ""
    return f" ({column.low:,} to {column.high:,})"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def main() -> int:
    """Write the file; the address is taken from GOSPUB_DSN."""
    dsn = os.environ.get("GOSPUB_DSN")
    if not dsn:
        sys.stderr.write("error: GOSPUB_DSN is not set. Give the address of a migrated warehouse\n")
        return 1
    try:
        DICTIONARY.write_text(data_dictionary(dsn), encoding="utf-8")
    except GospubError as error:
        sys.stderr.write(f"error: {error}\n")
        return 1
    sys.stdout.write(f"Written: {DICTIONARY.relative_to(PROJECT)}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
