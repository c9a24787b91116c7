"""Commands about rosters: plan, audit, simulate, export."""

import signal
from pathlib import Path
from typing import Annotated, Any

import typer

from staffing.cli.common import (
    Exit,
    Folder,
    From,
    Json,
    Lang,
    Method,
    Out,
    PlanFolder,
    Probability,
    Replications,
    Reproducible,
    Seed,
    TimeLimit,
    Weeks,
    Workers,
    check_lang,
    check_parts,
    check_probability,
    emit,
    guarded,
    leave,
    parse_day,
    say,
)
from staffing.cli.delivery import deliver, export_pdf, export_tables
from staffing.cli.progress import SolveProgress
from staffing.errors import SettingsError
from staffing.i18n import text


@guarded
def plan(
    folder: Folder,
    out: Out,
    first: From = None,
    weeks: Weeks = 1,
    time_limit: TimeLimit = 60.0,
    seed: Seed = 1,
    workers: Workers = 2,
    reproducible: Reproducible = False,
    replications: Replications = 100,
    floor: Annotated[
        float | None,
        typer.Option("--floor", min=0.0, max=1.0, help="Fail with 5 when simulated service / target is below."),
    ] = None,
    rounds: Annotated[
        int,
        typer.Option(
            "--rounds", min=0, max=10, help="Times that rows which fall short in simulation are raised. 0: never."
        ),
    ] = 2,
    probability: Probability = None,
    method: Method = "mol",
    training: Annotated[
        bool | None,
        typer.Option("--training/--no-training", help="Place sessions that are due. Default: as curricula.toml says."),
    ] = None,
    parts: Annotated[
        str,
        typer.Option("--parts", help="auto, whole, sites or weeks: how the search may cut the problem into parts."),
    ] = "auto",
    divide_slots: Annotated[
        bool,
        typer.Option(
            "--divide-slots",
            help="Shifts for routing by skill: an agent's slot may be divided among the queues they serve.",
        ),
    ] = False,
    requirement_dir: Annotated[
        Path | None, typer.Option("--requirement", help="Start from requirement.csv (and workload.csv) of this folder.")
    ] = None,
    as_json: Json = False,
    lang: Lang = "en",
) -> None:
    """Plan a centre from its history to a named, audited, simulated roster."""
    from staffing.files import check_plan_target, read_centre, read_requirement
    from staffing.plan import PlanSettings
    from staffing.planning import make_plan

    check_lang(lang)
    check_parts(parts)
    first_day = parse_day(first)
    check_plan_target(out)
    scenario = read_centre(folder)
    forecast, requirement = (
        (None, None) if requirement_dir is None else read_requirement(requirement_dir, scenario.timed_centre)
    )
    check_probability(probability)
    settings = PlanSettings(
        *(first_day, weeks, time_limit, seed, workers, reproducible, replications, floor, rounds, probability, method),
        training=training,
        parts=parts,
        divide_slots=divide_slots,
    )
    with StopOnSignal() as stop:
        result = make_plan(
            scenario,
            settings,
            forecast=forecast,
            requirement=requirement,
            on_step=lambda name: say(text(f"cli.step.{name}", lang)),
            on_event=SolveProgress(),
            should_stop=stop.asked,
        )
    deliver(result, out, lang=lang, as_json=as_json)


class StopOnSignal:
    """Interrupt or terminate once: stop the search and keep the best roster."""

    def __init__(self) -> None:
        self._asked = False
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> "StopOnSignal":
        for name in (signal.SIGTERM, signal.SIGINT):
            self._before[name] = signal.signal(name, self._take)
        return self

    def __exit__(self, *_: object) -> None:
        for name, handler in self._before.items():
            signal.signal(name, handler)

    def _take(self, *_: Any) -> None:
        if self._asked:
            raise KeyboardInterrupt
        self._asked = True

    def asked(self) -> bool:
        return self._asked


