"""The camera: a VC0706 on its own serial line, asked for one picture at a time.

    take(size, now)   ask for a picture; it is refused while one is under way
    step(now)         in every minor frame: what has come, the next command, a few blocks of the picture's check
    busy              while it lasts; then `picture` is what came, or None and `fault` says why

The picture is frozen, read in pieces, looked through (`flight.bus.jpeg`) and let go. The protocol has no checksum, so
each piece is read until two readings of it agree: that finds what the line does to them. What the camera itself gets
wrong is left to the look through the JPEG. A picture with a flaw is read once more as a whole before it is let go.

The camera starts at 38400 baud and is told another rate; one that does not answer at the rate in use is looked for at
both, now and then also while nobody wants a picture.
"""

from __future__ import annotations

from flight.bus.camera_ask import (
    ANY,
    BLOCKS,
    HEAD,
    LARGEST,
    LENGTH_NS,
    LOOK_NS,
    MARGIN,
    OPEN_NS,
    PATIENCE_NS,
    PIECE,
    QUIET_NS,
    READINGS,
    SMALLEST,
    Ask,
    Dialogue,
    Picture,
    ask_control,
)
from flight.bus.jpeg import JpegCheck
from flight.bus.line import Line
from flight.bus.ports import Port
from flight.icd import vc0706 as protocol
from flight.icd.events.bus import Device
from flight.icd.events.imaging import CameraFailed, CameraMissing, CameraReady, PictureChecked
from flight.icd.hk.imaging import CameraHk
from flight.icd.imaging import CameraFault, PictureFlaw
from flight.icd.kinds import Emit
from flight.icd.platform import Camera as CameraTable
from flight.icd.vc0706 import Code, Control, FrameRead, Size


