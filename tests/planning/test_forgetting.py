"""Erasing a person: every place that can name one is known, and names nobody afterwards."""

import gzip
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

import staffing
from staffing.domain.override import Override
from staffing.domain.relabel import relabel
from staffing.domain.scenario import Hire, WhatIf
from staffing.errors import DataError
from staffing.files import PEOPLE_FILES, atomic_write, home, people, read_centre, read_plan, requests, write_plan
from staffing.files.centre_write import centre_history, edit_centre
from staffing.files.kpi_folder import read_kpi
from staffing.files.override_edit import overrides_file
from staffing.files.people_edit import WITH_AGENT
from staffing.files.whatif_folder import list_whatifs, save_whatif, whatif_folder
from staffing.files.wizard import spool
from staffing.plan import Plan
from staffing.planning.archive import import_centre
from staffing.planning.centre_edits import save_centre
from staffing.planning.drafts import open_draft, save_draft
from staffing.planning.forgetting import GOES, MADE_AGAIN, Forgotten, RunningError, erase_agent, erase_person
from staffing.planning.intraday.log import FILE, DayLog, Decision, day_file, read_log, write_log
from staffing.planning.publishing import peek_digest, publish_plan, published_plan, version_plan
from staffing.planning.stored import nameless
from staffing.store import JobState, Store, open_store
from staffing.store.access import AccessError, Actor, Role
from staffing.store.backup import backup, default_target
from staffing.store.checking import verify
from staffing.store.jobs import create_job, finish_job
from staffing.store.people import agents_of, grant, keys_of
from staffing.store.people import people as known_people
from staffing.store.pointers import CURRENT, get_pointer, set_pointer
from staffing.store.versions import version_body
from tests.files.tiny_centre import write_tiny_centre
from tests.files.tiny_kpi import write_tiny_kpi
from tests.plans import make_plan_value

PLANNER, ADMIN = Actor("pia", Role.PLANNER), Actor("ada", Role.ADMINISTRATOR)
GONE, NAME = "ZQ-17", "Lovelace"
DAYS = {"special_days.csv": b"date,kind,name\n2026-02-02,closed,Move\n"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_tiny_centre(tmp_path / "centre")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path / 'home' / 'staffing.db'}")
    yield opened
    opened.close()


@pytest.fixture
def plan() -> Plan:
    """Two people, one of them with an id and a name that nothing else has."""
    made = make_plan_value((NAME, "Babbage"))
    first = made.problem.agents[0].id
    other = {agent.id: agent.name for agent in made.problem.agents[1:]}
    return relabel(made, {first: GONE}, {GONE: NAME} | other)


