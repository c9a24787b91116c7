"""Centre files lose their people and get them back."""

from pathlib import Path

import pytest

from staffing.files import CENTRE_FILES, PEOPLE_FILES, hide_people, read_centre, show_people

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "hr-centre"


def test_the_list_of_files_is_what_a_centre_is_read_from(monkeypatch: pytest.MonkeyPatch):
    """Every file that the reader opens is kept, and every file kept is one the reader opens."""
    opened = set()
    read = Path.read_bytes

    def watched(self: Path) -> bytes:
        opened.add(self.name)
        return read(self)

    monkeypatch.setattr(Path, "read_bytes", watched)
    read_centre(SAMPLE)
    assert opened == set(CENTRE_FILES)
    assert set(PEOPLE_FILES) < set(CENTRE_FILES)


@pytest.mark.parametrize("file", PEOPLE_FILES)
def test_hidden_and_shown_again_is_the_file(file: str):
    """Byte for byte for files as we write them; hidden ones hold no id of an agent and no name."""
    agents = read_centre(SAMPLE).agents
    keys = {agent.id: f"key{number}" for number, agent in enumerate(agents)}
    known = {keys[agent.id]: (agent.id, agent.name) for agent in agents}
    data = (SAMPLE / file).read_bytes()
    hidden = hide_people(file, data, keys)
    text = hidden.decode()
    assert not any(agent.id in text or agent.name in text for agent in agents)
    assert show_people(file, hidden, known.__getitem__) == data


def test_files_without_people_stay_as_they_are():
    """Other files are not touched, whatever is in them."""
    assert hide_people("events.csv", b"\xff agent;name\n", {}) == b"\xff agent;name\n"


def test_other_shapes_of_the_same_table():
    """Excel's separator, a byte-order mark and UTF-16 keep their separator; unknown columns go, such as an e-mail."""
    text = "sep=;\r\nAgent;Name;E-Mail;Skills\r\nA1;Ann;ann@example.com;phone:0,9\r\n\r\n"
    for data in (text.encode("utf-8-sig"), text.encode("utf-16")):
        hidden = hide_people("agents.csv", data, {"A1": "k"})
        assert hidden == b"Agent;Name;Skills\nk;;phone:0,9\n"
    shown = show_people("agents.csv", hidden, lambda key: (f"of {key}", "=cmd()"))
    assert shown == b"Agent;Name;Skills\nof k;'=cmd();phone:0,9\n"


def test_groups_of_agents_are_hidden_too():
    """Activities name several people in one cell."""
    data = b"id,kind,agents,minutes,earliest,latest\nteam,meeting,A1; A2|A3,60,a,b\n"
    hidden = hide_people("activities.csv", data, {"A1": "x", "A2": "y"})
    assert hidden.splitlines()[1] == b"team,meeting,x;y;A3,60,a,b"


def test_an_empty_table_is_left_alone():
    """A file of a header, or of nothing, has nobody to hide."""
    assert hide_people("wishes.csv", b"", {}) == b""
    assert hide_people("wishes.csv", b"agent,date,wish\n", {}) == b"agent,date,wish\n"
