import re
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from staffing.domain.centre import Scenario
from staffing.domain.queue import AnswerTarget, DeadlineTarget, DeadlineUnit
from staffing.errors import DataError
from staffing.files import read_centre
from tests.files.tiny_centre import AGENTS, TOML, history, tiny_files, write_tiny_centre

SMALLEST = """\
name = "Bank"
timezone = "America/New_York"
interval_min = 30
[[queue]]
id = "phone"
channel = "phone"
target = { service_level = 0.8, answer_within_s = 20 }
patience_s = 180
"""


def smallest(folder: Path, rows: list[str], toml: str = SMALLEST) -> Scenario:
    (folder / "centre.toml").write_text(toml, encoding="utf-8")
    (folder / "history.csv").write_text("start,queue,offered\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return read_centre(folder, people=False)


def week(first: str = "2026-01-05", days: int = 14, slots: range = range(16, 32)) -> list[str]:
    start = np.datetime64(first)
    return [
        f"{start + day}T{slot // 2:02d}:{30 * (slot % 2):02d},phone,{5 + slot % 3}"
        for day in range(days)
        if (start + day).astype(object).weekday() < 5
        for slot in slots
    ]


def codes(scenario: Scenario) -> set[str]:
    return {note.code for note in scenario.notes}


def test_reasons_of_absence_are_read(tmp_path: Path) -> None:
    """Rows keep their order; dates may be TOML dates or text, hours are written as opening hours."""
    folder = write_tiny_centre(tmp_path)
    rows = """
[[shrinkage_reason]]
name = "sick"
share = 0.03
queues = ["phone"]
start = 2026-02-09
end = "2026-02-22"
hours = { mon_fri = "08:00-10:00" }

[[shrinkage_reason]]
name = "leave"
planned = true
share = 0.12
"""
    path = folder / "centre.toml"
    path.write_text(path.read_text(encoding="utf-8") + rows, encoding="utf-8")
    sick, leave = read_centre(folder).centre.shrinkage
    assert (sick.name, sick.share, sick.planned, sick.queues) == ("sick", 0.03, False, ("phone",))
    assert (sick.start, sick.end) == (date(2026, 2, 9), date(2026, 2, 22))
    assert sick.hours is not None
    assert sick.hours.weekday[0] == ((480, 600),)
    assert (leave.planned, leave.queues, leave.start, leave.hours) == (True, (), None, None)


def test_the_tiny_centre_is_read_whole(tmp_path: Path) -> None:
    """Every file of the folder ends up in the scenario, and nothing is left to remark."""
    scenario = read_centre(write_tiny_centre(tmp_path))
    centre = scenario.centre
    assert scenario.notes == ()
    assert centre.queue("phone").target == AnswerTarget(0.8, 20.0)
    assert centre.queue("mail").target == DeadlineTarget(2.0, DeadlineUnit.WORKING_HOURS, 0.9)
    assert centre.queue("phone").unplanned_shrinkage == 0.05
    assert centre.queue("phone").hours.weekday[0] == ((480, 960),)
    assert centre.queue("phone").hours.weekday[5:] == ((), ())
    assert centre.shifts[0].starts_min == (480, 510)
    assert centre.shifts[0].weekdays == (0, 1, 2, 3, 4)
    assert not centre.breaks[0].paid
    assert centre.contracts[0].shifts == ("day",)
    assert [agent.id for agent in scenario.agents] == ["a1", "a2", "a3", "a4"]
    assert scenario.agents[0].skills[1].proficiency == 0.9
    berlin = ZoneInfo("Europe/Berlin")
    assert scenario.time_off[0].end == datetime(2026, 2, 4, tzinfo=berlin), "a bare end date includes that day"
    assert scenario.wishes[1].minute == 510
    assert scenario.events[0].factor == 1.35
    assert scenario.special_days[0].date == date(2026, 1, 1)
    assert scenario.carry_in[0].start == datetime(2026, 1, 30, 8, tzinfo=berlin)
    assert scenario.next_week_start == date(2026, 2, 2)
    grid = scenario.history.grid
    assert (grid.first_day, grid.days, scenario.history.queues) == (date(2026, 1, 5), 26, ("phone", "mail"))
    assert scenario.history.row("phone")[16] == 8
    assert np.isnan(scenario.history.aht_s[0, 0])
    assert scenario.history.row("phone")[0] == 0, "closed time without a row holds zero"


def test_the_smallest_centre_works(tmp_path: Path) -> None:
    """Eight lines and three columns are enough for a forecast; what is assumed is told."""
    scenario = smallest(tmp_path, week())
    queue = scenario.centre.queues[0]
    assert queue.hours.weekday == (((480, 960),),) * 5 + ((), ())
    assert queue.aht_s == 300
    assert scenario.centre.slot_min == 15
    assert codes(scenario) == {"hours_derived", "aht_assumed"}


def test_without_people_their_files_are_not_looked_at(tmp_path: Path) -> None:
    """Forecast and requirement do not fail for a fault in a file that they do not need."""
    write_tiny_centre(tmp_path, agents_csv="nonsense", wishes_csv="")
    assert read_centre(tmp_path, people=False).agents == ()
    with pytest.raises(DataError):
        read_centre(tmp_path)


@pytest.mark.parametrize(
    "encode",
    [
        lambda text: text.encode("utf-8-sig"),
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: text.encode("utf-16"),
        lambda text: ("sep=,\n" + text).encode(),
        lambda text: text.replace(";", "|").replace(",", ";").encode(),
        lambda text: text.replace(";", "|").replace(",", ";").replace(".", ",").encode(),
        lambda text: text.replace(",", "\t").replace(".", ",").encode(),
        lambda text: re.sub(r"([^,\n]+)", r'"\1"', text).encode(),
        lambda text: text.replace("\n", "\n\n").encode(),
        lambda text: (text.partition("\n")[0].upper() + "\n" + text.partition("\n")[2]).encode(),
    ],
    ids=["bom", "crlf", "utf16", "sep", "semicolon", "decimal comma", "tab", "quoted", "blank lines", "header case"],
)
def test_files_as_spreadsheets_write_them(tmp_path: Path, encode) -> None:  # type: ignore[no-untyped-def]
    """Byte-order marks, separators, decimal commas, quotes and blank lines do not change what is read."""
    good = read_centre(write_tiny_centre(tmp_path / "good"))
    write_tiny_centre(tmp_path / "other")
    for name in ("agents.csv", "time_off.csv", "events.csv"):
        text = tiny_files()[name]
        (tmp_path / "other" / name).write_bytes(encode(text))
    (tmp_path / "other" / "history.csv").write_bytes(encode(history()))
    other = read_centre(tmp_path / "other")
    assert other.agents == good.agents
    assert other.time_off == good.time_off
    assert other.events == good.events
    assert np.array_equal(other.history.offered, good.history.offered)


def test_the_digest_names_the_input(tmp_path: Path) -> None:
    """Line ends do not change the digest; any other change in any file does."""
    one = read_centre(write_tiny_centre(tmp_path / "a")).digest
    crlf = write_tiny_centre(tmp_path / "b", agents_csv=AGENTS.replace("\n", "\r\n"))
    assert read_centre(crlf).digest == one
    assert read_centre(write_tiny_centre(tmp_path / "c", agents_csv=AGENTS.replace("Ana", "Ann"))).digest != one
    assert len(one) == 64


def test_absent_days_are_unknown_not_zero(tmp_path: Path) -> None:
    """A whole open day without rows is NaN, counted in a note, and no fault."""
    rows = [row for row in week() if not row.startswith("2026-01-07")]
    scenario = smallest(tmp_path, rows, SMALLEST + 'aht_s = 200\nhours = { mon_fri = ["08:00-16:00"] }\n')
    day = scenario.history.grid.day_slice(2)
    assert np.isnan(scenario.history.offered[0, day][16:32]).all()
    assert (scenario.history.offered[0, day][:16] == 0).all()
    (note,) = scenario.notes
    assert (note.code, dict(note.params)) == ("days_unknown", {"queue": "phone", "days": 1.0, "first": "2026-01-07"})


def test_absent_and_blank_slots_are_unknown_not_zero(tmp_path: Path) -> None:
    """A hole inside a reported day and a blank cell are NaN and counted in a note."""
    rows = week()
    rows[5] = rows[5].rsplit(",", 1)[0] + ","
    scenario = smallest(tmp_path, rows[:3] + rows[4:], SMALLEST + "aht_s = 200\n")
    assert np.isnan(scenario.history.offered[0, [19, 21]]).all()
    assert np.isnan(scenario.history.offered[0, 16:32]).sum() == 2
    assert ("slots", 2.0) in dict.fromkeys(p for note in scenario.notes for p in note.params)


def test_hours_wider_than_the_history_are_no_fault(tmp_path: Path) -> None:
    """Opening earlier than ever before is a plan, not a hole in the file: unknown, with a note."""
    scenario = smallest(tmp_path, week(), SMALLEST + 'aht_s = 200\nhours = { mon_fri = ["06:00-16:00"] }\n')
    assert np.isnan(scenario.history.offered[0, 12:16]).all()
    assert codes(scenario) == {"slots_unknown"}


def test_contacts_outside_the_hours_are_kept_and_told(tmp_path: Path) -> None:
    """History outside the given hours is not thrown away."""
    scenario = smallest(tmp_path, week(), SMALLEST + 'aht_s = 200\nhours = { mon_fri = ["09:00-16:00"] }\n')
    assert scenario.history.offered[0, 16] == 6
    assert codes(scenario) == {"contacts_outside_hours"}


def test_both_passes_of_the_repeated_hour_are_told_apart(tmp_path: Path) -> None:
    """Wall clocks that occur twice are right when both are there in order, in hour blocks or pairs; offsets always."""
    sunday = [f"2025-11-02T{h:02d}:{m:02d}" for h in range(24) for m in (0, 30)]
    blocks = sunday[:4] + sunday[2:4] + sunday[4:]
    pairs = [*sunday[:3], sunday[2], sunday[3], sunday[3], *sunday[4:]]
    offsets = [*(s + "-04:00" for s in sunday[:4]), *(s + "-05:00" for s in sunday[2:])]
    utc = [f"{np.datetime64('2025-11-02T04:00') + 30 * k}Z" for k in range(50)]
    for starts in (blocks, offsets, utc):
        scenario = smallest(tmp_path, [f"{s},phone,{k}" for k, s in enumerate(starts)])
        assert scenario.history.offered[0].tolist() == list(range(50))
    scenario = smallest(tmp_path, [f"{s},phone,{k}" for k, s in enumerate(pairs)])
    assert scenario.history.offered[0, 2:6].tolist() == [2, 4, 3, 5]
    with pytest.raises(DataError) as caught:
        smallest(tmp_path, [f"{s},phone,{k}" for k, s in enumerate(reversed(blocks))])
    assert {fault.code for fault in caught.value.faults} == {"ambiguous_time"}


def test_rows_may_come_in_any_order(tmp_path: Path) -> None:
    """Order does not matter where clocks are plain."""
    one = smallest(tmp_path, week())
    other = smallest(tmp_path, week()[::-1])
    assert np.array_equal(one.history.offered, other.history.offered)


def test_a_daily_centre_for_forecasts_only(tmp_path: Path) -> None:
    """A history of one row a day is read on a daily grid, weekdays open as they had contacts."""
    rows = [f"{np.datetime64('2026-01-05') + d},phone,{90 + d}" for d in range(28) if d % 7 < 6]
    scenario = smallest(tmp_path, rows, SMALLEST.replace("interval_min = 30", "interval_min = 1440"))
    assert scenario.history.grid.n == 27
    assert scenario.history.offered[0, 6] == 0
    assert scenario.history.offered[0, 7] == 97
    assert scenario.centre.queues[0].hours.weekday[5:] == (((0, 1440),), ())


def test_hours_of_days_off_are_derived_apart(tmp_path: Path) -> None:
    """A public holiday with other hours in the history gives the holiday hours, and leaves its weekday's alone."""
    rows = [row for row in week("2025-12-15", 28) if not row.startswith("2025-12-25")]
    rows += [f"2025-12-25T{h}:{m},phone,3" for h in (10, 11) for m in ("00", "30")]
    scenario = smallest(tmp_path, rows, SMALLEST.replace("[[queue]]", 'country = "US"\n[[queue]]', 1))
    hours = scenario.centre.queues[0].hours
    assert hours.weekday[3] == ((480, 960),)
    assert hours.holiday != ()


def test_derived_work_takes_its_hours_from_its_source(tmp_path: Path) -> None:
    """A queue without history and hours opens with the queue its work comes from."""
    toml = SMALLEST + (
        '[[queue]]\nid = "tier2"\nchannel = "ticket"\naht_s = 900\nsource = { queue = "phone", share = 0.1 }\n'
        'target = { deadline = "3 working days" }\n'
        '[[queue]]\nid = "filing"\nchannel = "backoffice"\nschedule = { every = "month", volume = 90, due_day = 5 }\n'
        'target = { deadline = "24 h", share = 1.0 }\n'
    )
    scenario = smallest(tmp_path, week(), toml)
    assert scenario.centre.queue("tier2").hours == scenario.centre.queue("phone").hours
    assert scenario.centre.queue("filing").schedule.due_day == 5
    assert "hours_taken_over" in codes(scenario)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"24h"', ((0, 1440),) * 7),
        ('{ daily = "22:00-06:00" }', ((1320, 1800),) * 7),
        ('{ mon_fri = ["08:00-12:00", "13:00-24:00"], fri = [] }', ((480, 720), (780, 1440))),
    ],
)
def test_opening_hours_can_be_written(tmp_path: Path, text: str, expected: tuple) -> None:
    """Whole days, nights past midnight, breaks at noon, and a day that overrides a range."""
    hours = smallest(tmp_path, week(), SMALLEST + f"hours = {text}\n").centre.queues[0].hours
    if "mon_fri" in text:
        assert hours.weekday[0] == expected
        assert hours.weekday[4] == ()
    else:
        assert tuple(span for day in hours.weekday for span in day) == expected
        assert hours.holiday == (((0, 1440),) if "24h" in text else ())


