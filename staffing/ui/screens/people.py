"""Who works here, with which contract and skills, and when they are away."""

import streamlit as st

from staffing.ui.centre import centre_page
from staffing.ui.sections import people, people_import, people_supply


def show() -> None:
    """Draw the page."""
    words, shown = centre_page("people")
    draft = people.draft_of(shown)
    people.figures(words, shown, draft)
    view = people.view_switch(words)
    if view == "import":
        people_import.upload(words, shown)
    elif view == "supply":
        people_supply.supply(words, shown, draft)
    else:
        people.filters(words, shown, draft, view)
        people.table(words, shown, draft, view)
        st.caption(words(f"people.{view}_help"))
        if view == "list":
            people_import.erase(words, shown)


if __name__ == "__main__":
    show()
