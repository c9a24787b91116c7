"""What a planner knows better than the forecast: a layer on top of it, never a change of it."""

from dataclasses import dataclass
from datetime import datetime

MEASURES = ("volume", "aht_s")
OPERATIONS = ("multiply", "add", "set")


@dataclass(frozen=True, slots=True)
class Override:
    """One layer over the intervals that start in ``start <= t < end``.

    Of the `measure` ``volume``, ``multiply`` takes a factor, ``add`` and ``set`` contacts of each day inside the range,
    spread as the day's forecast is (evenly where it has none); of ``aht_s``, ``add`` and ``set`` take seconds. No
    `queues` means all; one that is not `on` does nothing. Rows with one name in `layer` belong together; `note` says
    why, `author` and `at` who wrote it and when (UTC), where that is known.
    """

    start: datetime
    end: datetime
    queues: tuple[str, ...] = ()
    measure: str = "volume"
    operation: str = "multiply"
    value: float = 1.0
    note: str = ""
    on: bool = True
    layer: str = ""
    author: str = ""
    at: datetime | None = None

    def __post_init__(self) -> None:
        # The hour that the clocks repeat: its two halves have one wall-clock time.
        moments = self.start.tzinfo is not None and self.end.tzinfo is not None
        if (self.start.timestamp() >= self.end.timestamp()) if moments else (self.start >= self.end):
            raise ValueError(f"an override ends at {self.end}, expected after its start {self.start}")
        if self.measure not in MEASURES or self.operation not in OPERATIONS:
            raise ValueError(f"override {self.operation} of {self.measure}, expected {OPERATIONS} of {MEASURES}")
        if self.value < 0 and self.operation != "add":
            raise ValueError(f"an override would {self.operation} by {self.value}, expected 0 or more")