@pytest.mark.parametrize(
    ("text", "amount", "unit"),
    [
        ("30 min", 0.5, "h"),
        ("24 h", 24, "h"),
        ("2 days", 48, "h"),
        ("1 working hour", 1, "working_hours"),
        ("3 working days", 3, "working_days"),
    ],
)
def test_deadlines_can_be_written(tmp_path: Path, text: str, amount: float, unit: str) -> None:
    """Minutes, clock hours, days, working hours and working days."""
    toml = TOML.replace("2 working hours", text)
    target = read_centre(write_tiny_centre(tmp_path, centre_toml=toml)).centre.queue("mail").target
    assert (target.amount, target.unit) == (amount, unit)


@pytest.mark.parametrize(
    ("text", "factors", "aht_s"),
    [
        ("max_parallel = 3\nslowdown = 0.35", (1.0, 1.35, 1.7), None),
        ("aht_by_parallel_s = [400, 500, 700]", (1.0, 1.25, 1.75), 400.0),
        ("parallel_speedup = [1, 1.6, 2]", (1.0, 1.25, 1.5), None),
        ("aht_s = 360\nparallel_speedup = [2, 3.2, 4]", (1.0, 1.25, 1.5), 360.0),
    ],
)
def test_parallel_contacts_can_be_written(
    tmp_path: Path, text: str, factors: tuple[float, ...], aht_s: float | None
) -> None:
    """By one slowdown, a handle time for each number at once, or what is finished relative to one at a time."""
    folder = write_tiny_centre(tmp_path / "centre")
    toml = folder / "centre.toml"
    toml.write_text(toml.read_text("utf-8").replace('channel = "phone"', f'channel = "chat"\n{text}'), "utf-8")
    queue = read_centre(folder).centre.queue("phone")
    assert queue.handle_factors == pytest.approx(factors)
    assert queue.max_parallel == 3
    if aht_s is not None:
        assert queue.aht_s == aht_s


