"""capacity/capacity.toml as checked models."""

from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from staffing.capacity import CapacityCase, Group, TenureBand
from staffing.files.faults import FaultLog
from staffing.files.model_faults import Doc, checked, read_toml
from staffing.files.models import ID

FILE = "capacity/capacity.toml"
Share = Annotated[float, Field(ge=0, lt=1)]
Positive = Annotated[float, Field(gt=0)]
Price = Annotated[float, Field(ge=0)]
_GROUP = Group("_", "_", (), (TenureBand(0, 0, 0),))
_CASE = CapacityCase((_GROUP,))


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)


class PlanModel(_Model):
    """``[plan]``."""

    probability: float = Field(default=0.9, gt=0, lt=1)
    rooms: int = Field(default=_CASE.rooms, ge=1)
    start_every_weeks: int = Field(default=_CASE.start_every_weeks, ge=1, le=26)
    break_share: Share = _CASE.break_share
    roster_fit: float = Field(default=_CASE.roster_fit, gt=0, le=1)
    short_per_h: Positive = _CASE.short_per_h
    prior_months: Positive = _CASE.prior_months
    season: Annotated[list[Annotated[float, Field(ge=0)]], Field(min_length=12, max_length=12)] = [1.0] * 12


class OfferModel(_Model):
    """One of a group's ``offers``."""

    contract: str
    wage_per_h: Price


class GroupModel(_Model):
    """One ``[[group]]``."""

    FILL: ClassVar[dict[str, Any]] = {"id": "_", "queues": []}

    id: str = Field(pattern=ID.pattern)
    name: str = ""
    queues: list[str]
    teams: list[str] = []
    roles: list[str] = []
    primary: list[str] = []
    offers: list[OfferModel] = []
    lead_weeks: int = Field(default=_GROUP.lead_weeks, ge=0, le=104)
    train_weeks: int = Field(default=_GROUP.train_weeks, ge=0, le=52)
    ramp: list[Annotated[float, Field(ge=0, le=1)]] = list(_GROUP.ramp)
    class_min: int = Field(default=_GROUP.class_min, ge=1)
    class_max: int = Field(default=_GROUP.class_max, ge=1)
    hire_cost: Price = 0.0
    class_cost: Price = 0.0
    overtime_share: Share = 0.0


class CrossModel(_Model):
    """One ``[[cross_training]]``."""

    FILL: ClassVar[dict[str, Any]] = {"source": "_", "target": "_"}

    source: str
    target: str
    weeks: int = Field(default=2, ge=0, le=52)
    cost: Price = 0.0
    most: int = Field(default=10, ge=0)


class OutsideModel(_Model):
    """One ``[[outside]]``."""

    FILL: ClassVar[dict[str, Any]] = {"id": "_", "queues": [], "price_per_h": 0.0, "max_h": 0.0}

    id: str = Field(pattern=ID.pattern)
    name: str = ""
    queues: list[str]
    price_per_h: Price
    max_h: Price


class AbsenceModel(_Model):
    """One ``[[absence]]``."""

    FILL: ClassVar[dict[str, Any]] = {"name": "_", "share": 0.0}

    name: str = Field(min_length=1)
    share: Share
    groups: list[str] = []
    start: Any = None
    end: Any = None


class _TopModel(_Model):
    plan: Any = {}
    group: list[Any] = Field(min_length=1)
    cross_training: list[Any] = []
    outside: list[Any] = []
    absence: list[Any] = []

    FILL: ClassVar[dict[str, Any]] = {"group": [{"id": "_", "queues": []}], "cross_training": [], "outside": []}


class CapacityToml:
    """Checked parts of the file, in its order."""

    def __init__(self, raw: dict[str, Any], doc: Doc) -> None:
        self.doc = doc
        top, _ = checked(_TopModel, raw, (), doc)
        self.plan, _ = checked(PlanModel, top.plan, ("plan",), doc)
        self.groups = [checked(GroupModel, item, ("group", n), doc)[0] for n, item in enumerate(top.group)]
        self.cross = [
            checked(CrossModel, item, ("cross_training", n), doc)[0] for n, item in enumerate(top.cross_training)
        ]
        self.outside = [checked(OutsideModel, item, ("outside", n), doc)[0] for n, item in enumerate(top.outside)]
        self.absences = [checked(AbsenceModel, item, ("absence", n), doc)[0] for n, item in enumerate(top.absence)]


def parse_capacity_toml(data: bytes, log: FaultLog) -> CapacityToml | None:
    """The file's parts; None, with the fault, where it is no TOML."""
    found = read_toml(FILE, data, log)
    return None if found is None else CapacityToml(*found)
