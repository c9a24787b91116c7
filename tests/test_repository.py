"""What must hold for the repository as a whole: size of files, clean text, imports that work and start fast."""

import importlib
import re
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
PACKAGE = REPOSITORY / "staffing"
MAX_LINES = 500
CODE = {".py", ".js", ".css", ".html", ".jinja", ".sql"}

# Built from parts, so that this file does not find itself.
HOME_OR_SCRATCH = re.compile(r"(?<![\w.~}])/(?:work|root|home|Users|tmp)/\w")
PACKAGE_INDEX = re.compile(r"pypi\.(?:org|python)|pythonhosted\.|npmjs\.|index[-_]url|find[-_]links", re.IGNORECASE)
UNFINISHED = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")

# Run by Streamlit or Alembic, not imported: a page draws when it is executed, and a migration needs its environment.
SCRIPTS = ("ui/main.py", "ui/pages/", "migrations/", "__main__.py")

HEAVY = ("numba", "ortools", "pandas", "scipy", "sqlalchemy", "statsmodels", "streamlit")


def tracked_text() -> list[tuple[str, str]]:
    """Path and text of every file that is in the repository or about to be."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=REPOSITORY,
        check=True,
        capture_output=True,
    )
    names = sorted({name for name in listing.stdout.decode().split("\0") if name})
    contents = [(name, (REPOSITORY / name).read_bytes()) for name in names if (REPOSITORY / name).is_file()]
    return [(name, data.decode(errors="replace")) for name, data in contents if b"\0" not in data[:8192]]


def findings(pattern: re.Pattern[str]) -> list[str]:
    """File, line number and line of every match in the repository's text."""
    return [
        f"{name}:{number}: {line.strip()[:120]}"
        for name, text in tracked_text()
        for number, line in enumerate(text.splitlines(), start=1)
        if pattern.search(line)
    ]


def test_files_stay_readable() -> None:
    """No source file of the package is longer than 500 lines."""
    lengths = {p: len(p.read_text(encoding="utf-8").splitlines()) for p in PACKAGE.rglob("*") if p.suffix in CODE}
    too_long = {p.relative_to(REPOSITORY).as_posix(): n for p, n in lengths.items() if n > MAX_LINES}
    assert not too_long


def test_no_path_of_one_machine() -> None:
    """No text names a folder that exists on one machine only."""
    assert findings(HOME_OR_SCRATCH) == []


def test_no_package_index() -> None:
    """No text names a package index: where packages come from is the installation's own setting."""
    assert findings(PACKAGE_INDEX) == []


def test_nothing_unfinished() -> None:
    """No text carries a mark for work that is still to be done."""
    assert findings(UNFINISHED) == []


def test_every_module_imports() -> None:
    """Every module of the package can be imported; what only an extra brings is imported where it is used."""
    files = [path.relative_to(REPOSITORY).as_posix() for path in sorted(PACKAGE.rglob("*.py"))]
    failed = {}
    for name in files:
        if any(script in name for script in SCRIPTS):
            continue
        try:
            importlib.import_module(name.removesuffix(".py").removesuffix("/__init__").replace("/", "."))
        except Exception as error:  # noqa: BLE001 - all failures are told together
            failed[name] = repr(error)
    assert not failed


def test_the_command_starts_without_heavy_libraries() -> None:
    """Importing the command line loads no engine, so that `staffing --help` answers at once."""
    code = f"import sys, staffing.cli; print([name for name in {HEAVY!r} if name in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, check=False, capture_output=True, text=True)
    assert (run.stdout.strip(), run.stderr) == ("[]", "")
