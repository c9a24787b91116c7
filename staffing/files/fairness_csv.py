"""fairness.csv: burdens, wishes and hours of every person as text."""

from staffing.files.cells import csv_text, safe_text, shown
from staffing.measures import BURDENS, person_fairness
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
)


def fairness_csv(plan: Plan) -> str:
    """One row for each person, then hours by queue as columns ``h_QUEUE``; agents by id, never by name."""
    queues = plan.problem.queues
    rows = []
    for person in person_fairness(plan):
        before, hours = dict(person.before), dict(person.queue_h)
        counts = [getattr(person, burden) for burden in BURDENS]
        counts += [before.get(burden, 0) for burden in BURDENS]
        counts += [person.wishes_asked, person.wishes_granted]
        figures = [person.paid_h, person.contract_min_h, person.contract_max_h]
        figures += [hours.get(queue, 0.0) for queue in queues]
        rows.append((safe_text(person.agent), *(str(count) for count in counts), *(shown(value) for value in figures)))
    return csv_text((*FIRST_COLUMNS, *(safe_text(f"h_{queue}") for queue in queues)), rows)
