"""What the unattended runs left behind: the batches known here, and the state of every team."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from staffing.batch.checkpoint import Checkpoint, read_checkpoint
from staffing.errors import SettingsError
from staffing.files.batch_toml import BatchOrder, order_files, read_batch
from staffing.report.batch_words import fault_words
from staffing.ui.words import NOTHING, Words

NO_PLAN = ("no_plan", "refused", "failed")
"""States of a team that needs somebody's help."""
FAULTS_TOLD = 2


@dataclass(frozen=True, slots=True)
class Batch:
    """One BATCH.toml: its order, or why it cannot be read."""

    path: Path
    order: BatchOrder | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """When a batch ran last (seconds since 1970, None: never), how that ended, and what is known of each team."""

    at_s: float | None
    status: str
    teams: tuple[tuple[str, Checkpoint], ...]

    @property
    def waiting(self) -> int:
        """Plans kept for a person."""
        return sum(one.publication == "kept" for _, one in self.teams)

    @property
    def broken(self) -> int:
        """Teams without a plan."""
        return sum(one.state in NO_PLAN for _, one in self.teams)


def batches(home: Path) -> tuple[Batch, ...]:
    """Batches named in STAFFING_BATCH, and those in the folder ``batch`` below `home`."""
    found = []
    for path in order_files(home):
        try:
            found.append(Batch(path, read_batch(path)))
        except SettingsError as error:
            found.append(Batch(path, None, str(error)))
    return tuple(found)


def last_run(order: BatchOrder) -> Run:
    """What the last run of a batch left in its folder."""
    summary = order.out / "summary.json"
    status, at_s = "", None
    try:
        status = str(json.loads(summary.read_text(encoding="utf-8"))["status"])
        at_s = summary.stat().st_mtime
    except (OSError, ValueError, KeyError):
        pass
    return Run(at_s, status, tuple((team.name, read_checkpoint(order.out, team.name)) for team in order.teams))


def team_rows(run: Run, words: Words) -> list[dict[str, Any]]:
    """One row for each team."""
    return [
        {
            words("batch.column_team"): name,
            words("batch.column_state"): words(f"batch.state.{one.state}"),
            words("batch.column_publication"): publication(one, words),
            words("batch.column_why"): why(one, words) or NOTHING,
            words("batch.column_short"): words.number(one.figures.get("short_h"), 1),
            words("batch.column_service"): words.percent(one.figures.get("service_floor")),
            words("batch.column_changes"): words.number(one.figures.get("changes")),
            words("batch.column_people"): words.number(one.figures.get("people_changed")),
            words("batch.column_cost"): words.number(one.figures.get("objective")),
            words("batch.column_from"): one.figures.get("first_day") or NOTHING,
            words("batch.column_days"): words.number(one.figures.get("days")),
        }
        for name, one in run.teams
    ]


def publication(one: Checkpoint, words: Words) -> str:
    """What became of the plan."""
    if one.state != "planned":
        return NOTHING
    return words(f"batch.publication.{one.publication or 'open'}", version=one.version or NOTHING)


def why(one: Checkpoint, words: Words) -> str:
    """Why a plan was kept, or what went wrong first."""
    told = [words(f"batch.unsafe.{code}") for code in one.unsafe]
    told += [fault_words(fault, words.lang) for fault in one.faults[:FAULTS_TOLD]]
    more = len(one.faults) - FAULTS_TOLD
    return "; ".join(told) + (f" (+{more})" if more > 0 else "")
