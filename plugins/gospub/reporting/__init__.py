"""Reports: what a night brought, what needs a person, which promises hold, and the data dictionary."""

from gospub.reporting.night import last_night, needs_person, night_report
from gospub.reporting.promises import BrokenPromise, verify

__all__ = ["BrokenPromise", "last_night", "needs_person", "night_report", "verify"]
