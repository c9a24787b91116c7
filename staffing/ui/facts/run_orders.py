"""What was ordered of a run, in words."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path

from staffing.store import Job, Store
from staffing.store.people import people
from staffing.ui.jobs import BY
from staffing.ui.words import NOTHING, Words


def kind_of(job: Job) -> str:
    """``plan``, ``replan`` or ``simulate``."""
    return next((name for name in ("simulate", "replan") if job.payload.get(name)), "plan")


def place_of(job: Job) -> str:
    """Name of the folder of the centre, blank where it is not known."""
    return Path(str(job.payload.get("centre", ""))).name


def who(store: Store, found: Iterable[Job]) -> dict[str, str]:
    """Name of who gave each order, by the key of the job; without those that nobody is known for."""
    keys = {job.id: str(job.payload[BY]) for job in found if job.payload.get(BY)}
    known = people(store, keys.values())
    return {job: known[key].name or known[key].ident for job, key in keys.items()}


def moment(at_s: float) -> str:
    """A moment to the minute, in the time of this computer."""
    return f"{datetime.fromtimestamp(at_s).astimezone():%Y-%m-%d %H:%M}"


def settings_of(job: Job, words: Words) -> dict[str, str]:
    """What was ordered, by the names of the fields; the same names for every kind of run."""
    order, kind = job.payload, kind_of(job)
    first = order.get("first_day") or (job.summary or {}).get("first_day")
    chance = order.get("probability")
    searched = kind != "simulate"
    again: Mapping[str, object] = order.get("replan") or {}
    return {
        words("line.kind"): words(f"line.kind_{kind}"),
        words("column.centre"): place_of(job) or NOTHING,
        words("runs.first_day"): words.day(date.fromisoformat(str(first))) if first else NOTHING,
        words("runs.weeks"): words.number(order.get("weeks")) if kind == "plan" else NOTHING,
        words("runs.limit"): words.number(order.get("time_limit_s")) if searched else NOTHING,
        words("runs.seed"): str(order.get("seed", NOTHING)) if kind == "plan" else NOTHING,
        words("runs.workers"): words.number(order.get("workers")),
        words("runs.probability"): _chance(chance, words) if kind == "plan" else NOTHING,
        words("runs.parts"): words(f"runs.parts_{order.get('parts', 'auto')}") if kind == "plan" else NOTHING,
        words("replan.price"): _text(again.get("price_factor")),
        words("replan.most"): _text(again.get("max_changes")),
        words("replan.frozen"): _text(again.get("frozen_until")),
    }


def line_of(job: Job, words: Words) -> str:
    """An order in one line: kind, centre, weeks, limit, seed and chance."""
    order, kind = job.payload, kind_of(job)
    parts = [words(f"line.kind_{kind}"), place_of(job)]
    if kind == "plan":
        weeks = int(order["weeks"])
        parts += [order["first_day"] or "", words("line.week" if weeks == 1 else "line.weeks", count=weeks)]
    if kind != "simulate":
        parts.append(words("line.limit", seconds=words.number(order["time_limit_s"])))
    if kind == "plan":
        parts += [words("line.seed", seed=order["seed"]), _chance(order.get("probability"), words)]
    return " · ".join(part for part in parts if part)


def _chance(value: float | None, words: Words) -> str:
    return words("runs.on_average") if value is None else words("line.chance", chance=words.percent(value, 0))


def _text(value: object) -> str:
    return NOTHING if value is None else f"{value:g}" if isinstance(value, float) else str(value)
