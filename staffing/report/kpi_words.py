"""Figures of the KPI book in words and rows, for commands, pages and files."""

from collections.abc import Sequence
from dataclasses import dataclass

from staffing.i18n import text
from staffing.measures.kpi import UNKNOWN, Figure, KpiBook, KpiSheet, Measure, Score, Unit, change, verdict

NOTHING = "–"


@dataclass(frozen=True, slots=True)
class KpiLine:
    """One measure in one group, ready to be read; `verdict` and `change` are codes, `judged` and `changed` their words.

    `before` is the value of the period before, empty where the sheet compares with none.
    """

    code: str
    name: str
    value: str
    range: str
    target: str
    verdict: str
    judged: str
    sample: int
    formula: str
    trend: tuple[float | None, ...]
    before: str = ""
    change: str = ""
    changed: str = ""


@dataclass(frozen=True, slots=True)
class CardLine:
    """One team of the scorecard, ready to be read."""

    team: str
    score: str
    range: str
    place: str


def kpi_lines(sheet: KpiSheet, lang: str, group: str | None = None, book: KpiBook | None = None) -> tuple[KpiLine, ...]:
    """Every measure of a group of a book (the sheet's first, unless another is given), or of the total."""
    mine = sheet.book if book is None else book
    then = None if group is not None else sheet.before
    return tuple(
        kpi_line(
            sheet,
            measure,
            mine.figure(measure.code, group),
            lang,
            None if then is None else then.figure(measure.code),
        )
        for measure in mine.measures
    )


def kpi_line(sheet: KpiSheet, measure: Measure, figure: Figure, lang: str, then: Figure | None = None) -> KpiLine:
    """One figure with its target, what it was in the period before, and what is to be said of both."""
    target, currency = sheet.goals.targets.get(measure.code), sheet.book.currency
    found = verdict(measure, figure, target)
    judged = text(f"kpi.verdict.{found}", lang) if found else ""
    if figure.state == "few":
        judged = text("kpi.few", lang)
    moved = "" if then is None else change(measure, figure, then)
    return KpiLine(
        code=measure.code,
        name=text(measure.name_key, lang),
        value=value_words(measure, figure.value, currency, lang),
        range=range_words(measure, figure, currency, lang),
        target=NOTHING if target is None else value_words(measure, target, currency, lang),
        verdict=found,
        judged=judged,
        sample=figure.sample,
        formula=text(measure.formula_key, lang),
        trend=figure.trend,
        before="" if then is None else value_words(measure, then.value, currency, lang),
        change=moved,
        changed=text(f"kpi.change.{moved}", lang) if moved else "",
    )


def value_words(measure: Measure, value: float | None, currency: str, lang: str) -> str:
    """A value with its unit; words where there is none."""
    if value is None:
        return text("kpi.no_data", lang)
    if measure.unit is Unit.SHARE:
        return f"{value:.1%}"
    if measure.unit is Unit.COUNT:
        return f"{value:,.0f}"
    if measure.unit is Unit.POINTS:
        return f"{value:.1f}" if measure.scale > 1 else f"{value:.2f}"
    if measure.unit is Unit.MONEY:
        return f"{value:,.2f} {currency}".rstrip()
    return text(f"kpi.unit.{measure.unit}", lang, value=f"{value:,.1f}")


def range_words(measure: Measure, figure: Figure, currency: str, lang: str) -> str:
    """The 95 % interval."""
    if figure.low is None or figure.high is None:
        return NOTHING
    low, high = (value_words(measure, edge, currency, lang) for edge in (figure.low, figure.high))
    return f"{low} – {high}"


def group_words(group: str, lang: str) -> str:
    """Name of a group: rows that name no queue or team are those of nobody."""
    return text("kpi.unassigned", lang) if group == UNKNOWN else group


def period_words(sheet: KpiSheet, lang: str) -> str:
    """The period and its grouping."""
    book = sheet.book
    return text("kpi.period", lang, first=book.first, last=book.last, by=text(f"kpi.by.{book.by}", lang))


def before_words(sheet: KpiSheet, lang: str) -> str:
    """The period that the sheet compares with; empty where there is none."""
    if sheet.before is None:
        return ""
    return text("kpi.period_before", lang, first=sheet.before.first, last=sheet.before.last)


def card_lines(sheet: KpiSheet, lang: str) -> tuple[CardLine, ...]:
    """The scorecard in words; empty where there is none."""
    if sheet.card is None:
        return ()
    return tuple(
        CardLine(
            score.team,
            NOTHING if score.score is None else f"{score.score:.0f}",
            NOTHING if score.low is None or score.high is None else f"{score.low:.0f} – {score.high:.0f}",
            place_words(score, sheet.goals.min_people, lang),
        )
        for score in sheet.card.scores
    )


def place_words(score: Score, least: int, lang: str) -> str:
    """The place of a team as far as the data tell, or why it has none."""
    if score.state == "small":
        return text("kpi.card.small", lang, least=least)
    if score.state == "thin":
        return text("kpi.card.thin", lang, missing=measure_names(score.missing, lang))
    if score.best is None:
        return text("kpi.card.alone", lang)
    if score.is_distinct:
        return text("kpi.card.place", lang, place=score.best)
    return text("kpi.card.open", lang, best=score.best, worst=score.worst)


def measure_names(codes: Sequence[str], lang: str) -> str:
    """Names of measures, joined."""
    return ("、" if lang == "zh" else ", ").join(text(f"kpi.{code}", lang) for code in codes)


def dropped_words(sheet: KpiSheet, lang: str) -> str:
    """The weighed measures that no team has enough data for; empty where there are none."""
    if sheet.card is None or not sheet.card.dropped:
        return ""
    return text("kpi.card.dropped", lang, missing=measure_names(sheet.card.dropped, lang))
