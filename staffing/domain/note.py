"""Things worth telling a person, as codes and numbers; the catalogue turns them into sentences."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Note:
    """A remark of a step: a catalogue code with its parameters, such as ``("queue", "phone")``."""

    code: str
    params: tuple[tuple[str, str | float], ...] = ()
