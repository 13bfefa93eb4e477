"""Alert rules: one SQL file each, with a header that says why it matters and what to do.

A rule's statement gives one row for each subject that it could judge: subject_id, region_code, severity, title
(Russian), evidence (jsonb) and is_firing. A subject without a row keeps the alert it has, so that nothing is opened
or resolved from unmeasured data.
"""

from dataclasses import dataclass
from typing import Literal, get_args

from gospub.annotated_sql import AnnotatedSql, read_annotated
from gospub.errors import ConfigurationError
from gospub.paths import SQL

Folder = Literal["rules", "clock_rules"]
SubjectKind = Literal["page", "organisation", "region", "night"]

_HEADER = {"title", "severity", "subject", "why", "action", "resolves"}


@dataclass(frozen=True)
class Rule:
    """One rule: its name, what it is about, and its file."""

    name: str
    subject_kind: str
    file: AnnotatedSql


def load_rules(folder: Folder) -> list[Rule]:
    """The rules judged each night (``rules``) or by the clock (``clock_rules``), by name.

    Raises ConfigurationError when a header is incomplete or names an unknown kind of subject.
    """
    return [_rule(read_annotated(path, _HEADER)) for path in sorted((SQL / "alerts" / folder).glob("*.sql"))]


def _rule(file: AnnotatedSql) -> Rule:
    kind = file.notes["subject"]
    if kind not in get_args(SubjectKind):
        raise ConfigurationError(
            f"alert rule {file.name}: subject {kind!r} is unknown", f"It is one of {get_args(SubjectKind)}"
        )
    return Rule(file.name, kind, file)
