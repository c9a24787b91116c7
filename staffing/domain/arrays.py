"""Read-only arrays inside frozen values."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


def frozen(values: ArrayLike, dtype: DTypeLike = np.float64, shape: tuple[int, ...] | None = None) -> NDArray[Any]:
    """Copy `values` into a read-only array, checked against `shape` when given.

    Raises
    ------
    ValueError
        When the shape differs.
    """
    array = np.array(values, dtype=dtype)
    if shape is not None and array.shape != shape:
        raise ValueError(f"array has shape {array.shape}, expected {shape}")
    array.flags.writeable = False
    return array


def set_frozen(owner: object, name: str, dtype: DTypeLike = np.float64, shape: tuple[int, ...] | None = None) -> None:
    """Replace the array field `name` of a frozen dataclass by its read-only copy."""
    try:
        object.__setattr__(owner, name, frozen(getattr(owner, name), dtype, shape))
    except ValueError as error:
        raise ValueError(f"{type(owner).__name__}.{name}: {error}") from None
