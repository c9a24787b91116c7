"""What pydantic finds wrong, as faults with the key path and line."""

import tomllib
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from staffing.files.faults import FaultLog, choices
from staffing.files.models import ScheduleModel, SourceModel, TargetModel
from staffing.files.table import decode
from staffing.files.toml_lines import Path, key_lines, line_of, shown, syntax_fault

FILE = "centre.toml"
NESTED: dict[str, type[BaseModel]] = {"target": TargetModel, "source": SourceModel, "schedule": ScheduleModel}
TYPES = {
    "float_type": "number",
    "finite_number": "number",
    "int_type": "integer",
    "int_from_float": "integer",
    "string_type": "text",
    "bool_type": "true | false",
    "list_type": "list",
    "model_type": "table",
    "dict_type": "table",
}
BOUNDS = {"greater_than": ">", "greater_than_equal": ">=", "less_than": "<", "less_than_equal": "<="}
Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True)
class Doc:
    """The file being checked: where its keys stand and where its faults go."""

    lines: dict[Path, int]
    log: FaultLog
    file: str = FILE

    def fault(self, code: str, path: Path, value: object, expected: str) -> None:
        """Note a fault of the key at `path`."""
        self.log.add(
            code, self.file, row=line_of(self.lines, path), column=shown(path) or None, value=value, expected=expected
        )


def read_toml(file: str, data: bytes, log: FaultLog) -> tuple[dict[str, Any], Doc] | None:
    """What a TOML file holds, and the places of its keys; None, with the fault told, where it is none."""
    text = decode(file, data, log)
    if text is None:
        return None
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        syntax_fault(file, str(error), text, log)
        return None
    return raw, Doc(key_lines(text), log, file)


def checked(model: type[Model], raw: Any, path: Path, doc: Doc) -> tuple[Model, bool]:
    """`raw` as a model and whether it was clean.

    Broken keys are reported and replaced by stand-ins, so that whoever refers to the item can still be checked.
    """
    fill: dict[str, Any] = getattr(model, "FILL", {})
    if not isinstance(raw, dict):
        doc.fault("wrong_type", path, raw, "table")
        return model.model_validate(fill), False
    try:
        return model.model_validate(raw), True
    except ValidationError as error:
        faults = error.errors(include_url=False)
    broken = set()
    for fault in faults:
        broken.add(fault["loc"][0])
        _report(model, fault, path, doc)
    kept = {key: value for key, value in raw.items() if key not in broken}
    return model.model_validate(kept | {key: value for key, value in fill.items() if key in broken}), False


def _report(model: type[BaseModel], fault: Any, path: Path, doc: Doc) -> None:
    loc: Path = fault["loc"]
    kind, place, value = fault["type"], (*path, *loc), fault["input"]
    context = fault.get("ctx", {})
    if kind == "missing":
        doc.fault("missing_key", place, "", f"{loc[-1]} = ...")
    elif kind == "extra_forbidden":
        parent = NESTED.get(str(loc[-2]), model) if len(loc) > 1 else model
        doc.fault("unknown_key", place, loc[-1], choices(parent.model_fields, str(loc[-1])))
    elif kind in TYPES:
        doc.fault("wrong_type", place, value, TYPES[kind])
    elif kind == "literal_error":
        doc.fault("not_one_of", place, value, str(context["expected"]).replace("'", "").replace(" or ", ", "))
    elif kind in BOUNDS:
        bound = next(iter(context.values()))
        doc.fault("out_of_range", place, value, f"{BOUNDS[kind]} {bound:g}")
    elif kind in ("too_short", "string_too_short"):
        doc.fault("out_of_range", place, value, f">= {context.get('min_length', 1)}")
    else:
        doc.fault(kind, place, value, fault["msg"])
