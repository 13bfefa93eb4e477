"""What the gate found, and what follows from it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from gospub.quality.expectations import Expectation


@dataclass(frozen=True)
class Finding:
    """One expectation held against the night. ``sample`` is up to 20 offending rows."""

    expectation: Expectation
    is_passed: bool
    observed: str
    unexpected_count: int | None = None
    sample: tuple[dict[str, Any], ...] = ()

    def told(self) -> str:
        """One line: name, figure, bound, meaning."""
        asked = self.expectation
        return f"{asked.name}: observed {self.observed}, expected {asked.bound} ({asked.meaning})"


@dataclass(frozen=True)
class Verdict:
    """The gate's word on one revision of a night's staging, for one run."""

    run_id: int
    snapshot_date: date
    platform: str
    revision: int
    is_accepted: bool
    findings: tuple[Finding, ...]

    @property
    def failures(self) -> tuple[Finding, ...]:
        """Critical expectations that did not hold: they stop publication."""
        return self._missed("critical")

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """Other expectations that did not hold: they are reported."""
        return self._missed("warning")

    @property
    def is_good(self) -> bool:
        """Whether no critical expectation failed."""
        return not self.failures

    def _missed(self, severity: str) -> tuple[Finding, ...]:
        return tuple(f for f in self.findings if not f.is_passed and f.expectation.severity == severity)
