"""``[rules]`` and ``[[rotation]]`` -> domain values."""

from typing import Any

from staffing.domain.rotation import ANY, OFF, Rotation
from staffing.domain.rules import WorkRules
from staffing.files.centre_queues import repeated_ids
from staffing.files.centre_shrinkage import toml_date
from staffing.files.dates import ISO_DATE
from staffing.files.faults import choices
from staffing.files.hours import clock_minutes
from staffing.files.model_faults import Doc, checked
from staffing.files.models import RotationModel, RulesModel
from staffing.files.toml_lines import Path

RULES: Path = ("rules",)


def build_rules(raw: Any, shift_ids: tuple[str, ...], doc: Doc) -> WorkRules:
    """The rules of the centre; what has faults takes its default."""
    model, _ = checked(RulesModel, raw, RULES, doc)
    plain = model.model_dump(exclude={"forbidden_successions", "night_hours", "period_start", "period_weeks"})
    start = toml_date(model.period_start, (*RULES, "period_start"), doc)
    if model.period_weeks and model.period_start is None:
        doc.fault("missing_key", (*RULES, "period_start"), "", f"period_start = {ISO_DATE}")
    if model.period_start is not None and not model.period_weeks:
        doc.fault("missing_key", (*RULES, "period_weeks"), "", "period_weeks = 4")
    return WorkRules(
        **plain,
        forbidden_successions=_successions(model.forbidden_successions, shift_ids, doc),
        night_hours=_night(model.night_hours, doc),
        period_weeks=model.period_weeks if start is not None else 0,
        period_start=start,
    )


def build_rotations(items: list[Any], shift_ids: tuple[str, ...], doc: Doc) -> tuple[Rotation, ...]:
    """Rotations without faults."""
    built = []
    repeated_ids("rotation", [item.get("id") if isinstance(item, dict) else None for item in items], doc)
    for place, item in enumerate(items):
        path: Path = ("rotation", place)
        before = len(doc.log)
        model, clean = checked(RotationModel, item, path, doc)
        start = toml_date(model.start, (*path, "start"), doc)
        for week in model.weeks:
            if len(week) != 7:
                doc.fault("rotation_week", (*path, "weeks"), len(week), "7")
            for word in week:
                if word not in (ANY, OFF, *shift_ids):
                    doc.fault("unknown_shift", (*path, "weeks"), word, choices((ANY, OFF, *shift_ids), word))
        if clean and len(doc.log) == before and start is not None:
            built.append(Rotation(model.id, start, tuple(tuple(week) for week in model.weeks)))
    return tuple(built)


def _successions(pairs: list[list[str]], shift_ids: tuple[str, ...], doc: Doc) -> tuple[tuple[str, str], ...]:
    path, good = (*RULES, "forbidden_successions"), []
    for pair in pairs:
        if len(pair) != 2:
            doc.fault("wrong_type", path, pair, '[["late", "early"]]')
            continue
        unknown = [name for name in pair if name not in shift_ids]
        for name in unknown:
            doc.fault("unknown_shift", path, name, choices(shift_ids, name))
        if not unknown:
            good.append((pair[0], pair[1]))
    return tuple(dict.fromkeys(good))


def _night(raw: Any, doc: Doc) -> tuple[int, int]:
    if raw is None:
        return WorkRules().night_hours
    times = [clock_minutes(value) for value in raw] if isinstance(raw, list) else []
    minutes = [minute % 1440 for minute in times if minute is not None]
    if len(times) != 2 or len(minutes) != 2 or minutes[0] == minutes[1]:
        doc.fault("bad_clock", (*RULES, "night_hours"), raw, '["23:00", "06:00"]')
        return WorkRules().night_hours
    return minutes[0], minutes[1]
