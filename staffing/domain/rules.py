"""Work rules and prices of a centre."""

from dataclasses import dataclass


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
        Weight of evenly shared weekends and late shifts.
    """

    rest_h: float = 11.0
    max_consecutive_days: int = 6
    weekly_rest_h: float = 24.0
    weekend_days_max: int = 2
    notice_days: int = 14
    fairness: float = 0.0


@dataclass(frozen=True, slots=True)
class Costs:
    """Prices in the centre's currency.

    Attributes
    ----------
    wage_per_h : float
        Wage of an agent without a `cost_per_h` of their own.
    short_per_h, short_severe_per_h, severe_share : float
        Price of a missing agent-hour; beyond ``max(1, severe_share * required)`` missing agents the severe price.
    over_per_h : float
        Price of an agent-hour beyond the requirement or without work.
    overdue_per_h : float
        Price of one agent-hour of work being overdue for one hour.
    span_per_h : float
        Price of a missing supervisor for an hour.
    wish_per_weight : float
        Price of an unmet wish of weight 1.
    switch_per_change : float
        Price of a change of queue inside a shift without a break between.
    overtime_factor : float
        Pay of overtime relative to ordinary time.
    """

    wage_per_h: float = 40.0
    short_per_h: float = 320.0
    short_severe_per_h: float = 800.0
    severe_share: float = 0.1
    over_per_h: float = 10.0
    overdue_per_h: float = 80.0
    span_per_h: float = 400.0
    wish_per_weight: float = 20.0
    switch_per_change: float = 1.0
    overtime_factor: float = 1.5
