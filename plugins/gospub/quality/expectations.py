"""What a night has to be like: every expectation of the gate, as data.

An expectation holds for every row of its batch, which is a query of include/sql/quality: rows of pages and posts, or
rows of figures (one for the night, one a region, one a column). NULL is never unexpected unless ``is_required``: a
figure that cannot be told, because there are too few pages or no night to compare with, judges nothing.

``critical`` stops publication: floors that lie well below what is normal. ``warning`` is reported: ceilings, and
figures worth a look.
"""

from dataclasses import dataclass
from typing import Literal

from gospub.columns import POST_FACTS, POST_METRICS, PROFILE_FACTS, WALL_FACTS, Column

Severity = Literal["critical", "warning"]
Batch = Literal["pages", "posts", "strays", "totals", "regions", "fields", "drift"]

FIGURE_BATCHES: frozenset[Batch] = frozenset({"totals", "regions", "fields", "drift"})

# Below these a figure is NULL, so that a small world does not cry wolf.
FEW_FAILURES = 3
MIN_OK_PAGES = 10
MIN_COMPARED_PAGES = 20
MIN_COMPARED_POSTS = 50
# What the last published night already lacked is no news.
MASS_MISSING = 0.5


@dataclass(frozen=True)
class Expectation:
    """One expectation. ``meaning`` is English, for engineers; ``title`` Russian, as analysts see it in results.

    Without a ``column`` it is about the batch's number of rows. ``low`` and ``high`` are inclusive.
    """

    name: str
    batch: Batch
    severity: Severity
    meaning: str
    title: str
    column: str | None = None
    low: float | None = None
    high: float | None = None
    allowed: tuple[str, ...] = ()
    pattern: str | None = None
    is_required: bool = False
    is_unique: bool = False

    @property
    def bound(self) -> str:
        """The bound in a few signs, for results and messages."""
        if self.is_required:
            return "not NULL"
        if self.is_unique:
            return "unique"
        if self.allowed:
            return f"one of {', '.join(self.allowed)}"
        if self.pattern:
            return f"~ {self.pattern}"
        if self.low is not None and self.high is not None:
            return f"{self.low:g} … {self.high:g}"
        return f"≥ {self.low:g}" if self.low is not None else f"≤ {self.high:g}"


CONSERVATION = (
    Expectation(
        "plan_is_not_empty",
        "totals",
        "critical",
        "The run has pages to judge",
        "План ночи не пуст",
        "pages_count",
        low=1,
    ),
    Expectation(
        "every_page_has_a_profile_row",
        "pages",
        "critical",
        "Each planned page has its profile row in staging",
        "У каждой страницы плана есть исход",
        "outcome",
        is_required=True,
    ),
    Expectation(
        "every_page_has_a_wall_row",
        "pages",
        "critical",
        "Each planned page has its wall row in staging",
        "У каждой страницы плана есть исход по записям",
        "posts_outcome",
        is_required=True,
    ),
    Expectation(
        "nothing_outside_the_plan",
        "strays",
        "critical",
        "Staging holds no row of a page that was not planned",
        "В промежуточных данных нет страниц вне плана",
        high=0,
    ),
    Expectation(
        "posts_only_of_asked_walls",
        "posts",
        "critical",
        "Posts belong to pages whose wall was measured, or whose known posts were asked anew",
        "Записи есть только у страниц с измеренной стеной или с переспрошенными записями",
        "posts_outcome",
        allowed=("measured", "not_planned"),
    ),
    Expectation(
        "unanswered_pages_have_no_facts",
        "pages",
        "critical",
        "A page that failed or was not found bears no fact: a failed request says nothing about the page",
        "У страниц без ответа нет показателей",
        "facts_without_answer_count",
        high=0,
    ),
    Expectation(
        "failures_have_a_reason",
        "pages",
        "warning",
        "Every failure says why",
        "У каждой неудачи указана причина",
        "unexplained_failures_count",
        high=0,
    ),
    Expectation(
        "gone_pages_have_no_posts",
        "pages",
        "warning",
        "No wall was measured of a page that is banned or gone",
        "У исчезнувших страниц нет измеренных записей",
        "posts_of_gone_page_count",
        high=0,
    ),
    Expectation(
        "screen_names_are_unique",
        "pages",
        "warning",
        "No two pages of the registry show the same screen name",
        "Короткие имена страниц не повторяются",
        "screen_name",
        is_unique=True,
    ),
    Expectation(
        "screen_names_are_lower_case",
        "pages",
        "warning",
        "Screen names are lower case without spaces or slashes",
        "Короткие имена записаны строчными буквами",
        "screen_name",
        pattern=r"^[^A-ZА-Я\s/]+$",
    ),
    Expectation(
        "trust_mark_is_known",
        "pages",
        "warning",
        "The trust mark is one of the values known so far (0 to 5)",
        "Отметка доверия имеет известное значение",
        "trust_mark",
        low=0,
        high=5,
    ),
)

