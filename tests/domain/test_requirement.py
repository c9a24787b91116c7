import numpy as np
import pytest

from staffing.domain.requirement import ServiceCurve, Workload
from tests.builders import make_requirement, make_scenario

CURVE = ServiceCurve(("phone",), np.array([2, 0]), np.array([[0.2, 0.6, 0.8], [0.1, 0.5, 1.0]]))


@pytest.mark.parametrize(
    ("agents", "levels"),
    [
        ((2, 0), (0.2, 0.1)),
        ((3, 1), (0.6, 0.5)),
        ((4, 2), (0.8, 1.0)),
        ((2.5, 1.5), (0.4, 0.75)),
        ((0, -1), (0.2, 0.1)),
        ((9, 2.5), (0.8, 1.0)),
    ],
)
def test_service_level_at_a_crew(agents: tuple[float, float], levels: tuple[float, float]) -> None:
    """Read at each crew size, linear between, flat below the smallest and above the largest, step by step."""
    assert CURVE.at(np.array(agents)) == pytest.approx(levels)


def test_a_curve_with_one_size_is_flat() -> None:
    """Where there is no load one size says all."""
    curve = ServiceCurve(("phone",), np.array([0]), np.array([[1.0]]))
    assert curve.at(np.array([0.0])) == curve.at(np.array([7.5])) == 1.0


def test_more_cannot_be_due_than_has_arrived() -> None:
    """A tube that is upside down is refused."""
    with pytest.raises(ValueError, match="more is due"):
        Workload("email", np.array([1.0, 2.0]), np.array([0.0, 2.5]))


def test_gross_factor_is_agents_rostered_per_agent_present() -> None:
    """It is 1 where nobody is needed."""
    requirement = make_requirement(make_scenario(), agents=4.0)
    assert requirement.gross_factor.tolist() == [1.0]
    assert make_requirement(make_scenario(), agents=0.0).gross_factor.tolist() == [1.0]


def test_a_workload_on_another_grid_is_refused() -> None:
    """The tube of a deadline queue has one value per interval of the requirement."""
    with pytest.raises(ValueError, match="not on the requirement's grid"):
        make_requirement(make_scenario(), workload=(Workload("phone", np.zeros(5), np.zeros(5)),))
