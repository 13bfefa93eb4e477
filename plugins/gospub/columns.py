"""Every column that a night measures, declared once: type, meaning, bounds, and where it is kept.

From here come the COPY lists, the column comments, the gate's range expectations and the data dictionary; the
migrations hold the DDL, and a test holds both against each other.
"""

from dataclasses import dataclass
from typing import Literal

Kept = Literal["profile", "day", "both"]


@dataclass(frozen=True)
class Column:
    """One measured column.

    ``kept``: where the published value lives: in ``page_profile`` (an interval, when it changes), in ``page_day``
    (every night) or in both. ``low`` and ``high`` bound plausible values; ``is_expected``: whether the network
    delivers it for an ordinary page, so that a night without it is a change of the network's answers.
    """

    name: str
    sql_type: str
    meaning: str
    kept: Kept = "profile"
    low: int | None = None
    high: int | None = None
    is_expected: bool = False


PAGE_KEYS = (
    Column("snapshot_date", "date", "The night's date in Europe/Moscow"),
    Column("page_id", "integer", "Page: registry.page"),
    Column("platform", "text", "Network"),
)

PROFILE_HEAD = (
    Column(
        "outcome",
        "ops.outcome",
        "What the night found out about the page; failed speaks of our asking, not of the page",
    ),
    Column("reason", "text", "Reason code of the outcome; NULL = plain ok"),
    Column("observed_at", "timestamp with time zone", "When the network gave the answer"),
)

PROFILE_FACTS = (
    Column("members_count", "integer", "Subscribers", "day", 0, 50_000_000, True),
    Column("name", "text", "Name shown on the page", is_expected=True),
    Column("screen_name", "text", "Current screen name, lower case", is_expected=True),
    Column("description", "text", "Description", is_expected=True),
    Column("status_text", "text", "Status line under the name"),
    Column("site", "text", "Site link in the profile"),
    Column("activity", "text", "Kind of activity as the network names it"),
    Column("city", "text", "City in the profile"),
    Column(
        "has_mark",
        "boolean",
        "Mark «Госорганизация»; NULL = not delivered, which is not the same as false",
        "both",
        is_expected=True,
    ),
    Column("trust_mark", "smallint", "VK: 0 none, 1 verified, 2 premium, 3 confirmed, 4 and 5 NCO", low=0, high=100),
    Column("is_verified", "boolean", "The network's older verification tick"),
    Column("has_avatar", "boolean", "Has an avatar of its own"),
    Column("has_cover", "boolean", "Has a cover"),
    Column("is_wall_open", "boolean", "Whether anybody can read the wall"),
    Column("contacts", "jsonb", "Contacts block: a list of {desc, phone, email}"),
    Column("address", "text", "Main address in the profile"),
    Column("menu_items", "jsonb", "Menu: a list of {title, type, url}"),
    Column("app_buttons", "jsonb", "Service buttons: a list of {app_id, title}"),
    Column("pos_links", "jsonb", "ПОС links found in the menu: a list of {url, form, ogrn, region}"),
    Column("installed_apps_count", "integer", "Installed mini-apps", low=0, high=10_000),
    Column("stated_ogrn", "text", "ОГРН that the network states for the page"),
)

WALL_HEAD = (
    Column("posts_outcome", "ops.posts_outcome", "What the night found out about the page's posts"),
    Column("reason", "text", "Reason code of the posts' outcome; NULL = plain measured"),
    Column("observed_at", "timestamp with time zone", "When the network gave the answer"),
    Column("asked_since", "timestamp with time zone", "Posts published before this were not asked for"),
)

WALL_FACTS = (
    Column("wall_posts_count", "integer", "Posts on the wall in all, as the network counts", "day", 0, 10_000_000),
    Column("is_comments_open", "boolean", "Whether the newest post can be commented on; NULL = no post to tell", "day"),
)

POST_KEYS = (
    Column("snapshot_date", "date", "The night's date in Europe/Moscow"),
    Column("page_id", "integer", "Page: registry.page"),
    Column("post_id", "bigint", "The network's id of the post, unique within the page"),
    Column("published_at", "timestamp with time zone", "When it was published"),
)

POST_METRICS = (
    Column("views_count", "integer", "Views; NULL = not delivered", low=0, high=1_000_000_000),
    Column(
        "is_views_rounded",
        "boolean",
        "Whether the network gave its views rounded (109K is not 109000 exactly); NULL = exact, or none delivered",
    ),
    Column("likes_count", "integer", "Likes; NULL = not delivered", low=0, high=100_000_000),
    Column("comments_count", "integer", "Comments; NULL = not delivered", low=0, high=100_000_000),
    Column("reposts_count", "integer", "Reposts; NULL = not delivered", low=0, high=100_000_000),
)

