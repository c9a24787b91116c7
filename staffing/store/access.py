"""Who may do what: the one place that every changing action asks."""

import getpass
from dataclasses import dataclass
from enum import IntEnum, StrEnum


class Role(IntEnum):
    """Roles in order: each may do what the ones before it may."""

    VIEWER = 0
    PLANNER = 1
    APPROVER = 2
    ADMINISTRATOR = 3


class Action(StrEnum):
    """Everything that changes the store or the folder of a centre, and looking at figures of single persons."""

    EDIT = "edit"
    CENTRE = "centre"
    PERSONS = "persons"
    DISCARD = "discard"
    SUBMIT = "submit"
    IMPORT = "import"
    APPROVE = "approve"
    PUBLISH = "publish"
    ROLLBACK = "rollback"
    BACKUP = "backup"
    EXPORT = "export"
    ERASE = "erase"
    GRANT = "grant"
    RESTORE = "restore"


NEEDS = {
    Action.EDIT: Role.PLANNER,
    Action.CENTRE: Role.PLANNER,
    Action.PERSONS: Role.PLANNER,
    Action.DISCARD: Role.PLANNER,
    Action.SUBMIT: Role.PLANNER,
    Action.IMPORT: Role.PLANNER,
    Action.APPROVE: Role.APPROVER,
    Action.PUBLISH: Role.APPROVER,
    Action.ROLLBACK: Role.APPROVER,
    Action.BACKUP: Role.ADMINISTRATOR,
    Action.EXPORT: Role.ADMINISTRATOR,
    Action.ERASE: Role.ADMINISTRATOR,
    Action.GRANT: Role.ADMINISTRATOR,
    Action.RESTORE: Role.ADMINISTRATOR,
}
"""Least role of each action."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, and in which role. `name` is a login or the name of the local account."""

    name: str
    role: Role


class AccessError(Exception):
    """The role of the one who acts is too low for the action."""

    def __init__(self, actor: Actor, action: Action) -> None:
        # The name stays out of the message: messages end in logs.
        super().__init__(f"{actor.role.name.lower()} may not {action.value}: needs {NEEDS[action].name.lower()}")
        self.role, self.action = actor.role, action


def may(actor: Actor, action: Action) -> bool:
    """Whether the role of `actor` is high enough for `action`."""
    return actor.role >= NEEDS[action]


def ask(actor: Actor, action: Action) -> None:
    """Let the action pass.

    Raises
    ------
    AccessError
        When the actor's role is too low.

    Examples
    --------
    >>> ask(Actor("kim", Role.APPROVER), Action.PUBLISH)
    >>> ask(Actor("lee", Role.PLANNER), Action.PUBLISH)
    Traceback (most recent call last):
    ...
    staffing.store.access.AccessError: planner may not publish: needs approver
    """
    if not may(actor, action):
        raise AccessError(actor, action)


def local_actor(name: str | None = None) -> Actor:
    """The person at this machine, who may do everything; without a name the account's."""
    if not name:
        try:
            name = getpass.getuser()
        except (OSError, KeyError):
            name = "local"  # an account without a name, as containers have
    return Actor(name, Role.ADMINISTRATOR)
