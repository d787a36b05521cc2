"""`python -m hil`: the same as `saji-hil`."""

from hil.cli import main

main()
