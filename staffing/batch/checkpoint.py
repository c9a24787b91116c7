"""What is known of a team's run: one small file, written whole after each step."""

import json
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from staffing.files.atomic import atomic_write

FOLDER = ".batch"
WRITTEN = ("planned", "no_plan")
"""States that leave a plan folder."""
FINAL = (*WRITTEN, "refused")
"""States that hold as long as the run key does; what was refused would be refused again. ``failed`` is tried again."""

UNPUBLISHED = ("kept", "unpublished")
"""What became of a plan that another policy might publish."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """State of a team: ``new``, ``planned``, ``no_plan``, ``refused`` or ``failed``, and what became of its plan.

    `base` is the digest of the published version that it started from. `publication` is blank until decided:
    ``published``, ``kept`` (with the reasons in `unsafe`) or ``unpublished`` (policy never), by the `policy` of that
    time. `figures` are those of the summary, without names.
    """

    key: str = ""
    state: str = "new"
    base: str = ""
    publication: str = ""
    policy: str = ""
    version: int | None = None
    unsafe: tuple[str, ...] = ()
    figures: dict[str, Any] = field(default_factory=dict)
    faults: tuple[dict[str, Any], ...] = ()

    def is_done(self, key: str, published: tuple[int, str] | None) -> bool:
        """Nothing is left to do for this key while the version published is the one it started from, or its own."""
        if self.key != key or self.state not in FINAL or (self.publication == "" and self.state == "planned"):
            return False
        return published is None or published[1] == self.base or published[0] == self.version


def read_checkpoint(out: Path, team: str) -> Checkpoint:
    """The team's checkpoint; a new one where there is none or it cannot be read."""
    try:
        raw = json.loads((out / FOLDER / f"{team}.json").read_text(encoding="utf-8"))
        found = Checkpoint(**raw)
    except (OSError, ValueError, TypeError):
        return Checkpoint()
    return replace(found, unsafe=tuple(found.unsafe), faults=tuple(found.faults))


def write_checkpoint(out: Path, team: str, checkpoint: Checkpoint) -> None:
    """Write it in one step."""
    (out / FOLDER).mkdir(parents=True, exist_ok=True)
    text = json.dumps(asdict(checkpoint), ensure_ascii=False, indent=1)
    atomic_write(out / FOLDER / f"{team}.json", text + "\n")
