from pathlib import Path

import pytest

from staffing.errors import SettingsError
from staffing.settings import load_settings


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SHARED_DATA", "HOME", "DB_URL", "LANG", "WORKERS", "LOG_LEVEL"):
        monkeypatch.delenv(f"STAFFING_{name}", raising=False)


def test_defaults() -> None:
    """Without any variable everything has a sensible value."""
    settings = load_settings()
    assert settings.shared_data == Path("../shared/data")
    assert settings.home.name == ".staffing"
    assert settings.db_url == f"sqlite:///{settings.home / 'staffing.db'}"
    assert (settings.lang, settings.log_level) == ("en", "WARNING")
    assert settings.workers >= 1


def test_the_environment_wins_over_defaults_and_arguments_over_both(monkeypatch: pytest.MonkeyPatch) -> None:
    """STAFFING_ variables are read, an empty one counts as unset, and the database follows the home folder."""
    monkeypatch.setenv("STAFFING_HOME", "elsewhere")
    monkeypatch.setenv("STAFFING_WORKERS", "3")
    monkeypatch.setenv("STAFFING_LOG_LEVEL", "info")
    monkeypatch.setenv("STAFFING_LANG", "")
    settings = load_settings(workers=2)
    assert settings.db_url == "sqlite:///elsewhere/staffing.db"
    assert (settings.workers, settings.log_level, settings.lang) == (2, "INFO", "en")


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [("WORKERS", "many", "integer"), ("WORKERS", "0", "greater than or equal to 1"), ("LANG", "fr", "'en' or 'zh'")],
)
def test_a_wrong_value_gets_one_clear_line(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, expected: str
) -> None:
    """The line names the variable, its value and what would be right."""
    monkeypatch.setenv(f"STAFFING_{name}", value)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    message = str(caught.value)
    assert f"STAFFING_{name} is {value!r}" in message
    assert expected in message
    assert "\n" not in message
