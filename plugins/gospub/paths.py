"""Where the product's files lie."""

from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
SQL = PROJECT / "include" / "sql"
REFERENCE = PROJECT / "include" / "reference"
METHODS = PROJECT / "include" / "methods"
