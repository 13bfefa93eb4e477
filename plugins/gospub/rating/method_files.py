"""Reads rating methods from include/methods/*.yaml and refuses what cannot be meant.

Every refusal is a ConfigurationError that names the file, the place in it and the cure.
"""

import itertools
from collections.abc import Mapping
from pathlib import Path
from typing import get_args

import yaml

from gospub.errors import ConfigurationError
from gospub.paths import METHODS
from gospub.rating.criteria import criterion_subjects
from gospub.rating.fields import Fields
from gospub.rating.method import Block, Criterion, Method, Ranking, RatedPages, RegionValue, Subject

_TOLERANCE = 1e-9


def load_methods(folder: Path = METHODS) -> list[Method]:
    """All methods of a folder. Raises ConfigurationError when one is wrong, or when versions of one overlap in time."""
    methods = [load_method(path) for path in sorted(folder.glob("*.yaml"))]
    for one, other in itertools.combinations(methods, 2):
        if (one.method, one.version) == (other.method, other.version):
            raise ConfigurationError(f"method {one.method} has version {one.version} twice in {folder}", "Rename one")
        if one.overlaps(other):
            raise ConfigurationError(
                f"versions {one.version} and {other.version} of method {one.method} are both valid on some day",
                "End one (valid_to is the first day on which it is valid no more) before the other begins",
            )
    return methods


def load_method(path: Path) -> Method:
    """One method. Raises ConfigurationError when the file is not a method that could be computed."""
    try:
        definition = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise ConfigurationError(f"{path.name} is not YAML: {' '.join(str(error).split())}", "Mend the file") from None
    fields = Fields(path.name, definition)
    blocks = tuple(_block(item, criterion_subjects()) for item in fields.items("blocks"))
    method = Method(
        method=fields.text("method"),
        version=fields.text("version"),
        title=fields.text("title"),
        assumption=fields.text("assumption"),
        valid_from=fields.day("valid_from"),
        valid_to=fields.day("valid_to") if "valid_to" in fields else None,
        points=fields.number("points", above=0),
        ranking=fields.one_of("ranking", get_args(Ranking), "dense"),
        decimals=int(fields.number("decimals", default=2, whole=True, least=0, most=2)),
        measured_share_floor=fields.number("measured_share_floor", default=0.5, least=0, most=1),
        pages=fields.one_of("pages", get_args(RatedPages), "mandatory"),
        blocks=blocks,
        definition=definition if isinstance(definition, dict) else {},
    )
    fields.refuse_others()
    _check_whole(path.name, method)
    return method


def _block(fields: Fields, subjects: Mapping[str, Subject]) -> Block:
    criteria = tuple(_criterion(item, subjects) for item in fields.items("criteria"))
    block = Block(fields.text("block"), fields.text("title"), fields.number("weight", above=0), criteria)
    fields.refuse_others()
    _check_sum(fields.place, "its criteria's weights", sum(c.weight for c in criteria), "its own weight", block.weight)
    return block


def _criterion(fields: Fields, subjects: Mapping[str, Subject]) -> Criterion:
    name = fields.text("criterion")
    if name not in subjects:
        raise fields.refusal(f"criterion {name!r} is unknown", f"Known are: {', '.join(sorted(subjects))}")
    region_value: RegionValue = fields.one_of("region_value", get_args(RegionValue))
    criterion = Criterion(
        criterion=name,
        title=fields.text("title"),
        subject=subjects[name],
        weight=fields.number("weight", above=0),
        region_value=region_value,
        threshold=fields.number("threshold", above=0) if region_value == "share" else None,
        zero_at=fields.number("zero_at", default=0),
        full_at=fields.number("full_at", default=1 if region_value == "share" else None),
    )
    if criterion.full_at <= criterion.zero_at:
        raise fields.refusal(
            f"full_at {criterion.full_at:g} is not above zero_at {criterion.zero_at:g}", "More must earn more"
        )
    fields.refuse_others()
    return criterion


def _check_whole(place: str, method: Method) -> None:
    _check_sum(place, "the blocks' weights", sum(b.weight for b in method.blocks), "points", method.points)
    names = [c.criterion for c in method.criteria]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ConfigurationError(f"{place}: criterion {twice[0]!r} stands in it twice", "Keep one")
    if method.valid_to is not None and method.valid_to <= method.valid_from:
        raise ConfigurationError(
            f"{place}: valid_to is not after valid_from", "valid_to is the first day it is valid no more"
        )


def _check_sum(place: str, parts: str, found: float, whole: str, wanted: float) -> None:
    if abs(found - wanted) > _TOLERANCE:
        raise ConfigurationError(f"{place}: {parts} sum to {found:g}, but {whole} is {wanted:g}", "Make them equal")
