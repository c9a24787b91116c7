"""`python -m staffing` is the same as `staffing`."""

from staffing.cli import main

main()
