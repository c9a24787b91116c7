"""Compared scenarios as a CSV file: one row for each scenario as a whole and one for each of its queues."""

from collections.abc import Iterable, Iterator

from staffing.files.cells import csv_text, safe_text, shown
from staffing.measures.whatif import Outcome

WHATIF_COLUMNS = (
    "scenario",
    "kind",
    "queue",
    "contacts",
    "required_h",
    "assigned_h",
    "short_h",
    "over_h",
    "cost",
    "wages",
    "target",
    "service_level",
    "low95",
    "high95",
    "probability",
    "service_floor",
    "violations",
    "people",
    "changed_days",
)
WHOLE = "all"
"""Stands in the column `queue` of the rows of whole scenarios; their `probability` is of all queues on all days."""


def whatif_csv(outcomes: Iterable[Outcome]) -> str:
    """The figures of `outcomes` in their order; blank where there is none."""
    return csv_text(WHATIF_COLUMNS, (row for outcome in outcomes for row in _rows(outcome)))


def _rows(outcome: Outcome) -> Iterator[list[str]]:
    head = [safe_text(outcome.name), outcome.kind]
    hours = (outcome.contacts, outcome.required_h, outcome.assigned_h, outcome.short_h, outcome.over_h)
    chances = (outcome.probability_all, outcome.service_floor)
    counts = (outcome.violations, outcome.people, outcome.changed_days)
    figures = (*hours, outcome.cost, outcome.wages, None, None, None, None, *chances, *counts)
    yield [*head, WHOLE, *(shown(value) for value in figures)]
    for row in outcome.queues:
        own = (row.contacts, row.required_h, None, row.short_h, None, None, None)
        service = (row.target, row.service_level, row.low95, row.high95, row.probability)
        yield [*head, row.queue, *(shown(value) for value in (*own, *service, None, None, None, None))]
