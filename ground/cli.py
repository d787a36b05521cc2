"""`saji-ground`: telemetry to columns, telecommands to the board."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flight.icd.catalogue import mission_dictionary
from flight.icd.command_text import CommandError, build_command, find_command
from flight.icd.dictionary import packet_name
from flight.icd.keys import create_key
from flight.icd.kinds import Command, Telemetry
from flight.icd.tm_coding import Coding
from flight.icd.tm_stream import Correct
from ground.custody.command import custody_group
from ground.export.command import export_command
from ground.handover import Order
from ground.issued import Issued
from ground.losses import loss_lines
from ground.receiver import Receiver, engineering
from ground.results import RESULTS, say
from ground.sending import send
from ground.source import read_source
from ground.stages import Report, Stage
from ground.uplink import Timing

if TYPE_CHECKING:  # the tables' libraries are an extra: what is missing is said when it is needed
    from ground.decode import Decoded

_EPOCH = datetime(1958, 1, 1)
_MOON_S = 1.3


class NotSentError(ValueError):
    """A telecommand that was not sent, and why."""


ERRORS = (CommandError, ValueError, OSError)
"""What a user's input can bring about: told in a line each, exit code 2."""


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="saji")
def cli() -> None:
    """Ground segment of the sampling scoop."""


cli.add_command(export_command)
cli.add_command(custody_group)


@cli.command("decode")
@click.argument("source")
@click.option("--to", type=click.Path(file_okay=False, path_type=Path), required=True, help="Folder for the tables.")
@click.option("--format", "formats", default="parquet,csv", show_default=True, help="parquet, csv or both.")
@click.option("--seconds", type=click.FloatRange(min=0), help="End after so long; a live link ends no other way.")
@click.option("--randomized", is_flag=True, help="Frames are randomized (CCSDS 131.0-B 10).")
@click.option("--reed-solomon", is_flag=True, help="Frames have Reed-Solomon check symbols: correct errors.")
def decode_command(
    source: str, to: Path, formats: str, seconds: float | None, randomized: bool, reed_solomon: bool
) -> None:
    """Telemetry frames of SOURCE to columns: one table for each kind of packet.

    SOURCE is a file, a live link (socket://host:port) or - for standard input. What is damaged is left out, counted
    and told. Status 1 when there was no frame at all.
    """
    from ground.decode import check_formats, decode

    names = check_formats(formats)
    coding = Coding(reed_solomon, randomized)
    octets = read_source(source, seconds)
    decoded = decode(
        octets, mission_dictionary(), to, names, _progress(), coding=coding, correct=_corrector(reed_solomon)
    )
    _summary(decoded, to)
    sys.exit(0 if decoded.frames.frames else 1)


@cli.command("record")
@click.argument("source")
@click.option("--to", type=click.Path(dir_okay=False, path_type=Path), required=True, help="File to append them to.")
@click.option("--seconds", type=click.FloatRange(min=0), help="End after so long; else at Ctrl-C or the link's end.")
def record_command(source: str, to: Path, seconds: float | None) -> None:
    """Keep telemetry frames of SOURCE (socket://host:port) as they come down, each at once: what else is made of them
    can be made anew.
    """
    heard = read_source(source, seconds)
    first = next(heard, b"")  # where there is no such source, no file is left
    to.parent.mkdir(parents=True, exist_ok=True)
    with to.open("ab", buffering=0) as file:
        for octets in chain([first], heard):
            file.write(octets)
    click.echo(f"{to}: {to.stat().st_size} octets")


