"""Telemetry frames taken apart: from a byte stream, however damaged, to the packets that are whole.

`StreamSync` finds frames by their markers, `PacketExtractor` puts the packets of each virtual channel together, and
`TmStream` is the two in line. Nothing here raises on data; all that is lost is counted in `Losses`.
"""

from __future__ import annotations

import struct
from binascii import crc_hqx
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from flight.icd.randomizer import tm_randomize
from flight.icd.reed_solomon import CHECK_SIZE
from flight.icd.space_packet import APID_IDLE, PRIMARY_SIZE
from flight.icd.tm_coding import PLAIN, Coding
from flight.icd.tm_frame import ASM, FECF_SIZE, FHP_IDLE, FHP_NONE, HEADER_SIZE, LENGTH, OCF_SIZE, SCID, VC_IDLE

MARKER_ERRORS = 4
"""Wrong bits that a marker may have where one is due: right after a good frame."""
_HEADER = struct.Struct(">HBBH")
_IDLE_BEGIN = APID_IDLE.to_bytes(2, "big")
_ASM = int.from_bytes(ASM, "big")
Correct = Callable[[bytes], tuple[bytes, int] | None]
"""Reed-Solomon decoder: codeblock -> frame and how many symbols were wrong, None when there are too many."""


class TmFrame(NamedTuple):
    """A frame with right checksum, taken apart."""

    vcid: int
    master_count: int
    channel_count: int
    first_header: int
    data: bytes
    ocf: bytes


@dataclass(slots=True)
class Losses:
    """What a stream held and what of it was lost."""

    frames: int = 0
    idle_frames: int = 0
    bad_frames: int = 0
    """Octets after a marker that were no frame of ours: wrong checksum, version or spacecraft."""
    lost_by_channel: list[int] = field(default_factory=lambda: [0] * 8)
    """Frames that the counter of each virtual channel says were sent and did not arrive."""
    duplicate_frames: int = 0
    """Frames that came twice in a row, of which one was taken: no loss."""
    discarded_octets: int = 0
    """Octets outside good frames."""
    corrected_symbols: int = 0
    """Octets that were wrong and put right by Reed-Solomon: no loss."""
    packets: int = 0
    idle_packets: int = 0
    incomplete_packets: int = 0
    """Packets begun or ended in a frame that was lost."""
    bad_headers: int = 0
    """Places where a packet should have begun and none did; the rest of the frame is given up."""

    @property
    def lost_frames(self) -> int:
        """Frames that did not arrive, of all virtual channels."""
        return sum(self.lost_by_channel)

    @property
    def any(self) -> bool:
        """Whether anything was lost."""
        return bool(
            self.bad_frames or self.lost_frames or self.discarded_octets or self.incomplete_packets or self.bad_headers
        )


def parse_frame(octets: bytes, scid: int = SCID) -> TmFrame | None:
    """`octets` as a frame, or None when it is none of ours."""
    if crc_hqx(octets, 0xFFFF):
        return None
    identification, master_count, channel_count, status = _HEADER.unpack_from(octets)
    if identification >> 4 != scid or not identification & 1 or status >> 11 != 3:
        return None
    end = len(octets) - OCF_SIZE - FECF_SIZE
    vcid = identification >> 1 & 7
    data, ocf = octets[HEADER_SIZE:end], octets[end:-FECF_SIZE]
    return TmFrame(vcid, master_count, channel_count, status & 0x7FF, data, ocf)


class StreamSync:
    """Finds frames in a byte stream that comes in any pieces.

    Without `correct` the check symbols of Reed-Solomon are passed over, and damaged frames are lost.
    """

    __slots__ = ("_coding", "_correct", "_locked", "_pending", "_whole", "length", "losses", "scid")

    def __init__(
        self,
        losses: Losses,
        length: int = LENGTH,
        scid: int = SCID,
        coding: Coding = PLAIN,
        correct: Correct | None = None,
    ) -> None:
        self.losses = losses
        self.length = length
        self.scid = scid
        self._coding = coding
        self._correct = correct
        self._whole = coding.size(length)
        self._pending = bytearray()
        self._locked = False  # whether what is held begins right after a good frame

    def feed(self, octets: bytes) -> list[TmFrame]:
        """The frames that `octets` complete."""
        pending = self._pending
        pending += octets
        frames: list[TmFrame] = []
        at = 0
        while True:
            start = self._find(at)
            if start < 0:
                start = max(at, len(pending) - len(ASM) + 1)  # a marker may be on its way
                self.losses.discarded_octets += start - at
                self._locked = self._locked and start == at
                break
            self.losses.discarded_octets += start - at
            self._locked = self._locked and start == at
            if len(pending) - start < self._whole:
                break
            frame = self._decode(bytes(pending[start + len(ASM) : start + self._whole]))
            self._locked = frame is not None
            if frame is None:
                # The marker may be chance, or the frame cut short: the next one may lie within these octets.
                self.losses.bad_frames += 1
                self.losses.discarded_octets += 1
                at = start + 1
            else:
                frames.append(frame)
                at = start + self._whole
        del pending[:start]
        return frames

    def _find(self, at: int) -> int:
        """Where the next marker is, -1 when there is none yet."""
        due = self._pending[at : at + len(ASM)]
        if self._locked and len(due) == len(ASM) and (int.from_bytes(due, "big") ^ _ASM).bit_count() <= MARKER_ERRORS:
            return at
        return self._pending.find(ASM, at)

    def _decode(self, octets: bytes) -> TmFrame | None:
        """The frame in what followed a marker."""
        if self._coding.randomized:
            octets = tm_randomize(octets)
        if not self._coding.reed_solomon:
            return parse_frame(octets, self.scid)
        if self._correct is None:
            return parse_frame(octets[:-CHECK_SIZE], self.scid)
        corrected = self._correct(octets)
        if corrected is None:
            return None
        frame = parse_frame(corrected[0], self.scid)
        if frame is not None:
            self.losses.corrected_symbols += corrected[1]
        return frame

    def close(self) -> list[TmFrame]:
        """End of the stream: frames within what is left, the rest counted as discarded."""
        frames: list[TmFrame] = []
        self._locked = False
        while self._pending:  # bounded: each pass takes an octet or more
            if self._pending.startswith(ASM):
                self.losses.bad_frames += 1  # cut short
            del self._pending[:1]
            self.losses.discarded_octets += 1
            frames += self.feed(b"")
            if len(self._pending) < len(ASM):
                self.losses.discarded_octets += len(self._pending)
                self._pending.clear()
        return frames


