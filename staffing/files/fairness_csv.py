"""fairness.csv: burdens, wishes and hours of every person as text."""

from collections.abc import Sequence

from staffing.files.cells import csv_text, safe_text, shown
from staffing.measures import BURDENS, PersonFairness, period_fairness, person_fairness
from staffing.plan import Plan

FAIRNESS = "fairness.csv"
FIRST_COLUMNS = (
    "agent",
    *BURDENS,
    *(f"{burden}_before" for burden in BURDENS),
    "wishes_asked",
    "wishes_granted",
    "paid_h",
    "contract_min_h",
    "contract_max_h",
    "balance_h",
    "paid_before_h",
    "balance_before_h",
    "wishes_asked_before",
    "wishes_granted_before",
)


def fairness_csv(plan: Plan) -> str:
    """One row for each person, then hours by queue as columns ``h_QUEUE``; agents by id, never by name."""
    queues = plan.problem.queues
    rows = [_cells(person, queues) for person in person_fairness(plan)]
    return csv_text((*FIRST_COLUMNS, *(safe_text(f"h_{queue}") for queue in queues)), rows)


def periods_csv(plan: Plan, before: Sequence[Plan]) -> str:
    """One row for each period and person: ``from`` and ``to``, then the columns of `fairness_csv`."""
    queues = tuple(dict.fromkeys(queue for one in (*before, plan) for queue in one.problem.queues))
    rows = [
        (str(period.first), str(period.last), *_cells(person, queues))
        for period in period_fairness(plan, before)
        for person in period.people
    ]
    return csv_text(("from", "to", *FIRST_COLUMNS, *(safe_text(f"h_{queue}") for queue in queues)), rows)


def _cells(person: PersonFairness, queues: Sequence[str]) -> tuple[str, ...]:
    before, hours = dict(person.before), dict(person.queue_h)
    counts = [getattr(person, burden) for burden in BURDENS]
    counts += [before.get(burden, 0) for burden in BURDENS]
    counts += [person.wishes_asked, person.wishes_granted]
    figures = [person.paid_h, person.contract_min_h, person.contract_max_h, person.balance_h]
    figures += [person.paid_before_h, person.balance_before_h]
    wishes = (str(person.wishes_asked_before), str(person.wishes_granted_before))
    return (
        safe_text(person.agent),
        *(str(count) for count in counts),
        *(shown(value) for value in figures),
        *wishes,
        *(shown(hours.get(queue, 0.0)) for queue in queues),
    )
