"""Folders below the home folder of an installation: the one list of what it keeps outside its database.

Whoever adds one says in `staffing.planning.forgetting` what becomes of it when a person is erased.
"""

ANSWERS = "answers"
"""Answers of jobs that made no plan; asked again when they are gone."""
BACKUPS = "backups"
"""Saved databases, whole and unchanged."""
BATCH = "batch"
"""Orders of unattended runs; their plans lie where each order says."""
CENTRES = "centres"
"""Centres made or copied in the app."""
EXPORTS = "exports"
"""Workbooks, reports and calendars to hand out; made again from their plan."""
IMPORTS = "imports"
"""Unfinished imports of somebody's own files, whole, one folder each; they go when done, discarded or a week old."""
INTRADAY = "intraday"
"""Decisions of running days, one file for each centre and day."""
LOGS = "logs"
"""Output of workers: places in the program, no values."""
PROPOSALS = "proposals"
"""Plan folders that jobs made, the one on show among them."""
VERSIONS = "versions"
"""Plan folders of stored versions; made again from the store."""
WHATIF = "whatif"
"""Saved scenarios, a folder for each centre."""

ALL = (ANSWERS, BACKUPS, BATCH, CENTRES, EXPORTS, IMPORTS, INTRADAY, LOGS, PROPOSALS, VERSIONS, WHATIF)
