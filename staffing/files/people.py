"""agents.csv -> agents."""

import re
from collections.abc import Iterator

from staffing.domain.people import Agent, Skill
from staffing.domain.rotation import ANY, OFF
from staffing.files.cells import plain_text
from staffing.files.centre_toml import CentreDraft
from staffing.files.faults import FaultLog
from staffing.files.rows import Row, number
from staffing.files.table import Table

FILE = "agents.csv"
REQUIRED = ("agent", "name", "team", "role", "contract", "skills")
OPTIONAL = ("primary", "cost_per_h", "start_date", "end_date", "rotation", "rotation_week", "seniority", "on_call")
MAX_PROFICIENCY = 2.0


def read_agents(table: Table, draft: CentreDraft, log: FaultLog) -> tuple[Agent, ...]:
    """Agents without faults, in the order of the file."""
    agents, first = [], dict[str, int]()
    served = {*draft.queues, *draft.skills}
    for line, cells in table.rows():
        row = Row(table, line, cells, log)
        name = row.id("agent")
        if name in first:
            row.fault("duplicate_agent", "agent", name, f"row {first[name]}")
        first.setdefault(name, line)
        contract = row.text("contract")
        if not contract and len(draft.contracts) == 1:
            contract = draft.contracts[0]
        elif draft.contracts:
            row.known("unknown_contract", "contract", draft.contracts)
        role = row.text("role")
        if role and draft.roles:
            row.check_known("unknown_role", "role", role, draft.roles)
        skills = tuple(_skills(row, table.decimal_comma, served))
        primary = row.text("primary")
        if primary and served:
            row.check_known("unknown_skill", "primary", primary, served)
        start, end = row.date("start_date", required=False), row.date("end_date", required=False)
        if start is not None and end is not None and end < start:
            row.fault("ends_before_start", "end_date", end, f">= {start}")
        cost = row.number("cost_per_h", low=0)
        rotation, week = _rotation(row, contract, draft)
        seniority = row.number("seniority", 0.0, low=0)
        on_call = _on_call(row, draft)
        if row.ok:
            called = plain_text(row.text("name"))
            known = (name, called, row.text("team"), role, contract, skills, primary, cost, start, end)
            agents.append(Agent(*known, rotation, week, seniority or 0.0, on_call))
    return tuple(agents)


def _on_call(row: Row, draft: CentreDraft) -> tuple[str, ...]:
    """The on-call duties that the person has agreed to."""
    names = tuple(dict.fromkeys(part.strip() for part in re.split(r"[;|]", row.text("on_call")) if part.strip()))
    for name in names:
        row.check_known("unknown_on_call", "on_call", name, draft.on_call)
    return names


def _rotation(row: Row, contract: str, draft: CentreDraft) -> tuple[str, int]:
    """The fixed pattern and the week of it; its shifts must be ones of the contract."""
    name, week = row.text("rotation"), row.whole("rotation_week", 1, low=1) or 1
    if not name:
        return "", week
    row.check_known("unknown_rotation", "rotation", name, draft.rotations)
    pattern = next((rotation for rotation in draft.patterns if rotation.id == name), None)
    terms = next((item for item in draft.terms if item.id == contract), None)
    if pattern is None:
        return name, week
    if week > len(pattern.weeks):
        row.fault("out_of_range", "rotation_week", week, f"<= {len(pattern.weeks)}")
    if terms is not None:
        words = {word for days in pattern.weeks for word in days} - {ANY, OFF}
        for word in sorted(words - set(terms.shifts)):
            row.fault("rotation_shift", "rotation", word, " | ".join(terms.shifts))
    return name, week


def agent_ids(table: Table) -> frozenset[str]:
    """Every id of the file, those of faulty rows too."""
    return frozenset(table.cells("agent").tolist()) - {""}


def skill_names(table: Table) -> frozenset[str]:
    """Every queue or skill that some agent has, faulty ones too."""
    return frozenset(
        part.partition(":")[0].strip() for cell in table.cells("skills").tolist() for part in re.split(r"[;|]", cell)
    )


def _skills(row: Row, decimal_comma: bool, served: set[str]) -> Iterator[Skill]:
    seen = set()
    for part in re.split(r"[;|]", row.text("skills")):
        name, colon, speed = (piece.strip() for piece in part.partition(":"))
        if not name and not colon:
            continue
        if served:
            row.check_known("unknown_skill", "skills", name, served)
        if name in seen:
            row.fault("duplicate_skill", "skills", name, "1")
        seen.add(name)
        value = number(speed, decimal_comma) if colon else 1.0
        if value is None:
            row.fault("not_a_number", "skills", part.strip(), "skill:number")
        elif not 0 < value <= MAX_PROFICIENCY:
            row.fault("out_of_range", "skills", part.strip(), f"> 0, <= {MAX_PROFICIENCY:g}")
        else:
            yield Skill(name, value)
