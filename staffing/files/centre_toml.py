"""centre.toml -> queues, shifts, contracts, rules and prices, with every fault of the file."""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from staffing.calendars import day_table, known_categories
from staffing.domain.centre import Centre
from staffing.domain.people import Contract
from staffing.domain.rotation import Rotation
from staffing.domain.rules import Costs
from staffing.domain.timegrid import DAY_MIN
from staffing.errors import SettingsError
from staffing.files.centre_on_call import build_on_call, build_on_call_rules
from staffing.files.centre_people import build_breaks, build_contracts, build_roles, build_shifts
from staffing.files.centre_queues import build_queues
from staffing.files.centre_rules import build_rotations, build_rules
from staffing.files.centre_shrinkage import build_shrinkage
from staffing.files.faults import FaultLog, choices
from staffing.files.hours import LONG_WEEKDAYS
from staffing.files.labour_presets import labour_rules
from staffing.files.model_faults import FILE, Doc, checked, read_toml
from staffing.files.models import LISTS, TABLES, CostsModel, HeadModel
from staffing.files.toml_lines import Path, line_of

DEFAULT_SLOT_MIN = 15


@dataclass
class CentreDraft:
    """What is known of a centre while its folder is being checked.

    `centre` is None when centre.toml has faults; the other fields hold what could still be read, so that the other
    files are checked too. A field is None (or empty) when nothing sensible is known. `patterns` and `terms` are the
    rotations and contracts without faults.
    """

    centre: Centre | None = None
    zone: ZoneInfo | None = None
    interval_min: int | None = None
    slot_min: int | None = None
    queues: tuple[str, ...] = ()
    no_history: frozenset[str] = frozenset()
    skills: frozenset[str] = frozenset()
    shifts: tuple[str, ...] = ()
    contracts: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    rotations: tuple[str, ...] = ()
    on_call: tuple[str, ...] = ()
    patterns: tuple[Rotation, ...] = ()
    terms: tuple[Contract, ...] = ()
    lines: dict[Path, int] = field(default_factory=dict)

    def line_of(self, path: Path) -> int | None:
        """Line of a key of centre.toml."""
        return line_of(self.lines, path)


def read_centre_toml(data: bytes, faults: FaultLog) -> CentreDraft:
    """Check centre.toml whole."""
    found = read_toml(FILE, data, faults)
    if found is None:
        return CentreDraft()
    raw, doc = found
    before = faults.of(FILE)
    lists, tables, shrinkage = _split(raw, doc)
    head, _ = checked(HeadModel, raw, (), doc)
    draft = CentreDraft(zone=_zone(head, doc, raw), lines=doc.lines)
    if raw.get("interval_min") == head.interval_min:
        draft.interval_min = head.interval_min
        draft.slot_min = _slot(head, doc) if raw.get("slot_min") == head.slot_min else None
    _calendar(head, raw, doc)
    queues = build_queues(lists["queue"], shrinkage, doc)
    breaks = build_breaks(lists["break"], draft.slot_min, doc)
    shifts = build_shifts(lists["shift"], breaks, _ids(lists["break"]), head.interval_min, draft.slot_min, doc)
    contracts = build_contracts(lists["contract"], _ids(lists["shift"]), doc)
    roles = build_roles(lists["role"], doc)
    reasons = build_shrinkage(lists["shrinkage_reason"], _ids(lists["queue"]), doc)
    rules = replace(
        build_rules(tables["rules"], _ids(lists["shift"]), doc), labour=labour_rules(head.labour_rules, doc)
    )
    rotations = build_rotations(lists["rotation"], _ids(lists["shift"]), doc)
    costs = _costs(tables["costs"], doc)
    served = tuple(dict.fromkeys((*_ids(lists["queue"]), *_texts(lists["queue"], "skill"))))
    on_call = build_on_call(lists["on_call"], served, draft.slot_min, doc)
    on_call_rules = build_on_call_rules(tables["on_call_rules"], doc)
    draft.queues, draft.skills = _ids(lists["queue"]), frozenset(_texts(lists["queue"], "skill"))
    draft.no_history = frozenset(
        item["id"] for item in _tables(lists["queue"]) if _text(item, "id") and ("source" in item or "schedule" in item)
    )
    draft.shifts, draft.contracts, draft.roles = (_ids(lists[kind]) for kind in ("shift", "contract", "role"))
    draft.rotations, draft.patterns, draft.terms = _ids(lists["rotation"]), rotations, contracts
    draft.on_call = _ids(lists["on_call"])
    if faults.of(FILE) == before and draft.slot_min is not None:
        draft.centre = Centre(
            name=head.name,
            timezone=head.timezone,
            interval_min=head.interval_min,
            queues=queues,
            slot_min=draft.slot_min,
            country=head.country,
            subdivision=head.subdivision,
            holiday_categories=tuple(head.holiday_categories),
            week_start=LONG_WEEKDAYS.index(head.week_start),
            currency=head.currency,
            shifts=shifts,
            breaks=breaks,
            contracts=contracts,
            roles=roles,
            rules=rules,
            costs=costs,
            shrinkage=reasons,
            rotations=rotations,
            on_call=on_call,
            on_call_rules=on_call_rules,
        )
    return draft


