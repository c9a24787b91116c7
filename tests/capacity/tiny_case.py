"""A centre of two groups and two queues over a dozen weeks."""

from datetime import date

import numpy as np

from staffing.capacity import CapacityCase, CrossTraining, Group, Offer, Outside, Staff, TenureBand, WeeklyNeed

BANDS = (TenureBand(0, 200, 16), TenureBand(3, 800, 16))
NOBODY_LEAVES = (TenureBand(0, 1e9, 0),)


def group(name: str = "calls", **given: object) -> Group:
    """Ten people of two years on 40 hours who serve the phone; more are hired in classes of 1 to 6."""
    values: dict[str, object] = {
        "id": name,
        "name": name,
        "queues": ("phone",),
        "bands": BANDS,
        "staff": (Staff(40.0, 20.0, 104, 10),),
        "offers": (Offer("full", 40.0, 18.0),),
        "lead_weeks": 2,
        "train_weeks": 2,
        "ramp": (0.5,),
        "class_max": 6,
        "hire_cost": 500.0,
        "class_cost": 1000.0,
        "overtime_share": 0.1,
    }
    return Group(**(values | given))  # type: ignore[arg-type]


def case(*groups: Group, **given: object) -> CapacityCase:
    """Hours at work fit the requirement exactly unless told otherwise."""
    values: dict[str, object] = {"break_share": 0.0, "roster_fit": 1.0, "start_every_weeks": 1}
    return CapacityCase(groups or (group(),), **(values | given))  # type: ignore[arg-type]


def need(hours: list[list[float]], queues: tuple[str, ...] = ("phone",), sd: float = 0.05) -> WeeklyNeed:
    """Need of each queue and week, proportional to volume."""
    table = np.array(hours, dtype=float)
    ones = np.ones_like(table)
    factors = np.array([0.5, 1.0, 1.5])
    return WeeklyNeed(
        date(2026, 1, 5),
        queues,
        contacts=10 * table,
        need_h=table,
        factors=factors,
        growth=np.tile(factors, (len(queues), 1)),
        level_sd=sd * ones,
        noise_sd=0.5 * sd * ones,
    )


def two_groups() -> CapacityCase:
    """Calls and mails, cross-training between them, and a partner for calls."""
    both = group("both", queues=("phone", "mail"), staff=(), offers=())
    mails = group("mails", queues=("mail",), staff=(Staff(30.0, 22.0, 30, 6), Staff(40.0, 22.0, 200, 2)))
    return case(
        group(),
        mails,
        both,
        cross_training=(CrossTraining("mails", "both", 1, 100.0, 4),),
        outside=(Outside("partner", "Partner", ("phone",), 45.0, 40.0),),
    )
