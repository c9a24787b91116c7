"""What a newcomer has answered so far, and what becomes of it. Nothing is written before the last step."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from staffing.domain.centre import Scenario
from staffing.files.home import CENTRES
from staffing.files.wizard import (
    History,
    HistoryMap,
    NewCentre,
    People,
    PeopleMap,
    QueueTerms,
    Sheet,
    Terms,
    check_new,
    convert_history,
    convert_people,
    create_centre,
    free_folder,
    guess_columns,
    guess_skill_columns,
    read_queues,
    read_sheet,
    usual_terms,
    with_hours,
)
from staffing.files.wizard.centre import TOML
from staffing.files.wizard.people import FULL_DAYS, FULL_H
from staffing.files.wizard.queues import settle_queues
from staffing.store import Store
from staffing.store.access import Action, Actor, ask
from staffing.store.centres import note_edit
from staffing.ui.centre import point_at_centre
from staffing.ui.shown import inputs_digest

STEPS = ("files", "columns", "targets", "people", "check")
HISTORY, PEOPLE, QUEUES = "history", "people", "queues"
KINDS = (HISTORY, PEOPLE, QUEUES)
PREVIEW_ROWS = 8


@dataclass
class Draft:
    """One tab's answers; `step` counts from 0."""

    step: int = 0
    name: str = ""
    timezone: str = "UTC"
    country: str = ""
    currency: str = ""
    data: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    sheets: dict[str, Sheet] = field(default_factory=dict)
    columns: dict[str, dict[str, str]] = field(default_factory=dict)
    guessed: dict[str, dict[str, str]] = field(default_factory=dict)
    order: str = ""
    unit: str = ""
    one_queue: str = "phone"
    history: History | None = None
    queues: tuple[QueueTerms, ...] = ()
    people: People | None = None
    contracts: tuple[Terms, ...] = ()
    absence: float = 0.05
    meal_min: int = 30
    short_breaks: int = 2
    created: Path | None = None

    def take(self, kind: str, name: str, data: bytes, *, encoding: str | None = None, sheet: str | None = None) -> None:
        """Read an upload and guess its columns.

        Raises
        ------
        DataError
            When it is no table; what was taken before stays.
        """
        read = read_sheet(name, data, encoding=encoding, sheet=sheet)
        self.data[kind], self.sheets[kind] = (name, data), read
        self.guessed[kind] = guess_columns(read, kind)
        self.columns[kind] = dict(self.guessed[kind])
        if kind == HISTORY:
            self.order = self.unit = ""

    def drop(self, kind: str) -> None:
        """Forget an upload."""
        for known in (self.data, self.sheets, self.columns, self.guessed):
            known.pop(kind, None)
        if kind == PEOPLE:
            self.people, self.contracts = None, ()

    def settle_columns(self) -> None:
        """Convert the tables, and find the queues with their usual promises and the hours the history tells.

        Raises
        ------
        DataError
            With every fault of the tables.
        """
        mapped = HistoryMap(self.columns[HISTORY], self.order, self.unit, self.one_queue.strip() or "phone")
        self.history = convert_history(self.sheets[HISTORY], mapped)
        usual = tuple(usual_terms(ident, name) for ident, name in self.history.queues.items())
        people = self.read_people()
        scenario, _ = check_new(NewCentre(self.name, self.timezone, self.history, usual, self.country, self.currency))
        hours = {queue.id: queue.hours for queue in scenario.centre.queues}
        queues = tuple(with_hours(terms, hours[terms.id]) for terms in usual)
        if QUEUES in self.sheets:
            queues = read_queues(self.sheets[QUEUES], self.columns[QUEUES], queues)
        kept = {terms.id: terms for terms in self.queues}
        # What was typed in on an earlier visit stays, unless a sheet of queues decides.
        self.queues = queues if QUEUES in self.sheets else tuple(kept.get(terms.id, terms) for terms in queues)
        self.people = people
        known = {terms.id: terms for terms in self.contracts}
        self.contracts = () if people is None else tuple(known.get(terms.id, terms) for terms in people.contracts)

    def read_people(self) -> People | None:
        """The people of the upload, None where there is none."""
        if PEOPLE not in self.sheets or self.history is None:
            return None
        sheet, columns = self.sheets[PEOPLE], self.columns[PEOPLE]
        skills_of = guess_skill_columns(sheet, columns, self.history.queues)
        return convert_people(sheet, PeopleMap(columns, skills_of), self.history.queues)

    def new(self) -> NewCentre:
        """All answers as one value."""
        if self.history is None:
            raise ValueError("history is None, expected the columns to be settled")
        return NewCentre(
            name=self.name,
            timezone=self.timezone,
            history=self.history,
            queues=self.queues,
            country=self.country,
            currency=self.currency,
            people=self.people,
            contracts=self.contracts,
            absence=self.absence,
            meal_min=self.meal_min,
            short_breaks=self.short_breaks,
        )

    def checked(self) -> tuple[Scenario, dict[str, str]]:
        """The centre as every command will read it, and its files.

        Raises
        ------
        DataError
            With every fault.
        """
        return check_new(self.new())


def write_centre(store: Store, draft: Draft, home: Path, by: Actor) -> Path:
    """Write the folder below the home folder, tell the trail, and make it the app's centre.

    Raises
    ------
    AccessError
        When the role of `by` is too low; nothing is written then.
    DataError
        When the answers do not hold.
    """
    ask(by, Action.CENTRE)
    _, files = draft.checked()
    folder = create_centre(files, free_folder(home / CENTRES, draft.name))
    note_edit(store, draft.name, "", inputs_digest(folder), by)
    point_at_centre(store, folder)
    draft.created = folder
    return folder


def changed_queues(queues: tuple[QueueTerms, ...], rows: Sequence[Mapping[Hashable, object]]) -> tuple[QueueTerms, ...]:
    """Queues with the cells of an edited table, whose service levels are in percent."""
    changed = []
    for terms, row in zip(queues, rows, strict=True):
        level = _number(row["service_level"])
        parallel = _number(row["max_parallel"])
        changed.append(
            replace(
                terms,
                channel=str(row["channel"]),
                service_level=None if level is None else level / 100,
                answer_within_s=_number(row["answer_within_s"]),
                deadline=_words(row["deadline"]),
                patience_s=_number(row["patience_s"]),
                max_parallel=1 if parallel is None else int(parallel),
                mon_fri=_words(row["mon_fri"]),
                sat=_words(row["sat"]),
                sun=_words(row["sun"]),
                holiday=_words(row["holiday"]),
            )
        )
    return tuple(changed)


def settled(queues: tuple[QueueTerms, ...]) -> tuple[QueueTerms, ...]:
    """Queues with their hours as centre.toml writes them.

    Raises
    ------
    DataError
        With every cell that cannot be read.
    """
    return settle_queues(queues, TOML)


def changed_contracts(rows: Sequence[Mapping[Hashable, object]]) -> tuple[Terms, ...]:
    """Contracts with the cells of an edited table; a blank cell is the usual."""
    return tuple(
        Terms(str(row["id"]), _number(row["weekly_h"]) or FULL_H, int(_number(row["days"]) or FULL_DAYS))
        for row in rows
    )


def _number(value: object) -> float | None:
    if value is None or (isinstance(value, float) and value != value):
        return None
    return float(str(value))


def _words(value: object) -> str:
    return "" if value is None or (isinstance(value, float) and value != value) else str(value).strip()
