"""Reading a plan folder back, and noticing what was damaged or changed by hand."""

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from staffing.audit import audit_roster, roster_cost
from staffing.audit.on_call import plan_faults
from staffing.domain.note import Note
from staffing.domain.on_call import OnCallPlan
from staffing.domain.problem import RosterProblem
from staffing.domain.result import Status
from staffing.domain.roster import ACTIVITIES, Roster
from staffing.errors import SettingsError
from staffing.files.atomic import recover_folder
from staffing.files.cells import plain_text
from staffing.files.faults import FaultLog, choices
from staffing.files.hours import clock_steps
from staffing.files.on_call_table import ON_CALL, judged_on_call, read_on_call
from staffing.files.plan_folder import digest_of
from staffing.files.plan_json import PLAN
from staffing.files.plan_values import VALUES, unpack
from staffing.files.roster_tables import ROSTER, ROSTER_COLUMNS
from staffing.files.rows import Row
from staffing.files.table import read_table
from staffing.plan import FORMAT_VERSION, Plan

COLUMNS = ("agent", "day", "start", "end", "activity", "queue", "locked")


def read_plan(folder: Path) -> Plan:
    """Read a plan folder.

    The roster is that of roster.csv, also when somebody changed it: then it is audited and priced anew, the stored
    bound and simulation no longer belong to it and are left out, and a note says so. The history is only its last
    weeks.

    Raises
    ------
    SettingsError
        When `folder` is no plan folder.
    DataError
        When its files are damaged, incomplete or of a newer format.
    """
    folder = Path(folder)
    recover_folder(folder)
    if not (folder / PLAN).is_file():
        raise SettingsError(f"{folder} is not a plan folder: it holds no {PLAN}")
    log = FaultLog()
    figures = _figures(folder, log)
    log.refuse()
    for name in (VALUES, ROSTER):
        if not (folder / name).is_file():
            log.add("missing_file", name, value=folder.name, expected=name)
    log.refuse()
    digests = figures["files"]
    if digest_of(folder / VALUES) != digests.get(VALUES):
        log.add("damaged_file", VALUES, value=folder.name, expected=str(digests.get(VALUES)))
    log.refuse()
    try:
        plan = unpack((folder / VALUES).read_bytes())
    except ValueError as error:
        log.add("damaged_file", VALUES, value=str(error), expected=f"format {FORMAT_VERSION}")
        log.refuse()
        raise
    edited = digest_of(folder / ROSTER) != digests.get(ROSTER)
    had_roster = figures.get("status") not in ("none", None) or edited
    roster = read_roster(folder / ROSTER, plan.problem, log) if had_roster else None
    duties = _on_call(folder, plan, digests, log)
    log.refuse()
    plan = replace(plan, result=replace(plan.result, roster=roster))
    if duties is not None and duties is not plan.on_call:
        plan = with_places(plan, duties)
        plan = replace(plan, notes=(*plan.notes, Note("roster_edited", (("file", ON_CALL),))))
    return rejudged(plan) if edited else plan


def _on_call(folder: Path, plan: Plan, digests: dict[str, Any], log: FaultLog) -> OnCallPlan | None:
    """The places of on_call.csv: the stored ones unless somebody changed the file."""
    if plan.on_call is None:
        return None
    path = folder / ON_CALL
    if not path.is_file():
        log.add("missing_file", ON_CALL, value=folder.name, expected=ON_CALL)
    elif digest_of(path) != digests.get(ON_CALL):
        return read_on_call(path.read_bytes(), plan.on_call, log)
    return plan.on_call


