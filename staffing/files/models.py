"""Shape of centre.toml: which keys there are, their types, ranges and defaults. Unknown keys are refused."""

import re
from typing import Annotated, Any, ClassVar, Final, Literal

from pydantic import AliasChoices, BaseModel, ConfigDict, Field
from pydantic.functional_validators import AfterValidator
from pydantic_core import PydanticCustomError

from staffing.domain.on_call import OnCallRules
from staffing.domain.rules import Costs, WorkRules

# A letter or digit first keeps ids safe as file names, in spreadsheets and in pooled names such as "phone+chat".
ID = re.compile(r"\w[\w .@-]{0,63}")
ID_SHAPE: Final = "letters, digits, _ - . @"

_COSTS, _RULES, _ON_CALL = Costs(), WorkRules(), OnCallRules()

Share = Annotated[float, Field(ge=0, le=1)]
ShareBelowOne = Annotated[float, Field(ge=0, lt=1)]
Positive = Annotated[float, Field(gt=0)]
NotNegative = Annotated[float, Field(ge=0)]


def _id(text: str) -> str:
    if not ID.fullmatch(text):
        raise PydanticCustomError("bad_id", ID_SHAPE)
    return text


def _currency(text: str) -> str:
    if text and not re.fullmatch("[A-Z]{3}", text):
        raise PydanticCustomError("bad_currency", "ISO 4217: USD | CNY | EUR")
    return text


Id = Annotated[str, AfterValidator(_id)]


class _Model(BaseModel):
    """Strict: a number is a number, and a key that nobody reads is refused.

    `FILL` holds stand-ins for broken required keys, so that the rest of an item is still checked.
    """

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)
    FILL: ClassVar[dict[str, Any]] = {}


class TargetModel(_Model):
    """An answer target or a deadline."""

    service_level: float | None = Field(default=None, gt=0, lt=1)
    answer_within_s: float | None = Field(default=None, ge=0, le=604800)
    kind: Literal["offered", "net", "any", "answered"] = "offered"
    deadline: str | None = None
    share: float | None = Field(default=None, gt=0, le=1)


class SourceModel(_Model):
    """Work derived from another queue."""

    queue: str
    share: Share
    delay_h: float = Field(default=0.0, ge=0, le=168)
    delay_days: int = Field(default=0, ge=0, le=5)


class ScheduleModel(_Model):
    """Work known from the calendar."""

    every: Literal["day", "week", "month", "quarter"]
    volume: NotNegative
    due_day: int | None = Field(default=None, ge=1, le=92)
    contact_rate: float = Field(default=1.0, gt=0, le=1)


class QueueModel(_Model):
    """One ``[[queue]]``."""

    FILL: ClassVar[dict[str, Any]] = {
        "id": "_",
        "channel": "phone",
        "target": {"service_level": 0.8, "answer_within_s": 20},
    }

    id: Id
    channel: Literal["phone", "chat", "video", "social", "email", "ticket", "callback", "outbound", "backoffice"]
    target: TargetModel
    name: str = ""
    skill: str = ""
    tier: int = Field(default=1, ge=1)
    urgency: Literal["normal", "urgent", "extra_urgent"] = "normal"
    hours: Any = None
    aht_s: float | None = Field(default=None, gt=0, le=86400)
    max_occupancy: float | None = Field(default=None, gt=0, le=1)
    max_abandon_rate: float | None = Field(default=None, gt=0, le=1)
    patience_s: Positive | None = None
    max_parallel: int = Field(default=1, ge=1, le=20)
    slowdown: float = Field(default=0.0, ge=0, le=1)
    aht_by_parallel_s: list[Positive] | None = None
    parallel_speedup: list[Positive] | None = None
    handle_cv: float | None = Field(default=None, ge=0, le=10)
    lines: int | None = Field(default=None, ge=1, le=100000)
    balk_share: ShareBelowOne = 0.0
    redial_share: ShareBelowOne = 0.0
    redial_after_s: Positive = 900.0
    routing: Literal["longest_idle", "specialist", "fastest"] = "longest_idle"
    probability: float | None = Field(default=None, gt=0, lt=1)
    blended: bool = False
    priority: int = 0
    min_agents: NotNegative = 0.0
    source: SourceModel | None = None
    schedule: ScheduleModel | None = None
    deflection: ShareBelowOne = 0.0


