"""The chain of custody: which state may follow which, and the record of it that survives.

    NONE -> COLLECTED -> EVIDENCED <-> OFFERED -> TRANSFERRED -> RELEASED -> NONE
      ^---------'------------'

Every change is an event with its numbers. The record is what is kept in two banks (`flight.services.custody`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from flight.icd.custody import EVIDENCE_SIZE, SAMPLE_SIZE, sample_identity
from flight.icd.events.custody import CustodyChanged
from flight.icd.fields import enum8, f32, i64, u8, u32
from flight.icd.kinds import Emit
from flight.icd.modes import Custody
from flight.icd.packet import Packet

FOLLOWS: Mapping[Custody, frozenset[Custody]] = MappingProxyType(
    {
        Custody.NONE: frozenset({Custody.COLLECTED}),
        Custody.COLLECTED: frozenset({Custody.EVIDENCED, Custody.NONE}),
        Custody.EVIDENCED: frozenset({Custody.OFFERED, Custody.NONE}),
        Custody.OFFERED: frozenset({Custody.TRANSFERRED, Custody.EVIDENCED}),
        Custody.TRANSFERRED: frozenset({Custody.RELEASED}),
        Custody.RELEASED: frozenset({Custody.NONE}),
    }
)
"""What may come after each state. Back to NONE only by pouring the scoop out."""


class CustodyError(ValueError):
    """A change of custody that can't be; says from where to where."""


class CustodyRecord(Packet):
    """All that is known of custody, as it is kept."""

    state: Custody = enum8(Custody, "state of custody")
    number: int = u32("", "samples collected in this mission")
    sample: tuple[int, ...] = u8("", "identity of the sample", SAMPLE_SIZE)
    evidence: tuple[int, ...] = u8("", "SHA-256 of its evidence", EVIDENCE_SIZE)
    counter: int = u32("", "highest counter accepted from the buyer")
    mass_g: float = f32("g", "mass as it was collected")
    u95_g: float = f32("g", "half-width of its 95 % interval")
    changed_tai_ns: int = i64("ns", "TAI of the last change")

    def copy(self) -> CustodyRecord:
        """Another record with these values."""
        return CustodyRecord(**{name: getattr(self, name) for name in self.fields})


class Floor(NamedTuple):
    """What is known of custody from elsewhere: no sample has a lower number, no authorization a lower counter."""

    number: int = 0
    counter: int = 0


class Chain:
    """Holds the state. `tai_ns` tells the time for the record."""

    __slots__ = ("_emit", "_mission", "_tai_ns", "record")

    def __init__(
        self, mission: str = "", emit: Emit = lambda _event: None, tai_ns: Callable[[], int] = lambda: 0
    ) -> None:
        self._mission = mission
        self._emit = emit
        self._tai_ns = tai_ns
        self.record = CustodyRecord()

    @property
    def state(self) -> Custody:
        """The state now."""
        return self.record.state

    def may(self, state: Custody) -> bool:
        """Whether `state` may follow."""
        return state in FOLLOWS[self.record.state]

    def collected(self, mass_g: float, u95_g: float) -> None:
        """A sample of this mass counts as collected; it gets its identity. Raises `CustodyError` while there is one."""
        after = self._next(Custody.COLLECTED)
        after.number += 1
        after.mass_g, after.u95_g = mass_g, u95_g
        identity = sample_identity(self._mission, after.number, after.changed_tai_ns, mass_g, u95_g)
        after.sample, after.evidence = tuple(identity), (0,) * EVIDENCE_SIZE
        self.enter(after)

    def poured(self) -> None:
        """The scoop is empty: there is no sample, whatever was before."""
        if self.record.state is Custody.NONE:
            return
        after = self._next(Custody.NONE)
        after.sample, after.evidence = (0,) * SAMPLE_SIZE, (0,) * EVIDENCE_SIZE
        after.mass_g = after.u95_g = 0.0
        self.enter(after)

    def unknown(self, state: Custody, floor: Floor) -> CustodyRecord:
        """The record where what was kept can't be read: in `state`, a sample of which nothing is known.

        Its identity is made anew of this moment, so that no signature of before is good for it.
        """
        tai_ns = self._tai_ns()
        identity = sample_identity(self._mission, floor.number, tai_ns, 0.0, 0.0)
        return CustodyRecord(
            state=state, number=floor.number, sample=tuple(identity), counter=floor.counter, changed_tai_ns=tai_ns
        )

    def proposed(self, state: Custody) -> CustodyRecord:
        """The record as it would be in `state`; raises `CustodyError` when that can't follow."""
        return self._next(state)

    def enter(self, after: CustodyRecord) -> None:
        """Put `after`, made by `proposed`, in force."""
        before, self.record = self.record, after
        shared = {name: getattr(after, name) for name in CustodyChanged.fields if name in after.fields}
        self._emit(CustodyChanged(before=before.state, **shared))

    def _next(self, state: Custody) -> CustodyRecord:
        if not self.may(state):
            raise CustodyError(f"custody can't go from {self.record.state.name} to {state.name}")
        after = self.record.copy()
        after.state, after.changed_tai_ns = state, self._tai_ns()
        return after
