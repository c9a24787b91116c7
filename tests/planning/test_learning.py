"""From records to proposals to the files of a centre, and back."""

import re
from pathlib import Path

import pytest

from staffing.files import read_centre, read_kpi
from staffing.measures.learned import State
from staffing.planning.centre_edits import save_centre, undo_centre
from staffing.planning.learning import Learned, accepted, chosen, edit_note, learn
from staffing.sample.hr_handled import DERIVED, PATIENCE_S, SPEED, TENURE_SPEED
from staffing.store import open_store
from staffing.store.access import Actor, Role
from tests.files.tiny_learned import CALLBACK_S, SHARE, write_tiny_learned
from tests.files.tiny_learned import PATIENCE_S as TINY_PATIENCE_S

PLANNER = Actor("pia", Role.PLANNER)


def learned_of(folder: Path) -> Learned:
    return learn(read_centre(folder), read_kpi(folder).records)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_learned(tmp_path_factory.mktemp("learned") / "centre")


@pytest.fixture(scope="module")
def tiny(folder: Path) -> Learned:
    return learned_of(folder)


def test_each_kind_is_proposed_where_the_records_contradict_it(tiny: Learned) -> None:
    """Patience, share, handle time, absence and one fast person; nothing is missing."""
    found = {one.id: one.proposed for one in tiny.proposals}
    assert found["patience.phone"] == pytest.approx(TINY_PATIENCE_S, rel=0.03)
    assert found["share.callback"] == pytest.approx(SHARE, rel=0.05)
    assert found["aht.callback"] == pytest.approx(CALLBACK_S, rel=0.05)
    assert found["shrinkage.phone"] == pytest.approx(0.0625, abs=0.002)
    assert found["speed.a1.phone"] in (1.2, 1.25)
    assert {one.queue for one in tiny.findings if one.id.startswith("aht")} == {"callback"}
    assert tiny.missing == ()


def test_accepted_values_are_written_and_can_be_taken_back(tiny: Learned, folder: Path, tmp_path: Path) -> None:
    """Comments stay, the centre is read with the new values, the records agree with them, and undo brings all back."""
    toml, agents = (folder / "centre.toml").read_text(), (folder / "agents.csv").read_text()
    store = open_store(f"sqlite:///{tmp_path / 'staffing.db'}")
    files = accepted(folder, tiny.proposals)
    assert set(files) == {"centre.toml", "agents.csv"}
    edit = save_centre(store, folder, files, PLANNER, note=edit_note(tiny.proposals))
    assert edit is not None
    assert edit.note.startswith("learned: shrinkage 1, share 1, patience 1, aht 1, speed ")
    text = (folder / "centre.toml").read_text()
    assert "# by guess" in text
    assert "# as agreed" in text
    scenario = read_centre(folder)
    callback = scenario.centre.queue("callback")
    values = {one.id: one.proposed for one in tiny.proposals}
    assert callback.source is not None
    assert (callback.source.queue, callback.source.share) == ("phone", values["share.callback"])
    assert callback.aht_s == values["aht.callback"]
    phone = scenario.centre.queue("phone")
    assert (phone.patience_s, phone.unplanned_shrinkage) == (values["patience.phone"], values["shrinkage.phone"])
    assert scenario.agents[0].skills[0].proficiency == values["speed.a1.phone"]
    assert scenario.agents[0].skills[1].proficiency == 0.9
    again = {one.id: one.state for one in learned_of(folder).findings}
    assert {again[ident] for ident in values if not ident.startswith("speed")} == {State.FITS}
    undo_centre(store, folder, PLANNER)
    assert ((folder / "centre.toml").read_text(), (folder / "agents.csv").read_text()) == (toml, agents)
    store.close()


def test_only_what_is_chosen_is_written(tiny: Learned, folder: Path) -> None:
    """One speed touches one cell; nothing chosen touches nothing; a name that is no proposal is refused."""
    files = accepted(folder, chosen(tiny, ["speed.a1.phone"]))
    assert set(files) == {"agents.csv"}
    before, after = (folder / "agents.csv").read_text().splitlines(), (files["agents.csv"] or b"").decode().splitlines()
    assert [row[:2] for row, other in zip(after, before, strict=True) if row != other] == ["a1"]
    assert accepted(folder, ()) == {}
    with pytest.raises(KeyError, match=r"speed\.a4"):
        chosen(tiny, ["speed.a4.phone"])


