"""Which values a key of centre.toml may have, for forms that ask for one."""

from dataclasses import dataclass
from types import NoneType
from typing import get_args

from annotated_types import Ge, Gt, Le, Lt

from staffing.files.models import LISTS, TABLES, TargetModel
from staffing.files.toml_lines import Path


@dataclass(frozen=True, slots=True)
class Limits:
    """Least and greatest value, None where there is none; `above` and `below`: these themselves are too much."""

    low: float | None
    high: float | None
    above: bool
    below: bool
    is_whole: bool
    is_optional: bool


def limits(path: Path) -> Limits:
    """Limits of a number in ``[rules]``, ``[costs]`` or an item of a list of tables.

    Raises
    ------
    KeyError
        When there is no such key.

    Examples
    --------
    >>> limits(("rules", "rest_h"))
    Limits(low=0, high=72, above=False, below=False, is_whole=False, is_optional=False)
    >>> limits(("contract", 0, "period_minutes_max")).is_optional
    True
    """
    model = TargetModel if "target" in path else (TABLES | LISTS)[str(path[0])]
    field = model.model_fields[str(path[-1])]
    low = high = None
    above = below = False
    for rule in field.metadata:
        if isinstance(rule, Ge | Gt):
            low, above = rule.ge if isinstance(rule, Ge) else rule.gt, isinstance(rule, Gt)
        elif isinstance(rule, Le | Lt):
            high, below = rule.le if isinstance(rule, Le) else rule.lt, isinstance(rule, Lt)
    kinds = get_args(field.annotation) or (field.annotation,)
    return Limits(low, high, above, below, int in kinds and float not in kinds, NoneType in kinds)  # type: ignore[arg-type]
