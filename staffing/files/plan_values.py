"""The plan's values themselves, bit for bit, so that a plan folder needs nothing else to be used again."""

import gzip
import io
import json
from dataclasses import replace
from typing import Any

from staffing.domain.calendar import DayTable
from staffing.domain.centre import Scenario
from staffing.domain.demand import ContactHistory, Forecast
from staffing.domain.note import Note
from staffing.domain.on_call import OnCallPlan
from staffing.domain.problem import RosterProblem
from staffing.domain.replanned import Replanned
from staffing.domain.requirement import Requirement
from staffing.domain.result import RosterCost, SolveResult, Violation
from staffing.domain.timegrid import TimeGrid
from staffing.domain.verdict import Round, Verdict
from staffing.files.codec import decode, encode
from staffing.plan import FORMAT_VERSION, Plan, PlanSettings

VALUES = "plan_values.json.gz"
HISTORY_DAYS = 56
"""Days of history kept with a plan: for charts and for work carried into the horizon, not for a new forecast."""
PARTS: dict[str, Any] = {
    "scenario": Scenario,
    "settings": PlanSettings,
    "table": DayTable,
    "forecast": Forecast,
    "requirement": Requirement,
    "problem": RosterProblem,
    "result": SolveResult,
    "violations": tuple[Violation, ...],
    "cost": RosterCost | None,
    "verdict": Verdict | None,
    "versions": dict[str, str],
    "notes": tuple[Note, ...],
    "seconds": dict[str, float],
    "rounds": tuple[Round, ...],
    "replanned": Replanned | None,
    "on_call": OnCallPlan | None,
}


def pack(plan: Plan, *, with_roster: bool = False) -> bytes:
    """All values but the roster, which a folder has as roster.csv. Equal plans give equal bytes."""
    plain = replace(plan, scenario=replace(plan.scenario, history=recent(plan.scenario.history)))
    result = plan.result if with_roster else replace(plan.result, roster=None)
    if plan.settings.reproducible:
        # How often a search reports, and when, depends on the machine; what it found does not.
        result = replace(result, events=())
        plain = replace(plain, seconds={})
    data = {name: encode(getattr(plain, name)) for name in PARTS} | {
        "result": encode(result),
        "format_version": plan.format_version,
    }
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    stream = io.BytesIO()
    with gzip.GzipFile(fileobj=stream, mode="wb", compresslevel=6, mtime=0, filename="") as file:
        file.write(text.encode("utf-8"))
    return stream.getvalue()


def unpack(data: bytes) -> Plan:
    """The plan, with its roster where that was packed too.

    Raises
    ------
    ValueError
        When the bytes are no plan, or one of a newer format.
    """
    try:
        raw = json.loads(gzip.decompress(data))
        if raw["format_version"] > FORMAT_VERSION:
            raise ValueError(f"format {raw['format_version']}")
        parts = {name: decode(hint, raw[name]) for name, hint in PARTS.items() if name in raw}
        return Plan(**parts, format_version=raw["format_version"])
    except (KeyError, TypeError, AttributeError, EOFError, OSError) as error:
        raise ValueError(str(error)) from error


def recent(history: ContactHistory) -> ContactHistory:
    """The last `HISTORY_DAYS` days."""
    skip = history.grid.days - HISTORY_DAYS
    if skip <= 0:
        return history
    begin = int(history.grid.day_start[skip])
    grid = TimeGrid(history.grid.timezone, history.grid.dates[skip], HISTORY_DAYS, history.grid.step_min)
    measures = ("offered", "handled", "abandoned", "aht_s", "wait_s", "within_target")
    cut: dict[str, Any] = {name: getattr(history, name) for name in measures}
    cut = {name: None if values is None else values[:, begin:] for name, values in cut.items()}
    return replace(history, grid=grid, **cut)
