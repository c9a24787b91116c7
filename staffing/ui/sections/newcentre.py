"""Steps of the page New centre: files, columns, check; and what all steps share."""

import io
import zipfile
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from zoneinfo import available_timezones

import pandas as pd
import streamlit as st

from staffing.errors import DataError
from staffing.files.wizard import ENCODINGS, KINDS, MAX_BYTES, stages, unused
from staffing.files.wizard.stages import CHECK, HISTORY, PEOPLE, QUEUES, READ, SETTLE, Checked, Head
from staffing.i18n import note_text
from staffing.ui import jobs, newcentre, state
from staffing.ui.actor import actor
from staffing.ui.blocks import plain
from staffing.ui.newcentre import STEPS, Draft
from staffing.ui.router import page
from staffing.ui.sections import newcentre_work as work
from staffing.ui.sections.newcentre_work import key
from staffing.ui.sections.run_line import give
from staffing.ui.words import Words

CREATED = "newcentre_created"
"""Folder of the centre that this tab has made last, and whether it has people."""
NEEDED = {HISTORY: ("offered",), PEOPLE: ("agent",), QUEUES: ("queue",)}
FIRST_ZONES = ("Asia/Shanghai", "Europe/London", "Europe/Berlin", "America/New_York", "UTC")
SHOWN_LINES = 400


def ladder(words: Words, step: int) -> None:
    """The five steps: done, present and to come."""
    marks = []
    for place, name in enumerate(STEPS):
        label = f"{place + 1}. {words(f'newcentre.step_{name}')}"
        marks.append(f":material/check: {label}" if place < step else f"**{label}**" if place == step else label)
    st.markdown("  ·  ".join(marks))


def move(words: Words, draft: Draft, go: Callable[[], None] | None, *, ready: bool = True) -> None:
    """The buttons below a step; `go` leads to the next one, and its faults keep the step."""
    with st.container(horizontal=True):
        if draft.answers.step:
            move_back(words, draft)
        if go is None:
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
        go()
    except DataError as error:
        work.faults(words, error)
    else:
        st.rerun()


def move_back(words: Words, draft: Draft) -> None:
    """The button to the step before."""
    if st.button(words("newcentre.back"), key="newcentre_back", icon=":material/arrow_back:"):
        draft.set(step=draft.answers.step - 1, asked=False)
        st.rerun()


def forward(draft: Draft) -> None:
    """To the next step."""
    draft.set(step=draft.answers.step + 1, asked=False)


def files(words: Words, draft: Draft) -> None:
    """Name and place of the centre, and the uploads."""
    known = draft.answers
    left, right = st.columns(2, gap="large")
    with left:
        name = st.text_input(words("newcentre.name"), known.name, key=key("name"), max_chars=60)
        zones = list(dict.fromkeys([known.timezone, *FIRST_ZONES, *sorted(available_timezones())]))
        zone = st.selectbox(words("newcentre.timezone"), zones, key=key("timezone"))
    with right:
        country = st.text_input(
            words("newcentre.country"), known.country, key=key("country"), max_chars=2,
            help=words("newcentre.country_help"),
        )  # fmt: skip
        currency = st.text_input(words("newcentre.currency"), known.currency, key=key("currency"), max_chars=3)
    draft.set(name=name.strip(), timezone=str(zone), country=country.strip().upper(), currency=currency.strip().upper())
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
    places = dict(zip(stages.KINDS, st.columns(3, gap="medium"), strict=True))
    for kind, column in places.items():
        with column:
            _upload(words, draft, kind)
    running = _read(words, draft)
    heads = [_table(words, draft, kind, column) for kind, column in places.items()]
    ready = bool(draft.answers.name) and HISTORY in draft.answers.uploads and all(heads) and not running
    if not (draft.answers.name and HISTORY in draft.answers.uploads):
        st.caption(words("newcentre.needed"))
    move(words, draft, lambda: forward(draft), ready=ready)


def _examples() -> bytes:
    from staffing.sample import own_files

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in own_files().items():
            archive.writestr(name, data)
    return out.getvalue()


def _upload(words: Words, draft: Draft, kind: str) -> None:
    """The place to drop a file; what is dropped is kept at once."""
    st.markdown(f"**{words(f'newcentre.{kind}')}**")
    st.caption(words(f"newcentre.{kind}_lead"))
    uploaded = st.file_uploader(
        words(f"newcentre.{kind}"),
        type=["csv", "txt", "tsv", "xlsx"],
        key=key(kind),
        max_upload_size=MAX_BYTES // 1024 // 1024,
        label_visibility="collapsed",
    )
    taken = f"newcentre_{kind}_taken"
    if uploaded is not None and st.session_state.get(taken) != uploaded.file_id:
        st.session_state[taken] = uploaded.file_id
        try:
            draft.take(kind, uploaded.name, uploaded.getvalue())
        except DataError as error:
            work.faults(words, error)


