"""Whether a JPEG can be used, without decoding it: its structure, every code of its data, how bright its blocks are.

A baseline JPEG (ITU-T T.81) is a chain of segments and one run of Huffman codes. Walking through the codes needs no
transform and keeps no picture: each must exist, each block must have 64 coefficients, and the last must end where the
data do. A wrong octet puts nearly all that follows out of step, so that one of these fails. The first coefficient of a
block is eight times its mean brightness; mean and scatter of those tell a dark, a white or an empty picture.

What this can't tell, and nothing could without a checksum, which the camera does not give: wrong bits after which the
codes come into step again, as Huffman codes tend to (of single wrong octets in the data it misses three in four, which
spoil a block or shift the brightness of those that follow), and a quantization table that was altered. Against wrong
octets of the line the driver reads each piece twice.
"""

from __future__ import annotations

import re
from array import array
from typing import NamedTuple

from flight.icd.imaging import PictureFlaw

DARKEST, BRIGHTEST, LEAST_CONTRAST = 40.0, 245.0, 4.0
"""Means and scatter (0..255) beyond which a picture shows nothing."""
_SOF0, _DHT, _SOI, _EOI, _SOS, _DQT, _DRI, _COM = 0xC0, 0xC4, 0xD8, 0xD9, 0xDA, 0xDB, 0xDD, 0xFE
_SEGMENTS = 64
_TRAILING = 16
"""Octets after the end marker that are forgiven: cameras fill up to whole words."""
_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7]")
_RESTART = re.compile(rb"\xff[\xd0-\xd7]")
_END_OF_BLOCK, _INVALID = 0x80, 0xC0
_DC_LIMIT = 1100
"""Of a first coefficient, dequantized: 1024 and what rounding adds."""


class JpegError(ValueError):
    """A picture that can't be used, for the reason `flaw`."""

    def __init__(self, flaw: PictureFlaw) -> None:
        super().__init__(flaw.name)
        self.flaw = flaw


class _Component(NamedTuple):
    blocks: int  # in each unit of the scan
    quantization: int


class _Block(NamedTuple):
    dc: array[int]
    ac: array[int]
    component: int


