"""Settle what rows of one file claim against each other: an organisation stands once, a page belongs to one of them."""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import replace

from gospub.registry.cells import NamedPage
from gospub.registry.formats import CUR, Layout
from gospub.registry.links import PageLink
from gospub.registry.report import Rejection
from gospub.registry.rows import Organisation, Reading, Spared

Key = tuple[str, str]
Names = Mapping[Key, str]
"""(platform, screen name) -> the network's own id, as far as names have been resolved."""


def settle(
    organisations: Iterable[Organisation], layout: Layout, region_codes: Set[str], known_names: Names
) -> list[Reading]:
    """Judge good rows in their order: the first to claim an ОГРН or a page keeps it, later ones are rejected.

    A ЦУР export has a row for each page, so that there an ОГРН may return with another page, if all else agrees.
    """
    claims = _Claims(layout, region_codes, known_names)
    return [claims.judge(organisation) for organisation in organisations]


def united(organisations: Iterable[Organisation]) -> list[Organisation]:
    """One organisation for each ОГРН, with the pages of all its rows."""
    by_ogrn: dict[str, list[Organisation]] = {}
    for organisation in organisations:
        by_ogrn.setdefault(organisation.ogrn, []).append(organisation)
    return [replace(rows[0], pages=tuple(page for row in rows for page in row.pages)) for rows in by_ogrn.values()]


class _Claims:
    def __init__(self, layout: Layout, region_codes: Set[str], known_names: Names) -> None:
        self._layout = layout
        self._region_codes = region_codes
        self._names = known_names
        self._firsts: dict[str, Organisation] = {}
        self._rows_by_page: dict[Key, int] = {}

    def judge(self, organisation: Organisation) -> Reading:
        if faults := [*self._organisation_faults(organisation), *self._page_faults(organisation)]:
            return Reading(None, faults, Spared(organisation.ogrn, organisation.pages))
        self._firsts.setdefault(organisation.ogrn, organisation)
        return Reading(replace(organisation, pages=self._claim(organisation.row_no, organisation.pages)), ())

    def _organisation_faults(self, organisation: Organisation) -> Iterable[Rejection]:
        first = self._firsts.get(organisation.ogrn)
        if first and (fault := self._repetition(first, organisation)) is not None:
            yield self._reject(organisation, "ogrn", organisation.ogrn, f"row {first.row_no} has the same ОГРН{fault}")
        if organisation.region_code not in self._region_codes:
            yield self._reject(organisation, "region_code", organisation.region_code, "no region has this code")

    def _repetition(self, first: Organisation, again: Organisation) -> str | None:
        """What forbids the second row of an ОГРН; None = nothing."""
        if self._layout.format != CUR:
            return ""
        if not again.pages:
            return " and this one adds no page"
        return None if _facts(first) == _facts(again) else " and says otherwise of the organisation"

    def _page_faults(self, organisation: Organisation) -> Iterable[Rejection]:
        for page in organisation.pages:
            claimed = [self._rows_by_page[key] for key in self._keys(page.link) if key in self._rows_by_page]
            if claimed:
                reason = f"row {claimed[0]} claims the same page"
                yield self._reject(organisation, self._page_field(page), page.spelling, reason)

    def _claim(self, row_no: int, pages: Sequence[NamedPage]) -> tuple[NamedPage, ...]:
        """Note the pages as taken; of two spellings of one page the first is kept."""
        kept = []
        for page in pages:
            keys = self._keys(page.link)
            if not any(key in self._rows_by_page for key in keys):
                kept.append(page)
            self._rows_by_page.update(dict.fromkeys(keys, row_no))
        return tuple(kept)

    def _keys(self, link: PageLink) -> list[Key]:
        """Under what a page can be claimed: its id, given or known from its name, and its name."""
        native_id = link.native_id or self._names.get((link.platform, link.screen_name or ""))
        keys = [(link.platform, native_id)] if native_id else []
        return [*keys, (link.platform, f"@{link.screen_name}")] if link.screen_name else keys

    def _page_field(self, page: NamedPage) -> str:
        if self._layout.headers.get("pages"):
            return "pages"
        return "page_link_vk" if page.link.screen_name or "page_id_vk" not in self._layout.headers else "page_id_vk"

    def _reject(self, organisation: Organisation, field: str, value: str, reason: str) -> Rejection:
        return Rejection(organisation.row_no, self._layout.headers.get(field), value, reason, field)


def _facts(organisation: Organisation) -> Organisation:
    return replace(organisation, row_no=0, pages=())
