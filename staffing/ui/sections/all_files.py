"""Block of the Publish page that makes every file at once, beside the page, and offers them as one zip."""

from functools import partial
from pathlib import Path

import streamlit as st

from staffing.i18n import LANGUAGES
from staffing.store import Job, JobState
from staffing.store.access import Action, ask, may
from staffing.ui import export_tasks, state, tasks
from staffing.ui.actor import actor
from staffing.ui.sections import asking, run_log
from staffing.ui.sections.runs import state_badge
from staffing.ui.sections.versions import moment
from staffing.ui.state import Shown
from staffing.ui.words import Words

PAGE, BOTH = "page", "both"


def all_files(words: Words, shown: Shown) -> None:
    """Ask for all files, watch them being made, and take or discard them; needs a roster."""
    job = tasks.latest(state.store(), export_tasks.KIND)
    is_busy = job is not None and job.is_open
    with st.container(border=True):
        st.markdown(f"**{words('all_files.title')}**", help=words("all_files.help"))
        which = st.segmented_control(
            words("all_files.languages"),
            (PAGE, BOTH),
            default=PAGE,
            required=True,
            format_func=lambda value: words(f"all_files.{value}"),
            key="all_files_languages",
        )
        if st.button(
            words("all_files.make"),
            key="all_files_make",
            icon=":material/folder_zip:",
            disabled=is_busy or not may(actor(), Action.EDIT),
        ):
            ask(actor(), Action.EDIT)
            langs = LANGUAGES if which == BOTH else (words.lang,)
            settings = state.settings()
            export_tasks.start(state.store(), shown.place.folder, shown.digest, langs, settings.home, settings.db_url)
            st.rerun()
        if job is None:
            return
        if job.is_open:
            asking.live(words, job.id, "all_files_stop")
        elif job.payload["digest"] == shown.digest:
            _ended(words, job, shown)


def _ended(words: Words, job: Job, shown: Shown) -> None:
    """The zip to take or discard, or why there is none."""
    summary, path = dict(job.summary or {}), export_tasks.zip_file(job)
    if job.state in (JobState.FAILED, JobState.LOST):
        asking.ending(words, job)
        return
    if summary.get("digest") == shown.digest and path.is_file():
        _offer(words, job, path, shown)
    elif job.state == JobState.STOPPED:
        state_badge(words, job)
        st.caption(words("all_files.stopped"))
    else:
        return  # discarded, or erased with somebody's data
    run_log.log(words, job, "all_files")


def _offer(words: Words, job: Job, path: Path, shown: Shown) -> None:
    summary = dict(job.summary or {})
    langs = ", ".join(state.NAMES[lang] for lang in job.payload["langs"])
    size = words.number(path.stat().st_size / 2**20, 1)
    told = {"files": words.number(summary["files"]), "size": size, "made": moment(job.ended_s), "langs": langs}
    st.markdown(words("all_files.ready", **told))
    if summary["no_pdf"]:
        st.caption(words("download.no_font"))
    with st.container(horizontal=True):
        st.download_button(
            words("all_files.download"),
            data=partial(path.read_bytes),
            file_name=f"plan-{shown.plan.problem.grid.first_day.isoformat()}.zip",
            mime="application/zip",
            key="all_files_download",
            type="primary",
            on_click="ignore",
            icon=":material/download:",
        )
        if st.button(
            words("all_files.discard"),
            key="all_files_discard",
            icon=":material/delete:",
            disabled=not may(actor(), Action.EDIT),
        ):
            ask(actor(), Action.EDIT)
            export_tasks.discard(job)
            st.rerun()
