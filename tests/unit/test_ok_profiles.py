"""Reading OK's groups and asking for them: both envelopes, odd fields, missing groups, missing numbers, addresses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from gospub import errors
from gospub.platforms.ok import Ok
from gospub.platforms.ok_answers import read_groups, read_members, read_resolution
from tests.unit.ok_replies import FIRST, answer, page, pages
from tests.unit.vk_replies import MOMENT, Line

OK = Ok()


def groups(parameters: Mapping[str, str], **more: Any) -> list[dict[str, Any]]:
    """A group for each uid asked, the last first."""
    return [{"uid": uid, "name": "x", "members_count": 5, **more} for uid in parameters["uids"].split(",")][::-1]


def outcomes(found: list[Any]) -> dict[int, tuple[str, str | None]]:
    return {one.page_id: (one.outcome, one.reason) for one in found}


def test_a_bare_list_gives_outcomes_and_facts():
    found = read_groups(answer("groups_bare"), pages(6), MOMENT)
    assert outcomes(found) == {
        1: ("ok", None),
        2: ("closed", "closed"),
        3: ("ok", None),
        4: ("banned", "blocked"),
        5: ("closed", "secret"),
    }
    facts = found[0].facts
    assert facts == {
        "members_count": 4210,
        "name": "Администрация Примерска",
        "screen_name": "primersk",
        "description": "Официальная страница",
        "site": "https://primersk.example",
        "city": "Примерск",
        "has_mark": True,
        "is_verified": False,
        "has_avatar": True,
        "has_cover": None,
        "contacts": [{"desc": None, "phone": "+7 000 000-00-00", "email": None}],
        "address": "ул. Примерная, 1",
    }
    assert set(facts) <= OK.delivers
    assert not any(one.notes for one in found)


def test_the_mark_is_true_false_or_unknown():
    found = read_groups(answer("groups_bare"), pages(5), MOMENT)
    assert [one.facts.get("has_mark") for one in found] == [True, False, None, None, None]


def test_a_blocked_group_tells_no_facts():
    assert read_groups(answer("groups_bare"), [page(4)], MOMENT)[0].facts == {}


def test_a_list_inside_an_object_is_read_too_and_fields_of_another_type_are_unknown_and_noted():
    (found,) = read_groups(answer("groups_in_object"), pages(2), MOMENT)
    assert found.outcome == "ok"
    assert found.facts["name"] == "Администрация Примерска"
    assert [found.facts[key] for key in ("members_count", "has_mark", "screen_name", "has_avatar")] == [None] * 4
    assert {note.field for note in found.notes} == {"members_count", "gos_org", "private", "shortname", "main_photo"}


@pytest.mark.parametrize("strange", [True, 5, "x", {"result": []}, {"groups": {}}])
def test_an_answer_without_a_list_of_groups_is_not_understood(strange: Any):
    with pytest.raises(errors.NotUnderstood):
        read_groups(strange, pages(1), MOMENT)


def test_null_is_an_empty_list_of_groups():
    assert read_groups(None, pages(1), MOMENT) == []


def test_a_hundred_profiles_take_one_call_and_are_answered_in_order():
    line = Line(lambda _, p: groups(p))
    found = OK.ask_profiles(pages(100), line)
    assert [one.page_id for one in found] == list(range(1, 101))
    assert [method for method, _ in line.calls] == ["group.getInfo"]
    assert "gos_org" in line.calls[0][1]["fields"].split(",")


def test_a_group_that_is_missing_is_asked_alone_before_it_is_not_found():
    hidden, gone = str(FIRST + 2), str(FIRST + 3)

    def reply(_: str, p: Mapping[str, str]) -> Any:
        return [g for g in groups(p) if g["uid"] != gone and (g["uid"] != hidden or p["uids"] == hidden)]

    line = Line(reply)
    found = outcomes(OK.ask_profiles(pages(5), line))
    assert found[2] == ("ok", None)
    assert found[3] == ("not_found", "absent_when_asked_alone")
    assert [p["uids"] for _, p in line.calls[1:]] == [hidden, gone]


def test_a_group_that_fails_when_asked_alone_is_failed_and_not_gone():
    def reply(_: str, p: Mapping[str, str]) -> Any:
        return [] if "," in p["uids"] else errors.RetryNow("busy", reason="ok_2")

    assert outcomes(OK.ask_profiles(pages(2), Line(reply))) == {1: ("failed", "ok_2"), 2: ("failed", "ok_2")}


def test_one_bad_id_costs_no_other_page():
    bad = str(FIRST + 7)

    def reply(_: str, p: Mapping[str, str]) -> Any:
        if bad in p["uids"].split(","):
            return errors.GiveUpOnPage("no", "not_found", "invalid_group_id")
        return groups(p)

    found = outcomes(OK.ask_profiles(pages(100), Line(reply)))
    assert found.pop(7) == ("not_found", "invalid_group_id")
    assert set(found.values()) == {("ok", None)}


def test_members_that_are_missing_are_asked_for_by_counters():
    def reply(method: str, p: Mapping[str, str]) -> Any:
        if method == "group.getCounters":
            return {"counters": {"members": 42}} if p["group_id"] == str(FIRST + 1) else {"members": 43}
        return [{"uid": str(FIRST + 1)}, {"uid": str(FIRST + 2)}, {"uid": str(FIRST + 3), "members_count": 0}]

    line = Line(reply)
    assert [one.facts["members_count"] for one in OK.ask_profiles(pages(3), line)] == [42, 43, 0]
    assert [method for method, _ in line.calls] == ["group.getInfo", "group.getCounters", "group.getCounters"]


def test_counters_that_are_refused_leave_the_members_unknown():
    def reply(method: str, p: Mapping[str, str]) -> Any:
        return (
            errors.GiveUpOnPage("no", "closed", "group_restriction") if "C" in method else groups(p, members_count=None)
        )

    (found,) = OK.ask_profiles(pages(1), Line(reply))
    assert (found.outcome, found.facts["members_count"], found.facts["name"]) == ("ok", None, "x")


def test_members_missing_for_a_whole_batch_are_a_change_of_the_network_and_not_asked_one_by_one():
    line = Line(lambda _, p: groups(p, members_count=None))
    OK.ask_profiles(pages(100), line)
    assert len(line.calls) == 1


@pytest.mark.parametrize("strange", [None, True, [], {"counters": None}, {"counters": {"members": "many"}}])
def test_counters_of_another_shape_tell_nothing(strange: Any):
    assert read_members(strange) is None


@pytest.mark.parametrize(
    ("told", "wanted"),
    [
        ({"type": "GROUP", "objectId": 7, "objectIdStr": "70000000000001"}, ("70000000000001", "resolved")),
        ({"type": "GROUP", "objectId": 70000000000001}, ("70000000000001", "resolved")),
        ({"type": "PROFILE", "objectId": 5}, (None, "not_a_community")),
        ({"type": "UNKNOWN"}, (None, "unknown_name")),
        (None, (None, "unknown_name")),
        ({"type": "GROUP"}, None),
        (True, None),
        ({"type": 7}, None),
    ],
)
def test_an_address_stands_for_a_group_for_something_else_or_for_nothing(told: Any, wanted: Any):
    assert read_resolution(told) == wanted


def test_names_are_resolved_each_for_itself_and_those_that_could_not_be_asked_stay_open():
    told = {
        "https://ok.ru/primersk": {"type": "GROUP", "objectIdStr": "70000000000001"},
        "https://ok.ru/gone": errors.GiveUpOnPage("no", "not_found", "not_found"),
        "https://ok.ru/busy": errors.RetryNow("busy"),
        "https://ok.ru/hidden": errors.GiveUpOnPage("no", "closed", "group_restriction"),
    }
    line = Line(lambda _, p: told[p["url"]])
    found = OK.resolve(["primersk", "gone", "busy", "hidden"], line)
    assert found == {"primersk": ("70000000000001", "resolved"), "gone": (None, "unknown_name")}
