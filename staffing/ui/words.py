"""Words, numbers and dates as one language writes them."""

from dataclasses import dataclass
from datetime import date, datetime

from staffing.domain.note import Note
from staffing.i18n import note_text, text

NOTHING = "–"


@dataclass(frozen=True, slots=True)
class Words:
    """Everything said on a page in one language: calling it looks up a text of the app."""

    lang: str

    def __call__(self, key: str, **params: object) -> str:
        return text(f"ui.{key}", self.lang, **params)

    def term(self, key: str) -> str:
        """A term shared with reports and commands, such as ``activity.meal``."""
        return text(key, self.lang)

    def note(self, note: Note) -> str:
        return note_text(note.code, note.params, self.lang)

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