def texts(folder: Path) -> str:
    """Everything in the files of a folder, unpacked, but for databases."""
    found = []
    for path in sorted(folder.rglob("*")):
        if path.is_file() and ".db" not in path.name:
            data = path.read_bytes()
            found.append((gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8", "replace"))
            found.append(path.name)
    return "\n".join(found)


def decision(agent: str) -> Decision:
    return Decision("2026-02-02T10:00", "accepted", "stay", agent, "phone", "", "", "", 1.0, 2.0, 3.0)


def test_a_person_is_nowhere_below_the_home_folder(store: Store, plan: Plan, tmp_path: Path) -> None:
    """Plans, drafts, days, scenarios, answers, exports; the plan on show stays, and what it has in the store."""
    base, centre = tmp_path / "home", plan.scenario.centre.name
    shown = base / home.PROPOSALS / "job1"
    write_plan(plan, shown, extras=lambda target: atomic_write(target / "report.html", NAME))
    plan = read_plan(shown)
    n = publish_plan(store, plan, ADMIN)
    assert published_plan(store, base) is not None
    draft = open_draft(store, Path("-"), ADMIN, plan=plan)
    save_draft(store, draft.id, 0, {(GONE, str(plan.problem.grid.dates[0])): ()}, ADMIN)
    write_log(DayLog("2026-02-02", (decision(GONE),)), shown / FILE)
    set_pointer(store, CURRENT, str(shown.resolve()), "old")
    write_plan(replace(plan, scenario=replace(plan.scenario, centre=replace(plan.scenario.centre, name="Elsewhere"))),
               base / home.PROPOSALS / "other")  # fmt: skip
    day = day_file(base, centre, date(2026, 2, 2))
    write_log(DayLog("2026-02-02", (decision(GONE), decision("a2"))), day)
    scenarios = whatif_folder(base, centre)
    save_whatif(scenarios, WhatIf("more", hires=(Hire(GONE, 2), Hire("a2", 1))), None)
    save_whatif(scenarios, WhatIf("none", absence=2.0), None)
    for name in (home.ANSWERS, home.EXPORTS):
        (base / name).mkdir()
        (base / name / "kept.json").write_text(GONE)
    spool.put(spool.begin(base, "anybody"), "people", f"{NAME}.csv", GONE.encode())
    before, ours = peek_digest(store, plan), texts(base / home.PROPOSALS / "other")

    done = erase_person(store, centre, GONE, ADMIN, base)

    assert done == Forgotten(True, plans=1, days=1, scenarios=1)
    said = "\n".join(texts(path) for path in base.iterdir() if path.name != home.PROPOSALS) + texts(shown)
    assert GONE not in said
    assert NAME not in said
    assert texts(base / home.PROPOSALS / "other") == ours
    found = read_plan(shown)
    assert found.problem.agents[0].id.startswith("former-")
    assert found.problem.agents[1:] == plan.problem.agents[1:]
    assert found.roster is not None
    assert plan.roster is not None
    assert len(found.roster) == len(plan.roster)
    pointed = get_pointer(store, CURRENT)
    assert pointed is not None
    assert pointed[0] == str(shown.resolve())
    assert pointed[1] != "old"
    assert [one.agent for one in read_log(day).decisions] == [found.problem.agents[0].id, "a2"]
    kept = {one.whatif.name: one.whatif for one in list_whatifs(scenarios)[0]}
    assert kept["more"].hires == (Hire("a2", 1),)
    # The store has the same plan and draft of it as before, and nobody new.
    assert peek_digest(store, found) == before == version_body(store, n)[0].body_digest
    assert open_draft(store, Path("-"), ADMIN, plan=found).id == draft.id
    assert publish_plan(store, found, ADMIN) == n
    assert [person.ident for person in agents_of(store, centre)] == [plan.problem.agents[1].id]
    assert version_plan(store, n).problem.agents[0].id == found.problem.agents[0].id
    assert verify(store).damage == ()
    assert not erase_person(store, centre, GONE, ADMIN, base).known


def test_somebody_whom_only_a_plan_knows_is_erased_too(store: Store, plan: Plan, tmp_path: Path) -> None:
    """What was never published has no row in the store; a plan that cannot be read is told."""
    base, centre = tmp_path / "home", plan.scenario.centre.name
    write_plan(plan, base / home.PROPOSALS / "one")
    write_plan(plan, base / home.PROPOSALS / "broken")
    (base / home.PROPOSALS / "broken" / "plan_values.json.gz").write_bytes(b"no plan")
    (base / home.INTRADAY).mkdir()
    day = day_file(base, centre, date(2026, 2, 2))
    day.write_text(f"no log of {GONE}")
    done = erase_person(store, centre, GONE, ADMIN, base)
    assert done == Forgotten(True, plans=1, left=(base / home.PROPOSALS / "broken", day))
    assert GONE not in texts(base / home.PROPOSALS / "one")


def test_layers_forget_the_user_who_wrote_them(store: Store, plan: Plan, tmp_path: Path) -> None:
    """The store never knows the author of a layer; centres and plans below the home folder lose one who is erased."""
    base, user = tmp_path / "home", "kim@example.com"
    zone = ZoneInfo(plan.scenario.centre.timezone)
    first = datetime(2026, 1, 5, tzinfo=zone)
    one = Override(first, first + timedelta(days=1), value=1.2, layer="sale", author=user)
    layers = (one, replace(one, author="lou"))
    signed = replace(plan, scenario=replace(plan.scenario, overrides=layers))
    assert user not in gzip.decompress(nameless(store, signed)).decode()
    write_plan(signed, base / home.PROPOSALS / "one")
    folder = write_tiny_centre(base / home.CENTRES / "tiny")
    before = read_centre(folder)
    edit_centre(folder, overrides_file(folder, before.overrides, layers, ZoneInfo(before.centre.timezone)))
    imports = [spool.begin(base, spool.owner_key(name)) for name in (user, "lou")]
    done = erase_person(store, "", user, ADMIN, base)
    assert done == Forgotten(True, plans=1)
    assert [path.is_dir() for path in imports] == [False, True]
    assert user not in "\n".join(texts(path) for path in base.iterdir())
    for found in (read_centre(folder).overrides, read_plan(base / home.PROPOSALS / "one").scenario.overrides):
        assert [row.author for row in found] == ["", "lou"]
    assert not erase_person(store, "", user, ADMIN, base).known


def test_layers_that_are_gone_forget_their_author_too(store: Store, tmp_path: Path) -> None:
    """Former states of a centre keep no name; backups that hold the user, and a centre with faults, are told."""
    user = "kim@example.com"
    folder = write_tiny_centre(tmp_path / home.CENTRES / "tiny")
    zone = ZoneInfo(read_centre(folder).centre.timezone)
    first = datetime(2026, 1, 5, tzinfo=zone)
    layers = (Override(first, first + timedelta(days=1), value=1.2, layer="sale", author=user),)
    before = read_centre(folder).overrides
    edit_centre(folder, overrides_file(folder, before, layers, zone))
    edit_centre(folder, overrides_file(folder, read_centre(folder).overrides, (), zone))
    assert user in texts(folder)
    grant(store, user, Role.PLANNER, ADMIN)
    saved = backup(store, default_target(tmp_path), ADMIN)
    people_file, whole = folder / people.FILE, (folder / people.FILE).read_bytes()
    people_file.write_bytes(whole.replace(b"phone", b"fone"))
    assert erase_person(store, "", user, ADMIN, tmp_path).left == (folder, saved)
    people_file.write_bytes(whole)
    assert erase_person(store, "", user, ADMIN, tmp_path) == Forgotten(True, left=(saved,))
    assert user not in texts(folder)


def test_what_belongs_to_others_is_told(
    store: Store, plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Backups, plans of batches and a plan on show that lies elsewhere are named, and left as they are."""
    base, centre = tmp_path / "home", plan.scenario.centre.name
    publish_plan(store, plan, ADMIN)
    saved = backup(store, default_target(base), ADMIN)
    (base / home.BACKUPS / "broken.db").write_bytes(b"no database")
    out, shown = tmp_path / "out" / "team", tmp_path / "own"
    write_plan(plan, out)
    write_plan(plan, shown)
    set_pointer(store, CURRENT, str(shown.resolve()), "")
    order = tmp_path / "batch.toml"
    order.write_text('out = "out"\n[[team]]\nname = "team"\ncentre = "c"\n')
    (tmp_path / "bad.toml").write_text("=")
    monkeypatch.setenv("STAFFING_BATCH", f"{order}:{tmp_path / 'bad.toml'}")
    before = texts(tmp_path / "out") + texts(shown)
    done = erase_person(store, centre, GONE, ADMIN, base)
    assert done.left == (out, shown, base / home.BACKUPS / "broken.db", saved)
    assert texts(tmp_path / "out") + texts(shown) == before
    again = backup(store, base / home.BACKUPS / "later.db", ADMIN)
    assert again not in erase_person(store, centre, GONE, ADMIN, base).left


def test_nobody_is_erased_while_a_job_is_at_work(store: Store, folder: Path, tmp_path: Path) -> None:
    """It would write the name anew, that of a user whose layers it read too; nothing is changed."""
    job, _ = create_job(store, "plan", "plan", {})
    with pytest.raises(RunningError):
        erase_agent(store, folder, "a1", ADMIN, tmp_path)
    with pytest.raises(RunningError):
        erase_person(store, "Tiny", "a1", ADMIN, tmp_path)
    assert len(read_centre(folder).agents) == 4
    with pytest.raises(RunningError):
        erase_person(store, "", "kim", ADMIN, tmp_path)
    finish_job(store, job.id, JobState.DONE)
    assert not erase_person(store, "", "kim", ADMIN, tmp_path).known
    assert erase_agent(store, folder, "a1", ADMIN, tmp_path).known


def test_a_person_is_forgotten_in_one_action(store: Store, folder: Path, tmp_path: Path) -> None:
    """Gone from every file, from former states, from the app's own copies and from the store."""
    import_centre(store, folder, ADMIN)
    save_centre(store, folder, DAYS, PLANNER)
    save_centre(store, folder, {"agents.csv": (folder / "agents.csv").read_bytes().replace(b"Ana", b"Ann")}, PLANNER)
    copy = write_tiny_centre(tmp_path / home.CENTRES / "Tiny")
    with pytest.raises(AccessError):
        erase_agent(store, folder, "a1", PLANNER, tmp_path)
    assert erase_agent(store, folder, "a1", ADMIN, tmp_path) == Forgotten(True)
    assert [agent.id for agent in read_centre(folder).agents] == ["a2", "a3", "a4"]
    assert [agent.id for agent in read_centre(copy).agents] == ["a2", "a3", "a4"]
    assert [person.ident for person in agents_of(store, "Tiny")] == ["a2", "a3", "a4"]
    assert centre_history(folder) == ()
    for where in (folder, copy):
        assert b"Ana" not in (found := b"".join(path.read_bytes() for path in where.rglob("*") if path.is_file()))
        assert b"a1," not in found
    assert not erase_agent(store, folder, "a1", ADMIN, tmp_path).known


def test_the_records_forget_a_person_too(store: Store, folder: Path, tmp_path: Path) -> None:
    """Rows that ask for a person go; of a ticket or a survey only the name goes; the records can still be read."""
    write_tiny_kpi(folder)
    kpi = folder / "kpi"
    before = {path.name: path.read_text(encoding="utf-8") for path in kpi.glob("*.csv")}
    named = {name for name, text in before.items() if re.search(r"\ba1\b", text)}
    assert named >= {"tickets.csv", "activity.csv"}
    assert erase_agent(store, folder, "a1", ADMIN, tmp_path).known
    after = {path.name: path.read_text(encoding="utf-8") for path in kpi.glob("*.csv")}
    assert not [name for name, text in after.items() if re.search(r"\ba1\b", text)]
    for name in ("tickets.csv", "surveys.csv", "clients.csv"):
        assert after[name].count("\n") == before[name].count("\n")
    assert after["activity.csv"].count("\n") < before["activity.csv"].count("\n")
    assert {name for name in before if before[name] == after[name]} == set(before) - named
    read_kpi(folder)
    assert not erase_agent(store, folder, "a1", ADMIN, tmp_path).known


def test_the_only_one_of_a_queue_cannot_be_forgotten_yet(store: Store, folder: Path, tmp_path: Path) -> None:
    """The centre would be faulty: told, and nothing is erased; of a copy that nobody chose it is told only."""
    rows = "agent,name,team,role,contract,skills\na1,Ana,n,agent,full,phone\na2,Ben,n,lead,full,mail\n"
    (folder / "agents.csv").write_text(rows)
    for name in ("activities.csv", "wishes.csv", "carry_in.csv", "time_off.csv"):
        (folder / name).unlink()
    with pytest.raises(DataError, match="nobody_serves"):
        erase_agent(store, folder, "a2", ADMIN, tmp_path)
    assert len(read_centre(folder).agents) == 2
    (tmp_path / home.CENTRES).mkdir()
    copy = folder.rename(tmp_path / home.CENTRES / "copy")
    assert erase_person(store, "Tiny", "a2", ADMIN, tmp_path).left == (copy,)


def test_keys_of_ids_leave_names_alone(store: Store) -> None:
    """Asking for keys by id only makes rows for those unknown, and renames nobody."""
    first = keys_of(store, "Tiny", ["a1"])
    from staffing.store.people import agent_keys

    agent_keys(store, "Tiny", {"a1": "Ana"})
    both = keys_of(store, "Tiny", ["a1", "a2"])
    assert both["a1"] == first["a1"]
    assert [one.name for one in known_people(store, both.values()).values()] == ["Ana", ""]


def test_every_place_of_the_home_folder_is_known() -> None:
    """No folder below home is named past the list; what goes is made again; every table of people loses its rows."""
    package = Path(staffing.__file__).parent
    past = [
        path.name
        for path in package.rglob("*.py")
        if re.search(r"\bhome(\(\))?\)? / f?[\"']", path.read_text(encoding="utf-8")) and path.name != "settings.py"
    ]
    assert past == ["kernels.py"]  # the cache folder of the account, without people
    assert set(MADE_AGAIN) < set(GOES) < set(home.ALL)
    assert set(PEOPLE_FILES) == {people.FILE, requests.ACTIVITIES, *WITH_AGENT}
