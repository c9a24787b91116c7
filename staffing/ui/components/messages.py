"""What a component of our own tells about edits: each is taken once, however often it is told."""

from collections.abc import Mapping
from typing import Any

CLIENTS_MAX = 20


def fresh_items(message: object, token: str, taken: dict[str, int]) -> tuple[str, int, list[Any]] | None:
    """Client, the revision it has seen and its edits that are new; None where the message is none.

    Parameters
    ----------
    message : mapping
        ``client``, ``seen``, ``base`` and ``items`` as [number, edit].
    token : str
        Of this run of the server: a browser that outlives it tells its last edits again, which were for another one.
    taken : dict
        Number of the last edit taken of each client; brought up to date.

    Examples
    --------
    >>> taken, message = {}, {"client": "a", "seen": 0, "base": "t-0", "items": [[1, "undo"], [2, "redo"]]}
    >>> fresh_items(message, "t", taken), fresh_items(message, "t", taken), fresh_items(message, "u", taken)
    (('a', 0, ['undo', 'redo']), ('a', 0, []), None)
    """
    if not isinstance(message, Mapping):
        return None
    client, seen, items = message.get("client"), message.get("seen"), message.get("items")
    if not isinstance(client, str) or not isinstance(seen, int) or not isinstance(items, list) or len(client) > 40:
        return None
    if not str(message.get("base", "")).startswith(f"{token}-"):
        return None
    fresh = []
    for item in items:
        if not isinstance(item, list) or len(item) != 2 or not isinstance(item[0], int):
            continue
        if item[0] > taken.get(client, 0):
            taken[client] = item[0]
            fresh.append(item[1])
    while len(taken) > CLIENTS_MAX:
        taken.pop(next(iter(taken)))
    return client, seen, fresh
