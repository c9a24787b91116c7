"""The printable report: one file, no scripts, nothing fetched."""

from pathlib import Path

from jinja2 import Environment, PackageLoader
from markupsafe import Markup

from staffing.i18n import note_text, text
from staffing.measures import coverage, fairness, short_hours, worst_gaps
from staffing.measures.on_call import turn_rows
from staffing.plan import Plan
from staffing.report.judged import day_service, judged_lines
from staffing.report.on_call import hours
from staffing.report.tables import day_titles, percent, week_grid, whole

NOTES_SHOWN = 12


def write_report(plan: Plan, path: Path, *, lang: str = "en") -> None:
    """Write the report of a plan. Everything from data is escaped by the template engine."""
    path.write_text(render_report(plan, lang=lang), encoding="utf-8")


def render_report(plan: Plan, *, lang: str = "en") -> str:
    """The report as HTML text."""
    from staffing.report.charts import coverage_chart, gap_chart, to_svg  # drawing takes long to load

    table = coverage(plan)
    charts = {
        queue: Markup(to_svg(coverage_chart(table, queue, lang), f"queue{row}"))
        for row, queue in enumerate(table.queues)
    }
    environment = Environment(loader=PackageLoader("staffing.report"), autoescape=True, trim_blocks=True)
    environment.filters |= {"percent": percent, "whole": whole}
    notes = [note_text(note.code, note.params, lang) for note in plan.notes]
    return environment.get_template("report.html.jinja").render(
        _=lambda key, **params: text(key, lang, **params),
        lang=lang,
        plan=plan,
        centre=plan.scenario.centre,
        grid=plan.problem.grid,
        result=plan.result,
        hours=short_hours(plan),
        gaps=worst_gaps(plan),
        fairness=fairness(plan),
        verdict=plan.verdict.week() if plan.verdict else (),
        judged=judged_lines(plan, lang),
        service_days=day_service(plan),
        days=day_titles(plan, lang),
        rows=week_grid(plan),
        turns=turn_rows(plan),
        turn_hours=hours,
        names={agent.id: agent.name or agent.id for agent in plan.problem.agents},
        heat=Markup(to_svg(gap_chart(table, lang), "gap")),
        charts=charts,
        notes=list(dict.fromkeys(notes))[:NOTES_SHOWN],
    )
