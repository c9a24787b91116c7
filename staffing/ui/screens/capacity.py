"""Whom to hire and train in the months to come, what it keeps and what it costs."""

from staffing.ui import state
from staffing.ui.blocks import head
from staffing.ui.sections import capacity
from staffing.ui.shown import CannotShowError


def show() -> None:
    """Draw the page; it needs a centre folder with people, not a plan."""
    words = state.words()
    head(words, "capacity")
    found = state.shown_or_trouble()
    shown = None if isinstance(found, CannotShowError) else found
    given = capacity.inputs(words, shown)
    if given is None:
        return
    asked = capacity.controls(words, given)
    made = capacity.planned(words, given, asked)
    if made is None:
        return
    capacity.verdict(words, made["base"], given.currency)
    capacity.scenarios(words, made)
    capacity.draw(words, made["base"])
    capacity.classes(words, made["base"])
    capacity.heads(words, made["base"])
    capacity.budget(words, made["base"])
    capacity.downloads(words, made["base"])


if __name__ == "__main__":
    show()
