"""The history behind a plan: all of it where the centre's folder still holds it, else the weeks kept with the plan."""

from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import streamlit as st

from staffing.domain.calendar import DayTable
from staffing.domain.centre import Scenario
from staffing.errors import DataError, SettingsError
from staffing.files import read_centre
from staffing.planning import plan_table
from staffing.ui import state
from staffing.ui.centre import read_shared
from staffing.ui.shown import centre_of, signature
from staffing.ui.state import Shown


@dataclass(frozen=True, eq=False)
class Past:
    """The plan's scenario with the longest history known.

    `whole` is False where only the plan's own weeks are known; `table` covers history and plan; `key` changes with any
    of them, in this process; `centre` is the folder of the history where it is whole.
    """

    scenario: Scenario
    table: DayTable
    whole: bool
    key: str
    centre: Path | None = None


def past_of(shown: Shown) -> Past:
    """The history behind the plan on show."""
    plan, folder = shown.plan, centre_of(state.store(), shown.place)
    if folder is None or not folder.is_dir():
        return Past(plan.scenario, plan.table, False, shown.digest)
    files = signature(folder)
    found = _centre(str(folder), files)
    if found is None or not holds(found, plan.scenario):
        return Past(plan.scenario, plan.table, False, shown.digest)
    scenario = replace(plan.scenario, history=found.history)
    return Past(scenario, _table(shown, scenario), True, f"{shown.digest} {hash(files)}", folder)


@st.cache_resource(show_spinner=False, max_entries=4)
def _centre(folder: str, files: tuple[tuple[str, int, int], ...]) -> Scenario | None:
    """A centre's queues and history; None where they cannot be read any more."""
    with suppress(DataError, SettingsError, OSError):
        return read_shared(Path(folder))[0]
    try:
        return read_centre(Path(folder), people=False)  # a fault among the people says nothing about the contacts
    except (DataError, SettingsError, OSError):
        return None


def holds(centre: Scenario, plan: Scenario) -> bool:
    """The centre's history begins with or holds the plan's, contact for contact, for the same queues."""
    own, kept = centre.history, plan.history
    first = (kept.grid.first_day - own.grid.first_day).days
    same_grid = own.grid.timezone == kept.grid.timezone and own.grid.step_min == kept.grid.step_min
    if not same_grid or not 0 <= first <= own.grid.days - kept.grid.days or not set(kept.queues) <= set(own.queues):
        return False
    steps = slice(int(own.grid.day_start[first]), int(own.grid.day_start[first + kept.grid.days]))
    return all(np.array_equal(own.row(queue)[steps], kept.row(queue), equal_nan=True) for queue in kept.queues)


def _table(shown: Shown, scenario: Scenario) -> DayTable:
    """The plan's own table where it reaches over the history."""
    plan, grid = shown.plan, scenario.history.grid
    if plan.table.days[0].date <= grid.first_day and plan.table.days[-1].date >= grid.dates[-1]:
        return plan.table
    return plan_table(scenario, plan.forecast.grid.first_day, plan.forecast.grid.days)[0]
