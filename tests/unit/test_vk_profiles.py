"""Reading groups.getById: unknown is not false, missing is not gone, a wrong type is noted."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gospub.columns import PROFILE_FACTS
from gospub.errors import NotUnderstood
from gospub.platforms.base import ProfileAnswer
from gospub.platforms.vk_answers import read_groups
from tests.unit.vk_replies import MOMENT, pages, response


def answers(name: str, count: int = 4) -> dict[int, ProfileAnswer]:
    return {answer.page_id: answer for answer in read_groups(response(name), pages(count), MOMENT)}


@pytest.mark.parametrize("answer", [None, "oops", 5, {}, {"groups": None}, {"groups": {"1": {}}}, {"items": []}])
def test_an_answer_without_a_list_of_groups_is_not_understood(answer: Any):
    with pytest.raises(NotUnderstood, match="no list of groups"):
        read_groups(answer, pages(1), MOMENT)


def test_a_page_that_the_answer_leaves_out_is_left_out_here_too():
    assert list(answers("groups_ordinary")) == [1]


def test_groups_are_matched_by_id_and_never_by_place():
    groups = [{"id": 200000002, "name": "вторая"}, {"id": 999, "name": "чужая"}, {"id": 200000001, "name": "первая"}]
    found = read_groups({"groups": groups}, pages(2), MOMENT)
    assert [(answer.page_id, answer.facts["name"]) for answer in found] == [(1, "первая"), (2, "вторая")]


def test_the_bare_list_of_versions_before_5_139_reads_like_the_object():
    answer = answers("groups_bare_list")[1]
    assert (answer.outcome, answer.facts["name"]) == ("ok", "Школа № 1")


def test_each_kind_of_deactivation_has_its_outcome_and_no_facts():
    found = answers("groups_deactivated")
    assert {number: (answer.outcome, answer.reason) for number, answer in found.items()} == {
        1: ("banned", None),
        2: ("deleted", None),
        3: ("no_access", "geo_blocked"),
        4: ("no_access", "deactivated"),
    }
    assert all(answer.facts == {} for answer in found.values())


def test_closed_groups_are_closed_in_every_spelling_and_keep_their_facts():
    found = answers("groups_closed")
    assert {number: (answer.outcome, answer.reason) for number, answer in found.items()} == {
        1: ("closed", "closed"),
        2: ("closed", "private"),
        3: ("closed", "closed"),
        4: ("ok", None),
    }
    assert found[1].facts["members_count"] == 12
    assert found[2].facts["members_count"] is None


def test_a_page_without_a_mark_field_is_unknown_not_lost():
    facts = answers("groups_bare_profile")[1].facts
    assert facts["has_mark"] is None
    given = {key for key, value in facts.items() if value is not None}
    assert given == {"name", "screen_name"}


@pytest.mark.parametrize(("sent", "read"), [(True, True), (1, True), (False, False), (0, False)])
def test_the_mark_is_read_in_both_spellings(sent: Any, read: bool):
    groups = [{"id": 200000001, "is_government_organization": sent}]
    assert read_groups(groups, pages(1), MOMENT)[0].facts["has_mark"] is read


def test_an_ordinary_page_gives_every_fact_under_its_column_name():
    answer = answers("groups_ordinary")[1]
    assert set(answer.facts) == {column.name for column in PROFILE_FACTS}
    assert answer.notes == []
    assert {key: answer.facts[key] for key in ("members_count", "screen_name", "status_text", "city", "address")} == {
        "members_count": 12043,
        "screen_name": "adm_primersk",
        "status_text": "",
        "city": "Примерск",
        "address": "ул. Примерная, 1",
    }
    flags = ("has_mark", "is_verified", "has_avatar", "has_cover", "is_wall_open")
    assert [answer.facts[key] for key in flags] == [True, False, True, True, True]
    assert (answer.facts["trust_mark"], answer.facts["installed_apps_count"]) == (3, 2)
    assert answer.facts["app_buttons"] == [{"app_id": 7000001, "title": "Записаться"}]
    assert answer.facts["stated_ogrn"] == "1025900000017"


def test_contacts_may_be_given_in_part():
    assert answers("groups_ordinary")[1].facts["contacts"] == [
        {"desc": "Пресс-служба", "phone": "+7 (000) 000-00-00", "email": "press@primersk.example"},
        {"desc": None, "phone": None, "email": None},
    ]


def test_a_disabled_wall_is_not_open_and_a_limited_one_is():
    groups = [{"id": 200000001 + kind, "wall": kind} for kind in range(4)]
    found = read_groups({"groups": groups}, pages(4), MOMENT)
    assert [answer.facts["is_wall_open"] for answer in found] == [False, True, True, True]


def test_fields_of_a_wrong_type_are_unknown_and_each_is_noted():
    answer = answers("groups_wrong_types")[1]
    assert answer.outcome == "ok"
    assert {note.field for note in answer.notes} == {
        *("name", "members_count", "is_government_organization", "trust_mark", "verified", "description", "city"),
        *("cover.enabled", "contacts[]", "contacts[].phone", "addresses.main_address.address", "menu.items"),
        *("app_buttons", "wall", "ogrn"),
    }
    known = {key: value for key, value in answer.facts.items() if value is not None}
    contact = {"desc": "Приёмная", "phone": None, "email": None}
    assert known == {"screen_name": "krivaya", "contacts": [contact]}
    assert next(note.value for note in answer.notes if note.field == "members_count") == "'12043'"


def test_groups_without_a_whole_number_as_id_are_nobodys():
    assert list(answers("groups_wrong_types")) == [1]


def test_nothing_that_postgres_refuses_survives_in_texts():
    facts = answers("groups_odd_texts")[1].facts
    assert facts["name"] == "Дом 🏠 культуры"
    assert facts["description"] == "строка\nвторая\tи ? половина пары"
    assert facts["status_text"] == "[31m"
    json.dumps(facts).encode("utf-8")


def test_service_links_are_found_in_the_menu_with_what_they_state():
    facts = answers("groups_menu_links")[1].facts
    assert [(link["form"], link["ogrn"], link["region"]) for link in facts["pos_links"]] == [
        ("form", "1025900000017", "711"),
        ("activities", "1027700132195", "7114"),
        ("other", None, None),
        ("form", None, None),
    ]
    assert len(facts["menu_items"]) == 7
    assert facts["menu_items"][6] == {"title": "Без ссылки", "type": "post", "url": None}


def test_a_single_service_button_counts_and_no_button_is_not_unknown():
    groups = [{"id": 200000001, "app_buttons": []}, {"id": 200000002}]
    empty, unknown = read_groups(groups, pages(2), MOMENT)
    assert answers("groups_menu_links")[1].facts["app_buttons"] == [{"app_id": 7000002, "title": "Вызвать врача"}]
    assert (empty.facts["app_buttons"], unknown.facts["app_buttons"]) == ([], None)


def test_a_menu_that_was_not_delivered_is_unknown_and_an_empty_one_has_no_links():
    groups = [{"id": 200000001}, {"id": 200000002, "menu": {"items": []}}]
    unknown, empty = read_groups(groups, pages(2), MOMENT)
    assert (unknown.facts["menu_items"], unknown.facts["pos_links"]) == (None, None)
    assert (empty.facts["menu_items"], empty.facts["pos_links"]) == ([], [])