@guarded
def audit(
    plan_dir: PlanFolder,
    workbook: Annotated[
        Path | None,
        typer.Option("--workbook", metavar="FILE.xlsx", help="An exported workbook that was edited: what it changes."),
    ] = None,
    apply: Annotated[
        Path | None, typer.Option("--apply", metavar="DIR", help="Write the plan with the edited workbook here.")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Apply a workbook that was not written from this roster, too.")
    ] = False,
    as_json: Json = False,
    lang: Lang = "en",
) -> None:
    """Check the roster of a plan folder again, without a solver, and add up its cost; or that of an edited workbook."""
    from staffing.audit import audit_roster, roster_cost
    from staffing.audit.on_call import plan_faults
    from staffing.cli.audited import audit_workbook, print_audit, violation_rows
    from staffing.files import read_plan

    check_lang(lang)
    if apply is not None and workbook is None:
        raise SettingsError("--apply needs --workbook FILE.xlsx")
    stored = read_plan(plan_dir)
    if stored.roster is None:
        say(text("cli.no_roster", lang))
        leave(Exit.NO_PLAN)
    if workbook is not None:
        audit_workbook(stored, workbook, apply, force=force, as_json=as_json, lang=lang)
        return
    violations = audit_roster(stored.problem, stored.roster)
    violations += plan_faults(stored.problem, stored.roster, stored.on_call)
    cost = roster_cost(stored.problem, stored.roster)
    on_call = stored.on_call.cost.components if stored.on_call else {}
    rows = violation_rows(stored, violations)
    if as_json:
        emit({"violations": rows, "cost": dict(cost.components), "objective": cost.total, "on_call": dict(on_call)})
    else:
        print_audit(rows, cost, on_call, lang)
    if rows:
        leave(Exit.NO_PLAN)


@guarded
def simulate(
    plan_dir: PlanFolder,
    replications: Replications = 200,
    seed: Seed = 2,
    workers: Workers = 2,
    as_json: Json = False,
    lang: Lang = "en",
) -> None:
    """Judge the roster of a plan folder by simulation on fresh demand."""
    from staffing.cli.summary import print_verdict, verdict_summary
    from staffing.files import read_plan
    from staffing.planning.steps import FIXES, judge_plan

    check_lang(lang)
    stored = read_plan(plan_dir)
    if stored.roster is None:
        say(text("cli.no_roster", lang))
        leave(Exit.NO_PLAN)
    say(text("cli.step.simulation", lang))
    verdict = judge_plan(stored, stored.roster, replications=replications, seed=seed, workers=workers, fixes=FIXES)
    summary = verdict_summary(stored, verdict)
    if as_json:
        emit({"replications": replications, "seed": seed, **summary})
    else:
        print_verdict(summary, lang)


@guarded
def export(
    plan_dir: PlanFolder,
    out: Annotated[Path | None, typer.Option("--out", help="Folder for the files. Default: the plan folder.")] = None,
    pdf: Annotated[bool, typer.Option("--pdf", help="Write the report as report.pdf, too.")] = False,
    every: Annotated[
        bool, typer.Option("--all", help="Everything to hand out: with the PDF, calendars.zip and the tables as csv.")
    ] = False,
    lang: Lang = "en",
    as_json: Json = False,
) -> None:
    """Write the workbook, the calendars and the printable report of a plan folder again."""
    from staffing.files import read_plan
    from staffing.report import export_plan

    check_lang(lang)
    stored = read_plan(plan_dir)
    target = plan_dir if out is None else out
    target.mkdir(parents=True, exist_ok=True)
    export_plan(stored, target, lang=lang)
    if every:
        export_tables(stored, plan_dir, target, lang=lang)
    if pdf or every:
        export_pdf(stored, target / "report.pdf", lang=lang, as_json=as_json)
    if as_json:
        emit({"status": "done", "out": str(target)})
    say(text("cli.written", lang, out=target))


COMMANDS = {"plan": plan, "audit": audit, "simulate": simulate, "export": export}
