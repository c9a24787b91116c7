"""The log of a job as text: its steps with their times, how it ended, and what its worker printed."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from unicodedata import east_asian_width

from staffing.i18n import catalogue
from staffing.store import Job, JobEvent, JobState
from staffing.ui.facts.run_orders import moment
from staffing.ui.words import Words

SEARCHES = ("plan", "surge", "whatif")
"""Kinds of jobs whose events are costs and bounds; those of the others are how much is done."""
PHASES = ("queued", "read", "forecast", "requirement", "repair", "rounds", "roster", "simulation", "audit", "write")
"""Steps of a plan with a text of their own; the phases of the solver are told as one search."""
FIRST_PHASES = ("compile", "construct")
"""Phases of the solver before there is a first roster."""
TAIL = 20_000
"""Bytes of the worker's own output that are told, the last ones."""


def phase_words(phase: str, words: Words) -> str:
    """A step of a plan in words."""
    known = "roster" if phase in FIRST_PHASES else phase if phase in PHASES else "search"
    return words(f"phase.{known}")


def log_text(job: Job, steps: Sequence[JobEvent], printed: str, words: Words) -> str:
    """Everything that is known of a job, one line each; `printed` by its worker."""
    lines = [words("log.ordered", at=moment(job.created_s))]
    if job.started_s is not None:
        lines.append(words("log.began", at=moment(job.started_s)))
    if job.kind in SEARCHES and steps:
        heads = (words("compare.cost"), words("compare.bound"), words("compare.gap"))
        lines.append(_row(words("log.second"), *heads, words("log.step")))
    lines += _steps(job, steps, words)
    if not job.is_open:
        lines.append(_ending(job, words))
    if printed:
        lines += ["", words("log.printed"), printed]
    return "\n".join(lines) + "\n"


def printed_by(file: Path) -> str:
    """The end of what a worker printed; blank where it printed nothing."""
    try:
        with file.open("rb") as log:
            size = log.seek(0, 2)
            log.seek(max(0, size - TAIL))
            return log.read().decode("utf-8", errors="replace").strip()
    except OSError:
        return ""


def _steps(job: Job, steps: Sequence[JobEvent], words: Words) -> Iterator[str]:
    """A line for the first event of each step, and for those with another cost, a higher bound, or more done."""
    searched, phase = job.kind in SEARCHES, ""
    cost: float | None = None
    bound: float | None = None
    for step in steps:
        is_other = step.objective is not None and step.objective != cost
        is_closer = step.bound is not None and (bound is None or step.bound > bound)
        cost, bound = (step.objective if is_other else cost), (step.bound if is_closer else bound)
        if not (is_other or is_closer or step.phase != phase):
            continue
        phase, at = step.phase, f"{step.seconds:.1f}"
        if searched:
            yield _row(at, *_figures(step, cost, bound, words), _search_step(phase, words))
        else:
            told = words(f"asking.{phase}") if f"ui.asking.{phase}" in catalogue(words.lang) else phase
            done = "" if step.objective is None else f"{step.objective:,.0f} / {step.bound or 0.0:,.0f}"
            yield _row(at, done, told)


def _search_step(phase: str, words: Words) -> str:
    """A step in words; those of the solver with its own name for them."""
    if phase in PHASES:
        return phase_words(phase, words)
    return words("log.first" if phase in FIRST_PHASES else "log.search", phase=phase)


def _figures(step: JobEvent, cost: float | None, bound: float | None, words: Words) -> tuple[str, str, str]:
    """The best cost and bound so far and their gap, where the event tells one of them."""
    if step.objective is None and step.bound is None:
        return "", "", ""
    gap = None if cost is None or bound is None or cost <= 0 else max(0.0, (cost - bound) / cost)
    return words.number(cost), words.number(bound), words.percent(gap, 2)


def _row(seconds: str, *cells: str) -> str:
    """Figures below each other, the last cell as it is. Chinese signs are two places wide."""
    *figures, last = cells
    return "  ".join((_right(seconds, 6), *(_right(cell, 9) for cell in figures), last))


def _right(cell: str, width: int) -> str:
    wide = sum(east_asian_width(sign) in "WF" for sign in cell)
    return " " * max(0, width - len(cell) - wide) + cell


def _ending(job: Job, words: Words) -> str:
    begun = job.started_s if job.started_s is not None else job.created_s
    seconds = max(0.0, (job.ended_s or begun) - begun)
    why = f" ({job.error})" if job.error and job.state is JobState.FAILED else ""
    return words("log.ended", seconds=f"{seconds:.1f}", state=words(f"job.{job.state}")) + why
