"""Parts of the page KPI: where the records are, the period, the measures, their groups, the scorecard, the files."""

import tempfile
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd
import streamlit as st

from staffing.errors import DataError, Fault
from staffing.files import KpiInput, kpi_csv, read_kpi
from staffing.files.kpi_folder import FOLDER, has_records
from staffing.i18n import text
from staffing.measures.kpi import (
    BY_CODE,
    GROUPINGS,
    MONTH,
    KpiSheet,
    Period,
    Records,
    kpi_report,
    kpi_sheet,
    periods_in,
    with_plan,
)
from staffing.measures.kpi.periods import INSIDE
from staffing.report import export_kpi
from staffing.report.kpi_html import sparkline
from staffing.report.kpi_words import KpiLine, before_words, card_lines, dropped_words, group_words, kpi_line, kpi_lines
from staffing.ui import state
from staffing.ui.blocks import plain
from staffing.ui.centre import centre_folder
from staffing.ui.shown import signature
from staffing.ui.state import Shown
from staffing.ui.words import Words

UPLOAD_MB = 50
FAULTS_SHOWN = 20
NAME_WIDTH, TREND_WIDTH = 220, 150
PERIODS = ("day", "week", "month")
TEXTS = ("value", "target", "judged", "range", "before", "changed")
EVERYTHING, OWN = "everything", "own"
"""All days with records, or days picked by hand."""
PARTS = ("file", "row", "column", "value", "expected")
MIME = {
    "kpi.xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "kpi.html": "text/html",
    "kpi.csv": "text/csv",
}
Files = tuple[tuple[str, bytes], ...]


@dataclass(frozen=True, eq=False)
class Chosen:
    """What the page looks at: records with those of the plan, the period, the folder when they are the centre's."""

    given: KpiInput
    records: Records
    first: date
    last: date
    period: Period | None
    folder: Path | None


def records(words: Words) -> tuple[KpiInput, Path | None] | None:
    """The records of the centre in the app or of another folder named here, and the folder they may be changed in.

    Tables dropped here stand in place of the folder's own. None where there are no records.
    """
    mine = centre_folder(state.store())
    with st.expander(words("kpi.where"), icon=":material/folder_open:", expanded=mine is None, key="kpi_where"):
        named = st.text_input(
            words("kpi.folder"),
            str(mine or ""),
            # Another centre in the app is another field: what was typed for the old one goes with it.
            key=f"kpi_folder_{mine}",
            help=words("kpi.folder_help"),
            width=560,
        )
        dropped = st.file_uploader(
            words("kpi.upload"),
            type=["csv", "toml"],
            accept_multiple_files=True,
            max_upload_size=UPLOAD_MB,
            key="kpi_upload",
            width=560,
        )
    folder = Path(named.strip()).expanduser()
    if not named.strip() or not (folder / "centre.toml").is_file():
        st.info(words("kpi.no_folder", folder=plain(named)), icon=":material/inbox:")
        return None
    files = tuple(sorted((file.name, file.getvalue()) for file in dropped or ()))
    if not files and not has_records(folder):
        st.info(words("kpi.no_records", folder=plain(str(folder / FOLDER))), icon=":material/inbox:")
        return None
    try:
        given = _read(str(folder), files, (signature(folder), signature(folder / FOLDER)))
    except DataError as error:
        st.error(words("kpi.refused"), icon=":material/error:")
        st.markdown("\n".join(f"- {_fault(words, fault)}" for fault in error.faults[:FAULTS_SHOWN]))
        return None
    st.caption(plain(f"{given.centre} · {folder / FOLDER}"))
    return given, None if files or mine is None or folder.resolve() != mine.resolve() else mine


@st.cache_resource(show_spinner=False, max_entries=8)
def _read(folder: str, files: Files, stamp: object) -> KpiInput:
    """Records are frozen, so that every session may share them; a file written anew makes a new entry."""
    return read_kpi(Path(folder), dict(files))


def _fault(words: Words, fault: Fault) -> str:
    place = ":".join(str(part) for part in (fault.file, fault.row, fault.column) if part not in (None, ""))
    told = text(f"fault.{fault.code}", words.lang, **{part: getattr(fault, part) for part in PARTS})
    return plain(f"{place}: {told}")


