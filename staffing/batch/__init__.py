"""Many plans unattended: run keys, one lock, checkpoints, resume, publish policy, summary."""

from staffing.batch.locking import LockedError
from staffing.batch.running import BatchEnd, TeamResult, run_batch

__all__ = ["BatchEnd", "LockedError", "TeamResult", "run_batch"]
