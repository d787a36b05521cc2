"""What two programs say to each other when one sends by the session of the other: a line of JSON each time.

One connection is for one telecommand. The program that has no session of its own writes an `Order`; the other answers
that it has `taken` it, or that it is `refused` and why, and then tells each stage, result and answer as it comes. The
last stage is the end. `returned` means that the session ended before the telecommand was sent: it was not, and never
will be. A telecommand and telemetry records cross as the octets they have on the link, so that a record that arrives is
the record that was received.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flight.icd.dictionary import Dictionary, packet_name
from flight.icd.kinds import Command, Telemetry
from flight.icd.packet import DecodeError, EncodeError
from flight.icd.space_packet import PacketError, TmEncoder, parse_tm
from ground.stages import Report, Stage

VERSION = 1
ORDER_MAX = 1 << 14
"""Octets of the longest order; the longest telecommand has a few hundred."""
SECONDS_MAX = 1e8
_HOLDER = "the session that commands with this key"
_KEYS = {"version", "dictionary", "link", "name", "body", "timeout_s", "contact_s", "bypass"}


class HandoverError(ValueError):
    """A line that is none of these, or an order that can't be carried out: says why."""


def socket_path(key_file: Path) -> Path:
    """Where the program that commands with `key_file` can be reached: beside the file itself, whatever leads to it."""
    real = key_file.resolve()
    return real.with_name(real.name + ".session")


@dataclass(frozen=True, slots=True)
class Order:
    """A telecommand to be sent: over which link, how long to wait for a board (`contact_s`) and for its end."""

    command: Command
    timeout_s: float
    contact_s: float
    bypass: bool = False


def encode_order(order: Order, link: str, dictionary: Dictionary) -> bytes:
    """`order` as a line; raises `EncodeError` when a value of the telecommand is not allowed."""
    return encode_line(
        version=VERSION,
        dictionary=f"{dictionary.hash64:016x}",
        link=link,
        name=packet_name(type(order.command)),
        body=order.command.encode().hex(),
        timeout_s=min(order.timeout_s, SECONDS_MAX),
        contact_s=min(order.contact_s, SECONDS_MAX),
        bypass=order.bypass,
    )


def decode_order(line: bytes, link: str, dictionary: Dictionary) -> Order:
    """The order in a line, for a session on `link`; raises `HandoverError` for any other line."""
    fields = decode_line(line)
    if fields.get("version") != VERSION or set(fields) != _KEYS or not _is_typed(fields):
        raise HandoverError(f"{_HOLDER} does not understand this program; install the same version")
    ours = f"{dictionary.hash64:016x}"
    if fields["dictionary"] != ours:
        raise HandoverError(
            f"{_HOLDER} has dictionary {ours}, this program {fields['dictionary']}; install the same version"
        )
    if fields["link"] != link:
        raise HandoverError(f"{_HOLDER} is on --link {link}, not {fields['link']}")
    kind = dictionary.by_name.get(fields["name"])
    if kind is None or not issubclass(kind, Command):
        raise HandoverError(f"no command {fields['name']!r}")
    try:
        command = kind.decode(bytes.fromhex(fields["body"]))
        command.check()
    except (DecodeError, EncodeError, ValueError) as error:
        raise HandoverError(str(error)) from None
    return Order(command, float(fields["timeout_s"]), float(fields["contact_s"]), fields["bypass"])


def encode_report(report: Report, record: Telemetry | None = None) -> bytes:
    """A stage as a line, with the record that it tells in words."""
    fields = {"stage": report.stage.value, "tai_ns": report.tai_ns, "text": report.text}
    if record is not None and report.tai_ns is not None:
        fields["packet"] = encode_record(record, report.tai_ns)
    return encode_line(**fields)


def decode_report(fields: dict[str, Any]) -> Report:
    """The stage in a line that was taken apart; raises `HandoverError`."""
    tai_ns, text = fields.get("tai_ns"), fields.get("text")
    if not (tai_ns is None or type(tai_ns) is int) or not isinstance(text, str):
        raise HandoverError("tells of a stage without time or words")
    try:
        return Report(Stage(fields["stage"]), tai_ns, text)
    except (KeyError, ValueError):
        raise HandoverError("tells of an unknown stage") from None


def encode_record(record: Telemetry, tai_ns: int) -> str | None:
    """`record` as the digits of a packet; None when it holds what no packet can."""
    try:
        return TmEncoder().encode(record, tai_ns).hex()
    except EncodeError:
        return None


def decode_record(digits: object, dictionary: Dictionary) -> tuple[int, Telemetry]:
    """When the board said what is in a packet, and the record; raises `HandoverError`."""
    try:
        packet = parse_tm(bytes.fromhex(digits if isinstance(digits, str) else ""))
        return packet.tai_ns, dictionary.decode(packet)
    except (PacketError, DecodeError, ValueError) as error:
        raise HandoverError(f"tells of a record that is none: {error}") from None


def encode_line(**fields: object) -> bytes:
    """`fields` as a line."""
    return json.dumps(fields).encode("ascii") + b"\n"


def decode_line(line: bytes) -> dict[str, Any]:
    """The fields of a line; raises `HandoverError`."""
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError):
        fields = None
    if not isinstance(fields, dict):
        raise HandoverError("says what is no JSON object")
    return fields


def _is_typed(fields: dict[str, Any]) -> bool:
    texts = all(isinstance(fields[key], str) for key in ("dictionary", "link", "name", "body"))
    seconds = [fields[key] for key in ("timeout_s", "contact_s")]
    numbers = all(type(n) in (int, float) and 0 <= n <= SECONDS_MAX for n in seconds)  # no NaN is
    return texts and numbers and type(fields["bypass"]) is bool
