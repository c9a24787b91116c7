"""Commands about demand: forecast, backtest, require."""

import math
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from staffing.cli.common import (
    Folder,
    From,
    Json,
    Lang,
    Method,
    Out,
    Probability,
    Seed,
    Weeks,
    Workers,
    check_lang,
    check_probability,
    check_table_target,
    emit,
    guarded,
    parse_day,
    say,
)
from staffing.cli.forecast_tables import print_explanation, print_scores
from staffing.cli.progress import counter
from staffing.errors import SettingsError
from staffing.i18n import note_text, text

if TYPE_CHECKING:
    from staffing.forecast import Score


@guarded
def forecast(
    folder: Folder,
    out: Out,
    first: From = None,
    weeks: Weeks = 1,
    actuals_file: Annotated[
        Path | None,
        typer.Option(
            "--actuals", help="Contacts of the first day so far (start, queue, offered): forecast the rest again."
        ),
    ] = None,
    explain: Annotated[
        str | None,
        typer.Option("--explain", metavar="QUEUE", help="Also tell what makes this queue's days and its events."),
    ] = None,
    seed: Seed = 1,
    workers: Workers = 2,
    as_json: Json = False,
    lang: Lang = "en",
) -> None:
    """Forecast contacts and handle time per queue and interval, with bands."""
    from staffing.files import read_actuals, read_centre, write_forecast
    from staffing.forecast import event_effects, explain_days
    from staffing.planning import make_forecast, plan_days, plan_table, update_forecast

    check_lang(lang)
    check_table_target(out)
    scenario = read_centre(folder, people=False)
    actuals = None if actuals_file is None else read_actuals(actuals_file, scenario.centre)
    asked = parse_day(first)
    if actuals is not None and asked is None:
        asked = actuals.grid.dates[-1]
    first_day, days = plan_days(scenario, asked, weeks)
    table, notes = plan_table(scenario, first_day, days)
    queues = [queue.id for queue in scenario.centre.queues]
    if explain is not None and explain not in queues:
        raise SettingsError(f"--explain is {explain!r}, expected one of {', '.join(queues)}")
    told = () if explain is None else explain_days(scenario, table, explain, first_day, days)
    learned = () if explain is None else event_effects(scenario, table, explain, first_day)
    say(text("cli.step.forecast", lang))
    tell = counter("cli.progress.queues", lang)
    result = make_forecast(scenario, table, first_day, days, seed=seed, workers=workers, progress=tell)
    if actuals is not None:
        result = update_forecast(scenario, table, result, actuals)
    write_forecast(out, result)
    for note in notes + scenario.notes + result.notes:
        say("- " + note_text(note.code, note.params, lang))
    totals = dict(zip(result.queues, (float(value) for value in result.volume.sum(axis=1)), strict=True))
    methods = dict(zip(result.queues, result.method, strict=True))
    known = [] if result.past_error is None else result.past_error.tolist()
    errors = {queue: None if math.isnan(error) else error for queue, error in zip(result.queues, known, strict=False)}
    if as_json:
        emit(
            {
                "status": "done",
                "out": str(out),
                "from": str(first_day),
                "volume": totals,
                "method": methods,
                "past_error": errors,
            }
            | ({} if explain is None else {"days": [asdict(d) for d in told], "events": [asdict(e) for e in learned]})
        )
        return
    for queue, volume in totals.items():
        error = errors.get(queue)
        typer.echo(f"{queue:<16} {volume:>12,.1f} {'' if error is None else f'{error:.1%}':>7}  {methods[queue]}")
    if explain is not None:
        print_explanation(explain, told, learned, lang)
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
    tell = counter("cli.progress.origins", lang)
    report = run_backtest(scenario, table, origins=origins, weeks=weeks, progress=tell)
    if as_json:
        rows, past = [_row(score) for score in report.scores], [asdict(day) for day in report.days]
        emit({"status": "done", "origins": list(report.origins), "rows": rows, "days": past})
        return
    print_scores(report, lang)


@guarded
def require(
    folder: Folder,
    out: Out,
    first: From = None,
    weeks: Weeks = 1,
    forecast_file: Annotated[
        Path | None, typer.Option("--forecast", help="Start from this forecast.csv instead of our own forecast.")
    ] = None,
    probability: Probability = None,
    method: Method = "mol",
    seed: Seed = 1,
    as_json: Json = False,
    lang: Lang = "en",
) -> None:
    """Turn volume into the agents needed per queue and interval."""
    from staffing.files import read_centre, read_forecast, write_forecast, write_requirement
    from staffing.planning import make_forecast, make_requirement, plan_days, plan_table

    check_lang(lang)
    check_table_target(out)
    chance = check_probability(probability)
    # Without people nothing is known of common skills; with them queues that share agents are planned together.
    scenario = read_centre(folder, people=(folder / "agents.csv").is_file())
    first_day, days = plan_days(scenario, parse_day(first), weeks)
    given = None if forecast_file is None else read_forecast(forecast_file, scenario.timed_centre)
    if given is not None:
        first_day, days = given.grid.first_day, given.grid.days
    table, notes = plan_table(scenario, first_day, days)
    if given is None:
        say(text("cli.step.forecast", lang))
        given = make_forecast(scenario, table, first_day, days, seed=seed)
    say(text("cli.step.requirement", lang))
    result = make_requirement(scenario, given, table, probability=chance, method=method)
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


def _row(score: "Score") -> dict[str, Any]:
    """A score for machines; what cannot be said is null."""
    return {
        name: None if isinstance(value, float) and math.isnan(value) else value for name, value in asdict(score).items()
    }


COMMANDS = {"forecast": forecast, "backtest": backtest, "require": require}
