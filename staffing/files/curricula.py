"""curricula.toml: courses, whom they are for and who gives them, and the speed of people who are new."""

import tomllib
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from staffing.domain.people import Agent, Skill
from staffing.domain.training import Audience, Course, Ramp, Training
from staffing.files.centre_shrinkage import toml_date
from staffing.files.centre_toml import CentreDraft
from staffing.files.faults import FaultLog, choices
from staffing.files.hours import multiples
from staffing.files.model_faults import Doc, checked, read_toml
from staffing.files.models import Id
from staffing.files.people import MAX_PROFICIENCY
from staffing.files.toml_lines import Path

FILE = "curricula.toml"
Minutes = Annotated[int, Field(ge=5, le=480)]
Days = Annotated[int, Field(ge=0, le=3660)]
Level = Annotated[float, Field(gt=0, le=MAX_PROFICIENCY)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)
    FILL: ClassVar[dict[str, Any]] = {}


class PlanningModel(_Model):
    """``[planning]``."""

    place: bool = True


class AudienceModel(_Model):
    """``for`` and ``trainer`` of a course, ``for`` of a ramp."""

    teams: list[str] = []
    roles: list[str] = []
    skills: list[str] = []
    min_level: Level | None = None
    max_level: Level | None = None
    min_tenure_days: Days | None = None
    max_tenure_days: Days | None = None


class GrantModel(_Model):
    """``grants`` of a course."""

    FILL: ClassVar[dict[str, Any]] = {"skill": "_", "proficiency": 1.0}

    skill: str
    proficiency: Level


class CourseModel(_Model):
    """One ``[[course]]``."""

    FILL: ClassVar[dict[str, Any]] = {"id": "_", "kind": "test", "start": None, "sessions_min": [60], "due_days": 0}

    id: Id
    name: str = ""
    kind: Literal["onboarding", "test", "skill", "coaching"]
    start: Any
    sessions_min: list[Minutes] = Field(min_length=1)
    due_days: Days
    every_days: int | None = Field(default=None, ge=1, le=3660)
    days_between: int = Field(default=1, ge=1, le=60)
    ahead_days: int = Field(default=0, ge=0, le=366)
    capacity: int | None = Field(default=None, ge=1)
    together: bool = False
    trainer: Any = None
    after: list[str] = []
    grants: Any = None
    per_week: int | None = Field(default=None, ge=1)
    audience: Any = Field(default=None, alias="for")


class RampModel(_Model):
    """One ``[[ramp]]``."""

    FILL: ClassVar[dict[str, Any]] = {"speeds": [1.0]}

    speeds: list[Annotated[float, Field(gt=0, le=1)]] = Field(min_length=1)
    step_weeks: int = Field(default=4, ge=1, le=52)
    audience: Any = Field(default=None, alias="for")


class _TopModel(_Model):
    planning: Any = {}
    course: list[Any] = []
    ramp: list[Any] = []

    FILL: ClassVar[dict[str, Any]] = {"course": [], "ramp": []}


def is_planned(data: bytes) -> bool:
    """Whether plans are made from the file: unless it says ``place = false``; one that cannot be read counts."""
    try:
        return bool(tomllib.loads(data.decode("utf-8-sig")).get("planning", {}).get("place", True))
    except (ValueError, AttributeError):
        return True


def read_curricula(data: bytes, draft: CentreDraft, agents: tuple[Agent, ...], log: FaultLog) -> Training | None:
    """Courses and ramps, without records; None, with its faults told, where the file has any."""
    before = len(log)
    found = read_toml(FILE, data, log)
    if found is None:
        return None
    raw, doc = found
    top, _ = checked(_TopModel, raw, (), doc)
    planning, _ = checked(PlanningModel, top.planning, ("planning",), doc)
    models = [checked(CourseModel, item, ("course", place), doc) for place, item in enumerate(top.course)]
    reader = _Reader(doc, draft, agents)
    courses = [reader.course(place, model, clean) for place, (model, clean) in enumerate(models)]
    _check_order(doc, [model for model, _ in models])
    ramps = [reader.ramp(place, *checked(RampModel, item, ("ramp", place), doc)) for place, item in enumerate(top.ramp)]
    if len(log) > before:
        return None
    return Training(tuple(filter(None, courses)), (), tuple(filter(None, ramps)), planning.place)


