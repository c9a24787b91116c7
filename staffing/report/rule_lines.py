"""Every rule and price of a centre as a plain sentence with the keys of centre.toml that hold its values."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from typing import Any

from staffing.domain.centre import Centre
from staffing.domain.queue import DeadlineTarget, DeadlineUnit
from staffing.domain.rules import Costs, WorkRules
from staffing.i18n import catalogue, text

Path = tuple[str | int, ...]
HARD, PRICED, SETTING = "hard", "priced", "setting"
TOPICS = ("week", "contract", "shift", "promise", "staffing", "on_call", "price", "always")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WEEK = (
    *("rest_h", "max_consecutive_days", "weekly_rest_h", "weekend_days_max", "weekends_max_per_period"),
    *("forbidden_successions", "night", "nights_max_per_week", "nights_max_consecutive", "nights_max_per_period"),
    "period",
)
ALWAYS = ("one_place", "shift_window", "breaks", "skills", "opening_hours", "time_off", "activities", "locked")
TOGETHER = {
    "night": ("night_hours", "night_minutes_min"),
    "period": ("period_weeks", "period_start"),
}
"""Keys of ``[rules]`` that one sentence speaks of."""
NONE_AT_ZERO = ("weekend_days_max", "weekends_max_per_period", "nights_max_per_week", "nights_max_per_period")
"""Limits whose 0 is better said as "none"."""
CHOICE, FLAG, NUMBER, PAIRS, WHOLES, WINDOW, DATE = "choice", "flag", "number", "pairs", "wholes", "window", "date"
DEADLINE = "deadline"
HOURS, PERCENT = 60, 0.01
"""Minutes, and shares, in the unit that people read."""
UNITS = {unit.value: unit.value.replace("_", " ") for unit in DeadlineUnit}
"""Units of a deadline as centre.toml writes them."""


@dataclass(frozen=True, slots=True)
class Field:
    """One value of a rule as centre.toml holds it, or None.

    `kind` tells what it is; `scale`: the value divided by it is what people read; `options` are the words of a choice.
    """

    path: Path
    value: Any
    kind: str = NUMBER
    scale: float = 1
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A rule: its sentence is text `code` with `params`; `fields` are what can be changed in it.

    `owner` is the contract, shift, break, role, pattern or queue it belongs to, blank for rules of everybody.
    """

    topic: str
    owner: str
    code: str
    params: tuple[tuple[str, Any], ...]
    fields: tuple[Field, ...]
    nature: str


def rule_lines(centre: Centre) -> tuple[RuleLine, ...]:
    """All rules and prices of a centre, by topic."""
    parts = (_week, _contracts, _shifts, _breaks, _rotations, _promises, _staffing, _on_call, _prices, _always)
    return tuple(line for part in parts for line in part(centre))


def sentence(line: RuleLine, lang: str) -> str:
    """The rule in plain words."""
    return text(f"rules.{line.code}", lang, **{name: _shown(value, lang) for name, value in line.params})


def field_name(path: Path, lang: str) -> str:
    """What a value is called on its own."""
    return text(f"rules.field.{path[0] if path[-1] == 'id' else path[-1]}", lang)


def _week(centre: Centre) -> Iterator[RuleLine]:
    rules = centre.rules
    shifts = tuple(shift.id for shift in centre.shifts)
    clock = [_clock(minute) for minute in rules.night_hours]
    for name in WEEK:
        keys = TOGETHER.get(name, (name,))
        values: dict[str, Any] = {key: getattr(rules, key) for key in keys}
        params: dict[str, Any] = dict(values)
        kind: str = NUMBER
        options: tuple[str, ...] = ()
        if name == "forbidden_successions":
            kind, options = PAIRS, shifts
            params = {"pairs": [f"{early} → {late}" for early, late in rules.forbidden_successions]}
            values = {name: [list(pair) for pair in rules.forbidden_successions]}
        elif name == "night":
            params |= {"start": clock[0], "end": clock[1]}
        made = []
        for key, value in values.items():
            own = {"night_hours": WINDOW, "period_start": DATE}.get(key, kind)
            made.append(Field(("rules", key), clock if key == "night_hours" else value, own, options=options))
        code = f"week.{name}"
        if name in NONE_AT_ZERO and getattr(rules, name) == 0:
            code += ".none"
        yield _line("week", "", code, params, made, HARD, _is_off(rules, name))
    known = {key for name in WEEK for key in TOGETHER.get(name, (name,))} | {"notice_days", "fairness"}
    for item in fields(WorkRules):
        # A rule that has no sentence yet is told by its key: nothing is hidden.
        if item.name == "labour":
            titles = [law.title for law in rules.labour]
            yield _line("week", "", "week.labour", {"titles": titles}, (), HARD, not titles)
        elif item.name not in known and getattr(rules, item.name) not in ((), None, False, 0):
            yield RuleLine("week", "", "other", (("key", item.name), ("value", getattr(rules, item.name))), (), HARD)


