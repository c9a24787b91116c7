"""Why a shift was changed, in words."""

from collections.abc import Mapping

from staffing.i18n import text


def reason_words(reason: str, saves: float | None, detail: Mapping[str, str | float], lang: str) -> str:
    """One sentence for a reason of `domain.replanned.REASONS` and its detail."""
    if reason == "forced":
        # Without an absence the person is not employed that day.
        kind = str(detail.get("kind", "unavailable"))
        return text("change.reason.forced", lang, kind=text(f"activity.{_known(kind)}", lang))
    if reason == "rule":
        return text("change.reason.rule", lang, rule=text(f"rule.{detail.get('rule', '')}", lang))
    if reason == "covers":
        return text(
            "change.reason.covers",
            lang,
            queue=detail["queue"],
            start=str(detail["start"])[11:16],
            end=str(detail["end"])[11:16],
            hours=f"{float(detail['short_h']):.1f}",
        )
    return text(f"change.reason.{reason}", lang, saves=f"{saves or 0.0:,.0f}")


def _known(kind: str) -> str:
    from staffing.domain.roster import ACTIVITIES, activity_code

    return ACTIVITIES[activity_code(kind)]
