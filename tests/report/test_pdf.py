"""The report as PDF, read again by another library."""

import contextlib
import unicodedata
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pypdfium2.raw
import pytest

from staffing.errors import SettingsError
from staffing.i18n import text
from staffing.measures import person_fairness
from staffing.report import pdf_fonts
from staffing.report.pdf import render_pdf, write_pdf
from staffing.report.pdf_facts import Grid, after_charts, before_charts, figures
from staffing.report.pdf_fonts import CHINESE, LATIN, NoFontError, faces_for, font_problem, printable
from staffing.report.tables import day_titles, week_grid
from tests.judged import judged_plan
from tests.on_call_case import on_call_plan
from tests.plans import make_plan_value, without_roster

HOSTILE = "{nb} <b>x</b> **y** =cmd()\u202e\n/Names"
NAMES = ("张伟", HOSTILE)


def compact(words: str) -> str:
    """Without blanks, which readers of PDF files guess, and with one form of each letter."""
    return "".join(unicodedata.normalize("NFKC", words).split())


def pages_of(data: bytes) -> list[tuple[str, tuple[float, float], int]]:
    """Text, size and number of links of every page."""
    found = []
    with contextlib.closing(pypdfium2.PdfDocument(data)) as document:
        for number in range(len(document)):
            page = document[number]
            words = page.get_textpage().get_text_range()
            found.append((words, page.get_size(), pypdfium2.raw.FPDFPage_GetAnnotCount(page)))
    return found


def read(data: bytes) -> str:
    """All text of the file."""
    return compact("".join(words for words, _, _ in pages_of(data)))


def needs_chinese(lang: str, *names: str) -> None:
    if font_problem([text("report.week", lang), *names]):
        pytest.skip("no font with Chinese characters on this machine")


@pytest.fixture
def no_fonts(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without a single font."""
    monkeypatch.setattr(pdf_fonts, "_places", tuple)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_everything_that_the_report_says_is_in_the_file(lang: str):
    """Names, days, shifts, figures, service with its band, worst intervals and hours of every person."""
    needs_chinese(lang, *NAMES)
    made = judged_plan()
    people = tuple(replace(agent, name=name) for agent, name in zip(made.scenario.agents, NAMES, strict=True))
    plan = replace(made, scenario=replace(made.scenario, agents=people), problem=replace(made.problem, agents=people))
    data = render_pdf(plan, lang=lang)
    assert data == render_pdf(plan, lang=lang)
    found = read(data)
    wanted = [part for pair in figures(plan, lang) for part in pair]
    for block in (*before_charts(plan, lang), *after_charts(plan, lang)):
        wanted.append(block.title)
        wanted += block.heads if isinstance(block, Grid) else ()
        wanted += [cell for row in block.rows for cell in row] if isinstance(block, Grid) else block.lines
    wanted += [*day_titles(plan, lang), plan.scenario.centre.name, plan.scenario.digest[:16]]
    assert [
        words for words in wanted if compact(printable(words, frozenset(words) - {"\u202e", "\n"})) not in found
    ] == []
    assert len(wanted) > 60
    assert compact(text("pdf.page", lang, number=2)) in found
    cells = [cell.label(lang) for row in week_grid(plan) for cell in row.days if cell.kind == "shift"]
    assert [found.count(compact(cell)) >= cells.count(cell) for cell in cells] == [True] * 3
    assert [f"{row.paid_h:,.2f}" in found for row in person_fairness(plan)] == [True, True]


def test_a_name_is_plain_text():
    """Marks of other languages stay as they are; letters that turn the direction of writing and line ends do not."""
    found = read(render_pdf(make_plan_value(names=("Ann", HOSTILE))))
    assert compact("{nb}<b>x</b>**y**=cmd()/Names") in found
    shown = pages_of(render_pdf(make_plan_value(names=("Ann", "https://example.com /URI (x)"))))
    assert "https://example.com /URI (x)" in "".join(words for words, _, _ in shown)
    assert {links for _, _, links in shown} == {0}


def test_sheets_and_pages():
    """A4 on its side; many people take several pages, each with its number and the heads of its table."""
    plan = make_plan_value(names=tuple(f"Person {number}" for number in range(90)))
    pages = pages_of(render_pdf(plan))
    assert len(pages) > 4
    assert {(round(wide), round(high)) for _, (wide, high), _ in pages} == {(842, 595)}
    for number, (words, _, _) in enumerate(pages, 1):
        assert plan.scenario.digest[:16] in words
        assert f"Page {number}" in words
        if "Person 5" in words:
            assert text("report.agent") in words


def test_a_plan_without_a_roster_says_so():
    """No roster is written as such, and nobody has hours."""
    found = read(render_pdf(without_roster(make_plan_value())))
    assert compact(text("status.none")) in found
    assert compact(text("pdf.hours")) not in found


def test_turns_on_call_are_there_and_only_where_there_are_any():
    """Who is on call when, and the open places."""
    found = read(render_pdf(on_call_plan()))
    assert compact("2026-01-06 18:00-08:00") in found
    assert compact(text("on_call.open")) in found
    assert compact(text("report.response_min")) not in read(render_pdf(make_plan_value()))


def test_letters_without_a_font_are_refused_and_nothing_is_written(no_fonts: None, tmp_path: Path):
    """Never a box in place of a letter: the error names the letters and what would help."""
    with pytest.raises(NoFontError, match="STAFFING_PDF_FONT") as caught:
        write_pdf(make_plan_value(names=("张伟", "Ann")), tmp_path / "x.pdf")
    assert caught.value.letters == "伟张"
    assert not (tmp_path / "x.pdf").exists()
    assert font_problem(["张"]) == "no_font"
    assert font_problem(["Zoë"]) is None


def test_western_letters_need_no_font(no_fonts: None):
    """The readers' own font is enough; signs that it lacks are stood in for, emoji named."""
    data = render_pdf(judged_plan())
    assert "(+)" in read(data)
    assert len(data) < 30_000
    assert printable("Zoë ✓ 😀\u200d\x07", pdf_fonts.CORE) == "Zoë (+) U+1F600 "


def test_a_named_font_comes_first(tmp_path: Path):
    """A file that is no font is told; a good one is taken before all others."""
    bad = tmp_path / "bad.ttf"
    bad.write_bytes(b"no font")
    for wrong in (bad, tmp_path / "missing.ttf"):
        with pytest.raises(SettingsError, match="STAFFING_PDF_FONT"):
            faces_for("a", wrong)
    assert font_problem(["a"], tmp_path / "missing.ttf") == "bad_font"
    bad.write_bytes(b"wOF2" + bytes(400))  # fonts of web pages need a module more
    with pytest.raises(SettingsError, match="STAFFING_PDF_FONT"):
        faces_for("a", bad)
    known = {name.casefold() for name in (*CHINESE, *LATIN)}
    fonts = [path for path in pdf_fonts._candidates(False, None) if path.name.casefold() in known]
    if not fonts:
        pytest.skip("no font on this machine")
    assert faces_for("a", fonts[-1])[0].path == fonts[-1]
    assert font_problem(["张"], fonts[-1]) is None


def test_the_face_for_chinese_is_the_simplified_one():
    """A collection begins with the Japanese face, which draws some characters otherwise."""
    needs_chinese("zh")
    faces = faces_for("直骨张Ł")
    assert frozenset("直骨张Ł") <= frozenset().union(*(face.letters for face in faces))
    if faces[0].path.name == "NotoSansCJK-Regular.ttc":
        assert faces[0].number == 2
