"""Compare a file's organisations with the registry in the database, and close and open intervals where they differ.

All of it is set-based SQL over temporary tables: an import that changes nothing touches no row.
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from psycopg2.extensions import connection as Connection
from psycopg2.extras import Json

from gospub.clock import snapshot_date
from gospub.errors import ConfigurationError, RegistryError
from gospub.registry.formats import Layout
from gospub.registry.names import store_given
from gospub.registry.report import ImportReport
from gospub.registry.rows import Organisation, Spared
from gospub.warehouse.connection import affected, copy_rows, query, script

DROP_SHARE_SETTING = "GOSPUB_REGISTRY_MAX_DROP_SHARE"

_ATTRIBUTES = (
    "ogrn",
    "name",
    "region_code",
    "municipality",
    "founder_name",
    "level",
    "is_obliged",
    "exemption_ground",
    "is_pos_connected",
    "address",
    "phone",
    "email",
    "site",
)


@dataclass(frozen=True)
class Scope:
    """What an import speaks for: ``region_code`` None = the whole country; ``moment`` is when it happens."""

    layout: Layout
    region_code: str | None
    moment: datetime
    is_forced: bool

    @property
    def today(self) -> date:
        """The day from which its changes hold."""
        return snapshot_date(self.moment)

    def parameters(self) -> dict[str, Any]:
        """What the SQL of an import needs to know."""
        return {
            "today": self.today,
            "scope": self.region_code,
            "silent": sorted(self.layout.silent),
            "platforms": self.layout.page_platforms,
        }


def load(
    connection: Connection, organisations: Sequence[Organisation], spared: Iterable[Spared], scope: Scope
) -> dict[str, int]:
    """Make the registry say what the file says, within its scope; the caller commits. Gives the counts of changes.

    Raises RegistryError when more would be dropped than allowed, or when the registry has changes of a later day.
    """
    parameters = scope.parameters()
    _stage(connection, organisations, spared)
    held = query(connection, script("load/registry_scope"), parameters)[0]
    _refuse_rewriting(held["changed_on"], scope.today)
    query(connection, script("load/registry_identify"), parameters)
    names_resolved = _keep_given_ids(connection, organisations, scope)
    query(connection, script("load/registry_pages"), parameters)
    names_added = affected(connection, script("load/registry_names"), parameters)
    query(connection, script("load/registry_diff"), parameters)
    changes = query(connection, script("load/registry_changes"))[0]
    if not scope.is_forced:
        _refuse_mass_drop(changes, held)
    for name in ("versions", "assignments", "managers"):
        query(connection, script(f"load/registry_{name}"), parameters)
    links_respelt = affected(connection, script("load/registry_links"))
    names = {"names_added": names_added, "names_resolved": names_resolved}
    return {**changes, "links_respelt": links_respelt, **names}


def record(connection: Connection, report: ImportReport, scope: Scope) -> None:
    """Note an import that took effect, and let the database know its tables anew; the caller commits."""
    parameters = {
        "imported_at": scope.moment,
        "source_name": report.source_name,
        "source_sha256": report.sha256,
        "scope": scope.region_code,
        "rows_count": report.rows_count,
        "rejected_count": report.rejected_count,
        "changes": Json(dict(report.changes)),
        "is_forced": scope.is_forced,
    }
    query(connection, script("load/registry_import"), parameters)
    query(connection, script("load/registry_analyze"))


def _stage(connection: Connection, organisations: Sequence[Organisation], spared: Iterable[Spared]) -> None:
    query(connection, script("load/registry_incoming"))
    spheres = ("sphere_1", "sphere_2", "sphere_3")
    rows = ([getattr(o, name) for name in _ATTRIBUTES] + [*o.spheres, None, None, None][:3] for o in organisations)
    copy_rows(connection, "pg_temp.incoming_organisation", (*_ATTRIBUTES, *spheres), rows)
    pages = ((o.ogrn, page) for o in organisations for page in o.pages)
    places = (
        (place, ogrn, page.link.platform, page.link.native_id, page.link.screen_name, page.spelling)
        for place, (ogrn, page) in enumerate(pages)
    )
    columns = ("place", "ogrn", "platform", "native_id", "screen_name", "link")
    copy_rows(connection, "pg_temp.incoming_page", columns, places)
    managers = ((o.ogrn, manager.name, manager.trained_on) for o in organisations for manager in o.managers)
    copy_rows(connection, "pg_temp.incoming_manager", ("ogrn", "name", "trained_on"), managers)
    _stage_spared(connection, list(spared))


def _stage_spared(connection: Connection, spared: Sequence[Spared]) -> None:
    copy_rows(connection, "pg_temp.spared_organisation", ("ogrn",), ((s.ogrn,) for s in spared if s.ogrn))
    links = (page.link for s in spared if not s.ogrn for page in s.pages)
    rows = ((link.platform, link.native_id, link.screen_name) for link in links)
    copy_rows(connection, "pg_temp.spared_page", ("platform", "native_id", "screen_name"), rows)


def _keep_given_ids(connection: Connection, organisations: Iterable[Organisation], scope: Scope) -> int:
    """Where the file gives an id beside a name that was waiting for the network, there is no need to ask."""
    links = (page.link for organisation in organisations for page in organisation.pages)
    given = {link.screen_name: link.native_id for link in links if link.screen_name and link.native_id}
    return store_given(connection, "vk", given, scope.moment) if given else 0


def _refuse_rewriting(changed_on: date | None, today: date) -> None:
    if changed_on and changed_on > today:
        raise RegistryError(
            f"the registry already has changes of {changed_on}, and this import is dated {today}",
            "The past is not rewritten: check the clock (GOSPUB_CLOCK_FILE)",
        )


def _refuse_mass_drop(changes: Mapping[str, int], held: Mapping[str, int]) -> None:
    allowed = _allowed_share()
    for things in ("pages", "organisations"):
        dropped, present = changes[f"{things}_closed"], held[things]
        if present and dropped / present > allowed:
            raise RegistryError(
                f"the file would drop {dropped:,} of {present:,} {things}, more than the allowed {allowed:.0%}",
                "Nothing was imported. Is it one region's file? Then --region. Are they really gone? Then --force",
            )


def _allowed_share() -> float:
    said = os.environ.get(DROP_SHARE_SETTING, "0.1")
    try:
        share = float(said)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise ConfigurationError(f"{DROP_SHARE_SETTING} is «{said}»", "Give a share between 0 and 1, such as 0.1")
    return share
