"""ОГРН, the state registration number of a legal entity: 13 digits, the last of which checks the others.

The rule: the remainder of the first 12 digits, taken as a number, by 11; of that its last digit (order of the Ministry
of Finance of 30.10.2017 № 165н, on keeping the register of legal entities). ОГРНИП has 15 digits and belongs to a
person in business, so no public body can bear it.
"""

import re

_AS_NUMBER = re.compile(r"[0-9]+[.,][0-9]+(?:[eE]\+?[0-9]+)?|[0-9]+[eE]\+?[0-9]+")


class OgrnError(ValueError):
    """The text is no ОГРН; the message says why."""


def check_digit(first_twelve: str) -> str:
    """The digit that has to follow the first twelve."""
    return str(int(first_twelve) % 11 % 10)


def parse_ogrn(text: str) -> str:
    """The ОГРН as 13 digits, spaces removed. Raises OgrnError with the reason."""
    digits = "".join(text.split())
    if not digits:
        raise OgrnError("no ОГРН")
    if _AS_NUMBER.fullmatch(digits):
        raise OgrnError("the spreadsheet turned it into a number and may have lost digits: format the column as text")
    if not (digits.isascii() and digits.isdigit()):
        raise OgrnError("an ОГРН consists of digits alone")
    if len(digits) == 15:
        raise OgrnError("15 digits are an ОГРНИП, a person's number: an organisation has 13")
    if len(digits) != 13:
        raise OgrnError(f"{len(digits)} digits instead of 13")
    if digits[0] == "0":
        raise OgrnError("no ОГРН begins with 0")
    if digits[12] != check_digit(digits[:12]):
        raise OgrnError(
            f"the check digit is {digits[12]} and should be {check_digit(digits[:12])}: a digit is mistyped"
        )
    return digits
