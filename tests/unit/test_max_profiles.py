"""The bot's chats and the registry's pages: who is which, who is missing, and what may be concluded from that."""

from __future__ import annotations

from typing import Any

import pytest

from gospub import errors
from gospub.platforms.base import ProfileAnswer
from gospub.platforms.max_answers import link_name
from gospub.platforms.max_messenger import MaxMessenger
from gospub.platforms.transport import decode
from tests.unit.max_replies import Bot, answer, chat, page
from tests.unit.vk_replies import Line

STRANGE_CHATS = [None, 5, "chat", [], {**chat(2), "link": ["https://max.ru/page_2"]}, {**chat(2), "link": None}]


def asked(line: Line, *names: str) -> list[ProfileAnswer]:
    found = MaxMessenger().ask_profiles([page(name, number) for number, name in enumerate(names)], line)
    assert [profile.page_id for profile in found] == list(range(len(names)))
    return found


def listed(name: str) -> Line:
    return Line(lambda *_: answer(name))


def test_a_page_whose_channel_is_not_among_the_bots_has_not_added_it():
    missing, there = asked(listed("chats_ordinary"), "elsewhere", "school2")
    assert (missing.outcome, missing.reason, missing.facts) == ("no_access", "bot_not_added", {})
    assert there.outcome == "ok"


@pytest.mark.parametrize("strange", STRANGE_CHATS)
def test_a_chat_that_does_not_tell_its_page_leaves_the_missing_pages_open(strange: Any):
    line = Line(lambda *_: {"chats": [chat(1), strange], "marker": None})
    found, missing = asked(line, "page_1", "page_2")
    assert found.outcome == "ok"
    assert (missing.outcome, missing.reason) == ("failed", "answer_not_understood")
    assert missing.notes[0].reason == "MAX chats: a chat that does not tell which page it is"


@pytest.mark.parametrize("body", [None, [], {}, {"chats": None}, {"chats": {}}, {"chats": [], "marker": "next"}])
def test_an_answer_without_a_list_of_chats_is_not_understood(body: Any):
    profile = asked(Line(lambda *_: body), "page_1")[0]
    assert (profile.outcome, profile.reason, profile.facts) == ("failed", "answer_not_understood", {})
    assert profile.notes


def test_what_was_listed_before_the_trouble_holds_and_the_rest_is_failed():
    chats = [chat(number) for number in range(250)]

    def bot(method: str, parameters: Any) -> Any:
        return (
            errors.RetryNow("HTTP 503", reason="http_503")
            if "marker" in parameters
            else Bot(chats)("chats", parameters)
        )

    first, last, nowhere = asked(Line(bot), "page_99", "page_100", "nowhere")
    assert first.outcome == "ok"
    assert (last.outcome, last.reason) == ("failed", "http_503")
    assert (nowhere.outcome, nowhere.reason) == ("failed", "http_503")


def test_a_list_that_turns_in_circles_is_given_up_and_makes_nobody_missing():
    line = Line(lambda _, parameters: {"chats": [chat(1)], "marker": 7})
    found, missing = asked(line, "page_1", "page_2")
    assert len(line.calls) == 2
    assert found.outcome == "ok"
    assert (missing.outcome, missing.reason) == ("failed", "answer_not_understood")


@pytest.mark.parametrize("count", [0, 1, 100, 101, 250])
def test_the_chats_are_listed_a_hundred_a_call_and_once_for_profiles_and_walls(count: int):
    chats = [chat(number) for number in range(count)]
    line, network = Line(Bot(chats)), MaxMessenger()
    profiles = network.ask_profiles([page(f"page_{n}", n) for n in range(count)], line)
    network.ask_profiles([page("page_0")], line)
    assert [profile.outcome for profile in profiles] == ["ok"] * count
    assert [parameters for _, parameters in line.calls] == [
        {"count": "100"} | ({"marker": str(start)} if start else {}) for start in range(0, max(count, 1), 100)
    ]


def test_a_marker_beyond_two_to_the_53_is_sent_as_it_came():
    answers = iter([b'{"chats":[{"link":"https://max.ru/a"}],"marker":9007199254740993}', b'{"chats":[]}'])
    line = Line(lambda *_: decode(next(answers)))
    asked(line, "a")
    assert line.calls[1] == ("chats", {"count": "100", "marker": "9007199254740993"})


