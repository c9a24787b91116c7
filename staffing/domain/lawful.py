"""A centre's limits made as tight as the labour rules it names: what the search and the audit then keep."""

from dataclasses import dataclass, fields, replace
from datetime import date

import numpy as np

from staffing.domain.arrays import IntArray
from staffing.domain.centre import Centre
from staffing.domain.duties import in_night
from staffing.domain.labour import LabourRules
from staffing.domain.note import Note
from staffing.domain.overtime import days_before, months_of, overtime_by_day
from staffing.domain.people import Agent, Contract
from staffing.domain.rules import Costs, WorkRules
from staffing.domain.shift import BreakType, ShiftType
from staffing.domain.timegrid import DAY_MIN, TimeGrid

UNBOUNDED = 10**6


def lawful_centre(centre: Centre) -> Centre:
    """The centre with shifts, contracts, rules and prices that keep its labour rules; itself where it names none.

    Lengths that a preset forbids are taken from the shift types; a type without a length left is taken from the
    contracts. Minutes beyond the ordinary week become overtime. Nothing is ever loosened.
    """
    laws = centre.rules.labour
    if not laws:
        return centre
    types = {pause.id: pause for pause in centre.breaks}
    shifts, banned = [], set()
    for shift in centre.shifts:
        legal = tuple(n for n in shift.lengths_min if all(_allows(law, shift, n, types) for law in laws))
        shifts.append(replace(shift, lengths_min=legal) if legal else shift)
        if not legal:
            banned.add(shift.id)
    costs = centre.costs
    contracts = centre.contracts
    for law in laws:
        contracts = tuple(_contract(law, contract) for contract in contracts)
        costs = _notice_costs(law, centre, costs)
    contracts = tuple(replace(c, shifts=tuple(s for s in c.shifts if s not in banned)) for c in contracts)
    return replace(centre, shifts=tuple(shifts), contracts=contracts, rules=_rules(centre.rules), costs=costs)


def lawful_people(
    centre: Centre, agents: tuple[Agent, ...], paid_before: IntArray, grid: TimeGrid
) -> tuple[tuple[Contract, ...], tuple[Agent, ...]]:
    """Contracts and people of a lawful centre after what each person has worked before the horizon.

    Who has less overtime or average hours left than their contract allows gets a contract of their own kind,
    ``full (4 h 30)`` with the overtime that is left in each week. Each week of the horizon gets an equal share, so a
    roster inside these limits keeps the limits of months and averages whatever it does in the other weeks.
    """
    laws = centre.rules.labour
    if not laws or not agents:
        return centre.contracts, agents
    known = {contract.id: contract for contract in centre.contracts}
    paid = {shift.id: max(shift.paid_min(n, {b.id: b for b in centre.breaks}) for n in shift.lengths_min)
            for shift in centre.shifts}  # fmt: skip
    overtime = np.min([_overtime_left(law, paid_before, grid) for law in laws], axis=0)
    total = np.min([_average_left(law, paid_before, grid) for law in laws], axis=0)
    made = dict(known)
    people = []
    for number, agent in enumerate(agents):
        own = known.get(agent.contract)
        if own is None:
            people.append(agent)
            continue
        for law in laws:
            own = _within(law, own, int(overtime[number]), int(total[number]), paid)
        if own != known[agent.contract]:
            hours, minutes = divmod(own.overtime_minutes_max, 60)
            own = replace(own, id=f"{own.id} ({own.weekly_minutes_max // 60} h + {hours} h {minutes:02d})")
            made.setdefault(own.id, own)
        people.append(replace(agent, contract=own.id))
    return tuple(made.values()), tuple(people)


def labour_notes(centre: Centre) -> tuple[Note, ...]:
    """Which presets hold, and every limit of the centre that they tightened."""
    laws = centre.rules.labour
    if not laws:
        return ()
    told = [
        Note("labour_rules", (("title", law.title), ("source", law.source), ("checked", str(law.checked))))
        for law in laws
    ]
    lawful = lawful_centre(centre)
    for change in _changes(centre, lawful):
        told.append(Note("labour_tightened", (("key", change.key), ("before", change.before), ("after", change.after))))
    return tuple(told)


