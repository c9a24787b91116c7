"""Finished runs side by side: what was ordered, what was found, and how the searches went."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from staffing.measures.whatif import Outcome, outcome_of
from staffing.plan import Plan
from staffing.store import Job, JobEvent
from staffing.ui.facts.differences import differences
from staffing.ui.facts.run_orders import settings_of
from staffing.ui.facts.whatif import beside
from staffing.ui.jobs import elapsed_s, progress
from staffing.ui.words import NOTHING, Words

DIFFERS = "≠"
LETTERS = "ABCD"
MOST = len(LETTERS)
"""Runs beside each other: more columns cannot be read."""


@dataclass(frozen=True, slots=True)
class RunFigures:
    """The figures of a run's plan; `names` of its queues by id."""

    outcome: Outcome
    bound: float | None
    soft: int
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Changed:
    """How many people have a shift that the roster compared with has not, and how many shifts differ."""

    people: int
    shifts: int


@dataclass(frozen=True, slots=True)
class Run:
    """A run to be compared: `figures` None where its plan is gone, `changed` None where rosters cannot be compared."""

    label: str
    job: Job
    figures: RunFigures | None
    changed: Changed | None
    steps: tuple[JobEvent, ...]


def figures_of(plan: Plan) -> RunFigures:
    """What a plan comes to."""
    names = {queue.id: queue.name or queue.id for queue in plan.scenario.centre.queues}
    soft = sum(violation.severity != "hard" for violation in plan.violations)
    return RunFigures(outcome_of(plan, "", "full"), plan.result.bound, soft, names)


def changed_between(first: Plan, plan: Plan) -> Changed | None:
    """People and shifts that differ on the days that both plans have; None without such days or without a roster."""
    if first.roster is None or plan.roster is None or first.scenario.centre.name != plan.scenario.centre.name:
        return None
    if not set(first.problem.grid.dates) & set(plan.problem.grid.dates):
        return None
    found = differences(first, plan)
    return Changed(len(found), sum(len(person.changes) for person in found))


def label_of(place: int, job: Job) -> str:
    """The letter of a run and when it was ordered."""
    return f"{LETTERS[place]} · {datetime.fromtimestamp(job.created_s).astimezone():%m-%d %H:%M}"


def ordered_table(runs: Sequence[Run], words: Words) -> pd.DataFrame:
    """What was ordered of each run; settings that differ are marked and first, those that no run has are left out."""
    settings = [settings_of(run.job, words) for run in runs]
    rows = {name: [values[name] for values in settings] for name in settings[0]}
    other = {f"{DIFFERS} {name}": cells for name, cells in rows.items() if len(set(cells)) > 1}
    alike = {name: cells for name, cells in rows.items() if len(set(cells)) == 1 and cells[0] != NOTHING}
    return _table(words("compare.setting"), other | alike, runs)


def found_table(runs: Sequence[Run], words: Words) -> pd.DataFrame:
    """What each run found; in brackets what it differs from the first by."""
    rows: dict[str, list[str]] = {}
    summaries = [dict(run.job.summary or {}) for run in runs]

    def put(name: str, value: Callable[[RunFigures], float | None], digits: int = 0) -> None:
        values = [None if run.figures is None else value(run.figures) for run in runs]
        told = [beside(one, values[0], digits, words, place == 0) for place, one in enumerate(values)]
        rows[words(f"compare.{name}")] = told

    def share(name: str, value: Callable[[RunFigures], float | None], digits: int) -> None:
        rows[words(f"compare.{name}")] = [
            words.percent(None if run.figures is None else value(run.figures), digits) for run in runs
        ]

    rows[words("column.state")] = [words(f"job.{run.job.state}") for run in runs]
    rows[words("compare.status")] = [
        words.term(f"status.{one['status']}") if "status" in one else NOTHING for one in summaries
    ]
    put("cost", lambda one: one.outcome.cost)
    put("bound", lambda one: one.bound)
    share("gap", lambda one: one.outcome.gap, 2)
    put("wages", lambda one: one.outcome.wages)
    put("required_h", lambda one: one.outcome.required_h)
    put("assigned_h", lambda one: one.outcome.assigned_h)
    put("short_h", lambda one: one.outcome.short_h, 1)
    put("over_h", lambda one: one.outcome.over_h, 1)
    share("chance", lambda one: one.outcome.probability_week, 0)
    put("hard", lambda one: one.outcome.violations)
    put("soft", lambda one: one.soft)
    rows[words("compare.changed")] = [
        NOTHING
        if place == 0 or run.changed is None
        else words("compare.changes", people=words.number(run.changed.people), shifts=words.number(run.changed.shifts))
        for place, run in enumerate(runs)
    ]
    seconds = [elapsed_s(run.job, run.job.ended_s or run.job.created_s) for run in runs]
    rows[words("compare.seconds")] = [
        beside(one, seconds[0], 0, words, place == 0) for place, one in enumerate(seconds)
    ]
    return _table(words("compare.figure"), rows, runs)


def queue_table(runs: Sequence[Run], words: Words) -> pd.DataFrame:
    """Simulated service of each queue and the chance that its target is kept, a column for each run."""
    names: dict[str, str] = {}
    goals: dict[str, float | None] = {}
    for run in runs:
        for row in () if run.figures is None else run.figures.outcome.queues:
            names.setdefault(row.queue, run.figures.names.get(row.queue, row.queue) if run.figures else row.queue)
            goals[row.queue] = goals.get(row.queue) or row.target
    data = {words("column.queue"): list(names.values())}
    data[words.term("whatif.head.target")] = [words.percent(goals[queue], 0) for queue in names]
    for run in runs:
        known = {row.queue: row for row in (() if run.figures is None else run.figures.outcome.queues)}
        data[run.label] = [
            _service(known[queue].service_level, known[queue].target, known[queue].probability, words)
            if queue in known
            else NOTHING
            for queue in names
        ]
    return pd.DataFrame(data)


def traces(runs: Sequence[Run], words: Words) -> pd.DataFrame:
    """Best cost and bound of each run over its seconds: columns ``run``, ``name``, ``seconds``, ``value``."""
    rows = []
    for run in runs:
        seen = progress(run.steps)
        for name, values in ((words("chart.cost"), seen.costs), (words("chart.bound"), seen.bounds)):
            known = [(at, value) for at, value in zip(seen.seconds, values, strict=True) if value is not None]
            kept = [pair for place, pair in enumerate(known) if place == 0 or pair[1] != known[place - 1][1]]
            if known and kept[-1] != known[-1]:
                kept.append(known[-1])  # the line goes on to the end
            rows += [(run.label, name, at, value) for at, value in kept]
    return pd.DataFrame(rows, columns=["run", "name", "seconds", "value"])


def _service(level: float | None, target: float | None, chance: float | None, words: Words) -> str:
    if level is None:
        return NOTHING
    mark = "▼ " if target is not None and level < target - 1e-9 else ""
    return f"{mark}{words.percent(level)} · {words.percent(chance, 0)}"


def _table(first: str, rows: Mapping[str, Sequence[str]], runs: Sequence[Run]) -> pd.DataFrame:
    columns = {run.label: [cells[place] for cells in rows.values()] for place, run in enumerate(runs)}
    return pd.DataFrame({first: list(rows)} | columns)
