"""What an audit tells: of the roster of a plan, and of an exported workbook that somebody edited."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from staffing.cli.common import Exit, emit, leave, say
from staffing.cli.delivery import deliver
from staffing.domain.result import RosterCost, Violation
from staffing.errors import SettingsError
from staffing.i18n import text
from staffing.plan import Plan

if TYPE_CHECKING:
    from staffing.files.changes import Change
    from staffing.files.roster_workbook import RosterUpload


def violation_rows(plan: Plan, violations: Iterable[Violation]) -> list[dict[str, Any]]:
    """Violations as data."""
    return [
        {
            "rule": row.rule,
            "severity": row.severity,
            "agent": None if row.agent is None else plan.problem.agents[row.agent].id,
            "date": None if row.day is None else str(plan.problem.grid.dates[row.day]),
            "detail": dict(row.detail),
        }
        for row in violations
    ]


def print_audit(rows: Sequence[Mapping[str, Any]], cost: RosterCost, on_call: Mapping[str, float], lang: str) -> None:
    """Broken rules and the parts of the cost as lines."""
    for row in rows:
        facts = ", ".join(f"{name} {value}" for name, value in row["detail"].items())
        rule = text("rule." + str(row["rule"]), lang)
        typer.echo(f"{rule}  {row['severity']}  {row['agent'] or '-'}  {row['date'] or '-'}  {facts}")
    for name, value in cost.components.items():
        typer.echo(f"{text('cost.' + name, lang):<28} {value:>14,.2f}")
    typer.echo(f"{text('cli.total', lang):<28} {cost.total:>14,.2f}")
    for name, value in on_call.items():
        typer.echo(f"{text('cost.' + name, lang):<28} {value:>14,.2f}")
    typer.echo(text("cli.violations", lang, count=len(rows)))


def audit_workbook(plan: Plan, file: Path, apply: Path | None, *, force: bool, as_json: bool, lang: str) -> None:
    """Tell what an edited workbook changes, costs and breaks; with `apply` write the plan with it there.

    Ends with 3 where nothing differs, with 5 where a rule is broken (if it is a hard one, nothing is written), with 6
    where a workbook that was not written from this roster is to be applied without `force`.
    """
    from staffing.files import check_plan_target
    from staffing.files.changes import cell_changes
    from staffing.planning.edits.keep import edited_plan

    assert plan.roster is not None
    if apply is not None:
        check_plan_target(apply)
    upload = _read(plan, file)
    if not upload.cells:
        if as_json:
            emit({"status": "nothing", "changes": []})
        say(text("cli.roster_file.same", lang, sheet=text("report.sheet.roster", lang)))
        leave(Exit.NOTHING)
    edited = edited_plan(plan, upload.roster)
    assert edited.cost is not None
    changes = cell_changes(plan.roster, upload.cells)
    facts = _facts(plan, edited, upload, changes)
    if not as_json:
        _print(facts, plan, changes, lang)
        print_audit(facts["violations"], edited.cost, facts["on_call"], lang)
    refused = apply is not None and (not edited.is_legal or not (upload.is_known or force))
    if not upload.is_known:
        say(text("cli.roster_file.unknown", lang))
    if refused:
        say(text(f"cli.roster_file.{'force' if edited.is_legal else 'illegal'}", lang))
    if apply is not None and not refused:
        deliver(edited, apply, lang=lang, as_json=as_json, more={"workbook": facts})
        return
    if as_json:
        emit({"status": "refused" if refused else "checked", **facts})
    if refused and edited.is_legal:
        leave(Exit.CONFLICT)
    if facts["violations"]:
        leave(Exit.NO_PLAN)


def _read(plan: Plan, file: Path) -> "RosterUpload":
    from staffing.files.faults import FaultLog
    from staffing.files.roster_workbook import read_roster_workbook
    from staffing.files.wizard.upload import check_size
    from staffing.report import roster_facts, sheet_words

    if not file.is_file():
        raise SettingsError(f"--workbook is {file}, expected a file such as roster.xlsx")
    assert plan.roster is not None
    check_size(file.name, file.stat().st_size, FaultLog())
    known = (plan.roster,)
    return read_roster_workbook(file.name, file.read_bytes(), plan.problem, known, roster_facts(plan), sheet_words())


def _facts(plan: Plan, edited: Plan, upload: "RosterUpload", changes: "Sequence[Change]") -> dict[str, Any]:
    assert edited.cost is not None
    return {
        "known": upload.is_known,
        "changes": [
            {"agent": row.agent, "date": row.date, "kind": row.kind, "before": row.before, "after": row.after}
            for row in changes
        ],
        "before": _before(plan),
        "violations": violation_rows(edited, edited.violations),
        "cost": dict(edited.cost.components),
        "objective": edited.cost.total,
        "on_call": dict(edited.on_call.cost.components) if edited.on_call else {},
    }


def _before(plan: Plan) -> dict[str, Any]:
    """Cost and broken rules of the roster as the plan has it, by the same audit."""
    from staffing.planning.edits import judge_edited

    assert plan.roster is not None
    judged = judge_edited(plan.problem, plan.roster, plan.on_call)
    return {"objective": judged.cost.total, **_counts(judged.violations)}


def _counts(violations: Iterable[Violation]) -> dict[str, int]:
    found = [row.severity for row in violations]
    return {"hard": found.count("hard"), "soft": found.count("soft")}


def _print(facts: Mapping[str, Any], plan: Plan, changes: "Sequence[Change]", lang: str) -> None:
    """Changed days person by person, then cost and broken rules before and after."""
    people = len({row.agent for row in changes})
    typer.echo(text("cli.roster_file.lead", lang, days=len(changes), people=people))
    for row in changes:
        hours = " → ".join(_hours(span, lang) for span in (row.before, row.after))
        typer.echo(f"{row.agent}  {row.date}  {text(f'ui.change.{row.kind}', lang)}  {hours}")
    before, after = facts["before"]["objective"], facts["objective"]
    told = {"before": f"{before:,.2f}", "after": f"{after:,.2f}", "change": f"{after - before:+,.2f}"}
    typer.echo(text("cli.roster_file.cost", lang, **told))
    severities = [row["severity"] for row in facts["violations"]]
    counts = {name: severities.count(name) for name in ("hard", "soft")}
    was = {f"{name}_before": facts["before"][name] for name in counts}
    typer.echo(text("cli.roster_file.broken", lang, **counts, **was))


def _hours(span: tuple[str, str] | None, lang: str) -> str:
    return text("change.day_off", lang) if span is None else f"{span[0][11:16]}-{span[1][11:16]}"
