"""The commands about tokens: what an operator sees of them, and how one comes back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from typer.testing import CliRunner

from gospub.cli import app
from gospub.warehouse.connection import connected, query, transaction

DEAD = (
    "INSERT INTO ops.token (fingerprint, platform, state, reason, has_execute, paused_methods, changed_at)"
    " VALUES ('aa11', 'vk', 'dead', 'VK wall.get: error 5', false, '{\"wall.get\": \"2099-01-01\"}', %(now)s)"
)
CALLS = "INSERT INTO ops.token_usage VALUES ('aa11', 'wall.get', %(at)s, %(calls)s)"


@pytest.fixture
def runner(loader_dsn: str, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.setenv("GOSPUB_DSN", loader_dsn)
    return CliRunner()


def dead_token(dsn: str) -> None:
    now = datetime.now(UTC)
    with connected(dsn) as connection, transaction(connection):
        query(connection, DEAD, {"now": now})
        query(connection, CALLS, {"at": now - timedelta(hours=1), "calls": 7})
        query(connection, CALLS, {"at": now - timedelta(hours=30), "calls": 500})


def test_a_token_that_does_not_exist_cannot_come_back(runner: CliRunner) -> None:
    done = runner.invoke(app, ["tokens", "revive", "bb22"])
    assert done.exit_code == 1
    assert "there is no token bb22. See `python -m gospub tokens list`" in done.output


def test_without_tokens_the_list_says_so(runner: CliRunner) -> None:
    assert "No token has been used yet" in runner.invoke(app, ["tokens", "list"]).output


def test_the_list_tells_state_reason_and_the_calls_of_the_last_day(runner: CliRunner, loader_dsn: str) -> None:
    dead_token(loader_dsn)
    told = runner.invoke(app, ["tokens", "list"]).output
    assert "aa11  vk  dead  VK wall.get: error 5" in told
    assert "last 24 h: wall.get 7" in told


def test_a_token_that_comes_back_is_tried_for_everything_anew(runner: CliRunner, loader_dsn: str) -> None:
    dead_token(loader_dsn)
    assert runner.invoke(app, ["tokens", "revive", "aa11"]).exit_code == 0
    with connected(loader_dsn) as connection:
        row = query(connection, "SELECT * FROM ops.token")[0]
    assert (row["state"], row["reason"], row["has_execute"], row["paused_methods"]) == ("live", None, None, {})
