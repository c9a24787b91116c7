"""The jobs of the page Rules: looking for contradictions, and the price of every rule."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from staffing.store import Job
from staffing.ui.tasks import Report, keep_answer

Values = list[tuple[list[str | int], Any]]


def check(job: Job, report: Report, should_stop: Callable[[], bool]) -> Mapping[str, Any]:
    """Whether the centre's rules, with values not saved yet, can be kept together."""
    from staffing.files import read_centre
    from staffing.files.centre_write import candidate
    from staffing.files.model_faults import FILE
    from staffing.files.rule_values import with_values
    from staffing.planning.rule_check import check_rules
    from staffing.report.rule_checked import check_data

    order = job.payload
    folder = Path(str(order["centre"]))
    report.step("read")
    source = (folder / FILE).read_text(encoding="utf-8-sig")
    text = with_values(source, {tuple(path): value for path, value in order["values"]})
    with candidate(folder, {FILE: text.encode("utf-8")}) as copy:
        scenario = read_centre(copy)
    found = check_rules(
        scenario,
        first_day=None if order["first_day"] is None else date.fromisoformat(str(order["first_day"])),
        weeks=int(order["weeks"]),
        share=None if order["share"] is None else float(order["share"]),
        seconds=float(order["seconds"]),
        workers=int(order["workers"]),
        on_step=report.step,
        on_progress=report.part,
        should_stop=should_stop,
    )
    data = check_data(found.problem, found.findings, found.own)
    grid = found.problem.grid
    keep_answer(job, {**data, "first_day": str(grid.dates[0]), "last_day": str(grid.dates[-1])})
    return {"code": "ended", "kept": found.findings.kept, "conflicts": len(found.findings.conflicts)}


def prices(job: Job, report: Report, should_stop: Callable[[], bool]) -> Mapping[str, Any]:
    """What the roster on show could be without each rule."""
    from staffing.files import read_plan
    from staffing.planning import explain_rules

    order = job.payload
    report.step("read")
    plan = read_plan(Path(str(order["plan"])))
    rows = explain_rules(
        plan,
        seconds=float(order["seconds"]),
        workers=int(order["workers"]),
        on_rule=lambda rule, done, total: report.part("rules", done, total),
        should_stop=should_stop,
    )
    keep_answer(job, {"rows": [asdict(row) for row in rows], "currency": plan.scenario.centre.currency})
    return {"code": "ended", "rules": len(rows) - 1}
