"""An unfinished import on disk: the uploads as they came, and every answer as soon as it is given.

Each import has a folder of its own below ``imports`` of the home folder, private to the account that serves. The folder
is called after who began it, by a digest that names nobody, and after a number that no other import has: whatever is
still at work for a discarded import finds nothing to write into. Uploads lie there under names of ours; what the files
were called is only told.
"""

import json
import secrets
import shutil
import time
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from io import BytesIO
from pathlib import Path

from staffing.files.atomic import atomic_write
from staffing.files.codec import decode, encode
from staffing.files.home import IMPORTS
from staffing.files.wizard.people import Terms
from staffing.files.wizard.queues import QueueTerms

DAYS_KEPT = 7
"""Days after its last answer at which an unfinished import goes."""
DAY_S, HOUR_S = 86_400.0, 3_600.0
DRAFT = "draft.json"
ONE_QUEUE = "phone"
"""Name of the only queue, where nobody tells another."""
WORKBOOK_WEIGHT = 1.5
"""Reading an unpacked byte of a workbook takes as long as so many bytes of text."""


@dataclass(frozen=True, slots=True)
class Upload:
    """One uploaded file.

    `name` is what it was called, for messages only; `weight` the bytes of text that take as long to read; `encoding`
    and `sheet` how it is to be read, where somebody has chosen.
    """

    name: str
    digest: str
    weight: int
    encoding: str = ""
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class Answers:
    """What has been answered so far. `step` counts from 0; `asked` says that the next one waits for work to be done."""

    begun_s: float = 0.0
    step: int = 0
    asked: bool = False
    name: str = ""
    timezone: str = "UTC"
    country: str = ""
    currency: str = ""
    uploads: Mapping[str, Upload] = field(default_factory=dict)
    columns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    order: str = ""
    unit: str = ""
    one_queue: str = ONE_QUEUE
    queues: tuple[QueueTerms, ...] = ()
    contracts: tuple[Terms, ...] = ()
    absence: float = 0.05
    meal_min: int = 30
    short_breaks: int = 2


def owner_key(name: str) -> str:
    """Who an import belongs to, without the name.

    Examples
    --------
    >>> owner_key("ana@example.com")
    '8e43ca37701228e7'
    """
    return sha256(name.encode("utf-8", "backslashreplace")).hexdigest()[:16]


def begin(home: Path, owner: str) -> Path:
    """A new private folder for an import of `owner`, as `owner_key` names them."""
    (home / IMPORTS).mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = home / IMPORTS / f"{owner}-{secrets.token_hex(8)}"
    folder.mkdir(mode=0o700)
    return folder


def find(home: Path, owner: str) -> tuple[Path, Answers] | None:
    """The unfinished import of `owner`, the newest where there should be several."""
    found = []
    for folder in (home / IMPORTS).glob(f"{owner}-*"):
        answers = load(folder)
        if answers is not None:
            found.append((answers.begun_s, folder, answers))
    return max(found, key=lambda one: one[0])[1:] if found else None


def keep(folder: Path, answers: Answers) -> None:
    """Write the answers.

    Raises
    ------
    FileNotFoundError
        When the import was discarded or finished meanwhile.
    """
    atomic_write(folder / DRAFT, json.dumps(encode(answers)), private=True)


def load(folder: Path) -> Answers | None:
    """The answers of an import; None where there are none that can be read."""
    try:
        found: Answers = decode(Answers, json.loads((folder / DRAFT).read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return found


def put(folder: Path, kind: str, name: str, data: bytes) -> Upload:
    """Keep an uploaded file whole, whatever it is called."""
    upload = Upload(name, sha256(data).hexdigest(), weight_of(data))
    atomic_write(upload_file(folder, kind, upload), data, private=True)
    return upload


def upload_file(folder: Path, kind: str, upload: Upload) -> Path:
    """Where an uploaded file lies."""
    return folder / f"{kind}-{upload.digest[:16]}.upload"


def weight_of(data: bytes) -> int:
    """Bytes of text that take as long to read: workbooks are packed, and slow to read.

    Examples
    --------
    >>> weight_of(b"a,b")
    3
    """
    if data[:4] != b"PK\x03\x04":
        return len(data)
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            return round(WORKBOOK_WEIGHT * sum(part.file_size for part in archive.infolist()))
    except (zipfile.BadZipFile, OSError, ValueError):
        return len(data)


def tidy(folder: Path, answers: Answers) -> None:
    """Delete uploads that the answers do not name any more."""
    named = {upload_file(folder, kind, upload) for kind, upload in answers.uploads.items()}
    for path in folder.glob("*.upload"):
        if path not in named:
            path.unlink(missing_ok=True)


def without(answers: Answers, kind: str) -> Answers:
    """The answers without an upload and what was chosen of it."""
    uploads = {name: upload for name, upload in answers.uploads.items() if name != kind}
    columns = {name: chosen for name, chosen in answers.columns.items() if name != kind}
    return replace(answers, uploads=uploads, columns=columns)


def discard(folder: Path) -> None:
    """Delete an import with all its files; the answers first, so that nobody finds it half deleted."""
    (folder / DRAFT).unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)


def discard_of(home: Path, owner: str) -> int:
    """Delete every import of `owner`; how many there were."""
    found = list((home / IMPORTS).glob(f"{owner}-*"))
    for folder in found:
        discard(folder)
    return len(found)


def sweep(home: Path, now_s: float | None = None) -> int:
    """Delete imports that nobody went on with for `DAYS_KEPT` days, and what discarded ones left behind; how many."""
    now = time.time() if now_s is None else now_s
    gone = 0
    for folder in (home / IMPORTS).glob("*-*"):
        draft = folder / DRAFT
        try:
            is_old = (
                draft.stat().st_mtime < now - DAYS_KEPT * DAY_S
                if draft.is_file()
                else folder.stat().st_mtime < now - HOUR_S
            )
        except OSError:
            continue  # somebody else has just deleted it
        if is_old:
            discard(folder)
            gone += 1
    return gone
