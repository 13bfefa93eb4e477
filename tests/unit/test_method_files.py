"""Rating methods are refused with the file, the place, the cause and the cure."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from gospub.errors import ConfigurationError
from gospub.paths import METHODS
from gospub.rating import load_method, load_methods


def definition() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((METHODS / "federal-2022.yaml").read_text(encoding="utf-8"))
    return read


def load(folder: Path, changed: Any, name: str = "method.yaml") -> Any:
    path = folder / name
    path.write_text(
        changed if isinstance(changed, str) else yaml.safe_dump(changed, allow_unicode=True), encoding="utf-8"
    )
    return load_method(path)


def refusal(folder: Path, changed: Any) -> str:
    with pytest.raises(ConfigurationError) as caught:
        load(folder, changed)
    return str(caught.value)


def test_a_file_that_is_not_yaml_is_told_with_its_line(tmp_path: Path) -> None:
    assert "method.yaml is not YAML" in (told := refusal(tmp_path, "blocks: [\n"))
    assert "line 2" in told


def test_a_file_that_is_not_a_mapping_is_refused(tmp_path: Path) -> None:
    assert "not a mapping" in refusal(tmp_path, "- a\n- b\n")


def test_an_unknown_criterion_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    method = definition()
    method["blocks"][0]["criteria"][1]["criterion"] = "markk"
    told = refusal(tmp_path, method)
    assert "blocks 1, criteria 2: criterion 'markk' is unknown. Known are: comments_30d, coverage" in told


def test_weights_that_do_not_sum_are_refused(tmp_path: Path) -> None:
    method = definition()
    method["blocks"][1]["criteria"][0]["weight"] = 21
    assert "blocks 2: its criteria's weights sum to 51, but its own weight is 50" in refusal(tmp_path, method)
    method = definition()
    method["points"] = 90
    assert "the blocks' weights sum to 100, but points is 90" in refusal(tmp_path, method)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("ranking", "olympic", "ranking is 'olympic'. It must be one of: dense, competition, ordinal"),
        ("valid_from", "1 декабря", "valid_from is '1 декабря'. It must be a date"),
        ("valid_to", "2022-12-01", "valid_to is '2022-12-01'"),
        ("measured_share_floor", 1.5, "measured_share_floor is 1.5. It must be between 0 and 1"),
        ("decimals", 3, "decimals is 3. It must be between 0 and 2"),
        ("decimals", 1.5, "decimals is 1.5. It must be a whole number"),
        ("points", True, "points is True. It must be a number"),
        ("points", 0, "points is 0. It must be above 0"),
        ("version", 1, "version is 1. It must be a text"),
        ("assumption", "", "assumption is ''. It must be a text"),
        ("weigths", 3, "field 'weigths' is unknown"),
        ("blocks", [], "blocks is not a list with something in it"),
    ],
)
def test_a_wrong_field_is_refused_by_name(tmp_path: Path, field: str, value: Any, said: str) -> None:
    assert said in refusal(tmp_path, {**definition(), field: value})


@pytest.mark.parametrize("field", ["method", "title", "assumption", "valid_from", "points", "blocks"])
def test_a_missing_field_is_refused_by_name(tmp_path: Path, field: str) -> None:
    method = definition()
    del method[field]
    assert f"{field} is missing" in refusal(tmp_path, method)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"threshold": 0}, "threshold is 0. It must be above 0"),
        ({"zero_at": 1}, "full_at 1 is not above zero_at 1"),
        ({"region_value": "mean"}, "full_at is missing"),
        ({"region_value": "median", "full_at": 2}, "field 'threshold' is unknown"),
        ({"weight": -1}, "weight is -1. It must be above 0"),
        ({"region_value": "total"}, "region_value is 'total'. It must be one of: share, mean, median, per_capita"),
    ],
)
def test_a_bad_threshold_is_refused(tmp_path: Path, changes: dict[str, Any], said: str) -> None:
    method = definition()
    method["blocks"][1]["criteria"][0] |= changes
    assert said in refusal(tmp_path, method)


def test_a_criterion_that_stands_twice_is_refused(tmp_path: Path) -> None:
    method = definition()
    method["blocks"][1]["criteria"][3]["criterion"] = "mark"
    assert "criterion 'mark' stands in it twice" in refusal(tmp_path, method)


def test_versions_that_overlap_in_time_are_refused(tmp_path: Path) -> None:
    load(tmp_path, definition(), "one.yaml")
    load(tmp_path, {**definition(), "version": "2"}, "two.yaml")
    with pytest.raises(ConfigurationError, match="versions 1 and 2 of method federal-2022 are both valid on some day"):
        load_methods(tmp_path)


def test_a_version_twice_is_refused(tmp_path: Path) -> None:
    load(tmp_path, definition(), "one.yaml")
    load(tmp_path, definition(), "two.yaml")
    with pytest.raises(ConfigurationError, match="has version 1 twice"):
        load_methods(tmp_path)


def test_versions_that_follow_each_other_are_valid_one_at_a_time(tmp_path: Path) -> None:
    change = yaml.safe_load("2024-01-01")
    load(tmp_path, {**definition(), "valid_to": change}, "one.yaml")
    load(tmp_path, {**definition(), "version": "2", "valid_from": change}, "two.yaml")
    methods = load_methods(tmp_path)
    valid = [
        [m.version for m in methods if m.is_valid_on(day)] for day in map(yaml.safe_load, ("2023-12-31", "2024-01-01"))
    ]
    assert valid == [["1"], ["2"]]


def test_the_shipped_methods_say_what_they_assume() -> None:
    methods = load_methods()
    assert [m.method for m in methods] == ["federal-2022"]
    assert all("допущение" in m.assumption for m in methods)


def test_the_hash_follows_the_meaning_not_the_spelling(tmp_path: Path) -> None:
    shipped = load_method(METHODS / "federal-2022.yaml")
    assert load(tmp_path, definition()).definition_sha256 == shipped.definition_sha256
    assert load(tmp_path, {**definition(), "decimals": 1}).definition_sha256 != shipped.definition_sha256
