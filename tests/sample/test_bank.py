from datetime import date
from pathlib import Path

import numpy as np
import pytest

from staffing.errors import DataError, SettingsError
from staffing.files import read_centre
from staffing.sample import write_bank_centre

HEAD = "timestamp,calls\n"


def series_of_days(days: int = 10, calls: int = 100) -> str:
    lines = []
    for day in range(days):
        for minute in range(7 * 60, 21 * 60 + 5, 5):
            lines.append(f"2003-03-{3 + day:02d} {minute // 60:02d}:{minute % 60:02d},{calls}")
    return HEAD + "\n".join(lines) + "\n"


@pytest.mark.real_data
def test_real_series_becomes_a_centre(shared_data: Path, tmp_path: Path) -> None:
    """A quarter of the real calls, about 70 people, and the default week follows the last day of the series."""
    calls = shared_data / "calls" / "bank_calls_5min_2003.csv"
    write_bank_centre(tmp_path, calls)
    scenario = read_centre(tmp_path)
    assert 60 <= len(scenario.agents) <= 80
    assert scenario.next_week_start == date(2003, 10, 27)
    offered = scenario.history.row("phone")
    busy = offered[offered > 0]
    assert len(busy) == 164 * 28
    assert 280 < busy.mean() < 300
    memorial_day = (date(2003, 5, 26) - scenario.history.grid.first_day).days
    day = offered[scenario.history.grid.day_slice(memorial_day)]
    assert np.isnan(day[14:42]).all()


def test_thinning_is_seeded_and_keeps_the_share(tmp_path: Path) -> None:
    """The same seed gives the same bytes; the kept calls are close to the share; weekends are left out."""
    source = tmp_path / "calls.csv"
    source.write_text(series_of_days(), encoding="utf-8")
    for name, seed in (("a", 3), ("b", 3), ("c", 4)):
        write_bank_centre(tmp_path / name, source, share=0.25, seed=seed)
    texts = [(tmp_path / name / "history.csv").read_bytes() for name in "abc"]
    assert texts[0] == texts[1] != texts[2]
    counts = read_centre(tmp_path / "a").history.row("phone")
    busy = counts[counts > 0]
    assert len(busy) == 8 * 28
    assert busy.mean() == pytest.approx(150, rel=0.05)
    assert busy.std() > 5


def test_half_hour_with_a_missing_part_stays_unknown(tmp_path: Path) -> None:
    """A half hour of which five minutes are missing is left out, never undercounted."""
    source = tmp_path / "calls.csv"
    source.write_text(series_of_days().replace("2003-03-04 09:10,100\n", ""), encoding="utf-8")
    write_bank_centre(tmp_path / "bank", source, share=1.0)
    text = (tmp_path / "bank" / "history.csv").read_text(encoding="utf-8")
    assert "2003-03-04T09:00," not in text
    assert "2003-03-04T09:30,phone,600" in text


def test_more_calls_need_more_people(tmp_path: Path) -> None:
    """The number of agents grows with share and handle time, less than in proportion."""
    source = tmp_path / "calls.csv"
    source.write_text(series_of_days(), encoding="utf-8")
    write_bank_centre(tmp_path / "small", source, share=0.25)
    write_bank_centre(tmp_path / "large", source, share=1.0)
    small, large = (len(read_centre(tmp_path / name).agents) for name in ("small", "large"))
    assert 2 * small < large < 4 * small


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("when;how many\n2003-03-03 07:00;1\n", "missing_column"),
        (HEAD + "03/04/2003 07:00,1\n", "date_order"),
        (HEAD + "2003-03-03 07:03,1\n", "off_grid"),
        (HEAD + "2003-03-03 07:00,many\n", "not_a_number"),
        (HEAD + "2003-03-03 07:00,1.5\n", "wrong_type"),
        (HEAD + "2003-03-03 07:00,1\n2003-03-03 07:00,2\n", "duplicate_row"),
        (HEAD + "2003-03-08 07:00,1\n", "empty_file"),
    ],
)
def test_other_formats_are_refused(tmp_path: Path, text: str, code: str) -> None:
    """A file of another shape gives a named fault and leaves nothing behind."""
    source = tmp_path / "calls.csv"
    source.write_text(text, encoding="utf-8")
    with pytest.raises(DataError) as refused:
        write_bank_centre(tmp_path / "bank", source)
    assert code in {fault.code for fault in refused.value.faults}
    assert not (tmp_path / "bank").exists()


def test_settings_out_of_range_are_refused(tmp_path: Path) -> None:
    """A missing file, a share above 1 and a handle time of 0 are told as settings."""
    source = tmp_path / "calls.csv"
    with pytest.raises(SettingsError, match="is no file"):
        write_bank_centre(tmp_path / "bank", source)
    source.write_text(series_of_days(), encoding="utf-8")
    with pytest.raises(SettingsError, match="share"):
        write_bank_centre(tmp_path / "bank", source, share=1.5)
    with pytest.raises(SettingsError, match="aht_s"):
        write_bank_centre(tmp_path / "bank", source, aht_s=0)
