"""Weeks to months: the long-range need and the case of people, planned together; what-ifs beside each other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from staffing.capacity import CapacityCase, CapacityPlan, CapacitySettings, WeeklyNeed


@dataclass(frozen=True, slots=True)
class WhatIf:
    """A change of the world or of what is allowed: factors of attrition and volume, levers left out."""

    attrition: float = 1.0
    volume: float = 1.0
    overtime: bool = True
    outside: bool = True
    cross_training: bool = True

    def __post_init__(self) -> None:
        if self.attrition < 0 or self.volume <= 0:
            raise ValueError(f"attrition is {self.attrition} and volume {self.volume}, expected 0 or more and above 0")


SCENARIOS: Mapping[str, WhatIf] = {
    "base": WhatIf(),
    "attrition_double": WhatIf(attrition=2.0),
    "volume_more": WhatIf(volume=1.1),
    "volume_less": WhatIf(volume=0.9),
    "own_people": WhatIf(outside=False),
}
"""What planners ask most, side by side."""


def what_if(case: CapacityCase, need: WeeklyNeed, change: WhatIf) -> tuple[CapacityCase, WeeklyNeed]:
    """The case and the need under a change."""
    groups = case.groups
    if not change.overtime:
        groups = tuple(replace(group, overtime_share=0.0) for group in groups)
    case = replace(
        case,
        groups=groups,
        outside=case.outside if change.outside else (),
        cross_training=case.cross_training if change.cross_training else (),
        attrition_factor=case.attrition_factor * change.attrition,
    )
    return case, need if change.volume == 1.0 else need.scaled(change.volume)


def compare_capacity(
    case: CapacityCase,
    need: WeeklyNeed,
    settings: CapacitySettings,
    changes: Mapping[str, WhatIf],
    on_step: Callable[[str], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> dict[str, CapacityPlan]:
    """A plan for each change, in their order, all judged with the same luck; when stopped, those begun by then."""
    from staffing.capacity import plan_capacity

    plans: dict[str, CapacityPlan] = {}
    for name, change in changes.items():
        if plans and should_stop is not None and should_stop():
            break
        if on_step is not None:
            on_step(name)
        plans[name] = plan_capacity(*what_if(case, need, change), settings, should_stop)
    return plans
