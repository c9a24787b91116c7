"""The people of a centre as editable tables, and edits of them as rows of text again."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from staffing.files import read_centre
from staffing.files.centre_write import edit_centre
from staffing.ui.facts.people_tables import (
    SKILL,
    Delta,
    cell_text,
    delta_of,
    matching,
    people_frame,
    rebased,
    skill_frame,
    skills_of,
    time_off_frame,
    wish_frame,
    with_delta,
)
from staffing.ui.people_draft import begin
from tests.files.tiny_centre import write_tiny_centre

ROWS = (
    {"agent": "a1", "name": "Ana", "team": "north", "contract": "full", "skills": "phone:1.0;mail:0.9"},
    {"agent": "a2", "name": "'=Ben", "team": "south", "contract": "part", "skills": "phone", "cost_per_h": "20.0"},
    {
        "agent": "a3",
        "name": "Chu",
        "team": "north",
        "contract": "full",
        "skills": "mail:1.1",
        "start_date": "2026-01-05",
    },
)
TEXT = st.text("abc1", max_size=3)
TABLE = st.lists(
    st.fixed_dictionaries({"agent": TEXT.filter(bool), "team": TEXT}), max_size=6, unique_by=lambda r: r["agent"]
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_tiny_centre(tmp_path / "centre")


def test_an_editor_without_edits_changes_nothing() -> None:
    """Whatever is shown, and before the editor is drawn at all."""
    assert with_delta(ROWS, [0, 2], delta_of(None)) == ROWS
    assert with_delta(ROWS, [], delta_of({"edited_rows": {}, "added_rows": [], "deleted_rows": []})) == ROWS
    assert not delta_of({})


def test_edits_reach_the_rows_they_were_made_in() -> None:
    """Cells, new and deleted rows of a filtered table; blank new rows are none."""
    state = {
        "edited_rows": {1: {"team": "west", "start_date": "2026-02-01T00:00:00.000"}},
        "added_rows": [{"agent": "a9", "cost_per_h": 21.50}, {}],
        "deleted_rows": [0],
    }
    rows = with_delta(ROWS, [0, 2], delta_of(state))
    assert [row["agent"] for row in rows] == ["a2", "a3", "a9"]
    assert rows[1] | {"team": "west", "start_date": "2026-02-01"} == rows[1]
    assert rows[2] == {"agent": "a9", "cost_per_h": "21.5"}
    assert rows[0] == ROWS[1]


def test_the_matrix_of_skills_writes_one_cell() -> None:
    """A number gives a skill, a blank takes it; the others stay."""
    edits = Delta({0: {f"{SKILL}mail": None, f"{SKILL}chat": 0.75}, 1: {"primary": "phone"}}, (), ())
    rows = with_delta(ROWS, [0, 1, 2], edits)
    assert rows[0]["skills"] == "phone:1;chat:0.75"
    assert (rows[1]["skills"], rows[1]["primary"]) == ("phone", "phone")
    frame = skill_frame(ROWS, ["phone", "mail"])
    assert frame[f"{SKILL}mail"].fillna(0).tolist() == [0.9, 0.0, 1.1]
    assert frame["name"].tolist() == ["Ana", "=Ben", "Chu"]
    assert skills_of(ROWS, {"phone": "Hotline"}) == {"phone": "Hotline", "mail": "mail"}


def test_values_of_an_editor_as_text() -> None:
    """Numbers without a trailing point, days and moments in ISO, names that no spreadsheet runs."""
    assert [cell_text("cost_per_h", value) for value in (20.0, 20.25, None, float("nan"))] == ["20", "20.25", "", ""]
    assert cell_text("start", "2026-02-02 08:30:00") == "2026-02-02T08:30"
    assert cell_text("paid", True) == "true"
    assert cell_text("name", "=1+1") == "'=1+1"


def test_filters_together() -> None:
    """Team, contract, skill and part of a name or id; none passes all."""
    assert matching(ROWS) == [0, 1, 2]
    assert matching(ROWS, teams=["north"], serves=["phone"]) == [0]
    assert matching(ROWS, contracts=["part"]) == [1]
    assert matching(ROWS, search="ch") == [2]
    assert matching(ROWS, search="A2") == [1]


def test_frames_are_typed() -> None:
    """Numbers, days and moments; a cell that is none of them is blank, for the reader to refuse."""
    frame = people_frame(
        [*ROWS, {"agent": "x", "cost_per_h": "much", "start_date": "soon"}], ["agent", "cost_per_h", "start_date"]
    )
    assert frame["cost_per_h"].fillna(-1).tolist() == [-1, 20, -1, -1]
    assert str(frame["start_date"][2]) == "2026-01-05"
    away = time_off_frame(
        [
            {"agent": "a1", "start": "2026-02-02", "end": "2026-02-03", "kind": "Leave"},
            {"agent": "a1", "start": "2026-02-04T08:00:00+00:00", "end": "x", "kind": "unpaid"},
        ],
        ZoneInfo("Europe/Berlin"),
    )
    assert [str(value) for value in away.loc[0, ["start", "end"]]] == ["2026-02-02 00:00:00", "2026-02-04 00:00:00"]
    assert str(away.loc[1, "start"]) == "2026-02-04 09:00:00"
    assert away["end"].isna().tolist() == [False, True]
    assert (away["paid"].tolist(), away["kind"].tolist()) == ([True, False], ["leave", "unpaid"])
    assert wish_frame([{"agent": "a", "date": "2026-02-02", "wish": "off"}])["weight"].tolist() == [1.0]


@given(TABLE, TABLE)
def test_edits_of_one_side_only_are_that_side(base: list, other: list) -> None:
    """Where only I or only they changed something, the merge is that; both alike is no clash."""
    for key in ("agent", None):
        for merged, _ in (rebased(base, other, base, key), rebased(base, base, other, key)):
            assert sorted(sorted(row.items()) for row in merged) == sorted(sorted(row.items()) for row in other)
        assert rebased(base, base, other, key)[1] == 0
        assert rebased(base, other, base, key)[1] == 0


def test_edits_of_both_sides_merge_cell_by_cell() -> None:
    """Different cells of one person merge, the same cell is a clash that mine wins, and rows of both are there."""
    base = [{"agent": "a", "team": "x", "role": "r"}, {"agent": "b", "team": "x"}, {"agent": "c", "team": "x"}]
    mine = [{"agent": "a", "team": "m", "role": "r"}, {"agent": "b", "team": "m"}, {"agent": "d"}]
    theirs = [
        {"agent": "a", "team": "x", "role": "t"},
        {"agent": "b", "team": "t"},
        {"agent": "c", "team": "t"},
        {"agent": "e"},
    ]
    rows, both = rebased(base, mine, theirs, "agent")
    assert rows == (
        {"agent": "a", "team": "m", "role": "t"},
        {"agent": "b", "team": "m"},
        {"agent": "e"},
        {"agent": "d"},
    )
    assert both == 2
    assert rebased([{"n": "1"}], [{"n": "1"}, {"n": "2"}], [{"n": "3"}], None) == (({"n": "3"}, {"n": "2"}), 0)


def test_a_draft_writes_what_was_done(folder: Path) -> None:
    """Edits of two tables become files; people who go take their leave along; nothing done is no file."""
    draft = begin(folder, "seen")
    assert (draft.is_dirty, draft.edit().changes) == (False, {})
    draft.pending["agents.csv"] = tuple(row for row in draft.rows["agents.csv"] if row["agent"] != "a2")
    draft.pending["wishes.csv"] = (*draft.rows["wishes.csv"], {"agent": "a4", "date": "2026-02-05", "wish": "off"})
    assert draft.is_dirty
    draft.settle()
    assert (draft.version, draft.pending, draft.is_dirty) == (1, {}, True)
    edit_centre(folder, draft.edit().changes)
    scenario = read_centre(folder)
    assert [agent.id for agent in scenario.agents] == ["a1", "a3", "a4"]
    assert scenario.time_off == ()
    assert [wish.agent for wish in scenario.wishes] == ["a1", "a3", "a4"]


def test_a_draft_is_put_on_what_others_saved(folder: Path) -> None:
    """Somebody else saves: my edits stay, theirs come in, and clashes are counted."""
    draft = begin(folder, "old")
    draft.pending["agents.csv"] = tuple(row | {"team": "mine"} for row in draft.rows["agents.csv"])
    other = (folder / "agents.csv").read_bytes().replace(b"a1,Ana,north", b"a1,Anna,theirs")
    edit_centre(folder, {"agents.csv": other})
    draft.adopt("new")
    first = draft.now("agents.csv")[0]
    assert (first["name"], first["team"], first["skills"]) == ("Anna", "mine", "phone:1.0;mail:0.9")
    assert (draft.clashes, draft.seen, draft.is_dirty) == (1, "new", True)
