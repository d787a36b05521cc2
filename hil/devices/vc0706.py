"""A VC0706 serial JPEG camera: its frame buffer, registers and timing, byte for byte.

The picture is taken when the frame buffer is frozen, of the world at that time, and comes from a callable: the device
knows no scene. What is taken then may be developed later: the JPEG is asked for when its length or a piece of it is.

As cameras with this chip do, it introduces itself in plain text after a reset, at its first rate (38400 baud unless
told otherwise) and with its first compression; the size lies in its EEPROM and stays. Lengths of pictures are multiples
of four, which clients rely on: fill octets (FF) before the end marker make up for what is missing, as JPEG allows
(ITU-T T.81, B.1.1.2).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

from flight.icd import vc0706 as protocol
from flight.icd.vc0706 import Answer, Code, Command, Control, Register, Size, Status
from hil.devices.wire import Reply

Developed = Callable[[], bytes]
Capture = Callable[[int, int, int], Developed]
"""Takes a picture of (width, height) at a compression of 0..255, now; what it returns gives its JPEG, each time."""
Undo = Callable[[], None]

VERSION = b"VC0706 1.00"
BANNER = b"VC0706 1.00\r\nCtrl infr exist\r\nUser-defined sensor\r\n525\r\nInit end\r\n"
"""What it says when it has started, as public logs of such cameras show it (some call themselves VC0703)."""
START_NS = 100_000_000
"""From a reset to the end of its introduction (assumed); until then it is deaf."""
FRAME_NS = 33_333_333
"""30 frames a second: freezing waits for the end of a frame."""
ANSWER_NS = 200_000
"""What the firmware takes to answer (assumed)."""
COMPRESSION_AT_START = 0x36
_PIECE = 256  # octets that are handed to the line at once: a long read trickles in as from a UART
_GIVE_UP_NS = 500_000_000  # silence after which a command that was begun is forgotten (assumed)
_END_OF_IMAGE = b"\xff\xd9"
_TABLES, _CHANGES = 600, 24  # a corrupt picture has this many octets wrong among its first and this many anywhere


class Camera:
    """One camera; a `Device` as `wire` understands it. `seed` drives only what disturbances leave open."""

    __slots__ = (
        "_baud", "_buffer", "_capture", "_change", "_compression", "_data", "_developed", "_first_baud", "_muted",
        "_random", "_ready_ns", "_size", "_stuck", "last_heard_ns", "pictures_taken",
    )  # fmt: skip

    def __init__(
        self, capture: Capture, *, baud: int = protocol.DEFAULT_BAUD, size: Size = Size.VGA, seed: int | str = 0
    ) -> None:
        self._capture = capture
        self._first_baud = self._baud = baud
        self._random = Random(f"{seed} camera")
        self._size = size
        self._compression = COMPRESSION_AT_START
        self._buffer = b""
        self._ready_ns = 0
        self._developed: Developed | None = None  # the frozen frame; None while the video runs
        self._data: bytes | None = None  # its JPEG, once somebody has asked for it
        self._muted = 0
        self._stuck: list[Developed] = []
        self._change: list[Callable[[bytes], bytes]] = []
        self.last_heard_ns = 0
        """When octets that it could take came last; 0 before the first."""
        self.pictures_taken = 0
        """How often the frame buffer was frozen or stepped on."""

    @property
    def baud(self) -> int:
        """The line's rate as it is set now."""
        return self._baud

    def mute(self) -> Undo:
        """Let it answer nothing, as without power; its memory stays. Returns how to end it."""
        self._muted += 1

        def undo() -> None:
            self._muted -= 1

        return undo

    def corrupt(self) -> Undo:
        """Let pictures have wrong octets in their tables and data; their length stays. Returns how to end it."""
        return self._alter(self._flipped)

    def truncate(self) -> Undo:
        """Let pictures end at some place between a quarter and three quarters. Returns how to end it."""
        return self._alter(self._cut_short)

    def stick(self) -> Undo:
        """Let it freeze the picture it has, or the one it would take now, again and again. Returns how to end it."""
        old = self._developed or self._expose()
        self._stuck.append(old)

        def undo() -> None:
            self._stuck.remove(old)

        return undo

    def restart(self) -> None:
        """Start anew, as when its supply comes back: registers and rate are as at first, the picture is lost."""
        self._start_anew()
        self._buffer = b""

    def _start_anew(self) -> None:
        self._release()
        self._compression = COMPRESSION_AT_START  # the size lies in a memory that lasts
        self._baud = self._first_baud

    def _alter(self, change: Callable[[bytes], bytes]) -> Undo:
        self._change.append(change)

        def undo() -> None:
            self._change.remove(change)

        return undo

    def _flipped(self, jpeg: bytes) -> bytes:
        octets = bytearray(jpeg)
        for last in (min(_TABLES, len(jpeg)), len(jpeg)):
            for _ in range(_CHANGES):
                octets[self._random.randrange(last)] ^= self._random.randrange(1, 256)
        return bytes(octets)

    def _cut_short(self, jpeg: bytes) -> bytes:
        return jpeg[: self._random.randrange(len(jpeg) // 4, 3 * len(jpeg) // 4)]

    def receive(self, data: bytes, at_ns: int, baud: int) -> Sequence[Reply]:
        """Bytes from the host, the last at `at_ns`; each command they complete is obeyed and answered in turn."""
        if self._muted or baud != self._baud or at_ns < self._ready_ns:
            self._buffer = b""
            return ()
        if at_ns - self.last_heard_ns > _GIVE_UP_NS:
            self._buffer = b""
        self.last_heard_ns = at_ns
        replies: list[Reply] = []
        command, self._buffer = protocol.take_command(self._buffer + data)
        while command is not None:
            if command.serial == 0:
                replies += self._obey(command, at_ns)
            if at_ns < self._ready_ns or self._baud != baud:
                self._buffer = b""  # what follows a reset or a change of rate is not understood
            command, self._buffer = protocol.take_command(self._buffer)
        return replies

    def _obey(self, command: Command, at_ns: int) -> list[Reply]:
        match command.code:
            case Code.VERSION:
                return [_reply(command, data=VERSION)]
            case Code.RESET:
                return self._reset(command, at_ns)
            case Code.SET_PORT:
                return [self._set_port(command)]
            case Code.WRITE_DATA:
                return [self._write(command)]
            case Code.READ_DATA:
                return [self._read(command)]
            case Code.FRAME_CONTROL:
                return [self._control(command)]
            case Code.FRAME_LENGTH:
                if len(command.data) != 1:
                    return [_reply(command, Status.WRONG_LENGTH)]
                return [_reply(command, data=protocol.FRAME_LENGTH.build(len(self._picture())))]
            case Code.READ_FRAME:
                return self._read_frame(command)
            case _:
                return [_reply(command, Status.NOT_RECEIVED)]

    def _reset(self, command: Command, at_ns: int) -> list[Reply]:
        if command.data not in (b"", b"\0"):
            return [_reply(command, Status.WRONG_LENGTH)]
        self._start_anew()
        self._ready_ns = at_ns + START_NS
        return [_reply(command), Reply(BANNER, START_NS // 2)]

    def _set_port(self, command: Command) -> Reply:
        if len(command.data) != protocol.SET_PORT.sizeof():
            return _reply(command, Status.WRONG_LENGTH)
        wanted = protocol.parse_data(protocol.SET_PORT, command.data)
        for baud, rate in protocol.PORT_RATES.items():
            if wanted is not None and wanted.rate == rate:
                self._baud = baud
                return _reply(command)
        return _reply(command, Status.WRONG_FORMAT)

    def _write(self, command: Command) -> Reply:
        written = protocol.parse_data(protocol.WRITE_DATA, command.data)
        if written is None or written.count != 1:
            return _reply(command, Status.WRONG_LENGTH)
        match Register(written.device, written.address), written.value[0]:
            case protocol.SIZE_REGISTER, value if value in tuple(Size):
                self._size = Size(value)
            case protocol.COMPRESSION_REGISTER, value:
                self._compression = value
            case _:
                return _reply(command, Status.WRONG_FORMAT)
        return _reply(command)

    def _read(self, command: Command) -> Reply:
        asked = protocol.parse_data(protocol.READ_DATA, command.data)
        if asked is None or len(command.data) != protocol.READ_DATA.sizeof():
            return _reply(command, Status.WRONG_LENGTH)
        registers = {protocol.SIZE_REGISTER: self._size, protocol.COMPRESSION_REGISTER: self._compression}
        value = registers.get(Register(asked.device, asked.address))
        if value is None or asked.count != 1:
            return _reply(command, Status.WRONG_FORMAT)
        return _reply(command, data=bytes((value,)))

    def _control(self, command: Command) -> Reply:
        if len(command.data) != 1:
            return _reply(command, Status.WRONG_LENGTH)
        match command.data[0]:
            case Control.STOP_CURRENT | Control.STOP_NEXT:
                if self._developed is None:  # a buffer that is frozen keeps its picture
                    self._freeze()
                return _reply(command, after_ns=FRAME_NS)
            case Control.STEP:
                self._freeze()
                return _reply(command, after_ns=FRAME_NS)
            case Control.RESUME:
                self._release()
                return _reply(command)
            case _:
                return _reply(command, Status.WRONG_FORMAT)

    def _expose(self) -> Developed:
        return self._capture(*protocol.PIXELS[self._size], self._compression)

    def _freeze(self) -> None:
        self.pictures_taken += 1
        self._developed = self._stuck[-1] if self._stuck else self._expose()
        self._data = None

    def _release(self) -> None:
        self._developed = self._data = None

    def _picture(self) -> bytes:
        """The JPEG in the frame buffer; nothing while the video runs."""
        if self._data is None:
            if self._developed is None:
                return b""
            jpeg = self._developed()
            for change in self._change:
                jpeg = change(jpeg)
            self._data = _filled(jpeg)
        return self._data

    def _read_frame(self, command: Command) -> list[Reply]:
        if len(command.data) != protocol.READ_FRAME.sizeof():
            return [_reply(command, Status.WRONG_LENGTH)]
        asked = protocol.parse_data(protocol.READ_FRAME, command.data)
        if asked.buffer != protocol.CURRENT_BUFFER or asked.mode != protocol.OVER_SERIAL:
            return [_reply(command, Status.WRONG_FORMAT)]
        picture = self._picture()
        if not picture:
            return [_reply(command, Status.NOT_NOW)]
        if asked.address + asked.size > len(picture):
            return [_reply(command, Status.WRONG_FORMAT)]
        data = picture[asked.address : asked.address + asked.size]
        delay_ns = asked.delay * protocol.DELAY_UNIT_NS
        replies = [_reply(command)]
        for start in range(0, len(data), _PIECE):
            replies.append(Reply(data[start : start + _PIECE], 0 if start else delay_ns))
        replies.append(_reply(command, after_ns=delay_ns))
        return replies


def _reply(command: Command, status: Status = Status.OK, data: bytes = b"", after_ns: int = ANSWER_NS) -> Reply:
    return Reply(protocol.build_answer(Answer(command.code, status, data)), after_ns)


def _filled(jpeg: bytes) -> bytes:
    """`jpeg` with its length made a multiple of four by fill octets, before the end marker if it has one."""
    fill = b"\xff" * (-len(jpeg) % 4)
    if jpeg.endswith(_END_OF_IMAGE):
        return jpeg[:-2] + fill + _END_OF_IMAGE
    return jpeg + fill
