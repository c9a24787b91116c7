"""The colours can be told apart with every kind of colour vision, and read."""

from itertools import combinations

import numpy as np
import pytest

from staffing.domain.queue import Channel
from staffing.domain.roster import ACTIVITIES
from staffing.ui import palette

# Machado, Oliveira, Fernandes 2009, severity 1.
VISION = {
    "normal": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
XYZ = [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]


def linear(colour: str) -> np.ndarray:
    share = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)


def lab(rgb: np.ndarray) -> np.ndarray:
    t = np.array(XYZ) @ np.clip(rgb, 0, 1) / np.array([0.95047, 1.0, 1.08883])
    f = np.where(t > 216 / 24389, np.cbrt(t), (24389 / 27 * t + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def contrast(one: str, other: str) -> float:
    light, dark = sorted((float(np.array(XYZ)[1] @ linear(c)) for c in (one, other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("leave", [palette.ACTIVITY["leave"], palette.LEAVE_ON_DARK])
def test_activities_differ_for_every_kind_of_sight(leave: str) -> None:
    """Any two activities are at least 15 apart (CIE76) in normal sight and three simulations."""
    colours = dict(palette.ACTIVITY) | {"leave": leave}
    for name, matrix in VISION.items():
        seen = {token: lab(np.array(matrix) @ linear(colour)) for token, colour in colours.items()}
        apart = {pair: np.linalg.norm(seen[pair[0]] - seen[pair[1]]) for pair in combinations(seen, 2)}
        assert min(apart.values()) >= 15, (name, min(apart, key=lambda pair: apart[pair]))


def test_under_over_and_met_differ_for_every_kind_of_sight() -> None:
    """The three states of the coverage strip never look alike."""
    for matrix in VISION.values():
        seen = [lab(np.array(matrix) @ linear(c)) for c in (palette.UNDER, palette.OVER, palette.MET)]
        assert min(np.linalg.norm(a - b) for a, b in combinations(seen, 2)) >= 15


def test_text_on_every_bar_can_be_read() -> None:
    """White or dark ink, whichever is better, reaches 4.5 to 1 on every bar."""
    for colour in palette.ACTIVITY.values():
        assert max(contrast(colour, "#FFFFFF"), contrast(colour, "#1B1F24")) >= 4.5


@pytest.mark.parametrize(("look", "back"), [(palette.LIGHT, "#FFFFFF"), (palette.DARK, "#12161C")])
def test_lines_stand_out_from_the_page(look: palette.Look, back: str) -> None:
    """A line has at least 3 to 1 against the page."""
    assert contrast(look.line, back) >= 3


def test_every_activity_has_a_colour() -> None:
    """Each activity, and work on each channel, has its bar."""
    tokens = {palette.bar_token(activity, None) for activity in ACTIVITIES}
    tokens |= {palette.bar_token("work", channel) for channel in Channel}
    assert tokens == set(palette.ACTIVITY)
