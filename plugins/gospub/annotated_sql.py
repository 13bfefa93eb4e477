"""SQL files that explain themselves: a header of ``-- key: value`` comments, then one statement.

Rating criteria and alert rules are such files. A header line that begins with two spaces after the dashes continues
the value above it.
"""

import re
from collections.abc import Mapping, Set
from dataclasses import dataclass
from pathlib import Path

from gospub.errors import ConfigurationError

_ENTRY = re.compile(r"^-- ([a-z][a-z0-9_ ]*): +(\S.*)$")
_CONTINUATION = re.compile(r"^--   +(\S.*)$")


@dataclass(frozen=True)
class AnnotatedSql:
    """One file: ``name`` is its file name without the ending, ``notes`` its header, ``text`` the whole of it."""

    name: str
    notes: Mapping[str, str]
    text: str

    def settings(self) -> dict[str, float]:
        """The numbers that the header declares as ``setting <name>``: parameters of the statement.

        Raises ConfigurationError when one is not a number.
        """
        found = {}
        for key, value in self.notes.items():
            if key.startswith("setting "):
                found[key.removeprefix("setting ")] = self._number(key, value)
        return found

    def _number(self, key: str, value: str) -> float:
        try:
            return float(value)
        except ValueError:
            raise ConfigurationError(
                f"{self.name}.sql: {key} is {value!r}, which is no number", "Mend its header"
            ) from None


def read_annotated(path: Path, required: Set[str]) -> AnnotatedSql:
    """Read one file. Raises ConfigurationError when its header lacks a required key."""
    text = path.read_text(encoding="utf-8")
    notes = _notes(text)
    if missing := sorted(required - notes.keys()):
        raise ConfigurationError(
            f"{path}: its header says nothing of {', '.join(missing)}", f"Add a line -- {missing[0]}: …"
        )
    return AnnotatedSql(path.stem, notes, text)


def _notes(text: str) -> dict[str, str]:
    notes: dict[str, str] = {}
    key = None
    for line in text.splitlines():
        if entry := _ENTRY.match(line):
            key = entry[1]
            notes[key] = entry[2].strip()
        elif key and (more := _CONTINUATION.match(line)):
            notes[key] += " " + more[1].strip()
        elif not line.startswith("--"):
            break
    return notes
