"""Colours of the app: Okabe-Ito and one purple, told apart with every kind of colour vision.

A colour never speaks alone: breaks carry a mark, leave is hatched, a state has an icon and a word.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from staffing.domain.queue import Channel

ACTIVITY: Mapping[str, str] = {
    "call": "#0072B2",
    "chat": "#56B4E9",
    "desk": "#7C3AED",
    "idle": "#A8B5A2",
    "break": "#F0E442",
    "meal": "#E69F00",
    "training": "#009E73",
    "meeting": "#CC79A7",
    "leave": "#5A5A5A",
}
"""Bars of the roster in the light theme."""
LEAVE_ON_DARK = "#D9D9D9"
UNDER, OVER, MET = "#D55E00", "#0072B2", "#9BB4C7"
"""Too few agents, more than needed, as needed."""
OVER_ON_DARK = "#56B4E9"
EVEN, EVEN_ON_DARK = "#E3E8ED", "#2B333D"
"""Neither short nor over, between the two colours of a heat map."""
BAND, BAND_ON_DARK = "#56B4E9", "#0072B2"
"""Prediction bands and other areas behind a line."""
LINE, LINE_ON_DARK = "#0072B2", "#8CCBF2"
INK, INK_ON_DARK = "#1B1F24", "#F4F6F8"
"""Text drawn on a cell of a heat map."""
NEUTRAL = "#8A939E"
"""What was: history, references. Readable on light and dark."""

_BY_CHANNEL = {
    Channel.PHONE: "call",
    Channel.VIDEO: "call",
    Channel.CALLBACK: "call",
    Channel.OUTBOUND: "call",
    Channel.CHAT: "chat",
    Channel.SOCIAL: "chat",
}
_BY_ACTIVITY = {
    "break": "break",
    "meal": "meal",
    "training": "training",
    "coaching": "training",
    "meeting": "meeting",
    "other": "meeting",
}


@dataclass(frozen=True, slots=True)
class Look:
    """Colours of charts that depend on the theme."""

    line: str
    band: str
    even: str
    over: str
    ink: str


LIGHT = Look(LINE, BAND, EVEN, OVER, INK)
DARK = Look(LINE_ON_DARK, BAND_ON_DARK, EVEN_ON_DARK, OVER_ON_DARK, INK_ON_DARK)


def bar_token(activity: str, channel: Channel | None) -> str:
    """Token of a segment: work by its queue's channel (idle without a queue), absence as leave."""
    if activity == "work":
        return "idle" if channel is None else _BY_CHANNEL.get(channel, "desk")
    return _BY_ACTIVITY.get(activity, "leave")
