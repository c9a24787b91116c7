"""The run key of a team: equal keys give equal plans, so what is there need not be made again.

Only the standard library is needed, so that asking whether there is anything to do starts no engine.
"""

import hashlib
import json
import tomllib
from collections.abc import Iterable
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path

from staffing.files.batch_toml import BatchOrder, TeamOrder

PACKAGES = ("staffing", "ortools", "numpy", "scipy", "numba", "statsmodels", "pandas", "holidays", "tzdata")
REFERENCE_FILES = ("plan.json", "plan_values.json.gz", "roster.csv")
"""Of a plan folder that a team starts from, the files that are read; a roster may have been edited by hand."""


def run_key(order: BatchOrder, team: TeamOrder) -> str:
    """SHA-256 of the team's input files, settings and package versions, and of the plan folder it starts from."""
    starts = team.reference not in ("", "published")
    reference = _digest(Path(team.reference) / name for name in REFERENCE_FILES) if starts else ""
    facts = {
        "team": {name: str(value) for name, value in asdict(team).items()},
        "replications": order.replications,
        "reproducible": order.reproducible,
        "versions": {name: version(name) for name in PACKAGES},
        "reference": reference,
        "files": folder_digest(team.centre),
    }
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def centre_name(folder: Path) -> str | None:
    """Name of the centre in a folder; None where it cannot be read."""
    try:
        name = tomllib.loads((folder / "centre.toml").read_text(encoding="utf-8-sig")).get("name")
    except (OSError, ValueError):
        return None
    return name if isinstance(name, str) else None


def folder_digest(folder: Path) -> str:
    """SHA-256 of names and contents of the tables and settings in a centre folder."""
    return _digest(sorted(path for path in folder.glob("*") if path.suffix in (".csv", ".toml")))


def _digest(paths: Iterable[Path]) -> str:
    """SHA-256 of names and contents of files; those that are missing do not count."""
    total = hashlib.sha256()
    for path in (path for path in paths if path.is_file()):
        data = path.read_bytes()
        total.update(f"{path.name}\0{len(data)}\0".encode() + data)
    return total.hexdigest()
