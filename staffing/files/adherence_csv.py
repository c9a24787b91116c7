"""Adherence as files: groups, reasons, and the deviations of persons for those who may see them."""

from datetime import datetime
from zoneinfo import ZoneInfo

from staffing.files.cells import csv_text, safe_text, shown
from staffing.measures.kpi import Adherence, AdherenceLine
from staffing.measures.kpi.deviations import PATTERNS, kind_name

GROUP_COLUMNS = (
    "by",
    "group",
    "people",
    "days",
    "scheduled_h",
    "kept_h",
    "excused_h",
    "unexcused_h",
    "tolerated_h",
    "uncoded_h",
    "extra_h",
    "adherence",
    "low95",
    "high95",
    "adjusted",
)
REASON_COLUMNS = ("kind", "code", "excused", "hours", "count")
SPAN_COLUMNS = ("agent", "start", "end", "minutes", "planned", "done", "pattern")
TOTAL = "total"


def adherence_csv(found: Adherence, groups: tuple[AdherenceLine, ...]) -> str:
    """The total, then the groups."""
    rows = []
    for by, line in ((TOTAL, found.total), *((found.by, line) for line in groups)):
        hours = (getattr(line, name) for name in GROUP_COLUMNS[4:11])
        shares = (line.adherence, line.low, line.high, line.adjusted)
        counts = (str(line.people), str(line.days))
        rows.append([by, safe_text(line.group), *counts, *(shown(value) for value in (*hours, *shares))])
    return csv_text(GROUP_COLUMNS, rows)


def adherence_reasons_csv(found: Adherence) -> str:
    """Hours by reason, then hours without one by pattern."""
    rows = [
        ["reason", line.code, str(line.excused).lower(), shown(line.hours), str(line.count)] for line in found.reasons
    ]
    rows += [["pattern", line.code, "", shown(line.hours), str(line.count)] for line in found.patterns]
    return csv_text(REASON_COLUMNS, rows)


def adherence_people_csv(found: Adherence, zone: ZoneInfo) -> str:
    """Deviations that ask for a reason, the longest first, with agents by id."""
    spans = found.spans
    rows = []
    for place in map(int, found.open_spans):
        start, end = (datetime.fromtimestamp(int(at[place]), zone) for at in (spans.start_s, spans.end_s))
        left_min = float(spans.seconds[place] - found.coded_s[place]) / 60
        rows.append(
            [
                safe_text(found.agents[spans.agent[place]]),
                start.isoformat(timespec="seconds"),
                end.isoformat(timespec="seconds"),
                shown(left_min),
                kind_name(int(spans.planned[place])),
                kind_name(int(spans.done[place])),
                PATTERNS[spans.pattern[place]],
            ]
        )
    return csv_text(SPAN_COLUMNS, rows)
