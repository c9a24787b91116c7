"""Who could fill a gap, and how burdens are shared, in rows and words."""

from collections import Counter
from datetime import datetime

import pandas as pd

from staffing.i18n import text
from staffing.measures import BURDENS, person_fairness
from staffing.measures.service import Gap
from staffing.plan import Plan
from staffing.planning import explain_gap
from staffing.report.explained import cost_words, filling_data, rule_words
from staffing.ui.words import Words


def gap_answer(plan: Plan, gap: Gap, words: Words) -> tuple[pd.DataFrame, str, int]:
    """The ranked people with what each would do and cost; who cannot, by rule; and how many could help in all."""
    data = filling_data(plan.problem, explain_gap(plan, gap.queue, gap.start, until=gap.end))
    names = {agent.id: agent.name or agent.id for agent in plan.problem.agents}
    rows = []
    for row in data["fillers"]:
        start, end = (datetime.fromisoformat(row[name]) for name in ("start", "end"))
        rows.append(
            {
                "agent": names[row["agent"]],
                "what": text(f"explain.kind_{row['kind']}", words.lang, date=row["date"], given_up=row["given_up"]),
                "shift": words.span(start, end),
                "filled": row["filled_h"],
                "left": row["short_h"],
                "total": round(row["total"]),
                "cost": cost_words(row["cost"], words.lang),
            }
        )
    counts = Counter(row["rule"] for row in data["refusals"])
    told = ", ".join(f"{rule_words((rule,), words.lang)} {count}" for rule, count in counts.most_common())
    return pd.DataFrame(rows), told, int(data["legal"])


def fairness_table(plan: Plan, words: Words, before: tuple[Plan, ...] = ()) -> pd.DataFrame:
    """Burdens, wishes and hours of every person; what was carried over is in columns of its own where there is any."""
    people = person_fairness(plan, before)
    names = {agent.id: agent.name or agent.id for agent in plan.problem.agents}
    carried = {burden for row in people for burden, _ in row.before}
    rows = []
    for row in people:
        cells: dict[str, object] = {words.term("fairness.agent"): names[row.agent]}
        for burden in BURDENS:
            head = words.term(f"fairness.{burden}")
            cells[head] = int(getattr(row, burden))
            if burden in carried:
                cells[f"{head} + {words.term('fairness.before_short')}"] = row.with_before(burden)
        cells[words.term("fairness.wishes")] = f"{row.wishes_granted}/{row.wishes_asked}" if row.wishes_asked else ""
        cells[words.term("fairness.paid_h")] = round(row.paid_h, 1)
        cells[words.term("fairness.contract_h")] = f"{row.contract_min_h:,.0f}–{row.contract_max_h:,.0f}"
        cells[words.term("fairness.balance_h")] = round(row.balance_h, 1)
        if before:
            asked, granted = row.wishes_asked_before, row.wishes_granted_before
            head = words.term("fairness.before_short")
            cells[f"{words.term('fairness.wishes')} + {head}"] = (
                f"{row.wishes_granted + granted}/{row.wishes_asked + asked}" if row.wishes_asked + asked else ""
            )
            cells[f"{words.term('fairness.paid_h')} + {head}"] = round(row.paid_h + row.paid_before_h, 1)
            cells[f"{words.term('fairness.balance_h')} + {head}"] = round(row.balance_h + row.balance_before_h, 1)
        cells |= {queue: round(dict(row.queue_h).get(queue, 0.0), 1) for queue in plan.problem.queues}
        rows.append(cells)
    return pd.DataFrame(rows)
