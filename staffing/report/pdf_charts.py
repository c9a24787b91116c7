"""Charts of the printed file, drawn as lines and boxes: sharp at any size, and no picture to load."""

from collections.abc import Sequence
from itertools import pairwise

from staffing.measures import Coverage
from staffing.report.charts import LINE as AXIS
from staffing.report.charts import MET, OVER, SHORT, gap_frame
from staffing.report.pdf_fonts import printable
from staffing.report.pdf_pages import GREY, INK, LINE, RULE, SMALL, Colour, Pages

LEFT, HEIGHT = 16.0, 22.0
"""Room for the scale, and height of a chart, in mm."""
CELL = 5.2
"""Height of a day's row in the table of gaps, in mm."""
PALE: Colour = (244, 246, 248)


def rgb(colour: str) -> Colour:
    """Red, green and blue of ``#D55E00``.

    Examples
    --------
    >>> rgb("#D55E00")
    (213, 94, 0)
    """
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return red, green, blue


def mixed(share: float, full: Colour) -> Colour:
    """A colour between pale (0) and full (1).

    Examples
    --------
    >>> mixed(0.0, (0, 0, 0)), mixed(1.0, (9, 8, 7))
    ((244, 246, 248), (9, 8, 7))
    """
    red, green, blue = (round(low + share * (high - low)) for low, high in zip(PALE, full, strict=True))
    return red, green, blue


def draw_key(pages: Pages, assigned: str, required: str) -> None:
    """What area and line mean."""
    pages.set_font_size(SMALL)
    x, y = pages.l_margin, pages.y + 1
    for words, colour in ((assigned, MET), (required, SHORT)):
        pages.set_fill_color(*rgb(colour))
        pages.rect(x, y, 3, 3, style="F")
        pages.set_text_color(*INK)
        pages.text(x + 4, y + 2.6, printable(words, pages.held))
        x += 10 + pages.get_string_width(printable(words, pages.held))
    pages.set_y(y + LINE + 1)


def draw_gaps(pages: Pages, table: Coverage) -> None:
    """Days by hours: short hours in vermilion with a minus, spare ones in blue."""
    frame = gap_frame(table)
    net = {(str(day), int(hour)): float(value) for day, hour, value in frame[["day", "hour", "net_h"]].to_numpy()}
    limit = max([1.0, *map(abs, net.values())])
    hours = range(min((hour for _, hour in net), default=0), max((hour for _, hour in net), default=-1) + 1)
    width = (pages.epw - LEFT) / max(8, len(hours))
    for day in dict.fromkeys(day for day, _ in net):
        if pages.will_page_break(2 * CELL):
            pages.add_page()
        top = pages.y
        pages.set_font_size(SMALL)
        pages.set_text_color(*INK)
        pages.text(pages.l_margin, top + 3.7, day)
        pages.set_font_size(SMALL - 2)
        for column, hour in enumerate(hours):
            value = net.get((day, hour))
            if value is None:
                continue
            pages.set_fill_color(*mixed(abs(value) / limit, rgb(SHORT if value < 0 else OVER)))
            left = pages.l_margin + LEFT + column * width
            pages.rect(left, top, width - 0.3, CELL - 0.3, style="F")
            if abs(value) >= 0.05:
                pages.set_text_color(*((255, 255, 255) if abs(value) > 0.6 * limit else INK))
                pages.text(left + 1, top + 3.6, f"{value:+.1f}")
        pages.set_y(top + CELL)
    pages.set_text_color(*GREY)
    for column, hour in enumerate(hours):
        pages.text(pages.l_margin + LEFT + column * width + 1, pages.y + 3, f"{hour:02d}")
    pages.set_y(pages.y + LINE)


def draw_coverage(pages: Pages, table: Coverage, row: int) -> None:
    """Assigned agents of one queue as steps under the line of those required, over all days."""
    if pages.will_page_break(HEIGHT + 2.5 * LINE):
        pages.add_page()
    pages.set_font_size(SMALL)
    pages.set_text_color(*INK)
    pages.text(pages.l_margin, pages.y + 3, printable(table.queues[row], pages.held))
    top, left = pages.y + LINE, pages.l_margin + LEFT
    assigned, required = table.assigned[row].tolist(), table.required[row].tolist()
    highest = max(1.0, *assigned, *required)
    across, up = (pages.epw - LEFT) / table.grid.n, HEIGHT / highest
    floor = top + HEIGHT
    pages.set_fill_color(*rgb(MET))
    area = [(left, floor), *_steps(assigned, left, floor, across, up), (left + len(assigned) * across, floor)]
    pages.polygon(area, style="F")
    pages.set_draw_color(*rgb(SHORT))
    pages.set_line_width(0.35)
    pages.polyline(_steps(required, left, floor, across, up))
    pages.set_line_width(0.2)
    pages.set_text_color(*GREY)
    pages.text(pages.l_margin, top + 2.5, f"{highest:,.0f}")
    pages.text(pages.l_margin, floor, "0")
    pages.set_draw_color(*RULE)
    for day, when in enumerate(table.grid.dates):
        at = left + table.grid.day_slice(day).start * across
        pages.line(at, top, at, floor + 3)
        pages.text(at + 0.8, floor + 3, f"{when:%m-%d}")
    pages.set_draw_color(*rgb(AXIS))
    pages.line(left, floor, left + table.grid.n * across, floor)
    pages.set_y(floor + 1.5 * LINE)


def _steps(values: Sequence[float], left: float, floor: float, across: float, up: float) -> list[tuple[float, float]]:
    """Corners of the steps, without those in the middle of a level stretch."""
    edges = [0, *(at for at, (one, other) in enumerate(pairwise(values), 1) if one != other), len(values)]
    points = []
    for first, last in pairwise(edges):
        height = floor - values[first] * up
        points += [(left + first * across, height), (left + last * across, height)]
    return points
