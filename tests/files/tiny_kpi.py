"""Records of the tiny centre, small and without faults."""

from pathlib import Path

from tests.files.tiny_centre import write_tiny_centre

TABLES = {
    "intervals.csv": "start,queue,offered,handled,abandoned,aht_s,wait_s,within_target,forecast\n"
    "2026-02-02T08:00,phone,10,9,1,240,90,8,12\n"
    "2026-02-02T08:30,phone,8,8,0,240,40,8,9\n",
    "tickets.csv": "ticket,queue,agent,opened,first_response,resolved,reopened,contacts,complaint\n"
    "t1,mail,a1,2026-02-02T09:00,2026-02-02T10:00,2026-02-02T12:00,no,1,no\n"
    "t2,mail,,2026-02-02T09:30,,,,,yes\n",
    "surveys.csv": "when,queue,agent,csat,nps\n2026-02-02,phone,a1,5,10\n2026-02-03T10:00,phone,a2,4,\n",
    "quality.csv": "when,agent,score,max\n2026-02-02,a1,45,50\n",
    "activity.csv": "agent,start,end,activity,queue\n"
    "a1,2026-02-02T08:00,2026-02-02T12:00,work,phone\na1,2026-02-02T12:00,2026-02-02T12:30,meal,\n",
    "schedule.csv": "agent,start,end,activity\na1,2026-02-02T08:00,2026-02-02T12:30,work\n",
    "reasons.csv": "agent,start,end,reason\na1,2026-02-02T12:00,2026-02-02T12:30,system_fault\n",
    "handled.csv": "agent,queue,date,contacts,handle_s\na1,phone,2026-02-02,40,9600\na2,phone,2026-02-02,30,8000\n",
    "clients.csv": "client,start,end\nc1,2024-01-01,\nc2,2024-01-01,2026-02-02\n",
    "kpi.toml": "[targets]\ncsat = 4.5\n\n[scorecard]\nmin_people = 3\n\n[scorecard.weights]\ncsat = 1\n\n"
    "[scorecard.zero]\ncsat = 3\n\n[scorecard.min_sample]\ncsat = 2\n",
}


def write_tiny_kpi(folder: Path, tables: dict[str, str] | None = None, **centre: str) -> Path:
    """Write the tiny centre with its records; `tables` replace those of the same name, empty ones are left out."""
    write_tiny_centre(folder, **centre)
    (folder / "kpi").mkdir()
    for name, content in {**TABLES, **(tables or {})}.items():
        if content:
            (folder / "kpi" / name).write_text(content, encoding="utf-8")
    return folder
