"""The command capacity: whom to hire and train when, for months ahead."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from staffing.cli.common import (
    Exit,
    Folder,
    From,
    Json,
    Lang,
    Reproducible,
    Seed,
    Workers,
    check_lang,
    check_probability,
    check_table_target,
    emit,
    guarded,
    leave,
    parse_day,
    say,
)
from staffing.errors import SettingsError
from staffing.i18n import note_text, text

if TYPE_CHECKING:
    from staffing.capacity import CapacityPlan


@guarded
def capacity(
    folder: Folder,
    first: From = None,
    weeks: Annotated[int, typer.Option("--weeks", min=4, max=104, help="Weeks to plan.")] = 78,
    probability: Annotated[
        float | None,
        typer.Option("--probability", help="Chance of keeping each week's targets. Default: the folder's."),
    ] = None,
    attrition: Annotated[float, typer.Option("--attrition", min=0.0, help="What if: factor of all attrition.")] = 1.0,
    volume: Annotated[float, typer.Option("--volume", min=0.01, help="What if: factor of all volumes.")] = 1.0,
    overtime: Annotated[bool, typer.Option("--overtime/--no-overtime", help="Whether overtime may be used.")] = True,
    outside: Annotated[bool, typer.Option("--outside/--no-outside", help="Whether hours may be bought.")] = True,
    compare: Annotated[bool, typer.Option("--compare", help="Plan the usual what-ifs too, side by side.")] = False,
    time_limit: Annotated[float, typer.Option("--time-limit", min=1.0, help="Seconds to search for each plan.")] = 24.0,
    runs: Annotated[int, typer.Option("--runs", min=10, max=20_000, help="Simulated futures.")] = 1000,
    seed: Seed = 1,
    workers: Workers = 2,
    reproducible: Reproducible = False,
    out: Annotated[Path | None, typer.Option("--out", help="Folder for the tables.")] = None,
    as_json: Json = False,
    lang: Lang = "en",
) -> None:
    """Plan hiring classes, training and contracts over months, so that the targets are kept with a chosen chance."""
    from staffing.capacity import CapacitySettings
    from staffing.files import atomic_write, capacity_data, capacity_tables, read_capacity, read_centre
    from staffing.planning import SCENARIOS, WhatIf, compare_capacity, weekly_need

    check_lang(lang)
    check_probability(probability)
    if out is not None:
        check_table_target(out)
    scenario = read_centre(folder)
    if not scenario.agents:
        raise SettingsError(f"{folder} has no agents.csv; a capacity plan begins with the people there are")
    given = read_capacity(folder, scenario)
    settings = CapacitySettings(
        probability=given.probability if probability is None else probability,
        time_limit_s=time_limit,
        runs=runs,
        seed=seed,
        workers=workers,
        reproducible=reproducible,
    )
    say(text("capacity.step_need", lang))
    need = weekly_need(scenario, first_day=parse_day(first), weeks=weeks, seed=seed)
    own = WhatIf(attrition=attrition, volume=volume, overtime=overtime, outside=outside)
    changes = {"base": own, **{name: what for name, what in SCENARIOS.items() if compare and name != "base"}}
    plans = compare_capacity(
        given.case,
        need,
        settings,
        changes,
        on_step=lambda name: say(text("capacity.step_plan", lang, name=text(f"capacity.scenario.{name}", lang))),
    )
    plan = plans["base"]
    for note in given.notes:
        say("- " + note_text(note.code, note.params, lang))
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        for name, table in capacity_tables(plan).items():
            atomic_write(out / name, table)
        say(text("capacity.written", lang, folder=out))
    if as_json:
        emit(capacity_data(plan) | {"scenarios": {name: capacity_data(other) for name, other in plans.items()}})
    else:
        _print(plan, lang)
        if compare:
            _compare(plans, lang)
    if not plan.keeps:
        leave(Exit.NO_PLAN)


def _print(plan: CapacityPlan, lang: str) -> None:
    from staffing.capacity.summary import class_rows, month_rows

    asked, found = f"{plan.settings.probability:.0%}", f"{plan.lowest:.1%}"
    key = "capacity.keeps" if plan.keeps else "capacity.misses"
    typer.echo(text(key, lang, asked=asked, lowest=found, weeks=int(plan.reachable.sum()), runs=plan.settings.runs))
    missed = [str(day) for day, ok in zip(plan.need.starts, plan.reachable.tolist(), strict=True) if not ok]
    if missed:
        typer.echo(text("capacity.out_of_reach", lang, weeks=", ".join(missed)))
    typer.echo(
        text(
            "capacity.cost",
            lang,
            cost=f"{plan.judged.cost.mean():,.0f}",
            contact=f"{plan.judged.cost_per_contact:.2f}",
            gap=f"{plan.gap:.2%}",
            bound=f"{plan.chosen.bound:,.0f}",
        )
    )
    typer.echo(f"{text('capacity.classes', lang)}:")
    for row in class_rows(plan):
        kind = "capacity.move_line" if row.source else "capacity.class_line"
        shown = {name: getattr(row, name) for name in row.__slots__}
        typer.echo("  " + text(kind, lang, **shown))
    typer.echo(f"{text('capacity.budget', lang)}:")
    for month in month_rows(plan):
        parts = "; ".join(f"{text(f'capacity.cost.{name}', lang)} {value:,.0f}" for name, value in month.costs.items())
        typer.echo(f"  {month.month}: {month.total:,.0f} ({parts})")


def _compare(plans: dict[str, CapacityPlan], lang: str) -> None:
    typer.echo(f"{text('capacity.scenarios', lang)}:")
    for name, plan in plans.items():
        hired = sum(entry.count for entry in plan.entries if entry.source is None)
        typer.echo(
            "  "
            + text(
                "capacity.scenario_line",
                lang,
                name=text(f"capacity.scenario.{name}", lang),
                hired=hired,
                cost=f"{plan.judged.cost.mean():,.0f}",
                contact=f"{plan.judged.cost_per_contact:.2f}",
                lowest=f"{plan.lowest:.1%}",
            )
        )


COMMANDS = {"capacity": capacity}
"""The commands of this module by name."""
