"""People of the sample centre: teams, roles, contracts, skills, wages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from staffing.sample.names import draw_names

HORIZON = date(2026, 1, 26)
"""First day of the default plan."""

HOTLINE = "phone:1;callback:1;upkeep:1"
HOTLINE_CHAT = "phone:1;callback:1;upkeep:1;chat:0.9"
CHAT = "chat:1;phone:0.9;upkeep:1"
MAIL = "email:1;ticket:1;phone:0.9;upkeep:1"
RECRUIT = "招聘外包:1;followup:1;phone:0.9"
PAYROLL = "薪酬社保:1;emergency:1;complaint:0.9;ticket:1"
LABOUR_LAW = "劳动争议:1;emergency:1;complaint:1;ticket:0.9"
SUPERVISOR = "quality:1;complaint:1;emergency:0.9;upkeep:1"
TRAINEES = ("phone:0.7;upkeep:0.8", "phone:0.75;upkeep:0.85", "phone:0.8;callback:0.8;upkeep:0.9")


@dataclass(frozen=True, slots=True)
class Group:
    """`count` people of one team who share role, contract and skills; they are paid around `wage`."""

    team: str
    role: str
    contract: str
    count: int
    skills: str
    primary: str
    wage: float


@dataclass(frozen=True, slots=True)
class Person:
    """One row of ``agents.csv``."""

    id: str
    name: str
    team: str
    role: str
    contract: str
    skills: str
    primary: str
    wage: float
    start_date: date


GROUPS = (
    Group("运营管理部", "manager", "office", 1, "quality:1;complaint:1", "quality", 82),
    Group("热线一组", "supervisor", "full_time", 2, SUPERVISOR, "quality", 58),
    Group("热线二组", "supervisor", "full_time", 2, SUPERVISOR, "quality", 58),
    Group("热线三组", "supervisor", "full_time", 3, SUPERVISOR, "quality", 58),
    Group("在线客服组", "supervisor", "full_time", 2, SUPERVISOR, "quality", 58),
    Group("邮件工单组", "supervisor", "full_time", 1, SUPERVISOR, "quality", 58),
    Group("招聘服务组", "supervisor", "full_time", 1, SUPERVISOR, "quality", 58),
    Group("二线专家组", "specialist", "full_time", 7, PAYROLL, "tier2_pay", 54),
    Group("二线专家组", "specialist", "full_time", 5, LABOUR_LAW, "tier2_law", 56),
    Group("热线一组", "representative", "full_time", 12, HOTLINE, "phone", 38),
    Group("热线一组", "representative", "four_days", 3, HOTLINE, "phone", 38),
    Group("热线一组", "representative", "part_time", 3, HOTLINE, "phone", 33),
    Group("热线二组", "representative", "full_time", 12, HOTLINE, "phone", 38),
    Group("热线二组", "representative", "four_days", 3, HOTLINE, "phone", 38),
    Group("热线二组", "representative", "part_time", 3, HOTLINE, "phone", 33),
    Group("热线三组", "representative", "full_time", 8, HOTLINE_CHAT, "phone", 40),
    Group("热线三组", "representative", "four_days", 3, HOTLINE_CHAT, "phone", 40),
    Group("热线三组", "representative", "part_time", 6, HOTLINE_CHAT, "phone", 34),
    Group("热线三组", "trainee", "full_time", 6, "", "phone", 29),
    Group("在线客服组", "representative", "full_time", 12, CHAT, "chat", 39),
    Group("在线客服组", "representative", "four_days", 3, CHAT, "chat", 39),
    Group("在线客服组", "representative", "part_time", 4, CHAT, "chat", 33),
    Group("邮件工单组", "representative", "full_time", 11, MAIL, "email", 38),
    Group("招聘服务组", "representative", "full_time", 8, RECRUIT, "recruitment", 41),
)


def draw_people(rng: np.random.Generator) -> list[Person]:
    """Everybody, in the order of the groups."""
    names = iter(draw_names(rng, sum(group.count for group in GROUPS)))
    people: list[Person] = []
    for group in GROUPS:
        for number in range(group.count):
            trainee = group.role == "trainee"
            tenure_days = int(rng.integers(40, 75) if trainee else rng.integers(200, 2600))
            people.append(
                Person(
                    id=f"A{len(people) + 1:03d}",
                    name=next(names),
                    team=group.team,
                    role=group.role,
                    contract=group.contract,
                    skills=TRAINEES[number % len(TRAINEES)] if trainee else group.skills,
                    primary=group.primary,
                    wage=round(group.wage * (0.96 + 0.08 * min(tenure_days, 1500) / 1500), 1),
                    start_date=HORIZON - timedelta(days=tenure_days),
                )
            )
    return people


def agent_rows(people: Sequence[Person]) -> list[tuple[object, ...]]:
    """Rows of ``agents.csv``."""
    return [
        (p.id, p.name, p.team, p.role, p.contract, p.skills, p.primary, f"{p.wage:g}", p.start_date) for p in people
    ]
