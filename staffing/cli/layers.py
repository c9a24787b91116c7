"""The command about layers on the forecast: list, add, switch, order, remove."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from staffing.cli.common import Exit, Folder, Json, Lang, check_centre, check_lang, emit, leave, say
from staffing.cli.storing import By, actor, edit_centre, stored
from staffing.errors import SettingsError
from staffing.i18n import text

if TYPE_CHECKING:
    from staffing.domain.override import Override
    from staffing.domain.override_list import Layer, Overrides


@stored
def layers(
    centre: Folder,
    add: Annotated[
        str | None, typer.Option("--add", metavar="NAME", help="A change on top, in the layer NAME.")
    ] = None,
    start: Annotated[str | None, typer.Option("--start", help="--add: first moment, or a day.")] = None,
    end: Annotated[str | None, typer.Option("--end", help="--add: moment after the last, or the last day.")] = None,
    queues: Annotated[list[str] | None, typer.Option("--queue", help="--add: repeatable; none means all.")] = None,
    measure: Annotated[str, typer.Option("--measure", help="--add: volume or aht_s.")] = "volume",
    multiply: Annotated[float | None, typer.Option("--multiply", help="--add: by this factor.")] = None,
    plus: Annotated[
        float | None, typer.Option("--plus", help="--add: contacts of each day (or seconds) more; less below 0.")
    ] = None,
    set_to: Annotated[
        float | None, typer.Option("--set", help="--add: contacts of each day inside the range, or seconds.")
    ] = None,
    note: Annotated[str, typer.Option("--note", help="--add, --rename: why.")] = "",
    on: Annotated[int | None, typer.Option("--on", metavar="N", help="Use layer N.")] = None,
    off: Annotated[int | None, typer.Option("--off", metavar="N", help="Keep layer N without using it.")] = None,
    remove: Annotated[int | None, typer.Option("--remove", metavar="N", help="Remove layer N.")] = None,
    rename: Annotated[
        str | None, typer.Option("--rename", metavar="N=NAME", help="Another name, and with --note another reason.")
    ] = None,
    move: Annotated[
        str | None, typer.Option("--move", metavar="N=BY", help="Later by BY layers, earlier below 0.")
    ] = None,
    by: By = None,
    as_json: Json = False,
    lang: Lang = "en",
) -> None:
    """List the layers on the forecast (overrides.csv); add, switch, order and remove them."""
    from staffing.files import read_centre
    from staffing.files.centre_write import centre_digest
    from staffing.files.override_edit import overrides_file

    check_lang(lang)
    check_centre(centre)
    edits = {"add": add, "on": on, "off": off, "remove": remove, "rename": rename, "move": move}
    asked = [name for name, value in edits.items() if value is not None]
    if len(asked) > 1:
        raise SettingsError(f"--{asked[0]} and --{asked[1]} are two edits, expected one at a time")
    seen = centre_digest(centre)
    scenario = read_centre(centre, people=False)
    zone, found = ZoneInfo(scenario.centre.timezone), scenario.overrides
    status = "listed"
    if asked:
        who = actor(by)
        if add is not None:
            values = {"multiply": multiply, "add": plus, "set": set_to}
            row = _row(start, end, values, zone, add, note, who.name)
            known = tuple(queue.id for queue in scenario.centre.queues)
            after = (*found, _for(row, tuple(queues or ()), measure, known))
        else:
            after = _edited(found, on=on, off=off, remove=remove, rename=rename, move=move, note=note)
        changes = overrides_file(centre, found, after, zone)
        done = edit_centre(centre, changes, by, seen=seen, note=text("ui.layer.edit", lang))
        found, status = after, "nothing" if done is None else "done"
    _tell(found, status, zone, as_json, lang)
    if status == "nothing":
        leave(Exit.NOTHING)


def _row(
    start: str | None,
    end: str | None,
    values: dict[str, float | None],
    zone: ZoneInfo,
    name: str,
    note: str,
    author: str,
) -> Override:
    from staffing.domain.override import Override

    given = [(operation, value) for operation, value in values.items() if value is not None]
    if start is None or end is None or len(given) != 1:
        raise SettingsError("--add needs --start, --end and one of --multiply, --plus, --set")
    operation, value = given[0]
    first, until = _moment("--start", start, zone), _moment("--end", end, zone, end=True)
    if first.timestamp() >= until.timestamp():
        raise SettingsError(f"--end is {end}, expected after --start {start}")
    if value < 0 and operation != "add":
        raise SettingsError(f"--{operation} is {value:g}, expected 0 or more")
    at = datetime.now(UTC).replace(microsecond=0)
    return Override(
        first, until, operation=operation, value=value, note=note.strip(), layer=name.strip(), author=author, at=at
    )


def _for(row: Override, queues: tuple[str, ...], measure: str, known: tuple[str, ...]) -> Override:
    from dataclasses import replace

    from staffing.domain.override import MEASURES

    if measure not in MEASURES:
        raise SettingsError(f"--measure is {measure!r}, expected one of {', '.join(MEASURES)}")
    for queue in queues:
        if queue not in known:
            raise SettingsError(f"--queue is {queue!r}, expected one of {', '.join(known)}")
    return replace(row, queues=queues, measure=measure)


def _moment(option: str, given: str, zone: ZoneInfo, *, end: bool = False) -> datetime:
    from staffing.files.dates import ISO_MOMENT, parse_moment

    found = parse_moment(given, zone)
    if found.moment is None or found.ambiguous:
        raise SettingsError(
            f"{option} is {given!r}, expected {ISO_MOMENT} (with +HH:MM where the clock shows it twice)"
        )
    if end and found.whole_day:
        following = found.moment.date() + timedelta(days=1)
        return datetime(following.year, following.month, following.day, tzinfo=zone)
    return found.moment


def _edited(
    found: Overrides,
    *,
    on: int | None,
    off: int | None,
    remove: int | None,
    rename: str | None,
    move: str | None,
    note: str,
) -> Overrides:
    from staffing.domain.override_list import layers_in, moved, renamed, switched, without

    number = next((n for n in (on, off, remove) if n is not None), None)
    rest = ""
    if number is None:
        option, given = ("--rename", rename) if rename is not None else ("--move", move)
        head, _, rest = (given or "").partition("=")
        if not head.isdigit() or not rest:
            raise SettingsError(f"{option} is {given!r}, expected N=...")
        number = int(head)
    count = len(layers_in(found))
    if not 1 <= number <= count:
        raise SettingsError(f"layer is {number}, expected 1 to {count} of the list")
    place = number - 1
    if on is not None or off is not None:
        return switched(found, place, on is not None)
    if remove is not None:
        return without(found, place)
    if rename is not None:
        return renamed(found, place, rest.strip(), note.strip() or layers_in(found)[place].note)
    try:
        return moved(found, place, int(rest))
    except ValueError:
        raise SettingsError(f"--move is {move!r}, expected N=BY with a whole number") from None


def _tell(found: Overrides, status: str, zone: ZoneInfo, as_json: bool, lang: str) -> None:
    from staffing.domain.override_list import layers_in

    rows = [_data(number, layer, zone) for number, layer in enumerate(layers_in(found), start=1)]
    if as_json:
        emit({"status": status, "layers": rows})
        return
    for row in rows:
        mark = text("cli.layers.on" if row["on"] else "cli.layers.off", lang)
        touched = ", ".join(row["queues"]) or text("cli.layers.all", lang)
        typer.echo(
            f"{row['number']:>3}  {mark}  {row['name'] or '-'}  [{touched}]  {row['author']} {row['note']}".rstrip()
        )
        for part in row["rows"]:
            typer.echo(
                f"       {part['start']} – {part['end']}  {part['measure']} {part['operation']} {part['value']:g}"
            )
    say(text(f"cli.layers.{status}", lang, count=len(rows)))


def _data(number: int, layer: Layer, zone: ZoneInfo) -> dict[str, Any]:
    """A layer as a plain row."""
    return {
        "number": number,
        "name": layer.name,
        "on": layer.is_on,
        "note": layer.note,
        "author": layer.rows[-1].author,
        "at": None if layer.rows[-1].at is None else layer.rows[-1].at.isoformat(),
        "queues": sorted({queue for row in layer.rows for queue in row.queues}),
        "rows": [
            {
                "start": row.start.astimezone(zone).isoformat(timespec="minutes"),
                "end": row.end.astimezone(zone).isoformat(timespec="minutes"),
                "queues": list(row.queues),
                "measure": row.measure,
                "operation": row.operation,
                "value": row.value,
                "on": row.on,
            }
            for row in layer.rows
        ],
    }


COMMANDS = {"layers": layers}
