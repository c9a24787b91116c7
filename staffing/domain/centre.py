"""The centre and the scenario: everything one planning pass starts from."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from staffing.domain.demand import ContactHistory
from staffing.domain.note import Note
from staffing.domain.on_call import OnCallDuty, OnCallRules
from staffing.domain.override import Override
from staffing.domain.people import Activity, Agent, CarryIn, Contract, Role, TimeOff, Wish
from staffing.domain.queue import Queue
from staffing.domain.rotation import Rotation
from staffing.domain.rules import Costs, WorkRules
from staffing.domain.shift import BreakType, ShiftType
from staffing.domain.shrinkage import ShrinkageReason
from staffing.domain.training import Training


@dataclass(frozen=True, slots=True)
class Centre:
    """Queues, shifts, contracts, rules, prices and reasons of absence; `week_start` is a weekday, Monday 0."""

    name: str
    timezone: str
    interval_min: int
    queues: tuple[Queue, ...]
    slot_min: int = 15
    country: str = ""
    subdivision: str = ""
    holiday_categories: tuple[str, ...] = ()
    week_start: int = 0
    currency: str = ""
    shifts: tuple[ShiftType, ...] = ()
    breaks: tuple[BreakType, ...] = ()
    contracts: tuple[Contract, ...] = ()
    roles: tuple[Role, ...] = ()
    rules: WorkRules = WorkRules()
    costs: Costs = Costs()
    shrinkage: tuple[ShrinkageReason, ...] = ()
    rotations: tuple[Rotation, ...] = ()
    on_call: tuple[OnCallDuty, ...] = ()
    on_call_rules: OnCallRules = OnCallRules()

    def queue(self, queue_id: str) -> Queue:
        """The queue of that id.

        Raises
        ------
        KeyError
            When there is none.
        """
        for queue in self.queues:
            if queue.id == queue_id:
                return queue
        raise KeyError(queue_id)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that changes volume: `factor` such as 1.35, or None to learn it from past occurrences.

    `spread` is the standard deviation of the factor; lead and lag days extend its reach.
    """

    name: str
    start: date
    end: date
    queues: tuple[str, ...] = ()
    factor: float | None = None
    spread: float = 0.1
    lead_days: int = 0
    lag_days: int = 0


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A user's row that overrides every calendar: ``holiday``, ``workday``, ``closed`` or ``ordinary``."""

    date: date
    kind: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Scenario:
    """All inputs of a plan, frozen; a what-if is a scenario with some of them replaced."""

    centre: Centre
    history: ContactHistory
    agents: tuple[Agent, ...] = ()
    time_off: tuple[TimeOff, ...] = ()
    activities: tuple[Activity, ...] = ()
    wishes: tuple[Wish, ...] = ()
    events: tuple[Event, ...] = ()
    special_days: tuple[SpecialDay, ...] = ()
    overrides: tuple[Override, ...] = ()
    carry_in: tuple[CarryIn, ...] = ()
    digest: str = ""
    notes: tuple[Note, ...] = ()
    training: Training | None = None

    @property
    def timed_centre(self) -> Centre:
        """The centre with the history's mean handle time in every queue that states none."""
        queues = tuple(
            replace(queue, aht_s=self.history.mean_aht_s(queue.id)) if queue.aht_s is None else queue
            for queue in self.centre.queues
        )
        return replace(self.centre, queues=queues)

    @property
    def next_week_start(self) -> date:
        """First week start after the last day of history: the default first day of a plan."""
        last = self.history.grid.dates[-1]
        return last + timedelta(days=(self.centre.week_start - last.weekday() - 1) % 7 + 1)
