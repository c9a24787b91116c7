"""Presets of labour law: one TOML file each beside this module, with the source and the day it was last compared."""

import tomllib
from datetime import date
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict, Field

from staffing.domain.labour import BreakDuty, LabourRules, PayClasses
from staffing.files.faults import choices
from staffing.files.hours import clock_minutes
from staffing.files.model_faults import Doc

FOLDER = "labour"
SUFFIX = ".toml"


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)


class _Break(_Model):
    after_h: float = Field(ge=0, le=24)
    minutes: int = Field(default=0, ge=0, le=240)


class _Pay(_Model):
    overtime: float = Field(default=1.0, ge=1)
    rest_day: float = Field(default=1.0, ge=1)
    holiday: float = Field(default=1.0, ge=1)


class LabourModel(_Model):
    """One preset; hours as people write them, all but the head optional."""

    title: str = Field(min_length=1)
    source: str = Field(min_length=1)
    checked: date
    day_hours: float | None = Field(default=None, gt=0, le=24)
    week_hours: float | None = Field(default=None, gt=0, le=168)
    day_hours_max: float | None = Field(default=None, gt=0, le=24)
    overtime_month_hours: float | None = Field(default=None, ge=0)
    days_max: int | None = Field(default=None, ge=1, le=7)
    max_consecutive_days: int | None = Field(default=None, ge=1)
    rest_h: float | None = Field(default=None, ge=0, le=72)
    weekly_rest_h: float | None = Field(default=None, ge=0, le=168)
    average_week_hours: float | None = Field(default=None, gt=0, le=168)
    average_weeks: int = Field(default=0, ge=0, le=53)
    breaks: list[_Break] = []
    night_hours: list[str] | None = Field(default=None, min_length=2, max_length=2)
    night_hours_min: float = Field(default=0.0, ge=0, le=24)
    night_shift_hours_max: float | None = Field(default=None, gt=0, le=24)
    pay: _Pay = _Pay()
    notice_days: int | None = Field(default=None, ge=0)
    notice_pay_h: float = Field(default=0.0, ge=0)
    notice_lost_share: float = Field(default=0.0, ge=0, le=1)
    stand_by_counts: bool = False


def preset_names() -> tuple[str, ...]:
    """Names of the presets that come with the package, in order.

    >>> preset_names()
    ('cn', 'eu', 'fair_workweek')
    """
    names = (entry.name for entry in (files(__package__) / FOLDER).iterdir())
    return tuple(sorted(name.removesuffix(SUFFIX) for name in names if name.endswith(SUFFIX)))


@cache
def read_preset(name: str) -> LabourRules:
    """The preset of that name.

    Raises
    ------
    KeyError
        When there is none.

    Examples
    --------
    >>> read_preset("cn").overtime_month_minutes
    2160
    """
    if name not in preset_names():
        raise KeyError(name)
    raw = tomllib.loads((files(__package__) / FOLDER / f"{name}{SUFFIX}").read_text(encoding="utf-8"))
    return preset(name, LabourModel.model_validate(raw))


def preset(name: str, model: LabourModel) -> LabourRules:
    """The domain value of a checked file."""
    night = None
    if model.night_hours is not None:
        begin, end = (clock_minutes(clock) for clock in model.night_hours)
        if begin is None or end is None:
            raise ValueError(f"labour rules {name}: night_hours is {model.night_hours}, expected two times of the day")
        night = begin % 1440, end % 1440
    return LabourRules(
        id=name,
        title=model.title,
        source=model.source,
        checked=model.checked,
        day_minutes=_minutes(model.day_hours),
        week_minutes=_minutes(model.week_hours),
        day_minutes_max=_minutes(model.day_hours_max),
        overtime_month_minutes=_minutes(model.overtime_month_hours),
        days_max=model.days_max,
        max_consecutive_days=model.max_consecutive_days,
        rest_h=model.rest_h,
        weekly_rest_h=model.weekly_rest_h,
        average_week_minutes=_minutes(model.average_week_hours),
        average_weeks=model.average_weeks,
        breaks=tuple(BreakDuty(round(duty.after_h * 60), duty.minutes) for duty in model.breaks),
        night_hours=night,
        night_minutes_min=round(model.night_hours_min * 60),
        night_shift_minutes_max=_minutes(model.night_shift_hours_max),
        pay=PayClasses(model.pay.overtime, model.pay.rest_day, model.pay.holiday),
        notice_days=model.notice_days,
        notice_pay_h=model.notice_pay_h,
        notice_lost_share=model.notice_lost_share,
        stand_by_counts=model.stand_by_counts,
    )


def labour_rules(names: list[str], doc: Doc) -> tuple[LabourRules, ...]:
    """The presets that a centre names, each once; an unknown name is a fault."""
    known = preset_names()
    for name in names:
        if name not in known:
            doc.fault("unknown_labour_rules", ("labour_rules",), name, choices(known, name))
    return tuple(read_preset(name) for name in dict.fromkeys(names) if name in known)


def _minutes(hours: float | None) -> int | None:
    return None if hours is None else round(hours * 60)
