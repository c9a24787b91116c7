"""Block of a job's log: folded, to be read or taken away as text."""

from collections.abc import Sequence

import streamlit as st

from staffing.store import Job, JobEvent
from staffing.store.jobs import events
from staffing.ui import state
from staffing.ui.facts.run_log import log_text, printed_by
from staffing.ui.jobs import log_file
from staffing.ui.words import Words

SHOWN, SHOWN_LIVE = 200, 14
"""Lines on the page, the last ones, after the end of a job and before; the file has them all."""


def log(words: Words, job: Job, key: str, steps: Sequence[JobEvent] | None = None) -> None:
    """The log of a job, worked out when it is unfolded; `steps` where they have been read already."""
    name = f"{key}_log"
    with st.expander(words("log.title"), icon=":material/article:", key=name, on_change="rerun") as folder:
        if not folder.open:
            return
        found = events(state.store(), job.id) if steps is None else steps
        text = log_text(job, found, printed_by(log_file(job)), words)
        lines = text.rstrip().splitlines()
        shown = SHOWN_LIVE if job.is_open else SHOWN
        if len(lines) > shown:
            st.caption(words("log.cut", shown=shown, lines=len(lines)))
        st.code("\n".join(lines[-shown:]), language=None, height="content" if len(lines[:shown]) < 20 else 400)
        st.download_button(
            words("log.download"),
            data=text.encode,  # made when it is asked for: while a job works there is another text each second
            file_name=f"run-{job.id[:8]}.txt",
            mime="text/plain",
            key=f"{name}_file",
            icon=":material/download:",
            on_click="ignore",
        )
