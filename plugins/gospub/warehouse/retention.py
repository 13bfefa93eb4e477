"""How long the warehouse keeps what it does not keep for ever.

`page_day`, `page_profile`, `post_absence` of kept posts, ratings and alerts are kept for ever. Whole months are
dropped, so a table keeps up to a month more than is said here.
"""

import os
from dataclasses import dataclass, fields

from gospub.errors import ConfigurationError


@dataclass(frozen=True)
class Retention:
    """Settings, each with its default; the environment variable ``GOSPUB_KEEP_<NAME>`` overrides one."""

    staging_nights: int = 3
    plan_days: int = 92
    post_days: int = 1096
    post_metric_days: int = 732
    token_usage_days: int = 31
    rejected_days: int = 92
    page_rating_days: int = 35

    def __post_init__(self) -> None:
        for name, least in _LEAST.items():
            if getattr(self, name) < least:
                raise ConfigurationError(
                    f"GOSPUB_KEEP_{name.upper()} is {getattr(self, name)}, less than {least}", _WHY[name]
                )

    @classmethod
    def from_environment(cls) -> "Retention":
        """The settings of this process; raises ConfigurationError for a value that is no number or too small."""
        return cls(**{field.name: _number(field.name, field.default) for field in fields(cls)})


# Publication looks back over the window of posts, the quota over 24 hours: less than this would break a night.
_LEAST = {
    "staging_nights": 1,
    "plan_days": 3,
    "post_days": 62,
    "post_metric_days": 62,
    "token_usage_days": 2,
    "rejected_days": 1,
    "page_rating_days": 8,
}
_WHY = {
    "staging_nights": "The night under way needs its staging",
    "plan_days": "Nights that are still in staging need their plan",
    "post_days": "Publication compares the posts of the last 30 days",
    "post_metric_days": "Publication compares with the last metrics kept of each post",
    "token_usage_days": "Quotas count the calls of the last 24 hours",
    "rejected_days": "Reports tell what could not be read last night",
    "page_rating_days": "Late data may still revise the ratings of the last week",
}


def _number(name: str, default: object) -> int:
    told = os.environ.get(f"GOSPUB_KEEP_{name.upper()}", str(default))
    if not told.strip().isdigit():
        raise ConfigurationError(f"GOSPUB_KEEP_{name.upper()} is {told!r}, not a number", f"The default is {default}")
    return int(told)
