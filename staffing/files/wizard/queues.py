"""What the wizard must know of each queue: channel, promise and opening hours."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from staffing.domain.queue import Channel, OpeningHours
from staffing.files.centre_queues import DEADLINE, DEADLINE_SHAPE
from staffing.files.derived import shown_spans
from staffing.files.faults import FaultLog, choices
from staffing.files.hours import HOURS_SHAPE, parse_spans
from staffing.files.wizard.figures import parse_number, parse_seconds, parse_share
from staffing.files.wizard.guess import guess_channel
from staffing.files.wizard.history import check_columns
from staffing.files.wizard.moments import parse_time
from staffing.files.wizard.upload import Sheet
from staffing.files.wizard.words import CHANNELS, folded

DAYS = ("mon_fri", "sat", "sun", "holiday")
CLOSED = "closed"
CLOSED_WORDS = frozenset((CLOSED, "-", "–", "none", "off", "休息", "关闭", "不营业"))
SHARE = 0.9
"""Share of the work done by its deadline, where none is given."""


Report = Callable[[str, str, object, str], None]
"""Called with code, column of ours, value and what would be right."""


@dataclass(frozen=True, slots=True)
class QueueTerms:
    """One queue in the words of the wizard.

    An answer target has `service_level` (0..1) and `answer_within_s`; a deadline target `service_level` as its share
    and `deadline`, such as ``24 h`` or ``2 working days``. `mon_fri`, `sat`, `sun` and `holiday` are spans such as
    ``08:00-20:00`` or ``closed``; all four blank leaves the hours to the history.
    """

    id: str
    name: str
    channel: str = "phone"
    service_level: float | None = 0.8
    answer_within_s: float | None = 20.0
    deadline: str = ""
    patience_s: float | None = None
    max_parallel: int = 1
    mon_fri: str = ""
    sat: str = ""
    sun: str = ""
    holiday: str = ""

    @property
    def has_hours(self) -> bool:
        return any(getattr(self, day) for day in DAYS)


USUAL: Mapping[str, Mapping[str, object]] = {
    "phone": {"service_level": 0.8, "answer_within_s": 20.0, "patience_s": 180.0},
    "chat": {"service_level": 0.8, "answer_within_s": 60.0, "patience_s": 240.0, "max_parallel": 2},
    "video": {"service_level": 0.8, "answer_within_s": 60.0, "patience_s": 180.0},
    "social": {"service_level": SHARE, "answer_within_s": None, "deadline": "1 h"},
    "callback": {"service_level": SHARE, "answer_within_s": 1800.0},
    "email": {"service_level": SHARE, "answer_within_s": None, "deadline": "4 working hours"},
    "ticket": {"service_level": SHARE, "answer_within_s": None, "deadline": "24 h"},
    "outbound": {"service_level": SHARE, "answer_within_s": None, "deadline": "2 working days"},
    "backoffice": {"service_level": SHARE, "answer_within_s": None, "deadline": "3 working days"},
}
"""What is usual for each channel, as a start."""


def usual_terms(ident: str, name: str, channel: str | None = None) -> QueueTerms:
    """A queue with the usual promise of its channel, which is guessed from the name unless given."""
    channel = channel or guess_channel(name)
    return replace(QueueTerms(ident, name, channel), **USUAL[channel])  # type: ignore[arg-type]


def with_hours(terms: QueueTerms, hours: OpeningHours | None) -> QueueTerms:
    """`terms` with opening hours as far as four cells can hold them: Monday to Friday must be alike."""
    if hours is None or len(set(hours.weekday[:5])) > 1:
        return terms
    cells = (hours.weekday[0], hours.weekday[5], hours.weekday[6], hours.holiday)
    return _on_days(terms, {day: shown_spans(spans) or CLOSED for day, spans in zip(DAYS, cells, strict=True)})


def _on_days(terms: QueueTerms, hours: Mapping[str, str]) -> QueueTerms:
    mon_fri, sat, sun, holiday = (hours[day] for day in DAYS)
    return replace(terms, mon_fri=mon_fri, sat=sat, sun=sun, holiday=holiday)


def read_queues(sheet: Sheet, columns: Mapping[str, str], known: Sequence[QueueTerms]) -> tuple[QueueTerms, ...]:
    """Queues as `known`, changed where a sheet of queues says otherwise.

    Parameters
    ----------
    sheet : Sheet
        One row for each queue; queues it does not name stay as they are.
    columns : mapping
        Headers by `queue`, `channel`, `service_level`, `answer_within_s`, `deadline`, `patience_s`, `mon_fri`, `sat`,
        `sun`, `holiday`, or `hours` for every day.
    known : sequence of QueueTerms
        The queues of the history.

    Raises
    ------
    DataError
        With every fault, by line and header.
    """
    log = FaultLog()
    check_columns(sheet, columns, (("queue",),), log)
    log.refuse()
    by_name = {folded(word): place for place, terms in enumerate(known) for word in (terms.name, terms.id)}
    found, first = list(known), dict[int, int]()
    for row, line in enumerate(sheet.line.tolist()):
        cells = {role: str(sheet.cells(header)[row]) for role, header in columns.items()}

        def fault(code: str, role: str, value: object, expected: str, at: int = line) -> None:
            header = columns.get(role, role)
            log.add(code, sheet.file, row=at, column=header, value=value, expected=expected)

        place = by_name.get(folded(cells["queue"]))
        if place is None:
            fault("unknown_queue", "queue", cells["queue"], choices([terms.name for terms in known], cells["queue"]))
            continue
        if place in first:
            fault("duplicate_id", "queue", cells["queue"], f"row {first[place]}")
        first.setdefault(place, line)
        found[place] = _row(found[place], cells, fault)
    log.refuse()
    return tuple(found)


def _row(terms: QueueTerms, cells: Mapping[str, str], fault: Report) -> QueueTerms:
    channel = cells.get("channel", "")
    if channel:
        kind = _channel(channel)
        if kind is None:
            fault("not_one_of", "channel", channel, " | ".join(Channel))
        else:
            hours = {day: getattr(terms, day) for day in DAYS}
            terms = _on_days(usual_terms(terms.id, terms.name, kind), hours)
    if cells.get("service_level"):
        share = parse_share(cells["service_level"])
        if share is None or not 0 < share < 1:
            fault("out_of_range", "service_level", cells["service_level"], "0.8 | 80%")
        else:
            terms = replace(terms, service_level=share)
    if cells.get("answer_within_s"):
        seconds = parse_seconds(re.sub(r"\s*(s|sec|秒)$", "", cells["answer_within_s"]), "s", False)
        if seconds is None or seconds < 0:
            fault("not_a_number", "answer_within_s", cells["answer_within_s"], "20")
        else:
            terms = replace(terms, answer_within_s=seconds, deadline="")
    if cells.get("deadline"):
        if not DEADLINE.fullmatch(cells["deadline"]):
            fault("bad_deadline", "deadline", cells["deadline"], DEADLINE_SHAPE)
        else:
            terms = replace(terms, deadline=cells["deadline"], answer_within_s=None)
    if cells.get("patience_s"):
        seconds = parse_number(cells["patience_s"], False)
        if seconds is None or seconds <= 0:
            fault("not_a_number", "patience_s", cells["patience_s"], "> 0")
        else:
            terms = replace(terms, patience_s=seconds)
    return _hours(terms, cells, fault)


def _hours(terms: QueueTerms, cells: Mapping[str, str], fault: Report) -> QueueTerms:
    told = {day: cells.get(day) or cells.get("hours", "") for day in DAYS}
    spans = {}
    for day, cell in told.items():
        if cell:
            found = spans_text(cell)
            if found is None:
                fault("bad_hours", day if cells.get(day) else "hours", cell, HOURS_SHAPE)
            else:
                spans[day] = found
    if not spans:
        return terms
    # A sheet that names some days means the others to be closed, unless the history has told them.
    return _on_days(terms, {day: spans.get(day) or getattr(terms, day) or CLOSED for day in DAYS})


def spans_text(cell: str) -> str | None:
    """Opening hours of a day as centre.toml writes them, or ``closed``; None when they cannot be read.

    Examples
    --------
    >>> spans_text("8:00 - 12:00, 13:00–17:30"), spans_text("9am-5pm"), spans_text("休息"), spans_text("?")
    ('08:00-12:00, 13:00-17:30', '09:00-17:00', 'closed', None)
    """
    if cell.strip().casefold() in CLOSED_WORDS:
        return CLOSED
    if cell.strip().lower() in ("24h", "24 h", "24小时", "24/7"):
        return "24h"
    texts = []
    for part in re.split(r"[,;，；、]", cell):
        ends = [_end(end) for end in re.split(r"\s*[-–—~～至到]\s*|\s+to\s+", part.strip())]
        if len(ends) != 2 or None in ends:
            return None
        texts.append(f"{ends[0]}-{ends[1]}")
    faults: list[str] = []
    spans = parse_spans(texts, "", lambda *told: faults.append(told[0]))
    return ", ".join(texts) if spans and not faults else None


def _end(text: str) -> str | None:
    if text.strip() in ("24:00", "24"):
        return "24:00"
    found = parse_time(text)
    return None if found is None else found[0][:5]


def _channel(word: str) -> str | None:
    if word.casefold() in tuple(Channel):
        return word.casefold()
    return next((kind for kind, words in CHANNELS.items() if folded(word) in map(folded, words)), None)


def settle_queues(queues: Sequence[QueueTerms], file: str) -> tuple[QueueTerms, ...]:
    """The queues with their hours as centre.toml writes them.

    Raises
    ------
    DataError
        With every cell that cannot be read or is missing, in `file`, by name of the queue and field.
    """
    log, settled = FaultLog(), []
    for terms in queues:
        where = {name: f"{terms.name}: {name}" for name in (*DAYS, "service_level", "answer_within_s", "deadline")}
        cells = {day: getattr(terms, day).strip() for day in DAYS}
        spans = {day: spans_text(cell) if cell else "" for day, cell in cells.items()}
        for day in DAYS:
            if spans[day] is None:
                log.add("bad_hours", file, column=where[day], value=cells[day], expected=HOURS_SHAPE)
        deadline = terms.deadline.strip().lower()
        if deadline and not DEADLINE.fullmatch(deadline):
            log.add("bad_deadline", file, column=where["deadline"], value=deadline, expected=DEADLINE_SHAPE)
        if not deadline and terms.answer_within_s is None:
            log.add("missing_value", file, column=where["answer_within_s"], expected="20 | 24 h")
        if terms.service_level is None or not 0 < terms.service_level < 1:
            value = "" if terms.service_level is None else f"{terms.service_level:g}"
            log.add("out_of_range", file, column=where["service_level"], value=value, expected="> 0, < 1")
        settled.append(_on_days(replace(terms, deadline=deadline), {day: span or "" for day, span in spans.items()}))
    log.refuse()
    return tuple(settled)
