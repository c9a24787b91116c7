"""Plans that leave the house: stored for good, approved, published, taken back, and handed out as folders."""

import hashlib
from collections.abc import Callable
from datetime import date
from pathlib import Path

from staffing.audit import audit_roster
from staffing.audit.on_call import plan_faults
from staffing.domain.result import Violation
from staffing.files import write_plan
from staffing.files.home import VERSIONS
from staffing.plan import Plan
from staffing.planning.stored import named, nameless, nameless_if_known
from staffing.store import Store
from staffing.store.access import Actor
from staffing.store.versions import ANY, add_version, publish, published_version, version_body, version_covering


class RefusedPlanError(Exception):
    """A plan cannot be published: it has no roster, or `violations` of hard rules."""

    def __init__(self, violations: tuple[Violation, ...]) -> None:
        super().__init__(f"{len(violations)} violations of hard rules" if violations else "no roster")
        self.violations = violations


def submit_plan(store: Store, plan: Plan, by: Actor, note: str = "") -> int:
    """Store a plan as a version for good, and return its number; an equal plan keeps the number it has.

    The roster is audited again, whatever the plan says of itself.

    Raises
    ------
    RefusedPlanError
        When there is no roster or a hard rule is broken.
    AccessError
        When the role of `by` is too low.
    """
    if plan.roster is None:
        raise RefusedPlanError(())
    faults = audit_roster(plan.problem, plan.roster) + plan_faults(plan.problem, plan.roster, plan.on_call)
    broken = tuple(row for row in faults if row.severity == "hard")
    if broken:
        raise RefusedPlanError(broken)
    body = nameless(store, plan)
    grid = plan.problem.grid
    return add_version(store, body, plan.scenario.centre.name, str(grid.first_day), grid.days, by, note)


def publish_plan(store: Store, plan: Plan, by: Actor, note: str = "", expected: int | None = ANY) -> int:
    """Store a plan and publish it; returns the number of its version.

    Parameters
    ----------
    expected : int or None, optional
        Version taken for the published one of that centre and period (None: none is). Default: any.

    Raises
    ------
    RefusedPlanError
        When there is no roster or a hard rule is broken.
    AccessError
        When the role of `by` is too low.
    VersionConflictError
        When another version than `expected` is published.
    """
    n = submit_plan(store, plan, by, note)
    publish(store, n, by, expected)
    return n


def version_plan(store: Store, n: int) -> Plan:
    """The plan of a version, its digest verified, with the names of the people still known.

    Raises
    ------
    NoVersionError, StoreDamagedError
        When there is no such version, or it is damaged.
    """
    return named(store, version_body(store, n)[1])[0]


def version_folder(store: Store, n: int, home: Path, extras: Callable[[Plan, Path], None] | None = None) -> Path:
    """A version as a plan folder below `home`; written anew when people were renamed or erased since.

    Raises
    ------
    NoVersionError, StoreDamagedError
        When there is no such version, or it is damaged.
    """
    _, body = version_body(store, n)
    plan, _ = named(store, body)
    people = "\n".join(f"{agent.id}\t{agent.name}" for agent in plan.problem.agents)
    state = hashlib.sha256(body + people.encode()).hexdigest()[:16]
    folder = home / VERSIONS / f"{n}-{state}"
    if not folder.is_dir():
        write_plan(plan, folder, extras=None if extras is None else lambda target: extras(plan, target))
    return folder


def published_plan(store: Store, home: Path, day: date | None = None, centre: str | None = None) -> Path | None:
    """Folder of the plan that was published last; None without one.

    Where they are given, of a period that holds `day` and of that centre.

    Raises
    ------
    StoreDamagedError
        When the version is damaged.
    """
    n = published_version(store, centre) if day is None else version_covering(store, day, centre)
    return None if n is None else version_folder(store, n, home)


def current_version(store: Store, plan: Plan) -> int | None:
    """Number of the version that is published for the centre and period of a plan."""
    return published_version(store, plan.scenario.centre.name, str(plan.problem.grid.first_day))


def peek_digest(store: Store, plan: Plan) -> str | None:
    """Digest that a plan has or would have in the store; None when it cannot be stored yet. Changes nothing."""
    body = nameless_if_known(store, plan)
    return None if body is None else hashlib.sha256(body).hexdigest()
