"""Overlap of spans of time, key by key."""

import numpy as np

from staffing.domain.arrays import FloatArray, IntArray

FAR = 10**11
"""Seconds that keep the spans of different keys apart; moments are below it."""


def overlap_s(
    key: IntArray,
    start_s: FloatArray,
    end_s: FloatArray,
    other_key: IntArray,
    other_start: FloatArray,
    other_end: FloatArray,
) -> FloatArray:
    """Seconds of each span that lie in the other spans of the same key.

    Parameters
    ----------
    key, start_s, end_s : arrays (spans,)
        Keys are not negative.
    other_key, other_start, other_end : arrays (others,)
        Spans of one key must not overlap each other.

    Examples
    --------
    >>> import numpy as np
    >>> one = np.array([0])
    >>> overlap_s(one, np.array([10.0]), np.array([30.0]), one, np.array([20.0]), np.array([50.0]))
    array([10.])
    """
    if not len(other_key):
        return np.zeros(len(key))
    begin = (other_key * FAR + other_start.astype(np.int64)).astype(np.int64)
    length = (other_end - other_start).astype(np.int64)
    order = np.argsort(begin, kind="stable")
    begin, length = begin[order], length[order]
    before = np.concatenate([[0], np.cumsum(length)])

    def covered(moment: IntArray) -> IntArray:
        place = np.searchsorted(begin, moment, side="right") - 1
        inside = np.clip(moment - begin[place], 0, length[place])
        return np.where(place < 0, 0, before[place] + inside)

    base = key * FAR
    seconds = covered(base + end_s.astype(np.int64)) - covered(base + start_s.astype(np.int64))
    return seconds.astype(np.float64)