class BreakModel(_Model):
    """One ``[[break]]``; breaks are paid, meals and the pause of a split shift not, unless `paid` says otherwise."""

    FILL: ClassVar[dict[str, Any]] = {"id": "_", "minutes": 15, "earliest_min": 0, "latest_min": 1440}

    id: Id
    minutes: int = Field(gt=0, le=480)
    earliest_min: int = Field(ge=0, le=1440)
    latest_min: int = Field(ge=0, le=1440)
    paid: bool | None = None
    spacing_min: int = Field(default=0, ge=0, le=720)
    min_shift_min: int = Field(default=0, ge=0, le=1440)
    kind: Literal["break", "meal", "split"] = "break"


class ShiftModel(_Model):
    """One ``[[shift]]``."""

    FILL: ClassVar[dict[str, Any]] = {"id": "_", "start": "08:00", "lengths_min": [480]}

    id: Id
    start: Any
    lengths_min: list[Annotated[int, Field(gt=0, le=1440)]] = Field(min_length=1)
    start_step_min: int | None = Field(default=None, gt=0, le=1440)
    breaks: list[str] = []
    weekdays: Any = None


class ContractModel(_Model):
    """One ``[[contract]]``; `shifts` not given means all of them."""

    FILL: ClassVar[dict[str, Any]] = {"id": "_"}

    id: Id
    weekly_minutes_min: int = Field(default=0, ge=0, le=10080)
    weekly_minutes_max: int = Field(default=2400, ge=0, le=10080)
    days_min: int = Field(default=0, ge=0, le=7)
    days_max: int = Field(default=5, ge=0, le=7)
    shifts: list[str] | None = None
    overtime_minutes_max: int = Field(default=0, ge=0, le=10080)
    period_minutes_min: int | None = Field(default=None, ge=0)
    period_minutes_max: int | None = Field(default=None, ge=0)
    start_band_min: int | None = Field(default=None, ge=0, le=1440)
    start_band_step_min: int = Field(default=60, ge=1, le=1440)


class RotationModel(_Model):
    """One ``[[rotation]]``; each week names seven days, Monday first."""

    FILL: ClassVar[dict[str, Any]] = {"id": "_", "start": "2026-01-05", "weeks": [["any"] * 7]}

    id: Id
    start: Any
    weeks: list[list[str]] = Field(min_length=1)


class RoleModel(_Model):
    """One ``[[role]]``."""

    FILL: ClassVar[dict[str, Any]] = {"id": "_"}

    id: Id
    supervises: list[str] = []
    max_span: int | None = Field(default=None, gt=0)


class ShrinkageReasonModel(_Model):
    """One ``[[shrinkage_reason]]``."""

    FILL: ClassVar[dict[str, Any]] = {"name": "_", "share": 0.0}

    name: str = Field(min_length=1)
    share: ShareBelowOne
    planned: bool = False
    queues: list[str] = []
    start: Any = None
    end: Any = None
    hours: Any = None


class OnCallModel(_Model):
    """One ``[[on_call]]`` duty."""

    FILL: ClassVar[dict[str, Any]] = {"id": "_", "start": "18:00", "end": "08:00"}

    id: Id
    start: Any
    end: Any
    name: str = ""
    weekdays: Any = None
    dates: list[Any] = []
    holidays: Literal["as_weekday", "also", "never"] = "as_weekday"
    people: int = Field(default=1, ge=1, le=1000)
    queues: list[str] = []
    pay: NotNegative = 0.0
    pay_share: float = Field(default=0.0, ge=0, le=10)
    called_factor: float = Field(default=1.0, ge=0, le=10)
    called_min: int = Field(default=0, ge=0, le=1440)
    response_min: int = Field(default=30, ge=0, le=1440)
    counts_as_work: bool = False


