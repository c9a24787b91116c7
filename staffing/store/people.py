"""The one table with names. Plans, drafts and the trail know people by a key that says nothing."""

import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from staffing.store.access import Action, Actor, Role, ask
from staffing.store.database import Store, lock
from staffing.store.schema import person
from staffing.store.trail import append

AGENT, USER = "agent", "user"
FORMER, KEY_BYTES = "former-", 12
KEY = re.compile(f"p[0-9a-f]{{{2 * KEY_BYTES}}}")
AT_ONCE = 500
"""Keys in one query."""

# Made once: every save of a draft asks.
_BY_KEY = select(person.c.key, person.c.ident, person.c.name).where(person.c.key.in_(bindparam("keys", expanding=True)))
_USER = select(person.c.key).where(person.c.kind == USER, person.c.ident == bindparam("name"))


@dataclass(frozen=True, slots=True)
class Person:
    """A person as the centre knows them; an erased one has a made-up id and no name."""

    key: str
    ident: str
    name: str


def former(key: str) -> str:
    """The id shown for an erased person."""
    return f"{FORMER}{key}"


def former_key(ident: str) -> str | None:
    """The key behind the id of an erased person; None for any other id.

    >>> former_key(former("p0123456789abcdef01234567")), former_key("A17")
    ('p0123456789abcdef01234567', None)
    """
    key = ident.removeprefix(FORMER)
    return key if key != ident and KEY.fullmatch(key) else None


def new_key() -> str:
    """A key that no person has."""
    return "p" + secrets.token_hex(KEY_BYTES)


def agent_keys(store: Store, centre: str, names: Mapping[str, str]) -> dict[str, str]:
    """Keys of agents of a centre by id, made where there is none; `names` by id are kept up to date."""
    with store.read() as connection:
        known = _agents(connection, centre)
    if all(ident in known and known[ident].name == name for ident, name in names.items()):
        return {ident: known[ident].key for ident in names}
    with store.begin() as connection:
        lock(connection, "person")
        known = _agents(connection, centre)
        for ident, name in names.items():
            if ident not in known:
                known[ident] = Person(_new(connection, AGENT, centre, ident, name, ""), ident, name)
            elif known[ident].name != name:
                connection.execute(update(person).where(person.c.key == known[ident].key).values(name=name))
    return {ident: known[ident].key for ident in names}


def keys_of(store: Store, centre: str, idents: Iterable[str]) -> dict[str, str]:
    """Keys of agents of a centre by id, made where there is none; names that are known stay."""
    known = {person.ident: person.name for person in agents_of(store, centre)}
    return agent_keys(store, centre, {ident: known.get(ident, "") for ident in idents})


def agents_of(store: Store, centre: str) -> tuple[Person, ...]:
    """All agents of a centre that are still known."""
    with store.read() as connection:
        return tuple(_agents(connection, centre).values())


def people(store: Store, keys: Iterable[str]) -> dict[str, Person]:
    """The people of those keys, erased ones included."""
    with store.read() as connection:
        return people_in(connection, keys)


def people_in(connection: Connection, keys: Iterable[str]) -> dict[str, Person]:
    """`people` within a transaction."""
    wanted, known = list(dict.fromkeys(keys)), dict[str, Person]()
    for begin in range(0, len(wanted), AT_ONCE):
        for row in connection.execute(_BY_KEY, {"keys": wanted[begin : begin + AT_ONCE]}):
            known[row.key] = Person(*row)
    return {key: known.get(key, Person(key, former(key), "")) for key in wanted}


def known_actor(connection: Connection, actor: Actor) -> str | None:
    """Key of the one who acts, None for somebody new."""
    found = connection.execute(_USER, {"name": actor.name}).scalar_one_or_none()
    return None if found is None else str(found)


def actor_key(connection: Connection, actor: Actor) -> str:
    """Key of the one who acts, made where there is none."""
    found = known_actor(connection, actor)
    if found is not None:
        return found
    lock(connection, "person")
    return known_actor(connection, actor) or _new(connection, USER, "", actor.name, actor.name, "")


def introduce(store: Store, actor: Actor) -> None:
    """Make a key for somebody new, in a transaction of its own: its lock is not waited for by one who holds another."""
    with store.read() as connection:
        known = known_actor(connection, actor)
    if known is None:
        with store.begin() as connection:
            actor_key(connection, actor)


def user_key(store: Store, actor: Actor) -> str:
    """Key of the one who acts, made where there is none."""
    introduce(store, actor)
    with store.read() as connection:
        return known_actor(connection, actor) or ""


def erase(store: Store, centre: str, ident: str, by: Actor) -> bool:
    """Forget an agent (or with `centre` blank a user): one row goes; False when there is none.

    Raises
    ------
    AccessError
        When the role of `by` is too low.
    """
    ask(by, Action.ERASE)
    kind = AGENT if centre else USER
    with store.begin() as connection:
        chosen = (person.c.kind == kind, person.c.centre == centre, person.c.ident == ident)
        key = connection.execute(select(person.c.key).where(*chosen)).scalar_one_or_none()
        if key is None:
            return False
        # The trail names the one who asked first, so that erasing oneself leaves no new row behind.
        append(connection, actor_key(connection, by), by.role, Action.ERASE, f"person {key}")
        connection.execute(delete(person).where(person.c.key == key))
    store.forget_deleted()
    return True


def grant(store: Store, ident: str, role: Role, by: Actor) -> None:
    """Give a user of the login a role.

    Raises
    ------
    AccessError
        When the role of `by` is too low.
    """
    ask(by, Action.GRANT)
    with store.begin() as connection:
        key = actor_key(connection, Actor(ident, role))
        before = connection.execute(select(person.c.role).where(person.c.key == key)).scalar_one()
        connection.execute(update(person).where(person.c.key == key).values(role=role.name.lower()))
        append(connection, actor_key(connection, by), by.role, Action.GRANT, f"person {key}", before, role.name.lower())


def user(store: Store, ident: str) -> Actor:
    """A logged-in user with the role that was granted; a viewer where none was."""
    with store.read() as connection:
        query = select(person.c.role).where(person.c.kind == USER, person.c.ident == ident)
        found = connection.execute(query).scalar_one_or_none()
    return Actor(ident, Role[found.upper()] if found else Role.VIEWER)


def _agents(connection: Connection, centre: str) -> dict[str, Person]:
    query = select(person.c.key, person.c.ident, person.c.name)
    rows = connection.execute(query.where(person.c.kind == AGENT, person.c.centre == centre)).all()
    return {row.ident: Person(row.key, row.ident, row.name) for row in rows}


def _new(connection: Connection, kind: str, centre: str, ident: str, name: str, role: str) -> str:
    key = new_key()
    connection.execute(insert(person).values(key=key, kind=kind, centre=centre, ident=ident, name=name, role=role))
    return key
