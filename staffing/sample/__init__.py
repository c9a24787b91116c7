"""The sample centres: a synthetic HR service centre and a centre around the shared bank calls.

Everything is drawn from one seed; the same seed writes the same bytes.
"""

from staffing.sample.bank import write_bank_centre
from staffing.sample.hr_centre import write_hr_centre

__all__ = ["write_bank_centre", "write_hr_centre"]
