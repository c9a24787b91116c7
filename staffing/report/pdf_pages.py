"""Pages of the printed file: fonts, headers, headings, figures, tables and paragraphs."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import MethodReturnValue, TextMode

from staffing.i18n import text
from staffing.report.pdf_facts import Grid, Lines
from staffing.report.pdf_fonts import CORE, faces_for, printable
from staffing.report.tables import MISSED

MARGIN, LINE, PAD = 12.0, 4.2, 1.0
"""Margin, height of a line of a table, and space beside its words, in mm."""
TITLE, HEADING, BODY, SMALL = 15.0, 11.0, 9.0, 8.0
"""Sizes of letters in points."""
Colour = tuple[int, int, int]
INK: Colour = (27, 31, 36)
GREY: Colour = (87, 96, 106)
RULE: Colour = (216, 222, 228)
HEAD: Colour = (244, 246, 248)
BAD: Colour = (163, 71, 0)


class Pages(FPDF):
    """A document on A4 sheets on their side, with centre, days and digest on each."""

    def __init__(self, centre: str, days: str, digest: str, lang: str) -> None:
        super().__init__(orientation="landscape", format="A4")
        self.centre, self.days, self.digest, self.speech = centre, days, digest, lang
        self.held = CORE
        # A name may hold the mark that would be replaced by the number of pages.
        self.alias_nb_pages(None)  # type: ignore[arg-type]
        self.set_margin(MARGIN)
        self.set_auto_page_break(True, MARGIN + LINE)
        self.set_line_width(0.2)

    def take_fonts(self, strings: Iterable[str], chosen: Path | None) -> None:
        """Find fonts for all letters of the strings; the readers' own font where none is needed."""
        faces = faces_for({letter for value in strings for letter in value}, chosen)
        names = [f"face{row}" for row in range(len(faces))]
        for name, face in zip(names, faces, strict=True):
            self.add_font(name, fname=face.path, collection_font_number=face.number)
        self.core_fonts_encoding = "windows-1252"
        self.set_font(names[0] if names else "helvetica", size=BODY)
        self.set_fallback_fonts(names[1:])
        self.held = frozenset[str]().union(*(face.letters for face in faces)) if faces else CORE

    def header(self) -> None:
        """Centre and days on the left, the plan's digest on the right."""
        self.set_font_size(SMALL)
        self.set_text_color(*GREY)
        self.cell(self.epw / 2, LINE, self._fitting(f"{self.centre} · {self.days}", self.epw / 2))
        self.cell(self.epw / 2, LINE, self.digest, align="R")
        self.set_y(MARGIN + LINE + 2)

    def footer(self) -> None:
        """Number of the page."""
        self.set_y(-MARGIN)
        self.set_font_size(SMALL)
        self.set_text_color(*GREY)
        self.cell(self.epw, LINE, printable(text("pdf.page", self.speech, number=self.page_no()), self.held), align="C")

    def title_lines(self, line: str) -> None:
        """Name of the centre, and a line below."""
        self._bold(self.centre, TITLE, 8)
        self.paragraph(line, GREY)

    def heading(self, words: str, needed: float = 3 * LINE) -> None:
        """A heading that stays on one page with `needed` mm below it."""
        if self.will_page_break(10 + needed):
            self.add_page()
        self.ln(3)
        self._bold(words, HEADING, 6)

    def paragraph(self, words: str, colour: Colour = INK) -> None:
        """A sentence over the width of the page."""
        self.set_font_size(BODY)
        self.set_text_color(*colour)
        self.multi_cell(self.epw, LINE + 0.4, printable(words, self.held), align="L", new_x="LMARGIN", new_y="NEXT")

    def cards(self, figures: Sequence[tuple[str, str]]) -> None:
        """Figures side by side, each in a box under its name."""
        width, top = self.epw / len(figures), self.y + 1
        self.set_draw_color(*RULE)
        for column, (name, value) in enumerate(figures):
            left = self.l_margin + column * width
            self.rect(left, top, width - 3, 13)
            self.set_xy(left + 1, top + 1)
            self.set_font_size(SMALL)
            self.set_text_color(*GREY)
            self.cell(width - 5, 5, self._fitting(name, width - 5))
            self.set_xy(left + 1, top + 6)
            self._bold(value, HEADING, 6)
        self.set_xy(self.l_margin, top + 15)

    def blocks(self, blocks: Iterable[Grid | Lines]) -> None:
        """Tables and sentences, one below the other."""
        for block in blocks:
            if isinstance(block, Grid):
                self._table(block)
                continue
            if block.title:
                self.heading(block.title)
            else:
                self.ln(1)
            for line in block.lines:
                self.paragraph(f"· {line}")

    def _table(self, grid: Grid) -> None:
        """Rows whose words never are cut: long ones take more lines. The heads stand again on each page."""
        self.heading(grid.title, 4 * LINE)
        self.set_draw_color(*RULE)
        self.set_font_size(SMALL)
        widths = [share * self.epw for share in grid.widths]
        has_heads = any(grid.heads)
        if has_heads:
            self._row(grid, self._lines(grid.heads, widths), widths, is_head=True)
        for row in grid.rows:
            lines = self._lines(row, widths)
            if self.will_page_break(max(map(len, lines)) * LINE):
                self.add_page()
                self.set_font_size(SMALL)
                if has_heads:
                    self._row(grid, self._lines(grid.heads, widths), widths, is_head=True)
            self._row(grid, lines, widths, is_head=False)
        if grid.note:
            self.ln(1)
            self.paragraph(grid.note, GREY)

    def _lines(self, cells: Sequence[str], widths: Sequence[float]) -> list[list[str]]:
        """Every cell as the lines that fit its width."""
        found = []
        for cell, width in zip(cells, widths, strict=True):
            words, room = printable(cell, self.held), width - 2 * PAD
            if self.get_string_width(words) <= room:
                found.append([words])
                continue
            lines = self.multi_cell(room + 2 * self.c_margin, LINE, words, dry_run=True, output=MethodReturnValue.LINES)
            assert isinstance(lines, list)
            found.append(lines)
        return found

    def _row(self, grid: Grid, cells: Sequence[list[str]], widths: Sequence[float], *, is_head: bool) -> None:
        height, top, left = max(map(len, cells)) * LINE, self.y, self.l_margin
        if is_head:
            self.set_fill_color(*HEAD)
            self.rect(left, top, sum(widths), height, style="F")
        for column, (lines, width) in enumerate(zip(cells, widths, strict=True)):
            missed = any(mark in line for mark in (MISSED, printable(MISSED, self.held)) for line in lines)
            self.set_text_color(*(GREY if is_head else BAD if missed else INK))
            for number, line in enumerate(lines):
                space = 0.0 if column < grid.words else width - 2 * PAD - self.get_string_width(line)
                self.text(left + PAD + space, top + (number + 0.72) * LINE, line)
            left += width
        self.line(self.l_margin, top + height, left, top + height)
        self.set_y(top + height)

    def _bold(self, words: str, size: float, height: float) -> None:
        """Letters with a thin outline of their own colour: bold in any font."""
        self.set_font_size(size)
        self.set_text_color(*INK)
        with self.local_context(text_mode=TextMode.FILL_STROKE, line_width=size / 60, draw_color=INK):
            self.multi_cell(0, height, printable(words, self.held), align="L", new_x="LMARGIN", new_y="NEXT")

    def _fitting(self, words: str, width: float) -> str:
        """The words, shortened where they are wider than the room in a line that has no second one."""
        words = printable(words, self.held)
        while words and self.get_string_width(words) > width - 2 * self.c_margin:
            words = words[:-1]
        return words