class _Reader:
    def __init__(self, doc: Doc, draft: CentreDraft, agents: tuple[Agent, ...]) -> None:
        self.doc, self.slot_min = doc, draft.slot_min
        self.teams = sorted({agent.team for agent in agents} - {""})
        self.roles = sorted({agent.role for agent in agents} | set(draft.roles))
        self.served = sorted({*draft.queues, *draft.skills})
        self.ids: list[str] = []

    def course(self, place: int, model: CourseModel, clean: bool) -> Course | None:
        doc, path, before = self.doc, ("course", place), len(self.doc.log)
        if model.id in self.ids:
            doc.fault("duplicate_id", (*path, "id"), model.id, f"course[{self.ids.index(model.id) + 1}]")
        self.ids.append(model.id)
        start = toml_date(model.start, (*path, "start"), doc)
        for minutes in model.sessions_min:
            if self.slot_min is not None and minutes % self.slot_min:
                doc.fault("off_slot", (*path, "sessions_min"), minutes, multiples(self.slot_min))
        who = self.audience(model.audience, (*path, "for"))
        trainer = None if model.trainer is None else self.audience(model.trainer, (*path, "trainer"))
        grants = None if model.grants is None else self.grant(model.grants, (*path, "grants"))
        if not clean or start is None or len(doc.log) > before:
            return None
        return Course(
            model.id, model.name or model.id, model.kind, start, tuple(model.sessions_min), model.due_days,
            model.every_days, model.days_between, model.ahead_days, model.capacity, model.together, trainer,
            tuple(model.after), grants, model.per_week, who,
        )  # fmt: skip

    def ramp(self, place: int, model: RampModel, clean: bool) -> Ramp | None:
        who = self.audience(model.audience, ("ramp", place, "for"))
        return Ramp(tuple(model.speeds), model.step_weeks, who) if clean else None

    def grant(self, raw: Any, path: Path) -> Skill:
        model, clean = checked(GrantModel, raw, path, self.doc)
        if clean:
            self._known("unknown_skill", [model.skill], self.served, (*path, "skill"))
        return Skill(model.skill, model.proficiency)

    def audience(self, raw: Any, path: Path) -> Audience:
        if raw is None:
            return Audience()
        model, _ = checked(AudienceModel, raw, path, self.doc)
        self._known("unknown_name", model.teams, self.teams, (*path, "teams"))
        self._known("unknown_role", model.roles, self.roles, (*path, "roles"))
        self._known("unknown_skill", model.skills, self.served, (*path, "skills"))
        for low, high in (("min_level", "max_level"), ("min_tenure_days", "max_tenure_days")):
            least, most = getattr(model, low), getattr(model, high)
            if least is not None and most is not None and most < least:
                self.doc.fault("window_reversed", (*path, high), most, f">= {least}")
        if (model.min_level is not None or model.max_level is not None) and not model.skills:
            self.doc.fault("missing_key", (*path, "skills"), "", "skills = [...]")
        names = (tuple(model.teams), tuple(model.roles), tuple(model.skills))
        return Audience(*names, model.min_level, model.max_level, model.min_tenure_days, model.max_tenure_days)

    def _known(self, code: str, names: list[str], known: list[str], path: Path) -> None:
        for name in names:
            if known and name not in known:
                self.doc.fault(code, path, name, choices(known, name))


def _check_order(doc: Doc, models: list[CourseModel]) -> None:
    """Courses named in ``after`` exist, and none comes before itself."""
    after = {model.id: model.after for model in models}
    for place, model in enumerate(models):
        for name in model.after:
            if name not in after:
                doc.fault("unknown_course", ("course", place, "after"), name, choices(list(after), name))
        seen, todo = set[str](), list(model.after)
        while todo:
            name = todo.pop()
            if name not in seen:
                seen.add(name)
                todo += after.get(name, [])
        if model.id in seen:
            doc.fault("circular_course", ("course", place, "after"), model.id, "!=")