def test_more_handled_than_offered_in_one_interval_is_legal(tmp_path: Path) -> None:
    """An answer is counted when it is given, so one interval may hold more answers than offers."""
    text = history().replace("08:00,phone,8,8", "08:00,phone,8,7", 1).replace("08:30,phone,9,9", "08:30,phone,9,10", 1)
    assert read_centre(write_tiny_centre(tmp_path, history_csv=text)).history.handled[0, 17] == 10


def test_the_hour_of_nothing_handled_has_no_handle_time(tmp_path: Path) -> None:
    """A handle time of 0 where nothing was handled is unknown, not zero."""
    text = history().replace("08:00,phone,8,8,240", "08:00,phone,8,0,0", 1)
    assert np.isnan(read_centre(write_tiny_centre(tmp_path, history_csv=text)).history.aht_s[0, 16])


def test_unknown_columns_and_kinds_are_told(tmp_path: Path) -> None:
    """Extra columns are ignored and other absences are leave, both with a note."""
    agents = "\n".join(f"{line},x" for line in AGENTS.splitlines()).replace(",x", ",shoe_size", 1)
    off = "agent,start,end,kind\na2,2026-02-03,2026-02-03,jury duty\n"
    scenario = read_centre(write_tiny_centre(tmp_path, agents_csv=agents, time_off_csv=off))
    assert codes(scenario) == {"column_ignored", "kind_as_leave"}


