import re
from pathlib import Path

import pytest

from staffing.files import absences, calendar_rows, history, people, requests
from staffing.files.demand_tables import CURVE_COLUMNS, FORECAST_COLUMNS, REQUIREMENT_COLUMNS, WORKLOAD_COLUMNS
from staffing.files.models import LISTS, TABLES, HeadModel
from staffing.files.plan_folder import EXTRAS, OWN
from staffing.files.roster_tables import COST_TERM_COLUMNS, COVERAGE_COLUMNS, ROSTER_COLUMNS, VIOLATION_COLUMNS
from staffing.i18n import catalogue

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"
CENTRE = "\n".join((REFERENCE / page).read_text(encoding="utf-8") for page in ("centre-folder.md", "on-call.md"))
PLAN = (REFERENCE / "plan-folder.md").read_text(encoding="utf-8")
SOURCES = "\n".join(path.read_text(encoding="utf-8") for path in Path(people.__file__).parent.rglob("*.py"))


@pytest.mark.parametrize("model", [HeadModel, *LISTS.values(), *TABLES.values()], ids=lambda m: m.__name__)
def test_every_key_of_the_centre_is_in_the_dictionary(model: type[HeadModel]) -> None:
    """Keys and plain defaults of centre.toml stand in the data dictionary."""
    for name, spec in model.model_fields.items():
        assert f"`{name}`" in CENTRE, name
        if isinstance(spec.default, int | float) and not isinstance(spec.default, bool):
            assert re.search(rf"`{name}`[^`\n]*{spec.default:g}\b", CENTRE.replace("\n", " ")), name


def test_every_column_is_in_the_dictionary() -> None:
    """Columns of all files, read or written, stand on the two pages."""
    read = {
        *history.REQUIRED,
        *history.MEASURES,
        *people.REQUIRED,
        *people.OPTIONAL,
        *absences.TIME_OFF_REQUIRED,
        *absences.TIME_OFF_OPTIONAL,
        *absences.CARRY_IN_REQUIRED,
        *requests.ACTIVITIES_REQUIRED,
        *requests.ACTIVITIES_OPTIONAL,
        *requests.WISHES_REQUIRED,
        *requests.WISHES_OPTIONAL,
        *calendar_rows.EVENTS_REQUIRED,
        *calendar_rows.EVENTS_OPTIONAL,
        *calendar_rows.SPECIAL_DAYS_REQUIRED,
        *calendar_rows.SPECIAL_DAYS_OPTIONAL,
    }
    assert [name for name in sorted(read) if not re.search(rf"`([^`]*, )?{name}(, [^`]*)?`", CENTRE)] == []
    for columns in (
        FORECAST_COLUMNS,
        REQUIREMENT_COLUMNS,
        CURVE_COLUMNS,
        WORKLOAD_COLUMNS,
        ROSTER_COLUMNS,
        COVERAGE_COLUMNS,
        VIOLATION_COLUMNS,
        COST_TERM_COLUMNS,
    ):
        assert f"`{', '.join(columns)}`" in PLAN


def test_every_file_of_a_plan_is_on_its_page() -> None:
    """No file of a plan folder is a secret."""
    assert [name for name in (*OWN, *EXTRAS) if f"`{name}" not in PLAN] == []


def test_every_fault_has_its_sentence_and_no_sentence_is_left_over() -> None:
    """Codes of the room and texts of the catalogue are the same set."""
    texts = {key.removeprefix("fault.") for key in catalogue("en") if key.startswith("fault.")}
    quoted = set(re.findall(r'"([a-z0-9_]+)"', SOURCES))
    assert texts - quoted == set()
    told = re.findall(
        r'(?:fault|report|add|known|check_known|_references|Parsed|custom_error)\(\s*(?:None, )?"([a-z0-9_]+)"', SOURCES
    )
    assert set(told) - texts == set()