def _read(words: Words, draft: Draft) -> bool:
    """Have read what was uploaded; whether a job is at it."""
    if draft.is_made(READ) or draft.folder is None:
        return False
    if work.is_running(words, draft, READ):
        return True
    if work.broken(draft, READ) is None:
        work.begin(words, draft, READ)
        return not draft.is_made(READ) and work.is_running(words, draft, READ)
    work.trouble(words, draft, READ)
    if st.button(words("newcentre.again"), key="newcentre_again", icon=":material/refresh:"):
        work.begin(words, draft, READ)
        st.rerun()
    return False


def _table(words: Words, draft: Draft, kind: str, place: st.delta_generator.DeltaGenerator) -> bool:
    """What was read of an upload, and the button that takes it away; whether it stands in nobody's way."""
    upload = draft.answers.uploads.get(kind)
    if upload is None:
        return True
    found = None
    with place:
        try:
            found = draft.head(kind)
        except DataError as error:
            work.faults(words, error)
        if found is not None:
            st.caption(
                words("newcentre.taken", file=plain(found.file), rows=words.number(found.rows), line=found.header_line)
            )
        else:
            st.caption(plain(upload.name))
        _how(words, draft, kind, found)
        if found is not None:
            preview(found, key(f"{kind}_preview"))
        if st.button(words("newcentre.remove"), key=f"newcentre_{kind}_remove", icon=":material/delete:"):
            draft.drop(kind)
            work.next_round()
            st.rerun()
    return found is not None


def _how(words: Words, draft: Draft, kind: str, found: Head | None) -> None:
    """A choice where another reading of the file is possible."""
    upload = draft.answers.uploads[kind]
    if found is not None and found.sheets:
        if len(found.sheets) > 1:
            at = found.sheets.index(upload.sheet) if upload.sheet in found.sheets else None
            chosen = st.selectbox(words("newcentre.sheet"), found.sheets, index=at, key=key(f"{kind}_sheet"))
            if chosen is not None and chosen != upload.sheet:
                draft.read_as(kind, sheet=chosen)
                st.rerun()
        return
    used = upload.encoding if found is None else found.encoding
    if not used:
        return
    with st.expander(words("newcentre.as_text", encoding=used)):
        encoding = st.selectbox(
            words("newcentre.encoding"), ENCODINGS, index=ENCODINGS.index(used), key=key(f"{kind}_encoding")
        )
    if encoding != used:
        draft.read_as(kind, encoding=encoding)
        st.rerun()


def preview(table: Head, key: str) -> None:
    """The first rows as they were read."""
    rows = dict(zip(table.columns, map(list, table.first), strict=True))
    st.dataframe(pd.DataFrame(rows), hide_index=True, key=key, height="content")


def columns(words: Words, draft: Draft) -> None:
    """Which column holds what, with the guesses filled in."""
    if draft.answers.asked and _settled(words, draft):
        return
    st.caption(words("newcentre.columns_lead"))
    kinds = [kind for kind in stages.KINDS if kind in draft.answers.uploads]
    for kind, column in zip(kinds, st.columns(len(kinds), gap="large"), strict=True):
        with column:
            st.subheader(words(f"newcentre.{kind}"), anchor=False)
            _choose(words, draft, kind)
    work.trouble(words, draft, SETTLE)

    def go() -> None:
        work.begin(words, draft, SETTLE)
        draft.set(asked=True)

    move(words, draft, go)


def _settled(words: Words, draft: Draft) -> bool:
    """Go on with what the columns told, or tell how far that is; False where it came to no good end."""
    try:
        is_made = draft.is_made(SETTLE)
    except DataError:
        is_made = False
    if is_made:
        draft.adopt()
        forward(draft)
        st.rerun()
    if work.is_running(words, draft, SETTLE):
        return True
    draft.set(asked=False)
    return False