FRESHNESS = (
    Expectation(
        "profiles_are_of_the_night",
        "pages",
        "critical",
        "Profiles were answered within the night's date in Moscow",
        "Ответы о страницах получены в сутки снимка",
        "profile_hour",
        low=0,
        high=24,
    ),
    Expectation(
        "walls_are_of_the_night",
        "pages",
        "critical",
        "Walls were answered within the night's date in Moscow",
        "Ответы о записях получены в сутки снимка",
        "wall_hour",
        low=0,
        high=24,
    ),
    Expectation(
        "posts_lie_in_what_was_asked",
        "posts",
        "critical",
        "No post is older than what was asked for",
        "Записи не старше запрошенного срока",
        "seconds_after_asked_since",
        low=0,
    ),
    Expectation(
        "posts_are_not_of_the_future",
        "posts",
        "critical",
        "No post was published over ten minutes after it was seen",
        "Записи не из будущего",
        "seconds_in_future",
        high=600,
    ),
)

FAILURES = (
    Expectation(
        "failed_share",
        "totals",
        "critical",
        "Share of pages that failed",
        "Доля страниц без ответа",
        "failed_share",
        high=0.2,
    ),
    Expectation(
        "failed_share_by_region",
        "regions",
        "warning",
        "Share of a region's pages that failed",
        "Доля страниц без ответа по регионам",
        "failed_share",
        high=0.2,
    ),
    Expectation(
        "walls_failed_share",
        "totals",
        "critical",
        "Share of the planned walls of reachable pages that failed",
        "Доля стен без ответа",
        "walls_failed_share",
        high=0.5,
    ),
    Expectation(
        "walls_failed_share_is_usual",
        "totals",
        "warning",
        "The same, well before it stops publication",
        "Доля стен без ответа обычна",
        "walls_failed_share",
        high=0.2,
    ),
    Expectation(
        "fields_did_not_vanish",
        "fields",
        "critical",
        "Expected fields are delivered for at least half of the ok pages, unless the last night lacked them as well: "
        "a mass loss is a change of the network's answers or of the parser until proven otherwise",
        "Ожидаемые поля не пропали",
        "newly_missing_share",
        high=MASS_MISSING,
    ),
    Expectation(
        "fields_are_delivered",
        "fields",
        "warning",
        "Expected fields are delivered for nine in ten ok pages",
        "Ожидаемые поля приходят",
        "missing_share",
        high=0.1,
    ),
)

DRIFT = (
    Expectation(
        "audience_drift",
        "drift",
        "critical",
        "Total audience against the last whole night, over pages measured on both",
        "Общая аудитория к прошлой ночи",
        "audience_ratio",
        low=0.7,
        high=1.5,
    ),
    Expectation(
        "mark_drift",
        "drift",
        "critical",
        "Pages with the mark against the last whole night, over pages where it is known on both: a mass loss is a "
        "parser or API change until proven otherwise",
        "Страницы с отметкой «Госорганизация» к прошлой ночи",
        "mark_ratio",
        low=0.7,
    ),
    Expectation(
        "alive_drift",
        "drift",
        "critical",
        "Of the pages that were alive in the last whole night and were answered for tonight, those that still are: a "
        "mass disappearance is a change of the network's answers until proven otherwise",
        "Живые страницы к прошлой ночи",
        "alive_ratio",
        low=0.8,
    ),
    Expectation(
        "posts_drift",
        "drift",
        "critical",
        "Posts of 30 days against the last whole night, over walls measured on both",
        "Записи за 30 дней к прошлой ночи",
        "posts_ratio",
        low=0.5,
    ),
    Expectation(
        "posts_growth",
        "drift",
        "warning",
        "The same figure has a ceiling",
        "Записей не стало вдруг больше",
        "posts_ratio",
        high=2,
    ),
    Expectation(
        "measured_walls_drift",
        "drift",
        "warning",
        "Walls measured against the last whole night",
        "Измеренные стены к прошлой ночи",
        "walls_ratio",
        low=0.5,
    ),
)


def _ranges(batch: Batch, columns: tuple[Column, ...]) -> tuple[Expectation, ...]:
    floors = [
        Expectation(
            f"{column.name}_floor",
            batch,
            "critical",
            f"{column.meaning}: not below the possible",
            f"{column.name}: не меньше возможного",
            column.name,
            low=column.low,
        )
        for column in columns
        if column.low is not None
    ]
    ceilings = [
        Expectation(
            f"{column.name}_ceiling",
            batch,
            "warning",
            f"{column.meaning}: not above the plausible",
            f"{column.name}: не больше правдоподобного",
            column.name,
            high=column.high,
        )
        for column in columns
        if column.high is not None
    ]
    return (*floors, *ceilings)


RANGES = _ranges("pages", PROFILE_FACTS + WALL_FACTS) + _ranges("posts", POST_METRICS + POST_FACTS)

EXPECTATIONS: tuple[Expectation, ...] = CONSERVATION + FRESHNESS + FAILURES + DRIFT + RANGES
