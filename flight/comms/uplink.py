"""Uplink: octets to command link units to frames to packets, each thing that is none counted by kind.

A frame passes the gate (key and anti-replay window) before COP-1 sees it: what is forged or comes twice moves nothing.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from flight.comms.control_word import ControlWord
from flight.comms.farm import Farm
from flight.comms.gate import Gate
from flight.comms.ports import LinkPorts
from flight.icd import cltu, tc_frame
from flight.icd.events.comms import UplinkClosed, UplinkFault, UplinkLockout, UplinkOpen, UplinkRejected
from flight.icd.kinds import Emit
from flight.icd.tc_frame import FrameError, FrameFault, TcFrame

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

    While `room()` is false, packets of the sequence-controlled service are not taken and the ground is told to wait;
    those of the expedited service always are. With `randomized` frames are expected to be mixed.
    """

    __slots__ = (
        "_accept", "_control_word", "_decoders", "_emit", "_latest", "_noticed", "_noticed_ns", "_ports",
        "_randomized", "_room",
        "_waiting", "farm", "gate", "rejected", "taken_ad", "taken_bc", "taken_bd",
    )  # fmt: skip

    def __init__(
        self,
        ports: LinkPorts,
        accept: Callable[[bytes, int], None],
        control_word: ControlWord,
        emit: Emit,
        gate: Gate,
        room: Callable[[], bool] = lambda: True,
        randomized: bool = False,
    ) -> None:
        self.rejected = dict.fromkeys(UplinkFault, 0)
        self.farm = Farm(tc_frame.VCID)
        self.gate = gate
        self.taken_ad = 0
        self.taken_bd = 0
        self.taken_bc = 0
        self._ports = ports
        self._accept = accept
        self._emit = emit
        self._room = room
        self._randomized = randomized
        self._decoders = [cltu.CltuDecoder() for _ in ports.ports]
        self._waiting: deque[bytes] = deque()
        self._control_word = control_word
        self._latest = UplinkFault.CLTU
        self._noticed = 0
        self._noticed_ns: int | None = None

    @property
    def received(self) -> int:
        """Command link units received whole."""
        return sum(decoder.counters.found for decoder in self._decoders)

    @property
    def discarded_octets(self) -> int:
        """Octets outside command link units."""
        return sum(decoder.counters.discarded_octets for decoder in self._decoders)

    @property
    def latest_fault(self) -> UplinkFault:
        """The reason of the latest rejection."""
        return self._latest

    def step(self, now_ns: int) -> None:
        """Read every port, look at one command link unit."""
        if self._noticed_ns is None:
            self._begin(now_ns)
        if self.farm.wait and self._room():
            self.farm.release()
        for number, decoder in enumerate(self._decoders):
            octets = self._ports.read(number, now_ns)
            if octets:
                self._decode(decoder, octets)
        if self._waiting:
            self._take(self._waiting.popleft(), now_ns)
        self._control_word.show(self.farm.word)
        if now_ns - (self._noticed_ns or 0) >= NOTICE_NS:
            self._notice(now_ns)

    def close(self) -> None:
        """The program ends in order; raises `OSError` when the anti-replay window could not be kept as it is."""
        self.gate.close()

    def _begin(self, now_ns: int) -> None:
        self._noticed_ns = now_ns
        gate = self.gate
        if gate.is_open:
            self._emit(UplinkOpen(key=gate.key_ident, next_sequence=min(gate.next_sequence, 0xFFFFFFFF)))
        else:
            self._emit(UplinkClosed())

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
        if self._randomized:
            unit = tc_frame.restore(unit)
        try:
            frame = tc_frame.parse(unit, fill=cltu.FILL)
        except FrameError as error:
            self._reject(_FAULTS[error.fault])
            return
        content = self.gate.admit(unit[: tc_frame.HEADER_SIZE], frame.data)
        if isinstance(content, UplinkFault):
            self._reject(content)
        elif frame.control:
            self._control(content)
        else:
            self._pass(frame, content, now_ns)

    def _control(self, directive: bytes) -> None:
        fault = self.farm.take_bc(directive)
        if fault is None:
            self.taken_bc += 1
        else:
            self._reject(fault)

    def _pass(self, frame: TcFrame, packet: bytes, now_ns: int) -> None:
        if frame.bypass:
            self.farm.take_bd()
            self.taken_bd += 1
        else:
            locked = self.farm.lockout
            fault = self.farm.take_ad(frame.sequence, self._room())
            if fault is not None:
                self._reject(fault)
                if self.farm.lockout and not locked:
                    self._emit(UplinkLockout(received=frame.sequence, expected=self.farm.v_r))
                return
            self.taken_ad += 1
        self._accept(packet, now_ns)

    def _reject(self, fault: UplinkFault) -> None:
        self.rejected[fault] += 1
        self._latest = fault

    def _notice(self, now_ns: int) -> None:
        self._noticed_ns = now_ns
        self.gate.step(now_ns)
        total = sum(self.rejected.values())
        if total != self._noticed:
            self._noticed = total
            self._emit(UplinkRejected(fault=self._latest, rejected=total & 0xFFFFFFFF))
