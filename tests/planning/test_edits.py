"""Edits of a roster: what each does, that undo restores, and that the audit alone says what it costs and breaks."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from staffing.audit import audit_roster, roster_cost
from staffing.audit.fits import KIND_CODE
from staffing.domain.problem import FixedTime, RosterProblem
from staffing.domain.roster import ACTIVITIES, Roster
from staffing.domain.shift import BreakType, ShiftType
from staffing.planning.edits import (
    CopyShift,
    Edit,
    EditLog,
    InsertShift,
    LockShift,
    MoveBreak,
    MoveShift,
    Piece,
    PutDay,
    RefusedError,
    RemoveShift,
    ResizeShift,
    SetStretch,
    SwapDay,
    Working,
    apply_edits,
    differing_days,
    do_step,
    edit_row,
    judge_edited,
    read_edit,
    same_rosters,
)
from staffing.planning.edits.pauses import place_pauses
from tests.builders import make_agent, make_centre, make_email, make_problem, make_queue, make_roster, make_scenario

DAY = "phone 240 meal 30 phone 210"
PEOPLE, DAYS = 4, 7


def ground(**changes: object) -> RosterProblem:
    """Four people on phone, chat and e-mail, one of whom knows the phone only."""
    centre = make_centre(queues=(make_queue(), make_queue("chat"), make_email()))
    people = [make_agent(i, ("phone", "chat", "email") if i else ("phone",)) for i in range(PEOPLE)]
    return make_problem(make_scenario(centre, people), **changes)


PROBLEM = ground()
ROSTER = make_roster(
    PROBLEM,
    (0, 0, "08:00", DAY),
    (0, 1, "09:00", DAY),
    (1, 0, "10:00", "chat 240 meal 30 phone 210"),
    (1, 2, "08:00", "phone 240"),
    (2, 3, "09:30", "phone 120 chat 120 meal 30 training 60 phone 150"),
    (3, 6, "10:00", "email 240"),
)
SLOTS = PROBLEM.grid.n


def shown(roster: Roster, agent: int, day: int) -> str:
    """A shift as text: ``08:00 phone 240 meal 30``."""
    pieces, words = Working(roster, {}).day(agent, day), []
    for piece in pieces:
        what = roster.queues[piece.queue] if piece.queue >= 0 else ACTIVITIES[piece.activity]
        words.append(f"{what} {(piece.end - piece.start) * 30}")
    return f"{PROBLEM.grid.local(pieces[0].start):%H:%M} {' '.join(words)}" if pieces else ""


def slot(day: int, clock: str) -> int:
    hours, minutes = clock.split(":")
    return PROBLEM.grid.at(day, int(hours) * 60 + int(minutes))


agents = st.sampled_from([f"a{i}" for i in range(PEOPLE)])
days = st.integers(-1, DAYS)
slots = st.integers(-3, SLOTS + 3)
queues = st.sampled_from(["", "phone", "chat", "email", "fax"])
edits = st.one_of(
    st.builds(MoveShift, agents, days, slots),
    st.builds(ResizeShift, agents, days, slots, slots),
    st.builds(RemoveShift, agents, days),
    st.builds(
        InsertShift, agents, days, st.sampled_from(["day", "none"]), slots, st.sampled_from([0, 240, 480]), queues
    ),
    st.builds(CopyShift, agents, days, agents, days),
    st.builds(SwapDay, agents, days, agents),
    st.builds(MoveBreak, agents, days, slots, slots),
    st.builds(SetStretch, agents, days, slots, slots, queues, st.sampled_from(["work", "training", "break"])),
    st.builds(LockShift, agents, days, st.booleans()),
    st.builds(PutDay, agents, days, st.just(((112, 116, 0, 0), (116, 118, 0, 1)))),
)


@given(st.lists(edits, max_size=12))
def test_undo_restores_and_redo_repeats(done: list[Edit]) -> None:
    """Every step taken back gives an equal roster, step by step, and doing it again too; the given roster stays."""
    working, log, past = Working(ROSTER, {}), EditLog(), [ROSTER]
    for edit in done:
        try:
            working, step = do_step(PROBLEM, working, [edit])
        except RefusedError:
            continue
        log = log.add(step)
        past.append(working.roster)
    for expected in reversed(past[:-1]):
        log, working = log.undo(working)
        assert same_rosters(working.roster, expected)
    assert not log.can_undo
    assert log.undo(working) == (log, working)
    for expected in past[1:]:
        log, working = log.redo(working)
        assert same_rosters(working.roster, expected)
    assert not log.can_redo


@given(st.lists(edits, max_size=8))
def test_cost_and_rules_are_those_of_the_audit(done: list[Edit]) -> None:
    """What an outcome tells is the audit of the roster it holds, before and after."""
    outcome = apply_edits(PROBLEM, ROSTER, done)
    before, after = roster_cost(PROBLEM, ROSTER), roster_cost(PROBLEM, outcome.roster)
    assert outcome.violations == audit_roster(PROBLEM, outcome.roster)
    assert outcome.cost_after.total == after.total
    assert outcome.cost_before.total == before.total
    assert sum(outcome.cost_change.values()) == pytest.approx(after.total - before.total)
    cover = outcome.roster.coverage(PROBLEM.proficiency) - ROSTER.coverage(PROBLEM.proficiency)
    assert np.array_equal(outcome.coverage_change, cover)
    assert len(outcome.steps) + len(outcome.refused) == len(done)
    assert outcome.may_publish == all(v.severity != "hard" for v in outcome.violations)


@given(st.lists(edits, max_size=8))
def test_one_after_the_other_is_all_at_once(done: list[Edit]) -> None:
    """Edits applied in two calls give the roster of one call; days that no step names stay as they were."""
    half = len(done) // 2
    once = apply_edits(PROBLEM, ROSTER, done)
    twice = apply_edits(PROBLEM, apply_edits(PROBLEM, ROSTER, done[:half]).roster, done[half:])
    assert same_rosters(once.roster, twice.roster)
    named = {key for step in once.steps for key in step.after}
    assert differing_days(ROSTER, once.roster) <= named


@given(agents, st.integers(0, 6), agents)
def test_a_swap_twice_changes_nothing(one: str, day: int, other: str) -> None:
    """Two people who swap a day and swap it again have their own days."""
    outcome = apply_edits(PROBLEM, ROSTER, [SwapDay(one, day, other)] * 2)
    assert same_rosters(outcome.roster, ROSTER)


@given(edits)
def test_an_edit_is_data(edit: Edit) -> None:
    """Written as plain data and read again it is the same edit."""
    assert read_edit(edit_row(edit)) == edit


@pytest.mark.parametrize(
    "row",
    [
        {},
        {"kind": "explode"},
        {"kind": "remove", "agent": "a0"},
        {"kind": "remove", "agent": "a0", "day": "1"},
        {"kind": "remove", "agent": "a0", "day": True},
        {"kind": "remove", "agent": 3, "day": 1},
        {"kind": "remove", "agent": "x" * 300, "day": 1},
        {"kind": "remove", "agent": "a0", "day": 10**9},
        {"kind": "remove", "agent": "a0", "day": 1, "more": 1},
        {"kind": "lock", "agent": "a0", "day": 1, "locked": 1},
        {"kind": "put", "agent": "a0", "day": 1, "rows": 5},
        {"kind": "put", "agent": "a0", "day": 1, "rows": [[1, 2, 3]]},
        {"kind": "put", "agent": "a0", "day": 1, "rows": [[1, 2, 3, "x"]]},
        {"kind": "put", "agent": "a0", "day": 1, "rows": [[1, 2, 3, 4]] * 400},
    ],
)
def test_what_is_no_edit_is_refused(row: dict[str, object]) -> None:
    """A browser may send anything; only whole edits of the right types are read."""
    with pytest.raises(ValueError, match=r"kind|fields|expected|long|rows"):
        read_edit(row)


@pytest.mark.parametrize(
    ("edit", "key", "expected"),
    [
        (MoveShift("a0", 0, slot(0, "09:00")), (0, 0), "09:00 phone 240 meal 30 phone 210"),
        (MoveShift("a0", 0, slot(4, "08:30")), (0, 4), "08:30 phone 240 meal 30 phone 210"),
        (ResizeShift("a1", 2, slot(2, "08:00"), slot(2, "10:00")), (1, 2), "08:00 phone 120"),
        (ResizeShift("a0", 0, slot(0, "08:00"), slot(0, "12:00")), (0, 0), "08:00 phone 240"),
        (RemoveShift("a0", 0), (0, 0), ""),
        (InsertShift("a0", 4, "day", slot(4, "08:00"), 240), (0, 4), "08:00 phone 240"),
        (InsertShift("a1", 4, "day", slot(4, "08:00"), 240, "chat"), (1, 4), "08:00 chat 240"),
        (CopyShift("a0", 0, "a3", 1), (3, 1), "08:00 phone 240 meal 30 phone 210"),
        (SwapDay("a0", 0, "a1"), (0, 0), "10:00 chat 240 meal 30 phone 210"),
        (SwapDay("a0", 0, "a2"), (0, 0), ""),
        (MoveBreak("a0", 0, slot(0, "12:00"), slot(0, "11:00")), (0, 0), "08:00 phone 180 meal 30 phone 270"),
        (
            SetStretch("a0", 0, slot(0, "11:00"), slot(0, "13:00"), "chat"),
            (0, 0),
            "08:00 phone 180 chat 60 meal 30 chat 30 phone 180",
        ),
        (
            SetStretch("a0", 0, slot(0, "08:00"), slot(0, "09:00"), "", "training"),
            (0, 0),
            "08:00 training 60 phone 180 meal 30 phone 210",
        ),
    ],
)
def test_what_each_edit_does(edit: Edit, key: tuple[int, int], expected: str) -> None:
    """Known edits give known days."""
    outcome = apply_edits(PROBLEM, ROSTER, [edit])
    assert outcome.refused == ()
    assert shown(outcome.roster, *key) == expected


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        (RemoveShift("nobody", 0), "unknown"),
        (RemoveShift("a0", 5), "no_shift"),
        (RemoveShift("a0", 7), "outside"),
        (MoveShift("a0", 0, slot(1, "08:00")), "occupied"),
        (MoveShift("a0", 0, SLOTS), "outside"),
        (ResizeShift("a0", 0, 20, 20), "too_short"),
        (ResizeShift("a0", 0, 20, 90), "too_long"),
        (InsertShift("a0", 0, "day", slot(0, "08:00")), "occupied"),
        (InsertShift("a0", 4, "nothing", slot(4, "08:00")), "unknown"),
        (InsertShift("a0", 4, "day", slot(5, "08:00")), "outside"),
        (MoveBreak("a0", 0, 20, 22), "no_break"),
        (MoveBreak("a0", 0, slot(0, "12:00"), slot(0, "07:00")), "outside"),
        (SetStretch("a0", 0, slot(0, "20:00"), slot(0, "21:00"), "phone"), "outside"),
        (SetStretch("a0", 0, slot(0, "08:00"), slot(0, "09:00"), "", "leave"), "unknown"),
        (SwapDay("a0", 5, "a1"), "no_shift"),
        (SwapDay("a0", 0, "a0"), "nothing"),
        (CopyShift("a0", 0, "a0", 0), "nothing"),
        (MoveShift("a0", 0, slot(0, "08:00")), "nothing"),
        (PutDay("a0", 0, ((16, 20, 99, 0),)), "unknown"),
        (PutDay("a0", 1, ((16, 20, 0, 0),)), "outside"),
    ],
)
def test_what_has_no_meaning_is_refused(edit: Edit, code: str) -> None:
    """An edit that cannot be done changes nothing and says why."""
    outcome = apply_edits(PROBLEM, ROSTER, [edit])
    assert [refusal.code for refusal in outcome.refused] == [code]
    assert outcome.roster is ROSTER


def test_a_broken_rule_is_told_and_forbids_publishing() -> None:
    """A planner may overrule: the edit is done, the rule is told, and such a roster is never published."""
    outcome = apply_edits(PROBLEM, ROSTER, [ResizeShift("a0", 0, slot(0, "08:00"), slot(0, "18:30"))])
    assert {v.rule for v in outcome.new_violations} >= {"shift_window", "opening_hours"}
    assert not outcome.may_publish
    assert apply_edits(PROBLEM, ROSTER, []).may_publish == judge_edited(PROBLEM, ROSTER).is_legal


def test_a_locked_shift_stays_until_it_is_freed() -> None:
    """Everything but freeing and copying it is refused."""
    locked = apply_edits(PROBLEM, ROSTER, [LockShift("a0", 0)]).roster
    assert all(piece.locked for piece in Working(locked, {}).day(0, 0))
    tried = [RemoveShift("a0", 0), SwapDay("a1", 0, "a0"), CopyShift("a1", 2, "a0", 0), PutDay("a0", 0)]
    assert [r.code for r in apply_edits(PROBLEM, locked, tried).refused] == ["locked"] * 4
    copied = apply_edits(PROBLEM, locked, [CopyShift("a0", 0, "a1", 4)]).roster
    assert not any(piece.locked for piece in Working(copied, {}).day(1, 4))
    freed = apply_edits(PROBLEM, locked, [LockShift("a0", 0, False), RemoveShift("a0", 0)])
    assert freed.refused == ()


def test_fixed_time_stays_where_it_is() -> None:
    """A meeting fixed at 10:00 does not move with the shift around it, and the break makes room for it."""
    meeting = FixedTime(0, slot(0, "12:00"), slot(0, "13:00"), "meeting", True, True)
    problem = replace(PROBLEM, fixed=(meeting,))
    roster = make_roster(problem, (0, 0, "08:00", "phone 180 meal 30 phone 30 meeting 60 phone 180"))
    moved = apply_edits(problem, roster, [MoveShift("a0", 0, slot(0, "09:00"))]).roster
    pieces = Working(moved, {}).day(0, 0)
    held = [piece for piece in pieces if ACTIVITIES[piece.activity] == "meeting"]
    assert [(piece.start, piece.end) for piece in held] == [(meeting.start, meeting.end)]
    assert [v for v in audit_roster(problem, moved) if v.rule in ("time_off", "breaks", "shift_window")] == []


def test_two_meetings_in_a_row_stay_two() -> None:
    """A shift that moves keeps its pieces apart: each of them may be asked for."""
    roster = make_roster(PROBLEM, (0, 0, "08:00", "training 30 training 30 phone 180"))
    moved = apply_edits(PROBLEM, roster, [MoveShift("a0", 0, slot(0, "09:00"))]).roster
    assert shown(moved, 0, 0) == "09:00 training 30 training 30 phone 180"


def test_training_is_not_copied() -> None:
    """A copy works where the training was: it was meant for one person once."""
    outcome = apply_edits(PROBLEM, ROSTER, [CopyShift("a2", 3, "a3", 3)])
    assert "training" not in shown(outcome.roster, 3, 3)


def test_a_copy_serves_what_its_agent_can_serve() -> None:
    """Work on a queue that the other agent cannot serve goes to one they can."""
    outcome = apply_edits(PROBLEM, ROSTER, [CopyShift("a1", 0, "a0", 3)])
    assert shown(outcome.roster, 0, 3) == "10:00 phone 240 meal 30 phone 210"


def test_an_inserted_shift_goes_where_it_helps() -> None:
    """With the phone well staffed and the chat empty, a new shift is given to the chat."""
    needed = np.zeros((3, SLOTS))
    needed[1] = 2.0
    problem = ground(required=needed)
    outcome = apply_edits(problem, make_roster(problem), [InsertShift("a1", 0, "day", slot(0, "08:00"), 480)])
    assert shown(outcome.roster, 1, 0).replace("chat", "") != shown(outcome.roster, 1, 0)
    assert "phone" not in shown(outcome.roster, 1, 0)
    assert outcome.may_publish


def test_moving_keeps_a_legal_shift_legal() -> None:
    """Breaks move along, or to legal places where the new length asks for others."""
    for edit in (
        MoveShift("a0", 0, slot(0, "10:00")),
        ResizeShift("a1", 2, slot(2, "08:00"), slot(2, "16:00")),
        ResizeShift("a0", 1, slot(1, "09:00"), slot(1, "13:00")),
    ):
        outcome = apply_edits(PROBLEM, ROSTER, [edit])
        assert [v for v in outcome.violations if v.rule in ("breaks", "shift_window") and v.agent in (0, 1)] == []


@given(
    st.integers(8, 20),
    st.lists(st.tuples(st.integers(1, 2), st.integers(0, 6), st.integers(0, 6), st.integers(0, 3)), max_size=3),
    st.lists(st.floats(-5, 5), min_size=20, max_size=20),
    st.sets(st.integers(0, 20), max_size=5),
)
def test_breaks_are_placed_best(
    length: int, kinds: list[tuple[int, int, int, int]], worth: list[float], taken: set[int]
) -> None:
    """Against every combination of places: legal whenever one is, and never dearer than the cheapest."""
    wanted = [
        BreakType(
            f"b{n}", 15 * size, paid=True, earliest_min=15 * low, latest_min=15 * (low + more), spacing_min=15 * gap
        )
        for n, (size, low, more, gap) in enumerate(kinds)
    ]
    values, start = worth[:length], 40
    best = None
    for places in combinations(range(start, start + length), len(wanted)):
        free_from, cost = start, 0.0
        for at, kind in zip(places, wanted, strict=True):
            size, gap = kind.minutes // 15, kind.spacing_min // 15
            inside = kind.earliest_min <= (at - start) * 15 <= kind.latest_min
            spaced = at - free_from >= gap and start + length - at - size >= gap
            if not inside or not spaced or not {n + start for n in taken}.isdisjoint(range(at, at + size)):
                break
            cost += sum(values[at - start : at - start + size])
            free_from = at + size
        else:
            best = cost if best is None else min(best, cost)
    found = place_pauses(wanted, start, values, 15, {n + start for n in taken})
    assert (found is None) == (best is None)
    if found is not None and best is not None:
        assert all(piece.activity == KIND_CODE["break"] for piece in found)
        assert sum(sum(values[p.start - start : p.end - start]) for p in found) == pytest.approx(best, abs=1e-9)


def test_a_log_refuses_a_wrong_cursor() -> None:
    """The cursor lies among the steps."""
    with pytest.raises(ValueError, match="cursor"):
        EditLog((), 1)


def test_an_absence_is_never_touched() -> None:
    """Leave stands as it is, whatever happens to the shifts of that person."""
    roster = make_roster(PROBLEM, (0, 0, "08:00", "leave 480"), (0, 1, "08:00", DAY))
    working = Working(roster, {}).with_days({(0, 0): (Piece(16, 20, 0, 0),), (0, 1): ()})
    kinds = [ACTIVITIES[code] for code in working.roster.activity.tolist()]
    assert sorted(kinds) == ["leave", "work"]


def test_a_shift_type_of_another_weekday_lends_its_breaks() -> None:
    """Where no type fits, one of that length says which breaks are due; the audit tells that the place is wrong."""
    weekdays_only = ShiftType("day", 480, 600, 30, (240, 480), ("meal",), weekdays=(0, 1, 2, 3, 4))
    problem = replace(PROBLEM, shifts=(weekdays_only,))
    moved = apply_edits(problem, ROSTER, [MoveShift("a0", 0, slot(5, "08:00"))])
    assert shown(moved.roster, 0, 5) == "08:00 phone 240 meal 30 phone 210"
    assert [v.rule for v in moved.new_violations if v.agent == 0] == ["shift_window"]
