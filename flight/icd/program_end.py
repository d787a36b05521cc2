"""How every program ends on wrong input: one line a fault on standard error, exit code 2, nothing half done."""

from __future__ import annotations

import sys
from collections.abc import Callable

INPUT_ERROR = 2


def run_program(name: str, program: Callable[[], object], errors: tuple[type[Exception], ...]) -> None:
    """Run `program`; the `errors` it may raise are faults of what it was given, each line of their text is one.

    A library that is missing belongs to an extra that was not installed.
    """
    try:
        program()
    except ModuleNotFoundError as error:
        missing = (error.name or "").partition(".")[0]
        if missing in ("flight", "hil", "ground"):
            raise
        _tell(name, f"{missing} is not installed; this program needs an extra: pip install 'saji[all]'")
    except errors as error:
        _tell(name, str(error))


def _tell(name: str, text: str) -> None:
    print("\n".join(f"{name}: {line}" for line in text.splitlines()), file=sys.stderr)
    sys.exit(INPUT_ERROR)
