"""kpi.toml -> targets and scorecard."""

import re
from dataclasses import replace
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from staffing.files.faults import FaultLog, choices
from staffing.files.model_faults import Doc, checked, read_toml
from staffing.measures.kpi import BY_CODE, AdherenceRules, Direction, Goals, Kind
from staffing.measures.kpi.reasons import TOLERANCE_MIN
from staffing.measures.kpi.scorecard import MIN_PEOPLE

FILE = "kpi/kpi.toml"
CODE = re.compile(r"[a-z][a-z0-9_]*")
WEIGHABLE = tuple(
    code
    for code, measure in BY_CODE.items()
    if measure.kind not in (Kind.SUM, Kind.INDEX) and measure.direction is not Direction.NEITHER
)
"""Measures with a better direction and an interval: only they can be weighed."""


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)


class ScorecardModel(_Model):
    """``[scorecard]``."""

    weights: dict[str, Annotated[float, Field(ge=0)]] = {}
    zero: dict[str, float] = {}
    min_sample: dict[str, Annotated[int, Field(ge=2)]] = {}
    min_people: int = Field(default=MIN_PEOPLE, ge=2)


class AdherenceModel(_Model):
    """``[adherence]``."""

    tolerance_min: float = Field(default=TOLERANCE_MIN, ge=0)
    excused: list[str] | None = None
    reasons: dict[str, str] = {}


class KpiModel(_Model):
    """The top of the file; its tables are checked by themselves."""

    targets: dict[str, float] = {}
    scorecard: Any = None
    adherence: Any = None


def read_goals(data: bytes, log: FaultLog) -> Goals:
    """Targets and scorecard of the file; with faults what could still be read."""
    found = read_toml(FILE, data, log)
    if found is None:
        return Goals()
    raw, doc = found
    head, _ = checked(KpiModel, raw, (), doc)
    card, _ = checked(ScorecardModel, raw.get("scorecard", {}), ("scorecard",), doc)
    judged, _ = checked(AdherenceModel, raw.get("adherence", {}), ("adherence",), doc)
    for path, names, known in (
        (("targets",), head.targets, tuple(BY_CODE)),
        (("scorecard", "min_sample"), card.min_sample, tuple(BY_CODE)),
        (("scorecard", "zero"), card.zero, WEIGHABLE),
        (("scorecard", "weights"), card.weights, WEIGHABLE),
    ):
        for name in names:
            if name not in known:
                doc.fault("unknown_key", (*path, name), name, choices(known, name))
    for code in card.weights:
        if code in WEIGHABLE:
            _check_scale(code, head, card, doc)
    return Goals(head.targets, card.weights, card.zero, card.min_sample, card.min_people, _adherence_rules(judged, doc))


def _adherence_rules(judged: AdherenceModel, doc: Doc) -> AdherenceRules:
    """Tolerance and reasons; those of the centre's own have a code, and one that there is already gets another name."""
    for code in judged.reasons:
        if not CODE.fullmatch(code):
            doc.fault("bad_id", ("adherence", "reasons", code), code, "a-z, 0-9, _")
    rules = AdherenceRules(judged.tolerance_min, own=judged.reasons)
    if judged.excused is None:
        return rules
    for code in judged.excused:
        if code not in rules.codes:
            doc.fault("not_one_of", ("adherence", "excused"), code, choices(rules.codes, code))
    return replace(rules, excused=tuple(judged.excused))


def _check_scale(code: str, head: KpiModel, card: ScorecardModel, doc: Doc) -> None:
    """A weighed measure needs its target and the value that gives no points, on the worse side of it."""
    if code not in head.targets:
        doc.fault("missing_key", ("targets", code), "", f"{code} = ...")
    if code not in card.zero:
        doc.fault("missing_key", ("scorecard", "zero", code), "", f"{code} = ...")
    if code in head.targets and code in card.zero:
        target, zero = head.targets[code], card.zero[code]
        higher = BY_CODE[code].direction is Direction.HIGHER
        if (zero >= target) if higher else (zero <= target):
            doc.fault("out_of_range", ("scorecard", "zero", code), zero, f"{'<' if higher else '>'} {target:g}")
