"""A tiny centre with records that contradict some of its values."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np

from tests.files.tiny_centre import TOML, write_tiny_centre

CALLBACK = """
[[queue]]
id = "callback"
channel = "callback"
skill = "phone"
hours = { mon_fri = ["08:00-16:00"] }
aht_s = 200  # by guess
target = { deadline = "2 working hours", share = 0.9 }
source = { queue = "phone", share = 0.05 }  # as agreed
"""
FIRST = date(2026, 1, 12)
PATIENCE_S, SHARE, CALLBACK_S = 60.0, 0.1, 300.0
SPEED = {"a1": 1.3, "a2": 1.0, "a3": 1.0, "a5": 1.0}
AGENTS = """\
agent,name,team,role,contract,skills,start_date
a1,Ana,north,agent,full,phone:1.0;mail:0.9,2020-01-01
a2,Ben,north,agent,full,phone,2020-01-01
a3,Chu,north,agent,full,phone:1;mail:1.1,2020-01-01
a4,Dia,north,lead,full,mail,2020-01-01
a5,Eve,north,agent,full,phone,2020-01-01
"""


def write_tiny_learned(folder: Path, extra_toml: str = "", **tables: str) -> Path:
    """Write the centre with two weeks of intervals, schedule, activity and agent report; `tables` replace files."""
    toml = TOML.replace("[[break]]", CALLBACK + "\n[[break]]", 1) + extra_toml
    write_tiny_centre(folder, centre_toml=toml, agents_csv=AGENTS)
    (folder / "kpi").mkdir()
    texts = {"intervals": _intervals(), "handled": _handled(), **_time()} | tables
    for name, content in texts.items():
        if content:
            (folder / "kpi" / f"{name}.csv").write_text(content, encoding="utf-8")
    return folder


def _days() -> list[date]:
    days = [FIRST + timedelta(days=number) for number in range(14)]
    return [day for day in days if day.weekday() < 5]


def _intervals() -> str:
    """Three in fifty leave each half hour, so that all waits together make the patience."""
    rows = ["start,queue,offered,handled,abandoned,wait_s,abandon_wait_s"]
    for day in _days():
        starts = [f"{8 + half // 2:02d}:{30 * (half % 2):02d}" for half in range(16)]
        rows += [f"{day}T{start},phone,50,47,3,{3 * PATIENCE_S - 60:.0f},60" for start in starts]
    return "\n".join(rows) + "\n"


def _handled() -> str:
    rng, mean = np.random.default_rng(5), np.mean([1 / speed for speed in SPEED.values()])
    rows = ["agent,queue,date,contacts,handle_s"]
    for day in _days():
        for agent, speed in SPEED.items():
            rows.append(f"{agent},phone,{day},60,{60 * 240 / speed * rng.normal(1, 0.05):.0f}")
            rows.append(f"{agent},callback,{day},6,{6 * CALLBACK_S / speed / mean * rng.normal(1, 0.1):.0f}")
    return "\n".join(rows) + "\n"


def _time() -> dict[str, str]:
    """Everybody is scheduled for the phone from 8 to 16; each starts later, by half an hour on average."""
    head = "agent,start,end,activity,queue"
    meant, done = [head], [head]
    for number, day in enumerate(_days()):
        for agent in ("a1", "a2", "a3", "a4", "a5"):
            late = 30 + 2 * (int(agent[1]) - 3) + number % 2 * (int(agent[1]) - 3)
            meant.append(f"{agent},{day}T08:00,{day}T16:00,work,phone")
            done.append(f"{agent},{day}T08:00,{day}T08:{late:02d},sick,")
            done.append(f"{agent},{day}T08:{late:02d},{day}T16:00,work,phone")
    return {"schedule": "\n".join(meant) + "\n", "activity": "\n".join(done) + "\n"}