@cli.command("send")
@click.argument("name")
@click.argument("assignments", nargs=-1, metavar="[FIELD=VALUE]...")
@click.option("--link", "url", required=True, help="socket://host:port")
@click.option(
    "--keys", "key_file", type=click.Path(path_type=Path), required=True, help="Key of the uplink, as on board."
)
@click.option("--timeout", "timeout_s", default=2000.0, show_default=True, help="Seconds to wait for the end.")
@click.option("--contact", "contact_s", default=30.0, show_default=True, help="Seconds to wait for the board.")
@click.option("--light-time", "light_time_s", default=_MOON_S, show_default=True, help="Seconds one way.")
@click.option("--randomized", is_flag=True, help="Telemetry frames are randomized.")
@click.option("--reed-solomon", is_flag=True, help="Telemetry frames have Reed-Solomon check symbols.")
@click.option("--bypass", is_flag=True, help="Send it once, out of order, without asking for it to be accepted (BD).")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object at the end: stages and results.")
def send_command(
    name: str,
    assignments: tuple[str, ...],
    url: str,
    key_file: Path,
    timeout_s: float,
    contact_s: float,
    light_time_s: float,
    randomized: bool,
    reed_solomon: bool,
    bypass: bool,
    as_json: bool,
) -> None:
    """Send telecommand NAME and print its stages and results until it ends; status 0 only when it completed.

    Nothing is sent to a board whose dictionary is not ours. `saji-ground commands` lists the names and fields.
    While another send waits, this one goes out by its session, with the light time and the coding given there.
    """
    command = build_command(mission_dictionary(), name, assignments)
    coding = Coding(reed_solomon, randomized)
    receiver = Receiver(mission_dictionary(), coding=coding, correct=_corrector(reed_solomon))
    told, answered = (_silent, _silent) if as_json else (_print_report, _print_answer)
    order, ended = Order(command, timeout_s, contact_s, bypass), partial(_print_end, name, as_json)
    issued = send(order, url, key_file, Timing(light_time_s), receiver, told, answered, ended, _print_linger)
    sys.exit(0 if issued.stage is Stage.COMPLETED else 1)


@cli.group("keys")
def keys_group() -> None:
    """Keys of the uplink."""


@keys_group.command("new")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--id", "ident", type=click.IntRange(1, 0xFFFF), default=1, show_default=True, help="Its number.")
def new_key_command(file: Path, ident: int) -> None:
    """Make a key file, with mode 0600: the board and the ground need the same one, and nobody else."""
    create_key(file, ident)
    click.echo(f"{file}: key {ident} of the uplink, for board and ground alone")


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


def _print_report(_issued: Issued, report: Report) -> None:
    if report.stage is not Stage.NOT_SENT:  # which is told as an error
        click.echo(f"{report.stage:<15} {_tai(report.tai_ns):<30} {report.text}".rstrip())


def _print_answer(tai_ns: int, record: Telemetry) -> None:
    """What the board reports because it was asked."""
    click.echo(f"{'report':<15} {_tai(tai_ns):<30} {say(record)}")


def _print_end(name: str, as_json: bool, issued: Issued) -> None:
    """What is told once the telecommand has ended; raises `NotSentError` when it was not sent."""
    if issued.stage is Stage.NOT_SENT:
        raise NotSentError(f"{name} is not sent: {issued.reports[-1].text}")
    if as_json:
        click.echo(json.dumps(_as_dict(name, issued)))
    elif issued.stage is Stage.COMPLETED and type(issued.command) in RESULTS and not issued.results:
        click.echo("result          none was heard: its event was lost on the way, housekeeping tells the state")


def _print_linger(number: int) -> None:
    words = "a telecommand that another send has" if number == 1 else f"{number} telecommands that other sends have"
    click.echo(f"saji-ground: waits for the end of {words} handed in; Ctrl-C ends that, the board goes on", err=True)


def _silent(*_told: object) -> None:
    """Nothing is printed on the way to one JSON object."""


def _as_dict(name: str, issued: Issued) -> dict[str, object]:
    """What `--json` prints: numbers in units as their names tell, enumerations by name, octet arrays as lists."""
    return {
        "command": name,
        "stage": issued.stage.value,
        "stages": [
            {"stage": each.stage.value, "tai": _tai(each.tai_ns) or None, "text": each.text} for each in issued.reports
        ],
        "results": [
            {"name": packet_name(type(record)), "tai": _tai(tai_ns), "text": say(record), **engineering(record)}
            for tai_ns, record in issued.results
        ],
    }


def _tai(tai_ns: int | None) -> str:
    if tai_ns is None:
        return ""
    return (_EPOCH + timedelta(microseconds=tai_ns // 1000)).isoformat(timespec="microseconds") + " TAI"


def _corrector(reed_solomon: bool) -> Correct | None:
    if not reed_solomon:
        return None
    from flight.icd.reed_solomon_decoder import decode

    return decode


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
