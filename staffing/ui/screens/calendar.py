"""What kind of day each is, what happens on it, who is away, and who asks to be."""

import streamlit as st

from staffing.errors import DataError
from staffing.files.leave_requests import read_requests
from staffing.ui import state
from staffing.ui.centre import CentreShown, centre_page
from staffing.ui.sections import calendar, leave
from staffing.ui.shown import CannotShowError
from staffing.ui.state import Shown

VIEWS = ("leave", "special", "events")


def show() -> None:
    """Draw the page."""
    words, shown = centre_page("calendar")
    plan = _plan_of(shown)
    try:
        requests = read_requests(shown.folder)
    except DataError:
        requests = ()  # the reader of the centre has told it already
    left, right = st.columns([7, 3], gap="large")
    with left:
        calendar.month(words, shown, plan, requests)
    with right:
        calendar.day(words, shown, requests, plan)
    view = st.segmented_control(
        words("calendar.view"),
        VIEWS,
        default=VIEWS[0],
        required=True,
        format_func=lambda name: words(f"calendar.view_{name}"),
        key="calendar_view",
        label_visibility="collapsed",
    )
    if view == "special":
        calendar.special_days(words, shown)
    elif view == "events":
        calendar.events(words, shown)
    else:
        leave.requests_block(words, shown, plan, requests)


def _plan_of(shown: CentreShown) -> Shown | None:
    """The plan on show where it is one of this centre."""
    found = state.shown_or_trouble()
    if isinstance(found, CannotShowError) or found.plan.scenario.centre.name != shown.scenario.centre.name:
        return None
    return found


if __name__ == "__main__":
    show()