def test_optional_files_may_hold_a_header_only(tmp_path: Path) -> None:
    """No wish is not a fault."""
    scenario = read_centre(write_tiny_centre(tmp_path, wishes_csv="agent,date,wish,weight\n"))
    assert scenario.wishes == ()


NASTY = [
    "",
    "x",
    "-1",
    "1e9",
    "NaN",
    "inf",
    "2026-13-01",
    "2026-02-29T25:00",
    "=1+1",
    "\u200b",
    '"',
    "a1",
    "24h",
    "0",
    ";",
]


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_spoilt_files_are_read_or_refused_but_never_crash(tmp_path: Path, data: st.DataObject) -> None:
    """Whatever one cell, line or byte becomes, the reader gives a scenario or names the faults."""
    files = tiny_files()
    files["history.csv"] = history(weeks=1)
    name = data.draw(st.sampled_from(sorted(files)))
    lines = files[name].split("\n")
    place = data.draw(st.integers(0, min(len(lines), 60) - 1))
    kind = data.draw(st.sampled_from(["cell", "drop", "twice", "text"]))
    if kind == "cell":
        cells = re.split(r"([,=])", lines[place])
        cells[data.draw(st.integers(0, len(cells) - 1))] = data.draw(st.sampled_from(NASTY))
        lines[place] = "".join(cells)
    elif kind == "drop":
        del lines[place]
    elif kind == "twice":
        lines.insert(place, lines[place])
    else:
        lines[place] = data.draw(st.text(max_size=30))
    files[name] = "\n".join(lines)
    for file, text in files.items():
        (tmp_path / file).write_bytes(text.encode("utf-8", "surrogatepass"))
    with suppress(DataError):
        read_centre(tmp_path)


def test_a_start_band_is_read(tmp_path: Path) -> None:
    """Width and step of the band of starts; no band where the file names none."""
    assert read_centre(write_tiny_centre(tmp_path)).centre.contracts[0].start_band_min is None
    changed = TOML.replace("days_max = 5", "days_max = 5\nstart_band_min = 30\nstart_band_step_min = 15")
    (tmp_path / "centre.toml").write_text(changed, encoding="utf-8")
    contract = read_centre(tmp_path).centre.contracts[0]
    assert (contract.start_band_min, contract.start_band_step_min) == (30, 15)
