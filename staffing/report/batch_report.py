"""The report of a batch for people: what became of each team, and what changes for whom. It holds names."""

from collections.abc import Mapping
from itertools import groupby
from typing import Any

from jinja2 import Environment, PackageLoader

from staffing.i18n import text
from staffing.measures.changes import change_rows
from staffing.plan import Plan
from staffing.report.batch_words import fault_words
from staffing.report.changed import reason_words

FILE = "report.html"


def render_batch(summary: Mapping[str, Any], plans: Mapping[str, Plan], when: str, *, lang: str = "en") -> str:
    """The report as HTML text; everything from data is escaped by the template engine.

    Parameters
    ----------
    summary : mapping
        As `staffing.batch.summary.batch_summary` gives it.
    plans : mapping
        Plans by team, of those whose changes are told.
    when : str
        When the batch ended.
    """
    environment = Environment(loader=PackageLoader("staffing.report"), autoescape=True, trim_blocks=True)
    environment.filters["percent"] = lambda value: "–" if value is None else f"{value:.1%}"
    environment.filters["whole"] = lambda value: "–" if value is None else f"{value:,.0f}"
    return environment.get_template("batch.html.jinja").render(
        _=lambda key, **params: text(key, lang, **params),
        lang=lang,
        when=when,
        summary=summary,
        teams=[{**row, "why": _why(row, lang)} for row in summary["teams"]],
        changed={team: people_changes(plan, lang) for team, plan in plans.items()},
    )


def people_changes(plan: Plan, lang: str) -> list[tuple[str, list[dict[str, Any]]]]:
    """Changed days by person, in the order of the staff: day, kind, hours before and after, price, reason."""
    names = {agent.id: agent.name or agent.id for agent in plan.scenario.agents}
    place = {ident: n for n, ident in enumerate(names)}
    rows = sorted(change_rows(plan), key=lambda row: (place[row["agent"]], row["date"]))
    return [
        (names[ident], [_line(row, lang) for row in found])
        for ident, found in groupby(rows, key=lambda row: row["agent"])
    ]


def _line(row: Mapping[str, Any], lang: str) -> dict[str, Any]:
    hours = {name: _clock(row, name, lang) for name in ("before", "after")}
    told = reason_words(row["reason"], row["saves"], row["detail"], lang)
    return {**hours, "day": row["date"], "kind": row["kind"], "price": row["price"], "reason": told}


def _clock(row: Mapping[str, Any], name: str, lang: str) -> str:
    start, end = row[f"{name}_start"], row[f"{name}_end"]
    return f"{start[11:16]}–{end[11:16]}" if start else text("change.day_off", lang)


def _why(row: Mapping[str, Any], lang: str) -> list[str]:
    """Why a plan was kept, which hard rules it breaks, or what is wrong with the input."""
    told = [text(f"ui.batch.unsafe.{code}", lang) for code in row["unsafe"]]
    if row.get("violations"):
        told += [text(f"rule.{rule}", lang) for rule in row.get("rules_broken", {})]
    return told + [fault_words(fault, lang) for fault in row["faults"]]
