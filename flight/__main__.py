"""`python -m flight`: the same as `saji-flight`."""

from flight.cli import main

main()
