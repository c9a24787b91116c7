"""What the printed file holds, as words: the same facts and texts as the printable page."""

from collections.abc import Iterator
from dataclasses import dataclass

from staffing.i18n import note_text, text
from staffing.measures import fairness, person_fairness, short_hours, worst_gaps
from staffing.measures.on_call import turn_rows
from staffing.plan import Plan
from staffing.report.html import NOTES_SHOWN
from staffing.report.judged import day_service, judged_lines
from staffing.report.on_call import hours, on_call_summary, summary_lines
from staffing.report.tables import MISSED, day_titles, percent, week_grid, whole

WEEK = 7


@dataclass(frozen=True, slots=True)
class Grid:
    """A table in words. `words` columns stand left, the others right; `widths` are shares of the page's width."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]
    words: int = 1
    note: str = ""


@dataclass(frozen=True, slots=True)
class Lines:
    """Sentences under a title, which may be blank."""

    title: str
    lines: tuple[str, ...]


def figures(plan: Plan, lang: str) -> tuple[tuple[str, str], ...]:
    """Name and value of the figures at the top."""
    result, short = plan.result, short_hours(plan)
    values = {
        "cost": f"{whole(result.objective)} {plan.scenario.centre.currency}",
        "bound": whole(result.bound),
        "gap": percent(result.gap_total),
        "required_h": whole(short.required_h),
        "short_h": f"{short.short_h:.1f} ({percent(short.short_share)})",
        "violations": str(len(plan.violations)),
    }
    return tuple((text(f"report.{name}", lang), value) for name, value in values.items())


def before_charts(plan: Plan, lang: str) -> Iterator[Grid | Lines]:
    """Service with its band, by day, in words, and the worst gaps."""
    if plan.verdict:
        yield _service(plan, lang)
        yield from _days(plan, lang)
        judged = judged_lines(plan, lang)
        if judged.worst:
            yield Lines("", judged.worst)
        if judged.fixes:
            yield Lines(text("report.fixes", lang), judged.fixes)
    if gaps := worst_gaps(plan):
        grid = plan.problem.grid
        rows = tuple(
            (
                gap.queue,
                f"{grid.local(gap.start):%m-%d %H:%M} – {grid.local(gap.end):%H:%M}",
                f"{gap.short_h:.2f}",
                percent(gap.expected_sl),
            )
            for gap in gaps
        )
        heads = _heads(lang, "queue", "when", "short_h", "expected")
        yield Grid(text("report.worst", lang), heads, rows, (0.25, 0.25, 0.12, 0.15), words=2)


def after_charts(plan: Plan, lang: str) -> Iterator[Grid | Lines]:
    """Cost, fairness, notes, the roster of each week, hours of every person, turns on call."""
    if plan.cost:
        rows = tuple((text(f"cost.{name}", lang), whole(value)) for name, value in plan.cost.components.items())
        yield Grid(text("report.cost_parts", lang), ("", ""), rows, (0.35, 0.12))
    if found := fairness(plan):
        line = text(
            "report.fairness_line",
            lang,
            weekend=f"{found.weekend_days.mean:.1f}",
            weekend_max=f"{found.weekend_days.high:.0f}",
            late=f"{found.late_shifts.mean:.1f}",
            late_max=f"{found.late_shifts.high:.0f}",
        )
        if found.wishes_granted is not None:
            line += " " + text("report.wishes_line", lang, share=f"{found.wishes_granted:.0%}")
        yield Lines(text("report.fairness", lang), (line,))
    notes = dict.fromkeys(note_text(note.code, note.params, lang) for note in plan.notes)
    if notes:
        yield Lines(text("report.notes", lang), tuple(notes)[:NOTES_SHOWN])
    yield from _weeks(plan, lang)
    yield from _hours(plan, lang)
    yield from _on_call(plan, lang)


def _service(plan: Plan, lang: str) -> Grid:
    assert plan.verdict is not None
    rows = []
    for row in plan.verdict.week():
        mark = "" if row.service_level is None else ("✓" if row.service_level >= row.target else MISSED)
        band = "–" if row.low95 is None else f"{percent(row.low95)} – {percent(row.high95)}"
        values = (row.probability, row.occupancy, row.abandonment)
        level = f"{percent(row.service_level)} {mark}".strip()
        rows.append((row.queue, whole(row.contacts), percent(row.target), level, band, *map(percent, values)))
    names = ("queue", "contacts", "target", "simulated", "band", "probability", "occupancy", "abandonment")
    note = text("report.service_note", lang, replications=plan.verdict.replications)
    widths = (0.2, 0.1, 0.09, 0.12, 0.17, 0.12, 0.1, 0.1)
    return Grid(text("report.service", lang), _heads(lang, *names), tuple(rows), widths, note=note)


def _days(plan: Plan, lang: str) -> Iterator[Grid]:
    """Service of each queue by day, a table for each week."""
    assert plan.verdict is not None
    service, titles = day_service(plan), day_titles(plan, lang)
    note = text("report.days_note", lang, all=percent(plan.verdict.probability_all))
    for first in range(0, len(titles) if service else 0, WEEK):
        rows = []
        for queue, row in service.items():
            cells = []
            for item in row[first : first + WEEK]:
                mark = f" {MISSED}" if item.is_short else ""
                chance = "" if item.probability is None else f" · {item.probability:.0%}"
                cells.append("–" if item.service_level is None else f"{percent(item.service_level)}{mark}{chance}")
            rows.append((queue, *cells))
        days = titles[first : first + WEEK]
        heads = (text("report.queue", lang), *days)
        widths = (0.16, *(0.12,) * len(days))
        yield Grid(text("report.days", lang), heads, tuple(rows), widths, note=note)


def _weeks(plan: Plan, lang: str) -> Iterator[Grid]:
    """Everybody's days, a table for each week."""
    titles, people = day_titles(plan, lang), week_grid(plan)
    heads = _heads(lang, "agent", "team")
    for first in range(0, len(titles), WEEK):
        days = titles[first : first + WEEK]
        rows = tuple(
            (
                row.agent.name or row.agent.id,
                row.agent.team,
                *(cell.label(lang) for cell in row.days[first : first + WEEK]),
            )
            for row in people
        )
        widths = (0.14, 0.09, *(0.11,) * len(days))
        yield Grid(text("report.week", lang), (*heads, *days), rows, widths, words=len(heads) + len(days))


