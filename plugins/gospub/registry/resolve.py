"""Asking a network, once, what the registry's screen names stand for."""

import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from gospub import clock
from gospub.access import Access
from gospub.calling import Caller
from gospub.errors import CrawlError
from gospub.platforms import NETWORKS
from gospub.registry.names import store_resolution, unresolved_pages
from gospub.warehouse.connection import connected, told_clearly, transaction

log = logging.getLogger(__name__)

_NAMES_PER_CALL = 25


def resolve_pages(dsn: str, access: Access, moment: datetime) -> dict[str, int]:
    """Resolve the screen names of a network's pages that were never resolved, and keep the ids.

    Returns how many names were asked and how many of them the network knows. A name that could not be asked (no
    quota, passing trouble) stays open for the next time.
    """
    with connected(dsn, "gospub resolve names") as connection, told_clearly():
        names = sorted(unresolved_pages(connection, access.platform))
        connection.commit()
        batches = [names[start : start + _NAMES_PER_CALL] for start in range(0, len(names), _NAMES_PER_CALL)]
        caller = Caller(dsn, access, NETWORKS[access.platform], moment + timedelta(hours=24), moment)
        known = 0
        try:
            with ThreadPoolExecutor(access.limits.concurrency, "resolve") as pool:
                for found in pool.map(lambda batch: _resolve(caller, access.platform, batch), batches):
                    with transaction(connection):
                        store_resolution(connection, access.platform, found, clock.now())
                    known += sum(native_id is not None for native_id, _ in found.values())
        finally:
            caller.close()
    log.info("%d screen names asked, %d resolved", len(names), known)
    return {"asked_count": len(names), "resolved_count": known}


def _resolve(caller: Caller, platform: str, names: list[str]) -> dict[str, tuple[str | None, str]]:
    try:
        return NETWORKS[platform].resolve(names, caller)
    except CrawlError as error:
        log.warning("%d names could not be resolved now: %s", len(names), error)
        return {}
