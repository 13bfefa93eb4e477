"""The commands `rate`, `ratings top` and `alerts list | acknowledge | resolve | by-clock`."""

import getpass
from datetime import datetime
from typing import Annotated, Any

import typer

from gospub import clock
from gospub.cli.common import told_to_people, warehouse_dsn

ratings = typer.Typer(no_args_is_help=True, help="Read the places of regions.")
alerts = typer.Typer(no_args_is_help=True, help="See what is broken, take it on, close it.")

DayOption = Annotated[
    datetime | None, typer.Option("--date", formats=["%Y-%m-%d"], help="Night's date; default: the latest")
]
MethodOption = Annotated[str, typer.Option(help="Method, by its key in include/methods")]
AlertNumber = Annotated[int, typer.Argument(help="Number, as alerts list shows it", show_default=False)]
WhoOption = Annotated[str | None, typer.Option(help="Who does it; default: the user of this session")]


def rate(date: DayOption = None) -> None:
    """Rate a published night by every method valid on it; unchanged inputs change nothing."""
    from gospub.rating import latest_published_on, rate_night

    with told_to_people():
        day = date.date() if date else latest_published_on(warehouse_dsn())
        done = rate_night(warehouse_dsn(), day, clock.now())
        for method in done["methods"]:
            made = "computed" if method["is_new"] else "unchanged"
            typer.echo(
                f"{day}: {method['method']} version {method['version']}, revision {method['revision']} {made}: "
                f"{method['regions_rated_count']} regions rated, {method['regions_unrated_count']} not rated."
            )
        if not done["methods"]:
            typer.echo(f"{day}: not rated yet, because no network that satisfies the law has published this date.")
        typer.echo("Next: gospub ratings top")


@ratings.command("top")
def top(
    date: DayOption = None,
    method: MethodOption = "federal-2022",
    places: Annotated[int, typer.Option(min=1, help="So many places; ties share one")] = 10,
) -> None:
    """Show the regions on the first places."""
    from gospub.rating import top_regions

    with told_to_people():
        rows = top_regions(warehouse_dsn(), method, date.date() if date else None, places)
        if not rows:
            typer.echo("Nothing is rated yet, or no region could be: gospub rate computes the latest night.")
            return
        typer.echo(format_top(rows))


def format_top(rows: list[dict[str, Any]]) -> str:
    """The text that people read: places, scores, what they rest on, and what the method assumes."""
    first = rows[0]
    lines = [f"{first['method_title']}, {first['snapshot_date']}, редакция {first['revision']}"]
    lines += [
        f"{row['place']:>3}  {row['shown_score']:>7}  {row['region_name']}"
        + (f"  (измерено {row['measured_share']:.0%})" if row["measured_share"] < 1 else "")
        for row in rows
    ]
    return "\n".join([*lines, first["assumption"]])


@ratings.command("explain")
def explain(
    region: Annotated[str, typer.Argument(help="Two-digit region code", show_default=False)],
    date: DayOption = None,
    method: MethodOption = "federal-2022",
) -> None:
    """Show what each criterion gave a region, and how many pages or organisations it rests on."""
    from gospub.rating import explain_region

    with told_to_people():
        rows = explain_region(warehouse_dsn(), method, region, date.date() if date else None)
        for row in rows:
            typer.echo(format_criterion(row))
        if not rows:
            typer.echo(f"Method {method} has nothing about region {region}: gospub rate computes the latest night.")


def format_criterion(row: dict[str, Any]) -> str:
    """One line about a criterion of explain_region."""
    points = "не измерен" if row["points"] is None else f"{row['points']:.2f}"
    rests_on = f"измерено {row['measured_count']} из {row['subjects_count']}"
    return f"{points:>10} из {row['weight']:g}  {row['criterion_title']}  ({rests_on})"


@alerts.command("list")
def list_open(
    region: Annotated[str | None, typer.Option(help="Two-digit region code")] = None,
    rule: Annotated[str | None, typer.Option(help="Rule, by the name of its file")] = None,
    resolved: Annotated[bool, typer.Option("--resolved", help="Also those already resolved")] = False,
    limit: Annotated[int, typer.Option(min=1, help="So many at most")] = 50,
) -> None:
    """Show alerts, unresolved and critical first."""
    from gospub.alerts import list_alerts

    with told_to_people():
        rows = list_alerts(warehouse_dsn(), region_code=region, rule=rule, is_with_resolved=resolved, limit=limit + 1)
        for row in rows[:limit]:
            typer.echo(format_alert(row))
        typer.echo(f"… more: --limit {2 * limit}" if len(rows) > limit else f"{len(rows)} alerts.")


def format_alert(row: dict[str, Any]) -> str:
    """One line about an alert of list_alerts."""
    state = (
        "закрыто"
        if row["resolved_at"]
        else f"принял(а) {row['acknowledged_by']}"
        if row["acknowledged_at"]
        else "открыто"
    )
    place = f" [{row['region_name']}]" if row["region_name"] else ""
    return f"{row['alert_id']:>6}  {row['severity']:<8}  с {row['opened_on']}  {row['title']}{place}  {state}"


@alerts.command("acknowledge")
def take_on(number: AlertNumber, who: WhoOption = None) -> None:
    """Say that somebody has taken an alert on."""
    from gospub.alerts import acknowledge

    with told_to_people():
        acknowledge(warehouse_dsn(), number, who or getpass.getuser(), clock.now())
        typer.echo(
            f"Alert {number} is acknowledged; it resolves by itself when a night shows that its cause has ended."
        )


@alerts.command("resolve")
def close(number: AlertNumber, who: WhoOption = None) -> None:
    """Close an alert by hand; it opens anew when a later night still shows its cause."""
    from gospub.alerts import resolve

    with told_to_people():
        resolve(warehouse_dsn(), number, who or getpass.getuser(), clock.now())
        typer.echo(f"Alert {number} is closed.")


@alerts.command("by-clock")
def by_clock() -> None:
    """Judge the rules that watch the clock: a night is late, the gate rejected one."""
    from gospub.alerts import raise_clock_alerts

    with told_to_people():
        for rule, counts in raise_clock_alerts(warehouse_dsn(), clock.now()).items():
            typer.echo(f"{rule}: {counts['opened_count']} opened, {counts['resolved_count']} resolved.")
