"""Links of ПОС widgets («Платформа обратной связи») that official pages carry, and what they give away.

A widget's link names the organisation by ОГРН (utm_campaign) and its region by ОКАТО prefix (utm_medium); the
form was read from the public project smkthat/find-pos-widgets.
"""

from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

_FORMS = {"/form/": "form", "/form": "form", "/og/org-activities": "activities"}


@dataclass(frozen=True)
class PosLink:
    """A ПОС link: ``form`` (messages) or ``activities`` (polls), the ОГРН and the ОКАТО prefix it states, if any."""

    url: str
    form: str
    ogrn: str | None
    region: str | None

    def as_json(self) -> dict[str, Any]:
        """The link as history keeps it."""
        return asdict(self)


def read_pos_link(url: str) -> PosLink | None:
    """Read a link; None when it does not lead to ПОС."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return None
    if host != "pos.gosuslugi.ru":
        return None
    values = {key: found[0] for key, found in parse_qs(parts.query).items()}
    return PosLink(
        url=url[:1000],
        form=_FORMS.get(parts.path, "other"),
        ogrn=_digits(values.get("utm_campaign"), (13,)),
        region=_digits(values.get("utm_medium"), (2, 3, 4, 5)),
    )


def _digits(value: str | None, lengths: tuple[int, ...]) -> str | None:
    return value if value and value.isascii() and value.isdigit() and len(value) in lengths else None
