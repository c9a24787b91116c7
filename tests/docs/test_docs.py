"""The examples in the documentation and in docstrings run and show what they claim."""

import ast
import doctest
import importlib
import re
from pathlib import Path
from typing import Any

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
FENCE = re.compile(r"^```python(?P<info>[^\n]*)\n(?P<code>.*?)^```\s*$", re.MULTILINE | re.DOTALL)


def blocks(text: str) -> list[tuple[int, str]]:
    """The runnable blocks of a page as (lines before the code, code); `no-run` in the info string leaves one out."""
    found = FENCE.finditer(text)
    return [(text.count("\n", 0, m.start("code")), m["code"]) for m in found if "no-run" not in m["info"].split()]


def check_examples(text: str, namespace: dict[str, Any], name: str, filename: str, line: int) -> None:
    """Run the `>>>` examples of a text and fail where the output differs; the namespace keeps what they define."""
    case = doctest.DocTestParser().get_doctest(text, namespace, name, filename, line)
    case.globs = namespace  # the parser copies it, but the blocks of a page share one
    report: list[str] = []
    doctest.DocTestRunner(optionflags=FLAGS).run(case, out=report.append, clear_globs=False)
    assert not report, "".join(report)


def pages() -> list[Path]:
    """The pages with at least one runnable block."""
    candidates = [REPOSITORY / "README.md", *sorted((REPOSITORY / "docs").rglob("*.md"))]
    return [page for page in candidates if blocks(page.read_text(encoding="utf-8"))]


def docstrings(path: Path) -> list[tuple[int, str]]:
    """The docstrings with examples in a file, read from its source so that compiled functions are not missed."""
    kinds = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    nodes = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, kinds)]
    found = [(node.body[0].lineno - 1, ast.get_docstring(node)) for node in nodes if ast.get_docstring(node)]
    return [(line, text) for line, text in found if text and ">>> " in text]


def modules() -> list[Path]:
    """The source files with at least one example in a docstring."""
    return [path for path in sorted((REPOSITORY / "staffing").rglob("*.py")) if docstrings(path)]


def relative(path: Path) -> str:
    return path.relative_to(REPOSITORY).as_posix()


@pytest.mark.parametrize("page", pages(), ids=relative)
def test_examples_of_a_page_run(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every Python block of a page runs, in order and in one namespace, without leaving files in the repository."""
    (tmp_path / "data").symlink_to(REPOSITORY / "data")
    monkeypatch.chdir(tmp_path)
    namespace: dict[str, Any] = {"__name__": "__docs__"}
    for line, code in blocks(page.read_text(encoding="utf-8")):
        if ">>> " in code:
            check_examples(code, namespace, relative(page), str(page), line)
        else:
            exec(compile("\n" * line + code, str(page), "exec"), namespace)  # the line numbers of errors are the page's


@pytest.mark.parametrize("path", modules(), ids=relative)
def test_examples_of_a_module_run(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every example in a module's docstrings gives the output that it shows."""
    (tmp_path / "data").symlink_to(REPOSITORY / "data")
    monkeypatch.chdir(tmp_path)
    name = relative(path).removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    module = importlib.import_module(name)
    for line, text in docstrings(path):
        check_examples(text, dict(vars(module)), name, str(path), line)


def test_only_marked_blocks_are_left_out() -> None:
    """A block runs unless its info string says no-run, and keeps the line number it has on its page."""
    page = "one\n```python\na = 1\n```\n```python no-run\nb = 2\n```\n```bash\nc\n```\n```python title=x\nd = 4\n```\n"
    assert blocks(page) == [(2, "a = 1\n"), (11, "d = 4\n")]


def test_a_wrong_example_is_noticed() -> None:
    """An example whose output differs fails; one that is right passes and leaves its names to the next."""
    namespace: dict[str, Any] = {}
    check_examples(">>> two = 1 + 1\n>>> two\n2\n", namespace, "right", "page", 0)
    assert namespace["two"] == 2
    with pytest.raises(AssertionError, match="Expected"):
        check_examples(">>> 1 + 1\n3\n", {}, "wrong", "page", 0)
