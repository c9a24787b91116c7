"""The pages and their sections. A page is a file of ``screens/``; its name is its address."""

from pathlib import Path

import streamlit as st

from staffing.ui.words import Words

FOLDER = Path(__file__).with_name("screens")
SECTIONS = {
    "result": {
        "overview": ":material/dashboard:",
        "schedule": ":material/calendar_view_week:",
        "kpi": ":material/speed:",
    },
    "reasons": {
        "forecast": ":material/trending_up:",
        "accuracy": ":material/target:",
        "requirement": ":material/groups:",
        "capacity": ":material/group_add:",
    },
    "centre": {
        "people": ":material/group:",
        "calendar": ":material/calendar_month:",
        "training": ":material/model_training:",
        "rules": ":material/gavel:",
        "learned": ":material/school:",
        "newcentre": ":material/add_business:",
    },
    "tools": {"whatif": ":material/alt_route:", "calculator": ":material/calculate:"},
    "work": {
        "runs": ":material/play_circle:",
        "replan": ":material/edit_calendar:",
        "batch": ":material/nights_stay:",
        "publish": ":material/publish:",
    },
}
ICONS = {name: icon for section in SECTIONS.values() for name, icon in section.items()}
START = "overview"


PAGES = "router_pages"


def page(name: str, words: Words) -> st.Page:
    """The page of that name, also for links to it; made once for each tab, because making one looks at many folders."""
    made: dict[tuple[str, str], st.Page] = st.session_state.setdefault(PAGES, {})
    if (name, words.lang) not in made:
        made[name, words.lang] = st.Page(
            FOLDER / f"{name}.py",
            title=words(f"{name}.title"),
            icon=ICONS[name],
            url_path=name,
            default=name == START,
        )
    return made[name, words.lang]


def navigation(words: Words) -> st.Page:
    """Register every page and return the one asked for."""
    return st.navigation(
        {words(f"nav.{section}"): [page(name, words) for name in pages] for section, pages in SECTIONS.items()},
        expanded=True,
    )
