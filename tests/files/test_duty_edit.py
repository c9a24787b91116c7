"""A duty taken out of a centre: its table and its name in agents.csv go, everything else stays as written."""

from pathlib import Path

import pytest

from staffing.errors import SettingsError
from staffing.files import read_centre
from staffing.files.duty_edit import agreed_to, duty_ids, without_duty
from staffing.files.rule_values import set_rules
from staffing.files.toml_edit import remove_item
from tests.files.tiny_centre import write_tiny_centre

DUTIES = """
# nights
[[on_call]]
id = "night"
start = "18:00"
end = "08:00"
dates = [
  2026-01-06,  # a bridge day
]

# weekends, paid better
[[on_call]]
id = "weekend"
start = "08:00"
end = "18:00"

[on_call_rules]
gap_days = 1  # ours
"""


def with_duties(folder: Path) -> Path:
    """The tiny centre with two duties; the first person has agreed to both."""
    write_tiny_centre(folder)
    toml, people = folder / "centre.toml", folder / "agents.csv"
    toml.write_text(toml.read_text(encoding="utf-8") + DUTIES, encoding="utf-8")
    head, first, *rest = people.read_text(encoding="utf-8").splitlines()
    told = [f"{head},on_call", f"{first},night; weekend", *(f"{row}," for row in rest)]
    people.write_text("\n".join(told) + "\n", encoding="utf-8")
    return folder


def test_table_and_consent_go_together(tmp_path: Path) -> None:
    """The centre that is left is right as a whole; comments and the other duty stand as they stood."""
    folder = with_duties(tmp_path / "centre")
    assert duty_ids((folder / "centre.toml").read_text(encoding="utf-8")) == ["night", "weekend"]
    found = without_duty(folder, "night")
    assert found.agreed == agreed_to(folder, "night") == (read_centre(folder).agents[0].id,)
    assert set(found.changes) == {"centre.toml", "agents.csv"}
    for name, data in found.changes.items():
        (folder / name).write_bytes(data)
    scenario = read_centre(folder)
    assert [duty.id for duty in scenario.centre.on_call] == ["weekend"]
    assert scenario.agents[0].on_call == ("weekend",)
    left = (folder / "centre.toml").read_text(encoding="utf-8")
    assert "\n# nights\n\n# weekends, paid better\n[[on_call]]\n" in left
    assert left.endswith("gap_days = 1  # ours\n")
    assert "bridge" not in left


def test_nobody_agreed_changes_no_person(tmp_path: Path) -> None:
    """Only centre.toml is written then."""
    folder = with_duties(tmp_path / "centre")
    (folder / "agents.csv").write_bytes((write_tiny_centre(tmp_path / "plain") / "agents.csv").read_bytes())
    assert set(without_duty(folder, "weekend").changes) == {"centre.toml"}


def test_what_is_not_there_is_told(tmp_path: Path) -> None:
    """An unknown duty, a folder without a centre, an inline list."""
    folder = with_duties(tmp_path / "centre")
    with pytest.raises(SettingsError, match=r"'nite'.*night"):
        without_duty(folder, "nite")
    with pytest.raises(SettingsError, match="expected a folder"):
        without_duty(tmp_path / "none", "night")
    with pytest.raises(ValueError, match="lines of its own"):
        remove_item('on_call = [{ id = "a" }]\n', "on_call", 0)
    with pytest.raises(ValueError, match="number is 2"):
        remove_item(DUTIES, "on_call", 2)


def test_a_file_of_another_encoding_is_told(tmp_path: Path) -> None:
    """By the two that change one thing of it, each in a line."""
    folder = with_duties(tmp_path / "centre")
    toml = folder / "centre.toml"
    toml.write_bytes(toml.read_bytes() + b"# caf\xe9\n")
    with pytest.raises(SettingsError, match=r"centre\.toml.*0xe9"):
        without_duty(folder, "night")
    with pytest.raises(SettingsError, match=r"centre\.toml.*0xe9"):
        set_rules(folder, ["rules.rest_h=12"])
