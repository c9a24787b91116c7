"""What every page shares: language, store, the plan on show. The truth is the saved plan, never a widget."""

import os
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import streamlit as st

from staffing.i18n import LANGUAGES
from staffing.measures import Coverage, coverage
from staffing.plan import Plan
from staffing.planning.centre_edits import centre_name
from staffing.settings import PREFIX, Settings, load_settings
from staffing.store import Store, open_store
from staffing.ui.palette import DARK, LIGHT, Look
from staffing.ui.shown import (
    CannotShowError,
    Place,
    centre_of,
    chosen_centre,
    demo_folder,
    inputs_digest,
    load,
    locate,
    plan_digest,
    point_at,
    signature,
)
from staffing.ui.words import Words

LANG, DRAWN = "lang", "lang_drawn"
"""The language of the tab, and that of what its browser shows."""
NAMES = {"en": "English", "zh": "中文"}


@dataclass(frozen=True, eq=False)
class Shown:
    """The plan on show with its folder, digest and coverage: one object for all tabs, until its files change."""

    plan: Plan
    place: Place
    digest: str
    coverage: Coverage

    @property
    def queue_names(self) -> dict[str, str]:
        """Names of the planned queues by id; the id where there is none."""
        names = {queue.id: queue.name or queue.id for queue in self.plan.scenario.centre.queues}
        return {queue: names.get(queue, queue) for queue in self.plan.requirement.queues}


def language() -> str:
    """The language of this tab: the switch, else ``?lang=``, else STAFFING_LANG."""
    for candidate in (st.session_state.get(LANG), st.query_params.get(LANG), os.environ.get("STAFFING_LANG")):
        if candidate in LANGUAGES:
            return str(candidate)
    return LANGUAGES[0]


def language_switch() -> Words:
    """The switch in the sidebar. Every key is fixed, so that switching resets nothing."""
    st.session_state[LANG] = language()
    words = Words(st.session_state[LANG])
    with st.sidebar:
        st.segmented_control(
            words("nav.language"),
            LANGUAGES,
            format_func=NAMES.__getitem__,
            key=LANG,
            required=True,
            label_visibility="collapsed",
        )
    words = Words(language())
    if st.session_state.get(DRAWN, words.lang) != words.lang:
        _carry_choices()
    st.session_state[DRAWN] = words.lang
    if st.query_params.get(LANG) != words.lang:
        st.query_params[LANG] = words.lang
    return words


def _carry_choices() -> None:
    """Tell the browser every choice again in the new language.

    It knows choices by their labels: it would go on showing the old ones, and the next click would reset them all.
    Only texts and whole numbers, alone or in lists, are choices; flags and files must not be set.
    """
    for key, value in st.session_state.items():
        parts = value if isinstance(value, list) else [value]
        if key != LANG and parts and all(isinstance(part, str) or type(part) is int for part in parts):
            st.session_state[key] = value


def words() -> Words:
    """The words of this tab's language."""
    return Words(language())


def look() -> Look:
    """Colours of charts in the theme of this tab."""
    return DARK if st.context.theme.type == "dark" else LIGHT


def settings() -> Settings:
    """Settings of the installation, with the home folder in full."""
    names = (*(name for name in os.environ if name.startswith(PREFIX)), "HOME")
    return _settings(str(Path.cwd()), tuple((name, os.environ.get(name)) for name in names))


@lru_cache(maxsize=4)
def _settings(_here: str, _environment: tuple[tuple[str, str | None], ...]) -> Settings:
    """Read once for each environment: every run of a page asks several times."""
    found = load_settings()
    return found.model_copy(update={"home": found.home.expanduser().resolve()})


def store() -> Store:
    """The store of this process; a plan named by STAFFING_PLAN becomes the current one when it is opened."""
    return _open(settings().db_url, os.environ.get("STAFFING_PLAN", ""))


@st.cache_resource(show_spinner=False)
def _open(url: str, start_with: str) -> Store:
    opened = open_store(url)
    if start_with:
        with suppress(CannotShowError):
            point_at(opened, Path(start_with))
    return opened


@st.cache_resource(show_spinner=False, max_entries=4)
def _shown(folder: str, source: str, files: tuple[tuple[str, int, int], ...]) -> Shown:
    """A plan is frozen, so every session may share it; any file written anew makes a new entry."""
    digest = plan_digest(Path(folder))
    plan = load(Path(folder))
    return Shown(plan, Place(Path(folder), source), digest, coverage(plan))


@st.cache_resource(show_spinner=False, max_entries=4)
def _plan(folder: str, files: tuple[tuple[str, int, int], ...]) -> Plan:
    return load(Path(folder))


def plan_at(folder: Path) -> Plan:
    """The plan of any folder, read once as long as its files stay the same.

    Raises
    ------
    CannotShowError
        When there is none, or it cannot be read.
    """
    return _plan(str(folder), signature(folder))


def shown_or_trouble() -> Shown | CannotShowError:
    """The plan on show, or why there is none."""
    try:
        with st.spinner(words()("state.loading")):
            return shown_plan()
    except CannotShowError as trouble:
        return trouble


def shown_plan() -> Shown:
    """The plan on show.

    Raises
    ------
    CannotShowError
        When there is none, or it cannot be read.
    """
    found = locate(store(), demo_folder())
    return _shown(str(found.folder), found.source, signature(found.folder))


@st.cache_data(show_spinner=False, max_entries=16)
def _inputs_digest(centre: str, files: tuple[tuple[str, int, int], ...]) -> str:
    return inputs_digest(Path(centre))


def is_stale(shown: Shown) -> bool:
    """The centre folder has changed since the plan was made; False where the folder is not known."""
    centre, digest = plan_centre(shown), shown.plan.scenario.digest
    if centre is None or not digest:
        return False
    return _inputs_digest(str(centre), signature(centre)) != digest


def plan_centre(shown: Shown) -> Path | None:
    """The centre folder of the plan on show: the one chosen in the app where it is the plan's, else where it came from.

    None where that is not known or gone.
    """
    centre = chosen_centre(store())
    if centre is None or centre_name(centre) != shown.plan.scenario.centre.name:
        centre = centre_of(store(), shown.place)
    return centre if centre is not None and centre.is_dir() else None
