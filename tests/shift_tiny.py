"""Tiny problems of planning by shifts, and every legal roster of one person by trying them all."""

from itertools import product

import numpy as np
from hypothesis import strategies as st

from staffing.audit.shift_cover import audit_shifts
from staffing.domain.shift_cover import OFF, ShiftCoverProblem


def shift_problem(people: int = 1, days: int = 7, kinds: int = 2, **changes: object) -> ShiftCoverProblem:
    """No limits worth the name, no wishes, nobody needed; `changes` replace fields."""
    values: dict[str, object] = {
        "employees": tuple(f"e{number}" for number in range(people)),
        "shifts": tuple("ABCD"[:kinds]),
        "minutes": np.full(kinds, 480),
        "may_follow": np.ones((kinds, kinds), dtype=np.bool_),
        "shifts_max": np.full((people, kinds), days),
        "minutes_min": np.zeros(people),
        "minutes_max": np.full(people, 10**6),
        "run_min": np.ones(people),
        "run_max": np.full(people, days),
        "off_min": np.ones(people),
        "weekends_max": np.full(people, days),
        "day_off": np.zeros((people, days), dtype=np.bool_),
        "on_weight": np.zeros((people, days, kinds)),
        "off_weight": np.zeros((people, days, kinds)),
        "required": np.zeros((days, kinds)),
        "under": np.zeros((days, kinds)),
        "over": np.zeros((days, kinds)),
    }
    return ShiftCoverProblem(**(values | changes))  # type: ignore[arg-type]


@st.composite
def shift_problems(draw: st.DrawFn, people: int = 1, days: int = 6, kinds: int = 2) -> ShiftCoverProblem:
    """Problems whose every rule may bind."""
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    low = rng.integers(0, 4, people) * 240
    return shift_problem(
        people,
        days,
        kinds,
        minutes=rng.choice([240, 360, 480], kinds),
        may_follow=rng.random((kinds, kinds)) < 0.7,
        shifts_max=rng.integers(0, days + 1, (people, kinds)),
        minutes_min=low,
        minutes_max=low + rng.integers(1, 6, people) * 240,
        run_min=rng.integers(1, 4, people),
        run_max=rng.integers(3, days + 1, people),
        off_min=rng.integers(1, 4, people),
        weekends_max=rng.integers(0, 3, people),
        day_off=rng.random((people, days)) < 0.1,
        on_weight=rng.integers(0, 4, (people, days, kinds)) * (rng.random((people, days, kinds)) < 0.3),
        off_weight=rng.integers(0, 4, (people, days, kinds)) * (rng.random((people, days, kinds)) < 0.3),
        required=rng.integers(0, people + 1, (days, kinds)),
        under=rng.integers(0, 20, (days, kinds)),
        over=rng.integers(0, 4, (days, kinds)),
        first_weekday=int(rng.integers(0, 7)),
    )


def one_person(problem: ShiftCoverProblem, employee: int) -> ShiftCoverProblem:
    """The same problem with this person alone."""
    keep = slice(employee, employee + 1)
    per_person = (
        "shifts_max",
        "minutes_min",
        "minutes_max",
        "run_min",
        "run_max",
        "off_min",
        "weekends_max",
        "day_off",
    )
    fields = {name: getattr(problem, name)[keep] for name in (*per_person, "on_weight", "off_weight")}
    shared = {name: getattr(problem, name) for name in ("minutes", "may_follow", "required", "under", "over")}
    sizes = (1, problem.days, len(problem.shifts))
    return shift_problem(*sizes, **fields, **shared, first_weekday=problem.first_weekday)


def legal_rosters(problem: ShiftCoverProblem, employee: int) -> list[np.ndarray]:
    """Every legal roster (days,) of one person, by trying all and asking the audit."""
    alone = one_person(problem, employee)
    every = product(range(OFF, len(problem.shifts)), repeat=problem.days)
    return [np.array(days) for days in every if not audit_shifts(alone, np.array([days]))]
