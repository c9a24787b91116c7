"""The centre in the app: which folder it is, read and checked, and the one way its pages change it."""

import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd
import streamlit as st

from staffing.domain.centre import Scenario
from staffing.errors import DataError, Fault, SettingsError
from staffing.files import atomic_folder, read_centre
from staffing.files.centre_write import CentreConflictError, centre_digest, centre_history
from staffing.files.home import CENTRES
from staffing.i18n import text
from staffing.planning.centre_edits import centre_name, undo_centre
from staffing.store import Store
from staffing.store.access import AccessError, Action, may
from staffing.store.pointers import get_pointer, set_pointer
from staffing.ui import state
from staffing.ui.actor import actor
from staffing.ui.blocks import head, only_look, own_files, plain
from staffing.ui.router import page
from staffing.ui.shown import (
    CENTRE,
    TOML,
    CannotShowError,
    centre_of,
    chosen_centre,
    demo_folder,
    locate,
    sample_folder,
    signature,
)
from staffing.ui.words import Words

SAMPLE = "hr-centre"
SHOWN_FAULTS = 200


@dataclass(frozen=True, eq=False)
class CentreShown:
    """The centre in the app; the sample cannot be changed, only copied. `digest` names its files as they are."""

    folder: Path
    digest: str
    scenario: Scenario
    is_sample: bool

    @property
    def may_edit(self) -> bool:
        """Whether the one who looks may change it."""
        return not self.is_sample and may(actor(), Action.CENTRE)


def point_at_centre(store: Store, folder: Path) -> None:
    """Make a folder the centre in the app."""
    set_pointer(store, CENTRE, str(folder.resolve()), "")


def centre_folder(store: Store) -> Path | None:
    """Folder of the centre in the app: the one chosen, else that of the plan on show, else the sample."""
    chosen = chosen_centre(store)
    if chosen is not None:
        return chosen
    with suppress(CannotShowError):
        found = centre_of(store, locate(store, demo_folder()))
        if found is not None and (found / TOML).is_file():
            return found
    return sample_folder(SAMPLE)


def gone_centre(store: Store) -> Path | None:
    """The folder that was chosen in the app, else that the plan on show was made from, where it is no longer there."""
    pointed = get_pointer(store, CENTRE)
    found = Path(pointed[0]) if pointed is not None else None
    if found is None:
        with suppress(CannotShowError):
            found = centre_of(store, locate(store, demo_folder()))
    return found if found is not None and not (found / TOML).is_file() else None


def is_sample(folder: Path) -> bool:
    """Whether a folder is the sample centre of the installation."""
    sample = sample_folder(SAMPLE)
    return sample is not None and sample.resolve() == folder.resolve()


def own_copy(store: Store, folder: Path, home: Path) -> Path:
    """Copy a centre below the home folder, under a name that is free, and make the copy the centre in the app."""
    from staffing.files.wizard import free_folder

    target = free_folder(home / CENTRES, centre_name(folder))
    with atomic_folder(target) as copy:
        for path in folder.iterdir():
            if path.is_file():
                shutil.copyfile(path, copy / path.name)
            elif not path.name.startswith("."):
                # The records and the tables of the capacity plan belong to the centre.
                shutil.copytree(path, copy / path.name)
    point_at_centre(store, target)
    return target


def centre_page(name: str) -> tuple[Words, CentreShown]:
    """The head of a page about the centre; draws why and stops where it cannot be read."""
    words = state.words()
    head(words, name)
    folder = centre_folder(state.store())
    if folder is None:
        st.info(words("centre.none"), icon=":material/inbox:")
        _ways(words)
        st.stop()
    try:
        with st.spinner(words("centre.reading")):
            scenario, digest = read_shared(folder)
    except DataError as error:
        st.error(words("centre.faults", folder=plain(str(folder)), count=len(error.faults)), icon=":material/error:")
        faults_table(words, error.faults, "centre_faults")
        undo_list(words, folder)
        _ways(words)
        st.stop()
    except (SettingsError, OSError) as error:
        st.error(words("centre.unreadable", folder=plain(str(folder))), icon=":material/folder_off:")
        st.code(str(error), language=None, wrap_lines=True)
        _ways(words)
        st.stop()
    shown = CentreShown(folder, digest, scenario, is_sample(folder))
    gone = gone_centre(state.store())
    if gone is not None:
        st.warning(words("centre.gone", folder=plain(str(gone))), icon=":material/folder_off:")
        own_files(words)
    _bar(words, shown)
    return words, shown


