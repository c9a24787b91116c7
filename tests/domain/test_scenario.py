"""The value of a what-if: what it refuses, what counts as no change."""

from datetime import date

import pytest

from staffing.domain.scenario import Hire, LoadChange, TargetChange, WhatIf, changeable_rules
from staffing.domain.shrinkage import ShrinkageReason


def test_factors_and_self_service_multiply() -> None:
    """A fifth more contacts of which half go to self-service are 60 %."""
    assert LoadChange(volume=1.2, deflected=0.5).contacts == pytest.approx(0.6)


def test_days_and_queues_of_a_load() -> None:
    """Both ends count; without queues all are meant."""
    change = LoadChange(2.0, queues=("phone",), start=date(2026, 2, 3), end=date(2026, 2, 4))
    assert [change.on(date(2026, 2, day)) for day in (2, 3, 4, 5)] == [False, True, True, False]
    assert change.concerns("phone")
    assert not change.concerns("chat")
    assert LoadChange().concerns("chat")


def test_the_baseline_changes_nothing() -> None:
    """Name and weight are no changes."""
    assert WhatIf("baseline", weight=3.0).is_baseline
    assert not WhatIf("more", loads=(LoadChange(1.1),)).is_baseline
    assert not WhatIf("rule", rules=(("rest_h", 12.0),)).is_baseline


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: LoadChange(volume=-0.1),
        lambda: LoadChange(aht=0.0),
        lambda: LoadChange(deflected=1.1),
        lambda: LoadChange(start=date(2026, 2, 2), end=date(2026, 2, 1)),
        lambda: Hire("a1", 0),
        lambda: Hire("a1", 1, proficiency=3.0),
        lambda: TargetChange("phone", share=1.0),
        lambda: TargetChange("phone", answer_within_s=-1.0),
        lambda: WhatIf(" "),
        lambda: WhatIf("x", absence=-1.0),
        lambda: WhatIf("x", rules=(("rest", 11.0),)),
        lambda: WhatIf("x", rules=(("fairness", float("nan")),), weight=float("nan")),
        lambda: WhatIf("x", absences=(ShrinkageReason("leave", 0.1, planned=True),)),
    ],
)
def test_impossible_values_are_refused(wrong) -> None:
    with pytest.raises(ValueError, match=r"expected|finite"):
        wrong()


def test_only_plain_numbers_can_be_changed() -> None:
    """Rules that are tables or may be without a value are no numbers."""
    names = changeable_rules()
    assert {"rest_h", "max_consecutive_days", "short_per_h"} <= set(names)
    assert not {"night_hours", "forbidden_successions", "nights_max_per_period"} & set(names)
