"""The sample centres: a synthetic HR service centre and a centre around the shared bank calls.

Everything is drawn from one seed; the same seed writes the same bytes.
"""

from staffing.sample.bank import write_bank_centre
from staffing.sample.hr_centre import write_hr_centre
from staffing.sample.own_files import own_files, write_own_files

__all__ = ["own_files", "write_bank_centre", "write_hr_centre", "write_own_files"]
