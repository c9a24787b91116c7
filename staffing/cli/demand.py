"""Commands about demand: forecast, backtest, require, erlang."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from staffing.cli.common import (
    Folder,
    From,
    Json,
    Lang,
    Out,
    Seed,
    Weeks,
    check_lang,
    check_table_target,
    emit,
    guarded,
    parse_day,
    say,
)
from staffing.i18n import note_text, text


@guarded
def forecast(
    folder: Folder,
    out: Out,
    first: From = None,
    weeks: Weeks = 1,
    seed: Seed = 1,
    as_json: Json = False,
    lang: Lang = "en",
) -> None:
    """Forecast contacts and handle time per queue and interval, with bands."""
    from staffing.files import read_centre, write_forecast
    from staffing.planning import make_forecast, plan_days, plan_table

    check_lang(lang)
    check_table_target(out)
    scenario = read_centre(folder, people=False)
    first_day, days = plan_days(scenario, parse_day(first), weeks)
    table, notes = plan_table(scenario, first_day, days)
    say(text("cli.step.forecast", lang))
    result = make_forecast(scenario, table, first_day, days, seed=seed)
    write_forecast(out, result)
    for note in notes + scenario.notes + result.notes:
        say("- " + note_text(note.code, note.params, lang))
    totals = dict(zip(result.queues, (float(value) for value in result.volume.sum(axis=1)), strict=True))
    methods = dict(zip(result.queues, result.method, strict=True))
    if as_json:
        emit({"status": "done", "out": str(out), "from": str(first_day), "volume": totals, "method": methods})
        return
    for queue, volume in totals.items():
        typer.echo(f"{queue:<16} {volume:>12,.1f}  {methods[queue]}")
    say(text("cli.written", lang, out=out))


@guarded
def backtest(
    folder: Folder,
    origins: Annotated[int, typer.Option("--origins", min=1, max=60, help="Past days to forecast from.")] = 6,
    weeks: Weeks = 1,
    as_json: Json = False,
    lang: Lang = "en",
) -> None:
    """Forecast the past as if it were unknown, and score it beside the mean of the last four weeks."""
    from staffing.files import read_centre
    from staffing.forecast import backtest as run_backtest
    from staffing.planning import plan_table

    check_lang(lang)
    scenario = read_centre(folder, people=False)
    last = scenario.history.grid.dates[-1]
    table, _ = plan_table(scenario, last, 1)
    say(text("cli.step.backtest", lang))
    report = run_backtest(scenario, table, origins=origins, weeks=weeks)
    rows = [asdict(row) for row in report.scores]
    if as_json:
        emit({"status": "done", "rows": rows})
        return
    _print_table(rows)


@guarded
def require(
    folder: Folder,
    out: Out,
    first: From = None,
    weeks: Weeks = 1,
    forecast_file: Annotated[
        Path | None, typer.Option("--forecast", help="Start from this forecast.csv instead of our own forecast.")
    ] = None,
    seed: Seed = 1,
    as_json: Json = False,
    lang: Lang = "en",
) -> None:
    """Turn volume into the agents needed per queue and interval."""
    from staffing.files import read_centre, read_forecast, write_forecast, write_requirement
    from staffing.planning import make_forecast, make_requirement, plan_days, plan_table

    check_lang(lang)
    check_table_target(out)
    scenario = read_centre(folder, people=False)
    first_day, days = plan_days(scenario, parse_day(first), weeks)
    given = None if forecast_file is None else read_forecast(forecast_file, scenario.timed_centre)
    if given is not None:
        first_day, days = given.grid.first_day, given.grid.days
    table, notes = plan_table(scenario, first_day, days)
    if given is None:
        say(text("cli.step.forecast", lang))
        given = make_forecast(scenario, table, first_day, days, seed=seed)
    say(text("cli.step.requirement", lang))
    result = make_requirement(scenario, given, table)
    write_forecast(out, given)
    write_requirement(out, result)
    for note in notes + scenario.notes + result.notes:
        say("- " + note_text(note.code, note.params, lang))
    hours = {
        queue: {"net_h": float(net), "gross_h": float(gross), "method": method}
        for queue, net, gross, method in zip(
            result.queues,
            result.agents.sum(axis=1) * result.grid.step_h,
            result.agents_gross.sum(axis=1) * result.grid.step_h,
            result.method,
            strict=True,
        )
    }
    if as_json:
        emit({"status": "done", "out": str(out), "from": str(first_day), "queues": hours})
        return
    for queue, row in hours.items():
        typer.echo(f"{queue:<16} {row['net_h']:>10,.1f} h  {row['gross_h']:>10,.1f} h  {row['method']}")
    say(text("cli.written", lang, out=out))


@guarded
def erlang(
    volume: Annotated[float, typer.Option("--volume", min=0.0, help="Contacts per interval.")],
    aht_s: Annotated[float, typer.Option("--aht-s", min=0.1, help="Mean handle time in seconds.")],
    interval_min: Annotated[float, typer.Option("--interval-min", min=1.0, help="Minutes of the interval.")] = 30.0,
    service_level: Annotated[float, typer.Option("--service-level", help="Share answered in time, 0..1.")] = 0.8,
    within_s: Annotated[float, typer.Option("--within-s", min=0.0, help="Seconds to answer in.")] = 20.0,
    kind: Annotated[str, typer.Option("--kind", help="offered, net, any or answered.")] = "offered",
    patience_s: Annotated[
        float | None, typer.Option("--patience-s", min=0.1, help="Mean patience (Erlang A); none: Erlang C.")
    ] = None,
    max_occupancy: Annotated[
        float | None, typer.Option("--max-occupancy", min=0.01, max=1.0, help="Cap on occupancy, 0..1.")
    ] = None,
    agents: Annotated[int | None, typer.Option("--agents", min=0, help="Show the crews around this one.")] = None,
    as_json: Json = False,
    lang: Lang = "en",
) -> None:
    """Calculator: agents for a target, and what one agent more or less does."""
    from staffing.cli.calculator import crew_table
    from staffing.domain.queue import AnswerTarget
    from staffing.errors import SettingsError

    check_lang(lang)
    try:
        target = AnswerTarget(service_level, within_s, kind)
    except ValueError as error:
        raise SettingsError(str(error)) from None
    needed, rows = crew_table(volume, interval_min, aht_s, target, patience_s, max_occupancy, agents)
    if as_json:
        emit(
            {
                "status": "done",
                "required_agents": needed,
                "load_erl": volume * aht_s / interval_min / 60,
                "crews": [asdict(row) for row in rows],
            }
        )
        return
    typer.echo(text("cli.erlang_needed", lang, agents=needed, load=f"{volume * aht_s / interval_min / 60:.2f}"))
    typer.echo(text("cli.erlang_header", lang))
    for row in rows:
        mark = "*" if row.agents == needed else " "
        typer.echo(
            f"{mark}{row.agents:>6} {row.service_level:>9.1%} {row.asa_s:>9.1f} {row.occupancy:>9.1%} "
            f"{row.abandon_rate:>9.1%} {row.waiting_probability:>9.1%}"
        )


def _print_table(rows: list[dict[str, Any]]) -> None:
    """Columns of a list of equal rows, numbers with three decimals."""
    if not rows:
        return
    names = list(rows[0])
    shown = [[f"{row[name]:.3f}" if isinstance(row[name], float) else str(row[name]) for name in names] for row in rows]
    widths = [max(len(name), *(len(row[i]) for row in shown)) for i, name in enumerate(names)]
    for cells in (names, *shown):
        typer.echo("  ".join(cell.rjust(width) for cell, width in zip(cells, widths, strict=True)))


COMMANDS = {"forecast": forecast, "backtest": backtest, "require": require, "erlang": erlang}