@dataclass(frozen=True, slots=True)
class _Change:
    key: str
    before: str
    after: str


def _changes(stated: Centre, lawful: Centre) -> list[_Change]:
    pairs: list[tuple[str, object, object]] = [
        ("rules", stated.rules, lawful.rules),
        ("costs", stated.costs, lawful.costs),
    ]
    pairs += [(f"contract {a.id}", a, b) for a, b in zip(stated.contracts, lawful.contracts, strict=True)]
    pairs += [(f"shift {a.id}", a, b) for a, b in zip(stated.shifts, lawful.shifts, strict=True)]
    found = []
    for owner, before, after in pairs:
        for field in fields(before):  # type: ignore[arg-type]
            old, new = getattr(before, field.name), getattr(after, field.name)
            if old != new:
                found.append(_Change(f"{owner}: {field.name}", _shown(old), _shown(new)))
    return found


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "-"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _rules(rules: WorkRules) -> WorkRules:
    """The work rules, each as tight as the tightest preset asks."""
    laws = rules.labour
    return replace(
        rules,
        rest_h=max([rules.rest_h, *(law.rest_h for law in laws if law.rest_h is not None)]),
        weekly_rest_h=max([rules.weekly_rest_h, *(law.weekly_rest_h for law in laws if law.weekly_rest_h is not None)]),
        max_consecutive_days=min(
            [rules.max_consecutive_days, *(law.max_consecutive_days for law in laws if law.max_consecutive_days)]
        ),
        notice_days=max([rules.notice_days, *(law.notice_days for law in laws if law.notice_days is not None)]),
    )


def _allows(law: LabourRules, shift: ShiftType, length_min: int, types: dict[str, BreakType]) -> bool:
    """Whether a shift of this type and length can keep the preset's limits of one day, at any of its starts."""
    paid = shift.paid_min(length_min, types)
    if law.day_minutes_max is not None and paid > law.day_minutes_max:
        return False
    asked = law.break_minutes(length_min)
    pauses = [pause.minutes for pause in shift.breaks_for(length_min, types)]
    if asked is not None and (not pauses or sum(pauses) < asked):
        return False
    if law.night_shift_minutes_max is None or law.night_hours is None or paid <= law.night_shift_minutes_max:
        return True
    minute = np.arange(DAY_MIN)
    night = in_night(minute, law.night_hours)
    most = max(int(night[(start + np.arange(length_min)) % DAY_MIN].sum()) for start in shift.starts_min)
    return most < law.night_minutes_min


def _contract(law: LabourRules, contract: Contract) -> Contract:
    """The contract with ordinary hours and days inside the preset's."""
    days = contract.days_max if law.days_max is None else min(contract.days_max, law.days_max)
    high, over = contract.weekly_minutes_max, contract.overtime_minutes_max
    if law.week_minutes is not None and high > law.week_minutes:
        # The hours stay possible; they are overtime.
        high, over = law.week_minutes, over + high - law.week_minutes
    return replace(
        contract,
        days_max=days,
        days_min=min(contract.days_min, days),
        weekly_minutes_min=min(contract.weekly_minutes_min, high),
        weekly_minutes_max=high,
        overtime_minutes_max=over,
    )


def _within(law: LabourRules, contract: Contract, overtime_min: int, total_min: int, paid: dict[str, int]) -> Contract:
    """The contract with at most so many minutes of overtime, and of work in all, in each week."""
    high, over = contract.weekly_minutes_max, contract.overtime_minutes_max
    shifts = contract.shifts
    if law.overtime_month_minutes is not None and law.week_minutes is not None and law.day_minutes is not None:
        shifts = _short_enough(contract, law.day_minutes, overtime_min, paid)
        longest = max((paid[shift] for shift in shifts), default=0)
        by_day = contract.days_max * max(0, longest - law.day_minutes)
        over = min(over, max(0, overtime_min - by_day) + max(0, law.week_minutes - high))
    high = min(high, max(0, total_min))
    over = min(over, max(0, total_min - high))
    return replace(
        contract,
        shifts=shifts,
        weekly_minutes_min=min(contract.weekly_minutes_min, high),
        weekly_minutes_max=high,
        overtime_minutes_max=over,
    )


