"""The criteria that methods may name: one SQL file each in include/sql/rating/criteria."""

from functools import cache
from typing import cast, get_args

from gospub.annotated_sql import AnnotatedSql, read_annotated
from gospub.errors import ConfigurationError
from gospub.paths import SQL
from gospub.rating.method import Subject


@cache
def criteria() -> dict[str, AnnotatedSql]:
    """The files by criterion. Raises ConfigurationError when one says not what it is about, means and comes from."""
    folder = SQL / "rating" / "criteria"
    found = {path.stem: read_annotated(path, {"subject", "meaning", "source"}) for path in sorted(folder.glob("*.sql"))}
    for file in found.values():
        if file.notes["subject"] not in get_args(Subject):
            raise ConfigurationError(
                f"criterion {file.name}: subject is {file.notes['subject']!r}", "It is page or organisation"
            )
    return found


def criterion_subjects() -> dict[str, Subject]:
    """What each criterion is about."""
    return {name: cast(Subject, file.notes["subject"]) for name, file in criteria().items()}
