"""Links to official pages, in the spellings that registries use and in those that name no community."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gospub.registry.links import LinkError, PageLink, parse_link, split_links

NOT_COMMUNITIES = [
    ("", "no link"),
    ("...", "no link"),
    ("vk.com", "front page"),
    ("https://vk.com/", "front page"),
    ("https://vk.com/?w=wall-1_2", "front page"),
    ("vk.com/id1", "a person"),
    ("@id1", "a person"),
    ("vk.com/ID77?from=search", "a person"),
    ("vk.com/app5619682_-1", "an application"),
    ("vk.com/wall-1_2", "a post"),
    ("vk.com/video-1_2", "a post"),
    ("vk.com/topic-1_2?post=3", "a post"),
    ("vk.com/club0", "no community has such a number"),
    ("vk.com/club99999999999", "no community has such a number"),
    ("club0", "not a link"),
    ("vk.com/feed", "a section"),
    ("vk.com/away.php?to=https%3A%2F%2Fvk.com%2Fclub1", "a section"),
    ("vk.com/im?sel=-1", "a section"),
    ("vk.com/12345", "no community's name"),
    ("vk.com/a", "no community's name"),
    ("vk.com/name-with-dashes", "no community's name"),
    ("vk.com/" + "a" * 33, "no community's name"),
    ("vk.com/школа5", "«ш» is not a Latin letter"),
    ("vk.com/sсhool", "«с» is not a Latin letter"),
    ("vk.com/%D1%88kola", "«ш» is not a Latin letter"),
    ("vk.cc/abc", "shortened"),
    ("https://clck.ru/abc", "shortened"),
    ("https://example.org/club1", "not an address in VK"),
    ("vk.com.example.org/club1", "not an address in VK"),
    ("https://vk.com@example.org/club1", "not an address in VK"),
    ("myvk.com/club1", "not an address in VK"),
    ("school5", "not a link"),
    ("страница", "not a link"),
    ("javascript://vk.com/club1", "not a page's address"),
    ("tg://resolve?domain=name", "not a page's address"),
    ("https://[vk.com/club1", "not a link"),
    ("ok.ru/profile/123", "a person"),
    ("ok.ru/group/name", "consists of digits"),
    ("ok.ru/group/0", "consists of digits"),
    ("ok.ru/live", "a section"),
    ("t.me/+AbCdEf", "a private invitation"),
    ("t.me/joinchat/AbCdEf", "a private invitation"),
    ("t.me/c/123/4", "a section"),
    ("t.me/s", "no community's name"),
    ("t.me/addstickers/Pack", "a section"),
    ("max.ru/join/abc", "a private invitation"),
    ("max.ru/u/abc", "a person"),
]

COMMUNITIES = [
    ("vk.com/club1", "vk", "1", None),
    ("vk.ru/public1", "vk", "1", None),
    ("VK.COM/Event1", "vk", "1", None),
    ("https://vk.com/club0012", "vk", "12", None),
    ("https://m.vk.com/club1?w=wall-1_2", "vk", "1", None),
    ("http://www.vk.com/club1/", "vk", "1", None),
    ("https://vkontakte.ru/club1#comments", "vk", "1", None),
    ("//vk.com/club1", "vk", "1", None),
    ("https:/vk.com/club1", "vk", "1", None),
    ("club7", "vk", "7", None),
    ("@club7", "vk", "7", None),
    ("*public7", "vk", "7", None),
    ("vk.com/name", "vk", None, "name"),
    ("vk.com/name?w=wall-1_2", "vk", None, "name"),
    ("https://vk.ru/Adm_Primersk", "vk", None, "adm_primersk"),
    ("m.vk.com/school.5", "vk", None, "school.5"),
    ("https://vk.com/@name", "vk", None, "name"),
    ("@name", "vk", None, "name"),
    ("@name (Администрация)", "vk", None, "name"),
    ("*name", "vk", None, "name"),
    ("  vk.com/name ;", "vk", None, "name"),
    ("\ufeffvk.com/\u200bname\u00a0", "vk", None, "name"),
    ("«vk.com/name».", "vk", None, "name"),
    ("vk.com:443/name", "vk", None, "name"),
    ("ok.ru/group/53038939046008", "ok", "53038939046008", None),
    ("https://m.ok.ru/group/53038939046008/topics", "ok", "53038939046008", None),
    ("https://ok.ru/group53038939046008", "ok", "53038939046008", None),
    ("odnoklassniki.ru/primersk", "ok", None, "primersk"),
    ("ok.ru/adm-primersk?st.cmd=x", "ok", None, "adm-primersk"),
    ("t.me/Adm_Primersk", "telegram", None, "adm_primersk"),
    ("https://t.me/s/adm_primersk?before=7", "telegram", None, "adm_primersk"),
    ("telegram.me/adm_primersk/15", "telegram", None, "adm_primersk"),
    ("t.me/@adm_primersk", "telegram", None, "adm_primersk"),
    ("https://max.ru/adm_primersk", "max", None, "adm_primersk"),
    ("max.ru/id5902290120_gos", "max", None, "id5902290120_gos"),
]


@pytest.mark.parametrize(("text", "reason"), NOT_COMMUNITIES)
def test_what_names_no_community_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(LinkError, match=reason):
        parse_link(text)


@pytest.mark.parametrize(("text", "platform", "native_id", "screen_name"), COMMUNITIES)
def test_every_usual_spelling_is_read(text: str, platform: str, native_id: str | None, screen_name: str | None) -> None:
    assert parse_link(text) == PageLink(platform, native_id, screen_name)


# What begins like an address of VK's own (id1, wall-1_2, music …) is another matter; x keeps names clear of it.
names = st.from_regex(r"x[a-z0-9_.]{3,20}[a-z0-9]", fullmatch=True)
starts = st.sampled_from(["", "http://", "https://", "HTTPS://", "//"])
hosts = st.sampled_from(["vk.com", "vk.ru", "m.vk.com", "www.vk.com", "VK.com", "m.vk.ru", "vkontakte.ru"])
tails = st.sampled_from(["", "/", "?w=wall-1_2", "/?from=groups", "#top", "?a=1&b=2", " ", ";"])


@given(starts, hosts, names, tails)
def test_a_name_survives_every_spelling(start: str, host: str, name: str, tail: str) -> None:
    assert parse_link(f"{start}{host}/{name.upper()}{tail}") == PageLink("vk", None, name)


@given(starts, hosts, st.sampled_from(["club", "public", "event"]), st.integers(1, 9_999_999_999), tails)
def test_an_id_survives_every_spelling(start: str, host: str, kind: str, number: int, tail: str) -> None:
    assert parse_link(f"{start}{host}/{kind}{number}{tail}") == PageLink("vk", str(number), None)


@given(st.one_of(st.text(), st.text().map(lambda tail: f"https://vk.com/{tail}"), st.text().map(lambda t: f"@{t}")))
def test_no_text_whatever_raises_anything_but_a_link_error(text: str) -> None:
    with suppress(LinkError):
        link = parse_link(text)
        assert link.native_id or link.screen_name
        assert link.native_id is None or (link.native_id.isascii() and link.native_id.isdigit())
        assert link.screen_name is None or (link.screen_name.isascii() and link.screen_name == link.screen_name.lower())


single_links = [text for text, *_ in COMMUNITIES if not set(text) & set(" ;«\u200b\u00a0")]


@given(st.lists(st.sampled_from(single_links), min_size=1))
def test_a_cell_of_links_comes_apart_at_spaces_and_delimiters(links: list[str]) -> None:
    for separator in (" ", "\n", ", ", "; ", "\u00a0"):
        assert split_links(separator.join(links)) == links
