"""``[[on_call]]`` and ``[on_call_rules]`` -> domain values."""

from datetime import date
from typing import Any

from staffing.domain.on_call import OnCallDuty, OnCallRules
from staffing.domain.timegrid import DAY_MIN
from staffing.files.centre_queues import repeated_ids
from staffing.files.centre_shrinkage import toml_date
from staffing.files.faults import choices
from staffing.files.hours import clock_minutes, multiples, parse_weekdays
from staffing.files.model_faults import Doc, checked
from staffing.files.models import OnCallModel, OnCallRulesModel
from staffing.files.toml_lines import Path

KIND = "on_call"
RULES: Path = ("on_call_rules",)


def build_on_call(items: list[Any], served: tuple[str, ...], slot_min: int | None, doc: Doc) -> tuple[OnCallDuty, ...]:
    """Duties without faults; `served` are the ids and skills of all queues.

    An end at or before the start lies on the next day.
    """
    built = []
    repeated_ids(KIND, [item.get("id") if isinstance(item, dict) else None for item in items], doc)
    for place, item in enumerate(items):
        path: Path = (KIND, place)
        before = len(doc.log)
        model, clean = checked(OnCallModel, item, path, doc)
        start, end = (_clock(getattr(model, key), (*path, key), slot_min, doc) for key in ("start", "end"))
        days = parse_weekdays(
            None if model.weekdays == [] else model.weekdays,
            lambda code, _, value, expected, at=(*path, "weekdays"): doc.fault(code, at, value, expected),  # type: ignore[misc]
        )
        dates = tuple(_date(value, (*path, "dates"), doc) for value in model.dates)
        if model.weekdays == [] and not dates:
            doc.fault("out_of_range", (*path, "weekdays"), "[]", ">= 1 weekday | dates = [...]")
        for name in model.queues:
            if name not in served:
                doc.fault("unknown_skill", (*path, "queues"), name, choices(served, name))
        if not clean or len(doc.log) > before or start is None or end is None or days is None:
            continue
        plain = model.model_dump(exclude={"start", "end", "weekdays", "dates", "queues"})
        start %= DAY_MIN
        built.append(
            OnCallDuty(
                **plain,
                start_min=start,
                end_min=end if end > start else end + DAY_MIN,
                weekdays=() if model.weekdays == [] else days,
                dates=tuple(sorted({when for when in dates if when is not None})),
                queues=tuple(dict.fromkeys(model.queues)),
            )
        )
    return tuple(built)


def build_on_call_rules(raw: Any, doc: Doc) -> OnCallRules:
    """Limits of each person and prices; what has faults takes its default."""
    model, _ = checked(OnCallRulesModel, raw, RULES, doc)
    return OnCallRules(**model.model_dump())


def _clock(value: Any, path: Path, slot_min: int | None, doc: Doc) -> int | None:
    minute = clock_minutes(value)
    if minute is None or minute > DAY_MIN:
        doc.fault("bad_clock", path, value, '"18:00"')
        return None
    if slot_min is not None and minute % slot_min:
        doc.fault("off_slot", path, value, multiples(slot_min))
    return minute


def _date(value: Any, path: Path, doc: Doc) -> date | None:
    if value is None:
        doc.fault("wrong_type", path, value, "[2026-02-16]")
    return toml_date(value, path, doc)