def test_another_task_lists_the_chats_anew():
    network = MaxMessenger()
    today, tomorrow = Line(Bot([chat(1, participants_count=5)])), Line(Bot([chat(1, participants_count=6)]))
    counts = [network.ask_profiles([page("page_1")], line)[0].facts["members_count"] for line in (today, tomorrow)]
    assert counts == [5, 6]


def test_all_facts_of_an_ordinary_channel():
    channel, group = asked(listed("chats_ordinary"), "adm_primersk", "school2")
    assert (channel.outcome, channel.reason, channel.notes) == ("ok", None, [])
    assert channel.facts == {
        "members_count": 1570,
        "name": "Администрация Примерска",
        "screen_name": "adm_primersk",
        "description": "Официальный канал",
        "has_avatar": True,
        "is_wall_open": True,
    }
    assert (group.facts["members_count"], group.facts["description"], group.facts["has_avatar"]) == (0, None, False)
    assert channel.facts.keys() <= MaxMessenger.delivers


def test_an_absent_key_is_unknown_and_no_mistake():
    sparse = asked(listed("chats_sparse"), "hospital3")[0]
    assert (sparse.outcome, sparse.notes) == ("ok", [])
    assert (sparse.facts["description"], sparse.facts["has_avatar"]) == (None, None)


@pytest.mark.parametrize("name", ["abcdef123", "join", "some_person"])
def test_private_groups_without_a_public_link_and_dialogs_are_nobodys_pages(name: str):
    assert asked(listed("chats_sparse"), name)[0].reason == "bot_not_added"


@pytest.mark.parametrize(
    ("name", "outcome", "reason"),
    [
        ("left_one", "no_access", "bot_left"),
        ("removed_one", "no_access", "bot_removed"),
        ("suspended_one", "no_access", "chat_suspended"),
        ("closed_one", "deleted", "chat_closed"),
        ("private_one", "closed", "private"),
        ("unheard_of", "failed", "answer_not_understood"),
        ("twice", "ok", None),
    ],
)
def test_each_status_of_a_chat_has_its_outcome(name: str, outcome: str, reason: str | None):
    profile = asked(listed("chats_statuses"), name)[0]
    assert (profile.outcome, profile.reason) == (outcome, reason)
    assert bool(profile.facts) == (outcome in ("ok", "closed"))


def test_of_two_chats_with_one_link_the_one_that_the_bot_is_in_counts():
    assert asked(listed("chats_statuses"), "twice")[0].facts["name"] == "H"


def test_fields_of_a_wrong_type_are_unknown_and_noted():
    odd, broken, foreign = asked(listed("chats_odd"), "odd_one", "odd_two", "odd_three")
    assert odd.outcome == "ok"
    assert {key: value for key, value in odd.facts.items() if value is not None} == {"screen_name": "odd_one"}
    assert {note.field for note in odd.notes} == {"title", "description", "participants_count", "is_public"}
    assert (broken.facts["name"], broken.facts["members_count"]) == ("Нульвнутри?", None)
    assert foreign.reason == "bot_not_added"


@pytest.mark.parametrize(
    ("link", "name"),
    [
        ("https://max.ru/adm_primersk", "adm_primersk"),
        ("https://max.ru/Adm_Primersk/", "adm_primersk"),
        ("http://www.max.ru/adm_primersk?x=1", "adm_primersk"),
        ("https://web.max.ru/adm_primersk#a", "adm_primersk"),
        ("max.ru/@adm_primersk", "adm_primersk"),
        ("  https://max.ru/a \n", "a"),
        ("https://max.ru/join/AbC", None),
        ("https://max.ru/", None),
        ("https://max.ru", None),
        ("https://max.ru.example/name", None),
        ("https://notmax.ru/name", None),
        ("", None),
    ],
)
def test_the_name_in_a_link(link: str, name: str | None):
    assert link_name(link) == name


def test_names_are_their_own_ids_and_nothing_is_asked():
    line = Line(lambda *_: errors.OurBug("asked"))
    assert MaxMessenger().resolve(["Adm_Primersk", "school2"], line) == {
        "Adm_Primersk": ("adm_primersk", "resolved"),
        "school2": ("school2", "resolved"),
    }
    assert line.calls == []
