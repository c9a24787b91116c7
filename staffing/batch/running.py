"""Team after team: plan or re-plan, checkpoint, publish by policy, checkpoint."""

from __future__ import annotations

import logging
import os
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from staffing.batch.checkpoint import UNPUBLISHED, WRITTEN, Checkpoint, read_checkpoint, write_checkpoint
from staffing.batch.keys import centre_name, run_key
from staffing.batch.locking import locked
from staffing.batch.planning import TeamTask, plan_team, try_team
from staffing.compute import LostClusterError, StoppedError, run_all
from staffing.errors import DataError, SettingsError
from staffing.files.batch_toml import BatchOrder, RelativeDay, TeamOrder
from staffing.plan import Plan, PlanSettings
from staffing.settings import load_settings

LOG = logging.getLogger(__name__)
ACTOR = "batch"


@dataclass(frozen=True, slots=True)
class TeamResult:
    """A team's checkpoint; `ran` where something was done for it now, `seconds` how long that took."""

    name: str
    checkpoint: Checkpoint
    ran: bool
    seconds: float


@dataclass(frozen=True, slots=True)
class BatchEnd:
    """How a batch ended: ``done``, ``nothing`` or ``unfinished`` (out of time or stopped; may be run again)."""

    status: str
    teams: tuple[TeamResult, ...]


def run_batch(
    order: BatchOrder,
    *,
    dry_run: bool = False,
    force: bool = False,
    max_seconds: float | None = None,
    should_stop: Callable[[], bool] | None = None,
    on_team: Callable[[str, str], None] | None = None,
    open_store: Callable[[], Any] | None = None,
    now: datetime | None = None,
) -> BatchEnd:
    """Bring every team of the batch up to date.

    A team whose run key has not changed is left alone. A plan folder appears whole and its checkpoint after it, so that
    a run may be killed at any moment and started again: only the interrupted step is done anew, and publishing the same
    plan twice is publishing it once. One team's broken input does not stop the others.

    Parameters
    ----------
    dry_run
        Say what would run (state ``would_run``) and do nothing.
    force
        Run all teams again.
    max_seconds
        Budget of the whole batch; what is unfinished then is left for the next run.
    on_team
        Told the name of a team and what is done for it.
    open_store
        Opens the store of publications; needed by a policy other than never and by ``reference = "published"``.
    now
        Moment from which relative days are counted, in each centre's own zone. Default: the present.

    Raises
    ------
    LockedError
        When another run works in the same folder.
    """
    tell = on_team or (lambda *_: None)
    begun = time.monotonic()
    budget = max_seconds if max_seconds is not None else order.max_seconds

    def late() -> bool:
        over = budget is not None and time.monotonic() - begun >= budget
        return over or (should_stop is not None and should_stop())

    until = None if budget is None else time.time() + budget
    with locked(order.out, looks_only=dry_run):
        results: list[TeamResult] = []
        desk = _Desk(order, late, tell, open_store, writes=not dry_run, until_s=until, now=now or datetime.now(UTC))
        made, cut_off = ({}, False) if dry_run else desk.side_by_side(force)
        unfinished = cut_off
        for team in order.teams:
            started = time.monotonic()
            try:
                if team.name in made:
                    known = made[team.name]
                    found = desk.finish(team, known)
                    unfinished |= found is None
                    results.append(TeamResult(team.name, found or known, True, round(time.monotonic() - started, 1)))
                    continue
                key, published = run_key(order, team), desk.published(team)
                known = desk.known(team, key, published)
                if known.is_done(key, published) and not force:
                    results.append(TeamResult(team.name, known, False, 0.0))
                    continue
                if dry_run:
                    results.append(TeamResult(team.name, replace(known, key=key, state="would_run"), False, 0.0))
                    continue
                if cut_off or late():
                    unfinished = True
                    results.append(TeamResult(team.name, known, False, 0.0))
                    continue
                moved = published is not None and published[1] != known.base
                found = desk.work(team, key, Checkpoint() if force or moved else known, published)
            except Exception as error:
                # What is on disk stands, so that a plan whose publishing failed is not made again.
                known, found = read_checkpoint(order.out, team.name), failed("", error)
                LOG.error("team %s: %s", team.name, type(error).__name__, exc_info=_debug())
            unfinished |= found is None
            results.append(
                TeamResult(team.name, found or known, found is not None, round(time.monotonic() - started, 1))
            )
        status = "unfinished" if unfinished else "done" if any(row.ran for row in results) or dry_run else "nothing"
        if dry_run and all(row.checkpoint.state != "would_run" for row in results):
            status = "nothing"
        return BatchEnd(status, tuple(results))