def _is_off(rules: WorkRules, name: str) -> bool:
    """Whether a rule of the week forbids nothing."""
    if name in ("weekend_days_max", "nights_max_per_week"):
        return bool(getattr(rules, name) >= {"weekend_days_max": 2, "nights_max_per_week": 7}[name])
    value = getattr(rules, {"night": "night_minutes_min", "period": "period_weeks"}.get(name, name))
    return value in (None, 0, ()) and not (name.startswith(("nights_", "weekends_")) and value == 0)


def _contracts(centre: Centre) -> Iterator[RuleLine]:
    shifts = tuple(shift.id for shift in centre.shifts)
    for place, contract in enumerate(centre.contracts):

        def field(name: str, scale: int = 1, kind: str = NUMBER, at: int = place, of: Any = contract) -> Field:
            value = getattr(of, name)
            return Field(("contract", at, name), list(value) if kind == CHOICE else value, kind, scale, shifts)

        low, high = contract.weekly_minutes_min / 60, contract.weekly_minutes_max / 60
        hours = (field("weekly_minutes_min", HOURS), field("weekly_minutes_max", HOURS))
        code = "contract.hours_exact" if low == high else "contract.hours"
        yield _line("contract", contract.id, code, {"low": low, "high": high}, hours, HARD)
        days = (field("days_min"), field("days_max"))
        code = "contract.days_exact" if contract.days_min == contract.days_max else "contract.days"
        yield _line("contract", contract.id, code, {"low": contract.days_min, "high": contract.days_max}, days, HARD)
        params: dict[str, Any] = {"shifts": list(contract.shifts)}
        yield _line("contract", contract.id, "contract.shifts", params, (field("shifts", kind=CHOICE),), HARD)
        over = contract.overtime_minutes_max
        extra = (field("overtime_minutes_max", HOURS),)
        yield _line("contract", contract.id, "contract.overtime", {"high": over / 60}, extra, HARD, over == 0)
        band = (field("start_band_min", HOURS), field("start_band_step_min"))
        width = contract.start_band_min
        params = {"width": (width or 0) / 60}
        yield _line("contract", contract.id, "contract.start_band", params, band, HARD, width is None)
        least, most = contract.period_minutes_min, contract.period_minutes_max
        period = (field("period_minutes_min", HOURS), field("period_minutes_max", HOURS))
        params = {"low": (least or 0) / 60, "high": "∞" if most is None else most / 60}
        is_off = least is None and most is None
        yield _line("contract", contract.id, "contract.period", params, period, HARD, is_off)


def _shifts(centre: Centre) -> Iterator[RuleLine]:
    breaks = tuple(kind.id for kind in centre.breaks)
    for place, shift in enumerate(centre.shifts):
        path: Path = ("shift", place)
        window = [_clock(shift.start_earliest_min), _clock(shift.start_latest_min)]
        start = (Field((*path, "start"), window, WINDOW), Field((*path, "start_step_min"), shift.start_step_min))
        params: dict[str, Any] = {"start": window[0], "end": window[1], "step": shift.start_step_min}
        code = "shift.start_exact" if window[0] == window[1] else "shift.start"
        yield _line("shift", shift.id, code, params, start, HARD)
        params = {"hours": [length / 60 for length in shift.lengths_min]}
        lengths = (Field((*path, "lengths_min"), list(shift.lengths_min), WHOLES),)
        yield _line("shift", shift.id, "shift.lengths", params, lengths, HARD)
        days = [WEEKDAYS[day] for day in shift.weekdays]
        chosen = (Field((*path, "weekdays"), days, CHOICE, options=WEEKDAYS),)
        params = {"days": [f"weekday.{day}" for day in shift.weekdays]}
        yield _line("shift", shift.id, "shift.weekdays", params, chosen, HARD, len(days) == 7)
        held = (Field((*path, "breaks"), list(shift.breaks), CHOICE, options=breaks),)
        yield _line("shift", shift.id, "shift.breaks", {"breaks": list(shift.breaks)}, held, HARD, not shift.breaks)


