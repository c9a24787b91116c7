"""Block of the Calculator page: what common skills save when a second queue shares the agents."""

import pandas as pd
import streamlit as st

from staffing.domain.queue import AnswerTarget
from staffing.erlang.calculator import Case
from staffing.planning import CrewAdvice, designs, recommend_crew
from staffing.ui.words import Words

NAMES = ("A", "B")


@st.cache_data(show_spinner=False, max_entries=32)
def _advice(
    volume: tuple[float, float],
    aht_s: tuple[float, float],
    interval_s: float,
    level: float,
    within_s: float,
    patience_s: float | None,
) -> dict[str, CrewAdvice]:
    target = AnswerTarget(level, within_s)
    return {
        design: recommend_crew(
            volume,
            interval_s=interval_s,
            aht_s=aht_s,
            targets=[target, target],
            groups=groups,
            patience_s=[patience_s, patience_s],
        )
        for design, groups in designs(NAMES).items()
    }


def common_skills(words: Words, case: Case) -> None:
    """A second queue beside the one asked; the crews are found when the button is pressed, since it takes seconds."""
    with st.expander(words("pooling.title"), icon=":material/hub:"):
        st.caption(words("pooling.lead"))
        with st.container(horizontal=True, vertical_alignment="bottom"):
            volume = st.number_input(words("pooling.volume"), 1.0, 1e4, 60.0, 1.0, "%g", key="pool_volume", width=180)
            aht_s = st.number_input(words("pooling.aht"), 1.0, 36000.0, 300.0, 1.0, "%g", key="pool_aht_s", width=180)
            wanted = st.button(words("pooling.find"), key="pool_find")
        target = case.target
        kept = target.service_level, target.answer_within_s, case.patience_s
        asked = (case.volume, volume), (case.aht_s, aht_s), case.interval_s, *kept
        if wanted:
            st.session_state["pool_asked"] = asked
        if st.session_state.get("pool_asked") != asked or case.volume <= 0:
            return
        with st.spinner(words("pooling.working")):
            found = _advice(*asked)
        st.dataframe(_table(words, found), hide_index=True, key="pool_table")
        best = found["mixed"]
        shared = best.agents["+".join(NAMES)]
        told = {"alone": words.number(best.alone), "total": words.number(best.total), "saved": words.number(best.saved)}
        st.markdown(words("pooling.gain", shared=words.number(shared), **told))


def _table(words: Words, found: dict[str, CrewAdvice]) -> pd.DataFrame:
    rows = []
    for design, advice in found.items():
        agents = advice.agents
        row: dict[str, object] = {words("pooling.design"): words(f"pooling.{design}")}
        row |= {words("pooling.only", queue=name): agents.get(name, 0) for name in NAMES}
        row |= {words("pooling.both"): agents["+".join(NAMES)], words("pooling.total"): advice.total}
        levels = zip(NAMES, advice.service_level, advice.half_width, strict=True)
        row |= {words("pooling.level", queue=name): f"{level:.1%} ± {half:.1%}" for name, level, half in levels}
        rows.append(row)
    return pd.DataFrame(rows)
