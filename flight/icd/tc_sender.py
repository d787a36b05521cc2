"""Telecommands as the ground radiates them: a packet or a control command in a protected frame in a CLTU.

The one who sends holds a `TcSender` and nothing else of the uplink; it knows no link, no time and no COP-1 state.
"""

from __future__ import annotations

import secrets

from flight.icd import cltu, cop
from flight.icd.keys import UplinkKey
from flight.icd.randomizer import tc_randomize
from flight.icd.sdls import SEQUENCE_MAX, SESSION_SIZE, Association
from flight.icd.tc_frame import TcFrame


class TcSender:
    """Protects and frames; every call takes one sequence number, so a frame that is sent again is made again.

    `sequence` is the first number to use: the one that the board accepts next, as its housekeeping tells
    (`UplinkHk.next_sequence`), or any above. `session` is random unless given (a test that must repeat gives it).
    With `framed_only` frames are left bare, as for a link that keeps their bounds (UDP); with `randomized` they are
    mixed before they are coded, and the board must expect it.
    """

    __slots__ = ("_association", "_framed_only", "_randomized", "_session", "sequence")

    def __init__(
        self,
        key: UplinkKey,
        sequence: int = 1,
        session: bytes | None = None,
        framed_only: bool = False,
        randomized: bool = False,
    ) -> None:
        self.sequence = sequence
        self._association = Association(key)
        self._session = secrets.token_bytes(SESSION_SIZE) if session is None else session
        self._framed_only = framed_only
        self._randomized = randomized

    def resume(self, next_sequence: int) -> None:
        """The board accepts no number below `next_sequence`: go on there, or where we are when that is above."""
        self.sequence = max(self.sequence, next_sequence)

    def bd(self, packet: bytes) -> bytes:
        """`packet` by the expedited service: taken as it comes."""
        return self._send(TcFrame(packet))

    def ad(self, packet: bytes, ns: int) -> bytes:
        """`packet` by the sequence-controlled service, as frame N(S) = `ns`."""
        return self._send(TcFrame(packet, ns, bypass=False))

    def unlock(self) -> bytes:
        """The control command that ends a lockout."""
        return self._send(TcFrame(cop.UNLOCK, control=True))

    def set_vr(self, value: int) -> bytes:
        """The control command that sets V(R)."""
        return self._send(TcFrame(cop.set_vr(value), control=True))

    def _send(self, frame: TcFrame) -> bytes:
        """Raises `ValueError` when the data do not fit a frame or the key is used up."""
        if self.sequence > SEQUENCE_MAX:
            raise ValueError("the sequence numbers of this key are used up; take a new key")
        octets = self._association.protect(frame, self.sequence, self._session)
        self.sequence += 1
        if self._randomized:
            octets = tc_randomize(octets)
        return octets if self._framed_only else cltu.encode(octets)
