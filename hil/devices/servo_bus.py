"""Several servos on one wire: who hears a frame, who answers, in which order and after how long.

    for each instruction:  frame -> the servos concerned -> status frames with the silences between them

A servo hears what comes at its own rate while it is connected and not restarting. Where the protocol's description
leaves timing open, these are assumed: answers to a broadcast Ping keep a slot for each id; in a Sync or Bulk Read the
servo after a silent one waits as long as its answer would have taken; in the fast kinds the chain breaks there, and
what was sent is all the host gets.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from flight.icd.dynamixel import BROADCAST, OVERHEAD, Error, Frame, Instruction, Parser, encode, status
from flight.icd.dynamixel_payload import (
    Block,
    PayloadError,
    Span,
    fast_status,
    parse_bulk_read,
    parse_bulk_write,
    parse_read,
    parse_sync_read,
    parse_sync_write,
    parse_write,
)
from hil.devices.servo import Servo
from hil.devices.servo_drive import Measurement
from hil.devices.wire import Reply
from hil.plant.actuators import ActuatorBank

_GAP_NS = 3_000_000
"""Silence after which a frame begun is given up (assumed; longer than a USB adapter's pauses within a frame)."""
_STATUS_OVERHEAD = OVERHEAD + 1  # a status frame has the error octet, too
_PING_FRAME = _STATUS_OVERHEAD + 3
_PING_SLOT_NS = 100_000  # what a broadcast Ping's slot has over the time of its frame
_NONE: tuple[Reply, ...] = ()
_REMEMBERED = 64
_UNTUNED = -1  # who hears must be found out anew
_READS = (Instruction.SYNC_READ, Instruction.FAST_SYNC_READ, Instruction.BULK_READ, Instruction.FAST_BULK_READ)

_Answers = Sequence[Reply]
Distortion = Callable[[Measurement], Measurement]
"""From what a servo should measure to what it does."""


class ServoBus:
    """The servos of one wire, in the order of their places in `bank`; a `Device` as `wire` understands it."""

    __slots__ = (
        "_bank", "_baud", "_distortions", "_last_ns", "_listening", "_missing", "_now_ns", "_parser", "_read_size",
        "_reads", "_says", "servos",
    )  # fmt: skip

    def __init__(self, servos: Sequence[Servo], bank: ActuatorBank) -> None:
        self.servos = tuple(servos)
        self._bank = bank
        self._missing: set[Servo] = set()
        self._says: dict[int, int] = {}  # ids that answers bear in place of the servo's own
        self._distortions: list[tuple[int, Distortion]] = []
        self._now_ns = 0
        self._parser = Parser()
        self._last_ns = 0
        self._baud = _UNTUNED
        self._listening: dict[int, Servo] = {}  # by id: those that hear at rate self._baud
        self._reads: dict[bytes, tuple[Frame, Sequence[Span]]] = {}
        self._read_size = OVERHEAD  # octets of the frame remembered last
        self.update(0)

    def disconnect(self, servo: Servo) -> Callable[[], None]:
        """Cut a servo off the line; it keeps its power. Returns how to connect it again."""
        self._missing.add(servo)
        self._baud = _UNTUNED

        def undo() -> None:
            self._missing.discard(servo)
            self._baud = _UNTUNED

        return undo

    def misname(self, servo: Servo, device_id: int) -> Callable[[], None]:
        """Let a servo answer as `device_id`, whoever it hears on. Returns how to end it."""
        own = servo.id
        self._says[own] = device_id

        def undo() -> None:
            self._says.pop(own, None)

        return undo

    def distort(self, servo: Servo, distortion: Distortion) -> Callable[[], None]:
        """Let a servo's electronics measure something else than there is. Returns how to end it."""
        entry = (self.servos.index(servo), distortion)
        self._distortions.append(entry)
        return lambda: self._distortions.remove(entry)

    def cut_power(self) -> Callable[[], None]:
        """Take the supply from all servos: they let go and say nothing. Returns how to restore it, which restarts them.

        What a servo keeps is its EEPROM.
        """
        for servo in self.servos:
            servo.power_off()

        def undo() -> None:
            for servo in self.servos:
                servo.reboot(self._now_ns)

        return undo

    def reboot(self, servo: Servo) -> None:
        """Let a servo start anew by itself, as after a dip of its supply."""
        servo.reboot(self._now_ns)

    def update(self, now_ns: int) -> None:
        """Give every servo what the plant has measured by `now_ns`."""
        self._now_ns = now_ns
        measured = self._bank.values[len(ActuatorBank.COMMANDS) :].T.tolist()
        for index, distortion in self._distortions:
            measured[index] = distortion(measured[index])
        for servo, row in zip(self.servos, measured, strict=True):
            servo.update(now_ns, row)

    def receive(self, data: bytes, at_ns: int, baud: int) -> Sequence[Reply]:
        """Bytes from the host, the last at `at_ns`: what the servos do with them, and their answers."""
        if baud != self._baud:
            self._tune(baud)
        parser = self._parser
        if parser.pending and at_ns - self._last_ns > _GAP_NS + len(data) * 10_000_000_000 // max(baud, 1):
            parser.reset()
        self._last_ns = at_ns
        listening = self._listening
        if not listening:
            return _NONE
        # The same reads come again with every control cycle, the goals before them.
        size = self._read_size
        known = self._reads.get(data[-size:]) if not parser.pending else None
        if known is None:
            frames = parser.feed(data)
        else:
            frames = parser.feed(data[:-size])
            if parser.pending:  # not where a frame begins
                known = None
                frames += parser.feed(data[-size:])
        if not frames and known is None:
            return _NONE
        self._hear(at_ns)
        answers: list[Reply] = []
        for frame in frames:
            answers += self._execute(frame, at_ns, data)
        if known is not None:
            answers += self._answer_read(known[0].instruction, known[1], at_ns)
        return answers

    def _tune(self, baud: int) -> None:
        """Find who hears at this rate. Of several servos with one id the last answers; really they'd collide."""
        self._baud = baud
        self._listening = {s.id: s for s in self.servos if s.baud == baud and s not in self._missing}
        self._parser.reset()

    def _hear(self, at_ns: int) -> None:
        for servo in self._listening.values():
            if servo.ready_ns <= at_ns:
                servo.heard_ns = at_ns

    def _execute(self, frame: Frame, at_ns: int, came: bytes) -> _Answers:
        """One frame, the last or another of those that `came`."""
        instruction = frame.instruction
        if instruction == Instruction.STATUS:
            return _NONE
        try:
            if instruction in _READS:
                spans = _spans(frame)
                self._remember(came, frame, spans)
                return self._answer_read(instruction, spans, at_ns) if frame.id == BROADCAST else _NONE
            if instruction == Instruction.SYNC_WRITE:
                address, _, items = parse_sync_write(frame.params)
                for device_id, data in items:
                    self._write(device_id, address, data, at_ns)
                return _NONE
            if instruction == Instruction.BULK_WRITE:
                for device_id, address, data in parse_bulk_write(frame.params):
                    self._write(device_id, address, data, at_ns)
                return _NONE
        except PayloadError:
            return _NONE  # addressed to all: nobody may answer
        if frame.id == BROADCAST:
            return self._broadcast(frame, at_ns)
        servo = self._ready(frame.id, at_ns)
        if servo is None:
            self._obey_silently(frame, at_ns)
            return _NONE
        return self._single(servo, frame, at_ns)

    def _obey_silently(self, frame: Frame, at_ns: int) -> None:
        """What is addressed to a secondary id is done by all servos that share it, and not answered (e-manual)."""
        if frame.instruction in (Instruction.PING, Instruction.READ) or frame.id in self._listening:
            return
        for servo in list(self._listening.values()):
            if servo.table.get("secondary_id") == frame.id and servo.ready_ns <= at_ns:
                device_id = servo.id
                _command(servo, frame, at_ns)
                self._check_identity(servo, device_id)

    def _remember(self, came: bytes, frame: Frame, spans: Sequence[Span]) -> None:
        raw = encode(frame.id, frame.instruction, frame.params)
        if frame.id == BROADCAST and came.endswith(raw):
            self._read_size = len(raw)
            if len(self._reads) >= _REMEMBERED:
                self._reads.clear()
            self._reads[raw] = frame, spans

    def _ready(self, device_id: int, at_ns: int) -> Servo | None:
        servo = self._listening.get(device_id)
        return servo if servo is not None and servo.ready_ns <= at_ns else None

    def _write(self, device_id: int, address: int, data: bytes, at_ns: int) -> None:
        servo = self._ready(device_id, at_ns)
        if servo is not None:
            servo.write(address, data)
            self._check_identity(servo, device_id)

    def _check_identity(self, servo: Servo, device_id: int) -> None:
        """A write may have given the servo another id or rate."""
        if servo.id != device_id or servo.baud != self._baud:
            self._baud = _UNTUNED

    def _single(self, servo: Servo, frame: Frame, at_ns: int) -> _Answers:
        """An instruction to one servo, and its answer if its status return level lets it speak."""
        instruction, level, delay_ns = frame.instruction, servo.status_level, servo.return_delay_ns
        name = self._says.get(frame.id, frame.id)
        if instruction == Instruction.PING:
            return (Reply(_ping_status(servo, name), delay_ns),)
        alert = servo.alert  # as it is when the instruction comes in
        if instruction == Instruction.READ:
            try:
                error, data = servo.read(*parse_read(frame.params))
            except PayloadError:
                error, data = Error.DATA_LENGTH, b""
            return (Reply(status(name, error | alert, data), delay_ns),) if level >= 1 else _NONE
        error = _command(servo, frame, at_ns)
        self._check_identity(servo, frame.id)
        return (Reply(status(name, error | alert), delay_ns),) if level >= 2 else _NONE

    def _broadcast(self, frame: Frame, at_ns: int) -> _Answers:
        """An instruction to all: only Ping is answered, each id in its slot."""
        servos = [s for _, s in sorted(self._listening.items()) if s.ready_ns <= at_ns]
        if frame.instruction == Instruction.PING:
            slot_ns = self._byte_time_ns(_PING_FRAME) + _PING_SLOT_NS
            answers, quiet_from_ns = [], 0
            for servo in servos:
                begin_ns = servo.id * slot_ns + servo.return_delay_ns
                answers.append(
                    Reply(_ping_status(servo, self._says.get(servo.id, servo.id)), max(0, begin_ns - quiet_from_ns))
                )
                quiet_from_ns = max(begin_ns, quiet_from_ns) + self._byte_time_ns(_PING_FRAME)
            return answers
        if frame.instruction == Instruction.FACTORY_RESET and frame.params[:1] == b"\xff":
            return _NONE  # e-manual, Factory Reset: not obeyed as a broadcast
        if frame.instruction != Instruction.READ:
            for servo in servos:
                device_id = servo.id
                _command(servo, frame, at_ns)
                self._check_identity(servo, device_id)
        return _NONE

    def _answer_read(self, instruction: int, spans: Sequence[Span], at_ns: int) -> _Answers:
        if instruction in (Instruction.FAST_SYNC_READ, Instruction.FAST_BULK_READ):
            return self._fast_read(spans, at_ns)
        answers: list[Reply] = []
        silence_ns = 0
        for device_id, address, size in spans:
            servo = self._ready(device_id, at_ns)
            if servo is None or servo.status_level < 1:
                silence_ns += self._byte_time_ns(_STATUS_OVERHEAD + size)
                continue
            error, data = servo.read(address, size)
            name = self._says.get(device_id, device_id)
            answers.append(Reply(status(name, error | servo.alert, data), silence_ns + servo.return_delay_ns))
            silence_ns = 0
        return answers

    def _fast_read(self, spans: Sequence[Span], at_ns: int) -> _Answers:
        blocks: list[Block] = []
        delay_ns = 0
        listening, says = self._listening, self._says
        for device_id, address, size in spans:
            servo = listening.get(device_id)
            if servo is None or servo.ready_ns > at_ns or servo.status_level < 1:
                break
            error, data = servo.read(address, size)
            blocks.append(Block(says.get(device_id, device_id), error | servo.alert, data or bytes(size)))
            delay_ns += servo.return_delay_ns
        return (Reply(fast_status(blocks, [span.size for span in spans]), delay_ns),) if blocks else _NONE

    def _byte_time_ns(self, count: int) -> int:
        return count * 10_000_000_000 // self._baud if self._baud > 0 else 0


def _spans(frame: Frame) -> Sequence[Span]:
    if frame.instruction in (Instruction.BULK_READ, Instruction.FAST_BULK_READ):
        return parse_bulk_read(frame.params)
    address, size, ids = parse_sync_read(frame.params)
    return [Span(device_id, address, size) for device_id in ids]


def _ping_status(servo: Servo, name: int) -> bytes:
    about = servo.model.number.to_bytes(2, "little") + bytes((servo.table.get("firmware_version"),))
    return status(name, servo.alert, about)


def _write(servo: Servo, frame: Frame, _at_ns: int) -> int:
    return servo.write(*parse_write(frame.params))


def _register_write(servo: Servo, frame: Frame, _at_ns: int) -> int:
    return servo.register_write(*parse_write(frame.params))


def _action(servo: Servo, _frame: Frame, _at_ns: int) -> int:
    return servo.action()


def _reboot(servo: Servo, _frame: Frame, at_ns: int) -> int:
    servo.reboot(at_ns)
    return 0


def _factory_reset(servo: Servo, frame: Frame, at_ns: int) -> int:
    return servo.factory_reset(frame.params[0], at_ns) if len(frame.params) == 1 else Error.DATA_LENGTH


def _clear(servo: Servo, frame: Frame, _at_ns: int) -> int:
    return servo.clear(frame.params)


_COMMANDS: Mapping[int, Callable[[Servo, Frame, int], int]] = MappingProxyType(
    {
        Instruction.WRITE: _write,
        Instruction.REG_WRITE: _register_write,
        Instruction.ACTION: _action,
        Instruction.REBOOT: _reboot,
        Instruction.FACTORY_RESET: _factory_reset,
        Instruction.CLEAR: _clear,
    }
)


def _command(servo: Servo, frame: Frame, at_ns: int) -> int:
    """Do what `frame` says; the low bits of the error octet."""
    command = _COMMANDS.get(frame.instruction)
    if command is None:
        return Error.INSTRUCTION
    try:
        return command(servo, frame, at_ns)
    except PayloadError:
        return Error.DATA_LENGTH
