"""``capacity/`` of a centre folder: groups, prices and the attrition table -> a capacity case."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from staffing.capacity import CapacityCase, CrossTraining, Group, Offer, Outside, Staff, TenureBand
from staffing.domain.centre import Scenario
from staffing.domain.note import Note
from staffing.domain.people import Agent, Contract
from staffing.domain.shrinkage import ShrinkageReason
from staffing.files.capacity_toml import FILE, CapacityToml, GroupModel, parse_capacity_toml
from staffing.files.centre_shrinkage import toml_date
from staffing.files.faults import FaultLog, choices
from staffing.files.rows import Row
from staffing.files.table import read_table

FOLDER = "capacity"
ATTRITION = f"{FOLDER}/attrition.csv"
REQUIRED = ("from_month", "person_months", "leavers")
OPTIONAL = ("group",)
CAPACITY_FILES = (FILE.partition("/")[2], ATTRITION.partition("/")[2])
EVERYBODY = ""
FIRST_YEAR, QUARTER = 52, 13
"""In weeks."""


@dataclass(frozen=True, slots=True)
class CapacityInput:
    """The case, the probability that the folder asks for, and remarks."""

    case: CapacityCase
    probability: float
    notes: tuple[Note, ...] = ()


def read_capacity(folder: Path, scenario: Scenario, files: Mapping[str, bytes] | None = None) -> CapacityInput:
    """Read the capacity files of a centre folder.

    Parameters
    ----------
    folder : Path
        Centre folder with ``capacity/capacity.toml`` and ``capacity/attrition.csv``.
    scenario : Scenario
        The centre, read from the same folder: its people by tenure on the first day of the default plan, its queues,
        contracts and planned reasons of absence.
    files : mapping, optional
        Contents by name, such as ``attrition.csv``, that are taken instead of the files in ``capacity/``.

    Raises
    ------
    DataError
        With every fault of both files.
    """
    log = FaultLog()
    given = dict(files or {})
    found = {}
    for name in CAPACITY_FILES:
        path = Path(folder) / FOLDER / name
        data = given.get(name, path.read_bytes() if path.is_file() else None)
        if data is None:
            log.add("missing_file", f"{FOLDER}/{name}", value=Path(folder).name, expected=f"{FOLDER}/{name}")
        else:
            found[name] = data
    toml = parse_capacity_toml(found[CAPACITY_FILES[0]], log) if CAPACITY_FILES[0] in found else None
    ids = [group.id for group in toml.groups] if toml else None
    bands = _bands(found[CAPACITY_FILES[1]], ids, log) if CAPACITY_FILES[1] in found else {}
    case = None if toml is None else _case(toml, bands, scenario, log)
    log.refuse()
    if toml is None or case is None:
        raise AssertionError("a folder without faults must give a case")
    return CapacityInput(case, toml.plan.probability, tuple(_notes(case, scenario)))


def _notes(case: CapacityCase, scenario: Scenario) -> list[Note]:
    heads, people = sum(group.heads for group in case.groups), len(scenario.agents)
    served = {queue for group in case.groups for queue in group.queues} | {
        queue for buy in case.outside for queue in buy.queues
    }
    notes = [Note("capacity_people_outside", (("people", people - heads),))] if heads < people else []
    return notes + [
        Note("capacity_queue_unserved", (("queue", queue.id),))
        for queue in scenario.centre.queues
        if queue.id not in served
    ]


def _bands(data: bytes, groups: list[str] | None, log: FaultLog) -> dict[str, tuple[TenureBand, ...]]:
    """Bands by group; those of nobody by name hold for all others."""
    table = read_table(ATTRITION, data, REQUIRED, OPTIONAL, log)
    if table is None:
        return {}
    rows: dict[str, list[tuple[float, float, float, int]]] = defaultdict(list)
    for line, cells in table.rows():
        row = Row(table, line, cells, log)
        group = row.text("group")
        if group and groups is not None:
            row.check_known("not_one_of", "group", group, groups)
        row.required("from_month"), row.required("person_months"), row.required("leavers")
        start = row.number("from_month", low=0)
        months = row.number("person_months", low=0)
        leavers = row.number("leavers", low=0, high=months)
        if start is not None and start in [known for known, *_ in rows[group]]:
            row.fault("out_of_range", "from_month", f"{start:g}", "!=")
        if row.ok and start is not None and months is not None and leavers is not None:
            rows[group].append((start, months, leavers, line))
    for found in rows.values():
        if found and min(found)[0] > 0:
            first = min(found)
            log.add("out_of_range", ATTRITION, row=first[3], column="from_month", value=f"{first[0]:g}", expected="0")
    return {
        group: tuple(TenureBand(start, months, leavers) for start, months, leavers, _ in sorted(found))
        for group, found in rows.items()
        if found and min(found)[0] == 0
    }


def _case(
    toml: CapacityToml, bands: dict[str, tuple[TenureBand, ...]], scenario: Scenario, log: FaultLog
) -> CapacityCase | None:
    before, doc, centre = len(log), toml.doc, scenario.centre
    queues = [queue.id for queue in centre.queues]
    contracts = {contract.id: contract for contract in centre.contracts}
    ids = [group.id for group in toml.groups]
    teams = {agent.team for agent in scenario.agents}
    roles = {agent.role for agent in scenario.agents} | {role.id for role in centre.roles}
    taken: set[str] = set()
    groups = []
    for place, model in enumerate(toml.groups):
        if model.id in ids[:place]:
            doc.fault("duplicate_id", ("group", place, "id"), model.id, model.id)
        for key, names, known in (("queues", model.queues, queues), ("teams", model.teams, teams)):
            _check(toml, ("group", place, key), names, list(known))
        _check(toml, ("group", place, "roles"), model.roles, list(roles))
        _check(toml, ("group", place, "offers"), [offer.contract for offer in model.offers], list(contracts))
        if model.class_max < model.class_min:
            doc.fault("out_of_range", ("group", place, "class_max"), model.class_max, f">= {model.class_min}")
        table = bands.get(model.id, bands.get(EVERYBODY))
        if table is None:
            log.add("missing_value", ATTRITION, column="group", value=model.id, expected=model.id)
            continue
        if len(log) == before:
            groups.append(_group(model, table, scenario, contracts, taken))
    for place, move in enumerate(toml.cross):
        _check(toml, ("cross_training", place, "source"), [move.source], ids)
        _check(toml, ("cross_training", place, "target"), [move.target], [i for i in ids if i != move.source])
    for place, buy in enumerate(toml.outside):
        _check(toml, ("outside", place, "queues"), buy.queues, queues)
    absences = []
    for place, item in enumerate(toml.absences):
        _check(toml, ("absence", place, "groups"), item.groups, ids)
        start, end = (toml_date(getattr(item, key), ("absence", place, key), doc) for key in ("start", "end"))
        if start is not None and end is not None and end < start:
            doc.fault("ends_before_start", ("absence", place, "end"), end, f">= {start}")
        elif len(log) == before:
            absences.append(ShrinkageReason(item.name, item.share, True, tuple(item.groups), start, end))
    if len(log) > before:
        return None
    plan = toml.plan
    return CapacityCase(
        tuple(groups),
        tuple(CrossTraining(move.source, move.target, move.weeks, move.cost, move.most) for move in toml.cross),
        tuple(Outside(b.id, b.name or b.id, tuple(b.queues), b.price_per_h, b.max_h) for b in toml.outside),
        (*absences, *_of_centre(scenario, groups)),
        tuple(plan.season),
        plan.rooms,
        plan.start_every_weeks,
        plan.break_share,
        plan.roster_fit,
        centre.costs.overtime_factor,
        plan.short_per_h,
        plan.prior_months,
    )


def _check(toml: CapacityToml, path: tuple[str | int, ...], names: list[str], known: list[str]) -> None:
    for name in names:
        if name not in known:
            toml.doc.fault("not_one_of", path, name, choices(sorted(known), name))


def _group(
    model: GroupModel,
    bands: tuple[TenureBand, ...],
    scenario: Scenario,
    contracts: dict[str, Contract],
    taken: set[str],
) -> Group:
    """A group with its people: who was in an earlier group is in none after it."""
    mine = [agent for agent in scenario.agents if agent.id not in taken and _belongs(agent, model)]
    taken.update(agent.id for agent in mine)
    return Group(
        model.id,
        model.name or model.id,
        tuple(model.queues),
        bands,
        _staff(mine, contracts, scenario),
        tuple(Offer(o.contract, _weekly_h(contracts[o.contract]), o.wage_per_h) for o in model.offers),
        model.lead_weeks,
        model.train_weeks,
        tuple(model.ramp),
        model.class_min,
        model.class_max,
        model.hire_cost,
        model.class_cost,
        model.overtime_share,
    )


def _belongs(agent: Agent, model: GroupModel) -> bool:
    """A group that names neither teams, roles nor primary queues begins empty."""
    named = (("team", model.teams), ("role", model.roles), ("primary", model.primary))
    asked = [getattr(agent, key) in names for key, names in named if names]
    return bool(asked) and all(asked)


def _weekly_h(contract: Contract) -> float:
    return (contract.weekly_minutes_min + contract.weekly_minutes_max) / 120


def _staff(agents: list[Agent], contracts: dict[str, Contract], scenario: Scenario) -> tuple[Staff, ...]:
    """People by hours and tenure. Who has no start date counts as there for long."""
    first, wage = scenario.next_week_start, scenario.centre.costs.wage_per_h
    wages: dict[tuple[float, int], list[float]] = defaultdict(list)
    for agent in agents:
        if agent.end_date is not None and agent.end_date < first:
            continue
        contract = contracts.get(agent.contract)
        hours = 40.0 if contract is None else _weekly_h(contract)
        start = agent.start_date or date(first.year - 10, 1, 1)
        tenure = max(0, (first - start).days // 7)
        # Beyond the first year a quarter more or less changes nothing that is known.
        tenure = tenure if tenure < FIRST_YEAR else tenure - (tenure - FIRST_YEAR) % QUARTER
        wages[hours, tenure].append(wage if agent.cost_per_h is None else agent.cost_per_h)
    return tuple(Staff(h, sum(paid) / len(paid), weeks, len(paid)) for (h, weeks), paid in sorted(wages.items()))


def _of_centre(scenario: Scenario, groups: list[Group]) -> list[ShrinkageReason]:
    """Planned reasons of centre.toml, with the groups that serve their queues."""
    found = []
    for reason in scenario.centre.shrinkage:
        if not reason.planned:
            continue
        concerned = tuple(g.id for g in groups if any(reason.concerns(queue) for queue in g.queues))
        if concerned:
            found.append(replace(reason, queues=concerned, hours=None))
    return found