def _breaks(centre: Centre) -> Iterator[RuleLine]:
    for place, kind in enumerate(centre.breaks):

        def field(name: str, scale: int = 1, own: str = NUMBER, at: int = place, of: Any = kind) -> Field:
            return Field(("break", at, name), getattr(of, name), own, scale)

        params: dict[str, Any] = {"minutes": kind.minutes, "kind": f"rules.kind.{kind.kind}"}
        code = "break.paid" if kind.paid else "break.unpaid"
        yield _line("shift", kind.id, code, params, (field("minutes"), field("paid", own=FLAG)), HARD)
        params = {"early": kind.earliest_min / 60, "late": kind.latest_min / 60}
        yield _line("shift", kind.id, "break.window", params, (field("earliest_min"), field("latest_min")), HARD)
        spacing = (field("spacing_min"),)
        yield _line(
            "shift", kind.id, "break.spacing", {"minutes": kind.spacing_min}, spacing, HARD, not kind.spacing_min
        )
        least = (field("min_shift_min", HOURS),)
        params = {"hours": kind.min_shift_min / 60}
        yield _line("shift", kind.id, "break.min_shift", params, least, HARD, not kind.min_shift_min)


def _rotations(centre: Centre) -> Iterator[RuleLine]:
    for rotation in centre.rotations:
        weeks = [" ".join(week) for week in rotation.weeks]
        params = {"count": len(weeks), "start": rotation.start, "weeks": [f"{n}: {w}" for n, w in enumerate(weeks, 1)]}
        yield _line("shift", rotation.id, "rotation", params, (), HARD)


def _promises(centre: Centre) -> Iterator[RuleLine]:
    """What each queue promises, and what its number of agents is worked out from beside the contacts."""
    for place, queue in enumerate(centre.queues):
        owner, target = queue.name or queue.id, queue.target

        def field(name: str, scale: float = 1, kind: str = NUMBER, at: int = place, of: Any = queue) -> Field:
            return Field(("queue", at, name), getattr(of, name), kind, scale)

        path: Path = ("queue", place, "target")
        if isinstance(target, DeadlineTarget):
            due = Field((*path, "deadline"), f"{target.amount:g} {UNITS[target.unit.value]}", DEADLINE)
            made = (Field((*path, "share"), target.share, scale=PERCENT), due)
            params: dict[str, Any] = {"share": 100 * target.share, "amount": target.amount}
            yield _line("promise", owner, f"promise.{target.unit.value}", params, made, PRICED)
        else:
            level = Field((*path, "service_level"), target.service_level, scale=PERCENT)
            made = (level, Field((*path, "answer_within_s"), target.answer_within_s))
            params = {"share": 100 * target.service_level, "seconds": target.answer_within_s}
            yield _line("promise", owner, "promise.answer", params, made, PRICED)
            for name in ("max_occupancy", "max_abandon_rate", "probability"):
                value = getattr(queue, name)
                params = {"value": 100 * (value or 0.0)}
                yield _line("promise", owner, f"promise.{name}", params, (field(name, PERCENT),), PRICED, value is None)
            params, value = {"value": queue.patience_s}, queue.patience_s
            yield _line("promise", owner, "promise.patience_s", params, (field("patience_s"),), SETTING, value is None)
        params = {"value": queue.aht_s}
        yield _line("promise", owner, "promise.aht_s", params, (field("aht_s"),), SETTING, queue.aht_s is None)


def _staffing(centre: Centre) -> Iterator[RuleLine]:
    for place, role in enumerate(centre.roles):
        if role.supervises:
            span = (Field(("role", place, "max_span"), role.max_span),)
            params: dict[str, Any] = {"span": role.max_span, "roles": list(role.supervises)}
            yield _line("staffing", role.id, "role.span", params, span, PRICED)
    for place, queue in enumerate(centre.queues):
        least = (Field(("queue", place, "min_agents"), queue.min_agents),)
        params = {"count": queue.min_agents}
        yield _line("staffing", queue.name or queue.id, "queue.min_agents", params, least, PRICED, not queue.min_agents)


