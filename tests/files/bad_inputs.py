"""Bad input of every kind: how the tiny centre is spoilt, and the one fault that must come of it."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from tests.files.tiny_centre import history

Text = dict[str, str | bytes]
Edit = Callable[[Text], None]


@dataclass(frozen=True)
class BadInput:
    """One way to spoil the folder. `row` may be text of the line on which the fault is."""

    code: str
    file: str
    row: int | str | None
    column: str | None
    example: str
    edits: tuple[Edit, ...]


def swap(file: str, old: str, new: str, count: int = 1) -> Edit:
    def edit(files: Text) -> None:
        text = files[file]
        assert isinstance(text, str)
        assert old in text, f"{file} has no {old!r}"
        files[file] = text.replace(old, new, count)

    return edit


def add(file: str, line: str) -> Edit:
    def edit(files: Text) -> None:
        files[file] = str(files[file]) + line + "\n"

    return edit


def put(file: str, content: str | bytes) -> Edit:
    return lambda files: files.__setitem__(file, content)


def drop(file: str) -> Edit:
    def edit(files: Text) -> None:
        del files[file]

    return edit


def lines(file: str, change: Callable[[str], str | None]) -> Edit:
    """Change every line but the header; None drops it."""

    def edit(files: Text) -> None:
        head, *body = str(files[file]).splitlines()
        kept = [new for new in (change(line) for line in body) if new is not None]
        files[file] = "\n".join([head, *kept]) + "\n"

    return edit


def column(name: str, value: Callable[[list[str]], str]) -> Edit:
    """Add a column to history.csv."""

    def edit(files: Text) -> None:
        head, *body = str(files["history.csv"]).splitlines()
        rows = [f"{line},{value(line.split(','))}" for line in body]
        files["history.csv"] = "\n".join([f"{head},{name}", *rows]) + "\n"

    return edit


def toml(code: str, row: str, key: str, old: str, new: str, example: str = "") -> BadInput:
    return BadInput(code, "centre.toml", row, key, example or new.strip(), (swap("centre.toml", old, new),))


def cell(code: str, file: str, row: int, key: str | None, old: str, new: str, example: str = "") -> BadInput:
    return BadInput(code, file, row, key, example or new.strip(), (swap(file, old, new),))


H, A, T = "history.csv", "agents.csv", "centre.toml"
FIRST = "2026-01-05T08:00,phone,8,8,240"
BOTH = """
[[queue]]
id = "both"
channel = "phone"
hours = { mon_fri = ["08:00-16:00"] }
target = { service_level = 0.8, answer_within_s = 20 }

[[break]]"""

ROTATION = """[[rotation]]
id = "fixed"
start = 2026-01-05
weeks = [["day", "day", "day", "day", "any", "off", "off"]]
"""
ON_CALL = """[[on_call]]
id = "night"
start = "18:00"
end = "08:00"
"""
REASON = '[[shrinkage_reason]]\nname = "sick"\nshare = 0.03\n'


OTHER_SHIFT = """[[shift]]
id = "other"
start = "08:00"
lengths_min = [480]

