"""Steps of the page New centre: files, columns, check; and what all steps share."""

import io
import zipfile
from collections.abc import Callable
from zoneinfo import available_timezones

import pandas as pd
import streamlit as st

from staffing.domain.centre import Scenario
from staffing.errors import DataError
from staffing.files.wizard import ENCODINGS, KINDS, MAX_BYTES, Sheet, unused
from staffing.i18n import note_text
from staffing.ui import jobs, newcentre, state
from staffing.ui.actor import actor
from staffing.ui.blocks import plain
from staffing.ui.centre import faults_table
from staffing.ui.newcentre import HISTORY, PEOPLE, PREVIEW_ROWS, QUEUES, STEPS, Draft
from staffing.ui.router import page
from staffing.ui.words import Words

KEY = "newcentre"
NEEDED = {HISTORY: ("offered",), PEOPLE: ("agent",), QUEUES: ("queue",)}
FIRST_ZONES = ("Asia/Shanghai", "Europe/London", "Europe/Berlin", "America/New_York", "UTC")


def draft() -> Draft:
    """Answers of this tab."""
    if KEY not in st.session_state:
        zone = st.context.timezone
        st.session_state[KEY] = Draft(timezone=zone if zone in available_timezones() else "UTC")
    found: Draft = st.session_state[KEY]
    return found


def ladder(words: Words, draft: Draft) -> None:
    """The five steps: done, present and to come."""
    marks = []
    for place, name in enumerate(STEPS):
        label = f"{place + 1}. {words(f'newcentre.step_{name}')}"
        marks.append(
            f":material/check: {label}" if place < draft.step else f"**{label}**" if place == draft.step else label
        )
    st.markdown("  ·  ".join(marks))


def move(words: Words, draft: Draft, settle: Callable[[], None] | None, *, ready: bool = True) -> None:
    """The buttons below a step; `settle` takes its entries over, and its faults keep the step."""
    with st.container(horizontal=True):
        if draft.step:
            move_back(words, draft)
        if settle is None:
            return
        pressed = st.button(
            words("newcentre.next"),
            key="newcentre_next",
            type="primary",
            icon=":material/arrow_forward:",
            disabled=not ready,
        )
    if not pressed:
        return
    try:
        with st.spinner(words("newcentre.reading")):
            settle()
    except DataError as error:
        faults(words, error)
    else:
        draft.step += 1
        st.rerun()


def faults(words: Words, error: DataError) -> None:
    """Every fault with its place and what would be right."""
    st.error(words("newcentre.faults", count=len(error.faults)), icon=":material/error:")
    faults_table(words, error.faults, f"newcentre_{error.faults[0].file}_faults")


def files(words: Words, draft: Draft) -> None:
    """Name and place of the centre, and the uploads."""
    left, right = st.columns(2, gap="large")
    with left:
        name = st.text_input(words("newcentre.name"), draft.name, key="newcentre_name", max_chars=60)
        zones = list(dict.fromkeys([draft.timezone, *FIRST_ZONES, *sorted(available_timezones())]))
        zone = st.selectbox(words("newcentre.timezone"), zones, key="newcentre_timezone")
    with right:
        country = st.text_input(
            words("newcentre.country"), draft.country, key="newcentre_country", max_chars=2,
            help=words("newcentre.country_help"),
        )  # fmt: skip
        currency = st.text_input(words("newcentre.currency"), draft.currency, key="newcentre_currency", max_chars=3)
    st.download_button(
        words("newcentre.examples"),
        data=_examples,
        file_name="example-files.zip",
        mime="application/zip",
        key="newcentre_examples",
        icon=":material/download:",
        on_click="ignore",
        help=words("newcentre.examples_help"),
    )
    for kind, column in zip(newcentre.KINDS, st.columns(3, gap="medium"), strict=True):
        with column:
            _upload(words, draft, kind)

    def settle() -> None:
        draft.name, draft.timezone = name.strip(), str(zone)
        draft.country, draft.currency = country.strip().upper(), currency.strip().upper()

    ready = bool(name.strip()) and HISTORY in draft.sheets
    if not ready:
        st.caption(words("newcentre.needed"))
    move(words, draft, settle, ready=ready)


def _examples() -> bytes:
    from staffing.sample import own_files

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in own_files().items():
            archive.writestr(name, data)
    return out.getvalue()


