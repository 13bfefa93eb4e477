"""Expectations run by Great Expectations, as SQL on the staging tables: memory stays flat, whatever the night's size.

The library is imported inside the functions: it costs seconds, and only the task that judges needs it.
"""

import logging
from collections.abc import Iterable, Mapping
from typing import Any

from psycopg2.extensions import parse_dsn

from gospub.errors import WarehouseError
from gospub.quality.expectations import Batch, Expectation

_KEYS: dict[Batch, list[str]] = {
    "pages": ["page_id", "region_code"],
    "posts": ["page_id", "post_id"],
    "strays": ["page_id", "found_in"],
    "regions": ["region_code"],
    "fields": ["column_name"],
}
_SAMPLE_SIZE = 20


def validate(dsn: str, queries: Mapping[Batch, str], expectations: Iterable[Expectation]) -> dict[str, dict[str, Any]]:
    """Hold expectations against their batches; returns Great Expectations' result by expectation name.

    A result has ``success``; one that failed also has the library's own figures: element_count, unexpected_count,
    partial_unexpected_list, partial_unexpected_index_list, or observed_value. Those take a scan each, so they are
    asked for in a second pass, of the failed expectations alone; the first pass is one query a batch.

    Raises WarehouseError when an expectation could not be evaluated: a blind gate lets nothing through.
    """
    context = _library().get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    # Without temporary tables the library fetches a whole batch to the client, only to learn its columns.
    source = context.data_sources.add_postgres(
        "warehouse", connection_string=_sqlalchemy_url(dsn), create_temp_table=True
    )
    results: dict[str, dict[str, Any]] = {}
    try:
        for batch, statement in queries.items():
            asset = source.add_query_asset(batch, query=statement).add_batch_definition_whole_table(batch)
            asked = {expectation.name: expectation for expectation in expectations if expectation.batch == batch}
            passed = {r.expectation_config.meta["name"]: r.success for r in _run(context, asset, asked, "BOOLEAN_ONLY")}
            results |= {name: {"success": True} for name, success in passed.items() if success}
            failed = {name: asked[name] for name, success in passed.items() if not success}
            if failed:
                told = _run(context, asset, failed, "SUMMARY")
                results |= {result.expectation_config.meta["name"]: _told(result) for result in told}
    finally:
        source.get_engine().dispose()
    return results


def _run(context: Any, data: Any, asked: Mapping[str, Expectation], result_format: str) -> Iterable[Any]:
    gx = _library()
    name = f"{data.name} {result_format}"
    suite = gx.ExpectationSuite(name=name, expectations=[_as_gx(expectation) for expectation in asked.values()])
    definition = gx.ValidationDefinition(name=name, data=data, suite=context.suites.add(suite))
    wanted: dict[str, Any] = {"result_format": result_format}
    if result_format == "SUMMARY":
        wanted["partial_unexpected_count"] = _SAMPLE_SIZE
        if data.name in _KEYS:
            wanted["unexpected_index_column_names"] = _KEYS[data.name]
    results: Iterable[Any] = context.validation_definitions.add(definition).run(result_format=wanted).results
    return results


def _library() -> Any:
    logging.getLogger("great_expectations").setLevel(logging.WARNING)
    import great_expectations as gx

    # This module sets a level of its own when it is imported.
    logging.getLogger("great_expectations.data_context.types.base").setLevel(logging.WARNING)
    return gx


def _as_gx(asked: Expectation) -> Any:
    from great_expectations import expectations as gxe

    common: dict[str, Any] = {"meta": {"name": asked.name}, "severity": asked.severity}
    if asked.column is None:
        return gxe.ExpectTableRowCountToBeBetween(min_value=asked.low, max_value=asked.high, **common)
    common["column"] = asked.column
    if asked.is_required:
        return gxe.ExpectColumnValuesToNotBeNull(**common)
    if asked.is_unique:
        return gxe.ExpectColumnValuesToBeUnique(**common)
    if asked.allowed:
        return gxe.ExpectColumnValuesToBeInSet(value_set=list(asked.allowed), **common)
    if asked.pattern:
        return gxe.ExpectColumnValuesToMatchRegex(regex=asked.pattern, **common)
    return gxe.ExpectColumnValuesToBeBetween(min_value=asked.low, max_value=asked.high, **common)


def _told(result: Any) -> dict[str, Any]:
    trouble = result.exception_info or {}
    found = {"success": bool(result.success), **(result.result or {})}
    if "unexpected_count" not in found and "observed_value" not in found:
        raise WarehouseError(
            f"expectation {result.expectation_config.meta['name']} could not be evaluated: {_message(trouble)}",
            "Look at the query of its batch in include/sql/quality",
        )
    return found


def _message(trouble: Mapping[str, Any]) -> str:
    if "exception_message" in trouble:
        return str(trouble["exception_message"])
    return "; ".join(str(inner.get("exception_message")) for inner in trouble.values() if isinstance(inner, Mapping))


def _sqlalchemy_url(dsn: str) -> str:
    """The DSN as SQLAlchemy spells it: a password is quoted, a Unix socket's directory travels beside a host name,
    without which Great Expectations takes no URL.
    """
    from sqlalchemy import URL

    parts = parse_dsn(dsn)
    host = parts.pop("host", "")
    known = {name: parts.pop(name, None) for name in ("user", "password", "dbname", "port")}
    if host.startswith("/"):
        parts["host"] = host
    url = URL.create(
        "postgresql+psycopg2",
        username=known["user"],
        password=known["password"],
        host="localhost" if host.startswith("/") else host or "localhost",
        port=int(known["port"]) if known["port"] else None,
        database=known["dbname"],
        query=parts,
    )
    return url.render_as_string(hide_password=False)
