"""Absence by reason, week and interval, planned and unplanned, and the one rounding."""

from datetime import timedelta

import numpy as np
import pytest
from scipy.stats import binom

from staffing.domain.arrays import FloatArray
from staffing.domain.calendar import DayKind
from staffing.domain.demand import Forecast
from staffing.domain.queue import OpeningHours
from staffing.domain.shrinkage import ShrinkageReason
from staffing.erlang import gross_agents, headcount, lost_share, presence_probability, require_agents, round_up
from staffing.erlang.shrinkage import reason_shares
from tests.builders import MONDAY, make_centre, make_email, make_grid, make_queue, make_table

SICK = ShrinkageReason("sick", 0.1)
LEAVE = ShrinkageReason("leave", 0.2, planned=True)
MONDAY_MORNING = OpeningHours((((480, 600),), *((),) * 6))


def lost(*reasons: ShrinkageReason, queue: str = "phone", planned: bool = False, share: float = 0.0) -> FloatArray:
    """Share lost in the half hours of a week, the second day being a holiday."""
    centre = make_centre(shrinkage=reasons)
    table = make_table(d2026_01_06=DayKind.HOLIDAY)
    return lost_share(centre, make_queue(queue, unplanned_shrinkage=share), table, make_grid(), planned=planned)


def test_mean_absence() -> None:
    """Ten per cent absent: 90 present take 100 rostered, as real numbers."""
    np.testing.assert_allclose(gross_agents([0, 9, 13.5], 0.1), [0, 10, 15])


@pytest.mark.parametrize(("need", "crew", "gross_up"), [(30, 36, 0.75), (100, 116, 0.67), (300, 341, 0.59)])
def test_absence_as_a_random_number(need: int, crew: int, gross_up: float) -> None:
    """At ten per cent absence the gross-up is enough in only 75, 67, 59 % of cases; 90 % take more people."""
    assert round_up(gross_agents(need, 0.1, probability=0.9)) == crew
    assert presence_probability(round_up(gross_agents(need, 0.1)), need, 0.1) == pytest.approx(gross_up, abs=0.005)


def test_presence_is_the_binomial() -> None:
    """For whole numbers the chance that enough are present is the binomial tail."""
    rostered, need = np.array([10, 34, 116]), np.array([9, 30, 100])
    np.testing.assert_allclose(presence_probability(rostered, need, 0.1), binom.sf(need - 1, rostered, 0.9), rtol=1e-10)
    assert presence_probability(5, 0, 0.3) == 1.0
    assert presence_probability(5, 6, 0.3) == 0.0


def test_probability_mode_is_kept_and_minimal() -> None:
    """The real-valued crew reaches the chance and a little less does not; nobody needed or never absent stays as is."""
    need, share = np.array([1.0, 4.2, 30.0, 250.0]), np.array([0.05, 0.3, 0.1, 0.12])
    gross = gross_agents(need, share, probability=0.95)
    np.testing.assert_allclose(presence_probability(gross, need, share), 0.95, atol=1e-9)
    assert gross_agents([0.0, 7.5], [0.1, 0.0], probability=0.95).tolist() == [0.0, 7.5]


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [((-1, 0.1, None), "agents must not be negative"), ((1, 1.0, None), "less than 1"), ((1, 0.1, 1.0), "probability")],
)
def test_wrong_arguments_are_named(arguments: tuple[float, float, float | None], reason: str) -> None:
    """A wrong argument is refused by name."""
    with pytest.raises(ValueError, match=reason):
        gross_agents(arguments[0], arguments[1], probability=arguments[2])


def test_rounding_ignores_noise() -> None:
    """A billionth of an agent more is nobody."""
    assert round_up([0, 2, 2 + 1e-9, 2.001]).tolist() == [0, 2, 2, 3]


def test_reasons_compound() -> None:
    """20 % and 10 % leave 72 of 100, so 100 present take 138.9 people, not 142.9; the queue's own share is one more."""
    np.testing.assert_allclose(lost(SICK, ShrinkageReason("late", 0.2)), 0.28)
    np.testing.assert_allclose(lost(SICK, share=0.2), 0.28)
    assert headcount(gross_agents(100, 0.1), 0.2) == pytest.approx(138.888889)
    assert lost().tolist() == [0.0] * 336


def test_planned_and_unplanned_are_kept_apart() -> None:
    """Neither knows of the other."""
    np.testing.assert_allclose(lost(SICK, LEAVE, share=0.05), 1 - 0.9 * 0.95)
    np.testing.assert_allclose(lost(SICK, LEAVE, share=0.05, planned=True), 0.2)