@dataclass(slots=True)
class _Desk:
    """Works one team at a time."""

    order: BatchOrder
    late: Callable[[], bool]
    tell: Callable[[str, str], None]
    open_store: Callable[[], Any] | None
    writes: bool
    until_s: float | None = None
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    def published(self, team: TeamOrder) -> tuple[int, str] | None:
        """Number and digest of the published version that the team starts from; None where it starts from none."""
        if team.reference != "published":
            return None
        from staffing.store.versions import published_version, version_body, version_covering

        centre = centre_name(team.centre)
        if centre is None:
            return None
        with self._store() as store:
            day = team.first_day
            n = published_version(store, centre) if day is None else version_covering(store, day, centre)
            return None if n is None else (n, version_body(store, n)[0].digest)

    def known(self, team: TeamOrder, key: str, published: tuple[int, str] | None) -> Checkpoint:
        """The team's checkpoint, as far as it still holds.

        Nothing is known without the plan folder. What another policy kept or left is decided again. A plan that has
        become the published version, by a run that was killed right then or by a person, is no new start.
        """
        known = read_checkpoint(self.order.out, team.name)
        if known.state in WRITTEN and not (self.order.out / team.name / "plan.json").is_file():
            return Checkpoint()
        if known.key != key or known.state != "planned":
            return known
        if published is not None and published[1] != known.base and published[0] != known.version:
            if self._is_version(team, published[0]):
                found = replace(known, publication="published", version=published[0])
                return self._kept(team, found) if self.writes else found
        elif known.publication in UNPUBLISHED and known.policy != policy_of(self.order):
            return replace(known, publication="", unsafe=())
        return known

    def _is_version(self, team: TeamOrder, n: int) -> bool:
        """Whether the plan in the team's folder is that of a version."""
        from staffing.files import read_plan
        from staffing.planning.publishing import peek_digest
        from staffing.store.versions import version_body

        with self._store() as store:
            return peek_digest(store, read_plan(self.order.out / team.name)) == version_body(store, n)[0].body_digest

    def work(
        self, team: TeamOrder, key: str, known: Checkpoint, published: tuple[int, str] | None
    ) -> Checkpoint | None:
        """Plan and publish; None where time ran out and nothing of it was kept."""
        if known.key != key or known.state != "planned":
            self.tell(team.name, "plan")
            try:
                plan = self._plan(team)
            except Exception as error:
                # The message may hold what was found in a table, so that only its kind is told.
                LOG.error("team %s: %s", team.name, type(error).__name__, exc_info=_debug())
                return self._kept(team, failed(key, error, published))
            if self.late():
                return None
            known = self.planned(team, key, published, plan)
        return self.finish(team, known)

    def finish(self, team: TeamOrder, known: Checkpoint) -> Checkpoint | None:
        """Publish what was planned, by policy."""
        return self._publish(team, known) if known.state == "planned" else known

    def side_by_side(self, force: bool) -> tuple[dict[str, Checkpoint], bool]:
        """Plan the teams that need it on the executor of the order; whether it was cut off.

        Each plan is written and checkpointed as it comes. With the executor ``serial`` nothing is done here: the teams
        are then planned and published one by one.
        """
        executor = self.order.executor or load_settings().executor or "serial"
        if executor == "serial":
            return {}, False
        made: dict[str, Checkpoint] = {}
        wanted: list[tuple[TeamOrder, str, tuple[int, str] | None]] = []
        tasks: list[TeamTask] = []
        for team in self.order.teams:
            try:
                key, published = run_key(self.order, team), self.published(team)
                known = self.known(team, key, published)
            except Exception:  # noqa: BLE001 - comes again and is told when it is the team's turn
                continue
            moved = published is not None and published[1] != known.base
            if not force and (
                known.is_done(key, published) or (known.key, known.state, moved) == (key, "planned", False)
            ):
                continue
            try:
                tasks.append(self.task(team))
            except Exception as error:
                LOG.error("team %s: %s", team.name, type(error).__name__, exc_info=_debug())
                made[team.name] = self._kept(team, failed(key, error, published))
                continue
            wanted.append((team, key, published))
            self.tell(team.name, "plan")

        def take(index: int, found: Plan | Exception | None) -> None:
            team, key, published = wanted[index]
            if isinstance(found, Exception):
                LOG.error("team %s: %s", team.name, type(found).__name__)
                made[team.name] = self._kept(team, failed(key, found, published))
            elif found is not None:
                made[team.name] = self.planned(team, key, published, found)

        try:
            run_all(try_team, tasks, executor=executor, on_result=take, should_stop=self.late)
        except StoppedError:
            return made, True
        except LostClusterError as error:
            LOG.error("%s", error)
            return made, True
        return made, len(made) < len(wanted)

    def planned(self, team: TeamOrder, key: str, published: tuple[int, str] | None, plan: Plan) -> Checkpoint:
        """Write the plan and, after it, that it is there."""
        self.tell(team.name, "write")
        state = "planned" if plan.is_legal else "no_plan"
        known = Checkpoint(key, state, base_of(published), figures=figures(plan))
        self._write(team, plan)
        return self._kept(team, known)

    def _plan(self, team: TeamOrder) -> Plan:
        return plan_team(self.task(team), should_stop=self.late)

    def task(self, team: TeamOrder) -> TeamTask:
        """All that planning the team needs; workers get it as it is, never the address of a store."""
        from staffing.files import read_centre
        from staffing.planning import ReplanSettings
        from staffing.planning.absences import moment

        order, scenario = self.order, read_centre(team.centre)
        settings = PlanSettings(
            first_day=team.first_day,
            weeks=team.weeks,
            time_limit_s=team.time_limit_s,
            seed=team.seed,
            workers=order.workers,
            reproducible=order.reproducible,
            replications=order.replications,
            probability=team.probability,
        )
        before = self._reference(team, scenario.centre.name)
        if before is None:
            return TeamTask(scenario, settings, until_s=self.until_s)
        zone = before.problem.grid.zone
        run = self.now.astimezone(zone).date()
        frozen = str(team.frozen_until.on(run)) if isinstance(team.frozen_until, RelativeDay) else team.frozen_until
        limits = ReplanSettings(
            None if frozen is None else moment(frozen, "frozen_until", zone),
            team.today.on(run) if isinstance(team.today, RelativeDay) else team.today,
            team.price_factor,
        )
        return TeamTask(scenario, settings, before, limits, self.until_s)

    def _reference(self, team: TeamOrder, centre: str) -> Plan | None:
        from staffing.files import read_plan
        from staffing.planning.publishing import version_plan

        if not team.reference:
            return None
        if team.reference != "published":
            return read_plan(Path(team.reference))
        published = self.published(team)
        if published is None:
            raise SettingsError(f"reference is published, but nothing is published of {centre!r} for that period")
        with self._store() as store:
            return version_plan(store, published[0])

    def _write(self, team: TeamOrder, plan: Plan) -> None:
        from staffing.files import write_plan
        from staffing.report import export_plan

        lang = self.order.lang
        write_plan(plan, self.order.out / team.name, extras=lambda target: export_plan(plan, target, lang=lang))

    def _publish(self, team: TeamOrder, known: Checkpoint) -> Checkpoint | None:
        """Publish by policy; None where somebody has published another version meanwhile."""
        known = replace(known, policy=policy_of(self.order))
        if self.order.publish == "never":
            return self._kept(team, replace(known, publication="unpublished"))
        from staffing.files import read_plan
        from staffing.planning.publishing import publish_plan
        from staffing.store.access import Actor, Role

        # Always what was written: a run that goes on after a kill publishes the very same version.
        plan = read_plan(self.order.out / team.name)
        unsafe = unsafe_for(self.order, plan)
        if self.order.publish == "if-safe" and unsafe:
            return self._kept(team, replace(known, publication="kept", unsafe=unsafe))
        now = self.published(team)
        if known.base and now is not None and now[1] != known.base and not self._is_version(team, now[0]):
            return None
        self.tell(team.name, "publish")
        with self._store() as store:
            n = publish_plan(store, plan, Actor(ACTOR, Role.ADMINISTRATOR), note=known.key[:12])
        return self._kept(team, replace(known, publication="published", version=n, unsafe=unsafe))

    def _store(self) -> Any:
        if self.open_store is None:
            raise SettingsError("open_store is None, expected the store of publications")
        return self.open_store()

    def _kept(self, team: TeamOrder, checkpoint: Checkpoint) -> Checkpoint:
        write_checkpoint(self.order.out, team.name, checkpoint)
        return checkpoint