def chosen(words: Words, given: KpiInput, shown: Shown | None, folder: Path | None) -> Chosen | None:
    """The period chosen here, and whether the plan on show is compared; None where nothing was recorded."""
    span = given.records.span()
    if span is None:
        return None
    first, last = date.fromordinal(span[0]), date.fromordinal(span[1])
    periods = {one.name: one for one in periods_in(first, last, given.records.week_start)}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.selectbox(
            words("kpi.period"),
            [EVERYTHING, OWN, *periods],
            format_func=lambda name: _period_name(words, name, periods),
            key=f"kpi_span_{first}_{last}",
            width=320,
        )
        days: tuple[date, ...] = (first, last)
        if name == OWN:
            key = f"kpi_period_{first}_{last}"
            days = st.date_input(words("kpi.days"), (first, last), min_value=first, max_value=last, key=key, width=260)
        # A plan of another centre knows neither its queues nor its people.
        is_same = shown is not None and shown.plan.scenario.centre.name == given.centre
        compared = shown is not None and st.toggle(words("kpi.with_plan"), value=is_same, key="kpi_with_plan")
    # While the second day of a period is being picked there is only one.
    if len(days) == 2:
        first, last = days
    period = periods.get(name)
    if period is not None:
        first, last = period.first, period.last
    found = given.records if shown is None or not compared else with_plan(given.records, shown.plan)
    return Chosen(given, found, first, last, period, folder)


def _period_name(words: Words, name: str, periods: Mapping[str, Period]) -> str:
    if name in (EVERYTHING, OWN):
        return words(f"kpi.{name}")
    one = periods[name]
    return words("kpi.month" if one.kind == MONTH else "kpi.week", name=name, last=one.last.isoformat())


def sheet_of(words: Words, chosen: Chosen) -> KpiSheet | None:
    """The sheet of the period by the grouping chosen here; None where nothing happened in it.

    A week or month is compared with the one before, and its files hold days or weeks, queues and teams.
    """
    period = chosen.period
    usual = "week" if period is None else INSIDE[period.kind]
    by = st.segmented_control(
        words("kpi.by"),
        GROUPINGS,
        default=usual,
        required=True,
        format_func=lambda name: words.term(f"kpi.by.{name}"),
        key="kpi_by" if period is None else f"kpi_by_{period.kind}",
    )
    given = chosen.given
    if period is not None:
        return kpi_report(given.centre, chosen.records, given.goals, given.people, period, by=by or usual)
    return kpi_sheet(
        given.centre,
        chosen.records,
        given.goals,
        given.people,
        by=by or usual,
        first=chosen.first,
        last=chosen.last,
    )


def measures(words: Words, sheet: KpiSheet) -> None:
    """Every measure with data in total; those without are named below."""
    lines = [line for line in kpi_lines(sheet, words.lang) if sheet.book.figure(line.code).value is not None]
    _table(words, [(line.name, line) for line in lines], "kpi_measures", words.term("kpi.head.measure"))
    if sheet.before is not None:
        st.caption(before_words(sheet, words.lang))
    empty = [line.name for line in kpi_lines(sheet, words.lang) if sheet.book.figure(line.code).value is None]
    if empty:
        st.caption(words("kpi.empty", names=words.listed(empty)))
    st.caption(words.term("kpi.note"))


def formulas(words: Words, sheet: KpiSheet) -> None:
    """How each measure with data is worked out."""
    heads = (words.term("kpi.head.measure"), words.term("kpi.head.formula"))
    lines = [line for line in kpi_lines(sheet, words.lang) if sheet.book.figure(line.code).value is not None]
    with st.expander(words("kpi.formulas"), icon=":material/function:"):
        rows = [dict(zip(heads, (line.name, line.formula), strict=True)) for line in lines]
        st.dataframe(rows, hide_index=True, height="content", key="kpi_formulas")


