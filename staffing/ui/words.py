"""Words, numbers and dates as one language writes them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from staffing.domain.note import Note
from staffing.i18n import note_text, text

NOTHING = "–"
METHODS = (
    *("erlang_a", "erlang_c", "chat", "mol", "sipp", "deadline", "answer_window"),
    *("day_regression", "random_walk", "poisson_glm", "lean", "mean4", "mean8", "derived", "schedule"),
)
"""Parts of a method's name that have words."""


@dataclass(frozen=True, slots=True)
class Words:
    """Everything said on a page in one language: calling it looks up a text of the app."""

    lang: str

    def __call__(self, key: str, **params: object) -> str:
        return text(f"ui.{key}", self.lang, **params)

    def term(self, key: str) -> str:
        """A term shared with reports and commands, such as ``activity.meal``."""
        return text(key, self.lang)

    def note(self, note: Note, names: Mapping[str, str] | None = None) -> str:
        """A remark in words, with the `names` of queues instead of their ids where they are given."""
        known = names or {}
        params = tuple((key, known.get(str(value), value) if key == "queue" else value) for key, value in note.params)
        return note_text(note.code, params, self.lang)

    def method(self, name: str, queues: Mapping[str, str] | None = None) -> str:
        """How a number was worked out, such as ``erlang_a/mol``, in words; what has none stays as it is.

        `queues` are names of queues that a method may follow, as ``derived:phone`` does.
        """
        told = []
        for part in re.split(r"[/+]", name):
            kind, _, other = part.partition(":")
            chance = re.fullmatch(r"p(0\.\d+)", part)
            if chance:
                told.append(self("method.chance", chance=self.percent(float(chance[1]), 0)))
            elif kind in METHODS:
                of = (queues or {}).get(other, other)
                told.append(self(f"method.{kind}", of=self(f"why.every_{other}") if kind == "schedule" else of))
            else:
                told.append(part)
        return self.listed(told)

    def number(self, value: float | None, digits: int = 0) -> str:
        return NOTHING if value is None else f"{value:,.{digits}f}"

    def signed(self, value: float | None, digits: int = 1) -> str:
        return NOTHING if value is None else f"{value:+,.{digits}f}"

    def percent(self, value: float | None, digits: int = 1) -> str:
        return NOTHING if value is None else f"{value:.{digits}%}"

    def seconds(self, value: float | None) -> str:
        """A duration; whole minutes from two on."""
        if value is None:
            return NOTHING
        if value >= 120 and value % 60 == 0:
            return self("unit.minutes", n=f"{value / 60:,.0f}")
        return self("unit.seconds", n=f"{value:,.0f}")

    def listed(self, names: Iterable[str]) -> str:
        """Names one after the other, with the comma of the language."""
        return self("format.comma").join(names)

    def day(self, when: date) -> str:
        """A day with its weekday: ``Mon 2 Feb``."""
        return self(
            "format.day",
            weekday=self.term(f"weekday.{when.weekday()}"),
            month=self(f"month.{when.month}"),
            day=when.day,
        )

    def clock(self, moment: datetime) -> str:
        return f"{moment:%H:%M}"

    def span(self, start: datetime, end: datetime) -> str:
        """A day with a time of day from and to."""
        return f"{self.day(start.date())} {start:%H:%M}–{end:%H:%M}"
