"""PUS service 6: named regions read out and checked, in portions small enough for a minor frame."""

from __future__ import annotations

from binascii import crc_hqx
from collections.abc import Callable

from flight.icd.commands.memory import CheckMemory, DumpMemory
from flight.icd.hk.supervision import SupervisionHk
from flight.icd.memory import CHUNK, MAX_RANGE, Region
from flight.icd.reports.memory import MemoryChecksum, MemoryDump
from flight.icd.reports.verification import FailureCode
from flight.services.dispatcher import Dispatcher
from flight.services.timebase import TimeBase
from flight.services.verification import Execution, Report

Reader = Callable[[], bytes]
"""Gives the octets of a region as they are now; it takes a few tens of microseconds at most."""
DUMP_PERIOD_NS = 200_000_000
"""A portion each: 1,400 octets a second are a third of the slowest link."""
CHECKED = 8 * 1024
"""Octets of a checksum made in one minor frame."""
TIMEOUT_S = 0.2 * MAX_RANGE / CHUNK + 60.0


class MemoryService:
    """One dump or check at a time, over the regions it was given. `step` is for every minor frame.

    A range is read when it is asked for: what is sent is the region as it was then.
    """

    __slots__ = (
        "_at", "_checksum", "_data", "_due_ns", "_end", "_execution", "_hk", "_region", "_regions", "_report", "_start",
        "_time",
    )  # fmt: skip

    def __init__(self, report: Report, time: TimeBase, hk: SupervisionHk) -> None:
        self._report = report
        self._time = time
        self._hk = hk
        self._regions: dict[Region, Reader] = {}
        self._execution: Execution | None = None
        self._region = Region.PARAMETERS
        self._data = b""
        self._start = self._at = self._end = self._due_ns = 0
        self._checksum = 0

    def add(self, region: Region, read: Reader) -> None:
        """Let `region` be read; raises `ValueError` when it is there already."""
        if region in self._regions:
            raise ValueError(f"region {region.name} is there already")
        self._regions[region] = read

    def serve(self, dispatcher: Dispatcher) -> None:
        """Take the telecommands of this service."""
        dispatcher.register(DumpMemory, self._begin, TIMEOUT_S)
        dispatcher.register(CheckMemory, self._begin, TIMEOUT_S)

    def step(self, now_ns: int) -> None:
        """Go on with what runs."""
        execution = self._execution
        if execution is None:
            return
        if execution.ended:
            self._end_job()
        elif isinstance(execution.command, CheckMemory):
            self._check_portion(execution)
        elif now_ns >= self._due_ns:
            self._due_ns = now_ns + DUMP_PERIOD_NS
            self._dump_portion(execution)

    def _begin(self, command: DumpMemory | CheckMemory, execution: Execution) -> None:
        read = self._regions.get(command.region)
        if read is None:
            execution.fail(FailureCode.UNKNOWN_OBJECT, command.region)
            return
        if self._execution is not None:
            execution.fail(FailureCode.BUSY)
            return
        data = read()
        end = command.start + command.length if command.length else len(data)
        if command.start >= end or end > len(data):
            execution.fail(FailureCode.OUT_OF_RANGE, len(data))
            return
        execution.start()
        self._execution, self._region, self._data = execution, command.region, data
        self._start = self._at = command.start
        self._end, self._checksum = end, 0xFFFF
        self._due_ns = self._time.now_ns
        self._hk.memory_running = 1

    def _dump_portion(self, execution: Execution) -> None:
        octets = self._data[self._at : min(self._at + CHUNK, self._end)]
        self._report(
            MemoryDump(
                region=self._region,
                start=self._at,
                length=len(octets),
                octets=tuple(octets.ljust(CHUNK, b"\0")),
                checksum=crc_hqx(octets, 0xFFFF),
            )
        )
        self._hk.memory_octets = (self._hk.memory_octets + len(octets)) & 0xFFFFFFFF
        self._at += len(octets)
        if self._at == self._end:
            execution.complete()
            self._end_job()

    def _check_portion(self, execution: Execution) -> None:
        octets = self._data[self._at : min(self._at + CHECKED, self._end)]
        self._checksum = crc_hqx(octets, self._checksum)
        self._at += len(octets)
        if self._at == self._end:
            length = self._end - self._start
            self._report(MemoryChecksum(region=self._region, start=self._start, length=length, checksum=self._checksum))
            execution.complete()
            self._end_job()

    def _end_job(self) -> None:
        self._execution = None
        self._data = b""
        self._hk.memory_running = 0
