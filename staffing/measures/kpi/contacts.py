"""Measures of contacts by interval: volume, service, waiting, leaving, occupancy, forecast error."""

import numpy as np

from staffing.domain.arrays import FloatArray
from staffing.domain.roster import WORK
from staffing.measures.kpi.measure import Direction, Kind, Measure, Unit
from staffing.measures.kpi.records import Records, Rows
from staffing.measures.kpi.terms import Terms, joined, on_common_days, only, terms


def _volume(records: Records, first: int, last: int) -> Terms | None:
    rows = records.rows("intervals")
    return None if rows is None else terms(rows, rows["offered"], np.ones(len(rows)))


def _part_of_offered(column: str, records: Records) -> Terms | None:
    rows = records.rows("intervals")
    return None if rows is None else terms(rows, rows[column], rows["offered"])


def _service_level(records: Records, first: int, last: int) -> Terms | None:
    return _part_of_offered("within_target", records)


def _abandonment(records: Records, first: int, last: int) -> Terms | None:
    return _part_of_offered("abandoned", records)


def _asa(records: Records, first: int, last: int) -> Terms | None:
    rows = records.rows("intervals")
    return None if rows is None else terms(rows, rows["wait_s"], rows["handled"], rows.day)


def _occupancy(records: Records, first: int, last: int) -> Terms | None:
    contacts, activity = records.rows("intervals"), records.rows("activity")
    if contacts is None or activity is None:
        return None
    at_work = only(activity, activity["kind"] == WORK)
    contacts = only(contacts, np.isfinite(handle_s(contacts)))
    contacts, at_work = on_common_days(contacts, at_work)
    busy = terms(contacts, handle_s(contacts), np.zeros(len(contacts)))
    there = terms(at_work, np.zeros(len(at_work)), at_work["end_s"] - at_work["start_s"])
    return joined(busy, there)


def handle_s(rows: Rows) -> FloatArray:
    """Handling seconds of each row, 0 where nothing was handled; NaN where not known."""
    handled, aht_s = rows["handled"], rows["aht_s"]
    return np.where(handled == 0, 0.0, handled * aht_s)


def _forecast_days(records: Records) -> tuple[Rows, FloatArray, FloatArray] | None:
    """Forecast and offered contacts of each queue and day on which both are known for the same intervals."""
    rows = records.rows("intervals")
    if rows is None:
        return None
    given, came = rows["forecast"], rows["offered"]
    keep = np.isfinite(given) & np.isfinite(came)
    if not keep.any():
        return None
    rows = only(rows, keep)
    key, first, place = np.unique(np.stack([rows.day, rows.queue]), axis=1, return_index=True, return_inverse=True)
    place = np.ravel(place)
    days = Rows(key[0], key[1], rows.agent[first])
    sums = (np.bincount(place, values[keep], key.shape[1]).astype(float) for values in (given, came))
    forecast, offered = sums
    return days, forecast, offered


def _wape(records: Records, first: int, last: int) -> Terms | None:
    found = _forecast_days(records)
    return None if found is None else terms(found[0], np.abs(found[1] - found[2]), found[2], found[0].day)


def _bias(records: Records, first: int, last: int) -> Terms | None:
    found = _forecast_days(records)
    return None if found is None else terms(found[0], found[1] - found[2], found[2], found[0].day)


INTERVALS = ("intervals",)
VOLUME = Measure("volume", Unit.COUNT, Kind.SUM, Direction.NEITHER, INTERVALS, 1, _volume)
SERVICE_LEVEL = Measure("service_level", Unit.SHARE, Kind.SHARE, Direction.HIGHER, INTERVALS, 30, _service_level)
ASA = Measure("asa", Unit.SECONDS, Kind.RATIO, Direction.LOWER, INTERVALS, 5, _asa)
ABANDONMENT = Measure("abandonment", Unit.SHARE, Kind.SHARE, Direction.LOWER, INTERVALS, 30, _abandonment)
OCCUPANCY = Measure("occupancy", Unit.SHARE, Kind.RATIO, Direction.NEITHER, ("intervals", "activity"), 5, _occupancy)
WAPE = Measure("forecast_wape", Unit.SHARE, Kind.RATIO, Direction.LOWER, ("intervals", "forecast"), 5, _wape)
BIAS = Measure("forecast_bias", Unit.SHARE, Kind.RATIO, Direction.NEITHER, ("intervals", "forecast"), 5, _bias)
