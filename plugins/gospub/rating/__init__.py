"""The rating of regions: methods are data, criteria are SQL files, results are kept by date, method and revision."""

from gospub.rating.method_files import load_method, load_methods
from gospub.rating.night import CARRY_NIGHTS, rate_night
from gospub.rating.results import explain_region, latest_published_on, top_regions

__all__ = [
    "CARRY_NIGHTS",
    "explain_region",
    "latest_published_on",
    "load_method",
    "load_methods",
    "rate_night",
    "top_regions",
]
