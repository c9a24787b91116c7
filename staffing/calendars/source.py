"""What the holidays package knows of a country, as plain values. The only importer of holidays."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Protocol, cast

from staffing.errors import SettingsError

OBSERVED_MARK = "(observed)"
SUBSTITUTED_MARK = "substituted from "
ESTIMATED_MARK = "(estimated)"
PUBLIC = "public"
ENGLISH, CHINESE = "en_US", "zh_CN"
NAMED_YEARS = range(2010, 2036)
"""Years whose holidays are looked through for their names."""
NO_SWAPS_KNOWN_AFTER = 2014
"""Years of China after this one without an adjusted workday are not announced yet, or not known to the package."""


@dataclass(frozen=True, slots=True)
class CountryDays:
    """Days of a country over some years.

    Attributes
    ----------
    off : dict of date to (name, statutory)
        Public days off; `statutory` is False for observed and substituted ones.
    adjusted : dict of date to int
        Weekend days that are worked, with the weekday (Monday 0) whose pattern they follow.
    weekend : frozenset of date
        Weekend days by the country's own weekend.
    unknown_years : tuple of int
        Years whose adjusted workdays have not been announced.
    estimated : tuple of date
        Days off whose date is only estimated.
    """

    off: dict[date, tuple[str, bool]]
    adjusted: dict[date, int]
    weekend: frozenset[date]
    unknown_years: tuple[int, ...] = ()
    estimated: tuple[date, ...] = ()


class _Package(Protocol):
    """The part of `holidays.HolidayBase` that is used here."""

    supported_languages: tuple[str, ...]
    supported_categories: tuple[str, ...]
    weekend_workdays: set[date]

    def items(self) -> list[tuple[date, str]]: ...

    def is_weekend(self, key: date) -> bool: ...


def country_days(country: str, subdivision: str, days: tuple[date, ...], categories: Sequence[str] = ()) -> CountryDays:
    """Days off, adjusted workdays and weekends among the years of `days`.

    Names are English where the package has them in English. Without a country there are only
    Saturdays and Sundays. `categories` adds days to the public ones, such as ``bank`` or ``school``.

    Raises
    ------
    SettingsError
        When the package does not know the country, the subdivision or a category of them.
    """
    if not country:
        return CountryDays({}, {}, frozenset(day for day in days if day.weekday() >= 5))
    years = range(days[0].year - 1, days[-1].year + 2)
    package = _load(country, subdivision, years, categories)
    off, swaps = {}, {}
    for day, name in package.items():
        off[day] = (_plain(name), OBSERVED_MARK not in name and SUBSTITUTED_MARK not in name)
        if SUBSTITUTED_MARK in name:
            swaps[_swapped(name)] = day.weekday()
    adjusted = {day: swaps.get(day, nearest_weekday(day)) for day in package.weekend_workdays}
    wanted = {day.year for day in days}
    unknown: tuple[int, ...] = ()
    if country.upper() == "CN":
        known = {day.year for day in package.weekend_workdays}
        unknown = tuple(sorted(year for year in wanted - known if year > NO_SWAPS_KNOWN_AFTER))
    estimated = tuple(sorted(day for day, name in package.items() if ESTIMATED_MARK in name and day.year in wanted))
    weekend = frozenset(day for day in days if package.is_weekend(day))
    return CountryDays(off, adjusted, weekend, unknown, estimated)


def nearest_weekday(day: date) -> int:
    """Weekday that a worked weekend day follows when nothing says which day it replaces."""
    return {5: 4, 6: 0}.get(day.weekday(), day.weekday())


def known_categories(country: str, subdivision: str) -> tuple[str, ...]:
    """Categories of days off that a known country and subdivision have."""
    import holidays

    plain = cast(_Package, holidays.country_holidays(country.upper(), subdiv=subdivision or None))
    return tuple(sorted(str(name) for name in plain.supported_categories))


def holiday_name(name: str, country: str, lang: str) -> str:
    """A holiday's name, as the day table has it, for those who read Chinese; unchanged where it has none.

    Examples
    --------
    >>> holiday_name("Dragon Boat Festival", "CN", "zh"), holiday_name("Dragon Boat Festival", "CN", "en")
    ('端午节', 'Dragon Boat Festival')
    >>> holiday_name("Our own day", "CN", "zh")
    'Our own day'
    """
    return _chinese(country.upper()).get(name, name) if lang == "zh" and country and name else name


@lru_cache(maxsize=8)
def _chinese(country: str) -> Mapping[str, str]:
    """Chinese names of a country's holidays by their English ones: both are names of the same days."""
    import holidays

    try:
        plain = cast(_Package, holidays.country_holidays(country))
    except NotImplementedError:
        return {}
    if not {ENGLISH, CHINESE}.issubset(plain.supported_languages):
        return {}
    english, chinese = (
        dict(cast(_Package, holidays.country_holidays(country, years=NAMED_YEARS, language=language)).items())
        for language in (ENGLISH, CHINESE)
    )
    marks = (OBSERVED_MARK, ESTIMATED_MARK, SUBSTITUTED_MARK)
    return {name: chinese[day] for day, name in english.items() if not any(mark in name for mark in marks)}


def _load(country: str, subdivision: str, years: range, categories: Sequence[str]) -> _Package:
    import holidays

    try:
        plain = cast(_Package, holidays.country_holidays(country.upper(), subdiv=subdivision or None))
        english = [language for language in plain.supported_languages if language.startswith("en")]
        language = "en_US" if "en_US" in english else next(iter(english), None)
        unknown = [name for name in categories if name not in plain.supported_categories]
        if unknown:
            known = ", ".join(sorted(plain.supported_categories))
            raise SettingsError(f"holiday category {unknown[0]!r} is not known of {country}; expected some of {known}")
        loaded = holidays.country_holidays(
            country.upper(),
            subdiv=subdivision or None,
            years=years,
            language=language,
            observed=True,
            categories=tuple({PUBLIC, *categories} & set(plain.supported_categories)),
        )
    except NotImplementedError as error:
        place = f"{country}-{subdivision}" if subdivision else country
        raise SettingsError(
            f"country {place!r} has no public holiday calendar: {error}; expected an ISO 3166 code such as 'CN' or "
            "'US' with one of its subdivisions, or no country and the days in special_days.csv"
        ) from None
    return cast(_Package, loaded)


def _plain(name: str) -> str:
    """The holiday's name without markers; substituted days have none of their own."""
    if SUBSTITUTED_MARK in name:
        return ""
    return name.replace(OBSERVED_MARK, "").replace("  ", " ").strip()


def _swapped(name: str) -> date:
    text = name.partition(SUBSTITUTED_MARK)[2].split(")")[0].strip()
    return datetime.strptime(text, "%m/%d/%Y").date()
