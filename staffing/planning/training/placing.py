"""What is due becomes activities of a plan, and people who are new get the speed of their weeks."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from staffing.domain.centre import Scenario
from staffing.domain.note import Note
from staffing.domain.people import ON_SHIFT_KINDS, Activity, Agent, TimeOff
from staffing.domain.training import Course, LeftNeed, Need, Ramp, SessionGroup, Training
from staffing.planning.training.needs import training_needs

Window = tuple[int, int]
"""First and last day, counted from the first of the plan."""
ROOM_DAYS = 3
"""A session due inside the plan is kept to its due date where so many days are left for it; else late is better."""


def with_training(scenario: Scenario, first: date, days: int, place: bool | None = None) -> Scenario:
    """The scenario with the sessions that are due in its activities, and with the speeds of people who are new.

    Parameters
    ----------
    scenario : Scenario
        One that has been taken in already is given back as it is.
    first : date
        First day of the plan.
    days : int
        Its days.
    place : bool, optional
        Whether sessions are placed; None: as ``curricula.toml`` says. Speeds hold in any case.
    """
    training = scenario.training
    if training is None or training.taken:
        return scenario
    agents, ramped = _ramped(scenario.agents, training.ramps, first, days)
    notes = [_ramp_note(ramped)] if ramped else []
    sessions = _Sessions(scenario, training, first, days)
    if training.place if place is None else place:
        sessions.fill()
        held = sum(len(group.needs) for group in sessions.groups)
        if held:
            people = len({need.agent for group in sessions.groups for need in group.needs})
            notes.append(Note("training_taken", (("sessions", held), ("people", people))))
        late = [left for left in sessions.left if left.need.due < first + timedelta(days=days)]
        if late:
            notes.append(Note("training_left", (("sessions", len(late)),)))
    return replace(
        scenario,
        agents=agents,
        activities=scenario.activities + tuple(sessions.activities),
        training=replace(training, taken=True, groups=tuple(sessions.groups), left=tuple(sessions.left)),
        notes=scenario.notes + tuple(notes),
    )


def with_sessions_of(scenario: Scenario, reference: Scenario, first: date, days: int) -> Scenario:
    """The scenario with the sessions that a plan of the same days asked for, so that a re-plan keeps their groups.

    Who is no longer there has left the group. The scenario as it is where that plan had none or was of other days.
    """
    known, now = reference.training, scenario.training or Training()
    begin = datetime.combine(first, time(), ZoneInfo(scenario.centre.timezone))
    end = datetime.combine(first + timedelta(days=days), time(), begin.tzinfo)
    if known is None or not known.groups or now.taken:
        return scenario
    ids, people = {group.activity for group in known.groups}, {agent.id for agent in scenario.agents}
    asked = [activity for activity in reference.activities if activity.id in ids]
    if any(activity.earliest < begin or activity.latest > end for activity in asked):
        return scenario
    kept = [replace(activity, agents=tuple(one for one in activity.agents if one in people)) for activity in asked]
    agents, _ = _ramped(scenario.agents, now.ramps, first, days)
    return replace(
        scenario,
        agents=agents,
        activities=scenario.activities + tuple(activity for activity in kept if activity.agents),
        training=replace(now, taken=True, groups=known.groups, left=known.left),
    )


def ramp_speed(agent: Agent, ramps: Sequence[Ramp], on: date) -> float:
    """Factor on a person's proficiencies on a day: that of the first ramp that is theirs, 1 without one."""
    return next((speed for ramp in ramps if (speed := ramp.speed(agent, on)) is not None), 1.0)


def _ramped(
    agents: tuple[Agent, ...], ramps: Sequence[Ramp], first: date, days: int
) -> tuple[tuple[Agent, ...], dict[str, float]]:
    """People with the mean speed of the days on which they are there, and the factors that are not 1."""
    found: list[Agent] = []
    factors: dict[str, float] = {}
    horizon = [first + timedelta(days=day) for day in range(days)]
    for agent in agents:
        here = [day for day in horizon if _employed(agent, day)]
        speeds = [ramp_speed(agent, ramps, day) for day in here]
        factor = sum(speeds) / len(speeds) if speeds else 1.0
        if factor != 1.0:
            factors[agent.id] = factor
            skills = tuple(replace(skill, proficiency=round(skill.proficiency * factor, 4)) for skill in agent.skills)
            agent = replace(agent, skills=skills)
        found.append(agent)
    return tuple(found), factors


def _ramp_note(factors: dict[str, float]) -> Note:
    low, high = min(factors.values()), max(factors.values())
    return Note("training_ramp", (("people", len(factors)), ("low", f"{low:.0%}"), ("high", f"{high:.0%}")))


