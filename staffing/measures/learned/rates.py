"""Rates of events: shares of contacts that become other work, and the patience of those who wait."""

from dataclasses import replace

import numpy as np

from staffing.domain.arrays import BoolArray
from staffing.measures.kpi.records import Records, Rows
from staffing.measures.learned.estimate import Estimate, rate

MIN_ESCALATED = 20
"""Contacts of derived work from which its share is looked at."""
MIN_LEFT = 30
"""People who left from which patience is looked at."""
COUNTS = (("intervals", "offered"), ("tickets", None), ("handled", "contacts"))
"""Tables that count contacts, the best first, with the column; None: each row is one."""


def escalated_share(records: Records, source: int, derived: int) -> Estimate | None:
    """Contacts of a derived queue for each contact of its source, both counted by the same table.

    Contacts of days on which no derived work is recorded belong to the next day on which some is: the calls of a
    weekend become the cases of Monday.

    Parameters
    ----------
    records : Records
    source, derived : int
        Positions of the queues.

    Returns
    -------
    Estimate or None
        None where no table knows both queues.
    """
    for table, column in COUNTS:
        rows = records.rows(table)
        if rows is None:
            continue
        count = np.ones(len(rows)) if column is None else rows[column]
        known = np.isfinite(count)
        of_source, of_derived = known & (rows.queue == source), known & (rows.queue == derived)
        if of_source.any() and of_derived.any():
            return _share(rows, count, of_source, of_derived)
    return None


def _share(rows: Rows, count: np.ndarray, of_source: BoolArray, of_derived: BoolArray) -> Estimate | None:
    first, last = rows.day[of_source].min(), rows.day[of_source].max()
    of_derived = of_derived & (rows.day >= first) & (rows.day <= last)
    days = np.unique(rows.day[of_derived])
    if not len(days):
        return None
    both = of_source | of_derived
    unit = np.minimum(np.searchsorted(days, rows.day[both]), len(days) - 1)
    return rate(np.where(of_derived, count, 0.0)[both], np.where(of_source, count, 0.0)[both], unit)


def patience_s(records: Records, queue: int) -> Estimate | None:
    """Mean patience in seconds of a queue; None where waits of those who left, or anybody who left, are not recorded.

    Patience is exponential, and whoever is answered would have waited longer: the sum of all waits divided by the
    number who left (maximum likelihood under censoring; Mandelbaum and Zeltyn 2007).
    """
    rows = records.rows("intervals")
    if rows is None:
        return None
    waited = rows["wait_s"] + rows["abandon_wait_s"]
    known = (rows.queue == queue) & np.isfinite(waited) & np.isfinite(rows["abandoned"])
    found = rate(rows["abandoned"][known], waited[known], rows.day[known])
    if found is None:
        return None
    return replace(found, value=1 / found.value, low=1 / found.high, high=1 / found.low)


def has_left(records: Records, queue: int) -> bool:
    """Whether anybody is recorded to have left a queue unanswered."""
    rows = records.rows("intervals")
    return rows is not None and bool(np.nansum(rows["abandoned"][rows.queue == queue]) > 0)