def test_reasons_hold_for_their_queues_days_and_hours() -> None:
    """By queue, by date with both ends, and by hours of the week; a holiday does not work as its weekday."""
    assert lost(ShrinkageReason("a", 0.1, queues=("mail",))).max() == 0.0
    assert lost(ShrinkageReason("a", 0.1, queues=("mail",)), queue="mail").min() == 0.1
    days = ShrinkageReason("flu", 0.1, start=MONDAY + timedelta(2), end=MONDAY + timedelta(3))
    assert np.flatnonzero(lost(days)).tolist() == list(range(96, 192))
    assert np.flatnonzero(lost(ShrinkageReason("late", 0.1, hours=MONDAY_MORNING))).tolist() == [16, 17, 18, 19]
    every_day = ShrinkageReason("late", 0.1, hours=OpeningHours((((480, 540),),) * 7))
    assert np.flatnonzero(lost(every_day)).tolist() == [16, 17, *(48 * d + s for d in range(2, 7) for s in (16, 17))]


def test_rows_of_one_name_are_one_reason() -> None:
    """What people read by name compounds to the whole; reasons that never hold are not named."""
    more = (ShrinkageReason("sick", 0.1, end=MONDAY), ShrinkageReason("none", 0.0))
    centre = make_centre(shrinkage=(SICK, *more, LEAVE))
    queue = make_queue(unplanned_shrinkage=0.05)
    shares = reason_shares(centre, queue, make_table(), make_grid(), planned=False)
    assert sorted(shares) == ["", "sick"]
    assert (shares["sick"][0], shares["sick"][-1]) == pytest.approx((0.19, 0.1))


@pytest.mark.parametrize(("share", "end"), [(1.0, None), (-0.1, None), (0.1, MONDAY - timedelta(1))])
def test_an_impossible_reason_is_refused(share: float, end: object) -> None:
    """Nobody left, a gain, or an end before the start."""
    with pytest.raises(ValueError, match="of a is"):
        ShrinkageReason("a", share, start=MONDAY, end=end)  # type: ignore[arg-type]


def _forecast(*names: str, volume: float = 30.0) -> Forecast:
    grid = make_grid(2)
    contacts = np.full((len(names), grid.n), volume)
    cv = np.zeros((len(names), 2))
    rest = (np.full_like(contacts, 300.0), cv, np.zeros_like(contacts), ("x",) * len(names))
    return Forecast(grid, names, contacts, contacts, contacts, contacts, contacts, *rest)


def test_the_requirement_has_unplanned_absence_by_interval() -> None:
    """Rostered agents leave the net ones present in each interval; planned reasons are told but not in the roster."""
    reasons = (SICK, ShrinkageReason("late", 0.2, hours=MONDAY_MORNING), LEAVE)
    centre = make_centre(queues=(make_queue(unplanned_shrinkage=0.05), make_email()), shrinkage=reasons)
    need = require_agents(centre, _forecast("phone", "email"), make_table(), curves=False)
    assert need.absent_share is not None
    assert need.planned_share is not None
    np.testing.assert_allclose(need.absent_share[0, 16:20], 1 - 0.95 * 0.9 * 0.8)
    np.testing.assert_allclose(need.absent_share[0, 20:36], 1 - 0.95 * 0.9)
    np.testing.assert_allclose(need.agents_gross[0] * (1 - need.absent_share[0]), need.agents[0])
    np.testing.assert_allclose(need.planned_share, 0.2)
    # Deferred work moves within its tube, so one factor holds for all its hours: the mean over open time.
    share = (0.28 * 4 + 0.1 * 36) / 40
    np.testing.assert_allclose(need.absent_share[1], share)
    safety = need.workload[0].gross_factor * (1 - share)
    np.testing.assert_allclose(need.agents_gross[1] * (1 - share), need.agents[1] * safety)


def test_a_minimum_is_of_people_present() -> None:
    """Two present while 20 % stay away take 2.5 rostered; a cap on occupancy is of those present too."""
    queue = make_queue(min_agents=2.0, unplanned_shrinkage=0.2)
    need = require_agents(make_centre(queues=(queue,)), _forecast("phone", volume=0.01), make_table(), curves=False)
    is_open = need.is_open[0]
    np.testing.assert_allclose(need.agents[0][is_open], 2.0)
    np.testing.assert_allclose(need.agents_gross[0][is_open], 2.5)
    capped = make_queue(max_occupancy=0.5, unplanned_shrinkage=0.2)
    need = require_agents(make_centre(queues=(capped,)), _forecast("phone"), make_table(), curves=False)
    noon = 24
    assert need.load_erl[0, noon] / need.agents[0, noon] == pytest.approx(0.5, abs=0.01)  # some give up
    assert need.agents_gross[0, noon] == pytest.approx(need.agents[0, noon] / 0.8)


def test_rounding_comes_once_and_last() -> None:
    """Nothing is whole before the end: eight queues of 1.3 agents and 10 % absence take 12 people, not 16."""
    net = np.full(8, 1.3)
    assert round_up(gross_agents(net, 0.1).sum()) == 12
    assert round_up(gross_agents(net, 0.1)).sum() == 16
    need = require_agents(
        make_centre(queues=(make_queue(unplanned_shrinkage=0.1),)), _forecast("phone"), make_table(), curves=False
    )
    busy = need.agents[0] > 0
    assert np.all(need.agents[0][busy] % 1 > 0)
    assert np.all(need.agents_gross[0][busy] % 1 > 0)