def _hours(plan: Plan, lang: str) -> Iterator[Grid]:
    """Hours of every person against the contract."""
    names = _names(plan)
    rows = tuple(
        (
            names[row.agent],
            row.agent,
            str(row.shifts),
            *(f"{value:,.2f}" for value in (row.paid_h, row.contract_min_h, row.contract_max_h)),
            f"{row.balance_h:+,.2f}" if row.balance_h else "0",
        )
        for row in person_fairness(plan)
    )
    if rows:
        columns = ("shifts", "paid_h", "contract_min_h", "contract_max_h", "balance_h")
        heads = (*_heads(lang, "agent", "agent_id"), *(text(f"fairness.{name}", lang) for name in columns))
        widths = (0.2, 0.12, *(0.12,) * len(columns))
        yield Grid(text("pdf.hours", lang), heads, rows, widths, words=2)


def _on_call(plan: Plan, lang: str) -> Iterator[Grid | Lines]:
    """Who is on call when; an open place says so."""
    turns, summary = turn_rows(plan), on_call_summary(plan)
    if not turns or summary is None:
        return
    names = _names(plan)
    rows = tuple(
        (
            row["duty"],
            hours(row),
            names[row["agent"]] if row["agent"] else f"{text('on_call.open', lang)} {MISSED}",
            text(f"on_call.kind_{row['day']}", lang),
            str(row["response_min"]),
        )
        for row in turns
    )
    heads = _heads(lang, "duty", "when", "agent", "day_kind", "response_min")
    yield Grid(text("report.sheet.on_call", lang), heads, rows, (0.15, 0.25, 0.25, 0.15, 0.15), words=4)
    yield Lines("", tuple(summary_lines(summary, lang))[:NOTES_SHOWN])


def _names(plan: Plan) -> dict[str, str]:
    return {agent.id: agent.name or agent.id for agent in plan.problem.agents}


def _heads(lang: str, *names: str) -> tuple[str, ...]:
    return tuple(text(f"report.{name}", lang) for name in names)
