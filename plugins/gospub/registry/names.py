"""Keep what screen names stand for: resolved once, merged when two names turn out to be one page.

Who asks the network is elsewhere; here is what its answers mean for the registry.
"""

from collections.abc import Mapping
from datetime import datetime

from psycopg2.extensions import connection as Connection

from gospub.clock import snapshot_date
from gospub.warehouse.connection import query, script

LOCK = "SELECT pg_advisory_xact_lock(hashtext('gospub registry'))"
"""Imports and resolutions change the registry one at a time."""


def unresolved_pages(connection: Connection, platform: str) -> list[str]:
    """Screen names of current pages whose id is unknown: never asked first, then those asked longest ago."""
    return [row["screen_name"] for row in query(connection, script("load/registry_unresolved"), {"platform": platform})]


def store_resolution(
    connection: Connection, platform: str, answers: Mapping[str, tuple[str | None, str]], moment: datetime
) -> dict[str, int]:
    """Keep a network's answers: screen name -> (native id, "resolved"), (None, "unknown_name") when the network knows
    no such name, or (None, "not_a_community") for a person or an application. The caller commits.

    Names that need no answer any more are passed over, so the same answers may be stored again. When the id belongs
    to a page already, the two become one: aliases and assignment go on with the page known longest; if another
    organisation holds that page, it keeps it, and the other claim goes to ops.rejected.
    Gives counts: resolved, unknown_name, not_a_community, merged.
    """
    by_name = {name.lower(): answer for name, answer in answers.items()}
    query(connection, LOCK)
    parameters = {
        "platform": platform,
        "names": list(by_name),
        "native_ids": [native_id for native_id, _ in by_name.values()],
        "verdicts": [verdict for _, verdict in by_name.values()],
        "moment": moment,
        "today": snapshot_date(moment),
        "source_name": f"screen names of {platform}",
    }
    query(connection, script("load/registry_resolution"), parameters)
    return query(connection, script("load/registry_resolved"))[0]


def store_given(connection: Connection, platform: str, ids: Mapping[str, str], moment: datetime) -> int:
    """Keep ids that a registry file gives beside names, and say of how many they were news; the caller commits."""
    answers = {name: (native_id, "given") for name, native_id in ids.items()}
    return store_resolution(connection, platform, answers, moment)["resolved"]