def read_shared(folder: Path) -> tuple[Scenario, str]:
    """The scenario of a centre folder and the digest of its files, read once for all tabs until a file changes."""
    return _read(str(folder), signature(folder))


@st.cache_resource(show_spinner=False, max_entries=4)
def _read(folder: str, files: tuple[tuple[str, int, int], ...]) -> tuple[Scenario, str]:
    """A scenario is frozen, so every session may share it; any file written anew makes a new entry."""
    # The digest first: what is written while the reader works is a conflict later, never lost.
    digest = centre_digest(Path(folder))
    return read_centre(Path(folder)), digest


def _ways(words: Words) -> None:
    with st.container(horizontal=True):
        own_files(words)
        st.page_link(page("runs", words), label=words("state.make_plan"), icon=":material/play_arrow:")


def _bar(words: Words, shown: CentreShown) -> None:
    """Name and place of the centre, and what can be done with it as a whole."""
    can_change = may(actor(), Action.CENTRE)
    with st.container(horizontal=True, vertical_alignment="center"):
        name, folder = shown.scenario.centre.name, shown.folder.name
        st.markdown(f"**{plain(name)}**" + (f" · {plain(folder)}" if folder != name else ""), width="stretch")
        if shown.is_sample and can_change:
            if st.button(words("centre.copy"), key="centre_copy", icon=":material/content_copy:"):
                own_copy(state.store(), shown.folder, state.settings().home)
                st.rerun()
        elif can_change:
            with st.popover(words("centre.edits"), icon=":material/history:"):
                undo_list(words, shown.folder)
    if not can_change:
        only_look(words, actor().role)
    elif shown.is_sample:
        st.info(words("centre.sample"), icon=":material/science:")


def undo_list(words: Words, folder: Path) -> None:
    """Edits of the centre, each with a button that brings back what was before it."""
    edits = centre_history(folder)
    if not edits:
        st.caption(words("centre.no_edits"))
        return
    st.caption(words("centre.edits_help"))
    for edit in edits[:10]:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"{_when(edit.at)} · {plain(edit.note or ', '.join(edit.files))}", width="stretch")
            if st.button(words("centre.back"), key=f"centre_back_{edit.number}", icon=":material/undo:"):
                change(
                    words,
                    lambda number=edit.number: undo_centre(  # type: ignore[misc]
                        state.store(), folder, actor(), number=number, note="undo"
                    ),
                )


def _when(at: str) -> str:
    """A moment in the clock of the one who looks."""
    zone = st.context.timezone
    return f"{datetime.fromisoformat(at).astimezone(ZoneInfo(zone) if zone else None):%Y-%m-%d %H:%M}"


def change(words: Words, action: Callable[[], object]) -> bool:
    """Run an edit of the centre and start the page anew; says what stands in its way and returns False."""
    try:
        action()
    except DataError as error:
        st.error(words("centre.refused", count=len(error.faults)), icon=":material/error:")
        faults_table(words, error.faults, "centre_refused")
    except CentreConflictError:
        st.error(words("centre.conflict"), icon=":material/sync_problem:")
    except AccessError as error:
        st.error(words("centre.role", role=words(f"role.{error.role.name.lower()}")), icon=":material/lock:")
    except (OSError, KeyError) as error:
        st.error(words("centre.not_written"), icon=":material/save_as:")
        st.code(str(error), language=None, wrap_lines=True)
    else:
        st.toast(words("centre.saved"), icon=":material/check_circle:")
        st.rerun()
    return False


def faults_table(words: Words, faults: tuple[Fault, ...], key: str) -> None:
    """Every fault with its place and what would be right."""
    st.dataframe(fault_rows(words, faults), hide_index=True, key=key, height="content" if len(faults) < 12 else 420)


def fault_rows(words: Words, faults: tuple[Fault, ...]) -> pd.DataFrame:
    """Faults as rows in words."""
    rows = [
        {
            words("fault.file"): fault.file,
            words("fault.row"): fault.row,
            words("fault.column"): fault.column or "",
            words("fault.what"): text(
                f"fault.{fault.code}",
                words.lang,
                file=fault.file,
                row=fault.row,
                column=fault.column,
                value=fault.value,
                expected=fault.expected,
            ),
        }
        for fault in faults[:SHOWN_FAULTS]
    ]
    return pd.DataFrame(rows)
