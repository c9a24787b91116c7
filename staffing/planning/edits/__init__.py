"""Editing a roster by hand: edits as values, what they do, what they cost and break, undo and redo."""

from staffing.planning.edits.apply import REASONS, RefusedError, Step, do_edit, do_step
from staffing.planning.edits.days import Day, Piece, Working, differing_days, same_rosters
from staffing.planning.edits.log import EditLog
from staffing.planning.edits.outcome import EditOutcome, Judged, Refusal, apply_edits, judge_edited
from staffing.planning.edits.values import (
    CopyShift,
    Edit,
    InsertShift,
    LockShift,
    MoveBreak,
    MoveShift,
    PutDay,
    RemoveShift,
    ResizeShift,
    SetStretch,
    SwapDay,
    edit_row,
    read_edit,
)

__all__ = [
    "REASONS",
    "CopyShift",
    "Day",
    "Edit",
    "EditLog",
    "EditOutcome",
    "InsertShift",
    "Judged",
    "LockShift",
    "MoveBreak",
    "MoveShift",
    "Piece",
    "PutDay",
    "Refusal",
    "RefusedError",
    "RemoveShift",
    "ResizeShift",
    "SetStretch",
    "Step",
    "SwapDay",
    "Working",
    "apply_edits",
    "differing_days",
    "do_edit",
    "do_step",
    "edit_row",
    "judge_edited",
    "read_edit",
    "same_rosters",
]
