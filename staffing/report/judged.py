"""What the judge found, as rows and sentences of the printed report."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from staffing.domain.verdict import QueueVerdict
from staffing.i18n import text
from staffing.plan import Plan

WORST_SHOWN = 3


@dataclass(frozen=True, slots=True)
class JudgedLines:
    """Sentences about worst intervals and fixes."""

    worst: tuple[str, ...]
    fixes: tuple[str, ...]


def day_service(plan: Plan) -> dict[str, tuple[QueueVerdict, ...]]:
    """The judged days of each queue, in order of the days."""
    rows: dict[str, tuple[QueueVerdict, ...]] = {}
    for row in plan.verdict.days() if plan.verdict else ():
        rows[row.queue] = (*rows.get(row.queue, ()), row)
    return rows


def judged_lines(plan: Plan, lang: str) -> JudgedLines:
    """The worst intervals below their target (the nearest to it when none is), and the fixes."""
    if plan.verdict is None:
        return JudgedLines((), ())
    order = sorted(plan.verdict.worst, key=lambda item: item.service_level - item.target)
    below = [item for item in order if item.service_level < item.target]
    worst = tuple(
        text("report.worst_interval", lang, **worst_words(asdict(item), plan.requirement.grid.local(item.step), lang))
        for item in (below or order[:1])[:WORST_SHOWN]
    )
    grid = plan.problem.grid
    fixes = tuple(
        text("report.fix", lang, **fix_words(asdict(fix), grid.local(fix.start), grid.local(fix.end), lang))
        for fix in plan.verdict.fixes or ()
    )
    return JudgedLines(worst, fixes)


def worst_words(item: Mapping[str, Any], start: datetime, lang: str) -> dict[str, str]:
    """Figures of a worst interval as words of its sentence."""
    return {
        "queue": item["queue"],
        "when": _moment(start, lang),
        "level": f"{item['service_level']:.0%}",
        "target": f"{item['target']:.0%}",
    }


def fix_words(fix: Mapping[str, Any], start: datetime, end: datetime, lang: str, *, dash: str = "–") -> dict[str, str]:
    """Figures of a fix as words of its sentence."""
    return {
        "queue": fix["queue"],
        "when": f"{_moment(start, lang)}{dash}{end:%H:%M}",
        "before": f"{fix['service_before']:.1%}",
        "after": f"{fix['service_after']:.1%}",
        "chance_before": f"{fix['probability_before']:.0%}",
        "chance_after": f"{fix['probability_after']:.0%}",
        "cost": f"{fix['cost']:,.0f}",
    }


def _moment(when: datetime, lang: str) -> str:
    """Weekday, date and time of a moment, such as ``Mon 02-02 09:00``."""
    return f"{text(f'weekday.{when.weekday()}', lang)} {when:%m-%d %H:%M}"