POST_FACTS = (
    Column("is_pinned", "boolean", "Pinned to the top of the wall on that night"),
    Column("is_repost", "boolean", "Repeats somebody else's post"),
    Column("is_ad", "boolean", "Marked as an advertisement"),
    Column("text_hash", "bytea", "First 8 bytes of the SHA-256 of the text; NULL = no text"),
    Column("text_length", "integer", "Characters of the text", low=0, high=1_000_000),
)

DAY_SUMS = (
    Column(
        "last_post_at",
        "timestamp with time zone",
        "Newest post of the 30 days before the night; NULL = none, or not measured",
        "day",
    ),
    Column(
        "posts_7d_count",
        "smallint",
        "Posts published in the 7 days before the night's Moscow midnight; NULL = not measured",
        "day",
    ),
    Column(
        "posts_30d_count",
        "smallint",
        "Posts published in the 30 days before the night's Moscow midnight; NULL = not measured",
        "day",
    ),
    Column("posts_with_views_30d_count", "smallint", "Of them with views delivered", "day"),
    Column("views_30d_sum", "bigint", "Sum of their views, where delivered", "day"),
    Column("likes_30d_sum", "integer", "Sum of their likes", "day"),
    Column("comments_30d_sum", "integer", "Sum of their comments", "day"),
    Column("reposts_30d_sum", "integer", "Sum of their reposts", "day"),
)

PAGE_PROFILE = PAGE_KEYS + PROFILE_HEAD + PROFILE_FACTS
PAGE_WALL = PAGE_KEYS + WALL_HEAD + WALL_FACTS
POST = POST_KEYS + POST_METRICS + POST_FACTS

_INTERVAL = (
    Column("page_id", "integer", "Page: registry.page"),
    Column("valid_from", "date", "First night that showed this version"),
    Column("valid_to", "date", "First night that showed another; infinity for the current one"),
    Column("platform", "text", "Network"),
    Column("profile_hash", "bytea", "Hash of all the columns that follow: equal hash, equal version"),
)

_DAY_HEAD = (
    Column("run_id", "integer", "Run that published the row: ops.crawl_run"),
    *PROFILE_HEAD,
    WALL_HEAD[0],
    Column("posts_reason", "text", "Reason code of the posts' outcome; NULL = plain measured"),
)


def kept_in(place: Literal["profile", "day"], columns: tuple[Column, ...]) -> tuple[Column, ...]:
    """The columns whose published value lives in ``page_profile`` or ``page_day``."""
    return tuple(c for c in columns if c.kept in (place, "both"))


TABLES: dict[str, tuple[Column, ...]] = {
    "staging.page_profile": PAGE_PROFILE,
    "staging.page_wall": PAGE_WALL,
    "staging.post": POST,
    "history.page_day": PAGE_KEYS + _DAY_HEAD + kept_in("day", PROFILE_FACTS + WALL_FACTS) + DAY_SUMS,
    "history.page_profile": _INTERVAL + kept_in("profile", PROFILE_FACTS),
    "history.post": (
        *POST_KEYS[1:],
        Column("first_seen_on", "date", "Night that saw it first"),
        Column("gone_on", "date", "Night that missed it although it asked for its time; NULL = still there"),
        *POST_FACTS[1:],
    ),
    "history.post_absence": (
        *POST_KEYS[1:],
        Column("gone_on", "date", "Night that missed it although it asked for its time"),
        Column("back_on", "date", "Night that saw it again; infinity while it is missing"),
    ),
    "history.post_metric": (
        *POST_KEYS[1:3],
        Column("snapshot_date", "date", "Night from which these values hold"),
        *POST_METRICS,
    ),
}

TABLE_MEANINGS: dict[str, str] = {
    "staging.page_profile": "Landing: what the night's profile answers said, one row per planned page",
    "staging.page_wall": "Landing: what became of asking for each page's posts",
    "staging.post": "Landing: the posts of the last 30 days as the night saw them",
    "history.page_day": "One row per page and published night: outcome, audience, sums over its posts",
    "history.page_profile": "Profiles by validity interval: a row only when something changed",
    "history.post": "Posts, once each",
    "history.post_absence": "When posts were missing from their walls; history.post.gone_on repeats the open interval",
    "history.post_metric": "Views, likes, comments and reposts: a row only when a value changed",
}


def names(columns: tuple[Column, ...]) -> list[str]:
    """The columns' names, in order: a COPY list."""
    return [c.name for c in columns]
