"""The command `intraday`: the running day from its actuals, what is to come, and what to do about it now."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from staffing.cli.common import Exit, Json, Lang, PlanFolder, check_lang, emit, guarded, leave, parse_day, say
from staffing.errors import SettingsError
from staffing.i18n import text

if TYPE_CHECKING:
    from staffing.domain.calendar import DayTable
    from staffing.domain.centre import Scenario
    from staffing.plan import Plan
    from staffing.planning.intraday import IntradayPlan, IntradaySettings, Situation
    from staffing.planning.intraday.log import DayLog

SHOWN = 15


@guarded
def intraday(
    plan_dir: PlanFolder,
    actuals_file: Annotated[
        Path, typer.Option("--actuals", metavar="FILE", help="What came so far: start, queue, offered and more.")
    ],
    at: Annotated[
        str | None, typer.Option("--at", metavar="HH:MM", help="Now. Default: the end of the last interval that came.")
    ] = None,
    day: Annotated[
        str | None, typer.Option("--date", metavar="DATE", help="Day of the plan. Default: the last one that came.")
    ] = None,
    absent: Annotated[
        list[str] | None,
        typer.Option("--absent", metavar="AGENT[,START[/END]]", help="Not there: all day, or from time to time."),
    ] = None,
    late: Annotated[
        list[str] | None, typer.Option("--late", metavar="AGENT,HH:MM", help="Comes only then; repeatable.")
    ] = None,
    centre: Annotated[
        Path | None, typer.Option("--centre", metavar="DIR", help="Centre folder: its history tells of mornings.")
    ] = None,
    without: Annotated[
        list[str] | None, typer.Option("--without", metavar="KIND", help="A kind not to propose; repeatable.")
    ] = None,
    per_hour: Annotated[
        float | None, typer.Option("--per-hour", min=0.0, help="Worth of an agent-hour's contacts in time.")
    ] = None,
    notice: Annotated[int, typer.Option("--notice", min=0, help="Minutes of notice for people not at work.")] = 120,
    replications: Annotated[int, typer.Option("--replications", min=2, help="Simulated courses of the day.")] = 50,
    seed: Annotated[int, typer.Option("--seed", help="Seed of everything random.")] = 1,
    accept: Annotated[
        str | None, typer.Option("--accept", metavar="N,N", help="Numbers of proposals to take over, or: mix.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Write the plan with what was accepted there.")
    ] = None,
    as_json: Json = False,
    lang: Lang = "en",
) -> None:
    """Steer a running day: forecast its rest again, say what is to come, propose what to do, priced and ranked."""
    from staffing.files import check_plan_target, read_plan
    from staffing.files.actuals import read_day_actuals
    from staffing.planning.intraday import KINDS, IntradaySettings, intraday_data, read_situation, steer
    from staffing.planning.intraday.log import FILE, afterwards, read_log
    from staffing.planning.intraday.people import read_away

    check_lang(lang)
    unknown = [kind for kind in without or [] if kind not in KINDS]
    if unknown:
        raise SettingsError(f"--without is {unknown[0]!r}, expected one of {', '.join(KINDS)}")
    if (accept is None) != (out is None):
        raise SettingsError("--accept and --out go together: name the proposals and the folder of the new plan")
    if out is not None:
        check_plan_target(out)
    plan = read_plan(plan_dir)
    actuals = read_day_actuals(actuals_file, plan.scenario.centre)
    when = parse_day(day, "--date")
    say(text("cli.step.forecast", lang))
    bare = read_situation(plan, actuals, at=at, day=when)
    away = read_away(bare, absent or [], late or [])
    past = None if centre is None else _past(plan, centre)
    situation = read_situation(plan, actuals, at=at, day=when, away=away, past=past) if away or past else bare
    settings = IntradaySettings(
        kinds=tuple(kind for kind in KINDS if kind not in (without or [])),
        worth_per_h=per_hour,
        notice_min=notice,
        replications=replications,
        seed=seed,
    )
    answer = steer(situation, settings, on_step=lambda name: say(text(f"cli.intraday.step.{name}", lang)))
    data = intraday_data(situation, answer)
    log = read_log(plan_dir / FILE, situation.problem.grid.dates[situation.day])
    data["decisions"] = [asdict(one) for one in log.decisions]
    data["afterwards"] = [asdict(one) for one in afterwards(log, actuals)]
    if accept is not None and out is not None:
        data["accepted"] = _accept(plan, situation, answer, settings, accept, out, log, lang)
        data["out"] = str(out)
    if as_json:
        emit(data)
    else:
        _print(data, lang)
    if accept is not None and not data["accepted"]:
        leave(Exit.NOTHING)


def _past(plan: Plan, folder: Path) -> tuple[Scenario, DayTable]:
    """The centre's own history behind the plan's queues."""
    from dataclasses import replace

    from staffing.files import read_centre
    from staffing.planning import plan_table

    found = read_centre(folder, people=False)
    if set(plan.scenario.history.queues) - set(found.history.queues):
        raise SettingsError(f"--centre is {folder}, which is another centre than the plan's")
    scenario = replace(plan.scenario, history=found.history)
    grid = plan.forecast.grid
    return scenario, plan_table(scenario, grid.first_day, grid.days)[0]


def _accept(
    plan: Plan,
    situation: Situation,
    answer: IntradayPlan,
    settings: IntradaySettings,
    accept: str,
    out: Path,
    log: DayLog,
    lang: str,
) -> list[int]:
    """Write the plan with the proposals made, and what was decided and promised beside it."""
    from staffing.files import write_plan
    from staffing.planning.edits.keep import edited_plan
    from staffing.planning.intraday import accepted_roster
    from staffing.planning.intraday.answer import outlook_with
    from staffing.planning.intraday.log import ACCEPTED, FILE, decided, promised, with_more, write_log
    from staffing.report import export_plan

    roster, chosen = accepted_roster(situation, answer, _numbers(accept, answer))
    if not chosen:
        say(text("cli.intraday.nothing", lang))
        return []
    after = edited_plan(plan, roster)
    promises = promised(situation, outlook_with(situation, roster, settings))
    kept = with_more(log, decided(situation, chosen, ACCEPTED), promises)

    def extras(target: Path) -> None:
        export_plan(after, target, lang=lang)
        write_log(kept, target / FILE)

    write_plan(after, out, extras=extras)
    say(text("cli.written", lang, out=out))
    return [one.number for one in chosen]


def _numbers(accept: str, answer: IntradayPlan) -> list[int]:
    if accept.strip() == "mix":
        return [one.number for one in answer.mix]
    try:
        return [int(part) for part in accept.split(",") if part.strip()]
    except ValueError:
        raise SettingsError(f"--accept is {accept!r}, expected numbers of proposals such as 1,3 or: mix") from None


def _print(data: dict[str, Any], lang: str) -> None:
    clock = {name: str(data[name])[11:16] for name in ("at", "until")}
    typer.echo(text("cli.intraday.head", lang, date=data["date"], **clock))
    typer.echo(text("cli.intraday.columns", lang))
    for row in data["queues"]:
        left = "-" if row["left_over"] is None else f"{row['left_over']:.0f}"
        span = "-" if row["low80"] is None else f"{row['low80']:.0%}-{row['high80']:.0%}"
        typer.echo(
            f"{row['queue']:<14} {row['came']:>7.0f} {row['expected_so_far']:>8.0f} {row['factor']:>7.2f} "
            f"{row['contacts']:>7.0f} {_share(row['level']):>7} {span:>10} {_share(row['level_after']):>7} {left:>7}"
        )
    for row in data["dangers"]:
        names = ", ".join(one["agent"] for one in row["rescues"]) or "-"
        told = {"queue": row["queue"], "count": f"{row['contacts']:.0f}", "names": names}
        typer.echo(text("cli.intraday.danger", lang, start=row["start"][11:16], end=row["end"][11:16], **told))
    currency = data["currency"]
    typer.echo(
        text(
            "cli.intraday.mix", lang, count=len(data["mix"]["proposals"]), contacts=f"{data['mix']['contacts']:.0f}",
            price=f"{data['mix']['price']:,.0f}", currency=currency,
            before=f"{data['mix']['late_before']:.0f}", after=f"{data['mix']['late_after']:.0f}",
        )
    )  # fmt: skip
    for row in data["proposals"]:
        if not row["in_mix"] and row["number"] > len(data["mix"]["proposals"]) + SHOWN:
            break
        typer.echo(proposal_line(row, currency, lang))
    if data["missing"]:
        typer.echo(text("cli.levers.missing", lang))
    for row in data["missing"][:SHOWN]:
        typer.echo(f"{row['queue']:<14} {row['start'][11:16]}-{row['end'][11:16]}  {row['short_h']:.1f} h")
    for row in data["afterwards"]:
        told = {"queue": row["queue"], "since": row["since"][11:16], "until": row["until"][11:16]}
        typer.echo(
            text(
                "cli.intraday.afterwards", lang, expected=f"{row['expected']:.0f}", came=f"{row['came']:.0f}",
                said=_share(row["expected_level"]), level=_share(row["level"]), **told,
            )
        )  # fmt: skip


def proposal_line(row: dict[str, Any], currency: str, lang: str) -> str:
    """One proposal on one line."""
    mark = "*" if row["in_mix"] else " "
    way = f"{row['from_queue']} -> {row['queue']}" if row["from_queue"] else row["queue"]
    gain = text(
        "cli.intraday.gain", lang, contacts=f"{row['contacts']:+.1f}", saved=f"{row['saved']:+.1f}",
        price=f"{row['price']:,.0f}", currency=currency,
    )  # fmt: skip
    kind = text(f"intraday.kind.{row['kind']}", lang)
    when = f"{row['start'][11:16]}-{row['end'][11:16]}"
    return f"{row['number']:>3}{mark} {row['agent']:<8} {kind}: {when} [{way}]  {gain}"


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.1%}"


COMMANDS = {"intraday": intraday}
