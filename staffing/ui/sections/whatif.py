"""Blocks of the What-if page: what is compared, side by side, by queue, and the files."""

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import streamlit as st

from staffing.domain.scenario import NAME_LENGTH, LoadChange, WhatIf
from staffing.errors import SettingsError
from staffing.files import whatifs_text
from staffing.files.whatif_csv import whatif_csv
from staffing.files.whatif_folder import SavedWhatIf
from staffing.measures.whatif import Outcome
from staffing.planning.whatif import quick_answer
from staffing.planning.whatif.answer import QUICK_REPLICATIONS
from staffing.report.whatif_words import change_words
from staffing.report.whatif_workbook import write_whatifs
from staffing.ui import drawn, state
from staffing.ui.blocks import plain
from staffing.ui.facts.whatif import QUEUE_FIGURES, bars, comparison, queue_table
from staffing.ui.state import Shown
from staffing.ui.whatif_chart import scenario_bars
from staffing.ui.words import Words

TRIED = "whatif_tried"
"""Key of the scenario that is tried in this tab without being saved."""
FIRST = 330
"""Width of the first column: its texts must be readable whole."""
MOST = 6
"""Scenarios compared at once beside the baseline: more columns cannot be read."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def baseline(words: Words) -> WhatIf:
    """The scenario in which nothing is changed."""
    return WhatIf(words.term("whatif.baseline"))


def ready_made(words: Words) -> dict[str, WhatIf]:
    """Scenarios that need no form, by their names."""
    changes = {
        "contacts_10": {"loads": (LoadChange(volume=1.1),)},
        "contacts_20": {"loads": (LoadChange(volume=1.2),)},
        "contacts_less": {"loads": (LoadChange(volume=0.9),)},
        "aht_10": {"loads": (LoadChange(aht=1.1),)},
        "absence_50": {"absence": 1.5},
    }
    return {name: WhatIf(words(f"whatif.ready_{name}"), **given) for name, given in changes.items()}  # type: ignore[arg-type]


def chosen(words: Words, saved: Mapping[str, SavedWhatIf]) -> dict[str, WhatIf]:
    """What is compared with the baseline, by name: ready-made scenarios, saved ones, and the one tried in this tab."""
    ready = ready_made(words)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        picked = st.pills(
            words("whatif.ready"),
            list(ready),
            selection_mode="multi",
            default=[] if saved else ["contacts_10"],
            format_func=lambda name: ready[name].name,
            key="whatif_ready",
        )
    names = list(saved)
    if names:
        st.multiselect(
            words("whatif.compared"),
            names,
            default=names[:MOST],
            max_selections=MOST,
            key=f"whatif_compared_{len(names)}",
            placeholder=words("rules.none"),
        )
    found = [ready[name] for name in picked]
    found += [saved[name].whatif for name in st.session_state.get(f"whatif_compared_{len(names)}", []) if name in saved]
    tried = st.session_state.get(TRIED)
    if isinstance(tried, WhatIf):
        found.append(replace(tried, name=words("whatif.tried", name=tried.name)[:NAME_LENGTH]))
    return {whatif.name: whatif for whatif in found}


def answers(words: Words, shown: Shown, whatifs: Sequence[WhatIf]) -> list[Outcome]:
    """The quick answer to each scenario, the baseline first; one that does not fit the plan is told and left out."""
    found = []
    for whatif in (baseline(words), *whatifs):
        try:
            with st.spinner(words("whatif.working", name=plain(whatif.name))):
                found.append(_quick(shown.digest, whatifs_text((whatif,)), shown, whatif))
        except SettingsError as error:
            st.warning(words("whatif.does_not_fit", name=plain(whatif.name)), icon=":material/rule:")
            st.text(str(error))
    return found


@st.cache_data(show_spinner=False, max_entries=128)
def _quick(digest: str, text: str, _shown: Shown, _whatif: WhatIf) -> Outcome:
    return quick_answer(_shown.plan, _whatif, workers=state.settings().workers)


def side_by_side(words: Words, shown: Shown, outcomes: Sequence[Outcome], whatifs: Mapping[str, WhatIf]) -> None:
    """Chart and table of the scenarios, what each changes, and one figure by queue."""
    names = shown.queue_names
    st.subheader(words("whatif.compare"), anchor=False)
    frame = bars(outcomes, words)
    drawn.chart(scenario_bars(frame, words, state.look()), alt=words("whatif.chart_alt"), key="whatif_chart")
    table = comparison(outcomes, words)
    column = st.column_config.TextColumn
    st.dataframe(
        table,
        hide_index=True,
        height="content",
        key="whatif_table",
        column_config={
            name: column(
                name,
                alignment="left" if place == 0 else "right",
                pinned=place == 0,
                width=FIRST if place == 0 else None,
            )
            for place, name in enumerate(table.columns)
        },
    )
    st.caption(words("whatif.compare_help"))
    verdict = shown.plan.verdict
    if verdict is not None and verdict.replications > QUICK_REPLICATIONS:
        st.caption(words("whatif.fewer_weeks", few=QUICK_REPLICATIONS, many=verdict.replications))
    for outcome in outcomes[1:]:
        whatif = whatifs.get(outcome.name)
        if whatif is not None and outcome.kind != "full":
            told = "; ".join(change_words(whatif, words.lang, names))
            st.markdown(f"- **{plain(whatif.name)}**: {plain(told)}")


def by_queue(words: Words, shown: Shown, outcomes: Sequence[Outcome]) -> None:
    """One figure of every queue, side by side."""
    st.subheader(words("whatif.queues"), anchor=False)
    figure = st.segmented_control(
        words("whatif.figure"),
        QUEUE_FIGURES,
        default=QUEUE_FIGURES[0],
        required=True,
        format_func=lambda name: words.term(f"whatif.head.{name}"),
        key="whatif_figure",
        label_visibility="collapsed",
    )
    table = queue_table(outcomes, figure or QUEUE_FIGURES[0], shown.queue_names, words)
    column = st.column_config.TextColumn
    st.dataframe(
        table,
        hide_index=True,
        height="content",
        key="whatif_queues",
        column_config={
            name: column(
                name,
                alignment="left" if place == 0 else "right",
                pinned=place == 0,
                width=FIRST if place == 0 else None,
            )
            for place, name in enumerate(table.columns)
        },
    )


def downloads(words: Words, shown: Shown, outcomes: Sequence[Outcome], whatifs: Mapping[str, WhatIf]) -> None:
    """The comparison as files; scenarios as TOML, which the command reads."""
    first = shown.plan.problem.grid.first_day.isoformat()
    makers: dict[str, tuple[str, Callable[[], bytes]]] = {
        "xlsx": (XLSX, lambda: _workbook(words, shown, outcomes, whatifs)),
        "csv": ("text/csv", lambda: whatif_csv(outcomes).encode()),
    }
    if whatifs:
        makers["toml"] = ("application/toml", lambda: whatifs_text(tuple(whatifs.values())).encode())
    with st.container(horizontal=True):
        for ending, (mime, make) in makers.items():
            st.download_button(
                words(f"whatif.download_{ending}"),
                data=make,
                file_name=f"scenarios-{first}.{ending}",
                mime=mime,
                key=f"whatif_{ending}",
                on_click="ignore",
                icon=":material/download:",
            )


def _workbook(words: Words, shown: Shown, outcomes: Sequence[Outcome], whatifs: Mapping[str, WhatIf]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "scenarios.xlsx"
        write_whatifs(outcomes, whatifs, path, lang=words.lang, queue_names=shown.queue_names)
        return path.read_bytes()
