"""ОГРН: what is no number of an organisation, and why."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gospub.registry.ogrn import OgrnError, check_digit, parse_ogrn

# Minsvyaz, Sberbank, Yandex: numbers that anybody can look up.
REAL = ("1047702026701", "1027700132195", "1027700229193")
first_twelves = st.integers(min_value=100_000_000_000, max_value=999_999_999_999).map(str)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no ОГРН"),
        ("   ", "no ОГРН"),
        ("1025901234567.0", "format the column as text"),
        ("1,02590E+12", "format the column as text"),
        ("1.02590E+12", "format the column as text"),
        ("1E12", "format the column as text"),
        ("304590108200156", "a person's number"),
        ("104770202670", "12 digits instead of 13"),
        ("10477020267011", "14 digits instead of 13"),
        ("1047702O26701", "digits alone"),
        ("١٠٤٧٧٠٢٠٢٦٧٠١", "digits alone"),
        ("-104770202670", "digits alone"),
        ("0000000000000", "begins with 0"),
        ("1047702026702", "is 2 and should be 1"),
    ],
)
def test_what_is_no_ogrn_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(OgrnError, match=reason):
        parse_ogrn(text)


@pytest.mark.parametrize("number", REAL)
def test_real_numbers_pass(number: str) -> None:
    assert parse_ogrn(number) == number


def test_spaces_and_no_break_spaces_are_not_part_of_the_number() -> None:
    assert parse_ogrn(" 1 047 702\u00a0026 701 ") == "1047702026701"


@given(first_twelves, st.integers(0, 9))
def test_exactly_one_last_digit_is_accepted(first: str, last: int) -> None:
    is_right = str(last) == check_digit(first)
    try:
        assert parse_ogrn(f"{first}{last}") == f"{first}{last}"
    except OgrnError:
        assert not is_right
    else:
        assert is_right


@given(first_twelves, st.integers(0, 11), st.integers(1, 9))
def test_one_mistyped_digit_never_goes_unnoticed_unless_the_remainder_is_ten(first: str, place: int, by: int) -> None:
    mistyped = first[:place] + str((int(first[place]) + by) % 10) + first[place + 1 :]
    if {int(first) % 11, int(mistyped) % 11} != {0, 10}:
        with pytest.raises(OgrnError):
            parse_ogrn(mistyped + check_digit(first))


@given(st.text())
def test_no_text_whatever_raises_anything_but_an_ogrn_error(text: str) -> None:
    with suppress(OgrnError):
        assert len(parse_ogrn(text)) == 13
