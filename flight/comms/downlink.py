"""Downlink: records to packets, packets by priority into frames, frames by the rate of the link to its ports.

Virtual channel 0 carries what is reported, urgent reports before housekeeping; 1 files; 2 stored telemetry played back;
7 nothing but the control word. A lower channel gets what the higher ones leave: a frame on its way is the longest that
anything urgent waits for it.
"""

from __future__ import annotations

from collections.abc import Callable

from flight.comms.control_word import ControlWord
from flight.comms.ports import LinkPorts
from flight.comms.queue import PacketQueue
from flight.icd.events.comms import TelemetryDropped, TelemetryUnfit, TmQueue
from flight.icd.kinds import Emit, Telemetry
from flight.icd.packet import EncodeError
from flight.icd.space_packet import TmEncoder, renumber
from flight.icd.tm_coding import PLAIN, Coding
from flight.icd.tm_frame import ASM, LENGTH, VC_CFDP, VC_PLAYBACK, VC_REAL_TIME, FrameWriter
from flight.services.timebase import TimeBase

CAPACITIES = (64 * 1024, 32 * 1024, 32 * 1024, 32 * 1024)
"""Octets that each `TmQueue` holds."""
BURST = 4
"""Frames that may leave at once after a pause of the link."""
NOTICE_NS = 1_000_000_000
"""Drops are told at most this often."""
_NS = 1_000_000_000


class _Channel:
    """A virtual channel: its queues in order of priority, and since when the packet that runs on has waited.

    A channel that is `numbered` carries one APID, whose packets are numbered as they leave, for the urgent ones
    overtake. A dropped packet takes a number with it, so that the loss shows on the ground. On the others packets keep
    the numbers they come with.
    """

    __slots__ = ("carry_since_ns", "numbered", "queues", "sequence", "taken_ns", "vcid")

    def __init__(self, vcid: int, queues: tuple[PacketQueue, ...], numbered: bool = False) -> None:
        self.vcid = vcid
        self.queues = queues
        self.numbered = numbered
        self.sequence = 0
        self.taken_ns = 0
        self.carry_since_ns: int | None = None

    def next_packet(self) -> bytes | None:
        """The most urgent packet."""
        for queue in self.queues:
            if len(queue):
                self.taken_ns, packet = queue.take()
                if self.numbered:
                    packet = renumber(packet, self.sequence)
                    self.skip_number()
                return packet
        return None

    def skip_number(self) -> None:
        """The present sequence count is taken."""
        self.sequence = (self.sequence + 1) & 0x3FFF

    def octets(self) -> int:
        """Octets in the queues."""
        octets = 0
        for queue in self.queues:
            octets += queue.octets
        return octets

    def oldest_ns(self) -> int | None:
        """When the octets that have waited longest were put in."""
        oldest = self.carry_since_ns
        for queue in self.queues:
            first = queue.oldest_ns
            if first is not None and (oldest is None or first < oldest):
                oldest = first
        return oldest


