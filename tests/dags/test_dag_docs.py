"""docs/dags.md says what the DAG files say."""

import pytest

from local import dag_docs


@pytest.mark.usefixtures("airflow")
def test_the_page_of_dags_is_the_one_that_the_files_make() -> None:
    assert dag_docs.PAGE.read_text(encoding="utf-8") == dag_docs.page(), "run `make docs` and commit docs/dags.md"
