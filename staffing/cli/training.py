"""The commands `staffing training ...`: who needs what by when, what a plan holds, what it costs, and what is done."""

from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from staffing.cli.common import (
    Exit,
    Folder,
    Json,
    Lang,
    PlanFolder,
    check_lang,
    emit,
    leave,
    leave_without,
    parse_day,
    say,
)
from staffing.cli.storing import By, edit_centre, stored
from staffing.errors import SettingsError
from staffing.i18n import text

if TYPE_CHECKING:
    from staffing.domain.centre import Scenario
    from staffing.domain.training import Need
    from staffing.planning.training.done import DoneRow
    from staffing.planning.training.outcome import Held

app = typer.Typer(
    name="training", help="Courses: who needs what by when, sessions in a plan, and what is done.", no_args_is_help=True
)
AHEAD_DAYS = 28
"""Days that are looked ahead where no last day is named."""
ROW = "AGENT,COURSE[,SESSION][,DATE]"


@app.command("needs")
@stored
def needs(
    folder: Folder,
    day: Annotated[
        str | None, typer.Option("--date", metavar="DATE", help="Day of the question. Default: that of the next plan.")
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", metavar="DATE", help="Last due date shown. Default: four weeks on.")
    ] = None,
    as_json: Json = False,
    lang: Lang = "en",
) -> None:
    """Who needs which session by when, and why; what is overdue comes first."""
    from staffing.files import read_centre
    from staffing.planning.training.needs import training_needs

    check_lang(lang)
    scenario = read_centre(folder)
    on = parse_day(day, "--date") or scenario.next_week_start
    last = parse_day(until, "--until") or on + timedelta(days=AHEAD_DAYS)
    found = () if scenario.training is None else training_needs(scenario.training, scenario.agents, on, last)
    if as_json:
        emit({"date": str(on), "until": str(last), "needs": [_data(need, on) for need in found]})
    else:
        typer.echo(text("cli.training.header", lang))
        for need in found:
            typer.echo(f"{need.due}  {need.agent:<10} {_course(scenario, need)}  {_why(need, on, lang)}")
    overdue = sum(need.overdue_days(on) > 0 for need in found)
    say(text("cli.training.count", lang, count=len(found), overdue=overdue, until=last))
    if not found:
        leave(Exit.NOTHING)


@app.command("sessions")
@stored
def sessions(plan_dir: PlanFolder, as_json: Json = False, lang: Lang = "en") -> None:
    """When a plan holds each session that it was asked for, and why it does not hold the others."""
    from staffing.files import read_plan
    from staffing.planning.training.outcome import held_sessions

    check_lang(lang)
    plan = read_plan(plan_dir)
    training = plan.scenario.training
    held, left = held_sessions(plan), () if training is None else training.left
    if as_json:
        first = plan.problem.grid.first_day
        rows = [_held(row, first) for row in held]
        emit({"sessions": rows, "left": [{**_data(row.need, first), "left": row.reason} for row in left]})
    else:
        for row in held:
            when = text("cli.training.not_held", lang) if row.start is None else f"{row.start:%Y-%m-%d %H:%M}"
            more = [text(f"training.reason.{row.reason}", lang)] if row.reason else []
            more += [text("cli.training.trainer", lang, trainer=row.trainer)] if row.trainer else []
            more += [text("cli.training.late", lang, due=row.need.due)] if row.is_late else []
            named = f"{row.need.agent:<10} {_course(plan.scenario, row.need)}"
            typer.echo(f"{when:<17} {named}  " + " · ".join(more))
        for lost in left:
            reason = text(f"training.left.{lost.reason}", lang)
            where = f"{lost.need.agent:<10} {_course(plan.scenario, lost.need)}"
            typer.echo(f"{text('cli.training.later', lang):<17} {where}  {reason}")
    in_roster = sum(row.start is not None for row in held)
    say(text("cli.training.held", lang, held=in_roster, asked=len(held), left=len(left)))
    if not held and not left:
        leave(Exit.NOTHING)


@app.command("effect")
@stored
def effect(
    plan_dir: PlanFolder,
    simulate: Annotated[bool, typer.Option("--simulate", help="Simulate the service with and without them.")] = False,
    as_json: Json = False,
    lang: Lang = "en",
) -> None:
    """What the sessions of a plan cost in service, course by course, against postponing them."""
    from staffing.files import read_plan
    from staffing.planning.training.effect import service_effect, training_effects

    check_lang(lang)
    plan = read_plan(plan_dir)
    found = training_effects(plan)
    if not found:
        say(text("cli.training.none", lang))
        leave(Exit.NOTHING)
    service = service_effect(plan, {row.course for row in found if row.course}) if simulate else ()
    if as_json:
        names = ("course", "sessions", "hours", "short_h", "service_cost")
        rows = [{name: getattr(row, name) for name in names} for row in found]
        told = [{"queue": row.queue, "with": row.with_sessions, "without": row.without} for row in service]
        emit({"courses": rows, "service": told})
        return
    typer.echo(text("cli.training.effect_header", lang))
    for row in found:
        name = text("training.all", lang) if not row.course else _name(plan.scenario, row.course)
        typer.echo(f"{row.sessions:>5} {row.hours:>8.1f} {row.short_h:>+9.2f} {row.service_cost:>+11.2f}  {name}")
    for line in service:
        if line.with_sessions is not None and line.without is not None:
            typer.echo(f"{line.queue:<14} {line.without:.1%} -> {line.with_sessions:.1%}")


