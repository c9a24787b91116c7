"""What the records say of the values that plans are made from, and what a planner takes over."""

from staffing.ui.centre import centre_page
from staffing.ui.sections import learned


def show() -> None:
    """Draw the page."""
    words, shown = centre_page("learned")
    given = learned.records(words, shown)
    if given is None:
        return
    learned.figures(words, given)
    learned.accept(words, shown, learned.proposals(words, shown, given))
    learned.others(words, shown, given)
    learned.evidence(words, given)


if __name__ == "__main__":
    show()
