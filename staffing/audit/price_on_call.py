"""What on-call duties cost, each price with its origin: the definition of docs/reference/on-call.md."""

from collections.abc import Iterator

from staffing.domain.on_call import TURN_KINDS, OnCallProblem, Pairs, cents
from staffing.domain.result import CostTerm, RosterCost


def on_call_cost(duties: OnCallProblem, pairs: Pairs) -> RosterCost:
    """Price the places given out; every component is present and is the sum of its terms.

    Amounts are whole hundredths of the currency, so a solver's sum is the same. ``on_call_open`` names the day and the
    duty, ``on_call_pay``, ``on_call_called``, ``on_call_wish`` and ``on_call_fairness`` the agent too,
    ``on_call_change`` the agent and ``added`` or ``removed``.
    """
    prices = {
        "on_call_open": _open,
        "on_call_pay": _pay,
        "on_call_fairness": _fairness,
        "on_call_wish": _wishes,
        "on_call_called": _called,
        "on_call_change": _changes,
    }
    components, terms = {}, list[CostTerm]()
    for name, price in prices.items():
        own = [row for row in price(duties, tuple(sorted(pairs))) if row[0]]
        components[name] = sum(row[0] for row in own) / 100
        terms += [CostTerm(name, cent / 100, agent=agent, day=day, detail=detail) for cent, agent, day, detail in own]
    return RosterCost(components, 0.0, tuple(terms))


Row = tuple[int, int | None, int, str]
"""Amount in hundredths, agent, day, detail."""


def _open(duties: OnCallProblem, pairs: Pairs) -> Iterator[Row]:
    for number, turn in enumerate(duties.turns):
        duty = duties.duties[turn.duty]
        missing = duty.people - sum(1 for place, _ in pairs if place == number)
        yield max(0, missing) * cents(duties.rules.open_price), None, turn.day, duty.id


def _pay(duties: OnCallProblem, pairs: Pairs) -> Iterator[Row]:
    for number, agent in pairs:
        turn = duties.turns[number]
        yield duties.pay_cents(turn, agent), agent, turn.day, duties.duties[turn.duty].id


def _fairness(duties: OnCallProblem, pairs: Pairs) -> Iterator[Row]:
    """Each further turn of a person on one kind of day is dearer than the one before; past ones count."""
    had = duties.before.copy()
    for number, agent in sorted(pairs, key=lambda pair: (duties.turns[pair[0]].day, pair)):
        turn = duties.turns[number]
        had[agent, turn.kind] += 1
        yield cents(duties.rules.fairness) * int(had[agent, turn.kind]), agent, turn.day, TURN_KINDS[turn.kind]


def _wishes(duties: OnCallProblem, pairs: Pairs) -> Iterator[Row]:
    for number, agent in pairs:
        turn = duties.turns[number]
        yield cents(float(duties.wish_off[agent, turn.day])), agent, turn.day, "off"


def _called(duties: OnCallProblem, pairs: Pairs) -> Iterator[Row]:
    """What a call costs beside the wage of the shift that it became."""
    for call in duties.called:
        if (call.turn, call.agent) in pairs:
            turn = duties.turns[call.turn]
            yield duties.called_cents(call), call.agent, turn.day, duties.duties[turn.duty].id


def _changes(duties: OnCallProblem, pairs: Pairs) -> Iterator[Row]:
    """Places that were published and are not any more, and new ones on turns that were published."""
    before, now, known = set(duties.reference), set(pairs), set(duties.known)
    for kind, places in (("added", now - before), ("removed", before - now)):
        for number, agent in sorted(places):
            if number in known:
                turn = duties.turns[number]
                yield duties.change_cents(turn), agent, turn.day, kind
