"""Every word on a page comes from the catalogue."""

import re

import pytest

from staffing.domain.calendar import DayKind
from staffing.domain.queue import DeadlineUnit
from staffing.i18n import catalogue
from staffing.store import JobState
from staffing.ui import app_file, palette
from staffing.ui.components.roster_data import LABELS
from staffing.ui.facts.verdict import State
from staffing.ui.sections.runs import PHASES

SOURCE = "\n".join(path.read_text(encoding="utf-8") for path in sorted(app_file().parent.rglob("*.py")))
COMPUTED = (
    *(f"canvas.{label}" for label in LABELS),
    *(f"legend.{token}" for token in palette.ACTIVITY),
    *(f"judge.{state}" for state in State),
    *(f"job.{state}" for state in JobState),
    *(f"phase.{phase}" for phase in (*PHASES, "search")),
    *(f"daykind.{kind}" for kind in DayKind),
    *(f"target.{unit}" for unit in DeadlineUnit),
    *(f"month.{month}" for month in range(1, 13)),
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
