"""`saji-ground export`: files that other systems and people need."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from flight.icd.catalogue import mission_dictionary
from flight.icd.dictionary import Dictionary
from ground.export.icd_document import icd_document
from ground.export.xtce import xtce

EXPORTS: dict[str, tuple[str, Callable[[Dictionary], bytes]]] = {
    "xtce": ("saji.xtce.xml", xtce),
    "icd": ("icd.md", icd_document),
}
"""File name and maker of each export, by the name people use."""


def write_exports(names: str, to: Path) -> list[Path]:
    """Write the exports in `names`, separated by commas, into the folder `to`; returns the files.

    Raises `ValueError` for a name that is none, before anything is written, and `OSError` where nothing can be written.
    """
    chosen = [name.strip() for name in names.split(",")]
    for name in chosen:
        if name not in EXPORTS:
            raise ValueError(f"no export {name!r}; allowed: {', '.join(EXPORTS)}")
    dictionary = mission_dictionary()
    made = {to / EXPORTS[name][0]: EXPORTS[name][1](dictionary) for name in chosen}
    to.mkdir(parents=True, exist_ok=True)
    for path, octets in made.items():
        path.write_bytes(octets)
    return list(made)


@click.command("export")
@click.argument("names", metavar="NAME[,NAME]...")
@click.option("--to", type=click.Path(file_okay=False, path_type=Path), required=True, help="Folder for the files.")
def export_command(names: str, to: Path) -> None:
    """Write what other systems need: xtce (telemetry and telecommands for ground systems), icd (the document)."""
    for path in write_exports(names, to):
        click.echo(path)
