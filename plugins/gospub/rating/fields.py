"""Takes fields out of a decoded YAML mapping, one by one, and says clearly which is missing, wrong or unknown."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from gospub.errors import ConfigurationError


class Fields:
    """A mapping at a place of a file; what has been taken is remembered, so that a misspelt field is told."""

    def __init__(self, place: str, mapping: Any) -> None:
        if not isinstance(mapping, dict):
            raise ConfigurationError(f"{place}: not a mapping of fields", "Write it as key: value lines")
        self.place = place
        self._left = dict(mapping)

    def __contains__(self, name: str) -> bool:
        return name in self._left

    def refusal(self, cause: str, cure: str) -> ConfigurationError:
        """The error to raise for something wrong at this place."""
        return ConfigurationError(f"{self.place}: {cause}", cure)

    def text(self, name: str) -> str:
        """A text that is not empty."""
        value = self._take(name)
        if not isinstance(value, str) or not value.strip():
            raise self.refusal(f"{name} is {value!r}", "It must be a text, in quotes where it looks like a number")
        return value.strip()

    def day(self, name: str) -> date:
        """A date, written 2022-12-01."""
        value = self._take(name)
        if type(value) is not date:
            raise self.refusal(f"{name} is {value!r}", "It must be a date like 2022-12-01, without quotes")
        return value

    def number(
        self,
        name: str,
        *,
        default: float | None = None,
        above: float | None = None,
        least: float | None = None,
        most: float | None = None,
        whole: bool = False,
    ) -> float:
        """A number within bounds; without a default it must be there."""
        value = self._take(name) if default is None or name in self else default
        if isinstance(value, bool) or not isinstance(value, int if whole else (int, float)):
            raise self.refusal(f"{name} is {value!r}", f"It must be a {'whole ' if whole else ''}number")
        if above is not None and not value > above:
            raise self.refusal(f"{name} is {value:g}", f"It must be above {above:g}")
        if (least is not None and not value >= least) or (most is not None and not value <= most):
            raise self.refusal(f"{name} is {value:g}", f"It must be between {least:g} and {most:g}")
        return float(value)

    def one_of(self, name: str, allowed: Iterable[str], default: str | None = None) -> Any:
        """One of a closed set of words."""
        value = self._take(name) if default is None or name in self else default
        if value not in (known := tuple(allowed)):
            raise self.refusal(f"{name} is {value!r}", f"It must be one of: {', '.join(known)}")
        return value

    def items(self, name: str) -> list["Fields"]:
        """A list of mappings, not empty."""
        value = self._take(name)
        if not isinstance(value, list) or not value:
            raise self.refusal(f"{name} is not a list with something in it", "Write each item behind a dash")
        return [Fields(f"{self.place}, {name} {number}", item) for number, item in enumerate(value, 1)]

    def refuse_others(self) -> None:
        """Raise when a field was given that nobody took."""
        if self._left:
            raise self.refusal(f"field {sorted(map(str, self._left))[0]!r} is unknown", "Is it misspelt?")

    def _take(self, name: str) -> Any:
        if name not in self._left:
            raise self.refusal(f"{name} is missing", f"Add {name}: …")
        return self._left.pop(name)
