"""A morning of the sample centre that is busier than anybody thought: what has come of Monday until 11:00."""

from datetime import datetime, time, timedelta

import numpy as np

from staffing.sample.hr_demand import STEP_MIN, STREAMS, day_shape, expected_day, open_span
from staffing.sample.hr_people import HORIZON
from staffing.sample.tables import Row

SURPRISE = 1.15
UNTIL = 11 * 60
COLUMNS = ("start", "queue", "offered", "handled", "aht_s", "within_target", "backlog")
IN_TIME = {"phone": 0.94, "chat": 0.95}
"""Share answered in time where customers wait."""
OVERNIGHT = {"email": 30, "ticket": 60, "recruitment": 4}
"""Contacts that waited at opening."""


def today_rows(rng: np.random.Generator) -> list[Row]:
    """Rows of ``today.csv``: every half hour of the first day of the plan until 11:00."""
    rows: list[Row] = []
    for stream in STREAMS:
        span = open_span(stream, HORIZON)
        if span is None:
            continue
        rate = expected_day(stream, HORIZON) * SURPRISE * day_shape(stream, HORIZON)
        left = OVERNIGHT.get(stream.queue, 0)
        for minute, mean in zip(range(span[0], span[1], STEP_MIN), rate, strict=True):
            if minute >= UNTIL:
                break
            offered = int(rng.poisson(mean))
            start = datetime.combine(HORIZON, time()) + timedelta(minutes=minute)
            aht_s = round(stream.aht_s * float(rng.normal(1.0, 0.7 / np.sqrt(max(offered, 1)))))
            if stream.queue in IN_TIME:
                handled = int(rng.binomial(offered, 0.98))
                in_time = int(rng.binomial(handled, IN_TIME[stream.queue]))
                rows.append((start, stream.queue, offered, handled, aht_s, in_time, None))
            else:
                handled = int(rng.binomial(offered + left, 0.45))
                left += offered - handled
                rows.append((start, stream.queue, offered, handled, aht_s, None, left))
    return sorted(rows, key=lambda row: (str(row[0]), [s.queue for s in STREAMS].index(str(row[1]))))
