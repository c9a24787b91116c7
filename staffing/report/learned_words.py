"""What was learned from the records, in words: a line for each finding, the loss by reason, the learning curve."""

from collections.abc import Mapping
from dataclasses import dataclass

from staffing.i18n import text
from staffing.measures.learned import Band, Finding, Kind, LostTime, State

NOTHING = "–"
SHARES = (Kind.SHRINKAGE, Kind.SHARE)
MORE_WORK = {Kind.SHRINKAGE: True, Kind.SHARE: True, Kind.PATIENCE: True, Kind.HANDLE_TIME: True}
"""Whether a higher value asks for more people: patient callers stay in the line and are served."""
KEYS = {
    Kind.SHRINKAGE: "[shrinkage] {}",
    Kind.SHARE: "source.share",
    Kind.PATIENCE: "patience_s",
    Kind.HANDLE_TIME: "aht_s",
}


@dataclass(frozen=True, slots=True)
class FindingLine:
    """A finding as people read it; texts are plain, names in them as they were given."""

    id: str
    kind: str
    subject: str
    now: str
    found: str
    range: str
    proposed: str
    sample: str
    state: str
    means: str
    where: str


def finding_line(
    found: Finding, lang: str, queues: Mapping[str, str] | None = None, people: Mapping[str, str] | None = None
) -> FindingLine:
    """The line of a finding; `queues` and `people` give names to show for ids, which stand for themselves otherwise."""
    queue = (queues or {}).get(found.queue, found.queue)
    subject = queue
    if found.agent:
        subject = f"{(people or {}).get(found.agent, found.agent)} · {queue}"
    estimate = found.estimate
    low, high = (None, None) if estimate is None else (estimate.low, estimate.high)
    return FindingLine(
        id=found.id,
        kind=text(f"learned.kind.{found.kind}", lang),
        subject=subject,
        now=_value(found.kind, found.now, lang),
        found=_value(found.kind, None if estimate is None else estimate.value, lang),
        range=NOTHING if low is None else f"{_value(found.kind, low, lang)} – {_value(found.kind, high, lang)}",
        proposed=_value(found.kind, found.proposed, lang),
        sample=text(f"learned.sample.{found.kind}", lang, n=f"{found.sample:,d}"),
        state=text(f"learned.state.{found.state}", lang),
        means=_means(found, lang),
        where=place_of(found),
    )


def place_of(found: Finding) -> str:
    """File and key that a proposal changes."""
    if found.kind is Kind.SPEED:
        return "agents.csv: skills"
    return f"centre.toml: {KEYS[found.kind].format(found.queue)}"


def _means(found: Finding, lang: str) -> str:
    if found.state is not State.PROPOSED or found.proposed is None:
        return text(f"learned.because.{found.state}", lang)
    if found.now is None:
        return text("learned.means.new", lang)
    if found.kind is Kind.SPEED:
        return text("learned.means.faster" if found.proposed > found.now else "learned.means.slower", lang)
    more = (found.proposed > found.now) == MORE_WORK[found.kind]
    return text("learned.means.more" if more else "learned.means.fewer", lang)


def _value(kind: Kind, value: float | None, lang: str) -> str:
    if value is None:
        return NOTHING
    if kind in SHARES:
        return f"{value:.2%}" if value < 0.1 else f"{value:.1%}"
    return f"{value:.2f}" if kind is Kind.SPEED else text("learned.seconds", lang, n=f"{value:,.0f}")


def lost_lines(lost: LostTime, lang: str) -> list[tuple[str, float]]:
    """Reasons and their share of the scheduled work, the largest first."""
    total = float((lost.scheduled["end_s"] - lost.scheduled["start_s"]).sum())
    shares = {reason: float(seconds.sum()) / total for reason, seconds in lost.by_reason.items()}
    named = {
        reason: text("learned.nothing" if reason == "nothing" else f"activity.{reason}", lang) for reason in shares
    }
    return [(named[reason], share) for reason, share in sorted(shares.items(), key=lambda item: -item[1])]


def months(band: Band) -> str:
    """The months of a band: ``3–6``, ``24+``."""
    return f"{band.from_month}+" if band.to_month is None else f"{band.from_month}–{band.to_month}"
