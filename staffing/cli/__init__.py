"""The command line: `staffing --help`."""

from staffing.cli.main import app, main

__all__ = ["app", "main"]
