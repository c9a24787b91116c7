"""Collecting every fault of every file before refusing the folder."""

from collections import Counter
from collections.abc import Iterable
from difflib import get_close_matches

from staffing.errors import DataError, Fault

LIMIT_PER_KIND = 50
"""Faults of one kind in one column that are listed one by one; the rest are counted."""
VALUE_LENGTH = 80


class FaultLog:
    """Faults found so far, in the order of the files, then of the rows."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._seen: Counter[tuple[str, str, str | None]] = Counter()

    def add(
        self,
        code: str,
        file: str,
        *,
        row: int | None = None,
        column: str | None = None,
        value: object = "",
        expected: str = "",
    ) -> None:
        """Note one fault; beyond `LIMIT_PER_KIND` of one kind it is only counted."""
        self._seen[file, code, column] += 1
        if self._seen[file, code, column] <= LIMIT_PER_KIND:
            shown = str(value).replace("\r", " ").replace("\n", " ")
            shown = shown if len(shown) <= VALUE_LENGTH else shown[: VALUE_LENGTH - 3] + "..."
            self._faults.append(Fault(code, file, row, column, shown, expected))

    def __len__(self) -> int:
        return len(self._faults)

    def of(self, file: str) -> int:
        """Number of faults of one file."""
        return sum(fault.file == file for fault in self._faults)

    def all(self) -> tuple[Fault, ...]:
        """The faults by file in the order first met, then by row; uncounted ones are summed up at each file's end."""
        order = {file: place for place, file in enumerate(dict.fromkeys(fault.file for fault in self._faults))}
        more = [
            Fault("more_of_the_same", file, None, column, str(count - LIMIT_PER_KIND), code)
            for (file, code, column), count in self._seen.items()
            if count > LIMIT_PER_KIND
        ]
        last = 1 << 60
        return tuple(sorted([*self._faults, *more], key=lambda f: (order[f.file], last if f.row is None else f.row)))

    def refuse(self) -> None:
        """Raise everything found.

        Raises
        ------
        DataError
            When there is at least one fault.
        """
        if self._faults:
            raise DataError(self.all())


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that `word` is probably a misspelling of."""
    by_folded = {name.casefold(): name for name in known}
    found = get_close_matches(word.casefold(), list(by_folded), n=1, cutoff=0.6)
    return by_folded[found[0]] if found else None


def choices(known: Iterable[str], word: str = "") -> str:
    """What would be right: the nearest known word, else all of them."""
    names = list(known)
    close = nearest(word, names) if word else None
    if close is not None:
        return close
    shown = " | ".join(names[:20])
    return shown + (" | ..." if len(names) > 20 else "")
