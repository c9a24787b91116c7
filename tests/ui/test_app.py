"""The shape of the app: what serve needs, thin pages, no request to anywhere else."""

import io
import tomllib
import zipfile
from pathlib import Path

import openpyxl
import pytest
from streamlit.testing.v1 import AppTest

from staffing import __version__
from staffing.ui import app_file
from staffing.ui.blocks import plain
from staffing.ui.exports import MIME, export_bytes
from staffing.ui.router import FOLDER, ICONS
from tests.plans import make_plan_value

HERE = app_file().parent


def test_the_settings_lie_beside_the_script(repository: Path) -> None:
    """Started from a checkout or from an installed package the app has the same safe settings."""
    options = tomllib.loads((HERE / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    outside = tomllib.loads((repository / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert options["browser"]["gatherUsageStats"] is False
    assert options["client"]["showErrorDetails"] == "none"
    assert options["runner"]["magicEnabled"] is False
    for part in ("browser", "client", "runner", "server"):
        assert options[part] == outside[part]


def test_pages_are_thin() -> None:
    """Each page in the navigation is a file of at most 80 lines, and no folder is called pages."""
    assert {path.stem for path in FOLDER.glob("*.py")} - {"__init__"} == set(ICONS)
    assert max(len(path.read_text(encoding="utf-8").splitlines()) for path in FOLDER.glob("*.py")) <= 80
    assert not (HERE / "pages").exists()


def test_nothing_is_fetched_from_elsewhere() -> None:
    """No script, style or page names an address outside."""
    files = [path for path in HERE.rglob("*") if path.suffix in (".py", ".js", ".css", ".toml")]
    assert [path.name for path in files if "http" in path.read_text(encoding="utf-8")] == []


def test_the_canvas_makes_no_markup_of_data() -> None:
    """The scripts write names with textContent or onto the canvas, never as HTML."""
    script = "".join(path.read_text(encoding="utf-8") for path in (HERE / "components").rglob("*.js"))
    for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("):
        assert word not in script


@pytest.mark.parametrize("text", ["<b>x</b>", "**x**", ":red[x]", "[x](javascript:1)", "a\nb", "$x$", "`x`"])
def test_data_in_a_sentence_is_no_markdown(text: str) -> None:
    """Every sign that Markdown reads is escaped."""
    shown = plain(text)
    assert "\n" not in shown
    for at, sign in enumerate(shown):
        if sign in "<>*[]()$`:":
            assert shown[at - 1] == "\\"


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_download_opens(tmp_path: Path, lang: str) -> None:
    """Workbook, report, calendars and csv are made on demand, once, and can be opened."""
    from staffing.files import write_plan

    plan = make_plan_value()
    write_plan(plan, tmp_path / "plan")
    names = [name for name in MIME if lang == "en" or name != "report.pdf"]

    def made(name: str) -> bytes:
        return export_bytes(name, plan, tmp_path / "plan", "d" * 64, lang, tmp_path / "home")

    files = {name: made(name) for name in names}
    kept = tmp_path / "home" / "exports" / f"{'d' * 16}-{lang}-{__version__}"
    assert {path.name for path in kept.iterdir()} == {*names} - {"roster.csv"}
    (kept / "report.html").write_bytes(b"<!kept")
    assert made("report.html") == b"<!kept"
    assert openpyxl.load_workbook(io.BytesIO(files["roster.xlsx"])).sheetnames
    assert zipfile.ZipFile(io.BytesIO(files["calendars.zip"])).namelist() == ["a0.ics", "a1.ics"]
    assert files["report.html"].startswith(b"<!")
    assert lang == "zh" or files["report.pdf"].startswith(b"%PDF")
    assert files["roster.csv"].startswith(b"agent,date")


def test_the_file_at_the_top_is_the_same_app(plan_folder: Path, repository: Path) -> None:
    """``streamlit run app.py`` opens what ``staffing serve`` opens."""
    app = AppTest.from_file(str(repository / "app.py"), default_timeout=60).run()
    assert not app.exception
    assert app.title[0].value == "Overview"