def _short_enough(contract: Contract, day_min: int, overtime_min: int, paid: dict[str, int]) -> tuple[str, ...]:
    """The contract's shifts that on every day of a week make no more overtime than is left; all when none would."""
    fit = tuple(s for s in contract.shifts if contract.days_max * max(0, paid[s] - day_min) <= overtime_min)
    return fit or contract.shifts


def _overtime_left(law: LabourRules, paid_before: IntArray, grid: TimeGrid) -> IntArray:
    """Minutes of overtime that each person may have in every week of the horizon, shape (people,)."""
    people, known = paid_before.shape
    if law.overtime_month_minutes is None:
        return np.full(people, UNBOUNDED, dtype=np.int64)
    beyond = overtime_by_day(law, paid_before, known)
    past = months_of(days_before(grid.first_day, known))
    ahead = months_of(grid.dates)
    left = np.full(people, UNBOUNDED, dtype=np.int64)
    for month in dict.fromkeys(ahead):
        had = beyond[:, [index for index, name in enumerate(past) if name == month]].sum(axis=1)
        weeks = len({day // 7 for day, name in enumerate(ahead) if name == month})
        left = np.minimum(left, np.maximum(0, law.overtime_month_minutes - had) // weeks)
    return left


def _average_left(law: LabourRules, paid_before: IntArray, grid: TimeGrid) -> IntArray:
    """Minutes that each person may work in every week of the horizon, shape (people,)."""
    people = len(paid_before)
    if law.average_week_minutes is None:
        return np.full(people, UNBOUNDED, dtype=np.int64)
    past = weeks_before(paid_before)
    left = np.full(people, UNBOUNDED, dtype=np.int64)
    for week in range(-(-grid.days // 7)):
        reach = min(past.shape[1], law.average_weeks - week - 1)
        had = past[:, past.shape[1] - reach :].sum(axis=1) if reach > 0 else np.zeros(people, dtype=np.int64)
        inside = min(week + 1, law.average_weeks)
        allowed = law.average_week_minutes * (max(0, reach) + inside)
        left = np.minimum(left, np.maximum(0, allowed - had) // inside)
    return left


def weeks_before(paid_before: IntArray) -> IntArray:
    """Paid minutes of the whole weeks before the horizon, the latest last, shape (people, weeks)."""
    people, days = paid_before.shape
    return np.asarray(paid_before[:, days % 7 :].reshape(people, days // 7, 7).sum(axis=2), dtype=np.int64)


def days_needed(laws: tuple[LabourRules, ...], first_day: date) -> int:
    """Days before the horizon that the presets ask about."""
    month = first_day.day - 1 + 6 if any(law.overtime_month_minutes is not None for law in laws) else 0
    return max([month, *(7 * (law.average_weeks - 1) for law in laws if law.average_weeks)])


def _notice_costs(law: LabourRules, centre: Centre, costs: Costs) -> Costs:
    """Prices at which a change inside the notice window costs at least what the preset asks."""
    if law.notice_days is None:
        return costs
    longest_h = max((max(shift.lengths_min) for shift in centre.shifts), default=0) / 60
    wage = costs.wage_per_h
    asked = (
        (costs.change_moved, law.notice_pay_h * wage),
        (costs.change_added, law.notice_pay_h * wage),
        (costs.change_removed, law.notice_lost_share * longest_h * wage),
    )
    factor = max([costs.change_notice_factor, *(pay / price for price, pay in asked if price > 0)])
    return replace(costs, change_notice_factor=factor)