class _Header:
    """What the segments before the data say; each `step` takes one of them, and with the last `data_at` is known."""

    def __init__(self, jpeg: bytes, width: int, height: int) -> None:
        self._jpeg, self._size = jpeg, (width, height)
        self._at, self._segments = 2, 0
        self.quantization: dict[int, int] = {}  # table: divisor of the first coefficient
        self.codes: dict[int, array[int]] = {}  # class << 4 | table
        self.components: dict[int, _Component] = {}
        self.units = 0
        self.restart_units = 0
        self.blocks: list[_Block] = []
        self.data_at = 0

    def step(self) -> bool:
        """Whether the data begin here; raises `JpegError`."""
        jpeg, at = self._jpeg, self._at
        if jpeg[:2] != bytes((0xFF, _SOI)) or self._segments == _SEGMENTS:
            raise JpegError(PictureFlaw.STRUCTURE)
        if at + 4 > len(jpeg):
            raise JpegError(PictureFlaw.TRUNCATED)
        marker, length = jpeg[at + 1], int.from_bytes(jpeg[at + 2 : at + 4])
        self._at = at + 2 + length
        self._segments += 1
        if jpeg[at] != 0xFF or length < 2 or self._at > len(jpeg):
            raise JpegError(PictureFlaw.STRUCTURE)
        self._take(marker, jpeg[at + 4 : self._at], self._size)
        self.data_at = self._at
        return marker == _SOS

    def _take(self, marker: int, body: bytes, size: tuple[int, int]) -> None:
        try:
            if marker == _DQT:
                self._take_quantization(body)
            elif marker == _DHT:
                self._take_codes(body)
            elif marker == _SOF0:
                self._take_frame(body, size)
            elif marker == _SOS:
                self._take_scan(body)
            elif marker == _DRI:
                self.restart_units = int.from_bytes(body[:2])
            elif not (0xE0 <= marker <= 0xEF or marker == _COM):
                raise JpegError(PictureFlaw.STRUCTURE)
        except (IndexError, KeyError):
            raise JpegError(PictureFlaw.STRUCTURE) from None

    def _take_quantization(self, body: bytes) -> None:
        while body:
            octets = 2 if body[0] >> 4 else 1
            table = body[1 : 1 + 64 * octets]
            divisors = [int.from_bytes(table[k : k + octets]) for k in range(0, len(table), octets)]
            if len(table) != 64 * octets or 0 in divisors:
                raise JpegError(PictureFlaw.STRUCTURE)
            self.quantization[body[0] & 15] = divisors[0]
            body = body[1 + 64 * octets :]

    def _take_codes(self, body: bytes) -> None:
        while body:
            count = sum(body[1:17])
            symbols = body[17 : 17 + count]
            if len(symbols) != count or len(body) < 17:
                raise JpegError(PictureFlaw.STRUCTURE)
            self.codes[body[0]] = _table(body[0] >> 4, body[1:17], symbols)
            body = body[17 + count :]

    def _take_frame(self, body: bytes, size: tuple[int, int]) -> None:
        height, width = int.from_bytes(body[1:3]), int.from_bytes(body[3:5])
        if body[0] != 8 or len(body) != 6 + 3 * body[5] or body[5] not in (1, 3):
            raise JpegError(PictureFlaw.STRUCTURE)
        if (width, height) != size:
            raise JpegError(PictureFlaw.FORMAT)
        across = down = 1
        for at in range(6, len(body), 3):
            h, v = (body[at + 1] >> 4, body[at + 1] & 15) if body[5] == 3 else (1, 1)
            if not (1 <= h <= 2 and 1 <= v <= 2):
                raise JpegError(PictureFlaw.STRUCTURE)
            across, down = max(across, h), max(down, v)
            self.components[body[at]] = _Component(h * v, body[at + 2])
        self.units = -(-width // (8 * across)) * -(-height // (8 * down))

    def _take_scan(self, body: bytes) -> None:
        count = body[0]
        if len(body) != 4 + 2 * count or body[-3:] != b"\x00\x3f\x00" or count != len(self.components):
            raise JpegError(PictureFlaw.STRUCTURE)
        for index in range(count):
            ident, tables = body[1 + 2 * index], body[2 + 2 * index]
            block = _Block(self.codes[tables >> 4], self.codes[0x10 | tables & 15], index)
            self.blocks += [block] * self.components[ident].blocks

    @property
    def divisor(self) -> int:
        """Of the first coefficient of the first component, which is the brightness."""
        table = next(iter(self.components.values())).quantization
        if table not in self.quantization:
            raise JpegError(PictureFlaw.STRUCTURE)
        return self.quantization[table]


def _table(kind: int, counts: bytes, symbols: bytes) -> array[int]:
    """For each 16 bits that may follow: bits used << 8 | what is meant by the code they begin with (T.81, annex C).

    Of first coefficients that is the size of the difference, of others how many coefficients the code and its bits
    stand for; the bits used are then those of the code and what follows it.
    """
    pieces, room = [], 0x10000
    at = 0
    for length, count in enumerate(counts, start=1):
        for symbol in symbols[at : at + count]:
            span = 0x10000 >> length
            room -= span
            if room < 0:
                raise JpegError(PictureFlaw.STRUCTURE)
            pieces.append(array("H", ((length << 8 | symbol) if kind == 0 else _ac(length, symbol),)) * span)
        at += count
    if kind == 0 and any(symbol > 11 for symbol in symbols):
        raise JpegError(PictureFlaw.STRUCTURE)
    pieces.append(array("H", (_INVALID,)) * room)
    table = array("H")
    for piece in pieces:
        table.extend(piece)
    return table


def _ac(length: int, symbol: int) -> int:
    run, size = symbol >> 4, symbol & 15
    if size == 0:
        step = _END_OF_BLOCK if run == 0 else 16 if run == 15 else _INVALID
    else:
        step = run + 1 if size <= 10 else _INVALID
    return (length + size) << 8 | step


class JpegCheck:
    """Looks through the JPEG of a picture that should be `width` x `height`, a few blocks at a time.

    `step` until it gives a flaw, NONE for a picture that can be used; then `mean` and `contrast` hold.
    """

    __slots__ = (
        "_block", "_blocks", "_bright", "_data", "_divisor", "_flaw", "_header", "_in_run", "_jpeg", "_left", "_pos",
        "_predicted", "_restart", "_runs", "_square", "_units", "contrast", "mean",
    )  # fmt: skip

    def __init__(self, jpeg: bytes, width: int, height: int) -> None:
        self.mean = self.contrast = 0.0
        self._jpeg = jpeg
        self._header: _Header | None = _Header(jpeg, width, height)
        self._flaw: PictureFlaw | None = None
        self._bright = self._square = 0
        self._block = self._pos = self._in_run = 0
        self._predicted = [0, 0, 0]

    def step(self, blocks: int) -> PictureFlaw | None:
        """Look at one segment, or through `blocks` more; None while there are some left."""
        if self._flaw is None and self._header is not None:
            try:
                self._begin(self._header)
            except JpegError as error:
                self._flaw = error.flaw
            return self._flaw
        for _ in range(blocks):
            if self._flaw is not None:
                return self._flaw
            self._look()
        return self._flaw

    def _begin(self, header: _Header) -> None:
        if not header.step():
            return
        self._header = None
        self._divisor = header.divisor
        self._runs = _runs(self._jpeg, header.data_at)
        self._blocks = header.blocks
        self._units = header.units * sum(block.component == 0 for block in header.blocks)
        self._left = header.units
        self._restart = header.restart_units or header.units
        if len(self._runs) != -(-header.units // self._restart):
            raise JpegError(PictureFlaw.CODING)
        self._data = self._runs.pop()

    def _look(self) -> None:
        """One block."""
        data, pos = self._data, self._pos
        dc, ac, component = self._blocks[self._block]
        at = pos >> 3
        window = int.from_bytes(data[at : at + 5])
        code = dc[window >> (24 - (pos & 7)) & 0xFFFF]
        if code == _INVALID:
            self._end(PictureFlaw.CODING)
            return
        size = code & 0xFF
        pos += code >> 8
        if size:
            bits = window >> (40 - (pos - (at << 3)) - size) & ((1 << size) - 1)
            self._predicted[component] += bits if bits >> (size - 1) else bits - (1 << size) + 1
            pos += size
        k = 1
        while k < 64:  # every code takes k further, one that does not exist beyond any end
            at = pos >> 3
            code = ac[int.from_bytes(data[at : at + 4]) >> (16 - (pos & 7)) & 0xFFFF]
            pos += code >> 8
            k += code & 0xFF
        self._pos = pos
        if k != 64 and not _END_OF_BLOCK < k < _INVALID:
            self._end(PictureFlaw.CODING)
        elif pos > 8 * (len(data) - _PADDING):
            self._end(PictureFlaw.TRUNCATED)
        else:
            if component == 0:
                self._measure()
            self._next()

    def _measure(self) -> None:
        level = self._predicted[0] * self._divisor
        if not -_DC_LIMIT <= level <= _DC_LIMIT:
            self._end(PictureFlaw.CODING)
        self._bright += level
        self._square += level * level

    def _next(self) -> None:
        self._block += 1
        if self._block < len(self._blocks):
            return
        self._block = 0
        self._left -= 1
        self._in_run += 1
        if self._left and self._in_run < self._restart:
            return
        if 8 * (len(self._data) - _PADDING) - self._pos >= 8:
            self._end(PictureFlaw.CODING)
        elif self._left == 0:
            self._judge()
        else:
            self._data, self._pos, self._in_run = self._runs.pop(), 0, 0
            self._predicted = [0, 0, 0]

    def _judge(self) -> None:
        mean = self._bright / self._units
        self.mean = 128.0 + mean / 8.0
        self.contrast = max(0.0, self._square / self._units - mean * mean) ** 0.5 / 8.0
        if self.mean < DARKEST:
            self._end(PictureFlaw.DARK)
        elif self.mean > BRIGHTEST:
            self._end(PictureFlaw.BRIGHT)
        elif self.contrast < LEAST_CONTRAST:
            self._end(PictureFlaw.FLAT)
        else:
            self._end(PictureFlaw.NONE)

    def _end(self, flaw: PictureFlaw) -> None:
        if self._flaw is None:
            self._flaw = flaw


_PADDING = 8


def _runs(jpeg: bytes, at: int) -> list[bytes]:
    """The data from `at` on as runs of codes between restart markers, stuffing taken out, the last run first."""
    end = jpeg.rfind(b"\xff\xd9", at)
    if end < 0 or len(jpeg) - end - 2 > _TRAILING:
        raise JpegError(PictureFlaw.TRUNCATED)
    data = jpeg[at:end].rstrip(b"\xff")  # fill octets: data that end with FF have a zero after it
    if _MARKER.search(data):
        raise JpegError(PictureFlaw.CODING)
    pad = b"\xff" * _PADDING
    return [run.replace(b"\xff\x00", b"\xff") + pad for run in reversed(_RESTART.split(data))]
