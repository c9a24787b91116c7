"""Commands about days: `calendar` shows and marks them, `leave` tells what requests do to them and decides."""

from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from staffing.cli.common import Folder, Json, Lang, check_lang, emit, parse_day, say
from staffing.cli.storing import By, actor, edit_centre, stored
from staffing.errors import SettingsError
from staffing.i18n import note_text, text

if TYPE_CHECKING:
    from staffing.domain.leave import LeaveRequest
    from staffing.planning.leave import LeaveDay


@stored
def calendar(
    folder: Folder,
    first: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help="First day. Default: the first day of the next plan.")
    ] = None,
    days: Annotated[int, typer.Option("--days", min=1, max=400, help="Days to look at.")] = 31,
    mark: Annotated[
        str | None, typer.Option("--mark", metavar="DATE,KIND[,NAME]", help="Make a day special; KIND - takes it back.")
    ] = None,
    by: By = None,
    as_json: Json = False,
    lang: Lang = "en",
) -> None:
    """Days that are not ordinary: holidays, adjusted working days, closures, events; --mark makes one."""
    from staffing.calendars import day_table
    from staffing.files import read_centre

    check_lang(lang)
    if mark is not None:
        _mark(folder, mark, by)
    scenario = read_centre(folder, people=(folder / "agents.csv").is_file())
    begin = parse_day(first) or scenario.next_week_start
    end = begin + timedelta(days=days - 1)
    centre = scenario.centre
    table, notes = day_table(
        centre.country, centre.subdivision, scenario.special_days, begin, end, categories=centre.holiday_categories
    )
    rows: list[dict[str, Any]] = []
    for day in table:
        happening = [
            event.name
            for event in scenario.events
            if event.start - timedelta(days=event.lead_days) <= day.date <= event.end + timedelta(days=event.lag_days)
        ]
        if happening or day.kind != "ordinary":
            found = {"kind": day.kind.value, "name": day.name, "works_as": day.works_as, "events": happening}
            rows.append({"date": day.date.isoformat(), **found})
    if as_json:
        told = [{"code": note.code, **dict(note.params)} for note in notes]
        emit({"from": str(begin), "to": str(end), "days": rows, "notes": told})
        return
    for note in notes:
        say("- " + note_text(note.code, note.params, lang))
    for row in rows:
        parts = [text(f"ui.daykind.{row['kind']}", lang), row["name"], ", ".join(row["events"])]
        weekday = text(f"weekday.{date.fromisoformat(row['date']).weekday()}", lang)
        typer.echo(f"{row['date']} {weekday}  " + " · ".join(part for part in parts if part))


@stored
def leave(
    folder: Folder,
    plan: Annotated[
        Path | None, typer.Option("--plan", metavar="PLAN_DIR", help="Plan whose days show the hours short.")
    ] = None,
    ask: Annotated[
        str | None, typer.Option("--ask", metavar="AGENT,START[/END][,KIND]", help="Ask for leave; END included.")
    ] = None,
    approve: Annotated[list[str] | None, typer.Option("--approve", metavar="ID", help="May be repeated.")] = None,
    refuse: Annotated[list[str] | None, typer.Option("--refuse", metavar="ID", help="May be repeated.")] = None,
    chance: Annotated[
        bool, typer.Option("--chance", help="With --plan: simulate the chance to keep the targets.")
    ] = False,
    by: By = None,
    as_json: Json = False,
    lang: Lang = "en",
) -> None:
    """Requests for leave, what each does to its days, and the decision."""
    from staffing.files import read_centre, read_plan
    from staffing.files.leave_requests import read_requests
    from staffing.planning.leave import leave_chances, leave_days

    check_lang(lang)
    if ask is not None:
        _ask(folder, ask, by)
    _decide(folder, approve or (), refuse or (), by)
    scenario = read_centre(folder)
    shown = None if plan is None else read_plan(plan)
    requests = read_requests(folder, frozenset(agent.id for agent in scenario.agents))
    told = []
    for request in requests:
        days = leave_days(scenario, shown, request, requests)
        chances = leave_chances(shown, request) if chance and shown is not None and request.is_open else {}
        told.append(_told(request, days, chances))
    if as_json:
        emit({"requests": told})
        return
    typer.echo(text("cli.leave_header", lang))
    for row in told:
        span = row["start"] if row["start"] == row["end"] else f"{row['start']} - {row['end']}"
        more = "-" if row["more_short_h"] is None else f"{row['more_short_h']:.1f}"
        likely = ""
        if row["chance_after"] is not None:
            likely = f"  {row['chance_before']:.0%} -> {row['chance_after']:.0%}"
        state = text(f"ui.leave.state_{row['state']}", lang)
        typer.echo(f"{row['id']:<6} {row['agent']:<10} {span:<23} {row['available']:>9} {more:>10}  {state}{likely}")


