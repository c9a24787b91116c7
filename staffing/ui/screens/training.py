"""Who needs which course by when, what the plan holds of it and at which price, and what is done."""

from staffing.ui.centre import centre_page
from staffing.ui.sections import training, training_plan


def show() -> None:
    """Draw the page."""
    words, shown = centre_page("training")
    if shown.scenario.training is None or not shown.scenario.training.courses:
        training.empty(words)
        return
    training.figures(words, shown)
    view = training.view_switch(words)
    if view == "plan":
        training_plan.sessions(words, shown)
    elif view == "courses":
        training.courses(words, shown)
    else:
        training.needs(words, shown)


if __name__ == "__main__":
    show()
