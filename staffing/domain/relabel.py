"""The same values with other ids and names of people: what is stored knows nobody, what is read knows them again."""

import dataclasses
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from staffing.domain.people import Agent

T = TypeVar("T")
PERSON_FIELDS = ("agent", "agents")
"""Fields that hold ids of agents wherever they hold texts."""


def relabel(value: T, ids: Mapping[str, str], names: Mapping[str, str]) -> T:
    """`value`, a frozen dataclass of any depth, with each agent's id mapped and each name looked up by the new id.

    Ids are found where an `Agent` has its own, in fields and parameters called ``agent`` or ``agents``; an id that is
    not mapped stays. A name that is not given becomes blank.

    Examples
    --------
    >>> ann = Agent("A1", "Ann", "phones", "agent", "full", ())
    >>> relabel(ann, {"A1": "p7"}, {}).id, relabel(ann, {"A1": "p7"}, {}).name
    ('p7', '')
    """
    return cast(T, _walk(value, ids, names))


def _walk(value: Any, ids: Mapping[str, str], names: Mapping[str, str]) -> Any:
    if isinstance(value, Agent):
        key = ids.get(value.id, value.id)
        return dataclasses.replace(value, id=key, name=names.get(key, ""))
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        changed = {}
        for field in dataclasses.fields(value):
            if not field.init:
                continue
            old = getattr(value, field.name)
            new = _person(old, ids) if field.name in PERSON_FIELDS else old
            new = _walk(new, ids, names) if new is old else new
            if new is not old:
                changed[field.name] = new
        return dataclasses.replace(value, **changed) if changed else value
    if isinstance(value, tuple):
        return _walk_tuple(value, ids, names)
    if isinstance(value, Mapping):
        mapped = {
            key: _person(item, ids) if key in PERSON_FIELDS and _is_text(item) else _walk(item, ids, names)
            for key, item in value.items()
        }
        return mapped if any(mapped[key] is not item for key, item in value.items()) else value
    return value


def _walk_tuple(value: tuple[Any, ...], ids: Mapping[str, str], names: Mapping[str, str]) -> tuple[Any, ...]:
    if len(value) == 2 and value[0] in PERSON_FIELDS and _is_text(value[1]):  # a note's parameter
        return (value[0], _person(value[1], ids))
    found = tuple(_walk(item, ids, names) for item in value)
    if all(new is old for new, old in zip(found, value, strict=True)):
        return value
    return found if type(value) is tuple else type(value)(*found)


def _is_text(value: Any) -> bool:
    return isinstance(value, str) or (isinstance(value, tuple) and all(isinstance(item, str) for item in value))


def _person(value: Any, ids: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return ids.get(value, value)
    if isinstance(value, tuple) and value and all(isinstance(item, str) for item in value):
        return tuple(ids.get(item, item) for item in value)
    return value