def _upload(words: Words, draft: Draft, kind: str) -> None:
    st.markdown(f"**{words(f'newcentre.{kind}')}**")
    st.caption(words(f"newcentre.{kind}_lead"))
    uploaded = st.file_uploader(
        words(f"newcentre.{kind}"),
        type=["csv", "txt", "tsv", "xlsx"],
        key=f"newcentre_{kind}",
        max_upload_size=MAX_BYTES // 1024 // 1024,
        label_visibility="collapsed",
    )
    try:
        if uploaded is not None and st.session_state.get(f"newcentre_{kind}_taken") != uploaded.file_id:
            st.session_state[f"newcentre_{kind}_taken"] = uploaded.file_id
            draft.take(kind, uploaded.name, uploaded.getvalue())
        if kind in draft.sheets:
            _how(words, draft, kind)
    except DataError as error:
        faults(words, error)
    if kind in draft.sheets:
        preview(words, draft.sheets[kind], f"newcentre_{kind}_preview")
        if st.button(words("newcentre.remove"), key=f"newcentre_{kind}_remove", icon=":material/delete:"):
            draft.drop(kind)
            st.session_state.pop(f"newcentre_{kind}_taken", None)
            st.rerun()


def _how(words: Words, draft: Draft, kind: str) -> None:
    """What was found in the file, and a choice where another reading is possible."""
    sheet = draft.sheets[kind]
    name, data = draft.data[kind]
    st.caption(words("newcentre.taken", file=plain(name), rows=words.number(len(sheet)), line=sheet.header_line))
    if sheet.sheets:
        if len(sheet.sheets) > 1:
            chosen = st.selectbox(words("newcentre.sheet"), sheet.sheets, index=None, key=f"newcentre_{kind}_sheet")
            if chosen is not None and st.session_state.get(f"newcentre_{kind}_read") != chosen:
                st.session_state[f"newcentre_{kind}_read"] = chosen
                draft.take(kind, name, data, sheet=chosen)
        return
    with st.expander(words("newcentre.as_text", encoding=sheet.encoding)):
        encoding = st.selectbox(
            words("newcentre.encoding"),
            ENCODINGS,
            index=ENCODINGS.index(sheet.encoding),
            key=f"newcentre_{kind}_encoding",
        )
    if encoding != sheet.encoding:
        draft.take(kind, name, data, encoding=encoding)


def preview(words: Words, sheet: Sheet, key: str) -> None:
    """The first rows as they were read."""
    rows = {name: list(cells[:PREVIEW_ROWS]) for name, cells in zip(sheet.columns, sheet.texts, strict=True)}
    st.dataframe(pd.DataFrame(rows), hide_index=True, key=key, height="content")


def columns(words: Words, draft: Draft) -> None:
    """Which column holds what, with the guesses filled in."""
    st.caption(words("newcentre.columns_lead"))
    kinds = [kind for kind in newcentre.KINDS if kind in draft.sheets]
    for kind, column in zip(kinds, st.columns(len(kinds), gap="large"), strict=True):
        with column:
            st.subheader(words(f"newcentre.{kind}"), anchor=False)
            _choose(words, draft, kind)
    move(words, draft, draft.settle_columns)


def _choose(words: Words, draft: Draft, kind: str) -> None:
    sheet, guessed = draft.sheets[kind], draft.columns[kind]
    options = ["", *sheet.columns]
    # The layout must stay while choices change, so it goes by what was guessed when the file was read.
    at_once = [role for role in KINDS[kind] if role in draft.guessed[kind] or role in NEEDED[kind]]
    chosen = {}
    first, more = st.container(), st.expander(words("newcentre.more_columns"))
    for role in [*at_once, *(role for role in KINDS[kind] if role not in at_once)]:
        place = first if role in at_once else more
        header = place.selectbox(
            words(f"newcentre.{kind}_{role}"),
            options,
            index=options.index(guessed.get(role, "")),
            format_func=lambda name: _sampled(words, sheet, name),
            key=f"newcentre_{kind}_col_{role}",
        )
        if header:
            chosen[role] = str(header)
    draft.columns[kind] = {role: chosen[role] for role in KINDS[kind] if role in chosen}
    if kind == HISTORY:
        if "queue" not in chosen:
            draft.one_queue = st.text_input(words("newcentre.one_queue"), draft.one_queue, key="newcentre_one_queue")
        draft.order = _how_written(words, "order", ("", "ymd", "dmy", "mdy"), draft.order)
        draft.unit = _how_written(words, "unit", ("", "s", "min", "h"), draft.unit)
    left = unused(sheet, chosen)
    if left and kind != PEOPLE:
        st.caption(words("newcentre.unused", columns=plain(", ".join(left))))
    elif left:
        st.caption(words("newcentre.unused_people", columns=plain(", ".join(left))))


