"""The day table: China's blocks and adjusted workdays, other countries, the user's own days, honest notes."""

from datetime import date, timedelta

import pytest

from staffing.calendars import day_table, known_categories
from staffing.domain.calendar import DayKind
from staffing.domain.centre import SpecialDay
from staffing.domain.note import Note
from staffing.errors import SettingsError


@pytest.mark.parametrize("year", range(2015, 2027))
def test_china_agrees_with_chinesecalendar_day_by_day(year: int) -> None:
    """Working days, days off of every block and adjusted workdays are those of the official notices."""
    oracle = pytest.importorskip("chinese_calendar")
    table, notes = day_table("CN", "", (), date(year, 1, 1), date(year, 12, 31))
    assert notes == ()
    for row in table:
        assert row.working == oracle.is_workday(row.date), row
        assert row.off or row.date not in oracle.constants.holidays, row
        joined = row.off and row.date not in oracle.constants.holidays  # some notices only say "with the weekend"
        assert not joined or (row.date.weekday() >= 5 and row.kind is DayKind.OBSERVED), row
        assert (row.kind is DayKind.WORKDAY) == (row.date in oracle.constants.workdays), row


@pytest.mark.parametrize(
    ("day", "works_as"),
    [
        (date(2025, 1, 26), 0),  # a Sunday worked for Monday 3 February
        (date(2025, 2, 8), 1),  # a Saturday worked for Tuesday 4 February
        (date(2026, 2, 14), 4),  # a Saturday worked for Friday 20 February
        (date(2026, 2, 28), 0),  # a Saturday worked for Monday 23 February
        (date(2020, 1, 19), 4),  # a Sunday worked for Friday 24 January
    ],
)
def test_an_adjusted_workday_follows_the_day_it_replaces(day: date, works_as: int) -> None:
    """The weekday pattern of a worked weekend day is that of the weekday given off for it."""
    row = day_table("CN", "", (), day, day)[0].on(day)
    assert (row.kind, row.works_as, row.working) == (DayKind.WORKDAY, works_as, True)


def test_statutory_days_are_told_from_the_rest_of_the_block() -> None:
    """Spring Festival 2026 has four statutory days; the weekend and the swapped days are observed, all named."""
    table, _ = day_table("CN", "", (), date(2026, 2, 14), date(2026, 2, 24))
    letters = {"workday": "w", "observed": "b", "holiday": "H", "ordinary": "."}
    assert "".join(letters[row.kind.value] for row in table) == "wbHHHHbbbb."
    assert all(row.name for row in table if row.off)
    assert table.on(date(2026, 2, 15)).name == "Chinese New Year's Eve"
    assert table.on(date(2026, 2, 23)).name == "Chinese New Year (Spring Festival)"


def test_statutory_days_of_a_year() -> None:
    """China has 13 statutory days a year from 2025 and 11 before."""
    for year, statutory in ((2024, 11), (2025, 13), (2026, 13)):
        table, _ = day_table("CN", "", (), date(year, 1, 1), date(year, 12, 31))
        assert sum(row.kind is DayKind.HOLIDAY for row in table) == statutory


def test_a_block_at_the_edge_of_the_table_is_seen_whole() -> None:
    """A table that ends on the Saturday of a block knows that the holiday before it makes the day observed."""
    saturday = date(2026, 6, 20)
    row = day_table("CN", "", (), saturday, saturday)[0].on(saturday)
    assert (row.kind, row.name) == (DayKind.OBSERVED, "Dragon Boat Festival")


def test_unknown_adjusted_days_are_said_loudly() -> None:
    """A year of China without announced swaps gives a note, unless the user has given its adjusted days."""
    first, last = date(2026, 12, 1), date(2027, 2, 28)
    note = Note("calendar_adjusted_days_unknown", (("country", "CN"), ("year", 2027)))
    assert day_table("CN", "", (), first, last)[1] == (note,)
    own = (SpecialDay(date(2027, 2, 13), "workday"), SpecialDay(date(2027, 2, 9), "holiday", "Spring Festival"))
    assert day_table("CN", "", own, first, last)[1] == ()
    assert day_table("CN", "", (), date(2014, 1, 1), date(2014, 1, 5))[1] == ()