def groups(words: Words, sheet: KpiSheet) -> None:
    """One measure in all groups."""
    st.subheader(words("kpi.groups"), anchor=False)
    known = [measure.code for measure in sheet.book.measures if sheet.book.figure(measure.code).value is not None]
    if not known:
        return
    code = st.selectbox(
        words("kpi.measure"),
        known,
        format_func=lambda name: words.term(f"kpi.{name}"),
        key="kpi_measure",
        width=320,
    )
    known_of = {group: sheet.book.figure(code, group) for group in sheet.book.groups}
    # Each record begins and ends at its own time: periods without it are named, queues and teams stay as rows.
    empty = [group for group, figure in known_of.items() if figure.value is None and sheet.book.by in PERIODS]
    rows = [
        (group_words(group, words.lang), kpi_line(sheet, BY_CODE[code], figure, words.lang))
        for group, figure in known_of.items()
        if group not in empty
    ]
    _table(words, rows, "kpi_groups", words.term(f"kpi.by.{sheet.book.by}"))
    if empty:
        st.caption(words("kpi.empty", names=words.listed(group_words(group, words.lang) for group in empty)))


def _table(words: Words, rows: list[tuple[str, KpiLine]], key: str, first: str) -> None:
    columns = {
        "name": [name for name, _ in rows],
        "value": [line.value for _, line in rows],
        "target": [line.target for _, line in rows],
        "judged": [line.judged for _, line in rows],
        "range": [line.range for _, line in rows],
        "before": [line.before for _, line in rows],
        "changed": [line.changed for _, line in rows],
        "trend": [_picture(line) for _, line in rows],
        "sample": [line.sample for _, line in rows],
    }
    frame = pd.DataFrame(columns)
    hidden = []
    if not any(any(value is not None for value in line.trend) for _, line in rows):
        hidden.append("trend")
    if not any(line.before for _, line in rows):
        hidden += ["before", "changed"]
    heads = {"judged": "verdict", "changed": "change"}
    st.dataframe(
        frame.drop(columns=hidden),
        hide_index=True,
        height="content",
        key=key,
        column_config={
            "name": st.column_config.TextColumn(first, width=NAME_WIDTH),
            **{name: words.term(f"kpi.head.{heads.get(name, name)}") for name in TEXTS},
            "trend": st.column_config.ImageColumn(words.term("kpi.head.trend"), width=TREND_WIDTH),
            "sample": st.column_config.NumberColumn(words.term("kpi.head.sample"), format="localized"),
        },
    )


def _picture(line: KpiLine) -> str | None:
    """The trend as the report draws it: a chart column of the table cannot show weeks without data."""
    drawn = sparkline(line.trend)
    return f"data:image/svg+xml;base64,{b64encode(drawn.encode()).decode()}" if drawn else None


def card(words: Words, sheet: KpiSheet) -> None:
    """The scorecard: teams in the order of the centre, with the places that the data leave open."""
    st.subheader(words("kpi.card"), anchor=False)
    lines = card_lines(sheet, words.lang)
    if not lines:
        st.info(words("kpi.no_card"), icon=":material/scoreboard:")
        return
    heads = ("team", "score", "range", "place")
    frame = pd.DataFrame({name: [getattr(line, name) for line in lines] for name in heads})
    config = {name: words.term(f"kpi.head.{name}") for name in heads}
    st.dataframe(frame, hide_index=True, height="content", key="kpi_card", column_config=config)
    st.caption(f"{words.term('kpi.card.note')} {dropped_words(sheet, words.lang)}")


def downloads(words: Words, sheet: KpiSheet) -> None:
    """One button for each file; a file is made when its button is pressed."""
    with st.container(horizontal=True):
        for name, mime in MIME.items():
            st.download_button(
                words("kpi.download", name=name),
                data=_maker(name, sheet, words.lang),
                file_name=name.replace(".", f"-{sheet.book.last}.", 1),
                mime=mime,
                key=f"kpi_{name}",
                on_click="ignore",
                icon=":material/download:",
            )


def _maker(name: str, sheet: KpiSheet, lang: str) -> Callable[[], bytes]:
    def make() -> bytes:
        if name == "kpi.csv":
            return kpi_csv(sheet).encode("utf-8")
        with tempfile.TemporaryDirectory() as folder:
            export_kpi(sheet, Path(folder), lang=lang)
            return (Path(folder) / name).read_bytes()

    return make
