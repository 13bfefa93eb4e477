"""What a page's profile says on one night: a pure function of its traits and of what was planted on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from sandbox.dice import Dice, Rolls, pick, share
from sandbox.events import Planted
from sandbox.menus import AppButton, MenuItem, buttons_of, menu_of
from sandbox.pages import Page, State, Traits

_STATUSES = ("Работаем для вас", "Приём граждан: вт, чт 14:00–17:00", "Телефон дежурного: +7 (000) 000-00-00")
_ACTIVITIES = ("Государственная организация", "Образовательное учреждение", "Муниципальное учреждение", "")
_EVENT_STATES: dict[str, State] = {
    "banned": "banned", "deleted": "deleted", "closed": "closed", "preview_closed": "no_preview",
    "restricted": "restricted", "bot_removed": "bot_outside", "bot_joined": "open",
}  # fmt: skip
_ALIVE = ("open", "closed", "private", "no_preview")
_AUDIENCE_LEFT_BY_DROP = 0.8


@dataclass(frozen=True, slots=True)
class Contact:
    """A contact shown on the page; every part may be missing."""

    desc: str | None
    phone: str | None
    email: str | None


@dataclass(frozen=True, slots=True)
class PageTruth:
    """A profile as the network delivers it on the night of `night`; None means: not delivered.

    A page that is banned, deleted, absent, restricted (Telegram) or without our bot (MAX: bot_outside) delivers nothing
    but its name and state: the fields in between are None or empty. A channel with state no_preview has a card but no
    posts. The truth is exact and knows everything that any network may tell: what a network does not deliver, and what
    it rounds, is its wire's business. `wall` is VK's code (0 disabled, 1 open, 2 only comments, 3 nobody may write);
    `is_wall_readable` says whether an outsider gets posts at all.
    """

    page: Page
    night: date
    state: State
    kind: Literal["page", "group"]
    name: str
    screen_name: str
    deactivated_message: str | None
    members_count: int | None
    is_government_organization: bool | None
    trust_mark: int | None
    is_verified: bool
    description: str
    site: str
    status: str
    activity: str
    city: str | None
    contacts: tuple[Contact, ...]
    address: str | None
    has_avatar: bool
    has_cover: bool
    menu: tuple[MenuItem, ...]
    app_buttons: tuple[AppButton, ...]
    wall: int
    comments_open: bool

    @property
    def is_alive(self) -> bool:
        """Is there a community behind the page tonight, open or closed?"""
        return self.state in _ALIVE

    @property
    def is_wall_readable(self) -> bool:
        """Does the network give the posts to an outsider?"""
        return self.state == "open" and self.wall > 0


def page_truth(dice: Dice, traits: Traits, planted: Planted | None, night: date, stranger_ogrn: str) -> PageTruth:
    """The truth of one page on one night; `stranger_ogrn` is whom a careless administrator copied a link from."""
    change = planted.kind if planted and planted.is_on(night) else None
    state = _EVENT_STATES.get(change or "", traits.state)
    if state not in _ALIVE:
        return _gone(traits, night, state)
    page, organisation, rolls = traits.page, traits.page.organisation, _rolls(dice, traits.page)
    quality, comments_open = organisation.quality, traits.comments_open and change != "comments_closed"
    is_marked = {"mark_lost": False, "mark_gained": True}.get(change or "", traits.is_marked)
    return PageTruth(
        page=page, night=night, state=state, kind=traits.kind, name=_name(traits, change),
        screen_name=_screen_name(traits, change),
        deactivated_message=None, members_count=_members(traits, change, night) if state != "private" else None,
        is_government_organization=is_marked, trust_mark=_trust_mark(is_marked, rolls[0]),
        is_verified=rolls[1] % (50 if page.network == "vk" else 8) == 0, description=_description(traits, rolls[2]),
        site=organisation.site if share(rolls[3]) < quality else "", status=pick((*_STATUSES, "", ""), rolls[4]),
        activity=pick(_ACTIVITIES, rolls[5]), city=organisation.municipality if rolls[6] % 5 else None,
        contacts=_contacts(traits, rolls[7]), address=organisation.address if share(rolls[8]) < quality else None,
        has_avatar=rolls[9] % 30 > 0, has_cover=share(rolls[10]) < quality,
        menu=menu_of(organisation, stranger_ogrn, rolls[11:]) if page.network == "vk" else (),
        app_buttons=buttons_of(rolls[11:]) if page.network == "vk" else (),
        wall=_wall(traits, comments_open), comments_open=comments_open,
    )  # fmt: skip


def _rolls(dice: Dice, page: Page) -> Rolls:
    return dice.rolls(page.network.encode() + b" profile", page.index)


def _gone(traits: Traits, night: date, state: State) -> PageTruth:
    is_explained = state == "banned" and traits.rolls[15] % 2 == 0
    return PageTruth(
        page=traits.page, night=night, state=state, kind=traits.kind,
        name="DELETED" if state == "deleted" else traits.page.organisation.title,
        screen_name=f"club{traits.page.number}" if traits.page.network == "vk" else traits.screen_name,
        deactivated_message="Сообщество заблокировано за нарушение правил" if is_explained else None,
        members_count=None, is_government_organization=None, trust_mark=None, is_verified=False, description="",
        site="", status="", activity="", city=None, contacts=(), address=None, has_avatar=False, has_cover=False,
        menu=(), app_buttons=(), wall=0, comments_open=False,
    )  # fmt: skip


def _name(traits: Traits, change: str | None) -> str:
    title = traits.page.organisation.title + (" | Новости" if traits.page.is_second else "")
    return f"{title} (официально)" if change == "renamed" else title


def _screen_name(traits: Traits, change: str | None) -> str:
    """A renamed page takes a name, whether or not it had one; names end with the page's number (see VkPages)."""
    return traits.new_name if change == "renamed" else traits.screen_name


def _members(traits: Traits, change: str | None, night: date) -> int:
    """Slow drift from the first day on, far below 10 % a week, so that only a planted drop is a drop."""
    members = traits.members * (1 + traits.growth_a_day * (night.toordinal() - traits.first_day))
    return int(members * (_AUDIENCE_LEFT_BY_DROP if change == "audience_drop" else 1))


def _trust_mark(is_marked: bool | None, roll: int) -> int | None:
    if is_marked is None or roll % 12 == 0:
        return None
    return 3 if is_marked else int(roll % 30 == 1)


def _description(traits: Traits, roll: int) -> str:
    organisation = traits.page.organisation
    if share(roll) > organisation.quality + 0.1:
        return ""
    return f"Официальная страница. {organisation.name}.\nАдрес: {organisation.address}\nТелефон: {organisation.phone}"


def _contacts(traits: Traits, roll: int) -> tuple[Contact, ...]:
    organisation = traits.page.organisation
    if share(roll) > organisation.quality:
        return ()
    press = Contact("Пресс-служба", organisation.phone, organisation.email)
    head = Contact("Руководитель", organisation.phone, None)
    return pick(((press, Contact(None, None, None)), (press,), (press, head), (head,)), roll)


def _wall(traits: Traits, comments_open: bool) -> int:
    if not traits.has_wall:
        return 0
    return (1 if traits.rolls[15] % 9 == 0 else 2) if comments_open else 3
