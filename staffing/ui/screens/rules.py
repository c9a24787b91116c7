"""Every rule and price in plain words, with its values to change, and whether all of it can be kept."""

from staffing.ui.centre import centre_page
from staffing.ui.sections import labour, rule_check, rules


def show() -> None:
    """Draw the page."""
    words, shown = centre_page("rules")
    draft = rules.draft_of(shown)
    rules.save_bar(words, shown, draft)
    rule_check.check(words, shown, draft)
    labour.labour(words, shown)
    topic = rules.topic_switch(words)
    if topic == rules.COSTS:
        rule_check.prices(words)
    else:
        rules.topic(words, shown, draft, topic)


if __name__ == "__main__":
    show()
