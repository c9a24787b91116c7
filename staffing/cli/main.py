"""Assembles the commands."""

import typer

from staffing import __version__
from staffing.cli import (
    adherence,
    batching,
    calculator,
    capacity,
    centre,
    database,
    days,
    demand,
    explain,
    importing,
    inputs,
    intraday,
    kpi,
    layers,
    learning,
    levers,
    pooling,
    publishing,
    replanning,
    rostering,
    service,
    shifts,
    surge,
    training,
    whatif,
)
from staffing.cli.common import utf8_streams

app = typer.Typer(
    name="staffing",
    help="Plan a contact centre: forecast, agents needed, named roster, and the proof that it keeps its promises.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


def _version(value: bool) -> None:
    if value:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def _options(
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Print the version."),
) -> None:
    """Options before the command."""


for room in (
    importing,
    inputs,
    demand,
    calculator,
    pooling,
    rostering,
    replanning,
    intraday,
    whatif,
    surge,
    publishing,
    centre,
    days,
    layers,
    explain,
    kpi,
    adherence,
    learning,
    capacity,
    levers,
    shifts,
    service,
    batching,
):
    for name, command in room.COMMANDS.items():
        app.command(name)(command)
app.add_typer(database.app)
app.add_typer(training.app)


def main() -> None:
    """Entry point of the `staffing` script."""
    utf8_streams()
    app()
