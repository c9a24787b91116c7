"""A newcomer's answers, kept on disk as they are given, and the centre that is made of them at the end."""

import time
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from staffing.errors import DataError
from staffing.files.faults import FaultLog
from staffing.files.home import CENTRES
from staffing.files.wizard import People, QueueTerms, Sheet, Terms, create_centre, free_folder, spool, stages
from staffing.files.wizard.centre import TOML
from staffing.files.wizard.people import FULL_DAYS, FULL_H
from staffing.files.wizard.queues import settle_queues
from staffing.files.wizard.stages import HISTORY, QUEUES, READ, SETTLE
from staffing.files.wizard.upload import check_size
from staffing.store import Job, Store
from staffing.store.access import Action, Actor, ask
from staffing.store.centres import note_edit
from staffing.ui import import_tasks
from staffing.ui.centre import point_at_centre
from staffing.ui.shown import inputs_digest

STEPS = ("files", "columns", "targets", "people", "check")
LARGE_BYTES = 2 * 1024 * 1024
"""Text from which on the work is left to a job: below it a page is done sooner than a process has begun."""


class Draft:
    """The unfinished import of one person, the same in every tab.

    Attributes
    ----------
    folder : Path or None
        Its folder; None until there is something to keep.
    answers : Answers
        Everything answered so far, as it stands on disk.
    """

    def __init__(self, home: Path, by: Actor, timezone: str = "UTC") -> None:
        ask(by, Action.CENTRE)
        self.home, self.owner = home, spool.owner_key(by.name)
        found = spool.find(home, self.owner)
        self.folder: Path | None
        self.folder, self.answers = (None, spool.Answers(timezone=timezone)) if found is None else found
        self.sheets: dict[str, Sheet] = {}

    def is_same(self, other: "Draft") -> bool:
        """Whether nothing was answered between the two."""
        return (self.owner, self.folder, self.answers) == (other.owner, other.folder, other.answers)

    def set(self, **changes: Any) -> None:
        """Keep answers; what is the same already is not written again."""
        self._keep(replace(self.answers, **changes))

    def take(self, kind: str, name: str, data: bytes) -> None:
        """Keep an upload, to be read.

        Raises
        ------
        DataError
            When it is too large; what was taken before stays.
        """
        log = FaultLog()
        check_size(name, len(data), log)
        upload = spool.put(self._begun(), kind, name, data)
        answers = spool.without(self.answers, kind)
        if kind == HISTORY:
            answers = replace(answers, order="", unit="")
        self._keep(replace(answers, uploads={**answers.uploads, kind: upload}))

    def read_as(self, kind: str, *, encoding: str = "", sheet: str = "") -> None:
        """Have an upload read in another encoding, or another sheet of it."""
        answers = spool.without(self.answers, kind)
        upload = replace(self.answers.uploads[kind], encoding=encoding, sheet=sheet)
        self._keep(replace(answers, uploads={**answers.uploads, kind: upload}))

    def drop(self, kind: str) -> None:
        """Forget an upload."""
        self._keep(spool.without(self.answers, kind))

    def discard(self, store: Store) -> None:
        """Delete everything, also what a job is at work on."""
        if self.folder is not None:
            import_tasks.stop(store, self.folder)
            spool.discard(self.folder)
        self.folder, self.answers, self.sheets = None, spool.Answers(timezone=self.answers.timezone), {}

    def head(self, kind: str) -> stages.Head | None:
        """What was read of an upload; None where there is none, or it has not been read.

        Raises
        ------
        DataError
            With the faults that were found.
        """
        upload = self.answers.uploads.get(kind)
        return None if self.folder is None or upload is None else stages.head(self.folder, kind, upload)

    def columns(self, kind: str) -> dict[str, str]:
        """Chosen columns of a table, or those guessed."""
        chosen = self.answers.columns.get(kind)
        if chosen is None:
            found = self.head(kind)
            chosen = {} if found is None else found.guessed
        return dict(chosen)

    def people(self) -> People | None:
        """The people as they were read; None where there are none."""
        return None if self.folder is None else stages.people(self.folder, self.answers)

    def checked(self) -> stages.Checked | None:
        """The checked centre, where it has been checked for these answers.

        Raises
        ------
        DataError
            With the faults that were found.
        """
        return None if self.folder is None else stages.checked(self.folder, self.answers)

    def is_made(self, stage: str) -> bool:
        """Whether a stage has been worked for these answers.

        Raises
        ------
        DataError
            With the faults that were found.
        """
        if self.folder is None:
            return False
        if stage == READ:
            return not stages.unread(self.folder, self.answers)
        made = stages.settled if stage == SETTLE else stages.checked
        return made(self.folder, self.answers) is not None

    def sound_step(self) -> int:
        """The step that can be drawn: the present one, unless something is gone that it needs."""
        try:
            if self.answers.step > STEPS.index("columns") and not self.is_made(SETTLE):
                return STEPS.index("columns") if self.is_made(READ) else 0
        except DataError:
            return STEPS.index("columns")
        return self.answers.step if self.is_made(READ) else 0

    def job(self, store: Store, stage: str) -> Job | None:
        """The job that is at work, else the last one if it was for this stage and these answers."""
        job = None if self.folder is None else import_tasks.latest(store, self.folder)
        if job is None or job.is_open:
            return job
        mine = (stage, stages.key(self.answers, stage))
        return job if (job.payload["stage"], job.payload["key"]) == mine else None

    def is_large(self, stage: str) -> bool:
        """Whether a stage is left to a job."""
        return self.folder is not None and stages.weight(self.folder, self.answers, stage) > LARGE_BYTES

    def work(self, stage: str) -> int:
        """Work a stage at once; the number of its faults."""
        known = {stages.read_key(kind, upload) for kind, upload in self.answers.uploads.items()}
        self.sheets = {key: sheet for key, sheet in self.sheets.items() if key in known}
        folder = self._begun()
        return stages.work(folder, self.answers, stage, stages.Sheets(folder, self.sheets))

    def order(self, store: Store, stage: str, db_url: str) -> Job:
        """Leave a stage to a job."""
        return import_tasks.start(store, self._begun(), stage, stages.key(self.answers, stage), self.home, db_url)

    def adopt(self) -> None:
        """Take over what the columns told, as a start for the next steps.

        What was typed in on an earlier visit stays, unless a sheet of queues decides.
        """
        found = None if self.folder is None else stages.settled(self.folder, self.answers)
        if found is None:
            raise ValueError("settled is None, expected the columns to be settled")
        queues = {} if QUEUES in self.answers.uploads else {terms.id: terms for terms in self.answers.queues}
        known = {terms.id: terms for terms in self.answers.contracts}
        self.set(
            queues=tuple(queues.get(terms.id, terms) for terms in found.queues),
            contracts=tuple(known.get(terms.id, terms) for terms in found.contracts),
        )

    def _begun(self) -> Path:
        if self.folder is None:
            self.folder = spool.begin(self.home, self.owner)
            self.answers = replace(self.answers, begun_s=time.time())
            spool.keep(self.folder, self.answers)
        return self.folder

    def _keep(self, answers: spool.Answers) -> None:
        if answers == self.answers:
            return
        folder = self._begun()
        answers = replace(answers, begun_s=self.answers.begun_s)
        spool.keep(folder, answers)
        if answers.uploads != self.answers.uploads:
            spool.tidy(folder, answers)
        self.answers = answers


def write_centre(store: Store, draft: Draft, by: Actor) -> Path:
    """Write the folder below the home folder, tell the trail, make it the app's centre, and let the import go.

    Raises
    ------
    AccessError
        When the role of `by` is too low; nothing is written then.
    ValueError
        When the centre has not been checked.
    """
    ask(by, Action.CENTRE)
    files = {} if draft.folder is None else stages.made_files(draft.folder, draft.answers)
    if not files:
        raise ValueError("files are none, expected the centre to be checked")
    texts = {name: path.read_bytes().decode("utf-8") for name, path in files.items()}
    folder = create_centre(texts, free_folder(draft.home / CENTRES, draft.answers.name))
    note_edit(store, draft.answers.name, "", inputs_digest(folder), by)
    point_at_centre(store, folder)
    draft.discard(store)
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
                service_level=None if level is None else round(level / 100, 6),
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
