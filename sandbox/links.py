"""Addresses of pages as registries spell them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from sandbox.pages import Page
from sandbox.world import World

_VK_BY_NAME: Sequence[Callable[[str, int], str]] = (
    lambda name, number: f"https://vk.com/{name}",
    lambda name, number: f"@{name}",
    lambda name, number: f"https://m.vk.com/{name}",
    lambda name, number: f"http://www.vk.com/{name}?from=groups",
    lambda name, number: f"https://vk.ru/{name}",
    lambda name, number: f"vk.com/{name}/",
)
_VK_BY_NUMBER: Sequence[Callable[[str, int], str]] = (
    lambda kind, number: f"https://vk.com/{kind}{number}",
    lambda kind, number: f"vk.com/club{number}",
    lambda kind, number: f"https://vk.ru/public{number}",
    lambda kind, number: f"https://m.vk.com/{kind}{number}?w=wall-{number}_1",
    lambda kind, number: f"http://vk.com/{kind}{number}/",
)
_BY_NAME: Mapping[str, Sequence[str]] = {
    "ok": ("https://ok.ru/{}", "ok.ru/{}/", "https://m.ok.ru/{}", "https://www.ok.ru/{}?st.cmd=main"),
    "telegram": ("https://t.me/{}", "t.me/s/{}", "https://telegram.me/{}", "https://t.me/{}/17"),
    "max": ("https://max.ru/{}", "max.ru/{}", "https://max.ru/{}/"),
}
_OK_BY_NUMBER = ("https://ok.ru/group/{}", "ok.ru/group{}", "https://m.ok.ru/group/{}/topics")


def link(world: World, page: Page) -> str:
    """The page's address in one of the usual spellings, by name for pages that have one on the first night."""
    truth = world.truth(page, world.first_night)
    if page.network == "vk":
        return _vk_link(page, truth.screen_name, truth.kind, truth.is_alive)
    is_named = page.link_name or (truth.is_alive and truth.screen_name)
    spellings = _BY_NAME[page.network] if is_named else _OK_BY_NUMBER
    return spellings[page.number % len(spellings)].format(truth.screen_name if is_named else page.number)


def _vk_link(page: Page, screen_name: str, kind: str, is_alive: bool) -> str:
    number = page.number
    if is_alive and not screen_name.endswith(str(number)):
        return _VK_BY_NAME[number % len(_VK_BY_NAME)](screen_name, number)
    return _VK_BY_NUMBER[number % len(_VK_BY_NUMBER)]("public" if kind == "page" else "club", number)
