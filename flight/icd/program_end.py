"""How every program ends when it can't go on: on wrong input one line a fault on standard error and exit code 2, on
Ctrl-C nothing but exit code 130, as shells expect of a program that SIGINT ended.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from types import FrameType

INPUT_ERROR = 2
INTERRUPTED = 130
Loaded = tuple[Callable[[], object], tuple[type[Exception], ...]]
"""A program, and what it may raise on wrong input."""


def run_program(name: str, load: Callable[[], Loaded]) -> None:
    """Run the program that `load` imports, given with the errors it may raise.

    These are faults of what it was given, each line of their text is one. A library that is missing belongs to an extra
    that was not installed. Programs that stop in good order on SIGINT take the signal themselves.
    """
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # else whoever started it does without
        signal.signal(signal.SIGINT, _interrupted)
        sys.unraisablehook = _lost
    errors: tuple[type[Exception], ...] = ()
    try:
        program, errors = load()
        program()
    except ModuleNotFoundError as error:
        missing = (error.name or "").partition(".")[0]
        if missing in ("flight", "hil", "ground"):
            raise
        _tell(name, f"{missing} is not installed; this program needs an extra: pip install 'saji[all]'")
    except errors as error:
        _tell(name, describe(error))


def describe(error: Exception) -> str:
    """The text of `error`; of one of the system's, which path and why."""
    if isinstance(error, OSError) and error.filename is not None and error.strerror:
        return f"{error.filename}: {error.strerror}"
    return str(error)


def _interrupted(_number: int, _frame: FrameType | None) -> None:
    raise _Interrupted(INTERRUPTED)  # passes through whatever runs, closing what it has open


class _Interrupted(SystemExit):
    """Ctrl-C has come."""


def _lost(unraisable: sys.UnraisableHookArgs) -> None:
    """An exception that could not pass, as in a callback of a compiler: Ctrl-C ends the program all the same."""
    if isinstance(unraisable.exc_value, _Interrupted):
        os._exit(INTERRUPTED)
    sys.__unraisablehook__(unraisable)


def _tell(name: str, text: str) -> None:
    print("\n".join(f"{name}: {line}" for line in text.splitlines()), file=sys.stderr)
    sys.exit(INPUT_ERROR)
