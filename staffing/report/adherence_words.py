"""Adherence after the fact in words and rows, for commands, pages and files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from staffing.domain.arrays import IntArray
from staffing.i18n import text
from staffing.measures.kpi import Adherence, AdherenceLine, AdherenceRules, KpiSheet, shown_groups
from staffing.measures.kpi.deviations import PATTERNS, kind_name
from staffing.report.kpi_words import NOTHING

HOURS = ("scheduled", "excused", "unexcused", "tolerated", "uncoded", "extra")
HEADS = ("adherence", "range", "adjusted", *HOURS, "days")


@dataclass(frozen=True, slots=True)
class WordTable:
    """A table ready to be read: heads and rows of as many cells."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class SpanLine:
    """One deviation of one person, ready to be read; `place` is its place among the spans."""

    place: int
    agent: str
    start: datetime
    end: datetime
    planned: str
    done: str
    pattern: str
    minutes: float


def share_words(value: float | None, lang: str) -> str:
    """A share in percent; words where there is none."""
    return text("kpi.no_data", lang) if value is None else f"{value:.1%}"


def line_cells(line: AdherenceLine, lang: str) -> tuple[str, ...]:
    """Cells of one group in the order of `HEADS`."""
    interval = NOTHING if line.low is None or line.high is None else f"{line.low:.1%} – {line.high:.1%}"
    hours = (f"{getattr(line, f'{name}_h'):,.1f}" for name in HOURS)
    few = f" ({text('kpi.few', lang)})" if line.few and line.adherence is not None else ""
    return (
        share_words(line.adherence, lang) + few,
        interval,
        share_words(line.adjusted, lang),
        *hours,
        f"{line.days:,}",
    )


def group_table(
    found: Adherence, groups: Sequence[AdherenceLine], lang: str, names: Mapping[str, str] | None = None
) -> WordTable:
    """Groups with their hours, then the total; `names` are shown in place of groups."""
    heads = (text(f"adherence.by.{found.by}", lang), *(text(f"adherence.head.{name}", lang) for name in HEADS))
    shown = names or {}
    rows = [
        (shown.get(line.group, line.group) or text("kpi.unassigned", lang), *line_cells(line, lang)) for line in groups
    ]
    return WordTable(heads, (*rows, (text("kpi.total", lang), *line_cells(found.total, lang))))


def reason_name(code: str, rules: AdherenceRules, lang: str) -> str:
    """Name of a reason: the centre's own, else the catalogue's."""
    return rules.own.get(code) or text(f"adherence.reason.{code}", lang)


def reasons_table(found: Adherence, lang: str) -> WordTable:
    """What was coded by reason, then what was not by pattern."""
    heads = tuple(text(f"adherence.head.{name}", lang) for name in ("reason", "counts", "hours", "count"))
    rows = [
        (
            reason_name(line.code, found.rules, lang),
            text("adherence.excused" if line.excused else "adherence.unexcused", lang),
            f"{line.hours:,.1f}",
            f"{line.count:,}",
        )
        for line in found.reasons
    ]
    rows += [
        (
            text(f"adherence.pattern.{line.code}", lang),
            text("adherence.uncoded", lang),
            f"{line.hours:,.1f}",
            f"{line.count:,}",
        )
        for line in found.patterns
    ]
    return WordTable(heads, tuple(rows))


def adherence_table(sheet: KpiSheet, lang: str) -> WordTable | None:
    """Adherence of the teams that are large enough to be shown to anybody; None without schedule and activity."""
    if sheet.adherence is None:
        return None
    groups = shown_groups(sheet.adherence, sheet.goals.min_people, sheet.people)
    return group_table(sheet.adherence, groups, lang)


def lost_table(sheet: KpiSheet, lang: str) -> WordTable:
    """Reasons and patterns of the whole centre; empty without schedule and activity."""
    return WordTable((), ()) if sheet.adherence is None else reasons_table(sheet.adherence, lang)


def span_lines(found: Adherence, zone: ZoneInfo, lang: str, places: IntArray) -> tuple[SpanLine, ...]:
    """Deviations in words, in the order of `places`; they name persons by id."""
    spans = found.spans
    return tuple(
        SpanLine(
            place=place,
            agent=found.agents[spans.agent[place]],
            start=datetime.fromtimestamp(int(spans.start_s[place]), zone),
            end=datetime.fromtimestamp(int(spans.end_s[place]), zone),
            planned=kind_words(int(spans.planned[place]), lang),
            done=kind_words(int(spans.done[place]), lang),
            pattern=text(f"adherence.pattern.{PATTERNS[spans.pattern[place]]}", lang),
            minutes=float(spans.seconds[place] - found.coded_s[place]) / 60,
        )
        for place in map(int, places)
    )


def kind_words(kind: int, lang: str) -> str:
    """Name of an activity; a dash for none."""
    name = kind_name(kind)
    return text(f"activity.{name}", lang) if name else NOTHING


def reason_names(rules: AdherenceRules, lang: str) -> dict[str, str]:
    """Names of all reasons by code."""
    return {code: reason_name(code, rules, lang) for code in rules.codes}