def _how_written(words: Words, what: str, options: tuple[str, ...], now: str) -> str:
    return str(
        st.selectbox(
            words(f"newcentre.{what}"),
            options,
            index=options.index(now),
            format_func=lambda name: words(f"newcentre.{what}_{name or 'guess'}"),
            key=f"newcentre_{what}",
        )
    )


def _sampled(words: Words, sheet: Sheet, header: str) -> str:
    """A column with its first filled cell, so that a wrong choice is seen."""
    if not header:
        return words("newcentre.no_column")
    first = next((cell for cell in sheet.cells(header) if cell), "")
    return f"{header}  ({first[:24]})" if first else header


def check(words: Words, draft: Draft) -> None:
    """The centre as it was read, its remarks and files; then the button that writes."""
    if draft.created is not None:
        created(words, draft)
        return
    try:
        with st.spinner(words("newcentre.reading")):
            scenario, made = draft.checked()
    except DataError as error:
        faults(words, error)
        st.info(words("newcentre.mend"), icon=":material/build:")
        move(words, draft, None)
        return
    st.success(words("newcentre.legal"), icon=":material/task_alt:")
    _figures(words, scenario)
    if not scenario.agents:
        st.info(words("newcentre.no_people"), icon=":material/group_off:")
    for note in scenario.notes:
        st.markdown(f"- {plain(note_text(note.code, note.params, words.lang))}")
    for name, content in made.items():
        with st.expander(words("newcentre.file_made", file=name, rows=content.count("\n"))):
            st.code("\n".join(content.splitlines()[:400]), language="toml" if name.endswith("toml") else None)
    with st.container(horizontal=True):
        move_back(words, draft)
        if st.button(
            words("newcentre.create"), key="newcentre_create", type="primary", icon=":material/create_new_folder:"
        ):
            try:
                newcentre.write_centre(state.store(), draft, state.settings().home, actor())
            except OSError as error:
                st.error(words("newcentre.not_written", reason=plain(str(error))), icon=":material/error:")
            else:
                st.rerun()


def move_back(words: Words, draft: Draft) -> None:
    """The button to the step before."""
    if st.button(words("newcentre.back"), key="newcentre_back", icon=":material/arrow_back:"):
        draft.step -= 1
        st.rerun()


def _figures(words: Words, scenario: Scenario) -> None:
    grid = scenario.history.grid
    cards = {
        "queues": words.number(len(scenario.centre.queues)),
        "agents": words.number(len(scenario.agents)),
        "contacts": words.number(float(pd.Series(scenario.history.offered.ravel()).sum())),
        "days": f"{grid.dates[0]} – {grid.dates[-1]}",
    }
    with st.container(horizontal=True):
        for name, value in cards.items():
            st.metric(words(f"newcentre.{name}_count"), value, border=True, width="content" if name == "days" else 160)


def created(words: Words, draft: Draft) -> None:
    """The folder is there: plan it, or begin another."""
    folder = draft.created
    if folder is None:
        return
    st.success(words("newcentre.created", folder=plain(str(folder))), icon=":material/task_alt:")
    if draft.people is not None:
        limit = st.number_input(words("runs.limit"), 1, 7200, 60, step=10, key="newcentre_limit", width=240)
        busy = (job := jobs.newest(state.store())) is not None and job.is_open
        if st.button(
            words("newcentre.plan"), key="newcentre_plan", type="primary", icon=":material/play_arrow:", disabled=busy
        ):
            settings = state.settings()
            order = jobs.Order(folder, time_limit_s=float(limit), workers=settings.workers)
            jobs.start(state.store(), order, settings.home, settings.db_url)
            st.session_state.pop(KEY, None)
            st.switch_page(page("runs", words), query_params={"lang": words.lang})
    if st.button(words("newcentre.another"), key="newcentre_another", icon=":material/add:"):
        st.session_state.pop(KEY, None)
        st.rerun()
