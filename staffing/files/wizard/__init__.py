"""From somebody's own tables to a centre folder: read, guess, convert, check, and only then write."""

from staffing.files.wizard.centre import NewCentre, check_new, create_centre, free_folder
from staffing.files.wizard.guess import guess_channel, guess_columns, unused
from staffing.files.wizard.history import History, HistoryMap, convert_history
from staffing.files.wizard.people import People, PeopleMap, Terms, convert_people, guess_skill_columns
from staffing.files.wizard.queues import QueueTerms, read_queues, usual_terms, with_hours
from staffing.files.wizard.upload import ENCODINGS, MAX_BYTES, Sheet, read_sheet, read_upload
from staffing.files.wizard.words import KINDS

__all__ = [
    "ENCODINGS",
    "KINDS",
    "MAX_BYTES",
    "History",
    "HistoryMap",
    "NewCentre",
    "People",
    "PeopleMap",
    "QueueTerms",
    "Sheet",
    "Terms",
    "check_new",
    "convert_history",
    "convert_people",
    "create_centre",
    "free_folder",
    "guess_channel",
    "guess_columns",
    "guess_skill_columns",
    "read_queues",
    "read_sheet",
    "read_upload",
    "unused",
    "usual_terms",
    "with_hours",
]
