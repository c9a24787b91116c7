"""Every rule in plain words, in both languages, with the values that make it."""

import re
from dataclasses import fields, replace
from datetime import date

import pytest

from staffing.domain.on_call import OnCallDuty, OnCallRules
from staffing.domain.people import Contract, Role
from staffing.domain.queue import DeadlineTarget, DeadlineUnit
from staffing.domain.rotation import Rotation
from staffing.domain.rules import Costs, WorkRules
from staffing.domain.shift import BreakType, ShiftType
from staffing.files.centre_toml import read_centre_toml
from staffing.files.faults import FaultLog
from staffing.files.rule_limits import limits
from staffing.files.rule_values import with_values
from staffing.i18n import catalogue
from staffing.report.rule_lines import CHOICE, NUMBER, PAIRS, TOPICS, WHOLES, WINDOW, field_name, rule_lines, sentence
from tests.builders import make_centre, make_email, make_queue
from tests.files.tiny_centre import TOML

STRICT = WorkRules(
    rest_h=12,
    max_consecutive_days=5,
    weekly_rest_h=36,
    weekend_days_max=1,
    notice_days=7,
    fairness=2.0,
    forbidden_successions=(("late", "early"),),
    nights_max_per_week=3,
    nights_max_per_period=6,
    nights_max_consecutive=2,
    weekends_max_per_period=2,
    period_weeks=4,
    period_start=date(2026, 1, 5),
)
NOTHING = WorkRules(rest_h=0, weekly_rest_h=0, weekend_days_max=2)
NONE_AT_ALL = WorkRules(weekend_days_max=0, nights_max_per_week=0, nights_max_per_period=0, weekends_max_per_period=0)
FULL = Contract("full", 1200, 2400, 3, 5, ("early", "late"), 120, 4000, None, 60, 30)
CENTRE = make_centre(
    queues=(make_queue(min_agents=2.0), make_queue("chat")),
    shifts=(
        ShiftType("early", 360, 420, 30, (480,), ("meal",), (0, 1, 2)),
        ShiftType("late", 840, 840, 30, (240, 480), ("siesta",)),
    ),
    breaks=(
        BreakType("meal", 30, False, 180, 300, 60, 360, "meal"),
        BreakType("siesta", 120, True, 60, 120, kind="split"),
    ),
    contracts=(FULL, Contract("free", 0, 2400, 0, 5, ("early",))),
    roles=(Role("lead", ("agent",), 10), Role("agent")),
    rotations=(Rotation("two", date(2026, 1, 5), (("early",) * 5 + ("off",) * 2, ("any",) * 7)),),
    currency="EUR",
    on_call=(OnCallDuty("night", 1080, 1920), OnCallDuty("feast", 480, 960, (), (date(2026, 2, 16),))),
)
ASKED = replace(
    CENTRE,
    on_call=(replace(CENTRE.on_call[0], counts_as_work=True, queues=("phone",)),),
    on_call_rules=OnCallRules(max_per_week=2, max_per_period=3, gap_days=1),
)


PROMISED = replace(
    CENTRE,
    queues=(
        make_queue(max_occupancy=0.85, max_abandon_rate=0.03, probability=0.9, patience_s=180.0, aht_s=None),
        make_queue("chat", patience_s=None, aht_s=300.0),
        *(make_email(unit.value, target=DeadlineTarget(2.5, unit, 0.95)) for unit in DeadlineUnit),
    ),
)
"""Every kind of promise, and every limit given and not."""


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("rules", [WorkRules(), STRICT, NOTHING, NONE_AT_ALL])
def test_every_rule_is_a_whole_sentence(rules: WorkRules, lang: str) -> None:
    """No placeholder, code or blank is left in any sentence or name of a value, and nothing is told by its key."""
    lines = rule_lines(replace(CENTRE, rules=rules))
    told = [sentence(line, lang) for line in lines]
    assert [text for text in told if re.search(r"[{}]|rules\.|None|^\s*$", text)] == []
    assert [line for line in lines if line.code == "other"] == []
    lines += rule_lines(PROMISED)
    assert {line.topic for line in lines} == set(TOPICS)
    names = {field_name(made.path, lang) for line in lines for made in line.fields}
    assert not any(name.startswith("rules.") for name in names)


def test_no_rule_and_no_price_is_left_out() -> None:
    """Each field of the rules, the prices and the contracts is a value of some sentence."""
    paths = {made.path for line in rule_lines(CENTRE) for made in line.fields}
    assert {("rules", item.name) for item in fields(WorkRules)} - paths == {("rules", "labour")}
    assert {("costs", item.name) for item in fields(Costs)} - paths == set()
    assert {("on_call_rules", item.name) for item in fields(OnCallRules)} - paths == set()
    own = {("contract", 0, item.name) for item in fields(Contract) if item.name != "id"}
    assert own - paths == set()


