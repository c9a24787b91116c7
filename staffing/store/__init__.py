"""The database: long-running jobs, their progress, and which plan is on show."""

from staffing.store.database import Store, open_store
from staffing.store.jobs import Job, JobEvent, JobState

__all__ = ["Job", "JobEvent", "JobState", "Store", "open_store"]
