"""`python -m ground`: the same as `saji-ground`."""

from ground.cli import main

main()
