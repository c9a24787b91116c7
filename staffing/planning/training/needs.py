"""Who needs which session by when: a pure function of the courses, the people and what was done."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from staffing.domain.people import Agent
from staffing.domain.training import Course, Need, Training, done_by, times_done


def training_needs(
    training: Training, agents: Sequence[Agent], on: date, until: date | None = None
) -> tuple[Need, ...]:
    """Sessions that people owe on a day, the most urgent first, so that what is overdue comes first.

    Parameters
    ----------
    training : Training
    agents : sequence of Agent
        Those who have left by then owe nothing; those who begin later do from their first day on.
    on : date
        The day of the question; what was done later counts as not done.
    until : date, optional
        Leaves out what is due later.

    Returns
    -------
    tuple of Need
        By due date, course, agent and session; of a course that is repeated the next time only.
    """
    done = done_by(row for row in training.records if row.done <= on)
    found = []
    for course in training.courses:
        for agent in agents:
            day = on if agent.start_date is None else max(on, agent.start_date)
            if course.concerns(agent, day):
                waits = _waits_for(training, course, agent, day, done)
                found += list(_sessions(course, agent, day, done.get((agent.id, course.id), {}), waits))
    kept = (need for need in found if until is None or need.due <= until)
    return tuple(sorted(kept, key=lambda need: (need.due, need.course, need.agent, need.session)))


def _waits_for(
    training: Training,
    course: Course,
    agent: Agent,
    day: date,
    done: Mapping[tuple[str, str], Mapping[int, tuple[date, ...]]],
) -> str:
    """The first course that has to be done before and is not; one that the person does not owe counts as done."""
    for name in course.after:
        before = training.course(name)
        if before.concerns(agent, day) and not times_done(before, done.get((agent.id, name), {})):
            return name
    return ""


def _sessions(
    course: Course, agent: Agent, day: date, done: Mapping[int, tuple[date, ...]], waits: str
) -> Iterator[Need]:
    times, count = times_done(course, done), len(course.sessions_min)
    if times and course.every_days is None:
        return
    since = course.start if agent.start_date is None else max(course.start, agent.start_date)
    reason = "hired" if course.kind == "onboarding" else "first"
    if times:
        reason, since = "again", max(days[times - 1] for days in done.values() if len(days) >= times)
    before = None
    for session in range(1, count + 1):
        days = done.get(session, ())
        if len(days) > times:
            before = days[times]
            continue
        earliest = day if before is None else max(day, before + timedelta(days=course.days_between))
        yield Need(agent.id, course.id, session, _due(course, since, session, times), reason, since, earliest, waits)
        before = earliest


def _due(course: Course, since: date, session: int, times: int) -> date:
    """The last session is due at the end, those of a first time in even steps, of a later time as late as can be."""
    count = len(course.sessions_min)
    if times and course.every_days is not None:
        return since + timedelta(days=course.every_days - (count - session) * course.days_between)
    return since + timedelta(days=-(-course.due_days * session // count))
