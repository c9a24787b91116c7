"""``[[queue]]`` and ``[shrinkage]`` -> queues."""

import itertools
import re
from collections.abc import Iterable
from typing import Any

from staffing.domain.queue import (
    VOICE,
    AnswerTarget,
    Channel,
    DeadlineTarget,
    DeadlineUnit,
    Queue,
    QueueSource,
    ScheduledWork,
    Target,
)
from staffing.files.faults import choices
from staffing.files.hours import parse_hours
from staffing.files.model_faults import Doc, checked
from staffing.files.models import QueueModel, TargetModel
from staffing.files.toml_lines import Path

DEADLINE = re.compile(r"(\d+(?:\.\d+)?)\s*(min|minutes?|h|hours?|days?|working hours?|working days?)")
DEADLINE_SHAPE = "30 min | 24 h | 2 days | 2 working hours | 3 working days"
TARGET_SHAPE = "{ service_level, answer_within_s } | { deadline, share }"
PARALLEL = ("chat", "social")
BUILT = {
    *("target", "hours", "source", "schedule", "channel", "name", "aht_s"),
    *("max_parallel", "aht_by_parallel_s", "parallel_speedup"),
}
DUE_DAYS = {"day": 0, "week": 7, "month": 31, "quarter": 92}


def build_queues(items: list[Any], shrinkage: Any, doc: Doc) -> tuple[Queue, ...]:
    """Queues in the order of the file; items with faults are left out."""
    models = [checked(QueueModel, item, ("queue", place), doc) for place, item in enumerate(items)]
    ids = [item.get("id") for item in items if isinstance(item, dict)]
    repeated_ids("queue", ids, doc)
    known = [name for name in ids if isinstance(name, str)]
    shares = _shrinkage(shrinkage, known, doc)
    _circles(models, doc)
    built = []
    for place, (model, clean) in enumerate(models):
        queue = _queue(model, shares, known, ("queue", place), doc)
        if clean and queue is not None:
            built.append(queue)
    return tuple(built)


def repeated_ids(kind: str, ids: Iterable[object], doc: Doc) -> None:
    """Report every id of a list that was met before."""
    first: dict[str, int] = {}
    told: set[str] = set()
    for place, name in enumerate(ids):
        if not isinstance(name, str):
            continue
        if name in first and name not in told:
            told.add(name)
            doc.fault("duplicate_id", (kind, place, "id"), name, f"{kind}[{first[name] + 1}]")
        first.setdefault(name, place)


def _queue(model: QueueModel, shares: dict[str, float], known: list[str], path: Path, doc: Doc) -> Queue | None:
    before = len(doc.log)
    target = _target(model.target, (*path, "target"), doc)
    hours = None
    if model.hours is not None:
        hours = parse_hours(
            model.hours,
            lambda code, key, value, expected: doc.fault(
                code, (*path, "hours", key) if key else (*path, "hours"), value, expected
            ),
        )
    if model.source is not None and model.source.queue not in known:
        doc.fault("unknown_queue", (*path, "source", "queue"), model.source.queue, choices(known, model.source.queue))
    if model.source is not None and model.schedule is not None:
        doc.fault("source_and_schedule", (*path, "schedule"), "source, schedule", "source | schedule")
    max_parallel, factors = _parallel(model, path, doc)
    if max_parallel > 1 and model.channel in PARALLEL:
        for key, without in (("lines", "no lines"), ("balk_share", "0")):
            if getattr(model, key):
                doc.fault("not_for_channel", (*path, key), getattr(model, key), f"{without} with max_parallel > 1")
    if model.blended and target is not None and not _deferred(target):
        doc.fault("blended_needs_deadline", (*path, "blended"), "true", "{ deadline, share }")
    elif model.blended and model.channel in VOICE:
        doc.fault("not_for_channel", (*path, "blended"), "true", "false (email | ticket | backoffice: true | false)")
    if model.schedule is not None and model.schedule.due_day is not None:
        highest = DUE_DAYS[model.schedule.every]
        if model.schedule.due_day > highest:
            expected = f"1..{highest}" if highest else "no due_day"
            doc.fault("out_of_range", (*path, "schedule", "due_day"), model.schedule.due_day, expected)
    if len(doc.log) > before or target is None:
        return None
    plain = model.model_dump(exclude=BUILT)
    alone_s = model.aht_by_parallel_s[0] if model.aht_by_parallel_s else None
    return Queue(
        **plain,
        aht_s=model.aht_s or alone_s,
        max_parallel=max_parallel,
        parallel_factors=factors,
        name=model.name or model.id,
        channel=Channel(model.channel),
        target=target,
        hours=hours,
        source=None if model.source is None else QueueSource(**model.source.model_dump()),
        schedule=None if model.schedule is None else ScheduledWork(**model.schedule.model_dump()),
        unplanned_shrinkage=shares.get(model.id, shares.get("default", 0.0)),
    )


