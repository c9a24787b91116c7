"""Whether shifts, contracts, people and queues fit together."""

from staffing.domain.centre import Centre
from staffing.domain.people import Contract
from staffing.domain.shift import ShiftType
from staffing.files.centre_toml import CentreDraft
from staffing.files.faults import FaultLog
from staffing.files.model_faults import FILE as TOML
from staffing.files.people import FILE as AGENTS


def check_people(draft: CentreDraft, centre: Centre | None, skills: frozenset[str] | None, log: FaultLog) -> None:
    """Checks that only matter when a roster is to be made."""
    if centre is None:
        return
    for name, items in (("shift", centre.shifts), ("contract", centre.contracts)):
        if not items:
            log.add("missing_key", TOML, column=name, expected=f"[[{name}]]")
    for place, contract in enumerate(centre.contracts):
        if centre.shifts:
            _reachable(contract, place, centre, draft, log)
    if skills is not None:
        for queue in centre.queues:
            if queue.id not in skills and not (queue.skill and queue.skill in skills):
                log.add("nobody_serves", AGENTS, column="skills", value=queue.id, expected=queue.skill or queue.id)


def _reachable(contract: Contract, place: int, centre: Centre, draft: CentreDraft, log: FaultLog) -> None:
    """Report a contract for which no week of its shifts has its days and minutes."""
    types = {kind.id: kind for kind in centre.breaks}
    shifts = tuple(shift for shift in centre.shifts if shift.id in contract.shifts)
    together = _together(contract, shifts)
    if shifts and together == {()}:
        place_of_band = ("contract", place, "start_band_min")
        log.add(
            "band_without_starts",
            TOML,
            row=draft.line_of(place_of_band),
            column=f"contract[{place + 1}].start_band_min",
            value=str(contract.start_band_min),
            expected=f">= {min(m % contract.start_band_step_min for s in shifts for m in s.starts_min)}",
        )
        return
    paid = {s.id: {s.paid_min(n, types) for n in s.lengths_min} for s in shifts}
    weeks = {week for own in together for week in _weeks(own, paid, centre)}
    most = contract.weekly_minutes_max + contract.overtime_minutes_max
    days = {(count, minutes) for count, minutes in weeks if contract.days_min <= count <= contract.days_max}
    if any(contract.weekly_minutes_min <= minutes <= most for _, minutes in days):
        return
    below = max((m for _, m in days if m < contract.weekly_minutes_min), default=None)
    above = min((m for _, m in days if m > most), default=None)
    near = " | ".join(str(minutes) for minutes in (below, above) if minutes is not None)
    key = f"contract[{place + 1}].weekly_minutes_min"
    log.add(
        "contract_unreachable",
        TOML,
        row=draft.line_of(("contract", place, "weekly_minutes_min")),
        column=key,
        value=f"{contract.weekly_minutes_min}..{most} min, {contract.days_min}..{contract.days_max} d",
        expected=f"{near or '-'} min",
    )


def _together(contract: Contract, shifts: tuple[ShiftType, ...]) -> set[tuple[ShiftType, ...]]:
    """Shift types that can stand in one week: all of them or, for each band of starts, those that start in it."""
    width, step = contract.start_band_min, contract.start_band_step_min
    if width is None:
        return {shifts}
    bands = {minute // step * step for shift in shifts for minute in shift.starts_min}
    return {tuple(s for s in shifts if any(b <= minute <= b + width for minute in s.starts_min)) for b in bands}


def _weeks(shifts: tuple[ShiftType, ...], paid: dict[str, set[int]], centre: Centre) -> set[tuple[int, int]]:
    """(days, paid minutes) of every week that the shifts allow, at most so many days of the weekend."""
    states = {(0, 0, 0)}
    for weekday in range(7):
        options = {minutes for shift in shifts if weekday in shift.weekdays for minutes in paid[shift.id]}
        weekend = weekday >= 5
        states |= {
            (days + 1, ends + weekend, total + minutes)
            for days, ends, total in states
            for minutes in options
            if not weekend or ends < centre.rules.weekend_days_max
        }
    return {(days, total) for days, _, total in states}
