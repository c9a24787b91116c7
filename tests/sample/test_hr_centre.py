import csv
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from staffing.calendars import day_table
from staffing.domain.calendar import DayKind
from staffing.domain.centre import Scenario
from staffing.files import read_centre, read_kpi
from staffing.measures.kpi import kpi_sheet
from staffing.sample import write_hr_centre
from staffing.sample.china import BLOCKS, SPRING_FESTIVALS, WORKED_WEEKENDS, block_of, is_working, working_day_of_month
from staffing.sample.hr_demand import CAMPAIGNS, COMPANY_DAYS
from staffing.sample.hr_history import FIRST, LAST, OUTAGE
from staffing.sample.hr_people import HORIZON

MEGABYTE = 1_000_000


@pytest.fixture(scope="module")
def folder(repository: Path) -> Path:
    return repository / "data" / "hr-centre"


@pytest.fixture(scope="module")
def scenario(folder: Path) -> Scenario:
    return read_centre(folder)


def rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        yield from csv.DictReader(stream)


@pytest.fixture(scope="module")
def daily(folder: Path) -> dict[str, dict[date, int]]:
    """Offered contacts by queue and day."""
    totals: dict[str, dict[date, int]] = defaultdict(lambda: defaultdict(int))
    for row in rows(folder / "history.csv"):
        totals[row["queue"]][date.fromisoformat(row["start"][:10])] += int(row["offered"])
    return totals


def mean_of(days: dict[date, int], wanted: Iterator[date]) -> float:
    return float(np.mean([days[day] for day in wanted]))


def ordinary(day: date) -> bool:
    """A weekday far from holidays, month start and the Spring Festival."""
    near = any(block_of(day + timedelta(days=k)) for k in range(-6, 3))
    lunar = any(-40 <= (day - first).days <= 50 for first in SPRING_FESTIVALS)
    event = any(first <= day <= last for _, first, last, *_ in CAMPAIGNS)
    return is_working(day) and not (near or lunar or event or day in COMPANY_DAYS) and working_day_of_month(day) > 5


def days() -> Iterator[date]:
    return (FIRST + timedelta(days=k) for k in range((LAST - FIRST).days + 1))


