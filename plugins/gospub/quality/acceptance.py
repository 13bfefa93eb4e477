"""An operator's word against the gate's: a rejected revision may be published, and it is kept who said so and why."""

from datetime import date, datetime

from gospub.errors import NightError, NotJudged
from gospub.warehouse.connection import connected, query, script, told_clearly, transaction


def accept_night(dsn: str, snapshot_date: date, platform: str, who: str, reason: str, moment: datetime) -> str:
    """Accept the night's staging as it is now; returns what to do next.

    The acceptance is for this very revision: any later change of staging must be judged, and accepted, anew.

    Raises NightError when there is no such night, nothing to accept, or who or reason is empty; NotJudged when the
    gate has not judged what staging holds now.
    """
    if not who.strip() or not reason.strip():
        raise NightError("an acceptance needs a name and a reason", "Give both: they are kept in ops.night")
    key = {"snapshot_date": snapshot_date, "platform": platform}
    called = f"the night of {snapshot_date} on {platform}"
    with connected(dsn, "gospub accept-night") as connection, told_clearly(), transaction(connection):
        nights = query(connection, script("load/lock_night"), key)
        if not nights:
            raise NightError(
                f"there is no {called.removeprefix('the ')}", "See ops.night for the nights that there are"
            )
        night = nights[0]
        if night["judged_revision"] != night["staging_revision"]:
            raise NotJudged(f"staging of {called} changed after the gate judged it", "Run check again, then accept")
        if night["is_judged_good"]:
            raise NightError(f"{called} passed the gate: there is nothing to accept", "Publish it")
        note = f"{reason.strip()} ({moment.isoformat(timespec='minutes')})"
        query(connection, script("quality/accept_night"), {**key, "who": who.strip(), "reason": note})
    return (
        f"{called} is accepted at revision {night['staging_revision']} by {who.strip()}. "
        f"Next: clear the task check (and those after it) of its run of crawl_{platform}, which publishes it"
    )
