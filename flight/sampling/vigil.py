"""The vigil over a claimed sample: whether what carries it has moved, and whether it weighs what was claimed.

A claim is of its time: what happens afterwards does not change it, but is told. Nothing is done about it here.
"""

from __future__ import annotations

from math import degrees, hypot, radians
from typing import Protocol

from flight.icd.events.sampling import SampleDisturbed
from flight.icd.modes import Custody
from flight.icd.packet import Quad
from flight.sampling.rig import Rig
from flight.scoop.weighing import Averager

MOVED_RAD = radians(2.0)
"""A joint that has turned by more was moved: far beyond what servos sag by and their encoders err."""
STILL_RAD = radians(0.3)
STILL_NS = 2_000_000_000
READINGS = 60
LEAST_G = 5.0
"""A tenth of the least sample: smaller changes are not looked for."""
SURE = 2.0
"""Times the 95 % interval of a change: the vigil looks every few seconds for days, and one look in twenty won't do."""


class Busy(Protocol):
    """Whoever moves the scoop on purpose."""

    @property
    def busy(self) -> bool:
        """Whether a sequence runs."""
        ...


class Vigil:
    """`step` is one look, every 50 ms; where there is no sample it does nothing. It weighs only what is at rest."""

    __slots__ = ("_average", "_lay_q", "_rig", "_sampling", "_sequence", "_still_ns", "_still_q", "_told_g")

    def __init__(self, rig: Rig, sampling: Busy) -> None:
        self._rig, self._sampling = rig, sampling
        self._sequence = rig.cell.sequence
        self._still_ns = 0
        self._still_q: Quad = (0.0, 0.0, 0.0, 0.0)
        self._begin()

    def _begin(self) -> None:
        self._lay_q: Quad | None = None
        self._told_g = 0.0
        self._average = Averager(READINGS)

    def step(self, now_ns: int) -> None:
        """One look."""
        rig = self._rig
        if rig.content.custody is Custody.NONE:
            self._begin()
            return
        if not rig.estimate.fresh:
            return
        q = rig.estimate.q
        if _apart(q, self._still_q) > STILL_RAD:
            self._still_q, self._still_ns = q, now_ns
            self._average = Averager(READINGS)
        if self._lay_q is not None and _apart(q, self._lay_q) > MOVED_RAD:
            self._tell(self._told_g, 0.0)
            self._lay_q = None
        if now_ns - self._still_ns >= STILL_NS and not self._sampling.busy:
            self._lay_q = self._lay_q or q
            self._weigh(now_ns)

    def _weigh(self, now_ns: int) -> None:
        rig, content = self._rig, self._rig.content
        if content.tare is None or not rig.cell.valid or rig.cell.sequence == self._sequence:
            return
        self._sequence = rig.cell.sequence
        reading = self._average.feed(rig.cell.force_n, now_ns)
        if reading is None:
            return
        self._average = Averager(READINGS)
        if reading.noise_n > rig.settings.weigh.settled_n:  # something happened meanwhile: the next mean will tell
            return
        claimed = content.chain.record
        mass = rig.scale.mass(content.tare, reading, rig.tilt_rad, content.tare_tilt_rad, content.loads.loads)
        change_g = mass.mass_g - claimed.mass_g
        limit_g = max(LEAST_G, SURE * hypot(mass.u95_g, claimed.u95_g))
        if abs(change_g - self._told_g) > limit_g:
            self._told_g = change_g
            self._tell(change_g, limit_g)

    def _tell(self, change_g: float, limit_g: float) -> None:
        claimed, q = self._rig.content.chain.record, self._rig.estimate.q
        self._rig.emit(
            SampleDisturbed(
                custody=claimed.state, moved_deg=degrees(_apart(q, self._lay_q or q)), change_g=change_g,
                limit_g=limit_g, claimed_g=claimed.mass_g, claimed_u95_g=claimed.u95_g,
            )
        )  # fmt: skip


def _apart(a: Quad, b: Quad) -> float:
    """The greatest difference of a joint, rad."""
    return max(abs(x - y) for x, y in zip(a, b, strict=True))