"""


def rotating(name: str, week: int) -> tuple[Edit, Edit]:
    """Give the first agent a rotation."""
    head, first = "role,contract,skills", "phone:1.0;mail:0.9"
    return swap(A, head, head + ",rotation,rotation_week"), lines(
        A, lambda line: f"{line},{name},{week}" if first in line else f"{line},,"
    )


def agreeing(name: str) -> tuple[Edit, Edit]:
    """Let the first agent agree to an on-call duty."""
    head, first = "role,contract,skills", "phone:1.0;mail:0.9"
    return swap(A, head, head + ",on_call"), lines(A, lambda line: f"{line},{name}" if first in line else f"{line},")


def _summed(files: Text) -> None:
    """A third queue that is the sum of the other two."""
    head, *body = history().splitlines()
    rows = []
    for phone, mail in zip(body[::2], body[1::2], strict=True):
        total = int(phone.split(",")[2]) + int(mail.split(",")[2])
        rows += [phone, mail, f"{phone.split(',')[0]},both,{total},{total},240"]
    files[H] = "\n".join([head, *rows]) + "\n"


CENTRE = [
    toml("toml_syntax", "interval_min", None, "interval_min = 30", "interval_min 30"),
    toml("missing_key", None, "name", 'name = "Tiny"\n', "", "no `name`"),
    toml("unknown_key", "patiense_s", "queue[1].patiense_s", "patience_s = 180", "patiense_s = 180"),
    toml("wrong_type", "patience_s", "queue[1].patience_s", "patience_s = 180", 'patience_s = "long"'),
    toml("not_one_of", 'channel = "fax"', "queue[2].channel", 'channel = "email"', 'channel = "fax"'),
    toml("out_of_range", "service_level", "queue[1].target.service_level", "service_level = 0.8", "service_level = 80"),
    toml(
        "bad_id",
        'id = "=boss"',
        "role[3].id",
        "[shrinkage]",
        '[[role]]\nid = "=boss"\n[shrinkage]',
        '[[role]] id = "=boss"',
    ),
    toml("bad_currency", "currency", "currency", '"EUR"', '"euros"', 'currency = "euros"'),
    BadInput(
        "duplicate_id",
        T,
        'id = "lead"',
        "role[3].id",
        'two roles `id = "lead"`',
        (swap(T, '[[role]]\nid = "lead"', '[[role]]\nid = "lead"\n[[role]]\nid = "lead"'),),
    ),
    toml("unknown_timezone", "timezone", "timezone", "Europe/Berlin", "Europe/Berlim", 'timezone = "Europe/Berlim"'),
    toml("unknown_country", "country", "country", 'currency = "EUR"', 'country = "XX"'),
    toml(
        "unknown_subdivision",
        "subdivision",
        "subdivision",
        'currency = "EUR"',
        'country = "DE"\nsubdivision = "XX"',
        'country = "DE", subdivision = "XX"',
    ),
    toml(
        "unknown_category",
        "holiday_categories",
        "holiday_categories",
        'currency = "EUR"',
        'country = "DE"\nholiday_categories = ["scool"]',
        'country = "DE", holiday_categories = ["scool"]',
    ),
    toml(
        "unknown_labour_rules",
        "labour_rules",
        "labour_rules",
        'currency = "EUR"',
        'labour_rules = ["uk"]',
    ),
    toml("slot_does_not_divide", "slot_min", "slot_min", "slot_min = 15", "slot_min = 20"),
    toml("off_slot", "minutes = 20", "break[1].minutes", "minutes = 30", "minutes = 20"),
    toml("bad_hours", "8 to 16", "queue[1].hours.mon_fri", '["08:00-16:00"], sat', '["8 to 16"], sat', '["8 to 16"]'),
    toml("bad_clock", "start", "shift[1].start", '["08:00", "08:30"]', '"25:00"', 'start = "25:00"'),
    toml("window_reversed", "latest_min", "break[1].latest_min", "latest_min = 300", "latest_min = 150"),
    toml("bad_deadline", "deadline", "queue[2].target.deadline", "2 working hours", "soon", 'deadline = "soon"'),
    toml("target_shape", "deadline", "queue[2].target", "share = 0.9", "service_level = 0.9"),
    toml(
        "unknown_queue",
        "source",
        "queue[2].source.queue",
        "aht_s = 300",
        'aht_s = 300\nsource = { queue = "phon", share = 0.1 }',
        'source = { queue = "phon", share = 0.1 }',
    ),
    BadInput(
        "circular_source",
        T,
        'source = { queue = "mail"',
        "queue[1].source.queue",
        "phone from mail and mail from phone",
        (
            swap(T, "patience_s = 180", 'source = { queue = "mail", share = 0.1 }'),
            swap(T, "aht_s = 300", 'aht_s = 300\nsource = { queue = "phone", share = 0.1 }'),
        ),
    ),
    toml(
        "source_and_schedule",
        "schedule",
        "queue[2].schedule",
        "aht_s = 300",
        'aht_s = 300\nsource = { queue = "phone", share = 0.1 }\nschedule = { every = "month", volume = 9 }',
        "both `source` and `schedule`",
    ),
    toml("not_for_channel", "max_parallel", "queue[1].max_parallel", "patience_s = 180", "max_parallel = 3"),
    *(
        toml(
            "not_for_channel",
            key,
            f"queue[1].{key}",
            'channel = "phone"',
            f'channel = "chat"\nmax_parallel = 3\n{key} = {value}',
            f"{key} = {value} with `max_parallel = 3`",
        )
        for key, value in (("lines", "20"), ("balk_share", "0.1"))
    ),
    toml("blended_needs_deadline", "blended", "queue[1].blended", "patience_s = 180", "blended = true"),
    toml(
        "parallel_twice",
        "parallel_speedup",
        "queue[1].parallel_speedup",
        'channel = "phone"',
        'channel = "chat"\nslowdown = 0.3\nparallel_speedup = [1.0, 1.7]',
        "`slowdown` and `parallel_speedup`",
    ),
    toml(
        "parallel_length",
        "aht_by_parallel_s",
        "queue[1].aht_by_parallel_s",
        'channel = "phone"',
        'channel = "chat"\nmax_parallel = 3\naht_by_parallel_s = [300.0, 400.0]',
        "max_parallel = 3, aht_by_parallel_s = [300, 400]",
    ),
    toml(
        "parallel_slower",
        "parallel_speedup",
        "queue[1].parallel_speedup",
        'channel = "phone"',
        'channel = "chat"\nparallel_speedup = [1.0, 1.7, 1.5]',
        "parallel_speedup = [1, 1.7, 1.5]",
    ),
    toml(
        "unknown_queue",
        "queues",
        "shrinkage_reason[1].queues",
        "[shrinkage]",
        REASON + 'queues = ["phon"]\n[shrinkage]',
        '[[shrinkage_reason]] queues = ["phon"]',
    ),
    toml(
        "out_of_range",
        "share = 30",
        "shrinkage_reason[1].share",
        "[shrinkage]",
        REASON.replace("0.03", "30") + "[shrinkage]",
        "[[shrinkage_reason]] share = 30",
    ),
    toml(
        "missing_key",
        "[[shrinkage_reason]]",
        "shrinkage_reason[1].share",
        "[shrinkage]",
        REASON.replace("share = 0.03\n", "") + "[shrinkage]",
        "[[shrinkage_reason]] without `share`",
    ),
    toml(
        "ends_before_start",
        "end",
        "shrinkage_reason[1].end",
        "[shrinkage]",
        REASON + "start = 2026-02-09\nend = 2026-02-02\n[shrinkage]",
        "[[shrinkage_reason]] start = 2026-02-09, end = 2026-02-02",
    ),
    toml(
        "date_order",
        "start",
        "shrinkage_reason[1].start",
        "[shrinkage]",
        REASON + 'start = "09/02/2026"\n[shrinkage]',
        '[[shrinkage_reason]] start = "09/02/2026"',
    ),
    toml(
        "bad_hours",
        "hours",
        "shrinkage_reason[1].hours.mon",
        "[shrinkage]",
        REASON + 'hours = { mon = "early" }\n[shrinkage]',
        '[[shrinkage_reason]] hours = { mon = "early" }',
    ),
    toml("unknown_break", "breaks", "shift[1].breaks", '["lunch"]', '["lunhc"]', 'breaks = ["lunhc"]'),
    toml("break_does_not_fit", "breaks", "shift[1].breaks", "[450, 480]", "[240, 450, 480]", "lengths_min = [240]"),
    toml("unknown_shift", "shifts", "contract[1].shifts", "days_max = 5", 'days_max = 5\nshifts = ["dya"]'),
    toml("unknown_role", "supervises", "role[2].supervises", '["agent"]', '["agents"]', 'supervises = ["agents"]'),
    toml("circular_role", "supervises", "role[2].supervises", '["agent"]', '["lead"]', 'lead: supervises = ["lead"]'),
    toml(
        "unknown_shift",
        "forbidden_successions",
        "rules.forbidden_successions",
        "[shrinkage]",
        '[rules]\nforbidden_successions = [["day", "dya"]]\n[shrinkage]',
        'forbidden_successions = [["day", "dya"]]',
    ),
    toml(
        "wrong_type",
        "forbidden_successions",
        "rules.forbidden_successions",
        "[shrinkage]",
        '[rules]\nforbidden_successions = [["day"]]\n[shrinkage]',
        'forbidden_successions = [["day"]]',
    ),
    toml(
        "bad_clock",
        "night_hours",
        "rules.night_hours",
        "[shrinkage]",
        '[rules]\nnight_hours = ["23:00"]\n[shrinkage]',
        'night_hours = ["23:00"]',
    ),
    toml(
        "missing_key",
        "[rules]",
        "rules.period_start",
        "[shrinkage]",
        "[rules]\nperiod_weeks = 4\n[shrinkage]",
        "period_weeks = 4 without `period_start`",
    ),
    toml(
        "rotation_week",
        "weeks",
        "rotation[1].weeks",
        "[shrinkage]",
        ROTATION.replace('"off", "off"', '"off"') + "[shrinkage]",
        "a week of six words",
    ),
    toml(
        "unknown_shift",
        "weeks",
        "rotation[1].weeks",
        "[shrinkage]",
        ROTATION.replace('"any"', '"anny"') + "[shrinkage]",
        'weeks = [["day", "day", "day", "day", "anny", "off", "off"]]',
    ),
    toml(
        "band_without_starts",
        "start_band_min",
        "contract[1].start_band_min",
        "days_max = 5",
        "days_max = 5\nstart_band_min = 15\nstart_band_step_min = 450",
        "bands of 15 min from 07:30, starts at 08:00 and 08:30",
    ),
    BadInput(
        "contract_unreachable",
        T,
        "weekly_minutes_min",
        "contract[1].weekly_minutes_min",
        "2300..2400 min in 5 days of 420 or 450",
        (swap(T, "weekly_minutes_min = 2100", "weekly_minutes_min = 2300"),),
    ),
    BadInput(
        "grid_does_not_fit_zone",
        T,
        None,
        "interval_min",
        "60 min in Lord Howe, whose clocks move by 30",
        (
            swap(T, "Europe/Berlin", "Australia/Lord_Howe"),
            swap(T, "interval_min = 30\nslot_min = 15", "interval_min = 60\nslot_min = 15"),
            swap(T, "start = [", "start_step_min = 30\nstart = ["),
            lines(H, lambda line: None if ":30," in line else line),
            swap(H, "2026-01-05T08:00,phone", "2026-04-06T08:00,phone"),
        ),
    ),
]

FILES = [
    BadInput("missing_file", H, None, None, "no history.csv", (drop(H),)),
    BadInput("missing_file", A, None, None, "no agents.csv", (drop(A),)),
    BadInput("not_utf8", A, 2, None, "saved as Latin-1", (put(A, "agent\nM\xfcller".encode("latin-1")),)),
    BadInput("empty_file", H, 1, None, "nothing in it", (put(H, ""),)),
    BadInput("empty_file", A, 1, None, "a header only", (lines(A, lambda line: None),)),
    cell("unreadable_csv", A, 5, None, "a4,Dia", 'a4,"Dia', '`a4,"Dia,...`'),
    BadInput(
        "missing_header", H, 1, None, "the header row is gone", (swap(H, "start,queue,offered,handled,aht_s\n", ""),)
    ),
    cell("missing_column", A, 1, "contract", "role,contract,", "role,cohort,", "no column `contract`"),
    cell("misspelt_column", H, 1, "offered", "offered", "offerd", "offerd"),
    cell("duplicate_column", H, 1, "handled", "aht_s", "handled", "handled,handled"),
    cell("field_count", "wishes.csv", 2, None, "off,2", "off,2,please", "a1,2026-02-06,off,2,please"),
    cell("missing_value", H, 2, "queue", "08:00,phone,8", "08:00,,8", "2026-01-05T08:00,,8"),
    cell("missing_value", A, 5, "agent", "a4,Dia", ",Dia", ",Dia,..."),
]

TIMES = [
    cell("not_a_date", H, 2, "start", "2026-01-05T08:00,phone", "Monday 8:00,phone", "Monday 8:00"),
    cell("date_order", H, 2, "start", "2026-01-05T08:00,phone", "05/01/2026 08:00,phone", "05/01/2026 08:00"),
    cell("no_such_date", "wishes.csv", 2, "date", "2026-02-06", "2026-02-30"),
    cell("time_in_gap", H, 2, "start", "2026-01-05T08:00,phone", "2026-03-29T02:30,phone", "2026-03-29T02:30"),
    cell("ambiguous_time", H, 2, "start", "2026-01-05T08:00,phone", "2025-10-26T02:30,phone", "2025-10-26T02:30"),
    cell("off_grid", H, 2, "start", "2026-01-05T08:00,phone", "2026-01-05T08:10,phone", "2026-01-05T08:10"),
    BadInput("wrong_grid", H, 2, "start", "hourly rows", (lines(H, lambda row: None if ":30," in row else row),)),
    BadInput("wrong_grid", H, 4, "start", "quarter-hour rows", (lines(H, lambda row: row.replace(":30,", ":15,")),)),
    cell("far_date", H, 2, "start", "2026-01-05T08:00,phone", "2062-01-05T08:00,phone", "2062-01-05T08:00"),
]

HISTORY = [
    BadInput("duplicate_row", H, 642, "start", "a row twice", (add(H, FIRST),)),
    BadInput(
        "conflicting_rows", H, 642, "start", "a row twice, other figures", (add(H, FIRST.replace(",8,8", ",9,9")),)
    ),
    BadInput("total_row", H, 642, "queue", "2026-01-05T08:00,Total,10", (add(H, "2026-01-05T08:00,Total,10,10,"),)),
    BadInput(
        "total_queue",
        H,
        4,
        "queue",
        "a third queue that is phone + mail",
        (swap(T, "[[break]]", BOTH.strip()), swap(A, "phone:1.0;", "phone:1.0;both;"), _summed),
    ),
    cell("unknown_queue", H, 2, "queue", "08:00,phone,8", "08:00,phnoe,8", "phnoe"),
    BadInput(
        "queue_without_history", H, None, "queue", "no row of mail", (lines(H, lambda r: None if ",mail," in r else r),)
    ),
    BadInput(
        "slots_missing",
        H,
        2,
        "start",
        "phone without 10:00 to 13:30, every day",
        (lines(H, lambda row: None if re.search(r"T1[0-3]:..,phone", row) else row),),
    ),
    cell("not_a_number", H, 2, "offered", "phone,8,", "phone,eight,", "eight"),
    cell("negative", H, 2, "offered", "phone,8,", "phone,-8,", "-8"),
    cell("absurd_volume", H, 2, "offered", "phone,8,", "phone,80000,", "80000"),
    cell("aht_out_of_range", H, 2, "aht_s", "8,240", "8,2", "2"),
    BadInput(
        "aht_unit", H, None, "aht_s", "milliseconds", (lines(H, lambda row: re.sub(r",(240|300)$", r",\g<1>000", row)),)
    ),
    BadInput(
        "abandoned_over_offered",
        H,
        2,
        "abandoned",
        "offered 8, abandoned 9",
        (
            column("abandoned", lambda row: "9" if row[:2] == ["2026-01-05T08:00", "phone"] else ""),
            swap(H, "phone,8,8,", "phone,8,0,"),
        ),
    ),
    cell("handled_over_offered", H, 2, "handled", "phone,8,8", "phone,8,48", "offered 8, handled 48"),
    BadInput(
        "within_target_over_offered",
        H,
        2,
        "within_target",
        "more in time than offered, all day",
        (column("within_target", lambda row: "99" if row[:2] == ["2026-01-05T08:00", "phone"] else row[2]),),
    ),
]

PEOPLE = [
    BadInput("duplicate_agent", A, 6, "agent", "a1 twice", (add(A, "a1,Eve,north,agent,full,phone"),)),
    cell("unknown_contract", A, 3, "contract", "agent,full,phone\n", "agent,fulll,phone\n", "fulll"),
    BadInput(
        "unknown_on_call",
        A,
        2,
        "on_call",
        "nihgt",
        (swap(T, "[shrinkage]", ON_CALL + "[shrinkage]"), *agreeing("nihgt")),
    ),
    BadInput(
        "out_of_range",
        T,
        "weekdays = []",
        "on_call[1].weekdays",
        "a duty on no day",
        (swap(T, "[shrinkage]", ON_CALL + "weekdays = []\n\n[shrinkage]"),),
    ),
    BadInput(
        "unknown_rotation",
        A,
        2,
        "rotation",
        "fixde",
        (swap(T, "[shrinkage]", ROTATION + "[shrinkage]"), *rotating("fixde", 1)),
    ),
    BadInput(
        "out_of_range",
        A,
        2,
        "rotation_week",
        "week 2 of a rotation of one",
        (swap(T, "[shrinkage]", ROTATION + "[shrinkage]"), *rotating("fixed", 2)),
    ),
    BadInput(
        "rotation_shift",
        A,
        2,
        "rotation",
        "a shift the contract does not allow",
        (
            swap(T, "[shrinkage]", ROTATION.replace('"any"', '"other"') + "[shrinkage]"),
            swap(T, "[[contract]]", OTHER_SHIFT + "[[contract]]"),
            swap(T, "days_max = 5", 'days_max = 5\nshifts = ["day"]'),
            *rotating("fixed", 1),
        ),
    ),
    cell("unknown_role", A, 3, "role", "agent,full,phone\n", "agnet,full,phone\n", "agnet"),
    cell("unknown_skill", A, 3, "skills", "full,phone\n", "full,phone;chat\n", "chat"),
    cell("duplicate_skill", A, 3, "skills", "full,phone\n", "full,phone;phone:0.5\n", "phone;phone:0.5"),
    cell("out_of_range", A, 4, "skills", "phone:0.8", "phone:3", "phone:3"),
    BadInput(
        "nobody_serves", A, None, "skills", "nobody has mail", (lines(A, lambda r: re.sub(r";mail.*|mail$", "", r)),)
    ),
    cell("unknown_agent", "time_off.csv", 2, "agent", "a2,", "a22,", "a22"),
    cell(
        "ends_before_start", "time_off.csv", 2, "end", "2026-02-03,leave", "2026-02-01,leave", "2026-02-03,2026-02-01"
    ),
    BadInput(
        "overlap",
        "time_off.csv",
        3,
        "start",
        "two rows of one day",
        (add("time_off.csv", "a2,2026-02-03,2026-02-05,sick,true"),),
    ),
    cell("not_one_of", "time_off.csv", 2, "kind", "leave", "leav", "leav"),
    cell("wrong_type", "time_off.csv", 2, "paid", "leave,true", "leave,maybe", "maybe"),
    cell("off_slot", "activities.csv", 2, "minutes", "a1;a3,60", "a1;a3,50", "50"),
    cell("window_too_short", "activities.csv", 2, "latest", "2026-02-06T16:00", "2026-02-02T08:30", "30 min for 60"),
    cell("unknown_agent", "activities.csv", 2, "agents", "a1;a3", "a1;a33", "a1;a33"),
    cell("bad_wish", "wishes.csv", 3, "wish", "start>=08:30", "late", "late"),
    cell("not_a_number", "wishes.csv", 2, "weight", "off,2", "off,much", "much"),
    cell("unknown_queue", "events.csv", 2, "queues", "phone", "fax", "fax"),
    cell("not_one_of", "events.csv", 2, "effect", "1.35", "more", "more"),
    cell("unknown_queue", "overrides.csv", 2, "queues", "phone", "fax", "fax"),
    cell("not_one_of", "overrides.csv", 2, "operation", "add", "plus", "plus"),
    cell("not_one_of", "overrides.csv", 2, "measure", "volume", "calls", "calls"),
    cell("out_of_range", "overrides.csv", 2, "value", "add,20", "set,-20", "set -20"),
    cell("ends_before_start", "overrides.csv", 2, "end", "19,2026-01-19", "19,2026-01-18", "2026-01-19 to 2026-01-18"),
    cell("not_one_of", "special_days.csv", 2, "kind", "holiday", "holliday", "holliday"),
    BadInput(
        "duplicate_date", "special_days.csv", 3, "date", "a day twice", (add("special_days.csv", "2026-01-01,closed,"),)
    ),
    cell("too_long", "carry_in.csv", 2, "end", "08:00,16:00", "2026-01-30T08:00,2026-02-01T09:00", "49 h"),
]

COURSE = """[[course]]
id = "quiz"
kind = "test"
start = 2026-01-05
sessions_min = [60]
due_days = 30
"""


def file(name: str, content: str) -> Edit:
    def edit(files: Text) -> None:
        files[name] = content

    return edit


C = "curricula.toml"
TRAINING = [
    BadInput(
        "unknown_course", C, 7, "course[1].after", 'after = ["quizz"]', (file(C, COURSE + 'after = ["quizz"]\n'),)
    ),
    BadInput("circular_course", C, 7, "course[1].after", 'after = ["quiz"]', (file(C, COURSE + 'after = ["quiz"]\n'),)),
    BadInput("off_slot", C, 5, "course[1].sessions_min", "[50]", (file(C, COURSE.replace("60", "50")),)),
    BadInput(
        "unknown_course",
        "course_records.csv",
        2,
        "course",
        "no such course",
        (file(C, COURSE), file("course_records.csv", "agent,course,session,done\na1,quizz,1,2026-01-09\n")),
    ),
    BadInput(
        "out_of_range",
        "course_records.csv",
        2,
        "session",
        "session 2 of one",
        (file(C, COURSE), file("course_records.csv", "agent,course,session,done\na1,quiz,2,2026-01-09\n")),
    ),
]

CASES = [*CENTRE, *FILES, *TIMES, *HISTORY, *PEOPLE, *TRAINING]
