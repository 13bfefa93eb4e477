"""Reading cards: who a name is, and how many subscribers exactly."""

from __future__ import annotations

import pytest

from gospub.errors import NotUnderstood
from gospub.platforms.telegram_card import read_card
from tests.unit.telegram_replies import PAGE, card, html
from tests.unit.vk_replies import MOMENT


@pytest.mark.parametrize("body", [b"", b"<html></html>", b"\xff\xfe\x00", b"{}", html("preview_album")])
def test_what_is_no_card_is_not_understood_and_its_beginning_is_kept(body: bytes):
    with pytest.raises(NotUnderstood) as caught:
        read_card(body, PAGE, MOMENT)
    assert len(caught.value.evidence) <= 200


@pytest.mark.parametrize(
    ("name", "members"),
    [
        ("card_channel", 14_909),
        ("card_no_break_space", 1_214_909),
        ("card_one_subscriber", 1),
        ("card_no_subscribers", 0),
        ("card_russian_labels", 14_909),
        ("card_group", 9_767),
    ],
)
def test_the_exact_number_is_read_in_every_spelling(name: str, members: int):
    assert card(name).facts["members_count"] == members


def test_a_rounded_number_is_never_taken_for_the_exact_one():
    answer = card("card_rounded_count")
    assert answer.facts["members_count"] is None
    assert [(note.field, note.value) for note in answer.notes] == [("members_count", "'109K'")]


def test_a_card_without_a_number_is_a_channel_of_unknown_size():
    answer = card("card_without_count")
    assert (answer.outcome, answer.facts["members_count"], list(answer.notes)) == ("ok", None, [])


def test_a_cards_facts_are_read():
    assert card("card_channel").facts == {
        "members_count": 14_909,
        "name": "Администрация Примерска",
        "screen_name": "adm_primersk",
        "description": "Официальный канал & новости.\nПриём: 112 🏛",
        "is_verified": True,
        "has_avatar": True,
    }


def test_a_letter_that_telegram_draws_is_no_avatar_and_no_tick_is_no_tick():
    facts = card("card_letter_avatar").facts
    assert (facts["has_avatar"], facts["is_verified"], facts["description"]) == (False, False, "")


@pytest.mark.parametrize("name", ["card_restricted", "card_nobody", "card_person", "card_bot"])
def test_who_is_not_there_has_no_facts(name: str):
    assert card(name).facts == {}
