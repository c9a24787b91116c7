"""What can go wrong with stored things, each with what a person needs to know."""

from sqlalchemy.exc import SQLAlchemyError

DATABASE_ERRORS = (SQLAlchemyError,)
"""What any use of the store may raise when the database cannot be reached or refuses."""


class StoreDamagedError(Exception):
    """Something stored is not what was written: `object` such as ``version 3``, and what was found."""

    def __init__(self, stored: str, detail: str) -> None:
        super().__init__(f"{stored}: {detail}")
        self.object, self.detail = stored, detail


class VersionConflictError(Exception):
    """Another version was published meanwhile: which, by whom and when (seconds since 1970)."""

    def __init__(self, expected: int | None, found: int | None, by: str, at_s: float) -> None:
        super().__init__(f"version {found} is published, expected {expected}")
        self.expected, self.found, self.by, self.at_s = expected, found, by, at_s


class NoVersionError(KeyError):
    """There is no version of that number."""

    def __init__(self, n: int) -> None:
        super().__init__(n)
        self.n = n
