"""What kept a team of a batch from its plan, in words; values of tables are not in a summary, so they are left out."""

from collections.abc import Mapping

from staffing.i18n import catalogue, text

HIDDEN = "…"


def fault_words(fault: Mapping[str, object], lang: str) -> str:
    """One fault of a team's checkpoint: where, and what is wrong.

    >>> fault_words({"code": "unknown_agent", "file": "wishes.csv", "row": 3, "column": "agent"}, "en").split(":")[0]
    'wishes.csv, row 3, agent'
    """
    code = str(fault.get("code", ""))
    if code == "settings":
        return str(fault.get("message", ""))
    key = f"fault.{code}"
    if key not in catalogue(lang):
        return text("batch.unexpected", lang, kind=code)
    place = text("batch.place", lang, file=fault.get("file") or "", row=fault.get("row") or "")
    where = place if fault.get("row") else str(fault.get("file") or "")
    column = fault.get("column")
    told = text(
        key, lang, file=fault.get("file") or "", row=fault.get("row") or "", column=column or "", value=HIDDEN,
        expected=HIDDEN,
    )  # fmt: skip
    return f"{where}, {column}: {told}" if column else f"{where}: {told}"