class Camera:
    """Driver of the camera that `config` describes, on `port`, or on none. Nothing waits and nothing raises."""

    __slots__ = (
        "_ask", "_asked_ns", "_baud", "_buffer", "_check", "_config_baud", "_deadline_ns", "_dialogue", "_emit",
        "_fault", "_frozen_ns", "_heard_ns", "_hold_ns", "_inbox", "_last", "_line", "_look_ns", "_looks", "_missing",
        "_size", "_tries", "_wait_ns", "fault", "hk", "linked", "picture",
    )  # fmt: skip

    def __init__(self, port: Port | None, config: CameraTable, emit: Emit) -> None:
        self._line = Line(port, Device.CAMERA, emit, self._line_changed) if port is not None else None
        self._config_baud = config.baud
        self._emit = emit
        self._inbox = bytearray()
        self._buffer = bytearray()
        self._dialogue: Dialogue | None = None
        self._ask: Ask | None = None
        self._size: Size | None = None  # of the picture asked for; None while none is
        self._last = b""
        self._check: JpegCheck | None = None
        self._fault = CameraFault.NONE  # of the ask under way, the latest
        self._asked_ns = self._deadline_ns = self._heard_ns = self._wait_ns = self._look_ns = self._frozen_ns = (
            self._hold_ns
        ) = 0
        self._tries = self._looks = 0
        self._missing = False
        self.linked = False
        """Whether it answered last."""
        self.picture: Picture | None = None
        self.fault = CameraFault.NONE
        self.hk = CameraHk()

    @property
    def present(self) -> bool:
        """Whether there is a port at all."""
        return self._line is not None

    @property
    def busy(self) -> bool:
        """Whether a picture is under way."""
        return self._size is not None

    @property
    def frozen_ns(self) -> int:
        """When the picture under way, or the last, was frozen; 0 before that."""
        return self._frozen_ns

    @property
    def progress(self) -> int:
        """How far the picture under way has come: 0 asked for, 1 frozen, 2 read."""
        if self._check is not None:
            return 2
        return 1 if self._frozen_ns else 0

    def take(self, size: Size, now_ns: int) -> bool:
        """Ask for a picture; False while one is under way."""
        if self.busy:
            return False
        self.picture, self.fault = None, CameraFault.NONE
        self._frozen_ns = 0
        self._size = size
        self._wait_ns = now_ns + OPEN_NS
        if self._line is None:
            self._lose(CameraFault.CLOSED)
        return True

    def abandon(self) -> None:
        """Give up the picture under way."""
        if self.busy:
            self._lose(CameraFault.ABANDONED)

    def step(self, now_ns: int) -> None:
        """One minor frame."""
        line, hk = self._line, self.hk
        if line is None:
            return
        if line.keep_open(now_ns):
            data = line.read(now_ns)
            if data:
                self._heard_ns = now_ns
                if len(self._inbox) < 2 * PIECE:
                    self._inbox += data
            if self._dialogue is not None:
                self._go_on(now_ns)
            else:
                self._begin(now_ns)
        elif self.busy and now_ns >= self._wait_ns:
            self._lose(CameraFault.CLOSED)
        hk.port_open, hk.answering, hk.busy = int(line.is_open), int(self.linked), int(self.busy)
        hk.baud, hk.port_losses = line.baud, line.losses
        hk.stamp(now_ns, self.linked)

    def _begin(self, now_ns: int) -> None:
        """Start what there is to do, once the line is quiet."""
        wanted = self.busy
        if not wanted and (self.linked or now_ns < self._look_ns):
            self._inbox.clear()
            return
        if now_ns - self._heard_ns < QUIET_NS:
            return
        self._look_ns = now_ns + LOOK_NS
        self._dialogue = self._photograph() if wanted else self._connect(wanted)
        self._advance(None, now_ns)

    def _go_on(self, now_ns: int) -> None:
        """Look for the answer; ask again when it does not come."""
        if self._ask is None:
            self._advance(None, now_ns)
            return
        if self._deadline_ns == 0:  # an ask that waits for the line to become quiet
            if now_ns - self._heard_ns >= QUIET_NS or now_ns - self._asked_ns >= PATIENCE_NS:
                self._send(self._ask, now_ns)
            return
        answer = self._answer(self._ask)
        if answer is not None:
            self._fault = CameraFault.NONE
            self._advance(answer, now_ns)
        elif self._fault is not CameraFault.NONE:
            self._again(now_ns)
        elif now_ns >= self._deadline_ns:
            self._fault = CameraFault.CORRUPT if len(self._inbox) > HEAD else CameraFault.SILENT
            self._again(now_ns)

    def _again(self, now_ns: int) -> None:
        ask, hk = self._ask, self.hk
        if ask is None:
            return
        hk.silent += self._fault is CameraFault.SILENT
        hk.corrupt += self._fault is CameraFault.CORRUPT
        hk.refused += self._fault is CameraFault.REFUSED
        if self._tries >= ask.tries:
            if ask.optional:
                self._advance(None, now_ns)
            else:
                self._lose(self._fault, ask.code)
            return
        hk.retries += 1
        self._asked_ns, self._deadline_ns = now_ns, 0

    def _advance(self, answer: bytes | None, now_ns: int) -> None:
        """Give the dialogue its answer and take what it asks next."""
        dialogue = self._dialogue
        if dialogue is None:
            return
        self._asked_ns = now_ns
        try:
            self._ask = dialogue.send(answer)
        except StopIteration:
            self._dialogue = self._ask = None
            return
        if self._dialogue is not dialogue:
            self._ask = None  # it was ended from within, as by a port that was lost
        elif self._ask is not None:
            self._tries = 0
            self._send(self._ask, now_ns)

    def _send(self, ask: Ask, now_ns: int) -> None:
        self._inbox.clear()
        self._fault = CameraFault.NONE
        self._tries += 1
        line = self._line
        if line is None or not line.write(ask.request, now_ns):
            return  # the port was lost, and with it the dialogue
        octets = len(ask.request) + MARGIN + max(ask.octets, 16)
        self._asked_ns = now_ns
        self._deadline_ns = now_ns + ask.timeout_ns + octets * 10_000_000_000 // (line.baud or protocol.DEFAULT_BAUD)
        self.hk.requests += 1
        if ask.code == Code.FRAME_CONTROL and ask.request[-1] == Control.STOP_CURRENT:
            self._frozen_ns = now_ns

    def _answer(self, ask: Ask) -> bytes | None:
        """The data of the whole answer, when it has come. `_fault` tells what is none."""
        inbox, code = self._inbox, ask.code
        at = inbox.find(bytes((protocol.ANSWER_SIGN, 0, code)))
        if at < 0:
            return None
        if at:
            del inbox[:at]  # what it says by itself when it starts
        if len(inbox) < HEAD:
            return None
        if inbox[3]:
            self._fault = CameraFault.REFUSED
            return None
        if code == Code.READ_FRAME:
            if len(inbox) < MARGIN + ask.octets:
                return None
            if len(inbox) == MARGIN + ask.octets and inbox.endswith(inbox[:HEAD]) and not inbox[4]:
                return bytes(inbox[HEAD:-HEAD])
            self._fault = CameraFault.CORRUPT
            return None
        if ask.octets not in (ANY, inbox[4]):
            self._fault = CameraFault.CORRUPT
            return None
        whole = HEAD + inbox[4]
        return bytes(inbox[HEAD:whole]) if len(inbox) >= whole else None

    def _connect(self, wanted: bool) -> Dialogue:
        """Find the camera at one of its rates and bring it to the one it should have; `wanted` for a picture."""
        line = self._line
        if line is None:
            return
        tunable = line.baud != 0
        first = line.baud
        other = protocol.DEFAULT_BAUD if first == self._config_baud else self._config_baud
        version = Ask(Code.VERSION, protocol.version_request(), ANY, tries=2, optional=True)
        for baud in (first, other) if tunable and first != other else (first,):
            if tunable and baud != line.baud and not line.set_baud(baud, self._asked_ns):
                return
            self._looks += 1
            if (yield version) is not None:
                yield from self._tune(line, tunable)
                return
        if tunable and first != line.baud:
            line.set_baud(first, self._asked_ns)
        self._unlink()
        if wanted:
            self._lose(CameraFault.SILENT, Code.VERSION)
        self._hold_ns = self._asked_ns + LOOK_NS
        line.recycle(self._asked_ns)

    def _tune(self, line: Line, tunable: bool) -> Dialogue:
        found = line.baud
        if tunable and found != self._config_baud:
            request = protocol.port_request(self._config_baud)
            if (yield Ask(Code.SET_PORT, request, tries=1, optional=True)) is not None:
                line.set_baud(self._config_baud, self._asked_ns)
        self.linked, self._missing = True, False
        self._emit(CameraReady(baud=found, looks=min(self._looks, 0xFFFF)))
        self._looks = 0

    def _photograph(self) -> Dialogue:
        """Freeze, read, look through, let go."""
        size = self._size
        if size is None:
            return
        if self.linked:  # it may have started anew since
            asked = Ask(Code.VERSION, protocol.version_request(), ANY, tries=2, optional=True)
            self.linked = (yield asked) is not None
        if not self.linked:
            yield from self._connect(wanted=True)
            if not self.linked:
                return
        yield ask_control(Control.RESUME)  # whatever may still be frozen
        register = protocol.SIZE_REGISTER
        held = yield Ask(Code.READ_DATA, protocol.read_data_request(register), 1)
        if held != bytes((size,)):
            yield Ask(Code.WRITE_DATA, protocol.write_data_request(register, size))
        yield ask_control(Control.STOP_CURRENT)
        length = protocol.FRAME_LENGTH.parse(
            (yield Ask(Code.FRAME_LENGTH, protocol.length_request(), 4, LENGTH_NS)) or bytes(4)
        )
        self.hk.length, self.hk.read = min(length, 0xFFFFFFFF), 0
        if not SMALLEST <= length <= LARGEST:
            self._lose(CameraFault.LENGTH, Code.FRAME_LENGTH)
            return
        yield from self._read_and_check(size, length)
        if self.picture is None:
            return
        yield ask_control(Control.RESUME)._replace(optional=True, tries=1)
        self._size = None

    def _read_and_check(self, size: Size, length: int) -> Dialogue:
        before = b""
        for rereads in range(2):
            yield from self._read(length)
            if not self.busy:
                return
            jpeg = bytes(self._buffer)
            check = self._check = JpegCheck(jpeg, *protocol.PIXELS[size])
            flaw = check.step(BLOCKS)
            while flaw is None:  # bounded by the picture's size
                yield None
                flaw = check.step(BLOCKS)
            self._check = None
            told = flaw in (PictureFlaw.NONE, PictureFlaw.DARK, PictureFlaw.BRIGHT, PictureFlaw.FLAT)
            if told or rereads or jpeg == before:
                break
            before = jpeg
            self.hk.rereads += 1
        if flaw is None or jpeg == self._last:
            flaw = PictureFlaw.STUCK
        self._last = jpeg
        self._show(Picture(jpeg, size, self._frozen_ns, flaw, check.mean, check.contrast), rereads)

    def _read(self, length: int) -> Dialogue:
        """The whole picture into the buffer, each piece as two readings agree on."""
        self._buffer.clear()
        for at in range(0, length, PIECE):
            octets = min(PIECE, length - at)
            ask = Ask(Code.READ_FRAME, protocol.read_request(FrameRead(at, octets)), octets)
            readings: list[bytes] = []
            for _ in range(READINGS):
                data = (yield ask) or b""
                if data in readings:
                    break
                readings.append(data)
            else:
                self._lose(CameraFault.CORRUPT, Code.READ_FRAME)
                return
            self._buffer += data
            self.hk.read = len(self._buffer)

    def _show(self, picture: Picture, rereads: int) -> None:
        hk = self.hk
        self.picture = picture
        hk.pictures += 1
        hk.usable += picture.flaw is PictureFlaw.NONE
        hk.octets += len(picture.jpeg)
        hk.last_fault, hk.last_flaw = CameraFault.NONE, picture.flaw
        hk.mean, hk.contrast = picture.mean, picture.contrast
        self._emit(
            PictureChecked(
                flaw=picture.flaw, octets=len(picture.jpeg), mean=picture.mean, contrast=picture.contrast,
                rereads=rereads,
            )
        )  # fmt: skip

    def _lose(self, fault: CameraFault, command: int = 0) -> None:
        """No picture comes of this."""
        self._dialogue = self._ask = self._check = None
        if fault in (CameraFault.SILENT, CameraFault.CORRUPT):
            self.linked = False  # it may have started anew, at another rate
        if not self.busy:
            return
        self._size = None
        self.fault = fault
        self.hk.failed += 1
        self.hk.last_fault = fault
        self._emit(CameraFailed(fault=fault, command=command, at=len(self._buffer) if self._frozen_ns else 0))

    def _unlink(self) -> None:
        self.linked = False
        if not self._missing:
            self._missing = True
            self._emit(CameraMissing(looks=min(self._looks, 0xFFFF)))

    def _line_changed(self, now_ns: int) -> None:
        """The port was lost or opened: what was under way is void."""
        under_way = self._dialogue is not None and self._frozen_ns != 0
        self._inbox.clear()
        self.linked = False
        self._dialogue = self._ask = self._check = None
        self._look_ns = max(now_ns, self._hold_ns)
        if self.busy and under_way:
            self._lose(CameraFault.CLOSED)
