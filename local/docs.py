"""`make docs`: writes the generated pages of docs/: from DAG files, networks and a freshly migrated database."""

from __future__ import annotations

import tempfile
from pathlib import Path

from gospub.reporting import field_matrix
from gospub.reporting.data_dictionary import DICTIONARY, data_dictionary
from gospub.warehouse.migrate import migrate
from local import dag_docs
from local.postgres import EmbeddedPostgres


def main() -> None:
    """Write all of them."""
    _write(dag_docs.PAGE, dag_docs.page())
    _write(field_matrix.PAGE, field_matrix.field_matrix())
    with tempfile.TemporaryDirectory(prefix="gospub-docs-", ignore_cleanup_errors=True) as place:
        Path(place).chmod(0o711)
        with EmbeddedPostgres(Path(place) / "pg", durable=False) as server:
            server.ensure_database("gospub")
            migrate(server.dsn("gospub"))
            _write(DICTIONARY, data_dictionary(server.dsn("gospub")))


def _write(page: Path, text: str) -> None:
    page.write_text(text, encoding="utf-8")
    print(f"{page.name} written")


if __name__ == "__main__":
    main()
