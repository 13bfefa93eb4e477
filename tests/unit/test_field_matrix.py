"""The page of fields is the one that the networks' files make, and they declare no column that does not exist."""

from __future__ import annotations

from gospub.columns import POST_FACTS, POST_METRICS, PROFILE_FACTS, WALL_FACTS, names
from gospub.platforms import NETWORKS
from gospub.reporting.field_matrix import PAGE, field_matrix


def test_the_page_of_fields_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == field_matrix(), "run `make docs`"


def test_networks_declare_only_columns_that_exist() -> None:
    known = set(names(PROFILE_FACTS + WALL_FACTS + POST_METRICS + POST_FACTS))
    assert {name: network.delivers - known for name, network in NETWORKS.items() if network.delivers - known} == {}
