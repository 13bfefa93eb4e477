"""Tokens in trouble: the night goes on with another, or says which token needs what; never a secret anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from psycopg2 import sql

from gospub import night
from gospub.access import Token
from gospub.errors import ConfigurationError, NoQuotaLeft
from gospub.warehouse.connection import connected, query
from tests.e2e.vk_comparison import assert_history_is_the_truth
from tests.e2e.vk_nights import Country, country

LIVE = Token("user-live-secret-of-test")
TABLES = """
SELECT n.nspname AS schema, c.relname AS name
FROM pg_class AS c INNER JOIN pg_namespace AS n ON c.relnamespace = n.oid
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname !~ '^(pg_|information_schema)'
"""


@pytest.fixture
def small(loader_dsn: str, tmp_path: Any, monkeypatch: Any) -> Iterator[Country]:
    with country(loader_dsn, tmp_path, monkeypatch, organisations=60) as found:
        yield found


def tables_with(dsn: str, text: str) -> set[str]:
    """Tables of which some row, in any column, holds the text."""
    statement = sql.SQL("SELECT EXISTS (SELECT FROM {} AS t WHERE strpos(t::text, %(text)s) > 0) AS is_there")
    with connected(dsn) as connection:
        tables = [(row["schema"], row["name"]) for row in query(connection, TABLES)]
        return {
            ".".join(table)
            for table in tables
            if query(connection, statement.format(sql.Identifier(*table)), {"text": text})[0]["is_there"]
        }


def first_shard(found: Country, label: str) -> tuple[int, int]:
    run = night.open_run(found.dsn, "vk", label, {})
    return run, night.plan_night(found.dsn, found.access, run)[0]["shard_no"]


def chosen_first(prefix: str) -> Token:
    """A token that is leased before the live one."""
    tokens = (Token(f"{prefix}-token-{number}") for number in range(1000))
    return next(token for token in tokens if token.fingerprint < LIVE.fingerprint)


@pytest.mark.parametrize(("kind", "state"), [("revoked", "dead"), ("community", "wrong_type")])
def test_one_useless_token_costs_the_night_nothing(small: Country, kind: str, state: str):
    day = small.begin(1)
    useless = chosen_first(kind)
    both = small.with_access(tokens=(useless, LIVE))
    both.publish(both.crawl())
    assert_history_is_the_truth(small, day)
    states = {row["fingerprint"]: row["state"] for row in small.rows("SELECT fingerprint, state FROM ops.token")}
    assert (states[useless.fingerprint], states[LIVE.fingerprint]) == (state, "live")


@pytest.mark.parametrize("secrets", [("revoked-one", "revoked-two"), ("community-one", "community-two")])
def test_without_a_usable_token_the_task_names_fingerprints_and_the_cure(
    small: Country, warehouse: str, caplog: Any, secrets: tuple[str, ...]
):
    small.begin(1)
    caplog.set_level("DEBUG")
    tokens = tuple(Token(f"{secret}-secret-of-test") for secret in secrets)
    run, shard = first_shard(small, "useless")
    with pytest.raises(ConfigurationError, match="no token of vk can be used") as caught:
        night.crawl_shard(small.dsn, small.with_access(tokens=tokens).access, run, shard)
    told = str(caught.value)
    assert "connection gospub_vk" in told
    for token in tokens:
        assert token.fingerprint in told
        assert token.secret not in told + caplog.text + repr(small.with_access(tokens=tokens).access)
        assert tables_with(warehouse, token.secret) == set()
        assert tables_with(warehouse, token.fingerprint) >= {"ops.token"}
    assert small.rows("SELECT count(*) AS n FROM ops.crawl_plan WHERE posts_done_at IS NOT NULL") == [{"n": 0}]
    night.crawl_shard(small.dsn, small.with_access(tokens=(LIVE,)).access, run, shard)


@pytest.mark.parametrize("fault", ["captcha_old", "captcha_new", "error_9", "error_29"])
def test_when_all_tokens_must_rest_the_night_ends_and_says_which_and_why(
    small: Country, warehouse: str, caplog: Any, fault: str
):
    day = small.begin(1)
    small.sandbox.move_to_night(day, hour=5)  # too late to wait for what frees in an hour
    caplog.set_level("INFO")
    small.sandbox.faults({"name": fault, "method": "wall.get"})
    run, shard = first_shard(small, fault)
    night.crawl_shard(small.dsn, small.access, run, shard)
    staged = [row for row in small.staged(day).values() if row["outcome"] == "ok"]
    assert {(row["posts_outcome"], row["posts_reason"]) for row in staged} == {("not_planned", "quota")}
    assert "no token may call" in caplog.text
    assert "connection gospub_vk" in caplog.text
    tokens = {token.fingerprint for token in small.access.tokens}
    assert (fault == "error_29") or all(f"{fingerprint} is" in caplog.text for fingerprint in tokens)
    for token in small.access.tokens:
        assert token.secret not in caplog.text
        assert tables_with(warehouse, token.secret) == set()
    assert "session_token" not in caplog.text
    assert "captcha_sid" not in caplog.text


def test_a_service_token_that_may_not_execute_gets_the_same_truth_call_by_call(small: Country):
    day = small.begin(1)
    small.sandbox.settings(execute_for_service=False)
    service = Token("service-token-of-test")
    alone = small.with_access(tokens=(service,))
    alone.publish(alone.crawl())
    assert_history_is_the_truth(small, day)
    book = small.sandbox.stats()["tokens"][service.secret]
    assert book["errors"]["28"] <= small.access.limits.concurrency
    assert book["calls"]["wall.get"] >= len(small.readable(day))
    assert small.rows("SELECT state, has_execute FROM ops.token WHERE fingerprint = %(f)s", f=service.fingerprint) == [
        {"state": "live", "has_execute": False}
    ]


def test_no_token_at_all_is_told_before_anything_is_asked(small: Country):
    small.begin(1)
    run, shard = first_shard(small, "none")
    with pytest.raises((ConfigurationError, NoQuotaLeft), match="token") as caught:
        night.crawl_shard(small.dsn, small.with_access(tokens=()).access, run, shard)
    assert "gospub_vk" in str(caught.value)
    assert small.sandbox.stats()["tokens"] == {}
