"""Mounts the roster canvas. Its HTML, CSS and script are constant; a plan reaches it as data only."""

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

NAME = "staffing.roster"
ASSETS = Path(__file__).with_name("roster")
SCRIPTS = ("model.js", "paint.js", "canvas.js")


@cache
def _component() -> Callable[..., Any]:
    script = "\n".join((ASSETS / name).read_text(encoding="utf-8") for name in SCRIPTS)
    return st.components.v2.component(NAME, css=(ASSETS / "style.css").read_text(encoding="utf-8"), js=script)


def roster_canvas(data: Mapping[str, Any], *, key: str) -> tuple[str, int] | None:
    """Draw the roster; returns the (agent id, day) last chosen with a click or Enter."""
    result = _component()(key=key, data=dict(data), on_selected_change=_nothing)
    chosen = result.get("selected")
    return (str(chosen["agent"]), int(chosen["day"])) if chosen else None


def _nothing() -> None:
    """A choice only reruns the page."""
