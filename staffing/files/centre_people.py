"""``[[break]]``, ``[[shift]]``, ``[[contract]]`` and ``[[role]]`` -> domain values."""

from typing import Any

from staffing.domain.people import Contract, Role
from staffing.domain.shift import BreakType, ShiftType
from staffing.files.centre_queues import repeated_ids
from staffing.files.faults import choices
from staffing.files.hours import multiples, parse_weekdays, parse_window
from staffing.files.model_faults import Doc, checked
from staffing.files.models import BreakModel, ContractModel, RoleModel, ShiftModel
from staffing.files.toml_lines import Path


def build_breaks(items: list[Any], slot_min: int | None, doc: Doc) -> tuple[BreakType, ...]:
    """Break types without faults."""
    built = []
    repeated_ids("break", _raw_ids(items), doc)
    for place, item in enumerate(items):
        path = ("break", place)
        model, clean = checked(BreakModel, item, path, doc)
        before = len(doc.log)
        for key in ("minutes", "earliest_min", "latest_min", "spacing_min"):
            _on_slots(getattr(model, key), slot_min, (*path, key), doc, clean)
        if model.earliest_min > model.latest_min and clean:
            doc.fault("window_reversed", (*path, "latest_min"), model.latest_min, f">= {model.earliest_min}")
        if clean and len(doc.log) == before:
            paid = model.kind == "break" if model.paid is None else model.paid
            built.append(BreakType(**model.model_dump(exclude={"paid"}), paid=paid))
    return tuple(built)


def build_shifts(
    items: list[Any],
    breaks: tuple[BreakType, ...],
    break_ids: tuple[str, ...],
    interval_min: int,
    slot_min: int | None,
    doc: Doc,
) -> tuple[ShiftType, ...]:
    """Shift types without faults; starts step by the interval, at most an hour, unless told otherwise."""
    built = []
    repeated_ids("shift", _raw_ids(items), doc)
    types = {kind.id: kind for kind in breaks}
    for place, item in enumerate(items):
        path: Path = ("shift", place)
        model, clean = checked(ShiftModel, item, path, doc)
        before = len(doc.log)

        def report(code: str, key: str, value: object, expected: str, at: Path = (*path, "start")) -> None:
            doc.fault(code, (*at, key) if key else at, value, expected)

        def report_days(code: str, key: str, value: object, expected: str, at: Path = (*path, "weekdays")) -> None:
            doc.fault(code, at, value, expected)

        window = parse_window(model.start, report)
        weekdays = parse_weekdays(model.weekdays, report_days)
        step = min(interval_min, 60) if model.start_step_min is None else model.start_step_min
        for minute in window or ():
            _on_slots(minute, slot_min, (*path, "start"), doc, clean, shown=f"{minute // 60:02d}:{minute % 60:02d}")
        _on_slots(step, slot_min, (*path, "start_step_min"), doc, clean)
        for length in model.lengths_min:
            _on_slots(length, slot_min, (*path, "lengths_min"), doc, clean)
        _references("unknown_break", model.breaks, break_ids, (*path, "breaks"), doc)
        if not clean or window is None or weekdays is None or len(doc.log) > before:
            continue
        shift = ShiftType(model.id, *window, step, tuple(model.lengths_min), tuple(model.breaks), weekdays)
        built.append(shift)
        if slot_min is not None and all(name in types for name in shift.breaks):
            _breaks_fit(shift, types, slot_min, (*path, "breaks"), doc)
    return tuple(built)


def build_contracts(items: list[Any], shift_ids: tuple[str, ...], doc: Doc) -> tuple[Contract, ...]:
    """Contracts without faults."""
    built = []
    repeated_ids("contract", _raw_ids(items), doc)
    for place, item in enumerate(items):
        path = ("contract", place)
        model, clean = checked(ContractModel, item, path, doc)
        before = len(doc.log)
        for low, high in (
            ("weekly_minutes_min", "weekly_minutes_max"),
            ("days_min", "days_max"),
            ("period_minutes_min", "period_minutes_max"),
        ):
            least, most = getattr(model, low), getattr(model, high)
            if least is not None and most is not None and least > most:
                doc.fault("window_reversed", (*path, high), most, f">= {least}")
        shifts = list(shift_ids) if model.shifts is None else model.shifts
        _references("unknown_shift", shifts, shift_ids, (*path, "shifts"), doc)
        if clean and len(doc.log) == before:
            built.append(Contract(**model.model_dump(exclude={"shifts"}), shifts=tuple(shifts)))
    return tuple(built)


def build_roles(items: list[Any], doc: Doc) -> tuple[Role, ...]:
    """Roles without faults."""
    built = []
    names = _raw_ids(items)
    repeated_ids("role", names, doc)
    known = tuple(name for name in names if isinstance(name, str))
    for place, item in enumerate(items):
        path = ("role", place)
        model, clean = checked(RoleModel, item, path, doc)
        before = len(doc.log)
        _references("unknown_role", model.supervises, known, (*path, "supervises"), doc)
        if model.id in model.supervises:
            doc.fault("circular_role", (*path, "supervises"), model.id, "tree")
        if model.supervises and model.max_span is None and clean:
            doc.fault("missing_key", (*path, "max_span"), "", "max_span = ...")
        if clean and len(doc.log) == before:
            built.append(Role(model.id, tuple(model.supervises), model.max_span))
    return tuple(built)


def _raw_ids(items: list[Any]) -> list[object]:
    return [item.get("id") if isinstance(item, dict) else None for item in items]


def _references(code: str, names: list[str], known: tuple[str, ...], path: Path, doc: Doc) -> None:
    for name in names:
        if name not in known:
            doc.fault(code, path, name, choices(known, name))


def _on_slots(minutes: int, slot_min: int | None, path: Path, doc: Doc, clean: bool, shown: str | None = None) -> None:
    if clean and slot_min is not None and minutes % slot_min:
        doc.fault("off_slot", path, minutes if shown is None else shown, multiples(slot_min))


def _breaks_fit(shift: ShiftType, types: dict[str, BreakType], slot_min: int, path: Path, doc: Doc) -> None:
    """Put each break as early as it may start; the first that comes too late or leaves too little is reported."""
    for length in shift.lengths_min:
        end = 0
        for kind in shift.breaks_for(length, types):
            start = max(kind.earliest_min, end + kind.spacing_min)
            start = -(-start // slot_min) * slot_min
            end = start + kind.minutes
            if start > kind.latest_min or end + kind.spacing_min > length:
                latest = min(kind.latest_min, length - kind.minutes - kind.spacing_min)
                doc.fault("break_does_not_fit", path, f"{kind.id}: {start} min / {length} min", f"<= {latest} min")
                break
