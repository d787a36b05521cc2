"""How every program ends when it can't go on: on wrong input one line a fault on standard error and exit code 2, on
Ctrl-C nothing but exit code 130, as shells expect of a program that SIGINT ended.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Sequence
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # it takes time to import, and Ctrl-C is seen to before
    from click import ClickException, Command, Parameter

INPUT_ERROR = 2
INTERRUPTED = 130
Loaded = tuple["Command", tuple[type[Exception], ...]]
"""A program's command line, and what it may raise on wrong input."""


def run_program(name: str, load: Callable[[], Loaded], arguments: Sequence[str] | None = None) -> None:
    """Run the program that `load` imports, given with the errors it may raise.

    These are faults of what it was given, each line of their text is one. A library that is missing belongs to an extra
    that was not installed. Programs that stop in good order on SIGINT take the signal themselves.
    """
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # else whoever started it does without
        signal.signal(signal.SIGINT, _interrupted)
        sys.unraisablehook = _lost
    errors: tuple[type[Exception], ...] = ()
    try:
        command, errors = load()
        _run(name, command, arguments)
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


def _run(name: str, command: Command, arguments: Sequence[str] | None) -> None:
    """Run `command`; what click finds wrong in the words it was given is told like any other wrong input."""
    from click import Abort, ClickException  # noqa: PLC0415 - see above
    from click.exceptions import NoArgsIsHelpError  # noqa: PLC0415

    try:
        status = command.main(arguments, prog_name=name, standalone_mode=False)
    except NoArgsIsHelpError as error:
        error.show()
        sys.exit(INPUT_ERROR)
    except ClickException as error:
        _tell(name, _in_a_line(name, error))
    except Abort:
        sys.exit(INTERRUPTED)
    sys.exit(status if isinstance(status, int) else 0)  # a number where --help or --version was all


def _in_a_line(name: str, error: ClickException) -> str:
    """Of which command, what is wrong, and what is allowed or where that stands."""
    from click import BadParameter, Group, MissingParameter, NoSuchOption, UsageError  # noqa: PLC0415

    text = " ".join(error.format_message().split()).rstrip(".")
    context = error.ctx if isinstance(error, UsageError) else None
    if context is None:
        return text
    where = context.command_path.removeprefix(name).lstrip()
    if isinstance(error, BadParameter) and not isinstance(error, MissingParameter):
        more = _range(error.param) if "not a valid" in text else ""
    elif isinstance(context.command, Group) and not isinstance(error, NoSuchOption):
        more = f"allowed: {', '.join(context.command.list_commands(context))}"
    else:
        more = f"see {context.command_path} --help"
    text = (f"{text} {more}" if text.endswith("?") else f"{text}; {more}") if more else text
    return f"{where}: {text}" if where else text


def _range(parameter: Parameter | None) -> str:
    """What a number may be: click says it of a number that is outside, and not of what is no number."""
    from click import FloatRange, IntRange  # noqa: PLC0415

    kind = None if parameter is None else parameter.type
    if not isinstance(kind, IntRange | FloatRange):
        return ""
    return f"allowed: {kind.min} or more" if kind.max is None else f"allowed: {kind.min} .. {kind.max}"


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
