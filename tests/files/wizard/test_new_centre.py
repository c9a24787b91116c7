"""From somebody's own tables to a centre folder that plans."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffing.domain.queue import AnswerTarget, DeadlineTarget
from staffing.errors import DataError, SettingsError
from staffing.files import read_centre
from staffing.files.wizard import (
    History,
    HistoryMap,
    NewCentre,
    PeopleMap,
    Sheet,
    Terms,
    check_new,
    convert_history,
    convert_people,
    create_centre,
    free_folder,
    guess_columns,
    guess_skill_columns,
    read_queues,
    read_sheet,
    usual_terms,
    with_hours,
)
from staffing.files.wizard.moments import guess_order, parse_moment
from staffing.files.wizard.shifts import make_shifts
from staffing.sample import own_files
from tests.files.tiny_centre import history as tiny_history

QUEUES = {"phone": "Hotline", "mail": "Info mail"}


def sheet(text: str, name: str = "a.csv") -> Sheet:
    return read_sheet(name, text.encode())


def converted(text: str, **how: str) -> History:
    read = sheet(text, "calls.csv")
    return convert_history(read, HistoryMap(guess_columns(read, "history"), **how))


def faults(error: pytest.ExceptionInfo[DataError]) -> list[tuple[str, int | None, str | None, str]]:
    return [(fault.code, fault.row, fault.column, fault.value) for fault in error.value.faults]


@pytest.fixture(scope="module")
def tiny() -> History:
    """Four weeks of two queues, as an export with its own words."""
    lines = [line.split(",") for line in tiny_history().splitlines()[1:]]
    rows = [f"{t[8:10]}/{t[5:7]}/{t[:4]},{t[11:]},{QUEUES[q]},{o},{int(a) / 60:.2f}" for t, q, o, _, a in lines]
    return converted("\n".join(["Date,Time,Queue,Calls,AHT (min)", *rows]) + "\n")


@pytest.fixture
def people_text() -> str:
    rows = [f"{n},Jo {n},{40 if n < 5 else 20},x,{'80%' if n % 2 else ''}" for n in range(1, 7)]
    return "\n".join(["Number,Name,Weekly hours,Hotline,Info mail", *rows]) + "\n"


def new_centre(history: History, people_text: str | None = None, **changes: object) -> NewCentre:
    queues = tuple(usual_terms(ident, name) for ident, name in history.queues.items())
    new = NewCentre("Mine", "Europe/Berlin", history, queues, country="DE", currency="EUR", absence=0.05)
    if people_text is not None:
        read = sheet(people_text, "people.csv")
        columns = guess_columns(read, "people")
        how = PeopleMap(columns, guess_skill_columns(read, columns, history.queues))
        people = convert_people(read, how, history.queues)
        new = replace(new, people=people, contracts=people.contracts)
    return replace(new, **changes)  # type: ignore[arg-type]


def test_the_history_comes_out_as_it_went_in(tiny: History) -> None:
    """Day first, minutes and other names of columns make the same history.csv."""
    plain = [line.split(",") for line in tiny_history().splitlines()[1:]]
    made = [line.split(",") for line in tiny.text.splitlines()[1:]]
    assert tiny.interval_min == 30
    assert [row[0] for row in made] == [row[0] for row in plain]
    assert [row[2] for row in made] == [row[2] for row in plain]
    assert [float(row[3]) for row in made] == [float(row[4]) for row in plain]
    assert tiny.queues == {"Hotline": "Hotline", "Info mail": "Info mail"}
    assert tiny.lines.tolist() == list(range(2, 642))


def test_faults_are_told_all_at_once_and_by_place() -> None:
    """File, row, column and value are those of the uploaded file."""
    text = "Start;Queue;Offered;AHT\n31.02.2026 08:00;a;1;1\n01.02.2026 8h;a;x;\nsoon;;2;3\n02.02.2026 08:00;a;1;?\n"
    with pytest.raises(DataError) as error:
        converted(text)
    assert sorted(faults(error)) == [
        ("missing_value", 4, "Queue", ""),
        ("no_such_date", 2, "Start", "31.02.2026 08:00"),
        ("not_a_date", 3, "Start", "01.02.2026 8h"),
        ("not_a_date", 4, "Start", "soon"),
        ("not_a_number", 3, "Offered", "x"),
        ("not_a_number", 5, "AHT", "?"),
    ]


def test_faults_found_by_the_reader_are_traced_back(tiny: History) -> None:
    """A row that is there twice is named by the lines of the upload, whose title and totals are passed over."""
    rows = "".join(f"2026-02-{day:02d};{hour:02d}:00;Sales;{hour}\n" for day in range(2, 27) for hour in range(8, 18))
    text = f"Report\nDate;Time;Queue;Calls\nTotal;;;9\n{rows}2026-02-02;09:00;Sales;77\n"
    with pytest.raises(DataError) as error:
        check_new(new_centre(converted(text)))
    fault = error.value.faults[0]
    assert (fault.code, fault.file, fault.row, fault.column) == ("conflicting_rows", "calls.csv", 254, "Date")
    assert fault.expected == "row 5"


def test_an_order_of_dates_that_nothing_tells_is_asked_for() -> None:
    """03/04 alone could be either; the choice settles it, and so does a longer column."""
    text = "Start,Queue,Offered\n03/04/2026 08:00,a,1\n03/04/2026 08:30,a,1\n"
    with pytest.raises(DataError) as error:
        converted(text)
    assert faults(error)[0][0] == "date_order"
    assert "2026-03-04T08:00" in converted(text, order="mdy").text
    assert "2026-04-03T08:00" in converted(text, order="dmy").text


@pytest.mark.parametrize("order", ["ymd", "dmy", "mdy"])
@settings(max_examples=25, deadline=None)
@given(st.integers(0, 3000), st.integers(14, 90))
def test_any_run_of_days_is_read_back(order: str, first: int, days: int) -> None:
    """Two weeks in a row, written in any order, come back as they were."""
    dates = (np.datetime64("2020-01-01") + first + np.arange(days)).tolist()
    shape = {"ymd": "%Y/%m/%d", "dmy": "%d/%m/%Y", "mdy": "%m/%d/%Y"}[order]
    texts = [f"{day:{shape}} 08:30" for day in dates]
    guessed = guess_order(texts)
    assert guessed.sure
    assert [parse_moment(text, guessed.name) for text in texts] == [(f"{day}T08:30", "") for day in dates]


def test_rows_of_totals_are_left_out_with_a_note() -> None:
    """A sum at the end, or a queue called so, is no contact of its own."""
    made = converted("Start,Queue,Offered\n2026-02-02 08:00,a,1\n2026-02-02 08:30,a,1\n2026-02-02 08:00,合计,2\n,,4\n")
    assert len(made.lines) == 2
    assert [dict(note.params)["rows"] for note in made.notes] == [2]


def test_whole_days_and_missing_columns_are_refused() -> None:
    """A roster needs intervals, and contacts need a number."""
    with pytest.raises(DataError) as error:
        converted("Date,Queue,Offered\n2026-02-02,a,1\n2026-02-03,a,1\n")
    assert faults(error)[0][0] == "daily_rows"
    with pytest.raises(DataError) as error:
        converted("Start,Queue\n2026-02-02 08:00,a\n")
    assert [code for code, *_ in faults(error)] == ["missing_column"]


def test_one_queue_needs_no_column() -> None:
    """A file of one line of service is called as the user says."""
    made = converted("Start,Calls\n2026-02-02 08:00,1\n2026-02-02 08:30,1\n", one_queue="Help desk")
    assert made.queues == {"Help desk": "Help desk"}


def test_people_get_contracts_and_skills(tiny: History, people_text: str) -> None:
    """Hours become contracts, columns called like queues become skills with their speed."""
    new = new_centre(tiny, people_text)
    assert new.contracts == (Terms("40 h", 40.0, 5), Terms("20 h", 20.0, 4))
    assert new.people is not None
    rows = new.people.rows()
    assert [row["skills"] for row in rows[:2]] == ["Hotline;Info mail:0.8", "Hotline"]
    scenario, _ = check_new(new)
    assert [agent.proficiency("Info mail") if hasattr(agent, "proficiency") else agent.skills[-1].proficiency
            for agent in scenario.agents[:1]] == [0.8]  # fmt: skip


def test_faults_of_people_are_told_by_place(tiny: History) -> None:
    """Unknown skills, repeated numbers, wrong hours and dates, each with its line."""
    text = (
        "Number,Name,Weekly hours,Skills,Start date\n"
        "1,Ann,400,Hotlin,2026-01-01\n1,Bo,20,Hotline:fast,1.1.26\n,Cy,x,Hotline,\n=2,Di,20,,2026-13-01\n"
    )
    read = sheet(text, "people.csv")
    with pytest.raises(DataError) as error:
        convert_people(read, PeopleMap(guess_columns(read, "people")), tiny.queues)
    assert sorted(faults(error), key=str) == sorted(
        [
            ("out_of_range", 2, "Weekly hours", "400"),
            ("unknown_skill", 2, "Skills", "Hotlin"),
            ("duplicate_agent", 3, "Number", "1"),
            ("not_a_number", 3, "Skills", "Hotline:fast"),
            ("missing_value", 4, "Number", ""),
            ("not_a_number", 4, "Weekly hours", "x"),
            ("bad_id", 5, "Number", "=2"),
            ("no_such_date", 5, "Start date", "2026-13-01"),
        ],
        key=str,
    )


def test_a_list_of_names_is_enough(tiny: History) -> None:
    """Without numbers, contracts and skills everybody works full time on everything, and notes say so."""
    read = sheet("姓名\n张三\n=cmd()\n", "people.csv")
    people = convert_people(read, PeopleMap(guess_columns(read, "people")), tiny.queues)
    assert [row["agent"] for row in people.rows()] == ["P001", "P002"]
    assert people.rows()[1]["name"] == "'=cmd()"
    assert [note.code for note in people.notes] == ["import_all_skills", "import_one_contract"]
    scenario, _ = check_new(replace(new_centre(tiny), people=people, contracts=people.contracts))
    assert [agent.name for agent in scenario.agents] == ["张三", "=cmd()"]


def test_queues_are_read_with_targets_and_hours(tiny: History) -> None:
    """A sheet of queues changes what it names; the rest stays as is usual."""
    usual = tuple(usual_terms(ident, name) for ident, name in tiny.queues.items())
    assert [terms.channel for terms in usual] == ["phone", "email"]
    text = "队列,渠道,服务水平,应答时限,时效,周一至周五,周六\nhotline,聊天,90%,45,,9:00-12:00、13-18,休息\n"
    read = sheet(text + "Info mail,,,,2 working days,,\n", "queues.csv")
    found = read_queues(read, guess_columns(read, "queues"), usual)
    assert (found[0].channel, found[0].service_level, found[0].answer_within_s) == ("chat", 0.9, 45.0)
    assert (found[0].mon_fri, found[0].sat, found[0].sun) == ("09:00-12:00, 13:00-18:00", "closed", "closed")
    assert (found[1].deadline, found[1].has_hours) == ("2 working days", False)
    scenario, _ = check_new(replace(new_centre(tiny), queues=found))
    first, second = scenario.centre.queues
    assert isinstance(first.target, AnswerTarget)
    assert isinstance(second.target, DeadlineTarget)


def test_wrong_queues_are_told_by_place(tiny: History) -> None:
    """Everything wrong in a sheet of queues, at once; edited cells are named by queue and field."""
    usual = tuple(usual_terms(ident, name) for ident, name in tiny.queues.items())
    read = sheet("Queue,Channel,SL,Answer within,Sat\nHotlines,fax,0,x,8\nHotline,fax,140,x,25-26\n", "queues.csv")
    with pytest.raises(DataError) as error:
        read_queues(read, guess_columns(read, "queues"), usual)
    assert [(code, row) for code, row, *_ in faults(error)] == [
        ("unknown_queue", 2),
        ("not_one_of", 3),
        ("out_of_range", 3),
        ("not_a_number", 3),
        ("bad_hours", 3),
    ]
    wrong = replace(usual[0], sat="open", answer_within_s=None, service_level=None)
    with pytest.raises(DataError) as error:
        check_new(replace(new_centre(tiny), queues=(wrong, usual[1])))
    assert [column for _, _, column, _ in faults(error)] == [
        "Hotline: sat",
        "Hotline: answer_within_s",
        "Hotline: service_level",
    ]


def test_hours_of_the_history_are_offered(tiny: History) -> None:
    """The four cells hold what the history tells, as long as Monday to Friday are alike."""
    scenario, _ = check_new(new_centre(tiny))
    terms = with_hours(usual_terms("Hotline", "Hotline"), scenario.centre.queues[0].hours)
    assert (terms.mon_fri, terms.sat, terms.holiday) == ("08:00-16:00", "closed", "closed")


def test_the_centre_is_written_whole_and_read_back(tiny: History, people_text: str, tmp_path: Path) -> None:
    """The folder is what every command reads; a folder with something in it is never touched."""
    scenario, files = check_new(new_centre(tiny, people_text))
    folder = create_centre(files, free_folder(tmp_path, "My centre / 1"))
    assert folder.name == "My-centre-1"
    again = read_centre(folder)
    assert again.agents == scenario.agents
    assert again.centre == scenario.centre
    assert free_folder(tmp_path, "My centre / 1").name == "My-centre-1-2"
    with pytest.raises(SettingsError, match="not empty"):
        create_centre(files, folder)
    assert [note.code for note in scenario.notes].count("import_hours_not_reached") == 1


def test_a_centre_without_people_is_for_forecasts(tiny: History, tmp_path: Path) -> None:
    """No agents.csv, no shifts: forecast and requirement work all the same."""
    scenario, files = check_new(new_centre(tiny))
    assert set(files) == {"centre.toml", "history.csv"}
    assert scenario.agents == ()
    assert "[[shift]]" not in files["centre.toml"]


@settings(max_examples=60, deadline=None)
@given(
    st.floats(1, 60),
    st.integers(1, 7),
    st.integers(0, 20),
    st.integers(2, 28),
    st.sampled_from([5, 15]),
    st.sampled_from([0, 30, 45, 60]),
    st.integers(0, 2),
)
def test_shifts_fit_hours_and_contracts(
    weekly_h: float, days: int, opens: int, span: int, slot: int, meal: int, short: int
) -> None:
    """Shifts lie in the opening hours and on the grid, breaks within the shift, hours within the contract."""
    window = (opens * 60, opens * 60 + span * 60)
    breaks, shifts, contracts = make_shifts(
        [Terms("a", weekly_h, days)], (window,) * 5 + (None, None), slot_min=slot, meal_min=meal, short_breaks=short
    )
    length = {item.id: item for item in breaks}
    for shift in shifts:
        assert shift.first_start % slot == shift.last_start % slot == shift.length_min % slot == 0
        assert shift.first_start <= shift.last_start < 1440
        assert span >= 24 or shift.first_start >= window[0]
        end = 0
        for name in shift.breaks:
            rest = length[name]
            start = max(rest.earliest_min, end)
            assert start <= rest.latest_min
            end = start + rest.minutes
        assert end <= shift.length_min
    assert contracts[0].weekly_min <= contracts[0].weekly_max <= max(60 * weekly_h, contracts[0].weekly_min)
    assert contracts[0].days <= min(days, 5)


def test_the_example_files_make_a_centre() -> None:
    """The three tables that the app offers for a try go through without a question."""
    files = {name: read_sheet(name, data) for name, data in own_files().items()}
    history = convert_history(files["calls.csv"], HistoryMap(guess_columns(files["calls.csv"], "history")))
    usual = tuple(usual_terms(ident, name) for ident, name in history.queues.items())
    queues = read_queues(files["queues.csv"], guess_columns(files["queues.csv"], "queues"), usual)
    columns = guess_columns(files["people.csv"], "people")
    how = PeopleMap(columns, guess_skill_columns(files["people.csv"], columns, history.queues))
    people = convert_people(files["people.csv"], how, history.queues)
    scenario, _ = check_new(
        NewCentre("Example", "Europe/Berlin", history, queues, people=people, contracts=people.contracts)
    )
    assert len(scenario.agents) == 10
    assert np.nanmin(scenario.history.aht_s) > 120
