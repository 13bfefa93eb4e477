"""The night's report: text that reads well in a terminal and in a task's log."""

from collections.abc import Iterator, Mapping
from datetime import date

from gospub.errors import NightError
from gospub.reporting.needs import needs
from gospub.reporting.night_facts import NightFacts, read_night
from gospub.warehouse.connection import connected, query, script, told_clearly

_MOST_ROWS = 10
_MOST_CHANGES = 5


def last_night(dsn: str, platform: str) -> date:
    """The date of a network's latest night. Raises NightError when there is none."""
    with connected(dsn, "gospub report") as connection, told_clearly():
        found: date | None = query(connection, script("report/last_night"), {"platform": platform})[0]["snapshot_date"]
    if found is None:
        raise NightError(f"no night of {platform} has been opened yet", f"Run the DAG crawl_{platform} first")
    return found


def needs_person(dsn: str, snapshot_date: date, platform: str) -> list[str]:
    """What only a person can mend: a rejected or unpublished night, holes, tokens; empty when all is well."""
    return list(needs(read_night(dsn, snapshot_date, platform)))


def night_report(dsn: str, snapshot_date: date, platform: str, daily_quotas: Mapping[str, int] | None = None) -> str:
    """The report of a night; with ``daily_quotas`` (calls a day by method) it says what each token has left.

    Raises NightError when there is no such night.
    """
    facts = read_night(dsn, snapshot_date, platform)
    lines = [f"# Night of {snapshot_date} on {platform}", "", *_state(facts), "", *_pages(facts)]
    lines += [*_changes(facts), *_failures(facts), *_regions(facts), *_calls(facts, daily_quotas or {})]
    lines += [*_findings(facts), *_rejected(facts), "", "## Needs a person", ""]
    lines += [f"- {matter}" for matter in needs(facts)] or ["Nothing."]
    return "\n".join(lines) + "\n"


def _state(facts: NightFacts) -> Iterator[str]:
    night = facts.night
    published = night["published_at"]
    if published is None:
        yield "Not published."
    else:
        extent = "whole" if night["is_published_whole"] else "in part"
        yield f"Published {extent} at {published:%Y-%m-%d %H:%M} UTC by run {night['published_run_id']}."
    if night["accepted_by"]:
        who = f"{night['accepted_by']}: {night['accepted_reason']}"
        yield f"Accepted at revision {night['accepted_revision']} by {who}."
    for run in facts.runs:
        extent = "partial" if run["is_partial"] else "full"
        yield f"Run {run['run_id']} ({extent}, {run['label']}): {run['state']}."


def _pages(facts: NightFacts) -> Iterator[str]:
    answered = facts.planned - sum(count for (outcome,), count in facts.count("outcome") if outcome in ("failed", "—"))
    measured = sum(count for (outcome,), count in facts.count("posts_outcome") if outcome == "measured")
    yield f"## Pages: {facts.planned} planned, {_share(answered, facts.planned)} answered"
    yield ""
    yield from _table("outcome", facts.count("outcome"))
    yield ""
    yield f"## Posts: walls of {_share(measured, facts.planned)} of the pages measured"
    yield ""
    yield from _table("posts", facts.count("posts_outcome"))
    counts = next((run["counts"] for run in reversed(facts.runs) if run["counts"]), None)
    if counts:
        told = ", ".join(
            f"{counts[name]} {words}"
            for name, words in (
                ("new_posts_count", "new posts"),
                ("changed_metrics_count", "changed post figures"),
                ("changed_profiles_count", "new or changed profiles"),
            )
            if name in counts
        )
        yield f"  {told}"


def _changes(facts: NightFacts) -> Iterator[str]:
    """What the night was the first to show, a few pages of each kind."""
    by_kind: dict[str, list[str]] = {}
    for row in facts.changes:
        by_kind.setdefault(row["kind"], []).append(row["told"])
    if by_kind:
        yield from ("", "## New tonight", "")
    for kind, told in by_kind.items():
        yield f"  {kind}: {len(told)}"
        yield from (f"    {each}" for each in told[:_MOST_CHANGES])


def _failures(facts: NightFacts) -> Iterator[str]:
    for title, outcome, reason in (
        ("Failed pages", "outcome", "reason"),
        ("Failed walls", "posts_outcome", "posts_reason"),
    ):
        failed = facts.failed(outcome)
        if failed:
            yield from ("", f"## {title}, by reason and region", "")
            yield from _table(f"{reason}, region", facts.count(reason, "region", among=failed)[:_MOST_ROWS])


def _regions(facts: NightFacts) -> Iterator[str]:
    planned = dict(facts.count("region"))
    failed = dict(facts.count("region", among=facts.failed()))
    worst = sorted(((failed[region] / planned[region], region) for region in failed), reverse=True)
    if worst:
        yield from ("", "## Regions by share of failed pages", "")
        yield from (f"  {region[0]:<24} {share:>7.1%}" for share, region in worst[:_MOST_ROWS])


def _calls(facts: NightFacts, quotas: Mapping[str, int]) -> Iterator[str]:
    if not facts.calls:
        return
    yield from ("", "## Calls, by token", "")
    for row in facts.calls:
        method = row["method"] or "none"
        left = f", {max(0, quotas[method] - row['calls_count'])} left" if method in quotas else ""
        yield f"  {row['fingerprint']} {row['state']:<12} {method:<24} {row['calls_count']:>7}{left}"


def _findings(facts: NightFacts) -> Iterator[str]:
    yield from ("", f"## Quality: {len(facts.missed)} of {len(facts.findings)} expectations not met", "")
    for row in facts.missed:
        yield f"- {row['severity']} {row['expectation']}: {row['observed']} (expected {row['bound']})"
    skipped = sum((row["observed"] or "").startswith("skipped") for row in facts.findings)
    if skipped:
        yield f"  {skipped} skipped: there is no earlier whole night to compare with, or the run is partial"


def _rejected(facts: NightFacts) -> Iterator[str]:
    if facts.rejected:
        yield from ("", "## Unreadable answers (ops.rejected)", "")
        yield from (f"  {row['rows_count']:>7} {row['source_name']}: {row['reason']}" for row in facts.rejected)


def _table(title: str, counts: list[tuple[tuple[str, ...], int]]) -> Iterator[str]:
    yield f"  {title:<40} {'pages':>7}"
    yield from (f"  {', '.join(values):<40} {count:>7}" for values, count in counts)


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "none"
