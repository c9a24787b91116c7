"""The run key of a team: equal keys give equal plans, so what is there need not be made again.

Only the standard library is needed, so that asking whether there is anything to do starts no engine.
"""

import hashlib
import json
import tomllib
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path

from staffing.files.batch_toml import BatchOrder, TeamOrder

PACKAGES = ("staffing", "ortools", "numpy", "scipy", "numba", "statsmodels", "pandas", "holidays", "tzdata")


def run_key(order: BatchOrder, team: TeamOrder) -> str:
    """SHA-256 of the team's input files, settings and package versions, and of the plan folder it starts from."""
    reference = ""
    if team.reference not in ("", "published"):
        plan = Path(team.reference) / "plan.json"
        reference = hashlib.sha256(plan.read_bytes()).hexdigest() if plan.is_file() else "missing"
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
    total = hashlib.sha256()
    for path in sorted(path for path in folder.glob("*") if path.suffix in (".csv", ".toml")):
        data = path.read_bytes()
        total.update(f"{path.name}\0{len(data)}\0".encode() + data)
    return total.hexdigest()
