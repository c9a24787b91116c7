"""Block, eve, days back and month positions of days."""

from datetime import date

from staffing.calendars import HolidayBlock, day_features, day_table, holiday_blocks
from staffing.calendars.features import FAR
from staffing.domain.calendar import CalendarDay, DayKind, DayTable


def test_spring_festival_2026() -> None:
    """The block runs from Sunday 15 to Monday 23 February; Saturday 14, worked, is its eve."""
    table, _ = day_table("CN", "", (), date(2026, 2, 1), date(2026, 2, 28))
    seen = day_features(table)
    assert seen.block[14:23].tolist() == list(range(1, 10))
    assert seen.block_left[14] == 8
    assert seen.block[:14].sum() == seen.block[23:].sum() == 0
    assert seen.before[12:14].tolist() == [2, 1]
    assert seen.after[23:27].tolist() == [1, 2, 3, 0]
    assert seen.adjusted.nonzero()[0].tolist() == [13, 27]
    assert seen.weekday[13] == 4
    assert seen.name[23] == "Chinese New Year (Spring Festival)"


def test_a_monday_holiday_has_its_eve_on_friday_where_weekends_are_closed() -> None:
    """Labor Day, 1 September 2003: Friday is the eve and Tuesday the day back; open weekends change that."""
    table, _ = day_table("US", "", (), date(2003, 8, 1), date(2003, 9, 30))
    closed, always = day_features(table), day_features(table, ())
    holiday = 31
    assert (closed.before[28], closed.after[holiday + 1]) == (1, 1)
    assert closed.block[29:32].tolist() == [1, 2, 3]
    assert (always.before[30], always.before[28], always.block[holiday]) == (1, 0, 1)


def test_month_positions_count_working_days() -> None:
    """1 September 2003 is a holiday and a Monday, so Tuesday is the first working day of the month."""
    table, _ = day_table("US", "", (), date(2003, 8, 1), date(2003, 9, 30))
    seen = day_features(table)
    assert seen.month_start[31] == FAR
    assert seen.month_start[32] == 1
    assert seen.month_end[60] == 1
    assert seen.month_end[28] == 1


def test_months_that_the_table_does_not_reach_are_filled_with_plain_weekdays() -> None:
    """A table from the 10th to the 20th counts the weekdays before and after it."""
    table, _ = day_table("", "", (), date(2026, 6, 10), date(2026, 6, 19))
    seen = day_features(table)
    assert seen.month_start[0] == 8  # 1-5, 8, 9 June come before
    assert seen.month_end[9] == 8  # 22-26, 29, 30 June come after


def test_a_holiday_alone_in_the_table() -> None:
    """A table of a single day off is one block without neighbours."""
    table = DayTable((CalendarDay(date(2026, 1, 1), DayKind.HOLIDAY, "New Year", 3, False),))
    seen = day_features(table)
    assert (seen.block[0], seen.block_left[0], seen.before[0], seen.after[0]) == (1, 0, 0, 0)


def test_blocks_are_named_by_their_main_day() -> None:
    """The Spring Festival's main day is the lunar New Year, though the block begins on the eve or before."""
    table, _ = day_table("CN", "", (), date(2024, 2, 1), date(2026, 2, 28))
    found = [block for block in holiday_blocks(table) if block.name == "Chinese New Year (Spring Festival)"]
    assert found == [
        HolidayBlock("Chinese New Year (Spring Festival)", date(2024, 2, 10), 8),
        HolidayBlock("Chinese New Year (Spring Festival)", date(2025, 1, 29), 8),
        HolidayBlock("Chinese New Year (Spring Festival)", date(2026, 2, 17), 9),
    ]


def test_a_part_of_the_features_is_that_of_the_days() -> None:
    """Cutting features equals cutting every array."""
    table, _ = day_table("CN", "", (), date(2026, 2, 1), date(2026, 2, 28))
    whole = day_features(table)
    part = whole.part(10, 20)
    assert part.block.tolist() == whole.block[10:20].tolist()
    assert part.name == whole.name[10:20]
