"""FARM-1: which telecommand frames the board takes, and what it tells the ground of it (CCSDS 232.1-B-2, clause 6).

Open, Wait and Lockout of the standard's state table are the flags `wait` and `lockout`; E1 to E10 are its events. Only
frames known to be authentic come here, so nobody else moves this state.
"""

from __future__ import annotations

from flight.icd import cop
from flight.icd.cop import Clcw
from flight.icd.events.comms import UplinkFault


class Farm:
    """The board's side of COP-1 for one virtual channel."""

    __slots__ = ("_vcid", "farm_b", "lockout", "retransmit", "v_r", "wait")

    def __init__(self, vcid: int = 0) -> None:
        self.v_r = 0
        """N(S) of the AD frame that is taken next."""
        self.farm_b = 0
        """Frames of type B taken, modulo 256; the control word shows two bits of it."""
        self.lockout = False
        self.wait = False
        self.retransmit = False
        self._vcid = vcid

    @property
    def word(self) -> Clcw:
        """What the control word says now (E11)."""
        return Clcw(self.v_r, self.farm_b & 3, self.retransmit, self.wait, self.lockout, self._vcid)

    def take_ad(self, ns: int, room: bool) -> UplinkFault | None:
        """An AD frame N(S) = `ns`, while there is `room` for its packet or not: None when it is taken."""
        ahead = cop.ahead(ns, self.v_r)
        if ahead >= cop.MODULO - cop.NEGATIVE_WINDOW:  # E4
            return UplinkFault.FARM_KNOWN
        if ahead >= cop.POSITIVE_WINDOW:  # E5
            self.lockout = True
            return UplinkFault.FARM_LOCKOUT
        if self.lockout:  # E1, E2 and E3 in Lockout
            return UplinkFault.FARM_LOCKOUT
        if self.wait:  # E2 and E3 in Wait; E1 can't be: there is no room until `release`
            return UplinkFault.FARM_WAIT
        if ahead:  # E3
            self.retransmit = True
            return UplinkFault.FARM_GAP
        if not room:  # E2
            self.retransmit = self.wait = True
            return UplinkFault.FARM_WAIT
        self.v_r = (self.v_r + 1) % cop.MODULO  # E1
        self.retransmit = False
        return None

    def take_bd(self) -> None:
        """A BD frame: always taken (E6)."""
        self._count_b()

    def take_bc(self, data: bytes) -> UplinkFault | None:
        """A BC frame with this control command: None when it is one and obeyed."""
        value = cop.vr_of(data)
        if value is None and not cop.is_unlock(data):
            return UplinkFault.FRAME_DIRECTIVE
        self._count_b()
        if value is None:  # E7
            self.lockout = self.wait = self.retransmit = False
        elif not self.lockout:  # E8; in Lockout it is counted and not obeyed
            self.wait = self.retransmit = False
            self.v_r = value
        return None

    def release(self) -> None:
        """There is room again (E10)."""
        self.wait = False

    def _count_b(self) -> None:
        self.farm_b = (self.farm_b + 1) & 0xFF
