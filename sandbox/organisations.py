"""The organisations of a world: a pure function of (seed, index), spread over the regions by population."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import accumulate
from typing import overload

from sandbox import names, roles
from sandbox.dice import Dice, Rolls, pick, share
from sandbox.regions import Region, all_regions
from sandbox.roles import Role

_TRAINING_SINCE = date(2023, 1, 9)
_CACHED = 8192


@dataclass(frozen=True, slots=True)
class Manager:
    """A person responsible for a page; `trained_on` is the date of the qualification training, None if untrained."""

    name: str
    trained_on: date | None


@dataclass(frozen=True, slots=True)
class Organisation:
    """A public body as its registry row knows it. `quality` in 0..1 is how well the region's pages are kept."""

    index: int
    name: str
    title: str
    stem: str
    ogrn: str
    founder_name: str | None
    level: str
    spheres: tuple[str, ...]
    region: Region
    municipality: str | None
    is_obliged: bool
    exemption_ground: str | None
    pos_connected: bool | None
    managers: tuple[Manager, ...]
    address: str
    phone: str
    email: str
    site: str
    size: roles.Size
    quality: float


class Organisations(Sequence[Organisation]):
    """All organisations of a world, made when asked for: 150,000 of them cost no memory."""

    def __init__(self, dice: Dice, count: int) -> None:
        self._dice = dice
        self._starts, self._regions = _spread(count)
        self._governments = frozenset(self._starts)
        self._count = count
        self._get = lru_cache(maxsize=_CACHED)(self._make)

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> Organisation: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Organisation]: ...
    def __getitem__(self, index: int | slice) -> Organisation | Sequence[Organisation]:
        if isinstance(index, slice):
            return [self._get(i) for i in range(*index.indices(self._count))]
        if not -self._count <= index < self._count:
            raise IndexError(index)
        return self._get(index % self._count)

    def __iter__(self) -> Iterator[Organisation]:
        return map(self._make, range(self._count))

    def has_exemption(self, index: int) -> bool:
        """Is this organisation freed from keeping a page? About 4 % are, never a region's government."""
        return index not in self._governments and self._dice.is_one_in(25, b"exempt", index)

    def _make(self, index: int) -> Organisation:
        number = bisect_right(self._starts, index) - 1
        position, region = index - self._starts[number], self._regions[number]
        rolls = self._dice.rolls(b"organisation", index)
        role = _role(region, position, rolls[0])
        place = _place(role, region, position, rolls[1])
        words: dict[str, str | int] = {
            "region": region.genitive, "place": names.PLACES[place][1], "n": 1 + position // 3,
            "garden": pick(names.KINDERGARTENS, rolls[2]), "club": pick(names.CLUBS, rolls[2]),
        }  # fmt: skip
        is_exempt = self.has_exemption(index)
        is_local = role.level in ("МО", "Узкоспециальные") and not region.is_federal
        return Organisation(
            index=index, name=role.name.format(**words), title=role.title.format(**words), stem=role.stem,
            ogrn=_ogrn(index, region, rolls[3]), founder_name=_founder(role, words), level=role.level,
            spheres=role.spheres, region=region,
            municipality=f"{names.PLACES[place][0]} муниципальный округ" if is_local else None,
            is_obliged=rolls[4] % 80 != 0 or is_exempt,
            exemption_ground=pick(names.EXEMPTION_GROUNDS, rolls[5]) if is_exempt else None,
            pos_connected=None if rolls[6] % 40 == 0 else share(rolls[6]) < self.quality(number),
            managers=_managers(rolls, self.quality(number)), size=role.size, quality=self.quality(number),
            **_contacts(role, region, place, index, rolls),
        )  # fmt: skip

    def quality(self, region_number: int) -> float:
        """How well pages are kept in this region, 0.55 to 0.98: so that regions differ in a rating."""
        return 0.55 + 0.43 * share(self._dice.rolls(b"quality", region_number)[0])


def _spread(count: int) -> tuple[list[int], list[Region]]:
    """First index of each region, and the regions: every region gets one organisation before any gets two."""
    regions = list(all_regions())[:count]
    total = sum(region.weight for region in regions)
    spare = count - len(regions)
    shares = [0.0, *accumulate(region.weight / total for region in regions)]
    starts = [number + round(spare * shares[number]) for number in range(len(regions))]
    return starts, regions


def _role(region: Region, position: int, roll: int) -> Role:
    if region.is_federal:
        return roles.FEDERAL_GOVERNMENT if position == 0 else pick(roles.FEDERAL, position)
    first = (roles.GOVERNMENT, roles.ADMINISTRATION, *roles.MINISTRIES[:3], roles.AGENCIES[0])
    if position < len(first):
        return first[position]
    if position % 13 == 0:
        return roles.ADMINISTRATION
    if position % 29 == 0:
        return pick(roles.MINISTRIES + roles.AGENCIES, roll)
    return pick(roles.SUBORDINATE_BY_WEIGHT, roll)


def _place(role: Role, region: Region, position: int, roll: int) -> int:
    own = 3 + position // 15 if role is roles.ADMINISTRATION else roll % 8
    return (int(region.code) * 5 + own) % len(names.PLACES)


def _ogrn(index: int, region: Region, roll: int) -> str:
    """A valid OGRN, unique in the world: 7919 has no factor in common with ten million."""
    first_twelve = f"1{2 + roll % 23:02d}{'77' if region.is_federal else region.code}{index * 7919 % 10_000_000:07d}"
    return f"{first_twelve}{int(first_twelve) % 11 % 10}"


def _founder(role: Role, words: dict[str, str | int]) -> str | None:
    if role.founder == "municipality":
        return f"Администрация {words['place']} муниципального округа"
    return role.founder_name.format(**words) or None


def _managers(rolls: Rolls, quality: float) -> tuple[Manager, ...]:
    number = (0, 1, 1, 1, 1, 2)[rolls[7] % 6]
    return tuple(_manager(rolls[8 + i], quality) for i in range(number))


def _manager(roll: int, quality: float) -> Manager:
    name = f"{pick(names.SURNAMES, roll)} {pick(names.INITIALS, roll >> 8)}. {pick(names.INITIALS, roll >> 16)}."
    is_trained = share(roll * 2654435761 % 2**32) < quality
    return Manager(name, _TRAINING_SINCE + timedelta(days=roll % 900) if is_trained else None)


def _contacts(role: Role, region: Region, place: int, index: int, rolls: Rolls) -> dict[str, str]:
    host = f"{role.stem}{index}.example"
    street = pick(names.STREETS, rolls[11])
    return {
        "address": f"{region.name}, {names.PLACES[place][0]} округ, ул. {street}, д. {1 + rolls[12] % 120}",
        "phone": f"+7 (000) {rolls[13] % 1000:03d}-{rolls[14] % 100:02d}-{rolls[15] % 100:02d}",
        "email": f"info@{host}",
        "site": f"https://{host}/",
    }
