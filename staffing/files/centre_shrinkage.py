"""``[[shrinkage_reason]]`` -> reasons of absence."""

from datetime import date, datetime
from typing import Any

from staffing.domain.queue import OpeningHours
from staffing.domain.shrinkage import ShrinkageReason
from staffing.files.dates import ISO_DATE, parse_date
from staffing.files.faults import choices
from staffing.files.hours import parse_hours
from staffing.files.model_faults import Doc, checked
from staffing.files.models import ShrinkageReasonModel
from staffing.files.toml_lines import Path

KIND = "shrinkage_reason"


def build_shrinkage(items: list[Any], queues: tuple[str, ...], doc: Doc) -> tuple[ShrinkageReason, ...]:
    """Reasons in the order of the file; items with faults are left out. `queues` are the ids of all queues."""
    built = []
    for place, item in enumerate(items):
        path: Path = (KIND, place)
        before = len(doc.log)
        model, clean = checked(ShrinkageReasonModel, item, path, doc)
        for name in model.queues:
            if name not in queues:
                doc.fault("unknown_queue", (*path, "queues"), name, choices(queues, name))
        start, end = (toml_date(getattr(model, key), (*path, key), doc) for key in ("start", "end"))
        if start is not None and end is not None and end < start:
            doc.fault("ends_before_start", (*path, "end"), end, f">= {start}")
        hours = _hours(model.hours, (*path, "hours"), doc)
        if clean and len(doc.log) == before:
            named = tuple(model.queues)
            built.append(ShrinkageReason(model.name, model.share, model.planned, named, start, end, hours))
    return tuple(built)


def _hours(raw: Any, path: Path, doc: Doc) -> OpeningHours | None:
    def report(code: str, key: str, value: object, expected: str) -> None:
        doc.fault(code, (*path, key) if key else path, value, expected)

    return None if raw is None else parse_hours(raw, report)


def toml_date(value: Any, path: Path, doc: Doc) -> date | None:
    """A TOML date or its text; None when not given or faulty."""
    if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
        return value
    found, code = parse_date(value) if isinstance(value, str) else (None, "not_a_date")
    if found is None:
        doc.fault(code, path, value, ISO_DATE)
    return found
