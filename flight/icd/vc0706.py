"""VC0706: the serial protocol of a JPEG camera, for the host and for the camera.

    host    56 | serial | command | LEN | data          camera    76 | serial | command | status | LEN | data

Whole numbers are big-endian; there is no checksum, so what counts is whether the JPEG decodes. A picture is taken by
freezing the frame buffer, read piece by piece (an answer without data, the octets asked for, the same answer again),
and the buffer is let go by resuming. Source: protocol manual of the VC0706 (Vimicro), as the public client libraries
speak it; what these don't tell is marked "assumed" where it is decided.
"""

from __future__ import annotations

from enum import IntEnum
from types import MappingProxyType
from typing import Any, NamedTuple

import construct

COMMAND_SIGN, ANSWER_SIGN = 0x56, 0x76
DEFAULT_BAUD = 38400
FRAME_DATA_MARGIN = 10
"""Octets around the data of a read: the answer before and the one after."""
DELAY_UNIT_NS = 10_000
"""Unit of the delay that a read asks for between its answers and the data."""


class Code(IntEnum):
    """Commands spoken here."""

    VERSION = 0x11
    SET_PORT = 0x24
    RESET = 0x26
    READ_DATA = 0x30
    WRITE_DATA = 0x31
    READ_FRAME = 0x32
    FRAME_LENGTH = 0x34
    FRAME_CONTROL = 0x36


class Status(IntEnum):
    """Fourth octet of an answer."""

    OK = 0
    NOT_RECEIVED = 1
    """Also a command the camera does not know."""
    WRONG_LENGTH = 2
    WRONG_FORMAT = 3
    NOT_NOW = 4
    FAILED = 5


class Control(IntEnum):
    """Data of FRAME_CONTROL."""

    STOP_CURRENT = 0
    STOP_NEXT = 1
    STEP = 2
    RESUME = 3


class Size(IntEnum):
    """Picture sizes as the register `SIZE_REGISTER` holds them."""

    VGA = 0x00
    QVGA = 0x11
    QQVGA = 0x22


PIXELS = MappingProxyType({Size.VGA: (640, 480), Size.QVGA: (320, 240), Size.QQVGA: (160, 120)})
"""(width, height) of each size."""
PORT_RATES = MappingProxyType({9600: 0xAEC8, 19200: 0x56E4, 38400: 0x2AF2, 57600: 0x1C1C, 115200: 0x0DA6})
"""Bits per second -> what SET_PORT says for them: divisors of the chip's clock."""


class Register(NamedTuple):
    """What READ_DATA and WRITE_DATA address: a memory of the camera and the place in it."""

    device: int
    address: int


SIZE_REGISTER = Register(4, 0x0019)
COMPRESSION_REGISTER = Register(1, 0x1204)
"""0 the least compression, 255 the most."""

COMMAND = construct.Struct(
    "sign" / construct.Const(COMMAND_SIGN, construct.Int8ub),
    "serial" / construct.Int8ub,
    "code" / construct.Int8ub,
    "data" / construct.Prefixed(construct.Int8ub, construct.GreedyBytes),
)
ANSWER = construct.Struct(
    "sign" / construct.Const(ANSWER_SIGN, construct.Int8ub),
    "serial" / construct.Int8ub,
    "code" / construct.Int8ub,
    "status" / construct.Int8ub,
    "data" / construct.Prefixed(construct.Int8ub, construct.GreedyBytes),
)
READ_FRAME = construct.Struct(
    "buffer" / construct.Int8ub,
    "mode" / construct.Int8ub,
    "address" / construct.Int32ub,
    "size" / construct.Int32ub,
    "delay" / construct.Int16ub,
)
"""Data of READ_FRAME: frame buffer 0 (the current one), mode 0x0A (over the serial line), the delay in 0.01 ms."""
READ_DATA = construct.Struct(
    "device" / construct.Int8ub,
    "count" / construct.Int8ub,
    "address" / construct.Int16ub,
)
WRITE_DATA = construct.Struct(
    "device" / construct.Int8ub,
    "count" / construct.Rebuild(construct.Int8ub, construct.len_(construct.this.value)),
    "address" / construct.Int16ub,
    "value" / construct.Bytes(construct.this.count),
    construct.Terminated,
)
SET_PORT = construct.Struct("interface" / construct.Const(1, construct.Int8ub), "rate" / construct.Int16ub)
FRAME_LENGTH = construct.Int32ub

CURRENT_BUFFER, OVER_SERIAL = 0, 0x0A


class Vc0706Error(ValueError):
    """Octets that are not the answer they should be; says what is wrong."""


class RefusedError(Vc0706Error):
    """The camera answered with a status other than OK; `status` says which."""

    def __init__(self, code: int, status: int) -> None:
        reason = Status(status).name if status in tuple(Status) else "unknown"
        super().__init__(f"camera refused command {code:#04x} with status {status} ({reason})")
        self.status = status


class Command(NamedTuple):
    """What a host asks of the camera with number `serial`."""

    code: int
    data: bytes = b""
    serial: int = 0


