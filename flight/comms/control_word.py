"""The control word (CLCW): what the uplink tells the ground in every telemetry frame."""

from __future__ import annotations

from flight.icd.cop import Clcw


class ControlWord:
    """Written by the uplink, read by the downlink (CCSDS 232.0-B 4.2)."""

    __slots__ = ("_shown", "octets")

    def __init__(self) -> None:
        self._shown = Clcw()
        self.octets = self._shown.encode()

    def show(self, word: Clcw) -> None:
        """Send `word` from now on."""
        if word != self._shown:
            self._shown = word
            self.octets = word.encode()
