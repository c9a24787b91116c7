"""What the unattended runs made for many teams, and publishing what they kept for a person."""

from staffing.ui import state
from staffing.ui.blocks import head
from staffing.ui.sections import batch


def show() -> None:
    """Draw the page."""
    words = state.words()
    head(words, "batch")
    order = batch.chosen(words)
    if order is None:
        return
    run = batch.overview(words, order)
    batch.team(words, order, run)


if __name__ == "__main__":
    show()