class Answer(NamedTuple):
    """What the camera says to the command `code`."""

    code: int
    status: int = Status.OK
    data: bytes = b""
    serial: int = 0


class FrameRead(NamedTuple):
    """A piece of the frozen picture: `size` octets from `address` on, `delay` x 0.01 ms between answers and data."""

    address: int
    size: int
    delay: int = 10


def build_command(command: Command) -> bytes:
    """`command` on the wire."""
    octets: bytes = COMMAND.build(command._asdict())
    return octets


def build_answer(answer: Answer) -> bytes:
    """`answer` on the wire."""
    octets: bytes = ANSWER.build(answer._asdict())
    return octets


def version_request() -> bytes:
    """Ask for the firmware's version, a text."""
    return build_command(Command(Code.VERSION))


def reset_request() -> bytes:
    """Start the camera anew: it answers, then introduces itself in plain text, at its first rate."""
    return build_command(Command(Code.RESET))


def control_request(control: Control) -> bytes:
    """Freeze the frame buffer, go on to the next frame, or let the video run."""
    return build_command(Command(Code.FRAME_CONTROL, bytes((control,))))


def length_request() -> bytes:
    """Ask how many octets the frozen picture has."""
    return build_command(Command(Code.FRAME_LENGTH, bytes((CURRENT_BUFFER,))))


def read_request(piece: FrameRead) -> bytes:
    """Ask for a piece of the frozen picture."""
    data = READ_FRAME.build(dict(buffer=CURRENT_BUFFER, mode=OVER_SERIAL, **piece._asdict()))
    return build_command(Command(Code.READ_FRAME, data))


def read_data_request(register: Register) -> bytes:
    """Ask for one octet of the camera's memory."""
    return build_command(Command(Code.READ_DATA, READ_DATA.build(dict(count=1, **register._asdict()))))


def write_data_request(register: Register, value: int) -> bytes:
    """Set one octet of the camera's memory, such as the picture's size or compression."""
    return build_command(Command(Code.WRITE_DATA, WRITE_DATA.build(dict(value=bytes((value,)), **register._asdict()))))


def port_request(baud: int) -> bytes:
    """Set the line's rate; the answer comes at the rate before. Raises `Vc0706Error` for a rate there is none of."""
    if baud not in PORT_RATES:
        raise Vc0706Error(f"the camera knows no rate of {baud} baud, only {', '.join(map(str, PORT_RATES))}")
    return build_command(Command(Code.SET_PORT, SET_PORT.build({"rate": PORT_RATES[baud]})))


def parse_answer(code: int, octets: bytes) -> bytes:
    """The host's side: the data of the answer to command `code`, which `octets` begin with.

    Raises `RefusedError` for a status other than OK, `Vc0706Error` when this is no answer to it, or not all of it.
    """
    try:
        parsed = ANSWER.parse(octets)
    except construct.ConstructError:
        raise Vc0706Error(f"{len(octets)} octets are no whole answer: {octets[:8].hex(' ')}") from None
    if parsed.code != code:
        raise Vc0706Error(f"answer is to command {parsed.code:#04x}, asked was {code:#04x}")
    if parsed.status != Status.OK:
        raise RefusedError(code, parsed.status)
    data: bytes = parsed.data
    return data


def parse_length(octets: bytes) -> int:
    """The host's side: octets of the frozen picture; raises `Vc0706Error`."""
    data = parse_answer(Code.FRAME_LENGTH, octets)
    if len(data) != FRAME_LENGTH.sizeof():
        raise Vc0706Error(f"a length has {FRAME_LENGTH.sizeof()} octets, got {len(data)}")
    length: int = FRAME_LENGTH.parse(data)
    return length


def parse_frame_data(octets: bytes) -> bytes:
    """The host's side: the piece of the picture between the two answers to READ_FRAME; raises `Vc0706Error`."""
    parse_answer(Code.READ_FRAME, octets)
    parse_answer(Code.READ_FRAME, octets[-FRAME_DATA_MARGIN // 2 :])
    return octets[FRAME_DATA_MARGIN // 2 : -FRAME_DATA_MARGIN // 2]


def take_command(buffer: bytes) -> tuple[Command | None, bytes]:
    """The camera's side: the first whole command in `buffer` (octets before its sign are skipped), and what is left.

    VERSION is whole with its fourth octet, whatever length that gives: a widespread client announces an octet of data
    that it never sends, and cameras answer it.
    """
    start = buffer.find(COMMAND_SIGN)
    if start < 0:
        return None, b""
    buffer = buffer[start:]
    if len(buffer) < 4:
        return None, buffer
    size = 4 if buffer[2] == Code.VERSION else 4 + buffer[3]
    if len(buffer) < size:
        return None, buffer
    return Command(buffer[2], buffer[4:size], buffer[1]), buffer[size:]


def parse_data(layout: Any, data: bytes) -> Any:
    """The camera's side: a command's data as `layout` says, or None when they are not that."""
    try:
        return layout.parse(data)
    except construct.ConstructError:
        return None