@app.command("done")
@stored
def done(
    folder: Folder,
    rows: Annotated[
        list[str] | None,
        typer.Argument(metavar=f"[{ROW}]...", help="SESSION: a number, all; default the next. DATE: default today."),
    ] = None,
    plan: Annotated[
        Path | None, typer.Option("--plan", metavar="PLAN_DIR", help="Mark what this plan held as done.")
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", metavar="DATE", help="With --plan: up to this day. Default: today.")
    ] = None,
    by: By = None,
    as_json: Json = False,
    lang: Lang = "en",
) -> None:
    """Mark sessions as done; who has done a whole course has its skill from then on."""
    from staffing.files import read_centre
    from staffing.files.centre_write import centre_digest
    from staffing.planning.training.done import mark_done

    check_lang(lang)
    seen = centre_digest(folder)
    scenario = read_centre(folder)
    marked = [_row(row) for row in rows or ()]
    if plan is not None:
        marked += _of_plan(plan, parse_day(until, "--until") or date.today())
    try:
        found = mark_done(folder, scenario, marked)
    except KeyError as error:
        raise SettingsError(f"{error.args[0]!r} is no agent or course of the centre") from None
    except ValueError as error:
        raise SettingsError(str(error)) from None
    if not found.records:
        leave_without(text("cli.training.nothing", lang), as_json=as_json)
    edit = edit_centre(folder, found.changes, by, seen=seen, note=f"training: {len(found.records)} done")
    granted = [(agent, skill.name, skill.proficiency) for agent, skill in found.granted]
    if as_json:
        names = ("agent", "course", "session", "done")
        records = [{name: getattr(row, name) for name in names} for row in found.records]
        skills = [{"agent": agent, "skill": name, "proficiency": level} for agent, name, level in granted]
        emit({"status": "done", "records": records, "skills": skills, "edit": None if edit is None else edit.number})
    for agent, name, level in granted:
        say(text("cli.training.granted", lang, agent=agent, skill=name, level=f"{level:g}"))
    say(text("cli.training.done", lang, count=len(found.records)))


def _row(row: str) -> "DoneRow":
    """A row of the command line."""
    from staffing.planning.training.done import DoneRow

    parts = [part.strip() for part in row.split(",")]
    when, session = date.today(), None
    if len(parts) > 2 and "-" in parts[-1]:
        found = parse_day(parts.pop(), ROW)
        when = when if found is None else found
    if len(parts) == 3:
        word = parts.pop().lower()
        session = 0 if word == "all" else int(word) if word.isdecimal() and int(word) > 0 else -1
    if len(parts) != 2 or session == -1:
        raise SettingsError(f"{row!r} is no {ROW}, such as A079,onboarding,3,2026-01-28; SESSION is a number or all")
    return DoneRow(parts[0], parts[1], when, session)


def _of_plan(plan_dir: Path, until: date) -> "list[DoneRow]":
    from staffing.files import read_plan
    from staffing.planning.training.done import DoneRow
    from staffing.planning.training.outcome import held_sessions

    return [
        DoneRow(row.need.agent, row.need.course, row.start.date(), row.need.session)
        for row in held_sessions(read_plan(plan_dir))
        if row.start is not None and row.start.date() <= until
    ]


def _data(need: "Need", on: date) -> dict[str, Any]:
    names = ("agent", "course", "session", "due", "reason", "since", "earliest", "waits_for")
    return {name: getattr(need, name) for name in names} | {"overdue_days": need.overdue_days(on)}


def _held(row: "Held", on: date) -> dict[str, Any]:
    times = {"start": row.start and row.start.isoformat(), "end": row.end and row.end.isoformat()}
    return {**_data(row.need, on), **times, "trainer": row.trainer or None, "not_held": row.reason or None}


def _course(scenario: "Scenario", need: "Need") -> str:
    assert scenario.training is not None
    count = len(scenario.training.course(need.course).sessions_min)
    return _name(scenario, need.course) + (f" {need.session}/{count}" if count > 1 else "")


def _name(scenario: "Scenario", course_id: str) -> str:
    assert scenario.training is not None
    course = scenario.training.course(course_id)
    return course.id if course.name == course.id else f"{course.id} · {course.name}"


def _why(need: "Need", on: date, lang: str) -> str:
    """Overdue, why it is owed, and what has to be done before."""
    parts = [text(f"training.why.{need.reason}", lang, day=need.since)]
    late = need.overdue_days(on)
    if late:
        parts.insert(0, text("training.overdue", lang, days=late))
    if need.waits_for:
        parts.append(text("training.waits", lang, course=need.waits_for))
    return " · ".join(parts)
