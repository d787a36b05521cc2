"""The load cell: a weighing transmitter on its own Modbus RTU line, asked for status and gross force.

    step(now)   in every minor frame: take the answer if it has come, ask for the next value if it is time

The status register tells whether the value is good. Its bits are those of the Laumas TLB family's manual, not verified
on a device: 0 cell, 1 converter, 2 over maximum, 3 over 110 %, 4 gross and 5 net beyond what can be shown.
"""

from __future__ import annotations

from flight.bus.event_gate import EventGate
from flight.bus.line import Line
from flight.bus.ports import Port
from flight.icd.events.bus import Device, LoadCellBack, LoadCellFailed, LoadCellFault, LoadCellLost
from flight.icd.hk.bus import LoadCellHk
from flight.icd.kinds import Emit
from flight.icd.modbus import (
    MAX_ADU,
    ModbusError,
    RefusedError,
    address_of,
    answer_size,
    i32_of,
    parse_answer,
    read_request,
)
from flight.icd.platform import LoadCell as LoadCellTable

BAD_STATUS = 0x003F
ANSWER_NS = 230_000_000
"""Time for an answer: transmitters wait up to 200 ms before they give it."""
_PAUSE_NS = 40_000_000
"""After an answer that did not come nothing is asked for so long, as it would be taken for the next one's."""
STALE_NS = 500_000_000
"""Age from which the last value no longer counts: two answers that did not come."""
_QUIET_NS = 15_000_000
"""Silence that ends a frame for certain, whatever an adapter does to it."""
_MAX_REGISTERS = 32
_EXCEPTION_SIZE = 5


class LoadCell:
    """Driver of the transmitter that `config` describes. Nothing waits and nothing raises.

    `force_n` is the latest good value, asked for at `stamp_ns`; `valid` says that it is the last one that came, fresh
    and believed; `sequence` counts the good values, so that none is used twice.
    """

    __slots__ = (
        "_asked_ns", "_buffer", "_emit", "_gates", "_good_ns", "_gross_at", "_heard_ns", "_line", "_lost", "_next_ns",
        "_period_ns", "_request", "_resolution_n", "_size", "_status_at", "_valid", "_waiting", "believed", "force_n",
        "hk", "sequence", "stamp_ns",
    )  # fmt: skip

    def __init__(self, port: Port, config: LoadCellTable, emit: Emit) -> None:
        status, gross = config.registers.status, config.registers.gross
        first = min(status, gross)
        count = max(status + 1, gross + 2) - first
        if count > _MAX_REGISTERS:
            raise ValueError(
                f"[load_cell.registers] status {status} and gross {gross} must lie within {_MAX_REGISTERS} registers"
            )
        self._request = read_request(config.unit, address_of(first), count)
        self._size = answer_size(self._request)
        self._status_at, self._gross_at = status - first, gross - first
        self._resolution_n = config.resolution_n
        self._period_ns = config.period_ms * 1_000_000
        self._emit = emit
        self._line = Line(port, Device.LOAD_CELL, emit, self._line_changed)
        self._gates = [EventGate() for _ in LoadCellFault]
        self._buffer = bytearray()
        self._waiting = False
        self._asked_ns = 0
        self._heard_ns = 0
        self._next_ns = 0
        self._good_ns: int | None = None  # when data were last good, or first could have been
        self._lost = False
        self.force_n = 0.0
        self.stamp_ns = 0
        self._valid = False
        self.believed = True
        """What votes over time say (`flight.fdir.sensors`)."""
        self.sequence = 0
        self.hk = LoadCellHk()

    @property
    def valid(self) -> bool:
        """Whether the latest force is good, fresh and believed."""
        return self._valid and self.believed

    def step(self, now_ns: int) -> None:
        """One minor frame."""
        line = self._line
        if self._good_ns is None:
            self._good_ns = now_ns
        if line.keep_open(now_ns):
            data = line.read(now_ns)
            if data:
                self._heard_ns = now_ns
                if len(self._buffer) < MAX_ADU:
                    self._buffer += data
            if self._waiting:
                self._take(now_ns)
            elif self._buffer and now_ns - self._heard_ns >= _QUIET_NS:
                self._buffer.clear()  # late, or noise: nobody asked for it
            if not self._waiting and not self._buffer and now_ns >= self._next_ns:
                self._ask(now_ns)
        if now_ns - self._good_ns > STALE_NS and not self._lost:
            self._lost = True
            self._valid = False
            self._emit(LoadCellLost(age_ms=(now_ns - self._good_ns) // 1_000_000))
        self.hk.port_open = int(line.is_open)
        self.hk.valid = self.valid

    def _ask(self, now_ns: int) -> None:
        if not self._line.write(self._request, now_ns):
            return
        self.hk.requests += 1
        self._waiting = True
        self._asked_ns = self._heard_ns = now_ns
        # Absolute, so that the period does not drift; begun anew where answers take longer than it.
        self._next_ns = max(self._next_ns + self._period_ns, now_ns)

    def _take(self, now_ns: int) -> None:
        """Find the answer in what has come, once it is complete, the line has gone quiet, or its time is over.

        Behind a transceiver whose receiver stays on, the request comes back before it; no answer begins like one.
        """
        buffer = self._buffer
        if buffer.startswith(self._request):
            del buffer[: len(self._request)]
        if len(buffer) >= _EXCEPTION_SIZE:
            try:
                size = _EXCEPTION_SIZE if buffer[1] & 0x80 else self._size
                words = parse_answer(self._request, bytes(buffer[:size]))
            except RefusedError as refusal:
                self.hk.refused += 1
                self._end(LoadCellFault.REFUSED, refusal.code, now_ns)
                return
            except ModbusError:
                pass  # not whole yet, or not the answer
            else:
                self._use(words, now_ns)
                return
        if buffer and now_ns - self._heard_ns >= _QUIET_NS:
            self.hk.corrupt += 1
            self._end(LoadCellFault.CORRUPT, 0, now_ns)
        elif now_ns - self._asked_ns >= ANSWER_NS:
            self.hk.silent += 1
            self._next_ns = max(self._next_ns, now_ns + _PAUSE_NS)
            self._end(LoadCellFault.SILENT, 0, now_ns)

    def _use(self, words: tuple[int, ...], now_ns: int) -> None:
        status = words[self._status_at]
        self.hk.status = status
        if status & BAD_STATUS:
            self.hk.bad_status += 1
            self._valid = False
            self._end(LoadCellFault.STATUS, status, now_ns)
            return
        self._waiting = False
        self._buffer.clear()
        self.force_n = i32_of(words, self._gross_at) * self._resolution_n
        self.stamp_ns = self._asked_ns
        self._valid = True
        self.sequence += 1
        if self._lost and self._good_ns is not None:
            self._emit(LoadCellBack(silent_ms=(now_ns - self._good_ns) // 1_000_000))
        self._lost = False
        self._good_ns = now_ns
        self.hk.readings += 1
        self.hk.force_n = self.force_n
        self.hk.stamp(self.stamp_ns)

    def _end(self, fault: LoadCellFault, detail: int, now_ns: int) -> None:
        """No good value this time."""
        self._waiting = False
        self._buffer.clear()
        count = self._gates[fault].strike(now_ns)
        if count:
            self._emit(LoadCellFailed(fault=fault, detail=detail, count=count))

    def _line_changed(self, now_ns: int) -> None:
        """The port was lost or opened: what was under way is void."""
        self._waiting = False
        self._buffer.clear()
        self._next_ns = now_ns
        self.hk.port_losses = self._line.losses