def base_of(published: tuple[int, str] | None) -> str:
    """Digest of the published version that a team starts from; blank where it starts from none."""
    return "" if published is None else published[1]


def failed(key: str, error: Exception, published: tuple[int, str] | None = None) -> Checkpoint:
    """Why a team has no plan: faults of its input by place, else the kind of error, never values of tables."""
    if isinstance(error, DataError):
        places = tuple({"file": f.file, "row": f.row, "column": f.column, "code": f.code} for f in error.faults)
        return Checkpoint(key, "refused", base_of(published), faults=places)
    if isinstance(error, SettingsError):
        return Checkpoint(key, "failed", faults=({"code": "settings", "message": str(error)},))
    return Checkpoint(key, "failed", faults=({"code": type(error).__name__},))


def _debug() -> bool:
    """Whether a traceback is wanted."""
    return bool(os.environ.get("STAFFING_DEBUG"))


def policy_of(order: BatchOrder) -> str:
    """The rules by which a plan is published, in one line."""
    return f"{order.publish} {order.floor} {order.max_changes}"


def figures(plan: Plan) -> dict[str, Any]:
    """What the summary tells of a plan, without ids of people.

    `violations` are those of hard rules: 0 of every plan that is ``planned``. Soft ones are priced and legal.
    """
    from staffing.measures import service_floor, short_hours
    from staffing.measures.changes import change_rows

    hours = short_hours(plan)
    rows = change_rows(plan)
    broken = Counter(row.rule for row in plan.violations)
    hard = sum(row.severity == "hard" for row in plan.violations)
    return {
        "status": plan.result.status.value,
        "objective": plan.result.objective,
        "bound": plan.result.bound,
        "gap_total": plan.result.gap_total,
        "violations": hard,
        "violations_soft": len(plan.violations) - hard,
        "rules_broken": dict(sorted(broken.items())),
        "short_h": round(hours.short_h, 2),
        "service_floor": None if plan.verdict is None else service_floor(plan.verdict),
        "first_day": str(plan.problem.grid.first_day),
        "days": plan.problem.grid.days,
        "changes": len(rows),
        "people_changed": len({row["agent"] for row in rows}),
        "notes": sorted({note.code for note in plan.notes}),
    }


def unsafe_for(order: BatchOrder, plan: Plan) -> tuple[str, ...]:
    """Why a plan is not published without a person: codes, empty where it is safe.

    ``violations`` of hard rules, ``service`` below the floor, ``changes`` above the limit, changes inside the
    ``frozen`` time of a re-plan.
    """
    from staffing.measures import service_floor

    found = []
    if not plan.is_legal:
        found.append("violations")
    reached = None if plan.verdict is None else service_floor(plan.verdict)
    if order.floor > 0 and (reached is None or reached < order.floor):
        found.append("service")
    if plan.replanned is not None:
        made = plan.replanned
        if order.max_changes is not None and len(made.changes) > order.max_changes:
            found.append("changes")
        starts = plan.problem.grid.day_start
        if any(starts[change.day + 1] <= made.frozen_until for change in made.changes):
            found.append("frozen")
    return tuple(found)
