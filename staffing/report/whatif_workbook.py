"""Compared scenarios as a workbook: the comparison, the queues, what each scenario changes."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from staffing.domain.scenario import WhatIf
from staffing.i18n import text
from staffing.measures.whatif import Outcome
from staffing.report.whatif_words import change_words

HOURS, MONEY, SHARE, COUNT = "#,##0.0", "#,##0", "0.0%", "#,##0"
FIGURES = {
    "contacts": COUNT,
    "people": COUNT,
    "required_h": HOURS,
    "assigned_h": HOURS,
    "short_h": HOURS,
    "over_h": HOURS,
    "service_floor": SHARE,
    "probability_week": SHARE,
    "probability_all": SHARE,
    "cost": MONEY,
    "wages": MONEY,
    "violations": COUNT,
    "changed_days": COUNT,
}
"""Figures of a whole scenario in the order they are shown, with their format."""
QUEUE_FIGURES = {
    "contacts": COUNT,
    "required_h": HOURS,
    "short_h": HOURS,
    "target": SHARE,
    "service_level": SHARE,
    "low95": SHARE,
    "high95": SHARE,
    "probability": SHARE,
}


def write_whatifs(
    outcomes: Sequence[Outcome],
    whatifs: Mapping[str, WhatIf],
    path: Path,
    *,
    lang: str = "en",
    queue_names: Mapping[str, str] | None = None,
) -> None:
    """Write the workbook; texts stay texts, so that no name becomes a formula or a link.

    Parameters
    ----------
    outcomes : sequence of Outcome
        The baseline first.
    whatifs : mapping
        The scenarios by name.
    path : Path
    lang : str
    queue_names : mapping, optional
        Names of the queues by id.
    """
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(str(path), options)
    # A fixed date keeps the same figures the same file.
    book.set_properties({"title": text("whatif.sheet.title", lang), "created": datetime(2000, 1, 1)})
    head = book.add_format({"bold": True, "bg_color": "#F4F6F8", "bottom": 1, "text_wrap": True, "valign": "top"})
    names = queue_names or {}
    formats = {form: book.add_format({"num_format": form}) for form in (HOURS, MONEY, SHARE)}

    heads = [text("whatif.head.name", lang), text("whatif.head.kind", lang)]
    tab = _tab(book, "compare", lang, [*heads, *(text(f"whatif.head.{name}", lang) for name in FIGURES)], head)
    for row, outcome in enumerate(outcomes, start=1):
        tab.write_string(row, 0, outcome.name)
        tab.write_string(row, 1, text(f"whatif.kind.{outcome.kind}", lang))
        _numbers(tab, row, outcome, FIGURES, formats)

    heads = [text("whatif.head.name", lang), text("whatif.head.queue", lang)]
    tab = _tab(book, "queues", lang, [*heads, *(text(f"whatif.head.{name}", lang) for name in QUEUE_FIGURES)], head)
    rows = ((outcome, queue) for outcome in outcomes for queue in outcome.queues)
    for row, (outcome, queue) in enumerate(rows, start=1):
        tab.write_string(row, 0, outcome.name)
        tab.write_string(row, 1, names.get(queue.queue, queue.queue))
        _numbers(tab, row, queue, QUEUE_FIGURES, formats)

    tab = _tab(book, "changes", lang, [text("whatif.head.name", lang), text("whatif.head.changes", lang)], head)
    changed = [
        (outcome.name, line)
        for outcome in outcomes
        for line in change_words(whatifs.get(outcome.name, WhatIf("-")), lang, names)
    ]
    for row, (name, line) in enumerate(changed, start=1):
        tab.write_string(row, 0, name)
        tab.write_string(row, 1, line)
    tab.set_column(1, 1, 60)
    book.close()


def _numbers(tab: Any, row: int, owner: object, figures: Mapping[str, str], formats: Mapping[str, Any]) -> None:
    for column, (name, form) in enumerate(figures.items(), start=2):
        value = getattr(owner, name)
        if value is not None:
            tab.write_number(row, column, value, formats[form])


def _tab(book: Any, key: str, lang: str, heads: list[str], style: Any) -> Any:
    tab = book.add_worksheet(text(f"whatif.sheet.{key}", lang)[:31])
    for column, head in enumerate(heads):
        tab.write_string(0, column, head, style)
    tab.freeze_panes(1, 1)
    tab.set_column(0, 0, 28)
    tab.set_column(1, max(1, len(heads) - 1), 14)
    tab.set_landscape()
    tab.set_paper(9)
    tab.fit_to_pages(1, 0)
    return tab
