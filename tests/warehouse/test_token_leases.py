"""Leases on tokens on real Postgres: one holder, booked before the call, remembered after it."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from psycopg2.extensions import connection as Connection

from gospub import clock
from gospub.access import Access, Limits, Token
from gospub.calling.leases import LeaseOver, TokenLease, first_usable_at, lease_connection, try_lease
from gospub.errors import (
    ConfigurationError,
    QuotaUsedUp,
    TokenCooling,
    TokenDead,
    TokenNeedsPerson,
    TokenWrongType,
    WarehouseError,
)
from gospub.paths import PROJECT
from tests.warehouse.staged_night import rows

WALL = {"wall.get": 1}
ONE, TWO = Token("vk1.a.first-secret"), Token("vk1.a.second-secret")


def access(*tokens: Token, quota: int = 100, rate: float = 0.0) -> Access:
    return Access("vk", "http://127.0.0.1:9", tokens or (ONE,), Limits(rate, {"wall.get": quota}))


@pytest.fixture
def line(loader_dsn: str) -> Iterator[Connection]:
    connection = lease_connection(loader_dsn, "vk")
    yield connection
    connection.close()


@pytest.fixture
def world_clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "clock"
    path.write_text("0")
    monkeypatch.setenv("GOSPUB_CLOCK_FILE", str(path))
    return path


def leased(connection: Connection, how: Access, cost: dict[str, int] | None = None) -> TokenLease:
    lease = try_lease(connection, how, cost or WALL)
    assert lease is not None
    return lease


def booked(dsn: str) -> dict[str, int]:
    found = rows(dsn, "SELECT method, sum(calls_count)::integer AS n FROM ops.token_usage GROUP BY method")
    return {row["method"]: row["n"] for row in found}


def token_row(dsn: str, token: Token = ONE) -> dict[str, object]:
    return rows(dsn, "SELECT * FROM ops.token WHERE fingerprint = %(f)s", f=token.fingerprint)[0]


def test_two_tasks_never_hold_one_token(loader_dsn: str, line: Connection):
    leased(line, access())
    other = lease_connection(loader_dsn, "vk")
    assert try_lease(other, access(), WALL) is None
    other.close()


def test_a_second_task_takes_another_token(loader_dsn: str, line: Connection):
    other = lease_connection(loader_dsn, "vk")
    both = access(ONE, TWO)
    assert {leased(line, both).token, leased(other, both).token} == {ONE, TWO}
    other.close()


def test_a_token_is_free_again_when_it_is_released_and_when_its_task_is_gone(loader_dsn: str, line: Connection):
    first = lease_connection(loader_dsn, "vk")
    leased(first, access()).release()
    second = lease_connection(loader_dsn, "vk")
    leased(second, access())
    assert try_lease(first, access(), WALL) is None
    first.close()
    second.close()
    leased(line, access())


def test_a_lease_that_was_given_back_books_nothing_more(loader_dsn: str, line: Connection):
    lease = leased(line, access())
    lease.book(WALL)
    lease.release()
    with pytest.raises(LeaseOver):
        lease.book(WALL)
    assert booked(loader_dsn) == {"wall.get": 1}


def test_a_task_that_lost_its_connection_cannot_book(loader_dsn: str, warehouse: str, line: Connection):
    lease = leased(line, access())
    rows(warehouse, "SELECT pg_terminate_backend(%(pid)s)", pid=line.get_backend_pid())
    with pytest.raises(WarehouseError, match="went away"):
        lease.book(WALL)
    assert booked(loader_dsn) == {}


def test_a_booking_is_committed_before_the_call_and_survives_a_kill(loader_dsn: str):
    program = (
        "import sys, time\n"
        "from tests.warehouse.test_token_leases import access, lease_connection, try_lease\n"
        "lease = try_lease(lease_connection(sys.argv[1], 'vk'), access(), {'wall.get': 25, 'execute': 1})\n"
        "lease.book({'wall.get': 25, 'execute': 1})\n"
        "print('booked', flush=True)\n"
        "time.sleep(60)\n"
    )
    path = f"{PROJECT}:{PROJECT / 'plugins'}"
    task = subprocess.Popen(
        [sys.executable, "-c", program, loader_dsn], stdout=subprocess.PIPE, text=True, env={"PYTHONPATH": path}
    )
    assert task.stdout is not None
    with task:
        assert task.stdout.readline() == "booked\n"
        task.send_signal(signal.SIGKILL)
    assert booked(loader_dsn) == {"wall.get": 25, "execute": 1}


def test_a_call_beyond_the_quota_is_refused_before_it_is_sent(loader_dsn: str, line: Connection):
    lease = leased(line, access(quota=3))
    lease.book({"wall.get": 2})
    with pytest.raises(QuotaUsedUp) as caught:
        lease.book({"wall.get": 2})
    assert (caught.value.method, caught.value.is_told) == ("wall.get", False)
    assert booked(loader_dsn) == {"wall.get": 2}
    lease.book(WALL)
    assert lease.left("wall.get") == 0


def test_a_token_without_quota_for_the_whole_call_is_not_leased(line: Connection):
    how = access(quota=30)
    leased(line, how).book({"wall.get": 10})
    assert try_lease(line, how, {"execute": 1, "wall.get": 25}) is None
    assert try_lease(line, how, {"execute": 1, "wall.get": 20}) is not None


def test_the_token_with_the_most_quota_left_is_taken_first(line: Connection):
    both = access(ONE, TWO)
    first = leased(line, both)
    first.book(WALL)
    first.release()
    assert leased(line, both).token != first.token


def test_quota_frees_a_day_after_it_was_used(loader_dsn: str, line: Connection, world_clock: Path):
    lease = leased(line, access(quota=2))
    lease.book({"wall.get": 2})
    lease.release()
    world_clock.write_text(str(24 * 3600 - 60))
    assert try_lease(line, access(quota=2), WALL) is None
    usable_at = first_usable_at(line, access(quota=2), WALL)
    assert usable_at is not None
    assert timedelta(0) < usable_at - clock.now() <= timedelta(minutes=2)
    world_clock.write_text(str(24 * 3600 + 120))
    leased(line, access(quota=2)).book({"wall.get": 2})


def test_a_dead_token_is_never_leased_again(loader_dsn: str, line: Connection):
    lease = leased(line, access(ONE, TWO))
    lease.remember_trouble(TokenDead("VK wall.get: error 5: User authorization failed"))
    lease.release()
    assert token_row(loader_dsn, lease.token)["state"] == "dead"
    other = leased(line, access(ONE, TWO))
    assert other.token != lease.token
    assert try_lease(line, access(lease.token), WALL) is None


@pytest.mark.parametrize("trouble", [TokenDead("revoked"), TokenWrongType("group auth")])
def test_when_no_token_can_be_used_the_error_names_fingerprints_and_no_tokens(
    line: Connection, trouble: TokenDead | TokenWrongType
):
    for token in (ONE, TWO):
        lease = leased(line, access(token))
        lease.remember_trouble(trouble)
        lease.release()
    with pytest.raises(ConfigurationError) as caught:
        first_usable_at(line, access(ONE, TWO), WALL)
    told = str(caught.value)
    assert ONE.fingerprint in told
    assert TWO.fingerprint in told
    assert trouble.cause in told
    assert "secret" not in told
    assert "gospub_vk" in caught.value.cure


@pytest.mark.parametrize(("trouble", "seconds"), [(TokenCooling("flood", 3600.0), 3600), (TokenNeedsPerson("?"), 1800)])
def test_a_cooling_token_comes_back_when_its_time_is_over(
    line: Connection, world_clock: Path, trouble: TokenCooling | TokenNeedsPerson, seconds: int
):
    trouble.seconds = seconds
    lease = leased(line, access())
    lease.remember_trouble(trouble)
    lease.release()
    world_clock.write_text(str(seconds - 60))
    assert try_lease(line, access(), WALL) is None
    assert first_usable_at(line, access(), WALL) > clock.now()
    world_clock.write_text(str(seconds + 60))
    assert try_lease(line, access(), WALL) is not None


def test_a_method_that_the_network_calls_used_up_rests_alone_and_for_an_hour(
    loader_dsn: str, line: Connection, world_clock: Path
):
    lease = leased(line, access())
    lease.remember_trouble(QuotaUsedUp("VK wall.get: error 29: Rate limit reached", "wall.get"))
    lease.release()
    assert token_row(loader_dsn)["state"] == "live"
    assert try_lease(line, access(), WALL) is None
    assert try_lease(line, access(), {"execute": 1, "wall.get": 25}) is None
    leased(line, access(), {"groups.getById": 1}).release()
    world_clock.write_text("3700")
    assert try_lease(line, access(), WALL) is not None


def test_quota_that_we_refused_ourselves_pauses_nothing(loader_dsn: str, line: Connection):
    lease = leased(line, access())
    lease.remember_trouble(QuotaUsedUp("the daily quota is used up", "wall.get", is_told=False))
    assert token_row(loader_dsn)["paused_methods"] == {}


def test_a_token_that_is_only_held_is_usable_now(loader_dsn: str, line: Connection):
    leased(line, access())
    other = lease_connection(loader_dsn, "vk")
    usable_at = first_usable_at(other, access(), WALL)
    assert usable_at is not None
    assert usable_at < clock.now()
    other.close()


def test_the_pace_survives_a_hand_over(loader_dsn: str, line: Connection):
    lease = leased(line, access(rate=0.01))
    before = datetime.now(UTC)
    lease.book(WALL)
    lease.release()
    next_call_at = token_row(loader_dsn)["next_call_at"]
    assert isinstance(next_call_at, datetime)
    assert timedelta(seconds=45) < next_call_at - before < timedelta(seconds=110)


def test_a_pause_that_is_asked_for_after_the_token_was_given_back_is_kept(loader_dsn: str, line: Connection):
    lease = leased(line, access(rate=3))
    lease.book(WALL)
    lease.release()
    lease.pause(600)
    kept = token_row(loader_dsn)["next_call_at"]
    assert isinstance(kept, datetime)
    assert kept > datetime.now(UTC) + timedelta(seconds=500)
    leased(line, access(rate=3)).release()
    assert token_row(loader_dsn)["next_call_at"] >= kept - timedelta(seconds=1)


def test_refused_execute_is_remembered_of_the_token(line: Connection):
    lease = leased(line, access())
    assert lease.can_execute
    lease.remember_no_execute()
    lease.release()
    assert not leased(line, access()).can_execute


def test_many_threads_book_through_one_lease_without_losing_or_doubling_a_call(loader_dsn: str, line: Connection):
    lease = leased(line, access(quota=30))
    sent: list[bool] = []

    def work() -> None:
        for _ in range(10):
            try:
                lease.book(WALL)
                sent.append(True)
            except QuotaUsedUp:
                sent.append(False)

    threads = [threading.Thread(target=work) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (sent.count(True), sent.count(False)) == (30, 20)
    assert booked(loader_dsn) == {"wall.get": 30}


def test_the_database_never_holds_a_token(loader_dsn: str, line: Connection):
    lease = leased(line, access())
    lease.book(WALL)
    lease.remember_trouble(TokenDead("VK wall.get: error 5"))
    kept = str(rows(loader_dsn, "SELECT * FROM ops.token")) + str(rows(loader_dsn, "SELECT * FROM ops.token_usage"))
    assert ONE.fingerprint in kept
    assert ONE.secret not in kept


def test_waiting_for_its_turn_a_thread_learns_that_the_lease_is_over(line: Connection):
    lease = leased(line, access(rate=2))
    lease.book(WALL)
    caught: list[BaseException] = []

    def wait() -> None:
        try:
            lease.book(WALL)
        except LeaseOver as error:
            caught.append(error)

    thread = threading.Thread(target=wait)
    thread.start()
    time.sleep(0.05)
    lease.release()
    thread.join()
    assert len(caught) == 1
