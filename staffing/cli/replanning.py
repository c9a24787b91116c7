"""The command `replan`: a published roster planned again with few changes, each with its price and its reason."""

import math
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from staffing.cli.common import (
    Folder,
    From,
    Json,
    Lang,
    Out,
    Replications,
    Reproducible,
    Seed,
    TimeLimit,
    Workers,
    check_lang,
    parse_day,
    say,
)
from staffing.cli.delivery import deliver
from staffing.cli.progress import SolveProgress
from staffing.cli.rostering import StopOnSignal
from staffing.cli.storing import opened, stored
from staffing.errors import SettingsError
from staffing.i18n import text

if TYPE_CHECKING:
    from staffing.plan import Plan

SHOWN = 20
"""Changes that are told one by one."""


@stored
def replan(
    folder: Folder,
    out: Out,
    reference: Annotated[
        str, typer.Option("--reference", help="Plan folder of the published roster, or: published.")
    ] = "published",
    first: From = None,
    weeks: Annotated[
        int | None, typer.Option("--weeks", min=1, max=8, help="Weeks to plan. Default: those of the reference.")
    ] = None,
    absent: Annotated[
        list[str] | None,
        typer.Option("--absent", metavar="AGENT,START[/END][,KIND]", help="Somebody away: date or time, END included."),
    ] = None,
    frozen_until: Annotated[
        str | None, typer.Option("--frozen-until", metavar="TIME", help="Nothing changes before this moment.")
    ] = None,
    today: Annotated[
        str | None, typer.Option("--today", metavar="DATE", help="Start of the notice window. Default: the first day.")
    ] = None,
    price_factor: Annotated[
        float, typer.Option("--price-factor", min=0.0, help="Multiplies the prices of changes. 0: changes are free.")
    ] = 1.0,
    max_changes: Annotated[
        int | None, typer.Option("--max-changes", min=0, help="Most changed shifts; what is forced happens anyway.")
    ] = None,
    demand: Annotated[
        str, typer.Option("--demand", help="published, new, or auto: new where history, queues or events changed.")
    ] = "auto",
    time_limit: TimeLimit = 5.0,
    seed: Seed = 1,
    workers: Workers = 2,
    reproducible: Reproducible = False,
    replications: Replications = 100,
    as_json: Json = False,
    lang: Lang = "en",
) -> None:
    """Plan again from a published roster: few changes, each with its price and its reason."""
    from staffing.files import check_plan_target, read_centre, read_plan
    from staffing.files.replan_tables import replan_data
    from staffing.planning import ReplanSettings, replan
    from staffing.planning.absences import moment, with_absences

    check_lang(lang)
    if demand not in ("auto", "new", "published"):
        raise SettingsError(f"--demand is {demand!r}, expected auto, new or published")
    if not math.isfinite(price_factor):
        raise SettingsError(f"--price-factor is {price_factor}, expected a finite number")
    check_plan_target(out)
    start = parse_day(first)
    scenario = with_absences(read_centre(folder), absent or [])
    before = read_plan(_reference(reference, start, scenario.centre.name))
    limits = ReplanSettings(
        None if frozen_until is None else moment(frozen_until, "--frozen-until", ZoneInfo(scenario.centre.timezone)),
        parse_day(today, "--today"),
        price_factor,
        max_changes,
        demand,
    )
    settings = replace(
        before.settings,
        first_day=start or before.problem.grid.first_day,
        weeks=weeks or before.problem.weeks,
        time_limit_s=time_limit,
        seed=seed,
        workers=workers,
        reproducible=reproducible,
        replications=replications,
    )
    with StopOnSignal() as stop:
        result = replan(
            scenario,
            before,
            settings,
            limits,
            on_step=lambda name: say(text(f"cli.step.{name}", lang)),
            on_event=SolveProgress(),
            should_stop=stop.asked,
        )
    deliver(
        result,
        out,
        lang=lang,
        as_json=as_json,
        more={"replan": replan_data(result)},
        tell=lambda: print_changes(result, lang),
    )


def _reference(name: str, first: date | None, centre: str) -> Path:
    if name != "published":
        return Path(name)
    from staffing.planning.publishing import published_plan

    with opened() as (store, settings):
        folder = published_plan(store, settings.home, first, centre)
    if folder is None:
        when = "" if first is None else f" for {first}"
        raise SettingsError(
            f"--reference is published, but nothing is published of {centre!r}{when}; name a plan folder"
        )
    return folder


def print_changes(plan: "Plan", lang: str) -> None:
    """The curve and the changes with their reasons on standard output."""
    from staffing.measures.changes import change_rows
    from staffing.measures.on_call import replanned_turns
    from staffing.report.changed import reason_words
    from staffing.report.on_call import change_words

    made = plan.replanned
    if made is None:
        return
    typer.echo(text("cli.replan_curve", lang))
    for point in made.curve:
        typer.echo(f"{point.changes:>8} {point.people:>7} {point.short_h:>10.1f} {point.cost:>14,.0f}")
    rows = change_rows(plan)
    people = len({row["agent"] for row in rows})
    typer.echo(text("cli.replan_changes", lang, changes=len(rows), people=people))
    for row in rows[:SHOWN]:
        typer.echo(_line(row, lang) + "  " + reason_words(row["reason"], row["saves"], row["detail"], lang))
    if len(rows) > SHOWN:
        typer.echo(text("cli.replan_more", lang, count=len(rows) - SHOWN))
    turns = replanned_turns(plan)
    if turns:
        typer.echo(text("cli.replan_turns", lang, count=len(turns)))
    for turn in turns:
        typer.echo("  " + change_words(turn, lang))


def _line(row: dict[str, Any], lang: str) -> str:
    def hours(name: str) -> str:
        start, end = row[f"{name}_start"], row[f"{name}_end"]
        return f"{start[11:16]}-{end[11:16]}" if start else text("change.day_off", lang)

    kind = text(f"change.{row['kind']}", lang)
    return f"{row['agent']:<8} {row['date']}  {kind}: {hours('before')} -> {hours('after')}"


COMMANDS = {"replan": replan}
