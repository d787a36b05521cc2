"""A packet store: telemetry packets as they were made, kept to be sent again.

    DIR/packets/1/pk-0001.tm ...      packets one after another; the oldest segments are removed

What a segment holds is known by heart (`_Content`) and found again when the store is opened; half a packet at the end
of a segment is ignored.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from flight.icd.space_packet import CRC_SIZE, PRIMARY_SIZE, TM_HEADER_SIZE
from flight.recorder.questions import Answer, Operation, Question, stamp
from flight.recorder.records import Tally
from flight.recorder.segments import Segments

STORES = (1, 2)
SEGMENT_OCTETS = 512 * 1024
SEGMENTS = 64
CAPACITY = SEGMENT_OCTETS * SEGMENTS
READ_OCTETS = 8 * 1024
"""Packets in one answer at most, in octets."""
SCAN_OCTETS = SEGMENT_OCTETS
"""Looked at for one answer at most, for records wait meanwhile."""
_LEAST = TM_HEADER_SIZE + CRC_SIZE


@dataclass(slots=True)
class _Content:
    octets: int = 0
    count: int = 0
    first: int = 0
    last: int = 0

    def add(self, packets: bytes) -> None:
        for at, end in boundaries(packets):
            time = stamp(packets, at)
            self.first = min(self.first, time) if self.count else time
            self.last = max(self.last, time)
            self.count += 1
            self.octets += end - at


def boundaries(packets: bytes, at: int = 0) -> Iterator[tuple[int, int]]:
    """Where each whole packet begins and ends; what comes after the last one is no packet, or not all of it."""
    while at + _LEAST <= len(packets):
        end = at + PRIMARY_SIZE + 1 + (packets[at + 4] << 8 | packets[at + 5])
        if end > len(packets) or end - at < _LEAST:
            return
        yield at, end
        at = end


class PacketStore:
    """One store under `directory`; opening raises `OSError` when that can't be used."""

    __slots__ = ("_contents", "_segments", "_tally")

    def __init__(
        self,
        directory: Path,
        tally: Tally,
        segment_octets: int = SEGMENT_OCTETS,
        segments: int = SEGMENTS,
        durable: bool = True,
    ) -> None:
        self._tally = tally
        self._segments = Segments(directory, "pk", ".tm", segment_octets, segments, tally, durable)
        self._contents: dict[Path, _Content] = {}
        for path in self._segments.kept:
            self._contents[path] = content = _Content()
            content.add(self._load(path))

    def append(self, packets: bytes) -> None:
        """Store whole packets that follow each other; raises `OSError` when they can't be."""
        path = self._segments.append(packets)
        content = self._contents.get(path)
        if content is None:
            kept = self._segments.kept
            self._contents = {each: self._contents.get(each, _Content()) for each in kept}
            content = self._contents[path]
        content.add(packets)

    def sync(self) -> None:
        """What was appended so far survives a power cut."""
        self._segments.sync()

    def close(self) -> None:
        """Make all of it durable and end."""
        self._segments.sync()
        self._segments.end()

    def answer(self, question: Question) -> Answer:
        """Do what is asked; raises `OSError` when the files fail."""
        if question.operation is Operation.READ:
            return self._read(question)
        if question.operation is Operation.DELETE:
            self._delete(question.end)
        held = [content for path in self._segments.kept if (content := self._contents[path]).count]
        return Answer(
            question.operation,
            question.store,
            question.serial,
            True,
            0,
            min((content.first for content in held), default=0),
            max((content.last for content in held), default=0),
            sum(content.octets for content in held),
            sum(content.count for content in held) & 0xFFFFFFFF,
        )

    def _read(self, question: Question) -> Answer:
        """A place is the number of a segment and, in the lower half, an octet in it."""
        found: list[bytes] = []
        size = scanned = 0
        place = question.place
        for path in tuple(self._segments.kept):
            number = self._segments.number(path)
            if number < place >> 32:
                continue
            start = place & 0xFFFFFFFF if number == place >> 32 else 0
            place = number << 32 | start
            content = self._contents[path]
            if not content.count or content.last < question.begin or content.first > question.end:
                continue
            if scanned >= SCAN_OCTETS:
                return self._part(question, found, place)
            data = self._load(path)
            for at, end in boundaries(data, start):
                place = number << 32 | at
                if question.begin <= stamp(data, at) <= question.end:
                    if size + end - at > READ_OCTETS and found:
                        return self._part(question, found, place)
                    found.append(data[at:end])
                    size += end - at
                place = number << 32 | end
            scanned += max(len(data) - start, 0)
        return self._part(question, found, place, ended=True)

    def _load(self, path: Path) -> bytes:
        """A segment; nothing, and that counted, when it can't be read: the others still can."""
        try:
            return path.read_bytes()
        except OSError as error:
            self._tally.fail(error)
            return b""

    def _part(self, question: Question, found: list[bytes], place: int, ended: bool = False) -> Answer:
        packets = b"".join(found)
        return Answer(
            question.operation, question.store, question.serial, ended, place, held=len(found), packets=packets
        )

    def _delete(self, before: int) -> None:
        """Forget the segments that hold nothing later than `before`."""
        for path in tuple(self._segments.kept):
            if self._contents[path].last <= before:
                self._segments.remove(path)
                del self._contents[path]
