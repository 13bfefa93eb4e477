"""What a page's menu and buttons offer: links of the ПОС widgets with the organisation's OGRN, mini-apps, plain links.

The form of ПОС links is that of the public checker github.com/smkthat/find-pos-widgets: utm_source names the widget,
utm_medium the region by OKATO prefix, utm_campaign the OGRN.
"""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.dice import Rolls, share
from sandbox.organisations import Organisation

_POS = "https://pos.gosuslugi.ru"


@dataclass(frozen=True, slots=True)
class MenuItem:
    """One entry of a page's menu; `kind` is `app` for a mini-app, `other` for a link elsewhere."""

    id: int
    title: str
    url: str
    kind: str


@dataclass(frozen=True, slots=True)
class AppButton:
    """A button under the page's cover that opens a service."""

    app_id: int
    title: str


def menu_of(organisation: Organisation, stranger_ogrn: str, rolls: Rolls) -> tuple[MenuItem, ...]:
    """The menu: mostly two ПОС links, sometimes one, none, a copied link of another body, or one cut short."""
    links = _pos_links(organisation, stranger_ogrn, rolls)
    items = [MenuItem(number, title, url, "other") for number, (title, url) in enumerate(links, start=1)]
    if rolls[2] % 4 == 0:
        items.append(MenuItem(10, "Запись на приём", "https://vk.com/app5619682", "app"))
    if rolls[2] % 5 == 0:
        items.append(MenuItem(11, "Виртуальная приёмная", "https://vk.com/app6013442_-1", "app"))
    if rolls[2] % 3 == 0:
        items.append(MenuItem(12, "Наш сайт", organisation.site, "other"))
    return tuple(items)


def buttons_of(rolls: Rolls) -> tuple[AppButton, ...]:
    """Service buttons: on every sixth page."""
    return (AppButton(5619682, "Записаться"),) if rolls[3] % 6 == 0 else ()


def _pos_links(organisation: Organisation, stranger_ogrn: str, rolls: Rolls) -> list[tuple[str, str]]:
    if share(rolls[0]) > organisation.quality:
        return []
    odd = rolls[1] % 40
    ogrn = stranger_ogrn if odd == 0 else organisation.ogrn
    region = "99" if odd == 1 else organisation.region.utm_medium
    tail = f"&utm_medium={region}&utm_campaign={ogrn}" if odd != 2 else ""
    form = f"{_POS}/form/?opaId={100000 + organisation.index}&utm_source=vk{tail}"
    place = f"reg_code={organisation.region.oktmo_prefix:0<8.8}"
    polls = f"{_POS}/og/org-activities?{place}&utm_source=vk1{tail}"
    links = [("Написать обращение", form), ("Пройти опрос", form if odd == 3 else polls)]
    return links[:1] if odd in range(4, 12) else links