class PacketExtractor:
    """Packets out of the frames of all virtual channels."""

    __slots__ = ("_expected", "_in_step", "_latest", "_partial", "losses")

    def __init__(self, losses: Losses) -> None:
        self.losses = losses
        self._expected: list[int | None] = [None] * 8
        self._latest: list[TmFrame | None] = [None] * 8
        self._partial = [bytearray() for _ in range(8)]
        self._in_step = [False] * 8  # whether `_partial` begins with a packet header

    def feed(self, frame: TmFrame) -> list[bytes]:
        """The packets that `frame` completes, idle ones left out."""
        vcid = frame.vcid
        if frame == self._latest[vcid]:
            self.losses.duplicate_frames += 1
            return []
        self._latest[vcid] = frame
        self.losses.frames += 1
        expected = self._expected[vcid]
        self._expected[vcid] = (frame.channel_count + 1) & 0xFF
        if expected is not None and frame.channel_count != expected:
            self.losses.lost_by_channel[vcid] += (frame.channel_count - expected) & 0xFF
            self._drop(vcid)
        if vcid == VC_IDLE or frame.first_header == FHP_IDLE:
            self.losses.idle_frames += 1
            return []
        return self._take(vcid, frame.first_header, frame.data)

    def close(self) -> None:
        """End of the stream: packets begun and not ended are incomplete."""
        for vcid in range(8):
            self._drop(vcid)

    def _drop(self, vcid: int) -> None:
        partial = self._partial[vcid]
        if partial and not partial.startswith(_IDLE_BEGIN[: len(partial)]):  # no loss: filler that ran on
            self.losses.incomplete_packets += 1
        partial.clear()
        self._in_step[vcid] = False

    def _take(self, vcid: int, first_header: int, data: bytes) -> list[bytes]:
        partial = self._partial[vcid]
        if first_header == FHP_NONE:
            if not self._in_step[vcid]:
                return []
            partial += data
            return self._split(vcid)
        if first_header > len(data):
            self.losses.bad_headers += 1
            self._drop(vcid)
            return []
        packets: list[bytes] = []
        if self._in_step[vcid]:
            partial += data[:first_header]
            packets = self._split(vcid)
            if partial:
                self._drop(vcid)
        elif first_header:
            self.losses.incomplete_packets += 1  # the end of a packet whose beginning was lost
        self._in_step[vcid] = True
        partial += data[first_header:]
        packets += self._split(vcid)
        return packets

    def _split(self, vcid: int) -> list[bytes]:
        """Take the whole packets from the front of what is held."""
        partial = self._partial[vcid]
        octets = bytes(partial)
        packets: list[bytes] = []
        at = 0
        while len(octets) - at >= PRIMARY_SIZE:
            if octets[at] >> 5:  # packet version: only 0 exists
                self.losses.bad_headers += 1
                partial.clear()
                self._in_step[vcid] = False
                return packets
            end = at + PRIMARY_SIZE + 1 + (octets[at + 4] << 8 | octets[at + 5])
            if end > len(octets):
                break
            if (octets[at] & 7) << 8 | octets[at + 1] == APID_IDLE:
                self.losses.idle_packets += 1
            else:
                self.losses.packets += 1
                packets.append(octets[at:end])
            at = end
        del partial[:at]
        return packets


class TmStream:
    """Octets in, packets out; `losses` counts the rest and `ocf` is the last operational control field."""

    __slots__ = ("_extractor", "_sync", "losses", "ocf")

    def __init__(
        self, length: int = LENGTH, scid: int = SCID, coding: Coding = PLAIN, correct: Correct | None = None
    ) -> None:
        self.losses = Losses()
        self.ocf: bytes | None = None
        self._sync = StreamSync(self.losses, length, scid, coding, correct)
        self._extractor = PacketExtractor(self.losses)

    def feed(self, octets: bytes) -> list[tuple[int, bytes]]:
        """The packets that `octets` complete, each with its virtual channel."""
        return self._packets(self._sync.feed(octets))

    def close(self) -> list[tuple[int, bytes]]:
        """End of the stream; what was begun and not ended is counted."""
        packets = self._packets(self._sync.close())
        self._extractor.close()
        return packets

    def _packets(self, frames: list[TmFrame]) -> list[tuple[int, bytes]]:
        packets: list[tuple[int, bytes]] = []
        for frame in frames:
            self.ocf = frame.ocf
            packets += [(frame.vcid, packet) for packet in self._extractor.feed(frame)]
        return packets