@dataclass
class _Sessions:
    """Makes the activities of one plan."""

    scenario: Scenario
    training: Training
    first: date
    days: int
    activities: list[Activity] = field(default_factory=list)
    groups: list[SessionGroup] = field(default_factory=list)
    left: list[LeftNeed] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.zone = ZoneInfo(self.scenario.centre.timezone)
        self.agents = {agent.id: agent for agent in self.scenario.agents}
        self.taught: Counter[str] = Counter()
        self.ids = {activity.id for activity in self.scenario.activities}
        self.away = _away_days(self.scenario.time_off, self.first, self.days, self.zone)
        shifts = {shift.id: set(shift.weekdays) for shift in self.scenario.centre.shifts}
        self.weekdays = {
            contract.id: set[int]().union(*(shifts.get(name, set()) for name in contract.shifts))
            for contract in self.scenario.centre.contracts
        }

    def fill(self) -> None:
        """Sessions due by the end of the plan, the most urgent first, as far as they can be asked for."""
        last = self.first + timedelta(days=self.days - 1)
        chosen: dict[str, list[Need]] = defaultdict(list)
        for need in training_needs(self.training, self.scenario.agents, self.first):
            if need.due <= last + timedelta(days=self.training.course(need.course).ahead_days):
                chosen[need.course].append(need)
        for name, needs in chosen.items():
            course = self.training.course(name)
            asked = [need for need in needs if self._may_ask(need)]
            most = len(asked) if course.per_week is None else course.per_week * -(-self.days // 7)
            self.left += [LeftNeed(need, "per_week") for need in asked[most:]]
            windows: dict[int, list[tuple[Need, Window]]] = defaultdict(list)
            for need, window in self._windows(course, asked[:most]):
                windows[need.session].append((need, window))
            for session, learners in sorted(windows.items()):
                if course.in_groups:
                    self._ask_groups(course, session, learners)
                else:
                    self._ask_singly(course, session, learners)

    def _may_ask(self, need: Need) -> bool:
        if need.waits_for:
            self.left.append(LeftNeed(need, "waits"))
        return not need.waits_for

    def _windows(self, course: Course, needs: Sequence[Need]) -> Iterator[tuple[Need, Window]]:
        """First and last day of the plan for each session; one person's lie one after the other."""
        chains: dict[str, list[Need]] = defaultdict(list)
        for need in needs:
            chains[need.agent].append(need)
        for agent, unsorted in chains.items():
            chain = sorted(unsorted, key=lambda need: need.session)
            begin = max(0, (chain[0].earliest - self.first).days)
            here = [day for day in range(begin, self.days) if self._here(agent, day)]
            if not here:
                self.left += [LeftNeed(need, "away") for need in chain]
                continue
            # Alone and at any time: the search knows who is away when, and few windows share a room better.
            low, high = (here[0], here[-1]) if len(chain) > 1 or course.in_groups else (begin, self.days - 1)
            gap = course.days_between
            fit = max(1, min(len(chain), (high - low + gap) // gap))
            self.left += [LeftNeed(need, "no_room") for need in chain[fit:]]
            width = (high - low + 1 - (fit - 1) * (gap - 1)) // fit
            for place, need in enumerate(chain[:fit]):
                begin = low + place * (width + gap - 1)
                end = high if place == fit - 1 else begin + width - 1
                due = (need.due - self.first).days
                yield need, (begin, min(end, due) if due - begin + 1 >= ROOM_DAYS else end)

    def _ask_singly(self, course: Course, session: int, learners: list[tuple[Need, Window]]) -> None:
        """One activity for each window; together they hold no more people at once than the course may."""
        windows: dict[Window, list[Need]] = defaultdict(list)
        for need, window in learners:
            windows[window].append(need)
        while course.capacity is not None and len(windows) > course.capacity:
            one, other = min(pairwise(sorted(windows)), key=lambda two: _widened(*two))
            merged = windows.pop(one) + windows.pop(other)
            windows[_merged(one, other)] += merged
        shares = _shares(course.capacity, [len(needs) for _, needs in sorted(windows.items())])
        for (window, needs), share in zip(sorted(windows.items()), shares, strict=True):
            self._add(course, session, window, needs, "", share)

    def _ask_groups(self, course: Course, session: int, learners: list[tuple[Need, Window]]) -> None:
        """One activity for each group: people with days in common, of one team and contract as far as can be."""
        # People of a team and contract have the same shifts, so that a time suits most of a group.
        ordered = sorted(learners, key=lambda row: self._kind_of(row[0].agent))
        groups: list[tuple[Window, list[Need]]] = []
        for need, window in ordered:
            for place, (common, members) in enumerate(groups):
                both = max(common[0], window[0]), min(common[1], window[1])
                if both[0] <= both[1] and len(members) < (course.capacity or len(ordered)):
                    groups[place] = both, [*members, need]
                    break
            else:
                groups.append((window, [need]))
        for window, members in groups:
            trainer = ""
            if course.trainer is not None:
                trainer = self._trainer(course, session, window, {need.agent for need in members})
                if not trainer:
                    self.left += [LeftNeed(need, "no_trainer") for need in members]
                    continue
            self._add(course, session, window, members, trainer, None)

    def _kind_of(self, agent: str) -> tuple[str, str, str]:
        one = self.agents[agent]
        return one.team, one.contract, one.id

    def _trainer(self, course: Course, session: int, window: Window, learners: set[str]) -> str:
        """Who has taught least in this plan, of the learners' own team first; empty when nobody can."""
        assert course.trainer is not None
        day = self.first + timedelta(days=window[0])
        able = [
            agent
            for agent in self.agents.values()
            if agent.id not in learners
            and course.trainer.holds(agent, day)
            and any(self._here(agent.id, at) for at in range(window[0], window[1] + 1))
        ]
        teams = {self.agents[learner].team for learner in learners}
        chosen = min(able, key=lambda one: (self.taught[one.id], one.team not in teams, one.id), default=None)
        if chosen is None:
            return ""
        self.taught[chosen.id] += course.sessions_min[session - 1]
        return chosen.id

    def _add(
        self, course: Course, session: int, window: Window, needs: list[Need], trainer: str, capacity: int | None
    ) -> None:
        people = tuple(need.agent for need in needs) + ((trainer,) if trainer else ())
        earliest, latest = (
            datetime.combine(self.first + timedelta(days=day), time(), self.zone) for day in (window[0], window[1] + 1)
        )
        activity = Activity(
            id=self._id(course, session),
            kind=course.activity,
            agents=people,
            minutes=course.sessions_min[session - 1],
            earliest=earliest,
            latest=latest,
            together=course.in_groups,
            capacity=capacity,
        )
        self.activities.append(activity)
        self.groups.append(SessionGroup(activity.id, course.id, tuple(needs), trainer))

    def _id(self, course: Course, session: int) -> str:
        number = 1
        while (name := f"{course.id}.{session}.{number}") in self.ids:
            number += 1
        self.ids.add(name)
        return name

    def _here(self, agent: str, day: int) -> bool:
        """Whether a person could have a shift that day."""
        one, when = self.agents[agent], self.first + timedelta(days=day)
        works = when.weekday() in self.weekdays.get(one.contract, range(7))
        return works and day not in self.away.get(agent, ()) and _employed(one, when)


def _merged(one: Window, other: Window) -> Window:
    """Days that both have where there is room in them, else the days of either."""
    both = max(one[0], other[0]), min(one[1], other[1])
    return both if both[1] - both[0] + 1 >= ROOM_DAYS else (min(one[0], other[0]), max(one[1], other[1]))


def _widened(one: Window, other: Window) -> int:
    """Days by which two windows differ."""
    return abs(one[0] - other[0]) + abs(one[1] - other[1])


def _shares(capacity: int | None, people: Sequence[int]) -> list[int | None]:
    """A capacity shared by numbers of people, at least 1 for each.

    >>> _shares(4, [1, 7, 2]), _shares(None, [3])
    ([1, 2, 1], [None])
    """
    if capacity is None:
        return [None for _ in people]
    found = [1] * len(people)
    for _ in range(capacity - len(people)):
        most = max(range(len(people)), key=lambda place: people[place] / found[place])
        found[most] += 1
    return list(found)


def _employed(agent: Agent, day: date) -> bool:
    return (agent.start_date is None or agent.start_date <= day) and (agent.end_date is None or day <= agent.end_date)


def _away_days(rows: Sequence[TimeOff], first: date, days: int, zone: ZoneInfo) -> dict[str, set[int]]:
    """Days of the plan that absences cover as a whole."""
    found: dict[str, set[int]] = defaultdict(set)
    moments = [datetime.combine(first + timedelta(days=day), time(), zone) for day in range(days + 1)]
    for row in rows:
        if row.kind in ON_SHIFT_KINDS or row.start >= moments[-1] or row.end <= moments[0]:
            continue
        for day in range(days):
            if row.start <= moments[day] and row.end >= moments[day + 1]:
                found[row.agent].add(day)
    return found
