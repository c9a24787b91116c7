"""The database: plan versions, drafts, who did what, long-running jobs, and which plan is on show."""

from staffing.store.database import Store, open_store
from staffing.store.faults import NoVersionError, StoreDamagedError, VersionConflictError
from staffing.store.jobs import Job, JobEvent, JobState

__all__ = [
    "Job",
    "JobEvent",
    "JobState",
    "NoVersionError",
    "Store",
    "StoreDamagedError",
    "VersionConflictError",
    "open_store",
]
