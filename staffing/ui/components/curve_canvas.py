"""Mounts the curve of a forecast. Its CSS and script are constant; a plan reaches it as data only."""

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

NAME = "staffing.curve"
ASSETS = Path(__file__).with_name("curve")
SCRIPTS = ("../shared/sheet.js", "paint.js", "edits.js", "curve.js")


@cache
def _component() -> Callable[..., Any]:
    script = "\n".join((ASSETS / name).read_text(encoding="utf-8") for name in SCRIPTS)
    return st.components.v2.component(NAME, css=(ASSETS / "style.css").read_text(encoding="utf-8"), js=script)


def curve_canvas(data: Mapping[str, Any], *, key: str, on_edits: Callable[[], None]) -> None:
    """Draw the curve; `on_edits` is called before the page is drawn again when edits have come."""
    _component()(key=key, data=dict(data), on_edits_change=on_edits)