def test_special_days_override_everything() -> None:
    """The user's row decides the kind, the name and the working flag of its day."""
    own = (
        SpecialDay(date(2026, 2, 17), "workday", "we work"),
        SpecialDay(date(2026, 2, 14), "ordinary"),
        SpecialDay(date(2026, 2, 11), "closed", "move"),
        SpecialDay(date(2026, 2, 12), "holiday", "founder's day"),
        SpecialDay(date(2026, 2, 28), "workday"),
        SpecialDay(date(2026, 3, 7), "workday"),
    )
    table, _ = day_table("CN", "", own, date(2026, 2, 1), date(2026, 3, 31))
    got = {row.date: (row.kind.value, row.name, row.works_as, row.working) for row in table}
    assert got[date(2026, 2, 17)] == ("workday", "we work", 1, True)
    assert got[date(2026, 2, 14)] == ("ordinary", "", 5, False)
    assert got[date(2026, 2, 11)] == ("closed", "move", 2, False)
    assert got[date(2026, 2, 12)] == ("holiday", "founder's day", 3, False)
    assert got[date(2026, 2, 28)] == ("workday", "", 0, True)
    assert got[date(2026, 3, 7)] == ("workday", "", 4, True)


def test_no_country_has_plain_weeks() -> None:
    """Without a country every day is ordinary and Monday to Friday are worked."""
    table, notes = day_table("", "", (), date(2026, 1, 1), date(2026, 1, 31))
    assert notes == ()
    assert all(row.kind is DayKind.ORDINARY and row.working == (row.date.weekday() < 5) for row in table)


def test_other_countries_observe() -> None:
    """4 July 2026 is a Saturday: the holiday is the Saturday, the Friday is observed, weekends stay ordinary."""
    table, _ = day_table("US", "", (), date(2026, 7, 1), date(2026, 7, 6))
    assert [row.kind.value for row in table] == ["ordinary", "ordinary", "observed", "holiday", "ordinary", "ordinary"]
    assert table.on(date(2026, 7, 3)).name == "Independence Day"


@pytest.mark.parametrize(
    ("country", "subdivision", "day", "name"),
    [
        ("GB", "ENG", date(2026, 4, 6), "Easter Monday"),
        ("DE", "BW", date(2026, 1, 6), "Epiphany"),
        ("us", "CA", date(2026, 3, 31), "Cesar Chavez Day"),
        ("JP", "", date(2026, 1, 12), "Coming of Age Day"),
    ],
)
def test_subdivisions_and_english_names(country: str, subdivision: str, day: date, name: str) -> None:
    """Holidays of a subdivision are found and names are stored in English whatever the country's language."""
    row = day_table(country, subdivision, (), day, day)[0].on(day)
    assert row.off
    assert row.name == name


def test_the_weekend_is_the_countrys_own() -> None:
    """Friday and Saturday are the weekend of Saudi Arabia."""
    table, _ = day_table("SA", "", (), date(2026, 5, 4), date(2026, 5, 10))
    assert [row.date.weekday() for row in table if not row.working] == [4, 5]


@pytest.mark.parametrize(
    ("country", "subdivision", "own", "word"),
    [
        ("XX", "", (), "XX"),  # no such country
        ("US", "ZZ", (), "US-ZZ"),  # no such subdivision
        ("US", "", (SpecialDay(date(2026, 1, 2), "party"),), "party"),  # no such kind of day
    ],
)
def test_wrong_settings_are_named(country: str, subdivision: str, own: tuple[SpecialDay, ...], word: str) -> None:
    """A country, subdivision or kind that is not known is refused with the value found."""
    with pytest.raises(SettingsError, match=word):
        day_table(country, subdivision, own, date(2026, 1, 1), date(2026, 1, 2))


def test_the_range_is_checked_and_whole() -> None:
    """The table holds exactly the days asked for, and a range turned round is refused."""
    first = date(2025, 12, 25)
    table, _ = day_table("CN", "", (), first, first + timedelta(days=400))
    assert (len(table), table.days[0].date) == (401, first)
    with pytest.raises(ValueError, match="before"):
        day_table("CN", "", (), first, first - timedelta(days=1))


def test_categories_add_days_to_the_public_ones() -> None:
    """Optional holidays of Denmark are days off only where they are asked for; what a country lacks is refused."""
    eve = date(2026, 12, 31)
    plain, _ = day_table("DK", "", (), date(2026, 1, 1), eve)
    wider, _ = day_table("DK", "", (), date(2026, 1, 1), eve, categories=("optional",))
    assert "optional" in known_categories("DK", "")
    off, more = ({row.date for row in table if row.off} for table in (plain, wider))
    assert off < more
    with pytest.raises(SettingsError, match="lunar"):
        day_table("DK", "", (), eve, eve, categories=("lunar",))
