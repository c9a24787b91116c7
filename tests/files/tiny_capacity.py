"""Capacity files for the tiny centre."""

from pathlib import Path

TOML = """\
[plan]
probability = 0.7
rooms = 1
start_every_weeks = 1
break_share = 0.05
roster_fit = 0.9

[[group]]
id = "agents"
name = "Agents"
roles = ["agent"]
queues = ["phone", "mail"]
offers = [{ contract = "full", wage_per_h = 18 }]
lead_weeks = 2
train_weeks = 1
ramp = [0.5]
class_max = 6
hire_cost = 500
class_cost = 1000
overtime_share = 0.2

[[group]]
id = "leads"
roles = ["lead"]
queues = ["mail"]

[[group]]
id = "mailers"
queues = ["mail"]

[[cross_training]]
source = "agents"
target = "mailers"
most = 1

[[outside]]
id = "partner"
queues = ["phone"]
price_per_h = 45
max_h = 100

[[absence]]
name = "leave"
share = 0.1

[[absence]]
name = "fair"
share = 0.2
groups = ["agents"]
start = 2026-02-09
end = 2026-02-10
"""
ATTRITION = """\
group,from_month,person_months,leavers
,0,100,8
,3,900,18
leads,0,300,1
"""


def write_tiny_capacity(folder: Path, toml: str = TOML, attrition: str = ATTRITION) -> Path:
    """Write ``capacity/`` into a centre folder."""
    inside = folder / "capacity"
    inside.mkdir(exist_ok=True)
    (inside / "capacity.toml").write_text(toml, encoding="utf-8")
    (inside / "attrition.csv").write_text(attrition, encoding="utf-8")
    return folder
