"""`saji-ground`, and `python -m ground`. Ctrl-C is seen to before anything that takes time to import."""

from __future__ import annotations

from collections.abc import Sequence

from flight.icd.program_end import Loaded, run_program


def main(arguments: Sequence[str] | None = None) -> None:
    """Entry point; `arguments` are those of the command line unless given."""

    def load() -> Loaded:
        from ground.cli import ERRORS, cli

        return cli, ERRORS

    run_program("saji-ground", load, arguments)


if __name__ == "__main__":
    main()
