"""Mounts the roster canvas. Its HTML, CSS and script are constant; a plan reaches it as data only."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

NAME, PATCH = "staffing.roster", "staffing.roster_patch"
ASSETS = Path(__file__).with_name("roster")
SCRIPTS = ("../shared/sheet.js", "model.js", "paint.js", "edits.js", "canvas.js", "keys.js")


@dataclass(frozen=True, slots=True)
class Canvas:
    """What the canvas tells: the (agent id, day) last chosen, edits not answered yet, the gap last asked about."""

    chosen: tuple[str, int] | None
    edits: Mapping[str, Any] | None
    gap: Mapping[str, Any] | None


@cache
def _component() -> Callable[..., Any]:
    script = "\n".join((ASSETS / name).read_text(encoding="utf-8") for name in SCRIPTS)
    return st.components.v2.component(NAME, css=(ASSETS / "style.css").read_text(encoding="utf-8"), js=script)


@cache
def _patch() -> Callable[..., Any]:
    return st.components.v2.component(PATCH, js=(ASSETS / "patch.js").read_text(encoding="utf-8"))


def roster_canvas(data: Mapping[str, Any], *, key: str, on_edits: Callable[[], None] | None = None) -> Canvas:
    """Draw the roster. What it is told must stay the same from edit to edit: changes come by `roster_patch`.

    `on_edits` is called before the page is drawn again when edits have come.
    """
    result = _component()(
        key=key,
        data=dict(data),
        on_selected_change=_nothing,
        on_edits_change=on_edits or _nothing,
        on_gap_change=_nothing,
    )
    chosen = result.get("selected")
    return Canvas(
        (str(chosen["agent"]), int(chosen["day"])) if chosen else None, result.get("edits"), result.get("gap")
    )


def roster_patch(data: Mapping[str, Any], *, key: str) -> None:
    """Hand the canvas what changed."""
    _patch()(key=key, data=dict(data))


def _nothing() -> None:
    """A choice or an edit only reruns its part of the page."""
