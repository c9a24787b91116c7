"""One door for a centre folder: everything is read, everything is checked, all faults are told at once."""

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path
from zoneinfo import ZoneInfo

from staffing.calendars import day_table
from staffing.domain.centre import Centre, Scenario
from staffing.domain.lawful import labour_notes, lawful_centre
from staffing.domain.note import Note
from staffing.domain.people import Activity, Agent, TimeOff
from staffing.domain.training import Training
from staffing.files import (
    absences,
    calendar_rows,
    course_records,
    curricula,
    history,
    leave_requests,
    overrides,
    people,
    requests,
)
from staffing.files.centre_toml import CentreDraft, read_centre_toml
from staffing.files.crosscheck import check_people
from staffing.files.derived import complete_queues
from staffing.files.faults import FaultLog
from staffing.files.history_checks import check_history
from staffing.files.history_gaps import contact_history
from staffing.files.model_faults import FILE as TOML
from staffing.files.table import Table, read_table
from staffing.files.uncollected import uncollected


@uncollected()
def read_centre(folder: Path, *, people: bool = True) -> Scenario:
    """Read and check a centre folder.

    Parameters
    ----------
    folder : Path
        Folder with centre.toml, history.csv and the optional files.
    people : bool
        Whether agents, time off, activities, wishes and carry-in are needed; forecast and
        requirement do without them, and then those files are not looked at.

    Returns
    -------
    Scenario
        With notes on everything that was assumed or left unknown, and the digest of all bytes read.

    Raises
    ------
    DataError
        With every fault of every file.
    """
    log = FaultLog()
    folder = Path(folder)
    if not folder.is_dir():
        log.add("missing_folder", folder.name or str(folder), value=folder, expected=TOML)
        log.refuse()
    source = _Folder(folder, log)
    toml = source.read(TOML, required=True)
    draft = CentreDraft() if toml is None else read_centre_toml(toml, log)
    scenario = _Reader(source, draft, log).read(people)
    log.refuse()
    if scenario is None:
        raise AssertionError("a folder without faults must give a scenario")
    return replace(scenario, digest=source.digest())


class _Folder:
    """Bytes of the files read so far."""

    def __init__(self, folder: Path, log: FaultLog) -> None:
        self._folder, self._log = folder, log
        self._files: dict[str, bytes] = {}

    def read(self, name: str, *, required: bool = False) -> bytes | None:
        """Bytes of a file; an absent one is a fault when it is required.

        The digest leaves out what no plan is made from.
        """
        path = self._folder / name
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            if required:
                self._log.add("missing_file", name, value=self._folder.name, expected=name)
            return None
        except OSError as error:
            self._log.add("unreadable_file", name, value=error.strerror or type(error).__name__, expected=name)
            return None
        if name != leave_requests.FILE:
            self._files[name] = data
        return data

    def digest(self) -> str:
        """SHA-256 of names and contents; byte-order marks and line ends of other systems do not count."""
        total = hashlib.sha256()
        courses = self._files.get(curricula.FILE)
        asked_only = courses is None or not curricula.is_planned(courses)
        for name, data in sorted(self._files.items()):
            if asked_only and name in (curricula.FILE, course_records.FILE):
                continue
            plain = data.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n")
            total.update(f"{name}\0{len(plain)}\0".encode() + plain)
        return total.hexdigest()


