"""The sandbox speaks VK: official schemas, documented oddities, tokens and errors, over real HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from sandbox.limits import Ledger, Settings
from sandbox.page_truth import PageTruth
from sandbox.testing import FIRST_NIGHT, RunningSandbox, running_sandbox
from sandbox.vk import Vk
from sandbox.vk_methods import METHODS
from sandbox.worldclock import WorldClock

SCHEMAS = Path(__file__).parents[1] / "schemas"
FIELDS = (
    "members_count,is_government_organization,trust_mark,verified,description,site,status,activity,city,country,"
    "contacts,addresses,has_photo,cover,menu,app_buttons,wall,can_see_all_posts,fixed_post,counters,links"
)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[RunningSandbox]:
    with running_sandbox(organisations=700) as running:
        yield running


def validator(name: str) -> Draft7Validator:
    return Draft7Validator(json.loads((SCHEMAS / f"{name}.response.json").read_text(encoding="utf-8")))


def call(sandbox: RunningSandbox, method: str, **params: Any) -> dict[str, Any]:
    form = {"v": "5.199", "access_token": "user-1", **params}
    answer = requests.post(f"{sandbox.base_url}/method/{method}", data=form, timeout=30)
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    if "error" in found:
        validator("error").validate(found)
    return found


def ask(sandbox: RunningSandbox, method: str, **params: Any) -> Any:
    return call(sandbox, method, **params)["response"]


def code(sandbox: RunningSandbox, method: str, **params: Any) -> int:
    found: int = call(sandbox, method, **params)["error"]["error_code"]
    return found


def first(sandbox: RunningSandbox, state: str) -> PageTruth:
    truths = (sandbox.world.truth(page, FIRST_NIGHT) for page in sandbox.world.vk)
    return next(truth for truth in truths if truth.state == state and (state != "open" or truth.wall))


def test_a_call_without_version_token_or_known_method_is_refused(sandbox: RunningSandbox):
    assert code(sandbox, "wall.get", v="", access_token="") == 15
    answer = requests.get(f"{sandbox.base_url}/method/wall.get", params={"access_token": "user-1"}, timeout=30)
    assert answer.json()["error"]["error_code"] == 8
    assert code(sandbox, "wall.dance") == 3
    assert code(sandbox, "wall.get", access_token="stolen") == 5


def test_an_error_echoes_the_request_as_strings_and_never_the_token(sandbox: RunningSandbox):
    error = call(sandbox, "wall.get", owner_id=-1)["error"]
    pairs = {pair["key"]: pair["value"] for pair in error["request_params"]}
    assert pairs == {"method": "wall.get", "oauth": "1", "v": "5.199", "owner_id": "-1"}


def test_the_token_may_come_as_a_bearer_header_and_the_call_as_get_or_form(sandbox: RunningSandbox):
    url, headers = f"{sandbox.base_url}/method/utils.getServerTime", {"Authorization": "Bearer user-1"}
    version = {"v": "5.199"}
    answers = [
        requests.get(url, params=version, headers=headers, timeout=30),
        requests.post(url, data=version, headers=headers, timeout=30),
        requests.post(url, files={"v": (None, "5.199")}, headers=headers, timeout=30),
    ]
    assert all("response" in answer.json() for answer in answers)
    as_json = requests.post(url, json=version, headers=headers, timeout=30)
    assert as_json.json()["error"]["error_code"] == 8


def test_a_long_get_is_414_and_the_same_as_post_is_answered(sandbox: RunningSandbox):
    ids = ",".join(str(page.native_id) for page in sandbox.world.vk[:500])
    params = {"group_ids": ids, "v": "5.199", "access_token": "user-1"}
    url = f"{sandbox.base_url}/method/groups.getById"
    assert requests.get(url, params=params, timeout=30).status_code == 414
    assert len(requests.post(url, data=params, timeout=30).json()["response"]["groups"]) > 490


def test_community_tokens_cannot_read_walls_and_service_tokens_can(sandbox: RunningSandbox):
    owner = -first(sandbox, "open").page.native_id
    assert code(sandbox, "wall.get", owner_id=owner, access_token="community-1") == 27
    assert "count" in ask(sandbox, "wall.get", owner_id=owner, access_token="service-1")
    assert ask(sandbox, "groups.getById", group_ids=-owner, access_token="community-1")["groups"]


def test_profiles_of_every_state_satisfy_the_schema_and_the_truth(sandbox: RunningSandbox):
    schema, world, seen = validator("groups.getById"), sandbox.world, 0
    for start in range(0, len(world.vk), 500):
        pages = {page.native_id: page for page in world.vk[start : start + 500]}
        answer = call(sandbox, "groups.getById", group_ids=",".join(map(str, pages)), fields=FIELDS)
        schema.validate(answer)
        groups = {group["id"]: group for group in answer["response"]["groups"]}
        for native_id, page in pages.items():
            truth = world.truth(page, FIRST_NIGHT)
            assert (native_id in groups) == (truth.state != "absent")
            if native_id in groups:
                check_profile(groups[native_id], truth)
                seen += 1
    assert seen > 600


def check_profile(group: dict[str, Any], truth: PageTruth) -> None:
    assert (group["name"], group["screen_name"], group["type"]) == (truth.name, truth.screen_name, truth.kind)
    assert group.get("deactivated") == (None if truth.is_alive else truth.state)
    assert group.get("members_count") == truth.members_count
    assert group.get("is_government_organization") is truth.is_government_organization
    assert group.get("trust_mark") == truth.trust_mark
    assert ("community_50.png" in group["photo_50"]) == (not truth.has_avatar)
    assert not {"counters", "links"} & set(group)
    if truth.is_alive:
        assert group["is_closed"] == {"open": 0, "closed": 1, "private": 2}[truth.state]
        assert (group["description"], group["site"], group["wall"]) == (truth.description, truth.site, truth.wall)
        assert [item["url"] for item in group.get("menu", {}).get("items", [])] == [item.url for item in truth.menu]
        assert bool(group["cover"]["enabled"]) == truth.has_cover
        assert len(group.get("contacts", [])) == len(truth.contacts)
        assert group["addresses"]["is_enabled"] == (truth.address is not None)


def test_fields_come_only_when_asked_for_and_counters_only_for_one_page(sandbox: RunningSandbox):
    truth = first(sandbox, "open")
    bare = ask(sandbox, "groups.getById", group_id=truth.page.native_id)["groups"][0]
    assert set(bare) == {"id", "name", "screen_name", "is_closed", "type", "photo_50", "photo_100", "photo_200"}
    assert "counters" in ask(sandbox, "groups.getById", group_ids=truth.screen_name, fields=FIELDS)["groups"][0]


def test_answers_do_not_come_in_the_order_of_the_question(sandbox: RunningSandbox):
    ids = [page.native_id for page in sandbox.world.vk[:40]]
    groups = ask(sandbox, "groups.getById", group_ids=",".join(map(str, ids)))["groups"]
    assert [group["id"] for group in groups] != [each for each in ids if each in {group["id"] for group in groups}]


@pytest.mark.parametrize("bad", ["0", "-5", "имя!", "a b", ""])
def test_one_malformed_id_fails_the_whole_batch(sandbox: RunningSandbox, bad: str):
    good = str(first(sandbox, "open").page.native_id)
    assert code(sandbox, "groups.getById", group_ids=f"{good},{bad}" if bad else "") == 100


def test_501_ids_are_too_many(sandbox: RunningSandbox):
    assert code(sandbox, "groups.getById", group_ids=",".join(map(str, range(1, 502)))) == 100


def test_posts_satisfy_the_schema_and_the_truth(sandbox: RunningSandbox):
    schema, world, weights = validator("wall.get"), sandbox.world, []
    for page in world.vk[:120]:
        if not world.truth(page, FIRST_NIGHT).is_wall_readable:
            continue
        answer = requests.get(
            f"{sandbox.base_url}/method/wall.get",
            params={"owner_id": -page.native_id, "count": 40, "v": "5.199", "access_token": "user-1"},
            timeout=30,
        )
        schema.validate(answer.json())
        response = answer.json()["response"]
        assert response["count"] == world.wall(page).count(FIRST_NIGHT)
        truths = list(world.wall(page).listed(FIRST_NIGHT))[:40]
        assert [facts_of(item) for item in response["items"]] == [
            (each.id, each.published, each.text, each.views, each.likes, each.comments, each.reposts, each.is_pinned)
            for each in truths
        ]
        if response["items"]:
            weights.append(len(answer.content) / len(response["items"]))
    assert sum(weights) / len(weights) > 2400


def facts_of(item: dict[str, Any]) -> tuple[Any, ...]:
    return (
        item["id"], item["date"], item["text"], item.get("views", {}).get("count"), item["likes"]["count"],
        item.get("comments", {}).get("count"), item["reposts"]["count"], item.get("is_pinned") == 1,
    )  # fmt: skip


def test_paging_through_a_busy_wall_gives_every_post_once(sandbox: RunningSandbox):
    world = sandbox.world
    page = max(
        (each for each in world.vk if world.truth(each, FIRST_NIGHT).is_wall_readable),
        key=lambda each: world.wall(each).count(FIRST_NIGHT),
    )
    seen: list[int] = []
    while items := ask(sandbox, "wall.get", owner_id=-page.native_id, count=100, offset=len(seen))["items"]:
        seen += [item["id"] for item in items]
    assert len(seen) == len(set(seen)) == world.wall(page).count(FIRST_NIGHT) > 100


def test_an_extended_wall_satisfies_its_schema_and_other_filters_are_empty(sandbox: RunningSandbox):
    owner = -first(sandbox, "open").page.native_id
    validator("wall.get.extended").validate(call(sandbox, "wall.get", owner_id=owner, count=3, extended=1))
    assert ask(sandbox, "wall.get", owner_id=owner, filter="postponed") == {"count": 0, "items": []}


@pytest.mark.parametrize("params", [{"count": 101}, {"offset": -1}, {"count": "many"}, {"owner_id": 5}])
def test_bad_wall_parameters_are_error_100(sandbox: RunningSandbox, params: dict[str, Any]):
    owner = -first(sandbox, "open").page.native_id
    assert code(sandbox, "wall.get", **{"owner_id": owner, **params}) == 100


@pytest.mark.parametrize(
    ("state", "codes"),
    [("closed", {15}), ("private", {15, 30}), ("banned", {15, 19}), ("deleted", {18, 100}), ("absent", {100})],
)
def test_a_wall_that_outsiders_cannot_read_is_an_error_of_its_kind(
    sandbox: RunningSandbox, state: str, codes: set[int]
):
    assert code(sandbox, "wall.get", owner_id=-first(sandbox, state).page.native_id) in codes


def test_a_disabled_wall_is_access_denied(sandbox: RunningSandbox):
    truths = (sandbox.world.truth(page, FIRST_NIGHT) for page in sandbox.world.vk)
    truth = next(each for each in truths if each.state == "open" and each.wall == 0)
    error = call(sandbox, "wall.get", owner_id=-truth.page.native_id)["error"]
    assert (error["error_code"], "wall is disabled" in error["error_msg"]) == (15, True)


def test_known_posts_come_by_id_and_vanished_ones_are_missing(sandbox: RunningSandbox):
    page = first(sandbox, "open").page
    items = ask(sandbox, "wall.get", owner_id=-page.native_id, count=5)["items"]
    wanted = [f"-{page.native_id}_{item['id']}" for item in items] + [f"-{page.native_id}_1", "-77_1"]
    answer = call(sandbox, "wall.getById", posts=",".join(wanted))
    validator("wall.getById").validate(answer)
    assert answer["response"]["items"] == items
    assert code(sandbox, "wall.getById", posts="nonsense") == 100
    assert code(sandbox, "wall.getById", posts=",".join(f"-1_{number}" for number in range(101))) == 100


def test_screen_names_lead_to_ids_and_unknown_ones_to_an_empty_array(sandbox: RunningSandbox):
    schema = validator("utils.resolveScreenName")
    for page in sandbox.world.vk[:60]:
        truth = sandbox.world.truth(page, FIRST_NIGHT)
        answer = call(sandbox, "utils.resolveScreenName", screen_name=truth.screen_name)
        schema.validate(answer)
        if truth.state == "absent":
            assert answer["response"] == []
        else:
            assert answer["response"]["object_id"] == page.native_id
            assert answer["response"]["type"] == truth.kind
    assert ask(sandbox, "utils.resolveScreenName", screen_name="nobody_here_zzzz") == []
    assert code(sandbox, "utils.resolveScreenName") == 100


def test_moving_the_clock_file_moves_the_night(sandbox: RunningSandbox):
    lost = next(event for event in sandbox.world.events(sandbox.night(2)) if event.kind == "mark_lost")
    marks = []
    try:
        for night in (sandbox.night(1), sandbox.night(2)):
            sandbox.move_to_night(night)
            group = ask(sandbox, "groups.getById", group_ids=lost.page.native_id, fields=FIELDS)["groups"][0]
            marks.append(group["is_government_organization"])
    finally:
        sandbox.move_to_night(FIRST_NIGHT)
    assert marks == [True, False]


words = st.text(max_size=12) | st.integers().map(str) | st.sampled_from(["-200000001", "9" * 5000, "club1", "_", "-"])
keys = st.sampled_from(["group_ids", "fields", "owner_id", "count", "offset", "posts", "screen_name", "code", "domain"])
scripts = st.sampled_from(["return [API.wall.get({}),API.execute.x({})];", "return [API.wall.get(" + "[" * 5000])


@given(st.sampled_from([*METHODS, "execute"]), st.dictionaries(keys, words | scripts, max_size=6))
@hypothesis_settings(max_examples=300, deadline=None)
def test_nothing_that_a_client_can_send_breaks_the_server(sandbox: RunningSandbox, method: str, params: dict[str, str]):
    vk = Vk(sandbox.world, WorldClock(sandbox.clock_file), Ledger(Settings(0.0, {})))
    answer = json.loads(vk.answer(method, {"v": "5.199", **params}, "user-1").body)
    assert set(answer) <= {"response", "execute_errors"} or set(answer) == {"error"}