def _deferred(target: Target) -> bool:
    return Queue("_", Channel.EMAIL, target).has_deadline


def _parallel(model: QueueModel, path: Path, doc: Doc) -> tuple[int, tuple[float, ...]]:
    """Contacts held at once, and the handle time with each number of them relative to one (empty: by `slowdown`)."""
    given = [key for key in ("aht_by_parallel_s", "parallel_speedup") if getattr(model, key)]
    key = given[0] if given else "max_parallel"
    if model.channel not in PARALLEL and (given or model.max_parallel > 1):
        doc.fault("not_for_channel", (*path, key), model.max_parallel, f"1 ({' | '.join(PARALLEL)}: >= 1)")
    if not given:
        return model.max_parallel, ()
    values = getattr(model, key)
    factors = tuple(
        value / values[0] if key == "aht_by_parallel_s" else (n + 1) * values[0] / value
        for n, value in enumerate(values)
    )
    speeds = [(n + 1) / factor for n, factor in enumerate(factors)]
    if len(given) > 1 or "slowdown" in model.model_fields_set:
        doc.fault("parallel_twice", (*path, key), ", ".join(given), "slowdown | aht_by_parallel_s | parallel_speedup")
    elif "max_parallel" in model.model_fields_set and model.max_parallel != len(values):
        doc.fault("parallel_length", (*path, key), len(values), str(model.max_parallel))
    elif len(values) > 20 or any(later < earlier - 1e-9 for earlier, later in itertools.pairwise(speeds)):
        doc.fault("parallel_slower", (*path, key), ", ".join(f"{value:g}" for value in values), "1, 1.7, 2.5")
    return len(values), factors


def _target(model: TargetModel, path: Path, doc: Doc) -> Target | None:
    given = model.model_fields_set
    if model.deadline is None:
        if model.service_level is None or model.answer_within_s is None or "share" in given:
            doc.fault("target_shape", path, ", ".join(sorted(given)), TARGET_SHAPE)
            return None
        return AnswerTarget(model.service_level, model.answer_within_s, model.kind)
    if given & {"service_level", "answer_within_s", "kind"}:
        doc.fault("target_shape", path, ", ".join(sorted(given)), TARGET_SHAPE)
        return None
    found = DEADLINE.fullmatch(model.deadline.strip().lower())
    if found is None or float(found[1]) <= 0:
        doc.fault("bad_deadline", (*path, "deadline"), model.deadline, DEADLINE_SHAPE)
        return None
    amount, unit = float(found[1]), found[2]
    share = 0.95 if model.share is None else model.share
    if unit.startswith("working hour"):
        return DeadlineTarget(amount, DeadlineUnit.WORKING_HOURS, share)
    if unit.startswith("working day"):
        return DeadlineTarget(amount, DeadlineUnit.WORKING_DAYS, share)
    hours = amount / 60 if unit.startswith("min") else amount * 24 if unit.startswith("day") else amount
    return DeadlineTarget(hours, DeadlineUnit.HOURS, share)


def _shrinkage(raw: Any, known: list[str], doc: Doc) -> dict[str, float]:
    if not isinstance(raw, dict):
        doc.fault("wrong_type", ("shrinkage",), raw, "table")
        return {}
    shares = {}
    for key, value in raw.items():
        if key != "default" and key not in known:
            doc.fault("unknown_queue", ("shrinkage", key), key, choices([*known, "default"], key))
        elif isinstance(value, bool) or not isinstance(value, int | float):
            doc.fault("wrong_type", ("shrinkage", key), value, "number")
        elif not 0 <= value < 1:
            doc.fault("out_of_range", ("shrinkage", key), value, ">= 0, < 1")
        else:
            shares[key] = float(value)
    return shares


def _circles(models: list[tuple[QueueModel, bool]], doc: Doc) -> None:
    source = {model.id: model.source.queue for model, _ in models if model.source is not None}
    reported: set[str] = set()
    for place, (model, _) in enumerate(models):
        chain, here = [model.id], source.get(model.id)
        while here is not None and here not in chain:
            chain.append(here)
            here = source.get(here)
        if here == model.id and model.id not in reported:
            reported.update(chain)
            doc.fault("circular_source", ("queue", place, "source", "queue"), " <- ".join([*chain, model.id]), "tree")
