"""How the gate hands the warehouse's address to Great Expectations; its declarations and their documentation."""

from __future__ import annotations

from dataclasses import Field, fields

import pytest
from sqlalchemy import make_url

from gospub.paths import PROJECT
from gospub.quality.expectations import EXPECTATIONS, Expectation
from gospub.quality.validation import _sqlalchemy_url
from gospub.warehouse.retention import Retention


@pytest.mark.parametrize(
    "dsn",
    [
        "postgresql://loader:p%40$s%2Fw@db.example:6543/gospub",
        "host=db.example port=6543 user=loader password=p@$s/w dbname=gospub",
    ],
)
def test_a_password_with_any_signs_survives_and_shows_no_dollar(dsn: str) -> None:
    told = _sqlalchemy_url(dsn)
    url = make_url(told)
    assert (url.host, url.port, url.username, url.password, url.database) == (
        "db.example",
        6543,
        "loader",
        "p@$s/w",
        "gospub",
    )
    assert "$" not in told  # Great Expectations would take it for a variable


def test_a_socket_directory_travels_beside_a_host() -> None:
    url = make_url(_sqlalchemy_url("postgresql://loader@/gospub?host=/run/pg"))
    assert (url.host, dict(url.query)) == ("localhost", {"host": "/run/pg"})


def test_settings_of_the_connection_are_kept() -> None:
    url = make_url(_sqlalchemy_url("postgresql://loader@db/gospub?sslmode=require"))
    assert dict(url.query) == {"sslmode": "require"}


def test_expectations_have_names_of_their_own_and_words_in_both_languages() -> None:
    assert len({expectation.name for expectation in EXPECTATIONS}) == len(EXPECTATIONS)
    for expectation in EXPECTATIONS:
        assert expectation.meaning
        assert expectation.title
        assert expectation.bound


@pytest.mark.parametrize("expectation", EXPECTATIONS, ids=lambda expectation: expectation.name)
def test_the_documentation_tells_each_expectation_as_it_is(expectation: Expectation) -> None:
    told = (PROJECT / "docs" / "quality.md").read_text(encoding="utf-8")
    row = f"| `{expectation.name}` | {expectation.severity} | {expectation.bound} | {expectation.meaning} |"
    assert row in told.splitlines()


@pytest.mark.parametrize("setting", fields(Retention), ids=lambda setting: setting.name)
def test_the_documentation_tells_each_retention_as_it_is(setting: Field[int]) -> None:
    told = (PROJECT / "docs" / "quality.md").read_text(encoding="utf-8")
    assert f"| `GOSPUB_KEEP_{setting.name.upper()}` | {setting.default:,} " in told
