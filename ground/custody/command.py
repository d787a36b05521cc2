"""`saji-ground custody`: the buyer's key, and the signing of what the buyer does."""

from __future__ import annotations

import hashlib
from pathlib import Path

import click

from flight.icd.catalogue import mission_dictionary
from flight.icd.command_text import build_command
from flight.icd.commands.custody import ReleaseSample, TransferSample
from flight.icd.custody import EVIDENCE_SIZE, Act, parse_public_key
from flight.icd.mission_file import built_in_missions, read_mission
from flight.icd.tm_coding import Coding
from flight.icd.tm_stream import Correct
from ground.custody.keys import create_signing_key, load_signing_key, public_hex
from ground.custody.signing import (
    SigningError,
    Told,
    as_text,
    authorize,
    is_authorized,
    mark,
    octets_of,
    passed_on,
    told_by,
)
from ground.receiver import Receiver

_PORTION = 1 << 20

path_type = click.Path(path_type=Path)
mission_option = click.option(
    "--mission", required=True, metavar="NAME|FILE", help="Its name, or its file, which names the buyer's key too."
)
recording_type = click.Path(path_type=Path, exists=True, dir_okay=False)
randomized_option = click.option("--randomized", is_flag=True, help="Its frames are randomized.")
reed_solomon_option = click.option("--reed-solomon", is_flag=True, help="Its frames have Reed-Solomon check symbols.")


@click.group("custody")
def custody_group() -> None:
    """The buyer's key, and what the buyer signs: acceptance and release of a sample."""


@custody_group.command("new-key")
@click.argument("file", type=path_type)
def new_key_command(file: Path) -> None:
    """Make a buyer's key (PEM, mode 0600), and print what the mission file must say of it."""
    click.echo(_for_mission(public_hex(create_signing_key(file))))


@custody_group.command("public-key")
@click.argument("file", type=path_type)
def public_key_command(file: Path) -> None:
    """Print what the mission file must say of the buyer's key in FILE."""
    click.echo(_for_mission(public_hex(load_signing_key(file))))


@custody_group.command("show")
@click.argument("frames", type=recording_type)
@randomized_option
@reed_solomon_option
def show_command(frames: Path, randomized: bool, reed_solomon: bool) -> None:
    """Print what the board told of the sample last, in recorded telemetry FRAMES."""
    told = _told(frames, Coding(reed_solomon, randomized))
    state = "unknown" if told.state is None else told.state.name
    click.echo(
        f"state    {state}\nsample   {told.sample.hex()}\nevidence {told.evidence.hex()}\ncounter  {told.counter}"
    )


@custody_group.command("mark")
@click.argument("evidence", type=recording_type)
@click.option("--frames", type=recording_type, help="Telemetry that tells of the sample.  [default: EVIDENCE]")
@randomized_option
@reed_solomon_option
def mark_command(evidence: Path, frames: Path | None, randomized: bool, reed_solomon: bool) -> None:
    """Print the telecommand for `saji-ground send` that marks the sample with the SHA-256 of the file EVIDENCE.

    It may be the recorded telemetry itself, or whatever else the evidence was packed into. Nothing is sent.
    """
    told = _told(frames or evidence, Coding(reed_solomon, randomized))
    with evidence.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").digest()
    click.echo(as_text(mark(told, digest)))


@custody_group.command("sign")
@click.argument("act", type=click.Choice(["accept", "release"]))
@click.option("--key", "key_file", type=path_type, required=True, help="The buyer's private key (PEM).")
@mission_option
@click.option("--frames", type=recording_type, help="Telemetry that tells.")
@randomized_option
@reed_solomon_option
@click.option("--sample", help="Instead of frames: identity of the sample, 16 hexadecimal digits.")
@click.option("--evidence", help="And SHA-256 of its evidence, 64 hexadecimal digits.")
@click.option("--counter", type=click.IntRange(1, 0xFFFFFFFF), help="Above what the board has accepted; else the next.")
def sign_command(
    act: str, key_file: Path, mission: str, frames: Path | None, randomized: bool, reed_solomon: bool,
    sample: str | None, evidence: str | None, counter: int | None,
) -> None:  # fmt: skip
    """Sign the acceptance or the release of a sample, and print the telecommand for `saji-ground send`.

    What the board told of the sample is taken from telemetry frames, or given. Nothing is sent.
    """
    key = load_signing_key(key_file)
    name = _mission_of(mission, public_hex(key))
    if frames is not None:
        told = _told(frames, Coding(reed_solomon, randomized))
    elif sample is not None and evidence is not None and counter is not None:
        told = passed_on(sample, evidence, counter - 1)
    else:
        raise SigningError("give --frames FILE, or --sample, --evidence and --counter")
    click.echo(as_text(authorize(Act[act.upper()], name, told, key, counter)))


@custody_group.command("check")
@click.argument("command", nargs=-1, required=True)
@mission_option
@click.option("--public-key", "public_key", required=True, help="The buyer's, 64 hexadecimal digits.")
@click.option("--evidence", required=True, help="SHA-256 of the sample's evidence, 64 hexadecimal digits.")
def check_command(command: tuple[str, ...], mission: str, public_key: str, evidence: str) -> None:
    """Whether the signature in COMMAND, as `sign` prints it, is the buyer's for this mission and evidence.

    Status 1 when it is not.
    """
    built = build_command(mission_dictionary(), command[0], command[1:])
    if not isinstance(built, TransferSample | ReleaseSample):
        raise SigningError(f"{command[0]} is not signed by a buyer; allowed: transfer_sample, release_sample")
    try:
        key = parse_public_key(public_key)
    except ValueError as error:
        raise SigningError(f"--public-key {error}") from None
    good = is_authorized(built, _mission_of(mission, key.hex()), octets_of("evidence", evidence, EVIDENCE_SIZE), key)
    click.echo("the buyer's signature" if good else "not the buyer's signature for this mission, sample and evidence")
    raise SystemExit(0 if good else 1)


def _for_mission(public: str) -> str:
    return f'[custody]\nbuyer_public_key = "{public}"'


def _mission_of(mission: str, public: str) -> str:
    """The mission's name; a file must name the key `public`. Raises `SigningError`, `MissionError`."""
    file, tables = read_mission(mission)
    if mission in built_in_missions():
        return mission
    named, custody = tables.get("mission", {}), tables.get("custody", {})
    name, buyer = (
        table.get(key) if isinstance(table, dict) else None
        for table, key in ((named, "name"), (custody, "buyer_public_key"))
    )
    if not isinstance(name, str):
        raise SigningError(f"mission {file}: [mission] name is missing")
    if not isinstance(buyer, str) or buyer.lower() != public:
        raise SigningError(f"mission {file}: [custody] buyer_public_key must be {public}, got {buyer or 'none'}")
    return name


def _told(frames: Path, coding: Coding) -> Told:
    receiver = Receiver(mission_dictionary(), coding=coding, correct=_corrector() if coding.reed_solomon else None)
    latest = None
    with frames.open("rb") as file:
        while octets := file.read(_PORTION):
            latest = told_by(received.record for received in receiver.feed(octets)) or latest
    latest = told_by(received.record for received in receiver.close()) or latest
    if latest is None:
        raise SigningError(f"{frames}: no telemetry that tells of custody")
    return latest


def _corrector() -> Correct:
    from flight.icd.reed_solomon_decoder import decode  # noqa: PLC0415 - its library is an extra

    return decode