def read_roster(path: Path, problem: RosterProblem, log: FaultLog) -> Roster | None:
    """roster.csv as a roster of `problem`; a file of a header only is no roster."""
    table = read_table(ROSTER, path.read_bytes(), ROSTER_COLUMNS[:5], ROSTER_COLUMNS[5:], log, may_be_empty=True)
    if table is None or not len(table):
        return None
    agents = {agent.id: index for index, agent in enumerate(problem.agents)}
    queues = {queue: index for index, queue in enumerate(problem.queues)}
    rows: list[tuple[int, ...]] = []
    for line, cells in table.rows():
        row = Row(table, line, {name: plain_text(cell) for name, cell in cells.items()}, log)
        agent = row.known("unknown_agent", "agent", agents)
        queue = row.text("queue")
        if queue:
            row.check_known("unknown_queue", "queue", queue, queues)
        activity, day = row.required("activity"), row.date("date")
        if activity and activity not in ACTIVITIES:
            row.fault("not_one_of", "activity", activity, choices(ACTIVITIES, activity))
        start, end = (_slot(row, name, problem) for name in ("start", "end"))
        locked = row.flag("locked", False)
        if start is not None and end is not None and end <= start:
            row.fault("ends_before_start", "end", row.text("end"), f"> {row.text('start')}")
        if row.ok and day is not None and start is not None and end is not None:
            number = (day - problem.grid.first_day).days
            code = ACTIVITIES.index(activity)
            rows.append((agents[agent], number, start, end, code, queues.get(queue, -1), int(locked)))
    numbered = np.array(rows, dtype=np.int64).reshape(-1, 7).T
    ids = tuple(agent.id for agent in problem.agents)
    columns: dict[str, Any] = dict(zip(COLUMNS, numbered, strict=True))
    return Roster(problem.grid, ids, problem.queues, **columns)


def _slot(row: Row, column: str, problem: RosterProblem) -> int | None:
    cell = row.text(column)
    try:
        # With its offset a moment is clear even in the hour that occurs twice.
        moment: datetime | None = datetime.fromisoformat(cell)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        moment = row.moment(column, problem.grid.zone)
    if moment is None:
        return None
    try:
        return problem.grid.index(moment)
    except ValueError:
        row.fault("off_slot", column, cell, clock_steps(problem.grid.step_min))
        return None


def _figures(folder: Path, log: FaultLog) -> dict[str, Any]:
    try:
        figures = json.loads((folder / PLAN).read_bytes())
    except ValueError as error:
        log.add("damaged_file", PLAN, value=str(error), expected="JSON")
        return {}
    if not isinstance(figures, dict) or not isinstance(figures.get("files"), dict):
        log.add("damaged_file", PLAN, value=folder.name, expected="files")
        return {}
    version = figures.get("format_version")
    if not isinstance(version, int) or version > FORMAT_VERSION:
        log.add("format_version", PLAN, column="format_version", value=version, expected=f"<= {FORMAT_VERSION}")
    return figures


def with_places(plan: Plan, found: OnCallPlan) -> Plan:
    """The plan with on-call places given out by hand: audited and priced anew, with no bound."""
    made = judged_on_call(plan.problem, plan.roster, found)
    others = tuple(fault for fault in plan.violations if not fault.rule.startswith("on_call_"))
    faults = () if plan.roster is None else plan_faults(plan.problem, plan.roster, made)
    return replace(plan, on_call=made, violations=others + faults)


def rejudged(plan: Plan) -> Plan:
    """The plan with a roster that was changed by hand: audited and priced anew, with no bound and no simulation."""
    notes = (*plan.notes, Note("roster_edited", (("file", ROSTER),)))
    roster = plan.roster
    if roster is None:
        return replace(plan, cost=None, violations=(), verdict=None, notes=notes)
    violations, cost = audit_roster(plan.problem, roster), roster_cost(plan.problem, roster)
    violations += plan_faults(plan.problem, roster, plan.on_call)
    reasons = tuple(row for row in violations if row.severity == "hard")
    result = replace(
        plan.result,
        status=Status.INFEASIBLE if reasons else Status.FEASIBLE,
        objective=cost.total,
        bound=None,
        fixed_cost=cost.fixed,
        cost=cost,
        events=(),
        reasons=reasons,
    )
    return replace(plan, result=result, cost=cost, violations=violations, verdict=None, notes=notes)
