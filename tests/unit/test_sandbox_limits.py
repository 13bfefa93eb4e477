"""Rates, quotas and latency of the sandbox: what a crawler must obey, and the book that proves it did."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from sandbox.limits import Ledger, Settings
from sandbox.testing import FIRST_NIGHT, RunningSandbox, running_sandbox
from sandbox.worldclock import WorldClock, set_offset


@pytest.fixture(scope="module")
def shared() -> Iterator[RunningSandbox]:
    with running_sandbox(organisations=120) as running:
        yield running


@pytest.fixture
def sandbox(shared: RunningSandbox) -> Iterator[RunningSandbox]:
    yield shared
    shared.reset()
    shared.settings(rate=0, quotas={}, execute_latency=[0, 0])
    shared.move_to_night(FIRST_NIGHT)


def call(sandbox: RunningSandbox, method: str, token: str = "user-1", **params: Any) -> dict[str, Any]:
    form = {"v": "5.199", "access_token": token, **params}
    found: dict[str, Any] = requests.post(f"{sandbox.base_url}/method/{method}", data=form, timeout=30).json()
    return found


def walls(sandbox: RunningSandbox) -> list[int]:
    truths = (sandbox.world.truth(page, FIRST_NIGHT) for page in sandbox.world.vk)
    return [truth.page.native_id for truth in truths if truth.is_wall_readable]


def test_calls_above_the_rate_get_error_6_and_are_counted_for_their_token_alone(sandbox: RunningSandbox):
    sandbox.settings(rate=2)
    answers = [call(sandbox, "utils.getServerTime") for _ in range(5)]
    refused = [answer for answer in answers if answer.get("error", {}).get("error_code") == 6]
    assert "response" in call(sandbox, "utils.getServerTime", token="user-2")
    stats = sandbox.stats()
    assert stats["over_rate"] == stats["tokens"]["user-1"]["over_rate"] == len(refused) > 0
    assert len(stats["tokens"]["user-1"]["arrivals"]) == 5
    assert stats["tokens"]["user-2"]["over_rate"] == 0


def test_the_bucket_refills_with_real_time_whatever_the_worlds_clock_does(sandbox: RunningSandbox):
    sandbox.settings(rate=1)
    assert "response" in call(sandbox, "utils.getServerTime")
    sandbox.move_to_night(sandbox.night(3))
    assert call(sandbox, "utils.getServerTime")["error"]["error_code"] == 6
    time.sleep(1.05)
    assert "response" in call(sandbox, "utils.getServerTime")


def test_a_used_up_quota_is_error_29_for_this_method_and_token_and_a_day_later_it_is_back(sandbox: RunningSandbox):
    sandbox.settings(quotas={"wall.get": 2})
    wall = -walls(sandbox)[0]
    assert all("response" in call(sandbox, "wall.get", owner_id=wall) for _ in range(2))
    assert call(sandbox, "wall.get", owner_id=wall)["error"]["error_code"] == 29
    assert "response" in call(sandbox, "wall.get", token="user-2", owner_id=wall)
    assert "response" in call(sandbox, "groups.getById", group_ids=-wall)
    assert sandbox.stats()["over_quota"] == 1
    sandbox.move_to_night(sandbox.night(2), hour=0)
    assert call(sandbox, "wall.get", owner_id=wall)["error"]["error_code"] == 29
    sandbox.move_to_night(sandbox.night(2), hour=2)
    assert "response" in call(sandbox, "wall.get", owner_id=wall)


def test_calls_inside_execute_count_towards_the_quota_and_the_rest_fails_one_by_one(sandbox: RunningSandbox):
    sandbox.settings(quotas={"wall.get": 3})
    calls = ",".join(f'API.wall.get({{"owner_id":-{native_id},"count":1}})' for native_id in walls(sandbox)[:5])
    answer = call(sandbox, "execute", code=f"return [{calls}];")
    assert [value is False for value in answer["response"]] == [False, False, False, True, True]
    assert [error["error_code"] for error in answer["execute_errors"]] == [29, 29]


def test_a_call_refused_for_its_rate_costs_no_quota(sandbox: RunningSandbox):
    sandbox.settings(rate=1, quotas={"wall.get": 2})
    wall = -walls(sandbox)[0]
    codes = [call(sandbox, "wall.get", owner_id=wall).get("error", {}).get("error_code") for _ in range(4)]
    assert 29 not in codes


def test_slow_executes_overlap_when_they_are_in_flight_together(sandbox: RunningSandbox):
    sandbox.settings(execute_latency=[0.5, 0.5])
    with ThreadPoolExecutor(8) as threads:
        started = time.monotonic()
        answers = list(threads.map(lambda _: call(sandbox, "execute", code="return [];"), range(8)))
    assert all(answer == {"response": []} for answer in answers)
    assert time.monotonic() - started < 8 * 0.5


def test_an_unknown_setting_is_refused_by_name(sandbox: RunningSandbox):
    with pytest.raises(ValueError, match="unknown setting 'speed'"):
        sandbox.settings(speed=9)


def test_the_quota_window_rolls_and_forgets_calls_one_by_one():
    ledger = Ledger(Settings(0.0, {"wall.get": 2}))
    assert ledger.spend("t", "wall.get", at=0.0)
    assert ledger.spend("t", "wall.get", at=3600.0)
    assert not ledger.spend("t", "wall.get", at=86_399.0)
    assert ledger.spend("t", "wall.get", at=86_400.0)
    assert not ledger.spend("t", "wall.get", at=86_401.0)


def test_a_clock_file_without_a_number_names_itself(tmp_path: Path):
    path = tmp_path / "clock"
    assert WorldClock(path).night() == WorldClock().night()
    path.write_text("tomorrow")
    with pytest.raises(ValueError, match=r"clock.*'tomorrow'"):
        WorldClock(path).now()


def test_a_clock_sees_each_rewriting_of_its_file(tmp_path: Path):
    path = tmp_path / "clock"
    clock, real = WorldClock(path), WorldClock()
    for days in (1, 2, -1):
        set_offset(path, days * 86_400)
        assert abs(clock.now() - real.now() - timedelta(days=days)) < timedelta(seconds=5)
