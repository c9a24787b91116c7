"""Courses, whom they are for, what was done of them, and the speed of people who are new."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from staffing.domain.people import Agent, Skill

KINDS = ("onboarding", "test", "skill", "coaching")
"""What a course is: of people who are new, repeated, for a skill, or talks about one's work."""


@dataclass(frozen=True, slots=True)
class Audience:
    """Some of the people: every condition that is given must hold; none means everybody.

    `skills` asks for one of them, with a proficiency from `min_level` to `max_level`. Tenure counts from the first day
    of employment; who has none written down has been there for long.
    """

    teams: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    min_level: float | None = None
    max_level: float | None = None
    min_tenure_days: int | None = None
    max_tenure_days: int | None = None

    def holds(self, agent: Agent, on: date) -> bool:
        """Whether a person is one of them on a day.

        Examples
        --------
        >>> from staffing.domain.people import Agent, Skill
        >>> new = Agent("a", "", "north", "agent", "full", (Skill("phone", 0.7),), start_date=date(2026, 1, 5))
        >>> Audience(skills=("phone",), max_level=0.8).holds(new, date(2026, 2, 2))
        True
        >>> Audience(min_tenure_days=90).holds(new, date(2026, 2, 2))
        False
        """
        if self.teams and agent.team not in self.teams:
            return False
        if self.roles and agent.role not in self.roles:
            return False
        if self.skills and not any(skill.name in self.skills and self._level(skill) for skill in agent.skills):
            return False
        days = None if agent.start_date is None else (on - agent.start_date).days
        if self.min_tenure_days is not None and days is not None and days < self.min_tenure_days:
            return False
        return self.max_tenure_days is None or (days is not None and days <= self.max_tenure_days)

    def _level(self, skill: Skill) -> bool:
        low = self.min_level is None or skill.proficiency >= self.min_level
        return low and (self.max_level is None or skill.proficiency <= self.max_level)


@dataclass(frozen=True, slots=True)
class Course:
    """A course of one or more sessions, held in their order.

    Attributes
    ----------
    start : date
        Nobody owes the course before; who was hired earlier owes no onboarding.
    sessions_min : tuple of int
        Minutes of each session.
    due_days : int
        Days from hiring, or from `start` where that is later, until the last session is due.
    every_days : int or None
        Days from one time to the next; None: once.
    days_between : int
        Days from one session to the next at least.
    ahead_days : int
        So many days before it is due a session may be planned already.
    capacity : int or None
        Learners at once at most.
    together : bool
        A group has its session at one time; with a trainer it always has.
    trainer : Audience or None
        Who gives it; one of them is there.
    after : tuple of str
        Courses that come before.
    grants : Skill or None
        What somebody can do afterwards.
    per_week : int or None
        Sessions of people planned in a week at most, the most urgent first.
    """

    id: str
    name: str
    kind: str
    start: date
    sessions_min: tuple[int, ...]
    due_days: int
    every_days: int | None = None
    days_between: int = 1
    ahead_days: int = 0
    capacity: int | None = None
    together: bool = False
    trainer: Audience | None = None
    after: tuple[str, ...] = ()
    grants: Skill | None = None
    per_week: int | None = None
    who: Audience = Audience()

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"kind is {self.kind!r}, expected one of {', '.join(KINDS)}")
        if not self.sessions_min or min(self.sessions_min) < 1:
            raise ValueError(f"sessions_min is {self.sessions_min}, expected minutes of at least one session")
        if self.days_between < 1:
            raise ValueError(f"days_between is {self.days_between}, expected 1 or more")

    @property
    def activity(self) -> str:
        """How a session stands in the roster."""
        return "coaching" if self.kind == "coaching" else "training"

    @property
    def in_groups(self) -> bool:
        """Whether a group has its session at one time."""
        return self.together or self.trainer is not None

    def concerns(self, agent: Agent, on: date) -> bool:
        """Whether a person owes the course on a day, what was done left aside."""
        if agent.end_date is not None and agent.end_date < on:
            return False
        if self.kind == "onboarding" and (agent.start_date is None or agent.start_date < self.start):
            return False
        if self.grants is not None and _level(agent, self.grants.name) >= self.grants.proficiency:
            return False
        return self.who.holds(agent, on)