class OnCallRulesModel(_Model):
    """``[on_call_rules]``."""

    max_per_week: int | None = Field(default=None, ge=0)
    max_per_period: int | None = Field(default=None, ge=0)
    gap_days: int = Field(default=_ON_CALL.gap_days, ge=0, le=60)
    open_price: NotNegative = _ON_CALL.open_price
    fairness: NotNegative = _ON_CALL.fairness
    change_price: NotNegative = _ON_CALL.change_price


class RulesModel(_Model):
    """``[rules]``."""

    rest_h: float = Field(default=_RULES.rest_h, ge=0, le=72)
    max_consecutive_days: int = Field(default=_RULES.max_consecutive_days, ge=1, le=31)
    weekly_rest_h: float = Field(default=_RULES.weekly_rest_h, ge=0, le=168)
    weekend_days_max: int = Field(
        default=_RULES.weekend_days_max, ge=0, le=2, validation_alias=AliasChoices("weekend_days_max", "weekends")
    )
    notice_days: int = Field(default=_RULES.notice_days, ge=0)
    fairness: NotNegative = _RULES.fairness
    forbidden_successions: list[list[str]] = []
    night_hours: Any = None
    night_minutes_min: int = Field(default=_RULES.night_minutes_min, ge=1, le=1440)
    nights_max_per_week: int = Field(default=_RULES.nights_max_per_week, ge=0, le=7)
    nights_max_per_period: int | None = Field(default=None, ge=0)
    nights_max_consecutive: int | None = Field(default=None, ge=1)
    weekends_max_per_period: int | None = Field(default=None, ge=0)
    period_weeks: int = Field(default=_RULES.period_weeks, ge=0, le=53)
    period_start: Any = None


class CostsModel(_Model):
    """``[costs]``."""

    wage_per_h: NotNegative = _COSTS.wage_per_h
    short_per_h: NotNegative = _COSTS.short_per_h
    short_severe_per_h: NotNegative = _COSTS.short_severe_per_h
    severe_share: Share = _COSTS.severe_share
    short_by_service: bool = _COSTS.short_by_service
    over_per_h: NotNegative = _COSTS.over_per_h
    overdue_per_h: NotNegative = _COSTS.overdue_per_h
    span_per_h: NotNegative = _COSTS.span_per_h
    wish_per_weight: NotNegative = _COSTS.wish_per_weight
    switch_per_change: NotNegative = _COSTS.switch_per_change
    overtime_factor: float = Field(default=_COSTS.overtime_factor, ge=1, le=10)
    change_moved: NotNegative = _COSTS.change_moved
    change_added: NotNegative = _COSTS.change_added
    change_removed: NotNegative = _COSTS.change_removed
    change_breaks: NotNegative = _COSTS.change_breaks
    change_notice_factor: float = Field(default=_COSTS.change_notice_factor, ge=1, le=100)
    seniority_per_year: NotNegative = _COSTS.seniority_per_year


class HeadModel(_Model):
    """The plain keys at the top of the file; the tables below are checked one by one."""

    FILL: ClassVar[dict[str, Any]] = {"name": "_", "timezone": "UTC", "interval_min": 30}

    name: str = Field(min_length=1)
    timezone: str
    interval_min: Literal[5, 10, 15, 30, 60, 1440]
    slot_min: int | None = Field(default=None, gt=0, le=60)
    country: str = ""
    subdivision: str = ""
    holiday_categories: list[str] = []
    labour_rules: list[str] = []
    week_start: Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] = "monday"
    currency: Annotated[str, AfterValidator(_currency)] = ""


LISTS: dict[str, type[_Model]] = {
    "queue": QueueModel,
    "break": BreakModel,
    "shift": ShiftModel,
    "contract": ContractModel,
    "role": RoleModel,
    "rotation": RotationModel,
    "shrinkage_reason": ShrinkageReasonModel,
    "on_call": OnCallModel,
}
TABLES: dict[str, type[_Model]] = {"rules": RulesModel, "costs": CostsModel, "on_call_rules": OnCallRulesModel}
