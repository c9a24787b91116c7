"""The page "Express each kind of work" is one centre that is read, forecast and staffed."""

import re
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from staffing.domain.centre import Scenario
from staffing.domain.demand import Forecast
from staffing.domain.requirement import Requirement
from staffing.files import read_centre
from staffing.planning import make_forecast, make_requirement, plan_table

PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "kinds-of-work.md"
FENCE = re.compile(r"^```toml\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FIRST, DAYS = date(2026, 3, 30), 7  # the end of a month and of a quarter, and work due by the 5th
PER_INTERVAL = {"phone": 40, "chat": 12, "social": 6, "video": 1, "mail": 5, "ticket": 8, "recruitment": 1}


def history() -> str:
    """Eight weeks of the queues without a source or a schedule, flat from 09:00 to 18:00."""
    rows = ["start,queue,offered"]
    for number in range(56, 0, -1):
        day = FIRST - timedelta(days=number)
        for queue, offered in PER_INTERVAL.items():
            if day.weekday() < 5 or queue in ("phone", "chat", "social", "ticket"):
                rows += [f"{day}T{9 + half // 2:02d}:{30 * (half % 2):02d},{queue},{offered}" for half in range(18)]
    return "\n".join(rows) + "\n"


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> tuple[Scenario, Forecast, Requirement]:
    folder = tmp_path_factory.mktemp("kinds")
    text = PAGE.read_text(encoding="utf-8")
    (folder / "centre.toml").write_text("\n".join(FENCE.findall(text)), encoding="utf-8")
    (folder / "history.csv").write_text(history(), encoding="utf-8")
    scenario = read_centre(folder, people=False)
    table, _ = plan_table(scenario, FIRST, DAYS)
    forecast = make_forecast(scenario, table, FIRST, DAYS)
    return scenario, forecast, make_requirement(scenario, forecast, table)


def test_the_table_names_every_queue(planned: tuple[Scenario, Forecast, Requirement]) -> None:
    """Each row of the table has its queues below, and each queue has a row."""
    rows = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    named = {name for line in rows for name in re.findall(r"`(\w+)`", line.split("|")[-2])} - {"deflection"}
    assert named == {queue.id for queue in planned[0].centre.queues}


def test_every_kind_of_work_is_forecast_and_staffed(planned: tuple[Scenario, Forecast, Requirement]) -> None:
    """Each queue has contacts, agents or idle ones of answer queues, and a tube where it has a deadline."""
    scenario, forecast, requirement = planned
    assert forecast.volume.sum(axis=1).min() > 0
    tubes = {work.queue: work for work in requirement.workload}
    helped = {name: 0.0 if tube.idle_h is None else tube.idle_h.sum() for name, tube in tubes.items()}
    assert helped["mail"] > 0
    assert helped["upkeep"] > 0
    staffed = dict(zip(requirement.queues, requirement.agents.sum(axis=1), strict=True))
    assert [name for name in staffed if staffed[name] + helped.get(name, 0.0) <= 0] == []
    assert set(tubes) == {queue.id for queue in scenario.centre.queues if queue.has_deadline}
    assert all(work.latest_h[-1] > 0 for work in tubes.values())
    known = set(PER_INTERVAL) | {queue.id for queue in scenario.centre.queues if queue.schedule}
    derived = [row for row, name in enumerate(forecast.queues) if name not in known]
    uncertain = [row for row in derived if forecast.day_cv[row].max() > 0 or forecast.interval_cv[row].max() > 0]
    calendar = {forecast.queues.index(name) for name in ("rating_plan", "rating_visit")}
    assert set(derived) - set(uncertain) <= calendar


def test_volumes_are_what_the_page_says(planned: tuple[Scenario, Forecast, Requirement]) -> None:
    """Shares of sources, attempts of a list, the filings of the month, the shares of a quarter."""
    _, forecast, _ = planned
    total = dict(zip(forecast.queues, forecast.volume.sum(axis=1), strict=True))
    assert total["phone"] == pytest.approx(40 * 18 * 7 * 0.9, rel=0.02)
    assert total["callback"] == pytest.approx(0.04 * total["phone"], rel=0.02)
    assert total["complaint_close"] == pytest.approx(total["complaint"], rel=0.15)
    assert total["campaign"] == pytest.approx(300 / 0.4)
    row = forecast.queues.index("quality")
    assert np.all(forecast.grid.minute[np.flatnonzero(forecast.volume[row])] == 540)
    filed = np.add.reduceat(forecast.volume[forecast.queues.index("filing")], forecast.grid.day_start[:-1])
    assert filed[:2].tolist() == [0.0, 0.0]
    assert filed.sum() == pytest.approx(320)