@dataclass
class _Reader:
    source: _Folder
    draft: CentreDraft
    log: FaultLog
    notes: tuple[Note, ...] = ()

    def read(self, with_people: bool) -> Scenario | None:
        draft, log = self.draft, self.log
        zone = draft.zone or ZoneInfo("UTC")
        rows = None
        table = self.table(history.FILE, history.REQUIRED, history.MEASURES, required_file=True)
        if table is not None:
            rows = history.read_history_rows(table, draft, log)
            if rows is not None:
                check_history(rows, log)
        special = self.table(
            calendar_rows.SPECIAL_DAYS, calendar_rows.SPECIAL_DAYS_REQUIRED, calendar_rows.SPECIAL_DAYS_OPTIONAL
        )
        special_days = () if special is None else calendar_rows.read_special_days(special, log)
        events_table = self.table(calendar_rows.EVENTS, calendar_rows.EVENTS_REQUIRED, calendar_rows.EVENTS_OPTIONAL)
        events = () if events_table is None else calendar_rows.read_events(events_table, draft.queues, log)
        layers_table = self.table(overrides.FILE, overrides.REQUIRED, overrides.OPTIONAL)
        layers = () if layers_table is None else overrides.read_overrides(layers_table, draft.queues, zone, log)
        scenario = None
        contacts = None
        centre = draft.centre
        if centre is not None and rows is not None:
            days, _ = day_table(
                centre.country,
                centre.subdivision,
                special_days,
                rows.grid.dates[0],
                rows.grid.dates[-1],
                categories=centre.holiday_categories,
            )
            centre, completed = complete_queues(centre, rows, days)
            contacts, gaps = contact_history(centre, rows, days, log)
            self.notes += (*completed, *gaps, *labour_notes(centre))
            scenario = Scenario(centre, contacts, events=events, special_days=special_days, overrides=layers)
        if with_people:
            scenario = self._people(scenario, centre, zone)
        return None if scenario is None else replace(scenario, notes=self.notes)

    def _people(self, scenario: Scenario | None, centre: Centre | None, zone: ZoneInfo) -> Scenario | None:
        draft, log = self.draft, self.log
        agents_table = self.table(people.FILE, people.REQUIRED, people.OPTIONAL, required_file=True)
        agents = () if agents_table is None else people.read_agents(agents_table, draft, log)
        known = None if agents_table is None else people.agent_ids(agents_table)
        time_off_table = self.table(absences.TIME_OFF, absences.TIME_OFF_REQUIRED, absences.TIME_OFF_OPTIONAL)
        time_off: tuple[TimeOff, ...] = ()
        if time_off_table is not None:
            time_off, told = absences.read_time_off(time_off_table, known, zone, log)
            self.notes += told
        activities_table = self.table(requests.ACTIVITIES, requests.ACTIVITIES_REQUIRED, requests.ACTIVITIES_OPTIONAL)
        activities: tuple[Activity, ...] = ()
        if activities_table is not None:
            activities = requests.read_activities(activities_table, known, zone, draft.slot_min, log)
        wishes_table = self.table(requests.WISHES, requests.WISHES_REQUIRED, requests.WISHES_OPTIONAL)
        wishes = () if wishes_table is None else requests.read_wishes(wishes_table, known, draft.shifts, log)
        carry_table = self.table(absences.CARRY_IN, absences.CARRY_IN_REQUIRED, ())
        carry_in = () if carry_table is None else absences.read_carry_in(carry_table, known, zone, log)
        asked_table = self.table(leave_requests.FILE, leave_requests.REQUIRED, leave_requests.OPTIONAL)
        if asked_table is not None:
            leave_requests.request_rows(asked_table, known, log)  # only checked: what is asked for plans nothing
        skills = None if agents_table is None else people.skill_names(agents_table)
        training = self._training(agents, known)
        check_people(draft, None if centre is None else lawful_centre(centre), skills, log)
        if scenario is None:
            return None
        return replace(
            scenario,
            agents=agents,
            time_off=time_off,
            activities=activities,
            wishes=wishes,
            carry_in=carry_in,
            training=training,
        )

    def _training(self, agents: tuple[Agent, ...], known: frozenset[str] | None) -> Training | None:
        """Courses with what was done of them; None where the centre has none."""
        data = self.source.read(curricula.FILE)
        training = None if data is None else curricula.read_curricula(data, self.draft, agents, self.log)
        table = self.table(course_records.FILE, course_records.REQUIRED, course_records.OPTIONAL)
        if table is None:
            return training
        # Of faulty curricula nobody knows the courses; without a file there are none.
        courses = None if data is not None and training is None else () if training is None else training.courses
        records = course_records.read_records(table, known, courses, self.log)
        return None if training is None else replace(training, records=records)

    def table(
        self, file: str, required: tuple[str, ...], optional: tuple[str, ...], *, required_file: bool = False
    ) -> Table | None:
        """A CSV file of the folder, None when it is absent or its shape is wrong."""
        data = self.source.read(file, required=required_file)
        if data is None:
            return None
        table = read_table(file, data, required, optional, self.log, may_be_empty=not required_file)
        if table is not None:
            ignored = (Note("column_ignored", (("file", file), ("column", name))) for name in table.ignored)
            self.notes += tuple(ignored)
        return table
