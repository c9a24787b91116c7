"""The KPI report in both languages: complete, safe, and without names."""

from pathlib import Path

import openpyxl
import pytest

from staffing.files import read_kpi
from staffing.i18n import catalogue, text
from staffing.measures.kpi import (
    BY_CODE,
    MEASURES,
    Figure,
    Goals,
    KpiSheet,
    change,
    kpi_report,
    kpi_sheet,
    month_of,
)
from staffing.report import export_kpi
from staffing.report.kpi_html import sparkline
from staffing.report.kpi_words import card_lines, kpi_lines, value_words
from tests.files.tiny_kpi import write_tiny_kpi
from tests.measures.kpi_cases import MONDAY, records, table

both = pytest.mark.parametrize("lang", ["en", "zh"])
AGENTS = "agent,name,team,role,contract,skills\n" + "".join(
    f"a{n},Ana{n},{'<b>x</b>' if n < 4 else '=1+1'},agent,full,phone\n" for n in range(1, 8)
)


@pytest.fixture(scope="module")
def sheet(tmp_path_factory: pytest.TempPathFactory) -> KpiSheet:
    given = read_kpi(write_tiny_kpi(tmp_path_factory.mktemp("kpi") / "centre", agents_csv=AGENTS))
    found = kpi_sheet(given.centre, given.records, given.goals, given.people, by="team")
    assert found is not None
    return found


def test_every_measure_has_its_texts() -> None:
    """A name and a formula in both languages, and no two measures share a name."""
    for lang in ("en", "zh"):
        texts = catalogue(lang)
        names = [texts[measure.name_key] for measure in MEASURES]
        assert len(set(names)) == len(names)
        assert all(texts[measure.formula_key] for measure in MEASURES)


def test_every_measure_is_explained() -> None:
    """The page of measures has a row for each code; reasons of shrinkage share one."""
    page = (Path(__file__).parents[2] / "docs" / "explanation" / "measures.md").read_text(encoding="utf-8")
    codes = [code for code in BY_CODE if not code.startswith("shrinkage_")]
    assert [code for code in (*codes, "shrinkage_REASON") if f"| `{code}` |" not in page] == []


def test_no_text_is_left_over() -> None:
    """Every text of a measure belongs to one that there is."""
    texts = {key.removeprefix("kpi.formula.") for key in catalogue("en") if key.startswith("kpi.formula.")}
    assert texts == set(BY_CODE)


@both
def test_the_report_names_every_measure_and_says_no_data(sheet: KpiSheet, lang: str, tmp_path: Path) -> None:
    """Workbook and page hold every measure, those without data too, and the same values."""
    export_kpi(sheet, tmp_path, lang=lang)
    page = (tmp_path / "kpi.html").read_text(encoding="utf-8")
    book = openpyxl.load_workbook(tmp_path / "kpi.xlsx")
    cells = {str(cell.value) for row in book.worksheets[0].iter_rows() for cell in row if cell.value is not None}
    for measure in MEASURES:
        assert text(measure.name_key, lang) in page
        assert text(measure.name_key, lang) in cells
    assert text("kpi.no_data", lang) in page
    assert text("kpi.no_data", lang) in cells
    titles = [text(f"kpi.sheet.{name}", lang) for name in ("summary", "groups", "trend")]
    assert [tab.title for tab in book] == [*titles, text("adherence.title", lang), text("kpi.sheet.card", lang)]
    assert text("adherence.title", lang) in page
    assert text("adherence.head.adjusted", lang) in page
    assert "4.50" in page


@both
def test_a_month_says_what_was_before_and_how_sure_the_change_is(lang: str, tmp_path: Path) -> None:
    """Groups of three kinds, a column for the month before, better only where intervals are apart."""
    answers = [(-30, 0, 0, mark) for mark in (1, 2) * 20] + [
        (day, 0, 0, mark) for day in (0, 9) for mark in (4, 5) * 10
    ]
    known = records(surveys=table(*answers, names="csat"))
    found = kpi_report("c", known, Goals({"csat": 4.0}), {"north": 2}, month_of(MONDAY))
    assert found is not None
    assert (found.book.by, [book.by for book in found.others]) == ("week", ["queue", "team"])
    (line,) = [row for row in kpi_lines(found, lang) if row.code == "csat"]
    assert (line.before, line.change, line.changed) == ("1.50", "better", text("kpi.change.better", lang))
    export_kpi(found, tmp_path, lang=lang)
    page = (tmp_path / "kpi.html").read_text(encoding="utf-8")
    assert text("kpi.period_before", lang, first="2026-01-01", last="2026-01-31") in page
    for by in ("week", "queue", "team"):
        assert text("kpi.sheet.groups_by", lang, by=text(f"kpi.by.{by}", lang)) in page
    tab = openpyxl.load_workbook(tmp_path / "kpi.xlsx").worksheets[0]
    row = next(row for row in tab.iter_rows(values_only=True) if row[0] == text("kpi.csat", lang))
    assert (row[1], row[6], row[7]) == (4.5, 1.5, text("kpi.change.better", lang))


