"""What is found out about a frozen value is found out once, for every tab and every run of its page."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

Owner = TypeVar("Owner")
Found = TypeVar("Found")
EACH = 200
"""Answers kept for each value; the one not asked for the longest time goes first."""

_ANSWERS: WeakKeyDictionary[Any, OrderedDict[Hashable, Any]] = WeakKeyDictionary()
_LOCK = threading.Lock()


def kept(owner: Owner, make: Callable[..., Found], *args: Hashable) -> Found:
    """What ``make(owner, *args)`` gives, computed when it is asked for the first time.

    Parameters
    ----------
    owner : object
        A value that never changes and is told apart by identity, such as a plan; with it go its answers.
    make : callable
        A function of a module. Its answer must not hold `owner`, and nobody may change it: all tabs share it.
    args : hashable
        Everything else the answer depends on.

    Examples
    --------
    >>> class Value:
    ...     size = 7
    >>> one, seen = Value(), lambda owner, n: [owner.size + n]
    >>> kept(one, seen, 1), kept(one, seen, 1) is kept(one, seen, 1), kept(one, seen, 2)
    ([8], True, [9])
    """
    key = (make, *args)
    with _LOCK:
        answers = _ANSWERS.setdefault(owner, OrderedDict())
        if key in answers:
            answers.move_to_end(key)
            found: Found = answers[key]
            return found
    # Outside the lock: two tabs may work on the same answer once, but none waits for another's.
    found = make(owner, *args)
    with _LOCK:
        answers[key] = found
        while len(answers) > EACH:
            answers.popitem(last=False)
    return found
