"""Scenarios as forms and tables: what is filled in becomes a scenario and back, outcomes become rows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import pandas as pd

from staffing.domain.centre import Scenario
from staffing.domain.people import Agent
from staffing.domain.scenario import Hire, LoadChange, TargetChange, WhatIf
from staffing.domain.shrinkage import ShrinkageReason
from staffing.measures.whatif import Outcome
from staffing.ui.facts.verdict import DOUBTFUL, LIKELY, State
from staffing.ui.words import NOTHING, Words

RULES = (
    "rest_h",
    "max_consecutive_days",
    "weekly_rest_h",
    "weekend_days_max",
    "fairness",
    "wage_per_h",
    "overtime_factor",
    "short_per_h",
    "over_per_h",
)
"""Work rules and prices that the form offers; a file may change others."""
HOURS = ("required_h", "assigned_h", "short_h", "over_h")
QUEUE_FIGURES = ("service_level", "probability", "required_h", "short_h", "contacts")
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Form:
    """The fields of a scenario in percent: `contacts` 10 is a tenth more, `self_service` 15 the share taken.

    The first load without queues and days is in the plain fields, the others are `loads`.
    """

    name: str = ""
    contacts: float = 0.0
    aht: float = 0.0
    self_service: float = 0.0
    absence: float = 0.0
    loads: Sequence[Row] = ()
    absent: Sequence[Row] = ()
    hires: Sequence[Row] = ()
    targets: Sequence[Row] = ()
    rules: Sequence[Row] = ()
    weight: float = field(default=1.0)


COLUMNS = {
    "loads": ("contacts", "aht", "self_service", "queues", "start", "end"),
    "absent": ("reason", "share", "queues", "start", "end"),
    "hires": ("like", "people", "speed", "start"),
    "targets": ("queue", "share", "answer_within_s", "probability"),
    "rules": ("rule", "value"),
}
"""Columns of the tables of the form."""


def form_of(whatif: WhatIf) -> Form:
    """The form of a scenario."""
    loads = list(whatif.loads)
    whole = loads.pop(0) if loads and not (loads[0].queues or loads[0].start or loads[0].end) else LoadChange()
    return Form(
        whatif.name,
        _percent(whole.volume - 1),
        _percent(whole.aht - 1),
        _percent(whole.deflected),
        _percent(whatif.absence - 1),
        [
            {
                "contacts": _percent(load.volume - 1),
                "aht": _percent(load.aht - 1),
                "self_service": _percent(load.deflected),
                **_where(load),
            }
            for load in loads
        ],
        [{"reason": part.name, "share": _percent(part.share), **_where(part)} for part in whatif.absences],
        [
            {"like": hire.like, "people": hire.people, "speed": _percent(hire.proficiency), "start": hire.start}
            for hire in whatif.hires
        ],
        [
            {
                "queue": target.queue,
                "share": None if target.share is None else _percent(target.share),
                "answer_within_s": target.answer_within_s,
                "probability": None if target.probability is None else _percent(target.probability),
            }
            for target in whatif.targets
        ],
        [{"rule": name, "value": value} for name, value in whatif.rules],
        whatif.weight,
    )


def whatif_of(form: Form) -> WhatIf:
    """The scenario of a form; rows without their first cell are left out.

    Raises
    ------
    ValueError
        Naming the value and what would be right.
    """
    whole = LoadChange(1 + form.contacts / 100, 1 + form.aht / 100, form.self_service / 100)
    rows = [row for row in form.loads if any(not _blank(row.get(name)) for name in ("contacts", "aht", "self_service"))]
    loads = [
        LoadChange(
            1 + _number(row, "contacts") / 100,
            1 + _number(row, "aht") / 100,
            _number(row, "self_service") / 100,
            *_span(row),
        )
        for row in rows
    ]
    return WhatIf(
        form.name.strip(),
        tuple(([] if whole == LoadChange() else [whole]) + loads),
        1 + form.absence / 100,
        tuple(
            ShrinkageReason(_text(row, "reason") or "-", _number(row, "share") / 100, False, *_span(row))
            for row in form.absent
            if not _blank(row.get("share"))
        ),
        tuple(
            Hire(
                _text(row, "like"), int(_number(row, "people", 1)), _number(row, "speed", 100) / 100, _day(row, "start")
            )
            for row in form.hires
            if not _blank(row.get("like"))
        ),
        tuple(
            TargetChange(
                _text(row, "queue"), _share(row, "share"), _maybe(row, "answer_within_s"), _share(row, "probability")
            )
            for row in form.targets
            if not _blank(row.get("queue"))
        ),
        tuple(
            (_text(row, "rule"), _number(row, "value"))
            for row in form.rules
            if not _blank(row.get("rule")) and not _blank(row.get("value"))
        ),
        form.weight,
    )


def kinds(scenario: Scenario, also: Iterable[str] = ()) -> dict[str, tuple[Agent, int]]:
    """Kinds of people by the id of one of them, with how many there are, the largest kind first.

    People of a kind share role, contract and skills. Agents of `also` are kinds of their own if they stand for none.
    """
    groups: dict[tuple[object, ...], list[Agent]] = {}
    for agent in scenario.agents:
        groups.setdefault((agent.role, agent.contract, tuple(skill.name for skill in agent.skills)), []).append(agent)
    ordered = sorted(groups.values(), key=lambda group: -len(group))
    found = {group[0].id: (group[0], len(group)) for group in ordered}
    known = {agent.id: agent for agent in scenario.agents}
    return found | {ident: (known[ident], 1) for ident in also if ident in known and ident not in found}


def kind_label(agent: Agent, count: int) -> str:
    """Role, contract and skills of a kind of people, and how many there are; no name."""
    return " · ".join([agent.role, agent.contract, ", ".join(skill.name for skill in agent.skills), str(count)])


def state_of(outcome: Outcome) -> State | None:
    """How a scenario stands by the queue whose target is least likely to hold; None where nothing was simulated."""
    chances = [row.probability for row in outcome.queues if row.probability is not None]
    if not chances:
        return None
    return State.GOOD if min(chances) >= LIKELY else State.WATCH if min(chances) >= DOUBTFUL else State.BAD


def comparison(outcomes: Sequence[Outcome], words: Words) -> pd.DataFrame:
    """Scenarios side by side, one column each, the first as the baseline of the differences.

    Text cells: a figure, and in brackets what it differs from the baseline by.
    """
    rows: dict[str, list[str]] = {}
    base = outcomes[0]

    def put(key: str, cells: list[str]) -> None:
        rows[words.term(f"whatif.head.{key}")] = cells

    put("kind", [words.term(f"whatif.kind.{one.kind}") for one in outcomes])
    put("verdict", [_verdict(one, words) for one in outcomes])
    put("service_floor", [words.percent(one.service_floor) for one in outcomes])
    put("least_chance", [words.percent(_least(one), 0) for one in outcomes])
    put("probability_week", [words.percent(one.probability_week, 0) for one in outcomes])
    for name in ("required_h", "short_h", "assigned_h", "over_h"):
        digits = 1 if name == "short_h" else 0
        put(name, [beside(getattr(one, name), getattr(base, name), digits, words, one is base) for one in outcomes])
    for name in ("cost", "wages", "contacts", "people"):
        put(name, [beside(getattr(one, name), getattr(base, name), 0, words, one is base) for one in outcomes])
    put("violations", [words.number(one.violations) for one in outcomes])
    put("changed_days", [words.number(one.changed_days) for one in outcomes])
    columns = unique([one.name for one in outcomes], [words.term(f"whatif.kind.{one.kind}") for one in outcomes])
    data = {column: [cells[place] for cells in rows.values()] for place, column in enumerate(columns)}
    return pd.DataFrame({words("whatif.figure"): list(rows)} | data)


def queue_table(outcomes: Sequence[Outcome], figure: str, names: Mapping[str, str], words: Words) -> pd.DataFrame:
    """One figure of every queue, a column for each scenario."""
    queues = [row.queue for row in outcomes[0].queues]
    columns = unique([one.name for one in outcomes], [words.term(f"whatif.kind.{one.kind}") for one in outcomes])
    share = figure in ("service_level", "probability")
    data: dict[str, list[str]] = {words("column.queue"): [names.get(queue, queue) for queue in queues]}
    if share:
        goals = {row.queue: row.target for row in outcomes[0].queues}
        data[words.term("whatif.head.target")] = [words.percent(goals[queue], 0) for queue in queues]
    for column, one in zip(columns, outcomes, strict=True):
        known = {row.queue: getattr(row, figure) for row in one.queues}
        told = words.percent if share else words.number
        data[column] = [told(known.get(queue)) for queue in queues]
    return pd.DataFrame(data)


def bars(outcomes: Sequence[Outcome], words: Words) -> pd.DataFrame:
    """Hours required of each scenario as those covered and those short."""
    columns = unique([one.name for one in outcomes], [words.term(f"whatif.kind.{one.kind}") for one in outcomes])
    rows = []
    for column, one in zip(columns, outcomes, strict=True):
        parts = {"need": one.required_h}
        if one.short_h is not None:
            parts = {"covered": one.required_h - one.short_h, "short": one.short_h}
        rows += [
            {"scenario": column, "part": words(f"whatif.part_{part}"), "kind": part, "hours": hours, "order": place}
            for place, (part, hours) in enumerate(parts.items())
        ]
    return pd.DataFrame(rows)


def unique(names: Sequence[str], kinds_of: Sequence[str]) -> list[str]:
    """Headings that differ: names that appear twice get the kind of their answer, then a number.

    >>> unique(["a", "b", "a"], ["quick", "quick", "full"])
    ['a', 'b', 'a · full']
    """
    found: list[str] = []
    for name, kind in zip(names, kinds_of, strict=True):
        label = name if name not in found else f"{name} · {kind}"
        number = 2
        while label in found:
            label, number = f"{name} · {kind} {number}", number + 1
        found.append(label)
    return found


def copy_name(name: str, taken: Iterable[str], suffix: str) -> str:
    """A name for a copy that nobody has taken.

    >>> copy_name("rush", ["rush", "rush (copy)"], "copy")
    'rush (copy 2)'
    """
    known, number = set(taken), 2
    base = name[:60]
    made = f"{base} ({suffix})"
    while made in known:
        made, number = f"{base} ({suffix} {number})", number + 1
    return made


def _least(outcome: Outcome) -> float | None:
    return min((row.probability for row in outcome.queues if row.probability is not None), default=None)


def _verdict(outcome: Outcome, words: Words) -> str:
    if outcome.kind != "need" and outcome.cost is None:
        return words("whatif.no_roster")
    state = state_of(outcome)
    return NOTHING if state is None else words(f"judge.{state.value}")


def beside(value: float | None, base: float | None, digits: int, words: Words, is_base: bool) -> str:
    """A figure, and in brackets what it differs from the one it is compared with by."""
    told = words.number(value, digits)
    if is_base or value is None or base is None or round(value - base, digits) == 0:
        return told
    return f"{told} ({words.signed(value - base, digits)})"


def _where(part: LoadChange | ShrinkageReason) -> dict[str, Any]:
    return {"queues": list(part.queues), "start": part.start, "end": part.end}


def _span(row: Row) -> tuple[tuple[str, ...], date | None, date | None]:
    queues = row.get("queues")
    named = tuple(str(queue) for queue in queues) if isinstance(queues, list | tuple) else ()
    return named, _day(row, "start"), _day(row, "end")


def _percent(share: float) -> float:
    return round(100 * share, 6)


def _blank(value: object) -> bool:
    """None, not a number or an empty text: what an empty cell of a table may hold."""
    return value is None or value == "" or value is pd.NaT or (isinstance(value, float) and value != value)


def _number(row: Row, name: str, otherwise: float = 0.0) -> float:
    value = row.get(name)
    return otherwise if _blank(value) else float(value)  # type: ignore[arg-type]


def _maybe(row: Row, name: str) -> float | None:
    return None if _blank(row.get(name)) else _number(row, name)


def _share(row: Row, name: str) -> float | None:
    value = _maybe(row, name)
    return None if value is None else value / 100


def _text(row: Row, name: str) -> str:
    value = row.get(name)
    return "" if _blank(value) else str(value).strip()


def _day(row: Row, name: str) -> date | None:
    value = row.get(name)
    if _blank(value):
        return None
    if isinstance(value, datetime):  # a pandas moment is one too
        return value.date()
    return value if isinstance(value, date) else date.fromisoformat(str(value)[:10])
