"""Frozen values to plain JSON data and back, guided by their type hints. Floats come back bit for bit."""

import dataclasses
import math
import types
import typing
from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

KIND = "_type"
"""Key that names the class where a field may hold one of several."""


def encode(value: Any) -> Any:
    """`value` as dicts, lists, texts and numbers that JSON can hold."""
    if value is None or (isinstance(value, bool | int) and not isinstance(value, Enum)):
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, str):
        return value
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, datetime):
        return [value.isoformat(), getattr(value.tzinfo, "key", None)]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, np.ndarray):
        return _encode_array(value)
    if isinstance(value, np.generic):
        return encode(value.item())
    if isinstance(value, Mapping):
        return {str(key): encode(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [encode(item) for item in value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        plain = {f.name: encode(getattr(value, f.name)) for f in dataclasses.fields(value) if f.init}
        return {KIND: type(value).__name__, **plain}
    raise TypeError(f"cannot store a {type(value).__name__}")


def decode(hint: Any, data: Any) -> Any:
    """The value of type `hint` that `encode` made `data` from.

    Fields that the data do not have take their default, and data that no field has are left out, so that older and
    newer files can be read.

    Raises
    ------
    ValueError, KeyError, TypeError
        When the data are no such value.
    """
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return _decode_union(arguments, data)
    if origin is np.ndarray:
        return _decode_array(data)
    if origin is tuple:
        if len(arguments) == 2 and arguments[1] is Ellipsis:
            return tuple(decode(arguments[0], item) for item in data)
        return tuple(decode(kind, item) for kind, item in zip(arguments, data, strict=True))
    if origin is not None and issubclass(origin, Mapping):
        return {key: decode(arguments[1], item) for key, item in data.items()}
    if dataclasses.is_dataclass(hint):
        hints = _hints(typing.cast(Any, hint))
        known = [f.name for f in dataclasses.fields(hint) if f.init and f.name in data]
        return hint(**{name: decode(hints[name], data[name]) for name in known})  # type: ignore[operator]
    return _decode_plain(hint, data)


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _decode_union(options: tuple[Any, ...], data: Any) -> Any:
    if data is None:
        return None
    kinds = [option for option in options if option is not types.NoneType]
    if isinstance(data, dict) and KIND in data:
        for option in kinds:
            if getattr(option, "__name__", "") == data[KIND]:
                return decode(option, data)
    if len(kinds) > 1 and isinstance(data, str | int | float):
        return data if str in kinds and isinstance(data, str) else decode(float, data)
    return decode(kinds[0], data)


def _decode_plain(hint: Any, data: Any) -> Any:
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint(data)
    if hint is datetime:
        moment = datetime.fromisoformat(data[0])
        return moment if data[1] is None else moment.astimezone(ZoneInfo(data[1]))
    if hint is date:
        return date.fromisoformat(data)
    if hint is float:
        return float(data)
    if hint in (int, bool, str) and type(data) is hint:
        return data
    raise TypeError(f"{str(data)[:40]!r} is no {hint}")


def _number(value: float) -> float | str:
    return value if math.isfinite(value) else str(value)


def _encode_array(array: np.ndarray[Any, Any]) -> dict[str, Any]:
    """Shape, type and values; runs of equal values are stored once with their length."""
    flat = array.ravel()
    kind = {"b": "bool", "i": "int64"}.get(array.dtype.kind, "float64")
    same = flat[1:] == flat[:-1]
    if array.dtype.kind == "f":
        same |= np.isnan(flat[1:]) & np.isnan(flat[:-1])
    starts = np.flatnonzero(np.concatenate([[True], ~same])) if len(flat) else np.zeros(0, dtype=np.int64)
    head = {"type": kind, "shape": list(array.shape)}
    if 2 * len(starts) < len(flat):
        runs = np.diff(np.append(starts, len(flat)))
        return head | {"values": [encode(v) for v in flat[starts].tolist()], "runs": runs.tolist()}
    return head | {"values": [encode(value) for value in flat.tolist()]}


def _decode_array(data: Any) -> np.ndarray[Any, Any]:
    values = np.array(data["values"], dtype=data["type"])
    if "runs" in data:
        values = np.repeat(values, data["runs"])
    return values.reshape(data["shape"])
