"""Links of ПОС widgets: which ones they are, and whose."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gospub.platforms.pos_links import read_pos_link


@pytest.mark.parametrize(
    "url",
    [
        "",
        "https://primersk.example/form/?utm_campaign=1025900000017",
        "https://pos.gosuslugi.ru.example/form/",
        "https://example.org/?to=https://pos.gosuslugi.ru/form/",
        "https://pos.gosuslugi.ru@evil.example/form/",
        "https://[pos.gosuslugi.ru/form/",
        "https://‎pos.gosuslugi.ru℀/form/",
        "tel:+70000000000",
    ],
)
def test_a_link_that_leads_elsewhere_or_nowhere_is_none(url: str):
    assert read_pos_link(url) is None


@pytest.mark.parametrize(
    ("url", "form"),
    [
        ("https://pos.gosuslugi.ru/form/?x=1", "form"),
        ("http://POS.Gosuslugi.RU/form", "form"),
        ("https://pos.gosuslugi.ru:443/og/org-activities?reg_code=59", "activities"),
        ("https://pos.gosuslugi.ru/landing", "other"),
    ],
)
def test_the_path_tells_messages_from_polls(url: str, form: str):
    link = read_pos_link(url)
    assert link is not None
    assert (link.form, link.ogrn, link.region) == (form, None, None)


@pytest.mark.parametrize("region", ["57", "111", "711", "7114", "71140"])
def test_ogrn_and_region_prefix_are_read_from_the_marks(region: str):
    link = read_pos_link(
        f"https://pos.gosuslugi.ru/form/?opaId=1&utm_source=vk1&utm_medium={region}&utm_campaign=1025900000017"
    )
    assert link is not None
    assert (link.ogrn, link.region) == ("1025900000017", region)


@pytest.mark.parametrize(
    "marks",
    [
        "utm_campaign=102590000001&utm_medium=1",
        "utm_campaign=10259000000170&utm_medium=123456",
        "utm_campaign=10259O0000017&utm_medium=пермь",
        "utm_campaign=١٠٢٥٩٠٠٠٠٠٠١٧&utm_medium=٥٧",
        "utm_campaign=&utm_medium=",
        "utm_campaign=%ff%fe&utm_medium=%00",
    ],
)
def test_a_malformed_mark_is_no_mark_but_the_link_still_counts_as_one(marks: str):
    link = read_pos_link(f"https://pos.gosuslugi.ru/form/?{marks}")
    assert link is not None
    assert (link.ogrn, link.region) == (None, None)


@given(st.text() | st.text().map(lambda tail: f"https://pos.gosuslugi.ru/{tail}"))
def test_no_text_makes_the_reader_fail(url: str):
    link = read_pos_link(url)
    assert link is None or len(link.url) <= 1000
