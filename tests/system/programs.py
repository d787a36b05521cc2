"""The programs as a person starts them, but in a fork of this process, which has imported all of them already.

Not a test: those that see what a program prints and how it ends load it. How they start is `test_installed`'s matter.
"""

import os
import sys
import tempfile
import traceback
import warnings
from pathlib import Path
from subprocess import CompletedProcess

import flight.__main__
import flight.cli
import ground.__main__
import ground.cli
import hil.__main__
import hil.cli

PROGRAMS = {"flight": flight.__main__.main, "ground": ground.__main__.main, "hil": hil.__main__.main}


def run(program, *arguments):
    """What `python -m program` with `arguments` printed, and its exit code."""
    words = [str(argument) for argument in arguments]
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / name for name in ("stdout", "stderr")]
        child = os.fork()
        if child == 0:
            _live(program, words, files)
        _, status = os.waitpid(child, 0)
        printed = [path.read_text(encoding="utf-8") for path in files]
    return CompletedProcess([program, *words], os.waitstatus_to_exitcode(status), *printed)


def _live(program, words, files):
    """The program's life, from which nothing returns."""
    code = 1
    try:
        for fd, path in enumerate(files, 1):
            os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT), fd)
        sys.stdout, sys.stderr = (os.fdopen(fd, "w", encoding="utf-8", closefd=False) for fd in (1, 2))
        sys.argv = [program, *words]
        warnings.simplefilter("ignore")  # those of tests are errors
        PROGRAMS[program](words)
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001 - as an interpreter does
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