def test_no_text_of_a_rule_is_left_over() -> None:
    """Each sentence of the catalogue is told of some centre."""
    lines = [
        line
        for rules in (WorkRules(), STRICT, NOTHING, NONE_AT_ALL)
        for line in rule_lines(replace(CENTRE, rules=rules))
    ]
    priced = replace(CENTRE, costs=Costs(seniority_per_year=1.0, short_by_service=True))
    exact = replace(FULL, weekly_minutes_min=2400, days_min=5, shifts=("early",), overtime_minutes_max=0)
    bare = replace(CENTRE, contracts=(exact,), shifts=(replace(CENTRE.shifts[0], breaks=()),))
    lines += [*rule_lines(priced), *rule_lines(bare), *rule_lines(ASKED), *rule_lines(PROMISED)]
    told = {f"rules.{line.code}" for line in lines}
    kept = (
        "rules.comma",
        "rules.other",
        "rules.field.",
        "rules.kind.",
        "rules.unit.",
        "rules.nature.",
        "rules.week.labour",
        "rules.own_ways",
    )
    assert {key for key in catalogue("en") if key.startswith("rules.") and not key.startswith(kept)} == {
        key for key in told if not key.startswith(kept)
    }


def test_sentences_say_the_values() -> None:
    """Numbers, hours for minutes, shifts that may not follow each other, and rules that forbid nothing."""
    told = {(line.owner, line.code): sentence(line, "en") for line in rule_lines(replace(CENTRE, rules=STRICT))}
    assert "at least 12 hours" in told["", "week.rest_h"]
    assert "late → early" in told["", "week.forbidden_successions"]
    assert told["full", "contract.hours"] == "Works between 20 and 40 paid hours a week."
    assert told["free", "contract.overtime.off"] == "Works no overtime."
    assert "Mon, Tue, Wed" in told["early", "shift.weekdays"]
    none = {line.code: sentence(line, "en") for line in rule_lines(replace(CENTRE, rules=NONE_AT_ALL))}
    assert told["night", "on_call.days"] == "Held on Mon, Tue, Wed, Thu, Fri, Sat, Sun; dates besides: –."
    assert told["feast", "on_call.days"] == "Held on –; dates besides: 2026-02-16."
    asked = {(line.owner, line.code): sentence(line, "en") for line in rule_lines(ASKED)}
    assert asked["night", "on_call.duty"] == "From 18:00 to 08:00, 1 on call; skills asked for: phone."
    assert none["week.weekend_days_max.none"] == "Nobody works on Saturdays or Sundays."


def parsed(text: str):
    log = FaultLog()
    centre = read_centre_toml(text.encode(), log).centre
    assert centre is not None, log.all()
    return centre


def test_promises_are_told_and_set() -> None:
    """Shares in percent, deadlines in their own unit; a value inside the target is written where it stands."""
    told = {(line.owner, line.code): sentence(line, "en") for line in rule_lines(PROMISED)}
    assert told["phone", "promise.answer"] == "80 % of the contacts are answered within 20 s."
    assert told["working_days", "promise.working_days"] == "95 % of the work is done within 2.5 working days."
    assert told["phone", "promise.max_abandon_rate"] == "At most 3 % of those who wait give up."
    queues = parsed(TOML).queues
    changed = {("queue", 0, "target", "service_level"): 0.9, ("queue", 0, "patience_s"): 90}
    assert parsed(with_values(TOML, changed)).queues == (
        replace(queues[0], target=replace(queues[0].target, service_level=0.9), patience_s=90.0),
        *queues[1:],
    )


def test_values_set_to_what_they_are_change_no_rule() -> None:
    """Round trip through centre.toml: every value that can be edited, written as it is, makes the same centre."""
    centre = parsed(TOML)
    values = {made.path: made.value for line in rule_lines(centre) for made in line.fields}
    assert parsed(with_values(TOML, values)) == centre


def test_each_number_that_changes_changes_its_sentence() -> None:
    """Direction: a number set to another allowed one is told otherwise by its own line."""
    centre = parsed(TOML)
    before = {made.path: sentence(line, "en") for line in rule_lines(centre) for made in line.fields}
    tried = 0
    for line in rule_lines(centre):
        for made in line.fields:
            if made.kind != NUMBER or made.value is None or isinstance(made.value, bool):
                continue
            allowed = limits(made.path)
            new = made.value + 15 if allowed.high is None or made.value + 15 <= allowed.high else made.value - 1
            log = FaultLog()
            changed = read_centre_toml(with_values(TOML, {made.path: new}).encode(), log).centre
            if changed is None:
                continue  # another rule refuses it, as a minimum above its maximum
            after = {m.path: sentence(row, "en") for row in rule_lines(changed) for m in row.fields}
            silent = made.path[-1] == "start_band_step_min"
            assert silent or after[made.path] != before[made.path], made.path
            tried += 1
    assert tried > 25


def test_kinds_of_values_tell_what_they_hold() -> None:
    """Lists of shifts, pairs of them, times of day and lengths."""
    kinds = {made.path[-1]: made for line in rule_lines(replace(CENTRE, rules=STRICT)) for made in line.fields}
    assert (kinds["shifts"].kind, kinds["shifts"].options) == (CHOICE, ("early", "late"))
    assert (kinds["forbidden_successions"].kind, kinds["forbidden_successions"].value) == (PAIRS, [["late", "early"]])
    assert (kinds["night_hours"].kind, kinds["night_hours"].value) == (WINDOW, ["23:00", "06:00"])
    assert kinds["lengths_min"].kind == WHOLES
