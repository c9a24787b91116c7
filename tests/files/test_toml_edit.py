"""Values of centre.toml changed in place."""

import tomllib
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffing.errors import SettingsError
from staffing.files.rule_limits import limits
from staffing.files.rule_values import set_rules, with_values
from staffing.files.toml_edit import append_item, literal, set_value
from tests.files.tiny_centre import TOML, write_tiny_centre

NAMES = st.text("abcdefg_", min_size=1, max_size=5)
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=8)
VALUES = st.one_of(
    st.integers(-(10**6), 10**6),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.booleans(),
    TEXTS,
    st.dates(date(1990, 1, 1), date(2100, 1, 1)),
    st.lists(st.integers(0, 9), max_size=3),
    st.lists(st.lists(TEXTS, min_size=1, max_size=2), max_size=2),
)


@settings(max_examples=60, deadline=None)
@given(
    tables=st.dictionaries(NAMES, st.dictionaries(NAMES, VALUES, max_size=3), min_size=1, max_size=3),
    value=VALUES,
    key=NAMES,
    data=st.data(),
)
def test_one_value_changes_and_nothing_else(tables: dict, value: object, key: str, data: st.DataObject) -> None:
    """Whatever the document and the value: parsed again, the one key differs, and comments are still there."""
    text = "# head\n" + "".join(
        f"\n[{name}]  # {name}\n" + "".join(f"{k} = {literal(v)}  # why\n" for k, v in rows.items())
        for name, rows in tables.items()
    )
    table = data.draw(st.sampled_from([*tables, "fresh"]))
    new = set_value(text, (table, key), value)
    wanted = {name: dict(rows) for name, rows in tables.items()}
    wanted.setdefault(table, {})[key] = value
    assert tomllib.loads(new) == wanted
    assert new.count("#") >= text.count("#") - literal(tables.get(table, {}).get(key, "")).count("#")
    assert set_value(new, (table, key), None).count("\n") <= new.count("\n")
    assert key not in tomllib.loads(set_value(new, (table, key), None)).get(table, {})


def test_comments_and_order_stay() -> None:
    """A changed, an added and a removed key of a list of tables; the lines around them are the same."""
    text = '[[contract]]\nid = "a"\n\n# second\n[[contract]]\nid = "b"  # full\ndays_max = 5  # by law\n'
    text += "\n[rules]\nx = [\n  1,\n  2,\n]\n"
    assert set_value(text, ("contract", 1, "days_max"), 6) == text.replace("days_max = 5  #", "days_max = 6  #")
    assert set_value(text, ("contract", 0, "days_max"), 4) == text.replace('"a"\n', '"a"\ndays_max = 4\n')
    assert set_value(text, ("contract", 1, "days_max"), None) == text.replace("days_max = 5  # by law\n", "")
    assert set_value(text, ("rules", "x"), [3]) == text.replace("x = [\n  1,\n  2,\n]\n", "x = [3]\n")


def test_what_cannot_be_changed_alone_is_refused() -> None:
    """Keys in a list of inline tables, items that are not there, and values that TOML has none for."""
    text = 'a = [{ b = 1, c = 2 }]\n[[q]]\nid = "x"\n'
    for path, value in ((("a", 0, "b"), 2), (("q", 3, "id"), "y"), (("q", 0, "id"), object())):
        with pytest.raises(ValueError, match="expected"):
            set_value(text, path, value)
    assert tomllib.loads(append_item(text, "q", {"id": "y", "n": 1}))["q"] == [{"id": "x"}, {"id": "y", "n": 1}]


def test_a_key_of_an_inline_table_is_set_alone() -> None:
    """The table stays where it is, with its other keys and what stands behind it; so does one written as a table."""
    text = '[[q]]\nid = "x"\ntarget = { share = 0.8, deadline = "24 h" }  # ours\nb = { c = { d = 1 } }\n'
    new = set_value(text, ("q", 0, "target", "share"), 0.9)
    assert new == text.replace("0.8", "0.9")
    assert tomllib.loads(set_value(text, ("q", 0, "target", "share"), None))["q"][0]["target"] == {"deadline": "24 h"}
    assert tomllib.loads(set_value(text, ("q", 0, "b", "c", "d"), 2))["q"][0]["b"] == {"c": {"d": 2}}
    table = '[[q]]\nid = "x"\n[q.target]\nshare = 0.8  # ours\n'
    assert set_value(table, ("q", 0, "target", "share"), 0.9) == table.replace("0.8", "0.9")


def test_rules_are_set_by_name(tmp_path: Path) -> None:
    """Values by key and id; the older name of a key is used where the file has it."""
    folder = write_tiny_centre(tmp_path, centre_toml=TOML + "\n[rules]\nweekends = 1\n")
    changed = set_rules(folder, ["rules.weekend_days_max=0", "contract.full.days_max=6", "rules.rest_h=12"])
    promised = set_rules(folder, ["queue.phone.target.service_level=0.9"])["centre.toml"] or b""
    assert tomllib.loads(promised.decode())["queue"][0]["target"]["service_level"] == 0.9
    data = tomllib.loads((changed["centre.toml"] or b"").decode())
    assert data["rules"] == {"weekends": 0, "rest_h": 12}
    assert data["contract"][0]["days_max"] == 6
    for wrong in ("rest_h=12", "rules.rest_h", "contract.nobody.days_max=1", "other.x=1"):
        with pytest.raises(SettingsError, match="--set"):
            set_rules(folder, [wrong])
    with pytest.raises(SettingsError, match=r"centre\.toml"):
        with_values("a = [{ b = 1 }]\n", {("a", 0, "b"): 2})


def test_limits_are_those_of_the_reader() -> None:
    """Bounds, whether they count themselves, whole numbers and keys that may be left out."""
    assert limits(("rules", "max_consecutive_days")).is_whole
    assert limits(("break", 0, "minutes")).above
    assert (limits(("costs", "overtime_factor")).low, limits(("costs", "overtime_factor")).high) == (1, 10)
    assert limits(("rules", "nights_max_consecutive")).is_optional
