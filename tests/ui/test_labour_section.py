"""Labour rules on the page Rules: chosen, shown with what they tighten, saved in centre.toml."""

from pathlib import Path

from staffing.files import read_centre
from staffing.i18n import text
from staffing.store import open_store
from staffing.ui.centre import point_at_centre
from tests.files.tiny_centre import write_tiny_centre
from tests.ui.opened import open_page


def test_presets_are_chosen_shown_and_saved(home: Path, tmp_path: Path) -> None:
    """The directive asks for 35 hours of weekly rest where 24 were stated; comments and other keys stay."""
    store = open_store(f"sqlite:///{home / 'staffing.db'}")
    folder = write_tiny_centre(tmp_path / "mine")
    point_at_centre(store, folder)
    before = (folder / "centre.toml").read_text(encoding="utf-8")
    app = open_page("rules", "zh")
    assert not app.exception
    assert app.button(key="labour_save").disabled
    app.multiselect(key="labour_presets").set_value(["eu"]).run()
    table = next(one.value for one in app.dataframe if text("ui.labour.column_key", "zh") in one.value.columns)
    rows = {row[0]: (row[1], row[2]) for row in table.to_numpy().tolist()}
    assert rows["rules: weekly_rest_h"] == ("24", "35")
    app.button(key="labour_save").click().run()
    assert not app.exception
    made = read_centre(folder).centre
    assert [law.id for law in made.rules.labour] == ["eu"]
    assert made.rules.weekly_rest_h == 24
    saved = (folder / "centre.toml").read_text(encoding="utf-8")
    assert saved.replace('labour_rules = ["eu"]\n', "") == before
    app.multiselect(key="labour_presets").set_value([]).run()
    app.button(key="labour_save").click().run()
    assert (folder / "centre.toml").read_text(encoding="utf-8") == before
