"""Is what history.csv says possible? Handle times, volumes, parts against wholes."""

import numpy as np
import pandas as pd

from staffing.domain.arrays import IntArray
from staffing.files.faults import FaultLog
from staffing.files.history import FILE, HistoryRows

AHT_MIN_S, AHT_MAX_S = 5.0, 4 * 3600.0
ABSURD_FACTOR = 50.0
DAY_TOLERANCE = 0.01
TOTAL_STEPS = 20
"""Steps with work in which a queue must equal the sum of the others before it is called their total."""
TOTAL_SHARE = 0.95


def check_history(rows: HistoryRows, log: FaultLog) -> None:
    """Report what cannot be; handle times of nothing handled become unknown."""
    if "aht_s" in rows.values:
        _handle_times(rows, log)
    _absurd_volumes(rows, log)
    if "abandoned" in rows.values:
        over = np.flatnonzero(rows.values["abandoned"] > rows.values["offered"])
        for row in over:
            log.add(
                "abandoned_over_offered",
                FILE,
                row=int(rows.line[row]),
                column="abandoned",
                value=f"{rows.values['abandoned'][row]:g}",
                expected=f"<= {rows.values['offered'][row]:g}",
            )
    _whole_days(rows, "handled", "handled_over_offered", log)
    _whole_days(rows, "within_target", "within_target_over_offered", log)
    _totals(rows, log)


def _handle_times(rows: HistoryRows, log: FaultLog) -> None:
    aht = rows.values["aht_s"]
    handled = rows.values.get("handled", np.full(len(aht), np.nan))
    # A mean over nothing handled is no handle time, whatever the export writes there.
    aht = np.where((handled == 0) | ((aht == 0) & ~(handled > 0)), np.nan, aht)
    rows.values["aht_s"] = aht
    known = aht[np.isfinite(aht)]
    expected = f"{AHT_MIN_S:g}..{AHT_MAX_S:g}"
    if len(known) and not AHT_MIN_S <= np.median(known) <= AHT_MAX_S:
        log.add("aht_unit", FILE, column="aht_s", value=f"{np.median(known):g}", expected=expected)
        return
    for row in np.flatnonzero((aht < AHT_MIN_S) | (aht > AHT_MAX_S)):
        log.add(
            "aht_out_of_range", FILE, row=int(rows.line[row]), column="aht_s", value=f"{aht[row]:g}", expected=expected
        )


def _absurd_volumes(rows: HistoryRows, log: FaultLog) -> None:
    """More than fifty times what is usual at that time of day and in that queue."""
    offered = rows.values["offered"]
    busy = offered > 0
    if not busy.any():
        return
    frame = pd.DataFrame({"queue": rows.queue, "minute": rows.grid.minute[rows.step], "offered": offered})[busy]
    usual = np.maximum(
        frame.groupby(["queue", "minute"])["offered"].transform("median").to_numpy(),
        frame.groupby("queue")["offered"].transform("median").to_numpy(),
    )
    usual = np.maximum(usual, 1.0)
    index = frame.index.to_numpy()
    for place in np.flatnonzero(frame["offered"].to_numpy() > ABSURD_FACTOR * usual):
        row = index[place]
        log.add(
            "absurd_volume",
            FILE,
            row=int(rows.line[row]),
            column="offered",
            value=f"{offered[row]:g}",
            expected=f"<= {ABSURD_FACTOR * usual[place]:g}",
        )


def _whole_days(rows: HistoryRows, part: str, code: str, log: FaultLog) -> None:
    """A part may pass its whole in one interval (answered later than offered), but not over a day."""
    if part not in rows.values:
        return
    value = rows.values[part]
    if part == "handled" and "abandoned" in rows.values:
        value = value + np.nan_to_num(rows.values["abandoned"])
    offered = rows.values["offered"]
    both = np.isfinite(value) & np.isfinite(offered)
    key = rows.queue[both] * rows.grid.days + rows.grid.day[rows.step[both]]
    size = len(rows.names) * rows.grid.days
    parts = np.bincount(key, value[both], size).astype(float)
    wholes = np.bincount(key, offered[both], size).astype(float)
    for place in np.flatnonzero(parts > wholes + np.maximum(1.0, DAY_TOLERANCE * wholes)):
        queue, day = divmod(int(place), rows.grid.days)
        log.add(
            code,
            FILE,
            row=rows.first_line(queue, rows.grid.day_slice(day)),
            column=part,
            value=f"{parts[place]:g} ({rows.grid.dates[day]}, {rows.names[queue]})",
            expected=f"<= {wholes[place]:g}",
        )


def _totals(rows: HistoryRows, log: FaultLog) -> None:
    """A queue that is the sum of all the others is no queue."""
    if len(rows.names) < 3:
        return
    offered = rows.matrix("offered")
    told: IntArray = np.flatnonzero(np.isfinite(offered).sum(axis=0) == len(rows.names))
    for queue, name in enumerate(rows.names):
        own = offered[queue, told]
        others = offered[:, told].sum(axis=0) - own
        busy = others > 0
        if busy.sum() < TOTAL_STEPS:
            continue
        equal = np.abs(own - others)[busy] <= np.maximum(0.01 * others[busy], 0.01)
        if equal.mean() >= TOTAL_SHARE:
            parts = " + ".join(other for other in rows.names if other != name)
            log.add("total_queue", FILE, row=rows.first_line(queue), column="queue", value=name, expected=parts)
