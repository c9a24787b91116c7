"""What a scenario changes, in one short sentence for each change."""

from collections.abc import Mapping
from datetime import date

from staffing.domain.scenario import Hire, LoadChange, TargetChange, WhatIf
from staffing.domain.shrinkage import ShrinkageReason
from staffing.i18n import catalogue, text


def change_words(whatif: WhatIf, lang: str, queue_names: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """The changes in the order of the scenario's fields; one sentence where there is none.

    >>> change_words(WhatIf("rush", loads=(LoadChange(1.2, queues=("phone",)),)), "en")
    ('contacts +20% (phone)',)
    """
    names = queue_names or {}
    lines = [line for load in whatif.loads for line in _load(load, lang, names)]
    if whatif.absence != 1.0:
        lines.append(text("whatif.said.absence", lang, change=_signed(whatif.absence)))
    lines += [_absent(reason, lang, names) for reason in whatif.absences]
    lines += [_hire(hire, lang) for hire in whatif.hires]
    lines += [line for target in whatif.targets for line in _target(target, lang, names)]
    lines += [text("whatif.said.rule", lang, rule=rule_words(name, lang), value=f"{v:g}") for name, v in whatif.rules]
    return tuple(lines) or (text("whatif.said.nothing", lang),)


def rule_words(name: str, lang: str) -> str:
    """A work rule or price for people; the name of its key where it has no words."""
    return text(f"whatif.rule.{name}", lang) if f"whatif.rule.{name}" in catalogue(lang) else name


def _load(load: LoadChange, lang: str, names: Mapping[str, str]) -> list[str]:
    where = _where(load.queues, load.start, load.end, lang, names)
    lines = []
    if load.volume != 1.0:
        lines.append(text("whatif.said.volume", lang, change=_signed(load.volume)) + where)
    if load.deflected:
        lines.append(text("whatif.said.deflected", lang, share=f"{load.deflected:.0%}") + where)
    if load.aht != 1.0:
        lines.append(text("whatif.said.aht", lang, change=_signed(load.aht)) + where)
    return lines


def _absent(reason: ShrinkageReason, lang: str, names: Mapping[str, str]) -> str:
    where = _where(reason.queues, reason.start, reason.end, lang, names)
    return text("whatif.said.absent", lang, reason=reason.name, share=f"{reason.share:.0%}") + where


def _hire(hire: Hire, lang: str) -> str:
    said = text("whatif.said.hire", lang, people=hire.people, like=hire.like)
    if hire.proficiency != 1.0:
        said += text("whatif.said.speed", lang, speed=f"{hire.proficiency:.0%}")
    return said + _where((), hire.start, None, lang, {})


def _target(target: TargetChange, lang: str, names: Mapping[str, str]) -> list[str]:
    queue = names.get(target.queue, target.queue)
    lines = []
    if target.share is not None:
        lines.append(text("whatif.said.share", lang, queue=queue, share=f"{target.share:.0%}"))
    if target.answer_within_s is not None:
        lines.append(text("whatif.said.within", lang, queue=queue, seconds=f"{target.answer_within_s:g}"))
    if target.probability is not None:
        lines.append(text("whatif.said.probability", lang, queue=queue, share=f"{target.probability:.0%}"))
    return lines


def _where(queues: tuple[str, ...], start: date | None, end: date | None, lang: str, names: Mapping[str, str]) -> str:
    parts = [", ".join(names.get(queue, queue) for queue in queues)] if queues else []
    if start is not None and end is not None:
        parts.append(text("whatif.said.days", lang, start=start, end=end) if start != end else str(start))
    elif start is not None:
        parts.append(text("whatif.said.since", lang, start=start))
    elif end is not None:
        parts.append(text("whatif.said.until", lang, end=end))
    return text("whatif.said.where", lang, parts="; ".join(parts)) if parts else ""


def _signed(factor: float) -> str:
    return f"{round(100 * (factor - 1), 1):+g}%"
