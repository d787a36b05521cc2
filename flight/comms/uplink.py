"""Uplink: octets to command link units to frames to packets, each thing that is none counted by kind."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from flight.comms.control_word import ControlWord
from flight.comms.ports import LinkPorts
from flight.icd import cltu, tc_frame
from flight.icd.events.comms import UplinkFault, UplinkRejected
from flight.icd.kinds import Emit
from flight.icd.tc_frame import FrameError, FrameFault

WAITING = 32
"""Command link units that may wait to be looked at; one is looked at in each step."""
NOTICE_NS = 1_000_000_000
_FAULTS = {
    FrameFault.LENGTH: UplinkFault.FRAME_LENGTH,
    FrameFault.FECF: UplinkFault.FRAME_FECF,
    FrameFault.HEADER: UplinkFault.FRAME_HEADER,
    FrameFault.SPACECRAFT: UplinkFault.FRAME_SPACECRAFT,
    FrameFault.CHANNEL: UplinkFault.FRAME_CHANNEL,
    FrameFault.FILL: UplinkFault.FRAME_FILL,
}


class Uplink:
    """Reads the ports and hands telecommand packets to `accept(packet, now_ns)`; nothing received makes it raise.

    Bypass (BD) frames are taken as they come; no other service of COP-1 is offered, and frames that ask for one are
    rejected.
    """

    __slots__ = (
        "_accept", "_control_word", "_decoders", "_emit", "_farm_b", "_latest", "_noticed", "_noticed_ns", "_ports",
        "_waiting", "rejected",
    )  # fmt: skip

    def __init__(
        self, ports: LinkPorts, accept: Callable[[bytes, int], None], control_word: ControlWord, emit: Emit
    ) -> None:
        self.rejected = dict.fromkeys(UplinkFault, 0)
        self._ports = ports
        self._accept = accept
        self._emit = emit
        self._decoders = [cltu.CltuDecoder() for _ in ports.ports]
        self._waiting: deque[bytes] = deque()
        self._farm_b = 0
        self._control_word = control_word
        self._latest = UplinkFault.CLTU
        self._noticed = 0
        self._noticed_ns = 0

    @property
    def received(self) -> int:
        """Command link units received whole."""
        return sum(decoder.counters.found for decoder in self._decoders)

    @property
    def discarded_octets(self) -> int:
        """Octets outside command link units."""
        return sum(decoder.counters.discarded_octets for decoder in self._decoders)

    def step(self, now_ns: int) -> None:
        """Read every port, look at one command link unit."""
        for number, decoder in enumerate(self._decoders):
            octets = self._ports.read(number, now_ns)
            if octets:
                self._decode(decoder, octets)
        if self._waiting:
            self._take(self._waiting.popleft(), now_ns)
        if now_ns - self._noticed_ns >= NOTICE_NS:
            self._notice(now_ns)

    def _decode(self, decoder: cltu.CltuDecoder, octets: bytes) -> None:
        before = decoder.counters.rejected
        for unit in decoder.feed(octets):
            if len(self._waiting) < WAITING:
                self._waiting.append(unit)
            else:
                self._reject(UplinkFault.OVERFLOW)
        for _ in range(decoder.counters.rejected - before):
            self._reject(UplinkFault.CLTU)

    def _take(self, unit: bytes, now_ns: int) -> None:
        try:
            frame = tc_frame.parse(unit, fill=cltu.FILL)
        except FrameError as error:
            self._reject(_FAULTS[error.fault])
            return
        if not frame.bypass or frame.control:
            self._reject(UplinkFault.FRAME_TYPE)
            return
        self._farm_b = (self._farm_b + 1) & 3
        self._control_word.set(self._farm_b)
        self._accept(frame.data, now_ns)

    def _reject(self, fault: UplinkFault) -> None:
        self.rejected[fault] += 1
        self._latest = fault

    def _notice(self, now_ns: int) -> None:
        self._noticed_ns = now_ns
        total = sum(self.rejected.values())
        if total != self._noticed:
            self._noticed = total
            self._emit(UplinkRejected(fault=self._latest, rejected=total & 0xFFFFFFFF))
