"""The smallest complete centre folder: two queues, four agents, four weeks of history."""

from datetime import date, timedelta
from pathlib import Path

TOML = """\
name = "Tiny"
timezone = "Europe/Berlin"
interval_min = 30
slot_min = 15
currency = "EUR"

[[queue]]
id = "phone"
channel = "phone"
hours = { mon_fri = ["08:00-16:00"], sat = [] }
target = { service_level = 0.8, answer_within_s = 20 }
patience_s = 180

[[queue]]
id = "mail"
channel = "email"
hours = { mon_fri = ["08:00-16:00"] }
aht_s = 300
target = { deadline = "2 working hours", share = 0.9 }

[[break]]
id = "lunch"
kind = "meal"
minutes = 30
earliest_min = 180
latest_min = 300
spacing_min = 60

[[shift]]
id = "day"
start = ["08:00", "08:30"]
lengths_min = [450, 480]
breaks = ["lunch"]
weekdays = "mon_fri"

[[contract]]
id = "full"
weekly_minutes_min = 2100
weekly_minutes_max = 2400
days_min = 5
days_max = 5

[[role]]
id = "agent"

[[role]]
id = "lead"
supervises = ["agent"]
max_span = 10

[shrinkage]
default = 0.05
"""

AGENTS = """\
agent,name,team,role,contract,skills
a1,Ana,north,agent,full,phone:1.0;mail:0.9
a2,Ben,north,agent,full,phone
a3,Chu,north,agent,full,phone:0.8;mail:1.1
a4,Dia,north,lead,full,mail
"""

OTHER = {
    "time_off.csv": "agent,start,end,kind,paid\na2,2026-02-03,2026-02-03,leave,true\n",
    "activities.csv": "id,kind,agents,minutes,earliest,latest\n"
    "t1,training,a1;a3,60,2026-02-02T08:00,2026-02-06T16:00\n",
    "wishes.csv": "agent,date,wish,weight\na1,2026-02-06,off,2\na3,2026-02-04,start>=08:30,1\n",
    "events.csv": "name,start,end,queues,effect\nmailing,2026-01-14,2026-01-15,phone,1.35\n",
    "overrides.csv": "start,end,queues,measure,operation,value,note,on\n"
    "2026-01-19,2026-01-19,phone,volume,add,20,mailing,true\n",
    "special_days.csv": "date,kind,name\n2026-01-01,holiday,New Year\n",
    "carry_in.csv": "agent,date,start,end,kind\na1,2026-01-30,08:00,16:00,work\n",
}

FIRST_DAY = date(2026, 1, 5)
"""First day of the history, a Monday; it ends on Friday four weeks later."""


def history(queues: tuple[str, ...] = ("phone", "mail"), weeks: int = 4) -> str:
    """Four weeks of half-hour rows in opening hours, the same every week."""
    rows = ["start,queue,offered,handled,aht_s"]
    for day in range(7 * weeks):
        when = FIRST_DAY + timedelta(days=day)
        if when.weekday() >= 5:
            continue
        for slot in range(16):
            clock = f"{when}T{8 + slot // 2:02d}:{30 * (slot % 2):02d}"
            for queue in queues:
                offered = (8 if queue == "phone" else 2) + (slot % 5) + when.weekday()
                rows.append(f"{clock},{queue},{offered},{offered},{240 if queue == 'phone' else 300}")
    return "\n".join(rows) + "\n"


def tiny_files() -> dict[str, str]:
    """Text of every file of the folder."""
    return {"centre.toml": TOML, "history.csv": history(), "agents.csv": AGENTS, **OTHER}


def write_tiny_centre(folder: Path, **replaced: str) -> Path:
    """Write the folder; keywords such as ``agents_csv="..."`` replace a file's text."""
    folder.mkdir(parents=True, exist_ok=True)
    texts = tiny_files() | {name.replace("_csv", ".csv").replace("_toml", ".toml"): t for name, t in replaced.items()}
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder
