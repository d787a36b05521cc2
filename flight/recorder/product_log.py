"""Where products are made: numbered, hashed, announced, and handed to the recorder, for which nobody waits.

What the recorder does not take at once waits its turn, in a queue with a bound, and is offered again for some time.
Decisions, weighings, touches and places become products by the events that tell of them: their content is the
identifier of the event and its body as the ICD declares it.
"""

from __future__ import annotations

import hashlib
import math
from collections import deque
from collections.abc import Callable
from typing import NamedTuple, Protocol

from flight.icd.events.imaging import ProductDropped, ProductMade
from flight.icd.events.location import SampleLocated
from flight.icd.events.sampling import ContactFound, SampleCollected, SamplingEnded, TareDone, WeighingDone
from flight.icd.hk.imaging import ProductsHk
from flight.icd.imaging import ProductKind, ProductSource
from flight.icd.kinds import Emit, Event
from flight.icd.modes import Phase
from flight.icd.packet import Triple
from flight.recorder.products import About, build_product
from flight.recorder.records import Kind, Recorder
from flight.services.timebase import TimeBase

WAITING = 16
"""Products that may wait for the recorder."""
AGAIN_NS = 1_000_000_000
TRIES = 60
"""How often one is offered to the recorder."""
NOWHERE: Triple = (math.nan, math.nan, math.nan)

_OF_EVENT: dict[type[Event], ProductKind] = {
    TareDone: ProductKind.WEIGHING,
    WeighingDone: ProductKind.WEIGHING,
    ContactFound: ProductKind.CONTACT,
    SampleLocated: ProductKind.POSE,
    SampleCollected: ProductKind.DECISION,
    SamplingEnded: ProductKind.DECISION,
}


class Scene(NamedTuple):
    """What goes on as a product is made."""

    phase: Phase
    edge_m: Triple
    pitch_rad: float


class ProductId(NamedTuple):
    """What a product is known by."""

    sequence: int
    sha256: bytes
    record_sha256: bytes


class Products(Protocol):
    """What makers of products need."""

    def append(
        self, kind: ProductKind, content: bytes, now_ns: int, *, detail: int = 0,
        source: ProductSource = ProductSource.FLIGHT, scene: Scene | None = None,
    ) -> ProductId:  # fmt: skip
        """Make a product of `content`, taken at monotonic `now_ns` in `scene`, by default in that of now."""


class ProductLog:
    """Makes products, from number `first` on; `scene()` tells what goes on."""

    __slots__ = ("_again_ns", "_emit", "_next", "_recorder", "_scene", "_time", "_tries", "_waiting", "hk")

    def __init__(
        self, recorder: Recorder, time: TimeBase, scene: Callable[[], Scene], emit: Emit, first: int = 1
    ) -> None:
        self._recorder = recorder
        self._time = time
        self._scene = scene
        self._emit = emit
        self._next = first
        self._waiting: deque[tuple[int, int, bytes]] = deque()  # number, monotonic time, octets
        self._again_ns = 0
        self._tries = 0
        self.hk = ProductsHk()

    def append(
        self, kind: ProductKind, content: bytes, now_ns: int, *, detail: int = 0,
        source: ProductSource = ProductSource.FLIGHT, scene: Scene | None = None,
    ) -> ProductId:  # fmt: skip
        """See `Products`."""
        scene = scene or self._scene()
        sequence, self._next = self._next, self._next + 1
        about = About(
            kind, sequence, now_ns + self._time.tai_offset_ns, now_ns, scene.phase, source, scene.edge_m,
            scene.pitch_rad, detail,
        )  # fmt: skip
        octets = build_product(about, content)
        made = ProductId(sequence, hashlib.sha256(content).digest(), hashlib.sha256(octets).digest())
        record_sha256 = int.from_bytes(made.record_sha256[:8])
        self._emit(
            ProductMade(
                kind=kind, sequence=sequence, octets=len(content), sha256=int.from_bytes(made.sha256[:8]),
                record_sha256=record_sha256,
            )
        )  # fmt: skip
        hk = self.hk
        hk.made += 1
        hk.last_sequence, hk.last_sha256 = sequence, record_sha256
        if len(self._waiting) >= WAITING:
            self._drop(sequence)
        else:
            self._waiting.append((sequence, now_ns, octets))
        return made

    def hear(self, event: Event) -> None:
        """Make a product of an event that tells of one."""
        kind = _OF_EVENT.get(type(event))
        if kind is not None:
            content = (type(event).ident or 0).to_bytes(2) + event.encode()
            self.append(kind, content, self._time.now_ns)

    def step(self, now_ns: int) -> None:
        """Hand what waits to the recorder, in the minor frame that made it: a power cut finds nothing on its way."""
        for _ in range(len(self._waiting)):
            if now_ns >= self._again_ns:
                self._offer(now_ns)
        self.hk.waiting = len(self._waiting)
        self.hk.stamp(now_ns)

    def _offer(self, now_ns: int) -> None:
        waiting = self._waiting
        sequence, made_ns, octets = waiting[0]
        self._tries += 1
        taken = self._recorder.append(Kind.PRODUCT, octets, made_ns)
        if taken or self._tries >= TRIES:
            waiting.popleft()
            self._tries = 0
            self.hk.recorded += taken
            if not taken:
                self._drop(sequence)
        else:
            self._again_ns = now_ns + AGAIN_NS

    def flush(self, now_ns: int) -> None:
        """The program ends: hand over what waits, once."""
        for _ in range(len(self._waiting)):
            self._again_ns = now_ns
            self.step(now_ns)

    def _drop(self, sequence: int) -> None:
        self.hk.dropped += 1
        self._emit(ProductDropped(sequence=sequence, total=min(self.hk.dropped, 0xFFFF)))