def test_other_reasons_of_absence_are_not_counted_twice(tiny: Learned, tmp_path: Path) -> None:
    """With an unplanned reason of 2 % on half the days, the share proposed and the reason lose what was lost."""
    reason = '\n[[shrinkage_reason]]\nname = "flu"\nshare = 0.02\nend = 2026-01-16\n'
    found = learned_of(write_tiny_learned(tmp_path / "two", reason)).findings[0]
    alone = tiny.findings[0]
    assert (found.id, alone.id) == ("shrinkage.phone", "shrinkage.phone")
    assert found.estimate is not None
    assert alone.estimate is not None
    assert 1 - (1 - found.estimate.value) * (1 - 0.01) == pytest.approx(alone.estimate.value, abs=1e-4)


def test_a_source_of_its_own_table_is_changed_in_place(tiny: Learned, folder: Path, tmp_path: Path) -> None:
    """The share may be a key of a table of its own, not only of an inline one."""
    text = (folder / "centre.toml").read_text()
    inline = 'source = { queue = "phone", share = 0.05 }  # as agreed\n'
    assert inline in text
    own = tmp_path / "own"
    own.mkdir()
    (own / "centre.toml").write_text(text.replace(inline, '[queue.source]\nqueue = "phone"\nshare = 0.05  # agreed\n'))
    files = accepted(own, chosen(tiny, ["share.callback"]))
    assert re.search(rb"^share = 0\.(1|099\d?)  # agreed$", files["centre.toml"] or b"", re.MULTILINE)


def test_without_tables_it_tells_what_is_missing(tmp_path: Path) -> None:
    """Surveys alone teach nothing, and each missing table is named."""
    nothing = dict.fromkeys(("intervals", "handled", "schedule", "activity"), "")
    found = learned_of(write_tiny_learned(tmp_path / "bare", **nothing, surveys="when,csat\n2026-02-02,4\n"))
    assert found.proposals == ()
    assert {one.state for one in found.findings} == {State.UNKNOWN}
    assert found.missing == ("schedule.csv, activity.csv", "abandon_wait_s", "handled.csv")
    assert (found.lost, found.curve) == (None, ())


@pytest.fixture(scope="module")
def sample(repository: Path) -> Learned:
    return learned_of(repository / "data" / "hr-centre")


def test_what_the_sample_hides_is_found(sample: Learned) -> None:
    """Patience, shares and handle times planted in the records lie in their intervals; known ones are left alone."""
    found = {one.id: one for one in sample.findings}
    planted = {f"patience.{queue}": value for queue, value in PATIENCE_S.items()}
    for queue, (_, share, aht_s, _) in DERIVED.items():
        planted |= {f"share.{queue}": share, f"aht.{queue}": aht_s}
    for ident, truth in planted.items():
        estimate = found[ident].estimate
        assert estimate is not None
        assert estimate.low <= truth <= estimate.high, ident
    proposed = {one.id for one in sample.proposals}
    assert {"patience.phone", "patience.chat", "share.tier2_pay", "share.callback", "aht.tier2_law"} <= proposed
    assert not {"share.tier2_law", "aht.tier2_pay"} & proposed


def test_fast_slow_and_new_people_of_the_sample_are_found(sample: Learned) -> None:
    """Each planted speed is proposed in its direction; the curve shows what newcomers lack."""
    found = {
        one.agent: one for one in sample.proposals if one.agent in SPEED and one.queue in ("phone", "chat", "email")
    }
    for agent, truth in SPEED.items():
        assert found[agent].proposed is not None
        assert (found[agent].proposed - 1) * (truth - 1) > 0, agent
    curve = {band.from_month: band for band in sample.curve}
    newcomers, experienced = curve[1], curve[12]
    assert newcomers.low is not None
    assert newcomers.high is not None
    assert newcomers.low <= dict(TENURE_SPEED)[0] <= newcomers.high
    assert experienced.speed == pytest.approx(0.97, abs=0.04)
