"""Tables of the running day: queues from now on, proposals, decisions and what happened since."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd

from staffing.plan import Plan
from staffing.planning.intraday import IntradayPlan, Situation
from staffing.planning.intraday.log import Afterwards, Decision
from staffing.ui.facts.frames import forecast_frame
from staffing.ui.words import NOTHING, Words


def clock(iso: str) -> str:
    """Time of day of a moment as ISO text."""
    return iso[11:16]


def queue_table(data: Mapping[str, Any], names: Mapping[str, str]) -> pd.DataFrame:
    """One row for each queue with anything to come or come; shares as per cent."""
    rows = []
    for row in data["queues"]:
        if row["contacts"] <= 0 and row["came"] <= 0 and not row["left_over"]:
            continue
        span = NOTHING if row["low80"] is None else f"{row['low80']:.0%}–{row['high80']:.0%}"
        rows.append(
            {
                "queue": names.get(row["queue"], row["queue"]),
                "came": row["came"],
                "change": 100 * (row["came"] / row["expected_so_far"] - 1) if row["expected_so_far"] else None,
                "factor": 100 * (row["factor"] - 1),
                "target": 100 * row["target"],
                "level": None if row["level"] is None else 100 * row["level"],
                "range": span,
                "level_after": None if row["level_after"] is None else 100 * row["level_after"],
                "left": row["left_over"],
            }
        )
    return pd.DataFrame(rows)


def volume_frame(situation: Situation, plan: Plan, queue: str, steps: range) -> pd.DataFrame:
    """The rest of the day with its range, the plan as `base`, and what `came`."""
    frame = forecast_frame(situation.plan.forecast, queue, steps)
    row = plan.forecast.queues.index(queue)
    frame["base"] = plan.forecast.volume[row, steps.start : steps.stop].round(2)
    frame["came"] = situation.came[row, steps.start : steps.stop]
    return frame


def service_frame(situation: Situation, answer: IntradayPlan, queue: str, steps: range, words: Words) -> pd.DataFrame:
    """Share in time by interval from now on, as things stand and with the mix: one row for each mark."""
    grid = situation.plan.forecast.grid
    first = int(grid.day_start[situation.day])
    parts = []
    for name, outlooks in (("level_now", answer.before), ("level_then", answer.after)):
        levels = next(row.by_step for row in outlooks if row.queue == queue)
        for step in steps:
            place = step - first
            if 0 <= place < len(levels) and np.isfinite(levels[place]):
                moment = grid.local(step)
                hour = (grid.epoch_s(step) - grid.start_epoch_s) / 3600
                parts.append(
                    {
                        "hour": hour,
                        "time": f"{moment:%H:%M}",
                        "level": float(levels[place]),
                        "name": words(f"intraday.{name}"),
                    }
                )
    return pd.DataFrame(parts, columns=["hour", "time", "level", "name"])


def proposal_table(
    rows: Sequence[Mapping[str, Any]], people: Mapping[str, str], queues: Mapping[str, str], words: Words
) -> pd.DataFrame:
    """Proposals in their order; those of the mix are ticked."""

    def way(row: Mapping[str, Any]) -> str:
        ends = [queues.get(row[name], row[name]) for name in ("from_queue", "queue") if row[name]]
        return " → ".join(ends) or NOTHING

    return pd.DataFrame(
        [
            {
                "tick": bool(row["in_mix"]),
                "number": row["number"],
                "who": people.get(row["agent"], row["agent"]),
                "what": words.term(f"intraday.kind.{row['kind']}"),
                "when": f"{clock(row['start'])}–{clock(row['end'])}",
                "where": way(row),
                "contacts": round(row["contacts"], 1),
                "saved": round(row["saved"], 1),
                "price": round(row["price"]),
                "why": words.term(f"intraday.reason.{row['reason']}"),
                "before": row["before"].replace("-", "–") or NOTHING,
                "after": row["after"].replace("-", "–") or NOTHING,
            }
            for row in rows
        ]
    )


def decision_table(decisions: Sequence[Decision], people: Mapping[str, str], words: Words) -> pd.DataFrame:
    """What was accepted and dismissed today, the newest first."""
    return pd.DataFrame(
        [
            {
                words("intraday.at"): clock(one.at),
                words("intraday.column_decision"): words(f"intraday.decision_{one.decision}"),
                words("intraday.column_who"): people.get(one.agent, one.agent),
                words("intraday.column_what"): words.term(f"intraday.kind.{one.kind}"),
                words("intraday.column_when"): f"{clock(one.start)}–{clock(one.end)}",
                words("intraday.column_contacts"): one.contacts,
                words("intraday.column_saved"): one.saved,
            }
            for one in reversed(decisions)
        ]
    )


def afterwards_table(rows: Sequence[Afterwards], queues: Mapping[str, str], words: Words) -> pd.DataFrame:
    """What was promised and what came, by queue."""
    return pd.DataFrame(
        [
            {
                words("column.queue"): queues.get(row.queue, row.queue),
                words("intraday.since"): f"{datetime.fromisoformat(row.since):%H:%M}",
                words("intraday.until"): f"{datetime.fromisoformat(row.until):%H:%M}",
                words("intraday.column_expected"): round(row.expected),
                words("intraday.column_came"): round(row.came),
                words("intraday.promised"): words.percent(row.expected_level),
                words("intraday.told"): words.percent(row.level),
            }
            for row in rows
        ]
    )
