"""Modbus RTU: the frames of functions 03, 06 and 16, for the host and for the device.

    unit | function | data | CRC_L CRC_H

CRC-16 with polynomial 0xA001 (reflected 0x8005) and initial 0xFFFF over all before it; registers are big-endian
(MODBUS over Serial Line V1.02, 2.5; Application Protocol V1.1b3, 6.3, 6.6, 6.12, 7). A value of 32 bits lies in two
registers, the most significant word first.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from enum import IntEnum
from typing import NamedTuple

import construct
from fastcrc import crc16

MAX_ADU = 256
MAX_REGISTERS = 125
EXCEPTION = 0x80
"""Bit of the function code of an answer: the request was refused, one octet says why."""

_LEAD = struct.Struct(">BBHH")
_CRC = struct.Struct("<H")

LAYOUT = construct.Struct(
    "unit" / construct.Int8ub,
    "function" / construct.Int8ub,
    "data" / construct.Bytes(lambda this: this._.size - 4),
    "crc" / construct.Int16ul,
)
"""An ADU of `size` octets (a keyword of parse and build): the reference for the codec below."""


class Function(IntEnum):
    """Function codes spoken here."""

    READ_HOLDING = 3
    WRITE_ONE = 6
    WRITE_MANY = 16


class ExceptionCode(IntEnum):
    """Why a device refused a request."""

    ILLEGAL_FUNCTION = 1
    ILLEGAL_ADDRESS = 2
    ILLEGAL_VALUE = 3
    DEVICE_FAILURE = 4
    ACKNOWLEDGE = 5
    DEVICE_BUSY = 6


class ModbusError(ValueError):
    """Octets that are not the frame they should be; says what is wrong."""


class RefusedError(ModbusError):
    """The device answered with an exception; `code` says which."""

    def __init__(self, unit: int, function: int, code: int) -> None:
        super().__init__(f"unit {unit} refused function {function} with exception {code}")
        self.code = code


class Request(NamedTuple):
    """What a host asks: `quantity` registers from `address` on (counted from 0), or `values` to be written there."""

    unit: int
    function: int
    address: int
    quantity: int
    values: tuple[int, ...] = ()


def seal(body: bytes) -> bytes:
    """`body` with its CRC."""
    return body + _CRC.pack(crc16.modbus(body))


def is_sealed(adu: bytes) -> bool:
    """Whether the CRC at the end of `adu` holds."""
    return len(adu) >= 4 and crc16.modbus(adu[:-2]) == adu[-2] | adu[-1] << 8


def address_of(register: int) -> int:
    """Address on the wire of a holding register written as 4xxxx."""
    return register - 40001


def read_request(unit: int, address: int, count: int) -> bytes:
    """Ask for `count` holding registers."""
    return seal(_LEAD.pack(unit, Function.READ_HOLDING, address, count))


def write_one_request(unit: int, address: int, value: int) -> bytes:
    """Write one holding register; the answer repeats the request."""
    return seal(_LEAD.pack(unit, Function.WRITE_ONE, address, value))


def write_many_request(unit: int, address: int, values: Sequence[int]) -> bytes:
    """Write holding registers in a row."""
    octets = struct.pack(f">B{len(values)}H", 2 * len(values), *values)
    return seal(_LEAD.pack(unit, Function.WRITE_MANY, address, len(values)) + octets)


def parse_request(adu: bytes) -> Request:
    """The device's side: a request, or `ModbusError`. A function not spoken here comes back with quantity 0."""
    if not is_sealed(adu):
        raise ModbusError(f"CRC of a request of {len(adu)} octets does not hold")
    unit, function = adu[0], adu[1]
    if function not in (Function.READ_HOLDING, Function.WRITE_ONE, Function.WRITE_MANY):
        return Request(unit, function, 0, 0)
    if len(adu) < 8:
        raise ModbusError(f"request of function {function} has {len(adu)} octets, at least 8 are needed")
    address, word = struct.unpack_from(">HH", adu, 2)
    if function == Function.WRITE_MANY:
        if len(adu) != 9 + 2 * word or adu[6] != 2 * word:
            raise ModbusError(f"request to write {word} registers has {len(adu)} octets, not {9 + 2 * word}")
        return Request(unit, function, address, word, struct.unpack_from(f">{word}H", adu, 7))
    if len(adu) != 8:
        raise ModbusError(f"request of function {function} has {len(adu)} octets, not 8")
    if function == Function.WRITE_ONE:
        return Request(unit, function, address, 1, (word,))
    return Request(unit, function, address, word)


def read_answer(unit: int, registers: Sequence[int]) -> bytes:
    """The device's answer to function 03."""
    count = len(registers)
    return seal(struct.pack(f">BBB{count}H", unit, Function.READ_HOLDING, 2 * count, *registers))


def write_answer(request: Request) -> bytes:
    """The device's answer to functions 06 and 16."""
    word = request.values[0] if request.function == Function.WRITE_ONE else request.quantity
    return seal(_LEAD.pack(request.unit, request.function, request.address, word))


def exception_answer(unit: int, function: int, code: ExceptionCode) -> bytes:
    """The device's answer that refuses."""
    return seal(bytes((unit, function | EXCEPTION, code)))


def answer_size(request: bytes) -> int:
    """Octets of the answer to the ADU `request` when it is not refused (an exception has 5)."""
    if request[1] == Function.READ_HOLDING:
        return 5 + 2 * (request[4] << 8 | request[5])
    return 8


def parse_answer(request: bytes, adu: bytes) -> tuple[int, ...]:
    """The host's side: the registers read (none for a write) from the answer `adu` to the ADU `request`.

    Raises `RefusedError` for an exception, `ModbusError` when `adu` can't be the answer to this request.
    """
    if not is_sealed(adu):
        raise ModbusError(f"CRC of an answer of {len(adu)} octets does not hold")
    unit, function = request[0], request[1]
    if adu[0] != unit:
        raise ModbusError(f"answer comes from unit {adu[0]}, asked was {unit}")
    if adu[1] == function | EXCEPTION and len(adu) == 5:
        raise RefusedError(unit, function, adu[2])
    if adu[1] != function or len(adu) != answer_size(request):
        raise ModbusError(f"answer of {len(adu)} octets to function {adu[1]}, asked was function {function}")
    if function == Function.READ_HOLDING:
        if adu[2] != len(adu) - 5:
            raise ModbusError(f"answer counts {adu[2]} octets and carries {len(adu) - 5}")
        return struct.unpack_from(f">{adu[2] // 2}H", adu, 3)
    if adu[2:6] != request[2:6]:
        raise ModbusError("answer to a write repeats another address or value")
    return ()


def words_of_u32(value: int) -> tuple[int, int]:
    """The two registers of an unsigned value of 32 bits."""
    return value >> 16 & 0xFFFF, value & 0xFFFF


def words_of_i32(value: int) -> tuple[int, int]:
    """The two registers of a signed value of 32 bits."""
    if not -(1 << 31) <= value < 1 << 31:
        raise ModbusError(f"{value} does not fit 32 bits")
    return words_of_u32(value & 0xFFFFFFFF)


def u32_of(words: Sequence[int], at: int = 0) -> int:
    """The unsigned value in `words[at]` and the next."""
    return words[at] << 16 | words[at + 1]


def i32_of(words: Sequence[int], at: int = 0) -> int:
    """The signed value in `words[at]` and the next."""
    value = u32_of(words, at)
    return value - (1 << 32) if value & 0x80000000 else value