class Downlink:
    """What every component reports to.

    A frame leaves when it is full, or when something in it has waited for `latency_s`; never more than `rate_bps`
    allows, check symbols included. Without traffic an idle frame leaves every `idle_s`. `record(frame, now_ns)` is told
    of every frame sent, with its marker and without other coding; `store(packet, now_ns)` of every packet reported,
    whether there is room for it or not.
    """

    __slots__ = (
        "_burst", "_channels", "_coding", "_control_word", "_cost", "_credit", "_emit", "_encoder", "_idle_ns",
        "_last_frame_ns", "_last_ns", "_latency_ns", "_noticed_drops", "_noticed_ns", "_noticed_unfit", "_ports",
        "_rate", "_record", "_store", "_time", "_unfit_kind", "_writer", "frames", "idle_frames", "packets", "queues",
        "unfit",
    )  # fmt: skip

    def __init__(
        self,
        ports: LinkPorts,
        time: TimeBase,
        control_word: ControlWord,
        emit: Emit,
        rate_bps: int = 64_000,
        latency_s: float = 0.5,
        idle_s: float = 1.0,
        record: Callable[[bytes, int], object] | None = None,
        store: Callable[[bytes, int], object] | None = None,
        frame_length: int = LENGTH,
        coding: Coding = PLAIN,
    ) -> None:
        self.queues = tuple(PacketQueue(capacity) for capacity in CAPACITIES)
        self.frames = 0
        self.idle_frames = 0
        self.packets = 0
        self.unfit = 0
        reports, housekeeping, files, playback = self.queues
        self._channels = (
            _Channel(VC_REAL_TIME, (reports, housekeeping), numbered=True),
            _Channel(VC_CFDP, (files,)),
            _Channel(VC_PLAYBACK, (playback,)),
        )
        self._coding = coding
        self._encoder = TmEncoder()
        self._writer = FrameWriter(frame_length)
        self._ports = ports
        self._time = time
        self._emit = emit
        self._control_word = control_word
        self._record = record
        self._store = store
        self._rate = rate_bps
        self._latency_ns = round(latency_s * _NS)
        self._idle_ns = round(idle_s * _NS)
        # Credit is in bits times nanoseconds, so that any rate and step add up exactly.
        self._cost = coding.size(frame_length) * 8 * _NS
        self._burst = BURST * self._cost
        self._credit = self._burst
        self._last_ns: int | None = None
        self._last_frame_ns = 0
        self._unfit_kind: type[Telemetry] = Telemetry
        self._noticed_ns = 0
        self._noticed_drops = [0] * len(self.queues)
        self._noticed_unfit = 0

    def report(self, record: Telemetry) -> None:
        """Queue `record`, as it is now, stamped with the time of the running frame. Never waits, never raises."""
        try:
            packet = self._encoder.encode(record, self._time.tai_ns)
        except EncodeError:
            self.unfit += 1
            self._unfit_kind = type(record)
            return
        self.packets += 1
        if self._store is not None:
            self._store(packet, self._time.now_ns)
        queue = TmQueue.HOUSEKEEPING if record.service == 3 else TmQueue.REPORTS
        if not self.queues[queue].offer(packet, self._time.now_ns):
            self._channels[0].skip_number()

    def file(self, packet: bytes) -> bool:
        """Queue a packet of a file transfer (CFDP); False, and nothing lost, when it must be offered again later."""
        return self._offer(TmQueue.FILES, packet)

    def playback(self, packet: bytes) -> bool:
        """Queue a stored packet as it is; False, and nothing lost, when it must be offered again later."""
        return self._offer(TmQueue.PLAYBACK, packet)

    def step(self, now_ns: int) -> None:
        """Release the frames that are due."""
        if self._last_ns is None:
            self._last_ns = self._last_frame_ns = now_ns
        self._credit = min(self._credit + (now_ns - self._last_ns) * self._rate, self._burst)
        self._last_ns = now_ns
        for channel in self._channels:
            for _ in range(BURST):
                if self._credit < self._cost or not self._is_due(channel, now_ns):
                    break
                self._send(self._fill(channel), now_ns)
                self.frames += 1
        if now_ns - self._last_frame_ns >= self._idle_ns and self._credit >= self._cost:
            self._send(self._writer.idle_frame(self._control_word.octets), now_ns)
            self.idle_frames += 1
        if now_ns - self._noticed_ns >= NOTICE_NS:
            self._notice(now_ns)

    def flush(self, now_ns: int) -> None:
        """Release all that waits, whatever the rate: the program ends."""
        for channel in self._channels:
            while channel.octets() + self._writer.pending(channel.vcid):  # bounded by the capacity of the queues
                self._send(self._fill(channel), now_ns)
                self.frames += 1

    def _offer(self, number: TmQueue, packet: bytes) -> bool:
        queue = self.queues[number]
        if queue.octets + len(packet) > queue.capacity:
            return False
        self.packets += 1
        return queue.offer(packet, self._time.now_ns)

    def _is_due(self, channel: _Channel, now_ns: int) -> bool:
        waiting = channel.octets() + self._writer.pending(channel.vcid)
        if waiting >= self._writer.capacity:
            return True
        oldest = channel.oldest_ns() if waiting else None
        return oldest is not None and now_ns - oldest >= self._latency_ns

    def _fill(self, channel: _Channel) -> bytes:
        channel.taken_ns = channel.carry_since_ns or 0  # a packet longer than a frame keeps its time
        frame = self._writer.frame(channel.vcid, channel.next_packet, self._control_word.octets)
        channel.carry_since_ns = channel.taken_ns if self._writer.pending(channel.vcid) else None
        return frame

    def _send(self, frame: bytes, now_ns: int) -> None:
        self._credit -= self._cost
        self._last_frame_ns = now_ns
        self._ports.write(self._coding.encode(frame), now_ns)
        if self._record is not None:
            self._record(ASM + frame, now_ns)

    def _notice(self, now_ns: int) -> None:
        """Tell of drops since the last time: not from `report`, where telling would drop again."""
        self._noticed_ns = now_ns
        for number in TmQueue:
            queue = self.queues[number]
            if queue.dropped != self._noticed_drops[number]:
                self._noticed_drops[number] = queue.dropped
                self._emit(TelemetryDropped(channel=number, packets=queue.dropped & 0xFFFFFFFF))
        if self.unfit != self._noticed_unfit:
            self._noticed_unfit = self.unfit
            kind = self._unfit_kind
            identifier = 0xFFFF if kind.ident is None else kind.ident
            self._emit(TelemetryUnfit(packet_type=kind.service << 8 | kind.subtype, identifier=identifier))
