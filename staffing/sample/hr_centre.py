"""The folder of the HR service centre."""

from pathlib import Path

import numpy as np

from staffing.sample.hr_capacity import write_capacity
from staffing.sample.hr_demand import CAMPAIGNS, COMPANY_DAYS
from staffing.sample.hr_history import history_rows
from staffing.sample.hr_kpi import write_kpi
from staffing.sample.hr_people import agent_rows, draw_people
from staffing.sample.hr_requests import leave_request_rows
from staffing.sample.hr_time import activity_rows, carry_in_rows, time_off_rows, wish_rows
from staffing.sample.hr_today import COLUMNS as TODAY_COLUMNS
from staffing.sample.hr_today import today_rows
from staffing.sample.hr_training import write_training
from staffing.sample.tables import copy_resource, write_table

SEED = 1


def write_hr_centre(folder: Path, *, seed: int = SEED) -> None:
    """Write the sample centre of an HR service firm into `folder`; the same seed gives the same bytes.

    Parameters
    ----------
    folder : pathlib.Path
        Made when missing; files of the same names are replaced.
    seed : int
        Seed of everything drawn. History, people, time and records each have a stream of their own.
    """
    folder.mkdir(parents=True, exist_ok=True)
    *streams, kpi, courses = np.random.SeedSequence(seed).spawn(7)
    history, staff, leave, wishes, past = (np.random.default_rng(stream) for stream in streams)
    people = draw_people(staff)
    contacts, shifts = list(history_rows(history)), carry_in_rows(past, people)
    time_off = time_off_rows(leave, people)
    copy_resource("hr_centre.toml", folder)
    write_table(
        folder,
        "history.csv",
        ("start", "queue", "offered", "handled", "abandoned", "aht_s"),
        contacts,
    )
    write_table(
        folder,
        "agents.csv",
        ("agent", "name", "team", "role", "contract", "skills", "primary", "cost_per_h", "start_date"),
        agent_rows(people),
    )
    write_table(folder, "time_off.csv", ("agent", "start", "end", "kind", "paid"), time_off)
    write_table(
        folder,
        "activities.csv",
        ("id", "kind", "agents", "minutes", "earliest", "latest", "together", "capacity"),
        activity_rows(people, time_off),
    )
    write_table(folder, "wishes.csv", ("agent", "date", "wish", "weight"), wish_rows(wishes, people, time_off))
    write_table(
        folder,
        "leave_requests.csv",
        ("request", "agent", "start", "end", "kind", "state", "asked", "decided", "note"),
        leave_request_rows(people, time_off),
    )
    write_table(folder, "carry_in.csv", ("agent", "date", "start", "end", "kind"), shifts)
    write_table(
        folder,
        "events.csv",
        ("name", "start", "end", "queues", "effect", "spread", "lead_days", "lag_days"),
        [(name, first, last, ";".join(q), effect, 0.05, 0, 0) for name, first, last, q, _, effect in CAMPAIGNS],
    )
    write_table(
        folder, "special_days.csv", ("date", "kind", "name"), [(day, "holiday", "公司日") for day in COMPANY_DAYS]
    )
    write_kpi(folder, kpi, contacts, people, shifts)
    write_capacity(folder)
    write_training(folder, np.random.default_rng(courses), people)
    morning = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(7,)))  # an eighth stream of its own
    write_table(folder, "today.csv", TODAY_COLUMNS, today_rows(morning))
