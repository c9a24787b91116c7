"""The command `surge`: one roster for several demand scenarios, compared with the present one in each."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from staffing.cli.common import (
    Exit,
    Json,
    Lang,
    PlanFolder,
    TimeLimit,
    Workers,
    check_lang,
    emit,
    guarded,
    leave,
    parse_day,
    say,
)
from staffing.cli.progress import SolveProgress
from staffing.cli.rostering import StopOnSignal
from staffing.errors import SettingsError
from staffing.i18n import text

if TYPE_CHECKING:
    from staffing.domain.scenario import WhatIf
    from staffing.planning.surge import Surge

WIDTH = 26


@guarded
def surge(
    plan_dir: PlanFolder,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder for the robust plan.")],
    scenario: Annotated[
        list[Path] | None, typer.Option("--scenario", metavar="FILE", help="Scenarios as TOML; may be repeated.")
    ] = None,
    holiday: Annotated[
        str | None,
        typer.Option("--holiday", metavar="FIRST/LAST", help="Three scenarios around a holiday on these days."),
    ] = None,
    before: Annotated[float, typer.Option("--before", help="--holiday: factor on the three days before.")] = 2.0,
    during: Annotated[float, typer.Option("--during", help="--holiday: factor on its days.")] = 0.3,
    absent: Annotated[
        float, typer.Option("--absent-share", min=0.0, max=0.7, help="--holiday: share of the staff away.")
    ] = 0.1,
    campaign: Annotated[
        str | None,
        typer.Option("--campaign", metavar="FIRST/LAST,FACTOR", help="Three scenarios of a campaign on these days."),
    ] = None,
    share: Annotated[
        float, typer.Option("--share", help="Share of the scenarios' weight in which the agents are enough.")
    ] = 0.9,
    today: Annotated[
        str | None, typer.Option("--today", metavar="DATE", help="Start of the notice window. Default: the first day.")
    ] = None,
    time_limit: TimeLimit = 30.0,
    replications: Annotated[
        int, typer.Option("--replications", min=0, help="Simulated horizons per scenario and roster.")
    ] = 50,
    workers: Workers = 2,
    as_json: Json = False,
    lang: Lang = "en",
) -> None:
    """Make a roster that is enough in most of several demand scenarios, and say what that costs."""
    from staffing.files import check_plan_target, read_plan, read_whatifs, write_plan
    from staffing.planning.surge import plan_surge
    from staffing.report import export_plan

    check_lang(lang)
    check_plan_target(out)
    asked = [one for path in scenario or [] for one in read_whatifs(path)]
    asked += _ready(holiday, before, during, absent, campaign)
    if not asked:
        raise SettingsError("there is no scenario to plan for, expected --scenario, --holiday or --campaign")
    plan = read_plan(plan_dir)
    with StopOnSignal() as stop:
        found = plan_surge(
            plan,
            asked,
            share=share,
            time_limit_s=time_limit,
            replications=replications,
            workers=workers,
            today=parse_day(today, "--today"),
            on_step=lambda name: say(text(f"cli.step.{name}", lang)),
            on_event=SolveProgress(),
            should_stop=stop.asked,
        )
    write_plan(found.plan, out, extras=lambda target: export_plan(found.plan, target, lang=lang))
    if as_json:
        emit({**surge_data(found), "out": str(out)})
    else:
        print_surge(found, lang)
        say(text("cli.written", lang, out=out))
    if not found.plan.is_legal:
        leave(Exit.NO_PLAN)


def _ready(holiday: str | None, before: float, during: float, absent: float, campaign: str | None) -> list[WhatIf]:
    """The scenarios of `--holiday` and `--campaign`."""
    from staffing.planning.surge import campaign_whatifs, holiday_whatifs

    found: list[WhatIf] = []
    try:
        if holiday is not None:
            found += holiday_whatifs(*_days(holiday, "--holiday"), before=before, during=during, absent=absent)
        if campaign is not None:
            days, _, factor = campaign.partition(",")
            try:
                number = float(factor)
            except ValueError:
                raise SettingsError(f"--campaign is {campaign!r}, expected FIRST/LAST,FACTOR") from None
            found += campaign_whatifs(*_days(days, "--campaign"), number)
    except ValueError as error:
        raise SettingsError(str(error)) from None
    return found


def _days(value: str, option: str) -> tuple[date, date]:
    first, _, last = value.partition("/")
    begin, end = parse_day(first, option), parse_day(last or first, option)
    assert begin is not None
    assert end is not None
    return begin, end


def surge_data(found: Surge) -> dict[str, Any]:
    """The comparison as plain values."""
    return {
        "share": found.share,
        "scenarios": [
            {
                "name": row.name,
                "likelihood": row.likelihood,
                "present": row.present.as_dict(),
                "robust": row.robust.as_dict(),
            }
            for row in found.rows
        ],
        "expected": {
            name: {"present": found.expected(name, robust=False), "robust": found.expected(name, robust=True)}
            for name in ("short_h", "wages", "cost", "probability_week", "probability_all", "service_floor")
        },
        "changed_days": found.rows[0].robust.changed_days,
        "changes": len(found.plan.replanned.changes) if found.plan.replanned else 0,
    }


def print_surge(found: Surge, lang: str) -> None:
    """The comparison on standard output."""
    typer.echo(text("cli.surge.head", lang, share=f"{found.share:.0%}"))
    typer.echo(text("cli.surge.columns", lang))
    for row in found.rows:
        cells = [_pair(getattr(row.present, name), getattr(row.robust, name), form) for name, form in FIGURES]
        typer.echo(f"{row.name[:WIDTH]:<{WIDTH}} {row.likelihood:>5.0%} " + " ".join(f"{cell:>17}" for cell in cells))
    cells = [_pair(found.expected(n, robust=False), found.expected(n, robust=True), form) for n, form in FIGURES]
    typer.echo(f"{text('cli.surge.expected', lang):<{WIDTH}} {1:>5.0%} " + " ".join(f"{cell:>17}" for cell in cells))
    changes = len(found.plan.replanned.changes) if found.plan.replanned else 0
    wages = (found.expected("wages", robust=True) or 0.0) - (found.expected("wages", robust=False) or 0.0)
    currency = found.plan.scenario.centre.currency
    typer.echo(text("cli.surge.price", lang, wages=f"{wages:+,.0f}", currency=currency, changes=changes))


FIGURES = (("short_h", ",.1f"), ("service_floor", ".1%"), ("probability_week", ".0%"), ("wages", ",.0f"))
"""What is printed of each roster, with its form."""


def _pair(present: float | None, robust: float | None, form: str) -> str:
    return " -> ".join("-" if value is None else format(value, form) for value in (present, robust))


COMMANDS = {"surge": surge}
