"""`saji-ground`: telemetry to columns, telecommands to the board."""

from __future__ import annotations

import secrets
import sys
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flight.icd.catalogue import mission_dictionary
from flight.icd.command_text import CommandError, build_command, find_command
from flight.icd.dictionary import packet_name
from flight.icd.hk.scoop import SystemHk
from flight.icd.kinds import Command
from flight.icd.program_end import run_program
from ground.commanding import Commander, Issued, Report, Stage
from ground.link import LinkError, SocketLink
from ground.losses import loss_lines
from ground.receiver import Receiver

if TYPE_CHECKING:  # the tables' libraries are an extra: what is missing is said when it is needed
    from ground.decode import Decoded

_EPOCH = datetime(1958, 1, 1)
_WAIT_S = 0.1


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="saji")
def cli() -> None:
    """Ground segment of the sampling scoop."""


@cli.command("decode")
@click.argument("source")
@click.option("--to", type=click.Path(file_okay=False, path_type=Path), required=True, help="Folder for the tables.")
@click.option("--format", "formats", default="parquet,csv", show_default=True, help="parquet, csv or both.")
@click.option("--seconds", type=click.FloatRange(min=0), help="End after so long; a live link ends no other way.")
def decode_command(source: str, to: Path, formats: str, seconds: float | None) -> None:
    """Telemetry frames of SOURCE to columns: one table for each kind of packet.

    SOURCE is a file, a live link (socket://host:port) or - for standard input. What is damaged is left out, counted
    and told. Status 1 when there was no frame at all.
    """
    from ground.decode import check_formats, decode, read_source

    decoded = decode(read_source(source, seconds), mission_dictionary(), to, check_formats(formats), _progress())
    _summary(decoded, to)
    sys.exit(0 if decoded.frames.frames else 1)


@cli.command("send")
@click.argument("name")
@click.argument("assignments", nargs=-1, metavar="[FIELD=VALUE]...")
@click.option("--link", "url", required=True, help="socket://host:port")
@click.option("--timeout", "timeout_s", default=30.0, show_default=True, help="Seconds to wait for the end.")
def send_command(name: str, assignments: tuple[str, ...], url: str, timeout_s: float) -> None:
    """Send telecommand NAME and print its stages until it ends; status 0 only when it completed.

    `saji-ground commands` lists the names and fields.
    """
    dictionary = mission_dictionary()
    command = build_command(dictionary, name, assignments)
    link = SocketLink(url)
    try:
        issued = _follow(link, command, timeout_s)
    finally:
        link.close()
    sys.exit(0 if issued.stage is Stage.COMPLETED else 1)


@cli.command("commands")
@click.argument("names", nargs=-1)
def commands_command(names: tuple[str, ...]) -> None:
    """List telecommands with their fields, units and what each field may be."""
    dictionary = mission_dictionary()
    kinds = [find_command(dictionary, name) for name in names or dictionary.command_names]
    for kind in kinds:
        click.echo(_describe(kind))


def _describe(kind: type[Command]) -> str:
    ident = "" if kind.ident is None else f" function {kind.ident}"
    lines = [
        f"{packet_name(kind)}  ({kind.service}/{kind.subtype}{ident})",
        f"    {(kind.__doc__ or '').split(chr(10))[0]}",
    ]
    lines += [f"    {name}: {field.doc}; {field.allowed()}" for name, field in kind.fields.items()]
    return "\n".join(lines)


def _follow(link: SocketLink, command: Command, timeout_s: float) -> Issued:
    """Send `command` by `link` and wait for its end; raises `LinkError` when the link is lost before."""
    dictionary = mission_dictionary()
    receiver = Receiver(dictionary)
    commander = Commander(dictionary, secrets.randbelow(1 << 14), _print_report)
    octets, issued = commander.issue(command, time.monotonic(), timeout_s)
    link.write(octets)
    warned = False
    while not issued.ended:
        arrived = link.read(_WAIT_S)
        if arrived is None:
            raise LinkError(f"link {link.url}: closed by the other end; {packet_name(type(command))} {issued.stage}")
        for received in receiver.feed(arrived):
            commander.hear(received)
            record = received.record
            if isinstance(record, SystemHk) and record.dictionary != dictionary.hash64 and not warned:
                warned = True
                text = f"the board's dictionary is {record.dictionary:016x}, ours {dictionary.hash64:016x}"
                click.echo(f"saji-ground: warning: {text}; install the same version", err=True)
        commander.step(time.monotonic())
    return issued


def _print_report(_issued: Issued, report: Report) -> None:
    when = "" if report.tai_ns is None else (_EPOCH + timedelta(microseconds=report.tai_ns // 1000)).isoformat()
    click.echo(f"{report.stage:<10} {when:<27} {report.text}".rstrip())


def _progress() -> Callable[[int, int], None]:
    """Progress on standard error: overwritten in place on a terminal, every few seconds elsewhere."""
    terminal = sys.stderr.isatty()
    last = time.monotonic()

    def show(octets: int, packets: int) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= (0.2 if terminal else 5.0):
            last = now
            text = f"{octets / 1e6:.1f} MB, {packets} packets"
            click.echo(f"\r{text}" if terminal else text, err=True, nl=not terminal)

    return show


def _summary(decoded: Decoded, to: Path) -> None:
    frames = decoded.frames
    total = f"{frames.frames} frames ({frames.idle_frames} idle), {frames.packets} packets"
    click.echo(f"{decoded.octets} octets: {total} -> {to}")
    for name, rows in decoded.rows.items():
        click.echo(f"  {rows:>8}  {name}")
    losses = loss_lines(decoded.frames, decoded.packets)
    click.echo("losses: " + ("none" if not losses else ""))
    for line in losses:
        click.echo(f"  {line}")


def main(arguments: Sequence[str] | None = None) -> None:
    """Entry point; `arguments` are those of the command line unless given."""
    run_program("saji-ground", lambda: cli(arguments), (CommandError, ValueError, OSError))
