"""Each error code of VK over HTTP, for profiles and for walls: the outcome is the documented one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from gospub.access import Token
from sandbox.vk_errors import TEXTS
from tests.e2e.vk_nights import Country, country
from tests.unit.vk_outcome_table import documented_codes

TABLE = {code: row for code, row in documented_codes().items() if code in TEXTS}
PASSING = [code for code, row in TABLE.items() if row.verdict in ("RetryNow", "WaitThenRetry")]
ABOUT_TOKENS = [f"error_{code}" for code, row in TABLE.items() if row.page is None] + ["captcha_old", "captcha_new"]
STATES = {
    "TokenDead": "dead",
    "TokenWrongType": "wrong_type",
    "TokenCooling": "cooling",
    "TokenNeedsPerson": "needs_person",
    "QuotaUsedUp": "live",
}


@pytest.fixture(scope="module")
def shared(postgres_server: Any, template_database: str, tmp_path_factory: Any) -> Iterator[Country]:
    name = postgres_server.make(template_database)
    folder = tmp_path_factory.mktemp("registry")
    with (
        pytest.MonkeyPatch.context() as patch,
        country(postgres_server.dsn(name, "gospub_loader"), folder, patch, organisations=130) as found,
    ):
        yield found
    postgres_server.drop(name)


@pytest.fixture
def calm(shared: Country) -> Country:
    """The country without faults; all tests share its first night, whose clock only goes forward."""
    shared.sandbox.reset()
    return shared


def test_every_code_of_the_sandbox_is_documented():
    assert TABLE.keys() == TEXTS.keys()


def test_pages_and_walls_that_go_on_failing_get_the_documented_outcomes_and_the_others_are_not_touched(calm: Country):
    day = calm.sandbox.night(1)
    free = iter(calm.readable(day))
    lasting = {row.code: next(free) for row in TABLE.values() if row.page and row.code not in PASSING}
    patience_is_long = set(PASSING) - {10}
    walls = {row.code: next(free) for row in TABLE.values() if row.posts and row.code not in patience_is_long}
    calm.sandbox.faults(
        *({"name": f"error_{code}", "method": "groups.getById", "page": page} for code, page in lasting.items()),
        *({"name": f"error_{code}", "method": "wall.get", "page": page} for code, page in walls.items()),
    )
    calm.crawl("every code")
    staged = calm.staged(day)
    for code, page in lasting.items():
        assert (staged[page]["outcome"], staged[page]["reason"]) == TABLE[code].page, code
    for code, page in walls.items():
        assert staged[page]["outcome"] == "ok"
        assert (staged[page]["posts_outcome"], staged[page]["posts_reason"]) == TABLE[code].posts, code
    spared = [staged[page] for page in free]
    assert spared
    assert {(row["outcome"], row["posts_outcome"]) for row in spared} == {("ok", "measured")}


@pytest.mark.parametrize("code", PASSING)
def test_a_code_that_passes_leaves_no_trace(calm: Country, code: int):
    day = calm.sandbox.night(1)
    calm.sandbox.faults(
        {"name": f"error_{code}", "method": "groups.getById", "times": 1},
        {"name": f"error_{code}", "method": "wall.get", "times": 1},
        {"name": f"error_{code}", "method": "execute", "times": 1},
    )
    calm.crawl(f"passing {code}", limit=4, again=True)
    assert [fault["hits"] for fault in calm.sandbox.stats()["faults"]] == [1, 1, 1]
    staged = calm.staged(day)
    first_pages = sorted(staged, key=lambda native: staged[native]["page_id"])[:4]
    wanted = {page: "measured" for page in first_pages if page in calm.readable(day)}
    assert wanted
    assert {page: staged[page]["posts_outcome"] for page in wanted} == wanted


@pytest.mark.parametrize("method", ["groups.getById", "wall.get"])
@pytest.mark.parametrize("fault", ABOUT_TOKENS)
def test_a_code_about_the_token_puts_it_aside_and_the_night_goes_on_with_the_other(
    calm: Country, fault: str, method: str
):
    day = calm.sandbox.night(1)
    tokens = tuple(Token(f"user-{fault}-{method}-{number}") for number in (1, 2))
    first, second = sorted(tokens, key=lambda token: token.fingerprint)
    calm.sandbox.faults({"name": fault, "method": method, "token": first.secret})
    calm.with_access(tokens=tokens).crawl(f"{fault} {method}", limit=4, again=True)
    staged = sorted(calm.staged(day).values(), key=lambda row: row["page_id"])[:4]
    assert {row["outcome"] for row in staged} >= {"ok"}
    assert "failed" not in {row["outcome"] for row in staged} | {row["posts_outcome"] for row in staged}
    kept = {row["fingerprint"]: row for row in calm.rows("SELECT * FROM ops.token")}
    code = int(fault.removeprefix("error_")) if fault.startswith("error_") else 14
    state = STATES[TABLE[code].verdict]
    assert kept[first.fingerprint]["state"] == state
    assert f"error {code}" in kept[first.fingerprint]["reason"]
    assert (kept[first.fingerprint]["usable_at"] is None) == (state in ("dead", "wrong_type", "live"))
    assert list(kept[first.fingerprint]["paused_methods"]) == ([method] if state == "live" else [])
    assert kept[second.fingerprint]["state"] == "live"
    assert calm.sandbox.stats()["tokens"][first.secret]["errors"].get(str(code)) or method == "wall.get"