def _level(agent: Agent, name: str) -> float:
    return max((skill.proficiency for skill in agent.skills if skill.name == name), default=0.0)


@dataclass(frozen=True, slots=True)
class CourseRecord:
    """A session that somebody has had; sessions are numbered from 1."""

    agent: str
    course: str
    session: int
    done: date


@dataclass(frozen=True, slots=True)
class Ramp:
    """Speed of people who are new: `speeds` of `step_weeks` weeks each from the first day, then 1."""

    speeds: tuple[float, ...]
    step_weeks: int = 4
    who: Audience = Audience()

    def speed(self, agent: Agent, on: date) -> float | None:
        """The factor on a person's proficiencies on a day; None where the ramp is not theirs or over.

        Examples
        --------
        >>> from staffing.domain.people import Agent
        >>> new = Agent("a", "", "", "", "full", (), start_date=date(2026, 1, 5))
        >>> [Ramp((0.6, 0.8), 2).speed(new, date(2026, 1, day)) for day in (5, 18, 19)]
        [0.6, 0.6, 0.8]
        """
        if agent.start_date is None or on < agent.start_date or not self.who.holds(agent, on):
            return None
        step = (on - agent.start_date).days // (7 * self.step_weeks)
        return self.speeds[step] if step < len(self.speeds) else None


@dataclass(frozen=True, slots=True)
class Need:
    """A session that somebody owes.

    `reason` is ``hired`` (of onboarding), ``first`` (never done) or ``again`` (done on `since`, to be done again);
    `since` the day from which the due date counts, `earliest` the first day it may be held. With `waits_for` another
    course has to be done before.
    """

    agent: str
    course: str
    session: int
    due: date
    reason: str
    since: date
    earliest: date
    waits_for: str = ""

    def overdue_days(self, on: date) -> int:
        """Days by which it is late; 0 when it is not."""
        return max(0, (on - self.due).days)


@dataclass(frozen=True, slots=True)
class SessionGroup:
    """What one activity of a plan holds: a session of a course for its learners, with a trainer (empty: none)."""

    activity: str
    course: str
    needs: tuple[Need, ...]
    trainer: str = ""


@dataclass(frozen=True, slots=True)
class LeftNeed:
    """A need that a plan does not ask for: ``away``, ``no_room``, ``no_trainer``, ``per_week`` or ``waits``."""

    need: Need
    reason: str


@dataclass(frozen=True, slots=True)
class Training:
    """The courses of a centre and what was done of them.

    `place`: plans take in what is due. Once one has (`taken`), `groups` and `left` tell what it asks for and what not.
    """

    courses: tuple[Course, ...] = ()
    records: tuple[CourseRecord, ...] = ()
    ramps: tuple[Ramp, ...] = ()
    place: bool = True
    taken: bool = False
    groups: tuple[SessionGroup, ...] = ()
    left: tuple[LeftNeed, ...] = ()

    def course(self, course_id: str) -> Course:
        """The course of that id.

        Raises
        ------
        KeyError
            When there is none.
        """
        for course in self.courses:
            if course.id == course_id:
                return course
        raise KeyError(course_id)


def done_by(records: Iterable[CourseRecord]) -> Mapping[tuple[str, str], Mapping[int, tuple[date, ...]]]:
    """Days on which each session was done, in order, by agent and course."""
    found: dict[tuple[str, str], dict[int, list[date]]] = {}
    for row in records:
        found.setdefault((row.agent, row.course), {}).setdefault(row.session, []).append(row.done)
    return {
        key: {session: tuple(sorted(days)) for session, days in sessions.items()} for key, sessions in found.items()
    }


def times_done(course: Course, sessions: Mapping[int, tuple[date, ...]]) -> int:
    """How often all sessions of a course were done."""
    return min(len(sessions.get(number, ())) for number in range(1, len(course.sessions_min) + 1))
