"""The way back from what happened: findings on a centre, and the edit that makes accepted ones its values."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np

from staffing.domain.arrays import FloatArray
from staffing.domain.centre import Centre, Scenario
from staffing.domain.queue import Queue
from staffing.domain.timegrid import TimeGrid
from staffing.erlang.shrinkage import lost_share
from staffing.files.demand_rows import horizon_table
from staffing.files.model_faults import FILE as TOML
from staffing.files.people_edit import edit_people, people_table, skill_map, skill_text
from staffing.files.toml_edit import set_value
from staffing.measures.kpi import Records, Rows
from staffing.measures.learned import (
    MIN_CONTACTS,
    MIN_ESCALATED,
    MIN_LEFT,
    MIN_PEOPLE,
    Band,
    Estimate,
    Finding,
    Kind,
    LostTime,
    State,
    combined,
    escalated_share,
    handle_time_s,
    handled,
    has_left,
    judged,
    learning_curve,
    lost_time,
    patience_s,
    proficiencies,
)
from staffing.planning.training.placing import ramp_speed


@dataclass(frozen=True, eq=False)
class Learned:
    """What the records say of a centre.

    Attributes
    ----------
    findings : tuple of Finding
        By kind, in the order of the queues and people.
    lost : LostTime or None
        Scheduled work that was not done, by reason.
    curve : tuple of Band
        Speed by months of service.
    missing : tuple of str
        Tables and columns of ``kpi/`` without which something could not be learned.
    """

    findings: tuple[Finding, ...]
    lost: LostTime | None
    curve: tuple[Band, ...]
    missing: tuple[str, ...]

    @property
    def proposals(self) -> tuple[Finding, ...]:
        """The findings that propose a value."""
        return tuple(found for found in self.findings if found.state is State.PROPOSED)


def learn(scenario: Scenario, records: Records) -> Learned:
    """Compare the values a centre is planned with to what its records say; nothing is changed.

    Parameters
    ----------
    scenario : Scenario
        The centre as `staffing.files.read_centre` gives it.
    records : Records
        Its records, as `staffing.files.read_kpi` gives them.
    """
    lost, report = lost_time(records), handled(records)
    parts = (
        _shrinkage(scenario.centre, records, lost),
        _shares(scenario.centre, records),
        _patience(scenario.centre, records),
        () if report is None else _handle_times(scenario, records, report),
        () if report is None else _speeds(scenario, records, report),
    )
    place = {agent: number for number, agent in enumerate(records.agents)}
    started = {
        place[agent.id]: agent.start_date.toordinal()
        for agent in scenario.agents
        if agent.id in place and agent.start_date is not None
    }
    return Learned(
        tuple(found for part in parts for found in judged(part)),
        lost,
        () if report is None else learning_curve(report, started),
        _missing(records, lost, report),
    )


def _missing(records: Records, lost: LostTime | None, report: Rows | None) -> tuple[str, ...]:
    rows = records.rows("intervals")
    waits = rows is not None and bool(np.isfinite(rows["abandon_wait_s"]).any())
    there = {"schedule.csv, activity.csv": lost is not None, "abandon_wait_s": waits, "handled.csv": report is not None}
    return tuple(name for name, found in there.items() if not found)


def _shrinkage(centre: Centre, records: Records, lost: LostTime | None) -> list[Finding]:
    """Shares of ``[shrinkage]`` that, together with the unplanned reasons, lose what was lost."""
    if lost is None:
        return []
    found = []
    for queue in centre.queues:
        estimate = lost.shares.get(records.queues.index(queue.id))
        if estimate is not None:
            estimate = _beside(estimate, _other_loss(centre, queue, lost.scheduled, records.queues.index(queue.id)))
            found.append(Finding(Kind.SHRINKAGE, queue.id, "", queue.unplanned_shrinkage, estimate, MIN_PEOPLE))
    return found


def _beside(total: Estimate, other: float) -> Estimate:
    """The share that, compounded with another, loses the total."""

    def own(share: float) -> float:
        return max(0.0, 1 - (1 - share) / (1 - other))

    variance = total.variance / (1 - other) ** 2
    return replace(total, value=own(total.value), low=own(total.low), high=own(total.high), variance=variance)


def _other_loss(centre: Centre, queue: Queue, scheduled: Rows, place: int) -> float:
    """Mean share lost for the other unplanned reasons over the scheduled work of a queue."""
    if not any(not reason.planned and reason.concerns(queue.id) for reason in centre.shrinkage):
        return 0.0
    mine = scheduled.queue == place
    first, last = int(scheduled.day[mine].min()), int(scheduled.day[mine].max())
    grid = TimeGrid(centre.timezone, date.fromordinal(first), last - first + 1, min(60, centre.interval_min))
    share = lost_share(
        centre, replace(queue, unplanned_shrinkage=0.0), horizon_table(centre, grid), grid, planned=False
    )
    return _mean_over(share, scheduled["start_s"][mine], scheduled["end_s"][mine], grid)


def _mean_over(values: FloatArray, start_s: FloatArray, end_s: FloatArray, grid: TimeGrid) -> float:
    """Mean of values by step over spans of time; what lies outside the grid takes its first or last value."""
    sums = np.concatenate([[0.0], np.cumsum(values)])

    def total(moment: FloatArray) -> FloatArray:
        step = (moment - grid.start_epoch_s) / (60 * grid.step_min)
        found: FloatArray = np.interp(step, np.arange(grid.n + 1), sums) + values[-1] * np.maximum(0.0, step - grid.n)
        return found

    length = (end_s - start_s) / (60 * grid.step_min)
    return float((total(end_s) - total(start_s)).sum() / length.sum())


def _shares(centre: Centre, records: Records) -> list[Finding]:
    place = {name: number for number, name in enumerate(records.queues)}
    return [
        Finding(
            Kind.SHARE,
            queue.id,
            "",
            queue.source.share,
            escalated_share(records, place[queue.source.queue], place[queue.id]),
            MIN_ESCALATED,
        )
        for queue in centre.queues
        if queue.source is not None
    ]


def _patience(centre: Centre, records: Records) -> list[Finding]:
    """Queues in which somebody waits and leaves."""
    place = {name: number for number, name in enumerate(records.queues)}
    return [
        Finding(Kind.PATIENCE, queue.id, "", queue.patience_s, patience_s(records, place[queue.id]), MIN_LEFT)
        for queue in centre.queues
        if not queue.has_deadline and has_left(records, place[queue.id])
    ]


def _handle_times(scenario: Scenario, records: Records, report: Rows) -> list[Finding]:
    """Fixed handle times; those of queues with a history are forecast, and those of chats are of one chat alone."""
    return [
        Finding(
            Kind.HANDLE_TIME,
            queue.id,
            "",
            queue.aht_s,
            handle_time_s(report, records.queues.index(queue.id)),
            MIN_CONTACTS,
        )
        for queue in scenario.centre.queues
        if queue.aht_s is not None and queue.max_parallel == 1 and scenario.history.mean_aht_s(queue.id) is None
    ]


def _speeds(scenario: Scenario, records: Records, report: Rows) -> list[Finding]:
    """Speeds of people in what ``agents.csv`` says they can do; several queues of one skill tell together."""
    by_queue = {queue.id: proficiencies(report, records.queues.index(queue.id)) for queue in scenario.centre.queues}
    skill_of = {queue.id: queue.skill for queue in scenario.centre.queues}
    place = {agent: number for number, agent in enumerate(records.agents)}
    ramps = () if scenario.training is None else scenario.training.ramps
    last = date.fromordinal(int(report.day.max(initial=1)))
    found = []
    for agent in scenario.agents:
        if ramp_speed(agent, ramps, last) != 1.0:
            continue  # a plan slows them down already
        own = {skill.name for skill in agent.skills}
        for skill in agent.skills:
            parts = [
                told[place[agent.id]]
                for queue, told in by_queue.items()
                if place.get(agent.id, -1) in told
                and (queue == skill.name or (skill_of[queue] == skill.name and queue not in own))
            ]
            if parts:
                least, speed = MIN_CONTACTS, skill.proficiency
                found.append(Finding(Kind.SPEED, skill.name, agent.id, speed, combined(parts), least))
    return found


def accepted(folder: Path, findings: Iterable[Finding]) -> dict[str, bytes | None]:
    """Files of a centre folder with the proposed values in them; nothing is written.

    To be written by `staffing.planning.centre_edits.save_centre`, which checks the whole centre.

    Parameters
    ----------
    folder : Path
        The centre folder.
    findings : iterable of Finding
        Those with a proposal count, the others are passed over.

    Raises
    ------
    ValueError
        When a value of ``centre.toml`` stands where it cannot be changed alone.
    """
    proposals = [found for found in findings if found.proposed is not None]
    changes: dict[str, bytes | None] = {}
    of_queues = [found for found in proposals if found.kind is not Kind.SPEED]
    if of_queues:
        text = (Path(folder) / TOML).read_text(encoding="utf-8-sig")
        for found in of_queues:
            text = _with_value(text, found)
        changes[TOML] = text.encode("utf-8")
    speeds: dict[str, dict[str, float]] = {}
    for found in proposals:
        if found.kind is Kind.SPEED and found.proposed is not None:
            speeds.setdefault(found.agent, {})[found.queue] = found.proposed
    if speeds:
        rows = [_with_speeds(row, speeds.get(row.get("agent", ""), {})) for row in people_table(folder).rows]
        changes |= edit_people(folder, rows).changes
    return changes


def _with_value(text: str, found: Finding) -> str:
    value = found.proposed
    if found.kind is Kind.SHRINKAGE:
        return set_value(text, ("shrinkage", found.queue), value)
    queues = tomllib.loads(text)["queue"]
    number = next(place for place, item in enumerate(queues) if item.get("id") == found.queue)
    if found.kind is not Kind.SHARE:
        key = "patience_s" if found.kind is Kind.PATIENCE else "aht_s"
        return set_value(text, ("queue", number, key), value)
    try:
        return set_value(text, ("queue", number, "source", "share"), value)
    except ValueError:
        # Mostly the source is an inline table, which is written anew as a whole.
        return set_value(text, ("queue", number, "source"), {**queues[number]["source"], "share": value})


def _with_speeds(row: Mapping[str, str], speeds: Mapping[str, float]) -> dict[str, str]:
    skills = skill_map(row.get("skills", ""))
    if not speeds or None in skills.values():
        return dict(row)
    return {**row, "skills": skill_text({name: speeds.get(name, speed or 0.0) for name, speed in skills.items()})}


def chosen(learned: Learned, ids: Collection[str]) -> tuple[Finding, ...]:
    """The proposals of those ids.

    Raises
    ------
    KeyError
        With the first id that is no proposal.
    """
    known = {found.id: found for found in learned.proposals}
    for ident in ids:
        if ident not in known:
            raise KeyError(ident)
    return tuple(known[ident] for ident in dict.fromkeys(ids))


NOTE = "learned"


def edit_note(findings: Collection[Finding]) -> str:
    """The edit in words for the list of edits, without people: ``learned: patience 1, speed 3``."""
    counts = {kind: sum(found.kind is kind for found in findings) for kind in Kind}
    return f"{NOTE}: " + ", ".join(f"{kind} {count}" for kind, count in counts.items() if count)