def test_a_change_needs_data_and_intervals_apart() -> None:
    """Better, worse, not sure; nothing where there is too little, no interval or no better direction."""
    csat, asa = BY_CODE["csat"], BY_CODE["asa"]
    low, high = Figure(3.0, 2.9, 3.1), Figure(4.0, 3.9, 4.1)
    assert [change(csat, high, low), change(csat, low, high), change(csat, low, low)] == ["better", "worse", "unsure"]
    assert [change(asa, high, low), change(asa, low, high)] == ["worse", "better"]
    assert change(csat, high, Figure(3.0)) == change(csat, high, Figure()) == ""
    assert change(BY_CODE["forecast_bias"], high, low) == ""


@both
def test_nothing_from_data_runs(sheet: KpiSheet, lang: str, tmp_path: Path) -> None:
    """A team called like a formula or a tag is text, and no person is named."""
    export_kpi(sheet, tmp_path, lang=lang)
    page = (tmp_path / "kpi.html").read_text(encoding="utf-8")
    assert "<b>x</b>" not in page
    assert "&lt;b&gt;x" in page
    assert "<script" not in page
    book = openpyxl.load_workbook(tmp_path / "kpi.xlsx")
    cells = [cell for tab in book for row in tab.iter_rows() for cell in row]
    assert [cell.value for cell in cells if cell.data_type == "f"] == []
    assert any(cell.value == "=1+1" and cell.data_type == "s" for cell in cells)
    assert "Ana" not in page
    assert [cell.value for cell in cells if "Ana" in str(cell.value)] == []


@both
def test_the_card_says_what_the_data_cannot_tell(lang: str) -> None:
    """Teams of three and one: too small; alone: no place."""
    goals = Goals({"csat": 5.0}, {"csat": 1.0}, {"csat": 1.0}, {"csat": 2}, 2)
    found = kpi_sheet("c", records(), goals, {"north": 2, "south": 1})
    assert found is not None
    places = [line.place for line in card_lines(found, lang)]
    assert places == [text("kpi.card.alone", lang), text("kpi.card.small", lang, least=2)]


def test_values_carry_their_unit() -> None:
    """Percent, seconds, hours, points and money."""
    told = {
        code: value_words(BY_CODE[code], 0.5, "EUR", "en") for code in ("volume", "asa", "resolution", "csat", "nps")
    }
    assert told == {"volume": "0", "asa": "0.5 s", "resolution": "0.5 h", "csat": "0.50", "nps": "0.5"}
    assert value_words(BY_CODE["adherence"], 0.915, "", "zh") == "91.5%"
    assert value_words(BY_CODE["cost_per_contact"], 1234.5, "EUR", "en") == "1,234.50 EUR"
    assert value_words(BY_CODE["csat"], None, "", "zh") == "无数据"


def test_few_observations_are_said_and_not_judged() -> None:
    """Four answers are no verdict."""
    found = kpi_sheet("c", records(), Goals({"csat": 4.0}), {})
    assert found is not None
    (line,) = [line for line in kpi_lines(found, "en") if line.code == "csat"]
    assert (line.verdict, line.judged, line.value) == ("", "too few to judge", "3.50")


def test_a_trend_breaks_where_there_is_no_data() -> None:
    """Two strokes around a gap; nothing without data; one value is a dot."""
    drawn = sparkline([1.0, 2.0, None, 3.0, 1.0])
    assert drawn.count("M") == 2
    assert drawn.count("<circle") == 1
    assert sparkline([None, None]) == ""
    assert "nan" not in sparkline([2.0])
