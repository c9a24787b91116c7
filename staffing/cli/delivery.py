"""How a command that made a plan ends: the folder, the notes, the figures, the exit code."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from staffing.cli.common import Exit, emit, leave, say
from staffing.cli.summary import plan_summary, print_summary
from staffing.i18n import note_text, text
from staffing.plan import Plan


def deliver(
    plan: Plan,
    out: Path,
    *,
    lang: str,
    as_json: bool,
    more: Mapping[str, Any] | None = None,
    tell: Callable[[], None] | None = None,
) -> None:
    """Write the plan folder with its exports and tell about it; no legal plan or too little service ends with 5.

    Parameters
    ----------
    more
        Joins the figures for machines.
    tell
        Called after the figures for people.
    """
    from staffing.files import write_plan
    from staffing.report import export_plan

    say(text("cli.step.write", lang))
    write_plan(plan, out, extras=lambda target: export_plan(plan, target, lang=lang))
    for note in plan.notes:
        say("- " + note_text(note.code, note.params, lang))
    summary = plan_summary(plan)
    if as_json:
        emit({**summary, **(more or {}), "out": str(out)})
    else:
        print_summary(summary, lang)
        if tell is not None:
            tell()
        say(text("cli.written", lang, out=out))
    if not plan.is_legal or summary["below_floor"]:
        leave(Exit.NO_PLAN)


def export_tables(plan: Plan, plan_dir: Path, target: Path, *, lang: str) -> None:
    """All calendars as ``calendars.zip``, and the plan folder's tables with ids only."""
    from staffing.files.atomic import atomic_write
    from staffing.files.plan_folder import HANDED_OUT
    from staffing.report import calendars_zip

    atomic_write(target / "calendars.zip", calendars_zip(plan, lang=lang))
    if target.resolve() != plan_dir.resolve():
        for path in (plan_dir / name for name in HANDED_OUT):
            if path.is_file():
                atomic_write(target / path.name, path.read_bytes())


def export_pdf(plan: Plan, path: Path, *, lang: str, as_json: bool) -> None:
    """Write the report as PDF; without a font for its letters no file is written and the command ends with 2."""
    from staffing.report.pdf import write_pdf
    from staffing.report.pdf_fonts import NoFontError
    from staffing.settings import load_settings

    try:
        write_pdf(plan, path, lang=lang, font=load_settings().pdf_font)
    except NoFontError as error:
        if as_json:
            emit({"status": "no_font", "letters": error.letters, "message": str(error)})
        say(text("pdf.no_font", lang, letters=error.letters))
        leave(Exit.ARGUMENTS)
