"""Work rules and prices of a centre."""

from dataclasses import dataclass
from datetime import date

from staffing.domain.labour import LabourRules


@dataclass(frozen=True, slots=True)
class WorkRules:
    """Rules of everybody's weeks.

    Attributes
    ----------
    rest_h : float
        Elapsed hours between the end of a shift and the start of the next.
    max_consecutive_days : int
        Days worked in a row at most, the days before the horizon counted.
    weekly_rest_h : float
        Every week holds one block without work of at least this many elapsed hours.
    weekend_days_max : int
        Saturdays and Sundays worked in a week at most.
    notice_days : int
        Changes nearer than this to today are priced higher in re-planning.
    fairness : float
        By how much each further weekend day, night or late shift of one person is dearer than the one before.
    forbidden_successions : tuple of pairs
        Shift types (earlier, later) that may not be worked on two days in a row.
    night_hours : tuple
        Minutes of the day at which the night begins and ends.
    night_minutes_min : int
        A shift is a night shift when at least so many of its minutes lie in the night.
    nights_max_per_week, nights_max_per_period, nights_max_consecutive : int
        Night shifts at most in a week of the plan, in a period, and on days in a row; None: no limit.
    weekends_max_per_period : int
        Weekends of a period with a shift on Saturday or Sunday at most; None: no limit.
    period_weeks, period_start
        Periods of so many weeks, one of which begins on `period_start`; 0: the plan is the period.
    labour : tuple of LabourRules
        Presets of labour law that the centre names; they tighten the limits above and those of the contracts.
    """

    rest_h: float = 11.0
    max_consecutive_days: int = 6
    weekly_rest_h: float = 24.0
    weekend_days_max: int = 2
    notice_days: int = 14
    fairness: float = 0.0
    forbidden_successions: tuple[tuple[str, str], ...] = ()
    night_hours: tuple[int, int] = (1380, 360)
    night_minutes_min: int = 180
    nights_max_per_week: int = 7
    nights_max_per_period: int | None = None
    nights_max_consecutive: int | None = None
    weekends_max_per_period: int | None = None
    period_weeks: int = 0
    period_start: date | None = None
    labour: tuple[LabourRules, ...] = ()

    def __post_init__(self) -> None:
        if self.period_weeks and self.period_start is None:
            raise ValueError(f"period_weeks is {self.period_weeks}, expected a period_start with it")


@dataclass(frozen=True, slots=True)
class Costs:
    """Prices in the centre's currency.

    Attributes
    ----------
    wage_per_h : float
        Wage of an agent without a `cost_per_h` of their own.
    short_per_h, short_severe_per_h, severe_share : float
        Price of a missing agent-hour; beyond ``max(1, severe_share * required)`` missing agents the severe price.
    short_by_service : bool
        A missing agent is dearer where more work is then answered late, and cheaper where less is.
    over_per_h : float
        Price of an agent-hour beyond the requirement or without work.
    overdue_per_h : float
        Price of one agent-hour of work being overdue for one hour.
    span_per_h : float
        Price of a missing supervisor for an hour.
    wish_per_weight : float
        Price of an unmet wish of weight 1.
    seniority_per_year : float
        Rise of the weight of a person's wishes with each year of seniority.
    switch_per_change : float
        Price of a change of queue inside a shift without a break between.
    overtime_factor : float
        Pay of overtime relative to ordinary time.
    change_moved, change_added, change_removed, change_breaks : float
        Price of one published shift that is moved, added or taken away, or keeps its hours with other breaks.
    change_notice_factor : float
        Multiplies these prices inside the notice window.
    """

    wage_per_h: float = 40.0
    short_per_h: float = 320.0
    short_severe_per_h: float = 800.0
    severe_share: float = 0.1
    short_by_service: bool = False
    over_per_h: float = 10.0
    overdue_per_h: float = 80.0
    span_per_h: float = 400.0
    wish_per_weight: float = 20.0
    switch_per_change: float = 1.0
    overtime_factor: float = 1.5
    change_moved: float = 40.0
    change_added: float = 60.0
    change_removed: float = 40.0
    change_breaks: float = 15.0
    change_notice_factor: float = 3.0
    seniority_per_year: float = 0.0
