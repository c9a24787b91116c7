"""Whole numbers as few bytes: base-128 varints in base64, read again by ``roster.js``."""

import base64
from collections.abc import Iterable


def unsigned(values: Iterable[int]) -> bytearray:
    """Each number (0 or more) in groups of seven bits, the lowest first."""
    out = bytearray()
    for value in values:
        rest = int(value)
        while rest > 127:
            out.append(rest & 127 | 128)
            rest >>= 7
        out.append(rest)
    return out


def zigzag(value: int) -> int:
    """A number of any sign as one of 0 or more: 0, -1, 1, -2 become 0, 1, 2, 3."""
    return 2 * value if value >= 0 else -2 * value - 1


def differences(values: Iterable[int]) -> bytearray:
    """Numbers of any sign as the differences from the number before."""
    last, steps = 0, []
    for value in values:
        steps.append(zigzag(int(value) - last))
        last = int(value)
    return unsigned(steps)


def as_text(data: bytes | bytearray) -> str:
    """Bytes as base64."""
    return base64.b64encode(bytes(data)).decode("ascii")
