"""A session is done: the record is written and, with the last one, the skills matrix grows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from staffing.domain.centre import Scenario
from staffing.domain.people import Skill
from staffing.domain.training import CourseRecord, Training, done_by, times_done
from staffing.files.course_records import with_records
from staffing.files.people_edit import edit_people, people_table, skill_map, skill_text


@dataclass(frozen=True, slots=True)
class DoneRow:
    """A session that somebody has had; `session` None is the next one that is missing, 0 all that are."""

    agent: str
    course: str
    done: date
    session: int | None = None


@dataclass(frozen=True)
class Done:
    """What marking sessions as done changes: files for the one writer of centre folders, records, and new skills."""

    changes: dict[str, bytes | None]
    records: tuple[CourseRecord, ...]
    granted: tuple[tuple[str, Skill], ...]


def next_session(training: Training, agent: str, course_id: str) -> int:
    """Number of the first session that a person has had less often than another; 1 after a whole time."""
    course = training.course(course_id)
    done = done_by(training.records).get((agent, course_id), {})
    times = times_done(course, done)
    sessions = range(1, len(course.sessions_min) + 1)
    return next(number for number in sessions if len(done.get(number, ())) <= times)


def mark_done(folder: Path, scenario: Scenario, rows: Iterable[DoneRow]) -> Done:
    """Files of a centre folder with sessions marked as done; nothing is written.

    To be written by `staffing.planning.centre_edits.save_centre`, which checks the whole centre. Who has done all
    sessions of a course that grants a skill has it from then on; a proficiency that is higher already stays.

    Parameters
    ----------
    folder : Path
        The centre folder.
    scenario : Scenario
        As it was read.
    rows : iterable of DoneRow
        What is recorded already is passed over.

    Raises
    ------
    KeyError
        For a course or a person that the centre does not have.
    ValueError
        For a session that the course does not have.
    """
    training = scenario.training or Training()
    agents = {agent.id: agent for agent in scenario.agents}
    known, added = list(training.records), []
    granted: dict[str, list[Skill]] = {}
    for row in rows:
        if row.agent not in agents:
            raise KeyError(row.agent)
        course = training.course(row.course)
        now = Training(training.courses, tuple(known))
        begin = next_session(now, row.agent, row.course) if not row.session else row.session
        if begin > len(course.sessions_min):
            raise ValueError(f"session is {begin}, expected at most {len(course.sessions_min)}")
        numbers = range(begin, len(course.sessions_min) + 1) if row.session == 0 else (begin,)
        for number in numbers:
            record = CourseRecord(row.agent, row.course, number, row.done)
            if record not in known:
                known.append(record)
                added.append(record)
        skill = course.grants
        finished = times_done(course, done_by(known).get((row.agent, row.course), {}))
        if skill is not None and finished and _grows((*agents[row.agent].skills, *granted.get(row.agent, ())), skill):
            granted.setdefault(row.agent, []).append(skill)
    changes: dict[str, bytes | None] = {}
    if added:
        changes |= with_records(folder, added)
    if granted:
        table = [_with_skills(row, granted.get(row.get("agent", ""), [])) for row in people_table(folder).rows]
        changes |= edit_people(folder, table).changes
    return Done(changes, tuple(added), tuple((agent, skill) for agent, skills in granted.items() for skill in skills))


def _grows(skills: Iterable[Skill], new: Skill) -> bool:
    return all(skill.name != new.name or skill.proficiency < new.proficiency for skill in skills)


def _with_skills(row: Mapping[str, str], granted: list[Skill]) -> dict[str, str]:
    cells = dict(row)
    skills = skill_map(cells.get("skills", ""))
    if not granted or None in skills.values():
        return cells
    found = {name: value or 0.0 for name, value in skills.items()}
    return {**cells, "skills": skill_text(found | {skill.name: skill.proficiency for skill in granted})}
