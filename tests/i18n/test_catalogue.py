"""The catalogue speaks both languages completely."""

import re
from pathlib import Path
from string import Formatter

import pytest

from staffing.audit import RULES, roster_cost
from staffing.domain.queue import Channel
from staffing.domain.result import Status, StopReason
from staffing.domain.roster import ACTIVITIES
from staffing.i18n import catalogue, note_text, text
from tests.plans import make_plan_value

PACKAGE = Path(__file__).parents[2] / "staffing"


def fields(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}


def test_both_languages_have_the_same_keys_and_placeholders():
    """Every text exists in both languages with the same parameters."""
    english, chinese = catalogue("en"), catalogue("zh")
    assert english.keys() == chinese.keys()
    assert {key: fields(value) for key, value in english.items()} == {
        key: fields(value) for key, value in chinese.items()
    }


def test_no_chinese_text_is_an_untranslated_copy():
    """Sentences of several English words differ between the languages."""
    english, chinese = catalogue("en"), catalogue("zh")
    assert [key for key, value in english.items() if " " in value.strip() and chinese[key] == value] == []


def test_emphasis_closes_where_markdown_lets_it():
    """Behind a mark of punctuation two stars close only before a blank or another mark; Chinese has no blanks."""
    found = [
        (lang, key)
        for lang in ("en", "zh")
        for key, value in catalogue(lang).items()
        for number, part in enumerate(re.finditer(r"\*\*", value))
        if number % 2 and re.match(r"[^\w\s}]\*\*[\w{]", value[part.start() - 1 : part.end() + 1])
    ]
    assert found == []


def test_an_unknown_key_shows_itself_with_its_numbers():
    """A code without a text is never hidden."""
    assert text("no.such.key", "zh", hours=3) == "no.such.key (hours=3)"
    assert note_text("no_such_note", (("hours", 0.123456),), "en") == "note.no_such_note (hours=0.123)"


def test_an_unknown_language_is_refused():
    """Only the catalogued languages can be asked for."""
    with pytest.raises(KeyError, match="fr"):
        catalogue("fr")


def test_every_code_the_core_returns_has_a_text():
    """Rules, cost components, statuses, activities and channels are all in the catalogue."""
    plan = make_plan_value()
    components = roster_cost(plan.problem, plan.roster).components
    keys = [
        *(f"rule.{name}" for name in RULES),
        *(f"cost.{name}" for name in components),
        *(f"status.{status}" for status in Status),
        *(f"stop.{reason}" for reason in StopReason),
        *(f"activity.{kind}" for kind in ACTIVITIES),
        *(f"channel.{channel}" for channel in Channel),
    ]
    assert [key for key in keys if key not in catalogue("en")] == []


def test_every_note_has_a_text():
    """Each code given to a Note anywhere in the package is in the catalogue, and no text is left over."""
    source = "\n".join(path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py"))
    codes = set(re.findall(r'\bNote\(\s*"([a-z0-9_]+)"', source))
    texts = {key.removeprefix("note.") for key in catalogue("en") if key.startswith("note.")}
    assert codes == texts


def test_numbers_in_notes_are_readable():
    """Shares are percent, large numbers whole."""
    shown = note_text("contacts_outside_hours", (("queue", "a"), ("contacts", 11194.1), ("share", 0.0312)), "en")
    assert shown == "a: 11,194 contacts (3.1%) of the history lie outside the opening hours."


def test_a_note_may_carry_any_parameter():
    """A parameter called like an argument of the catalogue is still only data."""
    assert note_text("column_ignored", (("file", "a.csv"), ("column", "key"), ("key", 1)), "en").startswith("a.csv")
