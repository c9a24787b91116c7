"""One calendar file for each agent, ready for any calendar program."""

import tempfile
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from icalendar import Calendar, Event, Timezone

from staffing.domain.on_call import Turn
from staffing.domain.roster import ACTIVITIES, WORK, Roster, Shift
from staffing.i18n import text
from staffing.plan import Plan
from staffing.report.zipped import zipped


def write_calendars(plan: Plan, folder: Path, *, lang: str = "en") -> None:
    """Write ``<agent id>.ics`` for every agent with a shift or an on-call turn.

    A turn on call leaves the time free for other things; a shift does not. Event ids stay the same when a plan is
    written again, so a calendar updates instead of doubling. Breaks and off-phone activities are listed in the
    description; no names are written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    roster = plan.roster
    if roster is None:
        return
    shifts: dict[int, list[Shift]] = {}
    for shift in roster.shifts():
        shifts.setdefault(shift.agent, []).append(shift)
    turns: dict[int, list[Turn]] = {}
    for number, agent in plan.on_call.pairs if plan.on_call else ():
        turns.setdefault(agent, []).append(plan.on_call.problem.turns[number])  # type: ignore[union-attr]
    zone = Timezone.from_tzid(roster.grid.timezone)
    stamp = datetime.fromtimestamp(roster.grid.epoch_s(0), UTC)
    for agent in sorted(shifts.keys() | turns.keys()):
        rows = shifts.get(agent, [])
        agent_id = roster.agents[agent]
        calendar = Calendar()
        calendar.add("prodid", "-//staffing//roster//EN")
        calendar.add("version", "2.0")
        calendar.add_component(zone)
        for shift in rows:
            calendar.add_component(_event(roster, shift, agent_id, stamp, lang))
        for turn in turns.get(agent, []):
            calendar.add_component(_turn(plan, turn, agent_id, stamp, lang))
        (folder / f"{_file_name(agent_id)}.ics").write_bytes(calendar.to_ical())


def calendars_zip(plan: Plan, *, lang: str = "en") -> bytes:
    """The files of `write_calendars` as one zip."""
    with tempfile.TemporaryDirectory() as folder:
        write_calendars(plan, Path(folder), lang=lang)
        return zipped({path.name: path.read_bytes() for path in Path(folder).iterdir()})


def _event(roster: Roster, shift: Shift, agent_id: str, stamp: datetime, lang: str) -> Event:
    grid = roster.grid
    event = Event()
    event.add("uid", f"{grid.dates[min(shift.day, grid.days - 1)]}-{quote(agent_id, safe='')}@staffing")
    event.add("dtstamp", stamp)
    event.add("dtstart", grid.local(shift.start))
    event.add("dtend", grid.local(shift.end))
    event.add("summary", text("report.shift", lang))
    lines = [
        f"{grid.local(int(roster.start[row])):%H:%M}-{grid.local(int(roster.end[row])):%H:%M} "
        + text(f"activity.{ACTIVITIES[int(roster.activity[row])]}", lang)
        for row in shift.rows
        if roster.activity[row] != WORK
    ]
    if lines:
        event.add("description", "\n".join(lines))
    return event


def _turn(plan: Plan, turn: Turn, agent_id: str, stamp: datetime, lang: str) -> Event:
    assert plan.on_call is not None
    grid, duty = plan.problem.grid, plan.on_call.problem.duties[turn.duty]
    event = Event()
    ident = f"{grid.dates[turn.day]}-{quote(duty.id, safe='')}-on-call-{quote(agent_id, safe='')}@staffing"
    event.add("uid", ident)
    event.add("dtstamp", stamp)
    event.add("dtstart", grid.local(turn.start))
    event.add("dtend", grid.local(turn.end))
    event.add("summary", text("report.on_call", lang, duty=duty.name or duty.id))
    event.add("description", text("report.on_call_response", lang, minutes=duty.response_min))
    event.add("transp", "TRANSPARENT")
    event.add("categories", ["ON CALL"])
    return event


def _file_name(agent_id: str) -> str:
    """A file name made from an id: nothing that could leave the folder."""
    return quote(agent_id, safe=" ").replace(".", "%2E") or "_"
