"""What a search is asked for, handed on to the searches of its parts."""

from dataclasses import dataclass

from staffing.domain.result import CUTS

AUTO, WHOLE, SITES, WEEKS = CUTS


@dataclass(frozen=True, slots=True)
class Order:
    """Seed and threads, how slots of several queues are judged, and how the problem may be cut into parts."""

    seed: int
    workers: int
    reproducible: bool = False
    divide_slots: bool = False
    parts: str = AUTO

    def __post_init__(self) -> None:
        if self.parts not in CUTS:
            raise ValueError(f"parts is {self.parts!r}, expected {', '.join(CUTS)}")