def test_committed_folder_is_what_the_generator_writes(folder: Path, tmp_path: Path) -> None:
    """The generator writes data/hr-centre again, byte for byte."""
    write_hr_centre(tmp_path)
    written = {path.relative_to(tmp_path): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    kept = {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert written.keys() == kept.keys()
    assert [name for name in kept if kept[name] != written[name]] == []


def test_another_seed_gives_other_numbers(folder: Path, tmp_path: Path) -> None:
    """The seed decides the drawn files and leaves the settings alone."""
    write_hr_centre(tmp_path, seed=2)
    assert (tmp_path / "history.csv").read_bytes() != (folder / "history.csv").read_bytes()
    assert (tmp_path / "centre.toml").read_bytes() == (folder / "centre.toml").read_bytes()


def test_small_enough_to_be_committed(folder: Path) -> None:
    """The folder takes at most 10 MB, its records at most 0.35 MB."""
    assert sum(path.stat().st_size for path in folder.rglob("*")) <= 10 * MEGABYTE
    assert sum(path.stat().st_size for path in (folder / "kpi").iterdir()) <= 0.35 * MEGABYTE


def test_records_give_every_measure(folder: Path) -> None:
    """Each measure but burdens and wishes, which come from a plan, has data; teams are scored, not all told apart."""
    given = read_kpi(folder)
    sheet = kpi_sheet(given.centre, given.records, given.goals, given.people)
    assert sheet is not None
    assert [code for code, figure in sheet.book.total.items() if figure.value is None] == ["fairness", "wishes"]
    assert sheet.card is not None
    scored = [score for score in sheet.card.scores if score.state == "scored"]
    assert len(scored) >= 4
    assert not all(score.is_distinct for score in scored)


def test_reads_without_fault(scenario: Scenario) -> None:
    """The reader accepts every file, and the default plan is the week from 26 January 2026."""
    assert scenario.next_week_start == HORIZON
    assert HORIZON.weekday() == scenario.centre.week_start
    assert (scenario.history.grid.first_day, scenario.history.grid.dates[-1]) == (FIRST, LAST)
    assert (scenario.centre.interval_min, scenario.centre.slot_min) == (30, 15)


def test_people_of_several_teams_and_roles(scenario: Scenario) -> None:
    """About 120 people with different names in several teams, every role filled, every queue served."""
    agents = scenario.agents
    assert 110 <= len(agents) <= 130
    assert len({agent.name for agent in agents}) == len(agents)
    assert len({agent.team for agent in agents}) >= 6
    assert {agent.role for agent in agents} == {role.id for role in scenario.centre.roles}
    assert {agent.contract for agent in agents} == {contract.id for contract in scenario.centre.contracts}
    skills = {skill.name for agent in agents for skill in agent.skills}
    assert [queue.id for queue in scenario.centre.queues if not {queue.id, queue.skill} & skills] == []


def test_queues_of_the_domain(scenario: Scenario) -> None:
    """Live, deferred, derived and scheduled work is there with the targets the domain names."""
    queues = {queue.id: queue for queue in scenario.centre.queues}
    assert {"phone", "chat", "email", "ticket", "recruitment"} == {q.id for q in queues.values() if q.from_history}
    assert (queues["phone"].target.service_level, queues["phone"].target.answer_within_s) == (0.95, 15)
    assert (queues["chat"].target.answer_within_s, queues["chat"].max_parallel) == (30, 3)
    assert queues["callback"].has_deadline
    assert all(queues[name].schedule for name in ("followup", "filing"))
    assert {q.urgency for q in queues.values()} == {"normal", "urgent", "extra_urgent"}


def test_data_dictionary_is_up_to_date(repository: Path, scenario: Scenario) -> None:
    """data/README.md names every queue with its share of another queue, and the number of people."""
    text = (repository / "data" / "README.md").read_text(encoding="utf-8")
    lines = {line.split("`")[1]: line for line in text.splitlines() if line.startswith("| `")}
    for queue in scenario.centre.queues:
        assert queue.source is None or f" {100 * queue.source.share:g} % of " in lines[queue.id]
    assert f"{len(scenario.agents)} people" in text


def test_leave_activities_and_wishes(scenario: Scenario) -> None:
    """Of the first week's agent-days 5 to 9 % are lost; there are activities of each shape and about 40 wishes."""
    grid_days = [HORIZON + timedelta(days=k) for k in range(5)]
    lost = sum(
        off.start.date() <= day < off.end.date()
        for off in scenario.time_off
        if off.kind in ("leave", "sick")
        for day in grid_days
    )
    assert 0.05 <= lost / (5 * len(scenario.agents)) <= 0.09
    assert {activity.together for activity in scenario.activities} == {True, False}
    assert 35 <= len(scenario.wishes) <= 45


def test_last_week_was_legal(scenario: Scenario) -> None:
    """The shifts before the horizon keep the rest and the limit of consecutive days."""
    by_agent = defaultdict(list)
    for row in scenario.carry_in:
        by_agent[row.agent].append(row)
    assert set(by_agent) == {agent.id for agent in scenario.agents}
    for shifts in by_agent.values():
        shifts.sort(key=lambda row: row.start)
        assert len(shifts) <= scenario.centre.rules.max_consecutive_days
        for earlier, later in pairwise(shifts):
            assert later.start - earlier.end >= timedelta(hours=scenario.centre.rules.rest_h)


def test_own_calendar_agrees_with_the_package() -> None:
    """The generator's days off and adjusted workdays are those of staffing.calendars."""
    last = max(block.last for block in BLOCKS)
    table, _ = day_table("CN", "", (), FIRST, last)
    for row in table:
        assert is_working(row.date) == row.working, row.date
        assert (row.kind is DayKind.WORKDAY) == (row.date in WORKED_WEEKENDS), row.date


def test_adjusted_workdays_are_worked(daily: dict[str, dict[date, int]]) -> None:
    """Weekend days worked in exchange have the hours and about the volume of a weekday."""
    worked = [day for day in sorted(WORKED_WEEKENDS) if FIRST <= day <= LAST]
    assert len(worked) >= 10
    assert all(day in daily["email"] for day in worked)
    plain = mean_of(daily["phone"], (day for day in days() if ordinary(day)))
    assert mean_of(daily["phone"], iter(worked)) > 0.6 * plain


def test_spring_festivals_ramp_and_slump(daily: dict[str, dict[date, int]]) -> None:
    """Both Spring Festivals of the history show a ramp, a collapse and a slump; the third is three weeks ahead."""
    for first in SPRING_FESTIVALS[:2]:
        plain = mean_of(daily["phone"], (day for day in days() if ordinary(day) and abs((day - first).days) < 120))
        near = {(day - first).days: day for day in days() if abs((day - first).days) < 20 and is_working(day)}
        assert mean_of(daily["phone"], (day for k, day in near.items() if -18 <= k <= -7)) > 1.05 * plain
        assert mean_of(daily["phone"], (day for k, day in near.items() if 7 <= k <= 13)) < 0.95 * plain
        assert mean_of(daily["phone"], (first + timedelta(days=k) for k in range(4))) < 0.2 * plain
    assert SPRING_FESTIVALS[2] - HORIZON == timedelta(days=22)


def test_month_start_peak(daily: dict[str, dict[date, int]]) -> None:
    """The first two working days of a month carry at least 15 % more calls than ordinary days of the same weekday."""
    ratios = []
    for day in days():
        calm = all(block_of(day + timedelta(days=k)) is None for k in range(-9, 3))
        if working_day_of_month(day) in (1, 2) and calm and day.weekday() < 5 and 3 < day.month < 12:
            same = (day + timedelta(weeks=k) for k in (1, 2, 3))
            ratios.append(daily["phone"][day] / mean_of(daily["phone"], (d for d in same if ordinary(d))))
    assert len(ratios) >= 10
    assert np.mean(ratios) > 1.15


def test_campaign_lifts_volume(daily: dict[str, dict[date, int]]) -> None:
    """The autumn campaign carries a quarter more calls than the weeks around it."""
    _, first, last, *_ = CAMPAIGNS[0]
    inside = mean_of(daily["phone"], (day for day in days() if first <= day <= last and is_working(day)))
    around = (day for day in days() if ordinary(day) and 0 < min(abs((day - first).days), abs((day - last).days)) < 21)
    assert inside > 1.25 * mean_of(daily["phone"], around)


def test_outage_leaves_holes_not_zeros(folder: Path, scenario: Scenario) -> None:
    """On the day of the outage the phone has no rows for five hours, and e-mail has all of them."""
    starts = defaultdict(set)
    for row in rows(folder / "history.csv"):
        if row["start"].startswith(f"{OUTAGE[0]:%Y-%m-%d}"):
            starts[row["queue"]].add(datetime.fromisoformat(row["start"]))
    assert all(not OUTAGE[0] <= start < OUTAGE[1] for start in starts["phone"] | starts["chat"])
    assert (len(starts["phone"]), len(starts["email"])) == (16, 19)
    grid = scenario.history.grid
    hole = slice(grid.index(OUTAGE[0]), grid.index(OUTAGE[1]))
    assert np.isnan(scenario.history.row("phone")[hole]).all()


def test_counts_vary_more_than_poisson(daily: dict[str, dict[date, int]]) -> None:
    """Week to week changes of ordinary days are far larger than Poisson noise alone would make them."""
    pairs = [(day, day + timedelta(weeks=1)) for day in days()]
    counts = np.array([[daily["phone"][a], daily["phone"][b]] for a, b in pairs if ordinary(a) and ordinary(b)])
    # For Poisson counts of one rate the squared difference is the sum of both, so the index is 1.
    index = float(np.mean((counts[:, 0] - counts[:, 1]) ** 2) / counts.sum(axis=1).mean())
    assert len(counts) > 80
    assert index > 3
