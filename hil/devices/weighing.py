"""A weighing transmitter on Modbus RTU, as of the Laumas TLB family: what the load cell measures, in registers.

Registers (4xxxx, where the mission file puts them):

    command, status | gross 2 words | net 2 | peak 2 | divisions and unit

and at the family's places coefficient 40015, inputs 40017, outputs 40018, three setpoints from 40019 and three
hystereses from 40025, two words each (public register map of the TLB4): setpoints and hystereses can be written, and
last beyond a restart once command 99 has saved them.

Weights are whole numbers of `resolution_n`, signed, most significant word first. Functions 03 and 16, and no others,
up to 32 registers; command 7 tares (net becomes 0), 8 zeroes (gross becomes 0), 9 drops the tare. Status bits as in
the manufacturer's manual, not verified on a device. What can be wrong with it is in `ailments`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import IntEnum, IntFlag

from flight.icd.modbus import (
    ExceptionCode,
    Function,
    ModbusError,
    Request,
    address_of,
    exception_answer,
    parse_request,
    read_answer,
    words_of_i32,
    write_answer,
)
from flight.icd.platform import LoadCell
from hil.devices.ailments import Ailments
from hil.devices.wire import Reply

MAX_REGISTERS = 32
"""Registers of one request (manual of the TLB family)."""
CONVERSION_NS = 12_500_000
"""Time between two conversions: 80 a second."""
_CHARACTER_BITS = 10
_BROADCAST = 0
_OVERLOAD_FRACTION = 1.1  # of the range: beyond it the reading stops and status says so
_SHOWN = 999_999  # the largest weight of six digits; that of a cell that can't be measured is assumed to read so
START_NS = 2_000_000_000
"""How long the transmitter is mute after power comes on (assumed: its display test)."""
_UNIT_NEWTON = 4
_DIVISIONS = (100, 50, 20, 10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001, 0.0005, 0.0002, 0.0001)
_OTHER_DIVISION = len(_DIVISIONS)
_FIRST, _LAST = 40001, 40030  # the family's block: those without a meaning here read 0
_SETTINGS = range(40019, 40031)
_FIRMWARE_VERSION, _INSTRUMENT_TYPE = 40001, 40002


class Status(IntFlag):
    """Bits of the status register."""

    CELL_ERROR = 1 << 0
    CONVERTER_ERROR = 1 << 1
    OVER_RANGE = 1 << 3
    GROSS_UNSHOWN = 1 << 4
    NET_UNSHOWN = 1 << 5
    GROSS_NEGATIVE = 1 << 7
    NET_NEGATIVE = 1 << 8
    PEAK_NEGATIVE = 1 << 9
    NET_SHOWN = 1 << 10
    STABLE = 1 << 11
    NEAR_ZERO = 1 << 12


class Order(IntEnum):
    """Values of the command register."""

    NONE = 0
    TARE = 7
    ZERO = 8
    GROSS = 9
    SAVE = 99


class WeighingTransmitter:
    """One transmitter, its cell read through `force_n()`; a `Device` as `wire` understands it.

    `reply_delay_ms` is the pause before each answer, 0 to 200 ms, as set on the instrument.
    """

    __slots__ = (
        "_baud", "_buffer", "_command", "_converted_ns", "_force_n", "_gross", "_last_ns", "_limit", "_memory_map",
        "_order_address", "_peak", "_quiet_ns", "_raw", "_ready_ns", "_reply_delay_ns", "_resolution_n", "_saved",
        "_settings", "_stable", "_tare", "_unit", "_zero", "ailments",
    )  # fmt: skip

    def __init__(self, cell: LoadCell, force_n: Callable[[], float], reply_delay_ms: int = 0) -> None:
        if not 0 <= reply_delay_ms <= 200:
            raise ValueError(f"reply_delay_ms must lie in 0..200, got {reply_delay_ms}")
        self.ailments = Ailments()
        """What is wrong with it."""
        self._baud = cell.baud
        self._unit = cell.unit
        self._force_n = force_n
        self._resolution_n = cell.resolution_n
        self._limit = round(_OVERLOAD_FRACTION * cell.range_n / cell.resolution_n)
        self._reply_delay_ns = reply_delay_ms * 1_000_000
        # Frames end with a silence of 3.5 characters, 1.75 ms above 19200 baud (MODBUS over Serial Line, 2.5.1.1).
        self._quiet_ns = 1_750_000 if cell.baud > 19200 else 35 * _CHARACTER_BITS * 100_000_000 // cell.baud
        self._order_address = address_of(cell.registers.command)
        self._saved = {address_of(register): 0 for register in _SETTINGS}
        self._memory_map = self._map(cell)
        self._buffer = b""
        self._last_ns = 0
        self._start(0)

    def _start(self, ready_ns: int) -> None:
        """Power-up: zero, tare and peak are those of a new instrument (assumed: they are not kept)."""
        self._ready_ns = ready_ns
        self._converted_ns = -CONVERSION_NS
        self._raw = 0  # counts of the cell, before zero and tare
        self._gross = 0
        self._zero = 0
        self._tare: int | None = None
        self._peak = 0
        self._stable = False
        self._command = 0
        self._settings = dict(self._saved)

    def cut_power(self, clock_ns: Callable[[], int]) -> Callable[[], None]:
        """Take the supply from it. Returns how to restore it at the time `clock_ns()`: it starts, mute for a while."""
        back = self.ailments.mute()

        def undo() -> None:
            back()
            self._start(clock_ns() + START_NS)

        return undo

    def _map(self, cell: LoadCell) -> dict[int, Callable[[], int]]:
        """Address -> what the register reads now."""
        registers = cell.registers
        division = min(range(len(_DIVISIONS)), key=lambda code: abs(_DIVISIONS[code] - cell.resolution_n))
        if abs(_DIVISIONS[division] - cell.resolution_n) > 1e-9:
            division = _OTHER_DIVISION
        entries: dict[int, Callable[[], int]] = {register: lambda: 0 for register in range(_FIRST, _LAST + 1)}
        entries[_FIRMWARE_VERSION] = lambda: 100
        entries[_INSTRUMENT_TYPE] = lambda: 9
        for register in _SETTINGS:
            entries[register] = self._setting(address_of(register))
        entries[registers.division_at] = lambda: _UNIT_NEWTON << 8 | division
        for register, weight in (
            (registers.peak_at, lambda: self._peak),
            (registers.net, self._net),
            (registers.gross, lambda: self._gross),
        ):
            entries[register], entries[register + 1] = _word(weight, 0), _word(weight, 1)
        entries[registers.status] = self._status
        entries[registers.command] = lambda: self._command
        return {address_of(register): value for register, value in entries.items()}

    def _setting(self, address: int) -> Callable[[], int]:
        return lambda: self._settings[address]

    def receive(self, data: bytes, at_ns: int, baud: int) -> Sequence[Reply]:
        """Bytes from the host, the last at `at_ns`; a request is complete when its CRC holds."""
        if baud != self._baud:
            return ()
        begin_ns = at_ns - len(data) * _CHARACTER_BITS * 1_000_000_000 // baud
        if self._buffer and begin_ns - self._last_ns > self._quiet_ns:
            self._buffer = b""
        self._last_ns = at_ns
        self._buffer += data
        try:
            request = parse_request(self._buffer)
        except ModbusError:
            return ()  # incomplete or damaged: silence ends it
        self._buffer = b""
        if request.unit not in (self._unit, _BROADCAST) or self.ailments.is_mute or at_ns < self._ready_ns:
            return ()
        self._convert(at_ns)
        answer = self._answer(request)
        if request.unit == _BROADCAST:
            return ()
        return (Reply(answer, self._quiet_ns + self._reply_delay_ns),)

    def _convert(self, now_ns: int) -> None:
        """Sample the cell if a conversion has ended since the last time."""
        ailments = self.ailments
        if now_ns - self._converted_ns < ailments.conversion_ns(CONVERSION_NS) or ailments.is_frozen:
            return
        self._converted_ns = now_ns
        raw = round(ailments.felt_n(self._force_n(), now_ns) / self._resolution_n)
        if ailments.is_broken:
            self._raw, self._gross, self._stable = raw, _SHOWN, False
            return
        self._stable = abs(raw - self._raw) <= 1
        self._raw = raw
        self._weigh()

    def _weigh(self) -> None:
        self._gross = max(-self._limit, min(self._limit, self._raw - self._zero))
        self._peak = max(self._peak, self._gross)

    def _net(self) -> int:
        return self._gross - (self._tare or 0)

    def _status(self) -> int:
        bits = Status(0)
        if self.ailments.is_broken:
            bits |= Status.CELL_ERROR
        if abs(self._gross) >= _SHOWN:
            bits |= Status.GROSS_UNSHOWN
        if abs(self._net()) >= _SHOWN:
            bits |= Status.NET_UNSHOWN
        if abs(self._gross) >= self._limit:
            bits |= Status.OVER_RANGE
        if self._gross < 0:
            bits |= Status.GROSS_NEGATIVE
        if self._net() < 0:
            bits |= Status.NET_NEGATIVE
        if self._peak < 0:
            bits |= Status.PEAK_NEGATIVE
        if self._tare is not None:
            bits |= Status.NET_SHOWN
        if self._stable:
            bits |= Status.STABLE
        if self._gross == 0:
            bits |= Status.NEAR_ZERO
        return int(bits)

    def _answer(self, request: Request) -> bytes:
        unit, function, refusal = self.ailments.unit(request.unit), request.function, self.ailments.refusal
        if refusal is not None:
            return exception_answer(unit, function, refusal)
        if function not in (Function.READ_HOLDING, Function.WRITE_MANY):
            return exception_answer(unit, function, ExceptionCode.ILLEGAL_FUNCTION)
        if not 1 <= request.quantity <= MAX_REGISTERS:
            return exception_answer(unit, function, ExceptionCode.ILLEGAL_VALUE)
        wanted = range(request.address, request.address + request.quantity)
        if function == Function.READ_HOLDING:
            if any(address not in self._memory_map for address in wanted):
                return exception_answer(unit, function, ExceptionCode.ILLEGAL_ADDRESS)
            return read_answer(unit, [self._memory_map[address]() for address in wanted])
        if all(address in self._settings for address in wanted):
            self._settings.update(zip(wanted, request.values, strict=True))
            return write_answer(request._replace(unit=unit))
        if list(wanted) != [self._order_address]:  # the only other register that can be written
            return exception_answer(unit, function, ExceptionCode.ILLEGAL_ADDRESS)
        if not self._obey(request.values[0]):
            return exception_answer(unit, function, ExceptionCode.ILLEGAL_VALUE)
        return write_answer(request._replace(unit=unit))

    def _obey(self, order: int) -> bool:
        match order:
            case Order.NONE:
                pass
            case Order.TARE:
                self._tare = self._gross
            case Order.ZERO:
                self._zero, self._tare = self._raw, None
                self._peak = 0
                self._weigh()
            case Order.GROSS:
                self._tare = None
            case Order.SAVE:
                self._saved = dict(self._settings)
            case _:
                return False
        self._command = order
        return True


def _word(weight: Callable[[], int], which: int) -> Callable[[], int]:
    """Reads one half of a weight, 0 the more significant."""
    return lambda: words_of_i32(weight())[which]