def _on_call(centre: Centre) -> Iterator[RuleLine]:
    """Limits of each person first, then every duty; nothing where there is none."""
    if not centre.on_call:
        return
    rules = centre.on_call_rules
    for name in ("max_per_week", "max_per_period", "gap_days"):
        value = getattr(rules, name)
        made = (Field(("on_call_rules", name), value),)
        yield _line("on_call", "", f"on_call.{name}", {"value": value}, made, HARD, value in (None, 0))
    for name in ("open_price", "fairness", "change_price"):
        value = getattr(rules, name)
        made = (Field(("on_call_rules", name), value),)
        yield _line("on_call", "", f"on_call.{name}", {"value": value, "currency": centre.currency}, made, SETTING)
    for place, duty in enumerate(centre.on_call):

        def field(name: str, kind: str = NUMBER, value: Any = None, at: int = place, of: Any = duty) -> Field:
            shown = getattr(of, name) if value is None else value
            return Field(("on_call", at, name), shown, kind, options=WEEKDAYS if kind == CHOICE else ())

        clock = {"start": _clock(duty.start_min), "end": _clock(duty.end_min)}
        days = [WEEKDAYS[day] for day in duty.weekdays]
        params: dict[str, Any] = {**clock, "people": duty.people, "queues": list(duty.queues) or "–"}
        yield _line("on_call", duty.id, "on_call.duty", params, (field("people"),), HARD)
        dates: list[str] = [str(when) for when in duty.dates]
        params = {"days": [f"weekday.{day}" for day in duty.weekdays] or "–", "dates": dates or "–"}
        yield _line("on_call", duty.id, "on_call.days", params, (field("weekdays", CHOICE, days),), HARD)
        params = {"pay": duty.pay, "share": 100 * duty.pay_share, "currency": centre.currency}
        yield _line("on_call", duty.id, "on_call.pay", params, (field("pay"), field("pay_share")), SETTING)
        params = {"minutes": duty.response_min, "factor": duty.called_factor, "least": duty.called_min}
        called = (field("response_min"), field("called_factor"), field("called_min"))
        yield _line("on_call", duty.id, "on_call.called", params, called, SETTING)
        works = (field("counts_as_work", FLAG),)
        yield _line("on_call", duty.id, "on_call.counts_as_work", {}, works, HARD, not duty.counts_as_work)


def _prices(centre: Centre) -> Iterator[RuleLine]:
    for item in fields(Costs):
        value = getattr(centre.costs, item.name)
        shown = value * 100 if item.name == "severe_share" else value
        code = f"price.{item.name}" if f"rules.price.{item.name}" in catalogue("en") else "other"
        params = {"value": shown, "currency": centre.currency, "key": item.name}
        made = (Field(("costs", item.name), value, FLAG if isinstance(value, bool) else NUMBER),)
        is_off = not value and item.name in ("seniority_per_year", "short_by_service")
        yield _line("price", "", code, params, made, SETTING, is_off)
    fair = (Field(("rules", "fairness"), centre.rules.fairness),)
    yield _line(
        "price", "", "price.fairness", {"value": centre.rules.fairness}, fair, SETTING, not centre.rules.fairness
    )
    days = (Field(("rules", "notice_days"), centre.rules.notice_days),)
    params = {"notice_days": centre.rules.notice_days, "factor": centre.costs.change_notice_factor}
    yield _line("price", "", "price.notice_days", params, days, SETTING)


def _always(centre: Centre) -> Iterator[RuleLine]:
    for name in ALWAYS:
        yield _line("always", "", f"always.{name}", {}, (), PRICED if name == "activities" else HARD)


def _line(
    topic: str,
    owner: str,
    code: str,
    params: dict[str, Any],
    made: Iterable[Field],
    nature: str,
    is_off: bool = False,
) -> RuleLine:
    return RuleLine(topic, owner, f"{code}.off" if is_off else code, tuple(params.items()), tuple(made), nature)


def _shown(value: Any, lang: str) -> str:
    if isinstance(value, list):
        return text("rules.comma", lang).join(_shown(item, lang) for item in value)
    if isinstance(value, float):
        return f"{value:,.2f}".rstrip("0").rstrip(".")
    if isinstance(value, str) and value.startswith(("weekday.", "rules.kind.")):
        return text(value, lang)
    return "–" if value is None else str(value)


def _clock(minute: int) -> str:
    return f"{minute // 60 % 24:02d}:{minute % 60:02d}"
