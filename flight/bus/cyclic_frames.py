"""The frames of the cyclic exchange: goals out, one block of values from each servo in.

Indirect addressing puts what is wanted side by side, so that one write and one read do:

    224  goal current, goal position (of a wheel: goal velocity)                              6 octets
    230  torque enable, hardware error, watchdog, current, velocity, position, voltage,
         temperature                                                                         16 octets
    246  tick, moving                                                                         3 octets

An answer carries no sequence number, so it is given one: asks follow each other in four forms, which read 16 to 19
octets. The length of an answer says which ask it belongs to, and a late one is never taken for the next one's.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence

from fastcrc import crc16

from flight.bus.joint_channel import Channel
from flight.icd.dynamixel import BROADCAST, HEADER, STATUS, Instruction, encode
from flight.icd.dynamixel_payload import fast_length, sync_read
from flight.icd.dynamixel_table import BY_NAME, INDIRECT

FORMS = 4
STATUS_OVERHEAD = 11
"""Octets of a status frame beside its data."""
_TORQUE_OVERHEAD = 14
BLOCK = struct.Struct("<BBBhiiHB")
_GOAL_CURRENT = "goal_current"
_VALUES = (
    "torque_enable", "hardware_error", "bus_watchdog", "present_current", "present_velocity", "present_position",
    "present_voltage", "present_temperature",
)  # fmt: skip
_FILL = ("realtime_tick", "moving")
_GOAL_SIZE = BY_NAME[_GOAL_CURRENT].size + BY_NAME["goal_position"].size
INDIRECT_ADDRESS, GOAL_ADDRESS, _ = INDIRECT[0]
BLOCK_ADDRESS = GOAL_ADDRESS + _GOAL_SIZE
MAPPED_SIZE = _GOAL_SIZE + BLOCK.size + FORMS - 1
"""Octets from GOAL_ADDRESS on that the map gives a meaning."""
BLOCK_AT = _GOAL_SIZE
"""Where among them the block begins."""
_LEAD = struct.Struct("<4sBHB")
_CRC = struct.Struct("<H")
_ESCAPE = b"\xff\xff\xfd"
_crc = crc16.umts


def indirect_map(goal_register: str) -> bytes:
    """What the indirect address registers must hold; `goal_register` is that of the servo's mode, of four octets."""
    registers = [BY_NAME[name] for name in (_GOAL_CURRENT, goal_register, *_VALUES, *_FILL)]
    octets = [register.address + k for register in registers for k in range(register.size)]
    return struct.pack(f"<{len(octets)}H", *octets)


class Form:
    """One of the forms of the ask, for certain servos.

    `fast_ask` and `sync_ask` are the frames; a fast answer has `length` octets, begins with `lead`, and `unpack` gives
    error, id and the eight values of each servo. In either kind a servo gives `size` octets.
    """

    __slots__ = ("fast_ask", "lead", "length", "size", "spans", "sync_ask", "unpack")

    def __init__(self, ids: Sequence[int], size: int) -> None:
        self.size = size
        self.fast_ask = sync_read(BLOCK_ADDRESS, size, ids, fast=True)
        self.sync_ask = sync_read(BLOCK_ADDRESS, size, ids)
        length = fast_length([size] * len(ids))
        self.lead = _LEAD.pack(HEADER, BROADCAST, length, STATUS)
        self.length = length + 7
        block = f"BB{BLOCK.format[1:]}{size - BLOCK.size}x2x"
        self.unpack: Callable[[bytes], tuple[int, ...]] = struct.Struct("<8x" + block * len(ids)).unpack
        self.spans = [(servo_id, size) for servo_id in ids]


class CyclicFrames:
    """The frames for certain servos, made once each time it changes who takes part."""

    __slots__ = ("_channels", "_goal_lead", "_pack", "forms", "goal_octets")

    def __init__(self, channels: Sequence[Channel]) -> None:
        self._channels = tuple(channels)
        ids = [channel.id for channel in channels]
        self.forms = tuple(Form(ids, BLOCK.size + k) for k in range(FORMS))
        self._pack: Callable[..., bytes] = struct.Struct("<" + "Bhi" * len(ids)).pack
        span = struct.pack("<HH", GOAL_ADDRESS, _GOAL_SIZE)
        length = 3 + len(span) + (1 + _GOAL_SIZE) * len(ids)
        self._goal_lead = _LEAD.pack(HEADER, BROADCAST, length, Instruction.SYNC_WRITE) + span
        self.goal_octets = length + 7 + _TORQUE_OVERHEAD + 2 * len(ids)
        """What goes out before an ask: the goals, and sometimes an order of torque."""

    def octets(self, fast: bool) -> int:
        """What passes in one exchange, both ways together."""
        form = self.forms[-1]
        if fast:
            return self.goal_octets + len(form.fast_ask) + form.length
        return self.goal_octets + len(form.sync_ask) + (STATUS_OVERHEAD + form.size) * len(self._channels)

    def goals(self) -> bytes:
        """The frame that writes the goals; where torque is off they are such that nothing moves when it comes on."""
        values: list[int] = []
        for channel in self._channels:
            values += (channel.id, channel.goal_current,
                       channel.goal_counts if channel.state.torque_on else channel.idle_goal)  # fmt: skip
        frame = self._goal_lead + self._pack(*values)
        if _ESCAPE in frame[7:]:
            return encode(BROADCAST, Instruction.SYNC_WRITE, frame[8:])
        return frame + _CRC.pack(_crc(frame))
