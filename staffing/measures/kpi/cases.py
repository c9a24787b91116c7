"""Measures of cases and of what people think: answers, solutions, complaints, surveys, reviews, clients."""

from dataclasses import replace

import numpy as np

from staffing.domain.arrays import FloatArray
from staffing.measures.kpi.measure import Direction, Kind, Measure, Unit
from staffing.measures.kpi.records import Records
from staffing.measures.kpi.terms import Terms, only, terms

PROMOTER, DETRACTOR = 9, 6
"""Answers from `PROMOTER` on recommend, answers up to `DETRACTOR` do not (Reichheld 2003)."""


def _ones(values: FloatArray) -> FloatArray:
    return np.ones(len(values))


def _hours_to(column: str, records: Records) -> Terms | None:
    rows = records.rows("tickets")
    if rows is None:
        return None
    hours = (rows[column] - rows["opened_s"]) / 3600
    return terms(rows, hours, _ones(hours))


def _first_response(records: Records, first: int, last: int) -> Terms | None:
    return _hours_to("first_s", records)


def _resolution(records: Records, first: int, last: int) -> Terms | None:
    return _hours_to("resolved_s", records)


def _first_contact(records: Records, first: int, last: int) -> Terms | None:
    rows = records.rows("tickets")
    if rows is None:
        return None
    rows = only(rows, np.isfinite(rows["resolved_s"]) & np.isfinite(rows["contacts"]) & np.isfinite(rows["reopened"]))
    solved = (rows["contacts"] <= 1) & (rows["reopened"] == 0)
    return terms(rows, solved.astype(float), np.ones(len(rows)))


def _complaints(records: Records, first: int, last: int) -> Terms | None:
    rows = records.rows("tickets")
    return None if rows is None else terms(rows, rows["complaint"], np.ones(len(rows)))


def _csat(records: Records, first: int, last: int) -> Terms | None:
    rows = records.rows("surveys")
    return None if rows is None else terms(rows, rows["csat"], np.ones(len(rows)))


def _nps(records: Records, first: int, last: int) -> Terms | None:
    rows = records.rows("surveys")
    if rows is None:
        return None
    answer = rows["nps"]
    mark = np.where(np.isnan(answer), np.nan, (answer >= PROMOTER) * 1.0 - (answer <= DETRACTOR) * 1.0)
    return terms(rows, mark, np.ones(len(rows)))


def _quality(records: Records, first: int, last: int) -> Terms | None:
    rows = records.rows("quality")
    return None if rows is None else terms(rows, rows["score"], rows["max"])


def _retention(records: Records, first: int, last: int) -> Terms | None:
    rows = records.rows("clients")
    if rows is None:
        return None
    end = np.where(np.isnan(rows["end_day"]), np.inf, rows["end_day"])
    there = only(rows, (rows.day <= first) & (end >= first))
    kept = (np.isnan(there["end_day"]) | (there["end_day"] > last)).astype(float)
    found = terms(there, kept, np.ones(len(there)))
    # A client is counted on the first day of the period, whenever the contract began.
    return replace(found, day=np.full(len(found), first))


TICKETS, SURVEYS = ("tickets",), ("surveys",)
FIRST_RESPONSE = Measure("first_response", Unit.HOURS, Kind.MEAN, Direction.LOWER, TICKETS, 30, _first_response)
RESOLUTION = Measure("resolution", Unit.HOURS, Kind.MEAN, Direction.LOWER, TICKETS, 30, _resolution)
FIRST_CONTACT = Measure("first_contact", Unit.SHARE, Kind.SHARE, Direction.HIGHER, TICKETS, 30, _first_contact)
COMPLAINTS = Measure("complaint_rate", Unit.SHARE, Kind.SHARE, Direction.LOWER, TICKETS, 100, _complaints)
CSAT = Measure("csat", Unit.POINTS, Kind.MEAN, Direction.HIGHER, SURVEYS, 30, _csat)
NPS = Measure("nps", Unit.POINTS, Kind.NPS, Direction.HIGHER, SURVEYS, 50, _nps, scale=100.0)
RETENTION = Measure("retention", Unit.SHARE, Kind.SHARE, Direction.HIGHER, ("clients",), 20, _retention, stock=True)
QUALITY = Measure("quality", Unit.SHARE, Kind.RATIO, Direction.HIGHER, ("quality",), 20, _quality, part=True)
