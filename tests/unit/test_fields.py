"""Typed reading of JSON: what does not fit is None and noted, never an error and never another value."""

from __future__ import annotations

from typing import Any

import pytest

from gospub.platforms.fields import Fields, clean, evidence


@pytest.mark.parametrize("value", ["5", -1, 2**31, True, False, 1.0, [5], {}, float("nan")])
def test_what_is_no_whole_number_in_range_is_no_count_and_noted(value: Any):
    fields = Fields({"n": value})
    assert fields.count("n") is None
    assert [(note.field, note.reason) for note in fields.notes] == [("n", "not a whole number from 0 to 2147483647")]


@pytest.mark.parametrize("value", ["1", "true", 2, -1, 1.0, [], {}])
def test_what_is_no_boolean_is_unknown_and_noted(value: Any):
    fields = Fields({"b": value})
    assert fields.flag("b") is None
    assert fields.notes[0].reason == "not a boolean"


@pytest.mark.parametrize("read", ["count", "flag", "text", "mapping", "listing", "inner", "inners"])
def test_a_missing_field_and_null_are_not_delivered_without_a_note(read: str):
    fields = Fields({"there": None})
    assert getattr(fields, read)("there") is None
    assert getattr(fields, read)("missing") is None
    assert fields.notes == []


def test_booleans_are_read_in_both_spellings():
    fields = Fields({"a": 1, "b": 0, "c": True, "d": False})
    assert [fields.flag(key) for key in "abcd"] == [True, False, True, False]


def test_the_bounds_of_a_count_belong_to_it_and_beyond_2_53_it_stays_exact():
    fields = Fields({"zero": 0, "top": 10, "id": 2**60 + 1})
    assert (fields.count("zero"), fields.count("top", 10), fields.count("id", 2**62)) == (0, 10, 2**60 + 1)
    assert fields.count("top", 9) is None


def test_an_empty_text_is_a_value_and_a_long_one_is_cut():
    fields = Fields({"empty": "", "long": "я" * 20})
    assert (fields.text("empty"), fields.text("long", 5)) == ("", "яяяяя")
    assert fields.notes == []


def test_the_note_names_the_way_to_a_misfit_inside():
    fields = Fields({"city": {"title": 5}, "contacts": [{"phone": 7}, "звоните"]})
    city, contacts = fields.inner("city"), fields.inners("contacts")
    assert city is not None
    assert contacts is not None
    assert (city.text("title"), [item.text("phone") for item in contacts]) == (None, [None])
    assert [note.field for note in fields.notes] == ["contacts[]", "city.title", "contacts[].phone"]


def test_control_characters_and_half_pairs_do_not_survive_but_line_ends_do():
    assert clean("a\x00b\x1b\x7fc\nd\te\ud83d") == "abc\nd\te?"
    assert clean("🏠 ё") == "🏠 ё"


def test_evidence_of_anything_is_short_and_safe_to_keep():
    deep: Any = []
    for _ in range(3000):
        deep = [deep]
    for value in (deep, "я" * 100_000, 10**4000, {"a" * 500: "b" * 500}, "\ud83d\x00"):
        found = evidence(value)
        assert 0 < len(found) <= 200
        assert found == clean(found)
