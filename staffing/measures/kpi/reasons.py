"""Reasons why somebody did not do what was scheduled, and which of them are no fault of the person."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from staffing.domain.roster import ACTIVITIES

REASONS: Mapping[str, bool] = {
    "late": False,
    "left_early": False,
    "late_from_break": False,
    "sick": True,
    "leave": True,
    "meeting_overran": True,
    "long_contact": True,
    "system_fault": True,
    "asked_to": True,
    "other": False,
}
"""Reasons that every centre knows, and whether they are excused where `kpi.toml` says nothing else."""
TOLD_BY_ACTIVITY: Mapping[int, str] = {ACTIVITIES.index(kind): kind for kind in ("sick", "leave")}
"""Absences that name their reason themselves."""
TOLERANCE_MIN = 5.0
"""Deviations of up to so many minutes are let pass."""


@dataclass(frozen=True, slots=True)
class AdherenceRules:
    """How a centre judges adherence: `[adherence]` of ``kpi.toml``.

    Attributes
    ----------
    tolerance_min : float
        Deviations without a reason that last no longer are let pass; 0 lets none pass.
    excused : tuple of str
        Reasons that count for the person.
    own : mapping
        The centre's own reasons: name by code.
    """

    tolerance_min: float = TOLERANCE_MIN
    excused: tuple[str, ...] = tuple(code for code, is_excused in REASONS.items() if is_excused)
    own: Mapping[str, str] = field(default_factory=dict)

    @property
    def codes(self) -> tuple[str, ...]:
        """All reasons; positions in it are what the table ``reasons`` holds."""
        return (*REASONS, *(code for code in self.own if code not in REASONS))
