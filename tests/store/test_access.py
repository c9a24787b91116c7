"""The matrix of roles and actions."""

import pytest

from staffing.store.access import NEEDS, AccessError, Action, Actor, Role, ask, local_actor, may

ALLOWED = {
    Role.VIEWER: set(),
    Role.PLANNER: {Action.EDIT, Action.CENTRE, Action.PERSONS, Action.DISCARD, Action.SUBMIT, Action.IMPORT},
    Role.APPROVER: {
        Action.EDIT,
        Action.CENTRE,
        Action.PERSONS,
        Action.DISCARD,
        Action.SUBMIT,
        Action.IMPORT,
        Action.APPROVE,
        Action.PUBLISH,
        Action.ROLLBACK,
    },
    Role.ADMINISTRATOR: set(Action),
}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("action", Action)
def test_each_role_may_what_it_may(role: Role, action: Action):
    """Every action asks, and the answer is that of the table."""
    someone = Actor("kim@example.com", role)
    assert may(someone, action) == (action in ALLOWED[role])
    if action in ALLOWED[role]:
        ask(someone, action)
        return
    with pytest.raises(AccessError) as found:
        ask(someone, action)
    assert "kim" not in str(found.value)


def test_every_action_has_a_role():
    """A new action cannot be forgotten."""
    assert NEEDS.keys() == set(Action)


def test_the_local_user_has_a_name(monkeypatch: pytest.MonkeyPatch):
    """The account's name, or `local` where it has none."""
    assert local_actor("kim") == Actor("kim", Role.ADMINISTRATOR)

    def nameless() -> str:
        raise KeyError("uid")

    monkeypatch.setattr("getpass.getuser", nameless)
    assert local_actor().name == "local"