def _told(request: "LeaveRequest", days: "tuple[LeaveDay, ...]", chances: dict[date, Any]) -> dict[str, Any]:
    more = [day.more_short_h for day in days if day.more_short_h is not None]
    known = [pair for pair in chances.values() if None not in pair]
    return {
        "id": request.id,
        "agent": request.agent,
        "start": request.start.isoformat(),
        "end": request.end.isoformat(),
        "kind": request.kind,
        "state": request.state.value,
        "available": min(day.available for day in days),
        "more_short_h": sum(more) if more else None,
        "chance_before": min((pair[0] for pair in known), default=None),
        "chance_after": min((pair[1] for pair in known), default=None),
        "days": [
            {
                "date": day.date.isoformat(),
                **{name: getattr(day, name) for name in ("employed", "away", "asked", "available", "at_work", "works")},
                **{
                    name: getattr(day, name) for name in ("required_h", "rostered_h", "short_before_h", "short_after_h")
                },
            }
            for day in days
        ],
    }


def _ask(folder: Path, row: str, by: str | None) -> None:
    from staffing.files import read_centre
    from staffing.files.absences import ABSENCES
    from staffing.files.leave_requests import ask_leave

    parts = [part.strip() for part in row.split(",")]
    begin, _, stop = parts[1].partition("/") if len(parts) in (2, 3) else ("", "", "")
    start, end = _day(begin, row), _day(stop or begin, row)
    kind = parts[2].lower() if len(parts) == 3 else ABSENCES[0]
    known = {agent.id for agent in read_centre(folder).agents}
    if parts[0] not in known or end < start or kind not in ABSENCES:
        kinds = ", ".join(ABSENCES)
        raise SettingsError(
            f"--ask is {row!r}, expected AGENT,START[/END][,KIND] with an agent of the centre; KIND: {kinds}"
        )
    ident, changes = ask_leave(folder, parts[0], start, end, kind, asked=date.today())
    edit_centre(folder, changes, by, note=f"leave request {ident}")


def _day(value: str, row: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise SettingsError(
            f"--ask is {row!r}, expected AGENT,START[/END][,KIND] with dates such as 2026-02-02"
        ) from None


def _decide(folder: Path, approve: Iterable[str], refuse: Iterable[str], by: str | None) -> None:
    from staffing.domain.leave import LeaveState
    from staffing.files.leave_requests import decide_leave
    from staffing.store.access import Action
    from staffing.store.access import ask as ask_role

    decisions = [(ident, LeaveState.APPROVED) for ident in approve] + [(ident, LeaveState.REFUSED) for ident in refuse]
    if not decisions:
        return
    ask_role(actor(by), Action.APPROVE)
    for ident, state in decisions:
        try:
            changes = decide_leave(folder, ident, state, date.today())
        except KeyError:
            raise SettingsError(f"request {ident!r} is not known, expected an id of leave_requests.csv") from None
        edit_centre(folder, changes, by, note=f"leave request {ident} {state.value}")


def _mark(folder: Path, row: str, by: str | None) -> None:
    from staffing.domain.calendar import DayKind
    from staffing.files import calendar_rows
    from staffing.files.calendar_edit import marked_day

    parts = [part.strip() for part in row.split(",", 2)]
    kinds = [kind.value for kind in DayKind]
    if len(parts) < 2 or parts[1] not in ("-", *kinds):
        raise SettingsError(f"--mark is {row!r}, expected DATE,KIND[,NAME] with KIND one of {', '.join(kinds)} or -")
    when = parse_day(parts[0], "--mark")
    assert when is not None
    table = marked_day(folder, when, "" if parts[1] == "-" else parts[1], parts[2] if len(parts) == 3 else "")
    edit_centre(folder, {calendar_rows.SPECIAL_DAYS: table.to_bytes()}, by, note=f"special day {when}")


COMMANDS = {"calendar": calendar, "leave": leave}
