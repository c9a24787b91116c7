"""Errors a user can act on. An infeasible plan is a result, never an exception."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with one place of the input.

    Attributes
    ----------
    code : str
        Catalogue code of the kind of fault, such as ``"duplicate_row"``.
    file : str
        File name inside the centre folder.
    row : int or None
        Line number in the file, the header being line 1.
    column : str or None
        Column or key, such as ``"offered"`` or ``"queue[2].aht_s"``.
    value : str
        The value found, shortened.
    expected : str
        What would be right.
    """

    code: str
    file: str
    row: int | None
    column: str | None
    value: str
    expected: str

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.row, self.column) if part not in (None, ""))
        return f"{place}: {self.value!r}: {self.expected} [{self.code}]"


class DataError(Exception):
    """Input data refused; carries every fault found, not only the first."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))

    def __reduce__(self) -> tuple[type["DataError"], tuple[tuple[Fault, ...]]]:
        return DataError, (self.faults,)


class SettingsError(Exception):
    """A setting or argument is wrong: names it, its value and what would be right."""
