"""What the models would have said from past origins: the errors that choose, guard and calibrate."""

from dataclasses import dataclass

import numpy as np

from staffing.domain.arrays import BoolArray, FloatArray, IntArray
from staffing.forecast.glm import FROM_LEAD_DAYS, glm_forecast
from staffing.forecast.members import DayModel
from staffing.forecast.peers import same_weekday_mean

MAX_ORIGINS = 10
ORIGIN_STEP_DAYS = 7
MIN_TRAIN_DAYS = 20
SPAN_DAYS = 28
GUARD_WEEKS = (4, 8)


@dataclass(frozen=True, eq=False)
class RollingErrors:
    """Forecasts from past origins beside what came, one row per forecast day.

    Attributes
    ----------
    actual : (rows, cells)
        NaN where unknown or closed.
    members : (members, rows, cells)
    guards : (2, rows, cells)
        Mean of the last 4 and of the last 8 same weekdays; NaN where there is none.
    variance : (members, rows)
        Predictive variance of the log day total.
    lead : (rows,)
        Days from origin to forecast day.
    special : (rows,)
        Days with a holiday, month or event effect.
    origin : (rows,)
        Number of the origin each row was forecast from, the latest being 1.
    glm : (rows, cells), optional
        The Poisson regression, NaN in the first week; None where it takes no part.
    """

    actual: FloatArray
    members: FloatArray
    guards: FloatArray
    variance: FloatArray
    lead: IntArray
    special: BoolArray
    origin: IntArray
    glm: FloatArray | None = None

    @property
    def origins(self) -> int:
        """Number of past origins."""
        return len(set(self.origin.tolist()))

    def wape(self, forecast: FloatArray, rows: BoolArray | None = None) -> float:
        """Sum of absolute errors over sum of actuals of a forecast (rows, cells); NaN without actuals."""
        use = np.isfinite(self.actual) & np.isfinite(forecast)
        if rows is not None:
            use &= rows[:, None]
        actual = self.actual[use]
        return float(np.abs(actual - forecast[use]).sum() / actual.sum()) if actual.sum() > 0 else float("nan")


def rolling_errors(model: DayModel, *, lean: bool = False) -> RollingErrors:
    """Forecasts of up to four weeks from up to ten weekly origins before the end of the known days.

    `lean` leaves out the Poisson regression, which takes longer than all the rest.
    """
    frame = model.frame
    rows = frame.rows
    end = int(rows[-1]) + 1
    span = int(np.clip(frame.days - end, 7, SPAN_DAYS))
    parts, counts = [], []
    lean = lean or min(span, frame.days - frame.origin) <= FROM_LEAD_DAYS
    for number in range(1, MAX_ORIGINS + 1):
        origin = end - number * ORIGIN_STEP_DAYS
        if (rows < origin).sum() < MIN_TRAIN_DAYS:
            break
        days = slice(origin, min(origin + span, end))
        volumes, variances = model.forecast(origin, days)
        guards = np.array([same_weekday_mean(frame, origin, days, weeks) for weeks in GUARD_WEEKS])
        keep = rows[(rows >= days.start) & (rows < days.stop)] - origin
        if not lean:
            counts.append(glm_forecast(model, origin, days)[keep])
        parts.append((keep + origin, volumes[:, keep], guards[:, keep], variances[:, keep], keep, number))
    places = np.concatenate([part[0] for part in parts]) if parts else np.zeros(0, dtype=np.int64)
    cells, members = frame.series.cells, len(model.fits)
    return RollingErrors(
        frame.series.counts[places],
        np.concatenate([np.zeros((members, 0, cells)), *(part[1] for part in parts)], axis=1),
        np.concatenate([np.zeros((len(GUARD_WEEKS), 0, cells)), *(part[2] for part in parts)], axis=1),
        np.concatenate([np.zeros((members, 0)), *(part[3] for part in parts)], axis=1),
        np.concatenate([np.zeros(0, dtype=np.int64), *(part[4] for part in parts)]),
        model.effects.special[places],
        np.repeat([part[5] for part in parts], [len(part[4]) for part in parts]).astype(np.int64),
        np.concatenate(counts) if counts else None,
    )