def _split(raw: dict[str, Any], doc: Doc) -> tuple[dict[str, list[Any]], dict[str, Any], Any]:
    """Take the tables out of the document; what remains are the plain keys of its head."""
    lists = {}
    if raw.get("queue", []) == []:
        doc.fault("missing_key", ("queue",), "", "[[queue]]")
    for name in LISTS:
        items = raw.pop(name, [])
        if not isinstance(items, list):
            doc.fault("wrong_type", (name,), f"[{name}]", f"[[{name}]]")
            items = []
        lists[name] = items
    tables = {name: raw.pop(name, {}) for name in TABLES}
    shrinkage = raw.pop("shrinkage", {})
    known = [*HeadModel.model_fields, *LISTS, *TABLES, "shrinkage"]
    for key in [key for key in raw if key not in HeadModel.model_fields]:
        doc.fault("unknown_key", (key,), key, choices(known, key))
        raw.pop(key)
    return lists, tables, shrinkage


def _zone(head: HeadModel, doc: Doc, raw: dict[str, Any]) -> ZoneInfo | None:
    if raw.get("timezone") != head.timezone:
        return None
    try:
        return ZoneInfo(head.timezone)
    except (KeyError, ValueError, OSError):
        doc.fault("unknown_timezone", ("timezone",), head.timezone, choices(_zones(), head.timezone))
        return None


def _zones() -> list[str]:
    # Well-known names first, so that they are the ones shown when nothing is near.
    return ["Asia/Shanghai", "Europe/London", "America/New_York", *sorted(available_timezones())]


def _slot(head: HeadModel, doc: Doc) -> int | None:
    slot = min(DEFAULT_SLOT_MIN, head.interval_min) if head.slot_min is None else head.slot_min
    if head.interval_min % slot or DAY_MIN % slot:
        doc.fault("slot_does_not_divide", ("slot_min",), slot, f"1..60, {head.interval_min} / n")
        return None
    return slot


def _calendar(head: HeadModel, raw: dict[str, Any], doc: Doc) -> None:
    if not head.country or raw.get("country") != head.country:
        return
    try:
        day_table(head.country, head.subdivision, (), date(2024, 1, 1), date(2024, 1, 2))
    except SettingsError:
        try:
            day_table(head.country, "", (), date(2024, 1, 1), date(2024, 1, 2))
        except SettingsError:
            doc.fault("unknown_country", ("country",), head.country, "ISO 3166: CN | US | GB")
        else:
            doc.fault("unknown_subdivision", ("subdivision",), head.subdivision, f"ISO 3166-2:{head.country.upper()}")
        return
    known = known_categories(head.country, head.subdivision)
    for name in head.holiday_categories:
        if name not in known:
            doc.fault("unknown_category", ("holiday_categories",), name, choices(list(known), name))


def _costs(raw: Any, doc: Doc) -> Costs:
    costs, _ = checked(CostsModel, raw, ("costs",), doc)
    if costs.short_severe_per_h < costs.short_per_h:
        doc.fault(
            "out_of_range", ("costs", "short_severe_per_h"), costs.short_severe_per_h, f">= {costs.short_per_h:g}"
        )
    return Costs(**costs.model_dump())


def _tables(items: list[Any]) -> list[dict[str, Any]]:
    return [item for item in items if isinstance(item, dict)]


def _text(item: dict[str, Any], key: str) -> bool:
    return isinstance(item.get(key), str) and bool(item[key])


def _texts(items: list[Any], key: str) -> tuple[str, ...]:
    return tuple(item[key] for item in _tables(items) if _text(item, key))


def _ids(items: list[Any]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_texts(items, "id")))
