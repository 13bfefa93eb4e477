"""docs/registry.md lists the very columns that the import reads."""

from __future__ import annotations

import csv

from gospub.paths import PROJECT, REFERENCE


def test_the_page_for_people_lists_every_column_as_the_import_knows_it() -> None:
    page = (PROJECT / "docs" / "registry.md").read_text(encoding="utf-8").splitlines()
    documented = [line for line in page if line.startswith("| `")]
    with (REFERENCE / "registry_columns.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    required = {"true": "yes", "false": "no"}
    assert documented == [f"| `{row['header']}` | {required[row['is_required']]} | {row['note']} |" for row in rows]
