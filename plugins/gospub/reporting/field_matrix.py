"""docs/fields.md: which network delivers which column, as each network's file declares; a test holds the page."""

from collections.abc import Iterator, Sequence

from gospub.columns import POST_FACTS, POST_METRICS, PROFILE_FACTS, WALL_FACTS, Column
from gospub.paths import PROJECT
from gospub.platforms import NETWORKS

PAGE = PROJECT / "docs" / "fields.md"
_HEAD = """# Which network delivers what

Written by `make docs` from `delivers` of each network's file in `plugins/gospub/platforms/`; do not edit.

A column means the same in every network (data-dictionary.md says what). "-" = the network does not deliver it: NULL for
all its pages, which is neither nought nor "no". A cell says what a network can deliver, not that each page has it: a
channel without a description has none. Sums by page and day (`views_30d_sum` …) follow their counter.
"""
_PARTS: Sequence[tuple[str, Sequence[Column]]] = (
    ("The page (`history.page_profile`, `history.page_day`)", PROFILE_FACTS),
    ("Its wall (`history.page_day`)", WALL_FACTS),
    ("Its posts (`history.post`, `history.post_metric`)", POST_METRICS + POST_FACTS),
)


def field_matrix() -> str:
    """The text of docs/fields.md."""
    return "\n".join([_HEAD, *(line for title, columns in _PARTS for line in _part(title, columns))]).rstrip() + "\n"


def _part(title: str, columns: Sequence[Column]) -> Iterator[str]:
    yield f"## {title}\n"
    yield f"| column | {' | '.join(NETWORKS)} | meaning |"
    yield f"|---|{'---|' * len(NETWORKS)}---|"
    for column in columns:
        cells = ("yes" if column.name in network.delivers else "-" for network in NETWORKS.values())
        yield f"| {column.name} | {' | '.join(cells)} | {column.meaning} |"
    yield ""
