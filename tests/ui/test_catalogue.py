"""Every word on a page comes from the catalogue."""

import re

import pytest

from staffing.domain.calendar import DayKind
from staffing.domain.override import MEASURES
from staffing.domain.queue import PERIODS, DeadlineUnit
from staffing.i18n import catalogue
from staffing.store import JobState
from staffing.ui import app_file, palette
from staffing.ui.charts import DAY_KINDS, PLACES
from staffing.ui.components.roster_data import LABELS
from staffing.ui.facts.accuracy import FIGURES
from staffing.ui.facts.explained import FACTORS
from staffing.ui.facts.run_log import PHASES
from staffing.ui.facts.verdict import State
from staffing.ui.words import METHODS

TODAY = ("expected", "came", "rest_before", "rest_after", "change", "day_before", "day_after")
SOURCE = "\n".join(path.read_text(encoding="utf-8") for path in sorted(app_file().parent.rglob("*.py")))
COMPUTED = (
    *(f"canvas.{label}" for label in LABELS),
    *(f"legend.{token}" for token in palette.ACTIVITY),
    *(f"judge.{state}" for state in State),
    *(f"method.{name}" for name in METHODS),
    *(f"job.{state}" for state in JobState),
    *(f"phase.{phase}" for phase in (*PHASES, "search")),
    *(f"daykind.{kind}" for kind in DayKind),
    *(f"target.{unit}" for unit in DeadlineUnit),
    *(f"month.{month}" for month in range(1, 13)),
    *(f"why.{name}_short" for name in FACTORS),
    *(f"why.{kind}" for kind in ("level", "month", "season", "self_service", "guard", "rest", "layers", "total")),
    *(f"why.place_{place}" for place in ("off", "adjusted", "before", "after")),
    *(f"why.every_{period}" for period in PERIODS),
    *(f"layer.{measure}" for measure in MEASURES),
    *(f"effect.{name}" for name in ("event", "holiday", "eve", "after", "given", "learned", "unknown")),
    *(f"today.{name}" for name in ("other_day", "nothing", *TODAY)),
    *(f"accuracy.{name}" for name in ("better", "alike", "worse", *PLACES, *DAY_KINDS)),
    *(f"accuracy.{name}" for name in ("days_all", "days_ordinary", "days_special", "ahead_day", "ahead_week")),
    *(f"score.{name}{end}" for name in FIGURES if name != "contacts" for end in ("", "_help")),
)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_text_asked_for_exists(lang: str) -> None:
    """Each key written in the code, and each made from a code of the core, is in the catalogue."""
    written = re.findall(r"\bwords\(\s*\"([a-z0-9_.]+)\"", SOURCE)
    assert len(written) > 100
    assert {f"ui.{key}" for key in (*written, *COMPUTED)} - catalogue(lang).keys() == set()


def test_no_text_is_left_over() -> None:
    """Each of the app's texts is used by its key or by the stem of its key."""
    stems = set(re.findall(r"(?:words|self)\(\s*f[\"']([a-z_]+)\.", SOURCE))
    written = set(re.findall(r"[\"']([a-z0-9_]+\.[a-z0-9_]+)[\"']", SOURCE))
    mine = {key.removeprefix("ui.") for key in catalogue("en") if key.startswith("ui.")}
    ends = set(re.findall(r"words\(\s*f\"\{[a-z]+\}\.([a-z_]+)\"", SOURCE))
    unused = [k for k in mine if k not in written and k.split(".")[0] not in stems and k.split(".")[1] not in ends]
    assert unused == []


def test_nothing_is_said_past_the_catalogue() -> None:
    """No label, title or message is written into the code: a call that speaks starts with no string of letters."""
    calls = "title|header|subheader|caption|markdown|info|warning|error|success|button|metric|toggle|toast|text"
    assert re.findall(rf"\bst\.(?:{calls})\(\s*f?\"[A-Za-z]", SOURCE) == []
    assert "unsafe_allow_html" not in SOURCE