def _choose(words: Words, draft: Draft, kind: str) -> None:
    table, chosen_before = draft.head(kind), draft.columns(kind)
    if table is None:
        return
    options = ["", *table.columns]
    # The layout must stay while choices change, so it goes by what was guessed when the file was read.
    at_once = [role for role in KINDS[kind] if role in table.guessed or role in NEEDED[kind]]
    chosen = {}
    first, more = st.container(), st.expander(words("newcentre.more_columns"))
    for role in [*at_once, *(role for role in KINDS[kind] if role not in at_once)]:
        place = first if role in at_once else more
        header = place.selectbox(
            words(f"newcentre.{kind}_{role}"),
            options,
            index=options.index(chosen_before.get(role, "")),
            format_func=lambda name: _sampled(words, table, name),
            key=key(f"{kind}_col_{role}"),
        )
        if header:
            chosen[role] = str(header)
    answers = draft.answers
    changes = {"columns": {**answers.columns, kind: {role: chosen[role] for role in KINDS[kind] if role in chosen}}}
    if kind == HISTORY:
        one = answers.one_queue
        if "queue" not in chosen:
            one = st.text_input(words("newcentre.one_queue"), one, key=key("one_queue"))
        order = _how_written(words, "order", ("", "ymd", "dmy", "mdy"), answers.order)
        unit = _how_written(words, "unit", ("", "s", "min", "h"), answers.unit)
        draft.set(**changes, one_queue=one, order=order, unit=unit)
    else:
        draft.set(**changes)
    left = unused(table.columns, chosen)
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


def _sampled(words: Words, table: Head, header: str) -> str:
    """A column with its first filled cell, so that a wrong choice is seen."""
    if not header:
        return words("newcentre.no_column")
    first = table.samples[table.columns.index(header)] if header in table.columns else ""
    return f"{header}  ({first[:24]})" if first else header


def check(words: Words, draft: Draft) -> None:
    """The centre as it was read, its remarks and files; then the button that writes."""
    if work.is_running(words, draft, CHECK):
        return
    if work.trouble(words, draft, CHECK):
        st.info(words("newcentre.mend"), icon=":material/build:")
        if work.broken(draft, CHECK) is not None and st.button(
            words("newcentre.again"), key="newcentre_again", icon=":material/refresh:"
        ):
            work.begin(words, draft, CHECK)
            st.rerun()
        move(words, draft, None)
        return
    found = draft.checked()
    if found is None or draft.folder is None:
        work.begin(words, draft, CHECK)
        st.rerun()
    st.success(words("newcentre.legal"), icon=":material/task_alt:")
    _figures(words, found)
    if not found.agents:
        st.info(words("newcentre.no_people"), icon=":material/group_off:")
    for note in found.notes:
        st.markdown(f"- {plain(note_text(note.code, note.params, words.lang))}")
    for name, path in stages.made_files(draft.folder, draft.answers).items():
        with st.expander(words("newcentre.file_made", file=name, rows=found.files[name])):
            st.code(_first_lines(path), language="toml" if name.endswith("toml") else None)
    with st.container(horizontal=True):
        move_back(words, draft)
        if st.button(
            words("newcentre.create"), key="newcentre_create", type="primary", icon=":material/create_new_folder:"
        ):
            folder = newcentre.write_centre(state.store(), draft, actor())
            st.session_state[CREATED] = (folder, found.agents > 0)
            work.next_round()
            st.rerun()


def _first_lines(path: Path) -> str:
    with path.open(encoding="utf-8", newline="\n") as file:
        return "".join(islice(file, SHOWN_LINES))


def _figures(words: Words, found: Checked) -> None:
    cards = {
        "queues": words.number(found.queues),
        "agents": words.number(found.agents),
        "contacts": words.number(found.contacts),
        "days": f"{found.first_day} – {found.last_day}",
    }
    with st.container(horizontal=True):
        for name, value in cards.items():
            st.metric(words(f"newcentre.{name}_count"), value, border=True, width="content" if name == "days" else 160)


def created(words: Words, folder: Path, *, has_people: bool) -> None:
    """The folder is there: plan it, or begin another."""
    st.success(words("newcentre.created", folder=plain(str(folder))), icon=":material/task_alt:")
    if has_people:
        limit = st.number_input(words("runs.limit"), 1, 7200, 60, step=10, key="newcentre_limit", width=240)
        if st.button(words("newcentre.plan"), key="newcentre_plan", type="primary", icon=":material/play_arrow:"):
            order = jobs.Order(folder, time_limit_s=float(limit), workers=state.settings().workers)
            give(words, order)
            st.session_state.pop(CREATED, None)
            st.switch_page(page("runs", words), query_params={"lang": words.lang})
    if st.button(words("newcentre.another"), key="newcentre_another", icon=":material/add:"):
        st.session_state.pop(CREATED, None)
        st.rerun()
