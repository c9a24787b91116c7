"""The command `shifts`: a roster by whole shifts from an instance file."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from staffing.cli.common import (
    Exit,
    Json,
    Lang,
    Reproducible,
    Seed,
    TimeLimit,
    Workers,
    check_lang,
    check_table_target,
    emit,
    guarded,
    leave,
    say,
)
from staffing.cli.progress import SolveProgress
from staffing.cli.rostering import StopOnSignal
from staffing.i18n import text

if TYPE_CHECKING:
    from staffing.domain.result import Violation
    from staffing.domain.shift_cover import ShiftResult


@guarded
def shifts(
    instance: Annotated[Path, typer.Argument(help="Problem file: people, days, shifts, cover.", metavar="FILE")],
    out: Annotated[Path, typer.Option("--out", help="Folder to write into.")],
    time_limit: TimeLimit = 60.0,
    seed: Seed = 1,
    workers: Workers = 2,
    reproducible: Reproducible = False,
    as_json: Json = False,
    lang: Lang = "en",
) -> None:
    """Plan people by whole shifts and days: a roster, its cost, and a proven bound."""
    from staffing.audit.shift_cover import audit_shifts
    from staffing.files.shift_instance import read_shift_instance, write_shift_roster
    from staffing.solver.shiftwise import solve_shifts

    check_lang(lang)
    check_table_target(out)
    problem = read_shift_instance(instance)
    with StopOnSignal() as stop:
        result = solve_shifts(
            problem,
            time_limit_s=time_limit,
            seed=seed,
            workers=workers,
            reproducible=reproducible,
            on_event=SolveProgress(),
            should_stop=stop.asked,
        )
    broken = audit_shifts(problem, result.roster) if result.roster is not None else ()
    if result.roster is not None:
        write_shift_roster(out, problem, result)
    if as_json:
        emit(_record(result, len(broken)) | {"out": str(out) if result.roster is not None else None})
    else:
        _print(result, broken, problem.employees, lang)
        if result.roster is not None:
            say(text("cli.written", lang, out=out))
    if result.roster is None or broken:
        leave(Exit.NO_PLAN)


def _record(result: "ShiftResult", broken: int) -> dict[str, Any]:
    cost = result.cost
    parts = ("under", "over", "on_requests", "off_requests")
    return {
        "status": str(result.status),
        "stop_reason": str(result.stop_reason),
        "objective": result.objective,
        "bound": result.bound,
        "gap": result.gap,
        "violations": broken,
        "cost": {} if cost is None else {name: getattr(cost, name) for name in parts},
        "blocked": list(result.blocked),
    }


def _print(result: "ShiftResult", broken: tuple["Violation", ...], employees: tuple[str, ...], lang: str) -> None:
    typer.echo(f"{text(f'status.{result.status}', lang)} ({text(f'stop.{result.stop_reason}', lang)})")
    for name in result.blocked:
        typer.echo(text("cli.shifts_blocked", lang, employee=name))
    if result.cost is None:
        return
    typer.echo(text("cli.objective", lang, cost=f"{result.objective:,d}"))
    for part in ("under", "over", "on_requests", "off_requests"):
        typer.echo(f"  {text(f'cost.shift_{part}', lang):<28} {getattr(result.cost, part):>10,d}")
    if result.bound is None:
        typer.echo(text("cli.no_bound", lang))
    else:
        typer.echo(text("cli.shifts_bound", lang, bound=f"{result.bound:,d}", gap=f"{result.gap or 0.0:.2%}"))
    if not broken:
        typer.echo(text("cli.shifts_legal", lang))
    for fault in broken:
        who = employees[fault.agent] if fault.agent is not None else ""
        detail = ", ".join(f"{name} {value}" for name, value in fault.detail.items())
        typer.echo(f"{text(f'rule.{fault.rule}', lang)}: {who} {'' if fault.day is None else fault.day} {detail}")


COMMANDS = {"shifts": shifts}
