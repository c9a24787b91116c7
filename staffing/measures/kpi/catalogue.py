"""Every measure, in the order in which people read them."""

from collections.abc import Mapping

from staffing.measures.kpi import cases, contacts, staff
from staffing.measures.kpi.measure import Measure

MEASURES: tuple[Measure, ...] = (
    contacts.VOLUME,
    contacts.SERVICE_LEVEL,
    contacts.ASA,
    contacts.ABANDONMENT,
    contacts.OCCUPANCY,
    cases.FIRST_RESPONSE,
    cases.RESOLUTION,
    cases.FIRST_CONTACT,
    cases.COMPLAINTS,
    cases.CSAT,
    cases.NPS,
    cases.RETENTION,
    cases.QUALITY,
    staff.ADHERENCE,
    staff.SHRINKAGE,
    *staff.SHRINKAGE_BY_REASON,
    contacts.WAPE,
    contacts.BIAS,
    staff.PLAN_ACTUAL,
    staff.OVERTIME,
    staff.FAIRNESS,
    staff.WISHES,
    staff.COST,
)
BY_CODE: Mapping[str, Measure] = {measure.code: measure for measure in MEASURES}
