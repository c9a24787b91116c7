"""One row of a small table: cells become values, and what cannot is a fault of that cell."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from staffing.files.dates import ISO_DATE, ISO_MOMENT, parse_date, parse_moment
from staffing.files.faults import FaultLog, choices
from staffing.files.models import ID, ID_SHAPE
from staffing.files.table import Table

FLAGS = {"true": True, "yes": True, "y": True, "1": True, "false": False, "no": False, "n": False, "0": False}


class Row:
    """Cells of one line with the place for their faults; `ok` turns False with the first fault."""

    def __init__(self, table: Table, line: int, cells: dict[str, str], log: FaultLog) -> None:
        self.line = line
        self.ok = True
        self._table, self._cells, self._log = table, cells, log

    def fault(self, code: str, column: str, value: object, expected: str) -> None:
        """Note a fault of this row."""
        self.ok = False
        self._log.add(code, self._table.file, row=self.line, column=column, value=value, expected=expected)

    def text(self, column: str) -> str:
        """The cell, empty when there is none."""
        return self._cells.get(column, "")

    def required(self, column: str) -> str:
        """The cell, which must not be blank."""
        cell = self.text(column)
        if not cell:
            self.fault("missing_value", column, "", column)
        return cell

    def id(self, column: str) -> str:
        """A name fit for file names and spreadsheets."""
        cell = self.required(column)
        if cell and not ID.fullmatch(cell):
            self.fault("bad_id", column, cell, ID_SHAPE)
        return cell

    def known(self, code: str, column: str, names: Iterable[str] | None) -> str:
        """A name that must be among `names`; None when they are not known."""
        cell = self.required(column)
        if cell and names is not None:
            self.check_known(code, column, cell, names)
        return cell

    def check_known(self, code: str, column: str, name: str, names: Iterable[str]) -> bool:
        """Report `name` unless it is among `names`."""
        known = names if isinstance(names, set | frozenset | dict) else set(names)
        if name in known:
            return True
        self.fault(code, column, name, choices(sorted(known), name))
        return False

    def number(
        self,
        column: str,
        default: float | None = None,
        *,
        low: float | None = None,
        above: float | None = None,
        high: float | None = None,
    ) -> float | None:
        """A number within its bounds; blank gives `default`."""
        cell = self.text(column)
        if not cell:
            return default
        value = number(cell, self._table.decimal_comma)
        if value is None:
            self.fault("not_a_number", column, cell, "number")
            return default
        for wrong, bound in (
            (low is not None and value < low, f">= {low}"),
            (above is not None and value <= above, f"> {above}"),
            (high is not None and value > high, f"<= {high}"),
        ):
            if wrong:
                self.fault("out_of_range", column, cell, bound)
                return default
        return value

    def whole(self, column: str, default: int | None = None, *, low: int = 0) -> int | None:
        """A whole number."""
        value = self.number(column, default, low=low)
        if value is not None and value != int(value):
            self.fault("wrong_type", column, self.text(column), "integer")
            return default
        return None if value is None else int(value)

    def flag(self, column: str, default: bool) -> bool:
        """Yes or no; blank gives `default`."""
        cell = self.text(column).lower()
        if cell and cell not in FLAGS:
            self.fault("wrong_type", column, cell, "true | false")
        return FLAGS.get(cell, default)

    def date(self, column: str, *, required: bool = True) -> date | None:
        """An ISO date."""
        cell = self.required(column) if required else self.text(column)
        if not cell:
            return None
        value, code = parse_date(cell)
        if value is None:
            self.fault(code, column, cell, ISO_DATE)
        return value

    def moment(self, column: str, zone: ZoneInfo, *, end: bool = False) -> datetime | None:
        """A moment in `zone`; a bare date means its start, or with `end` the end of that day."""
        cell = self.required(column)
        if not cell:
            return None
        parsed = parse_moment(cell, zone)
        if parsed.moment is None:
            self.fault(parsed.code, column, cell, ISO_MOMENT)
        elif parsed.ambiguous:
            self.fault("ambiguous_time", column, cell, f"{ISO_MOMENT}+HH:MM")
        elif parsed.whole_day and end:
            following = parsed.moment.date() + timedelta(days=1)
            return datetime(following.year, following.month, following.day, tzinfo=zone)
        return parsed.moment


def number(cell: str, decimal_comma: bool) -> float | None:
    """A finite number, or None; with `decimal_comma` 1,5 is one and a half."""
    if decimal_comma and cell.count(",") == 1 and "." not in cell:
        cell = cell.replace(",", ".")
    try:
        value = float(cell)
    except ValueError:
        return None
    return value if abs(value) < float("inf") and "_" not in cell else None
