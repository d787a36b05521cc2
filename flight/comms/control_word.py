"""The control word (CLCW): what the uplink tells the ground in every telemetry frame."""

from __future__ import annotations

from flight.icd.tm_frame import CLCW


class ControlWord:
    """Written by the uplink, read by the downlink (CCSDS 232.0-B 4.2)."""

    __slots__ = ("octets",)

    def __init__(self) -> None:
        self.octets = bytes(CLCW.build({}))

    def set(self, farm_b: int) -> None:
        """`farm_b` counts the bypass frames accepted, modulo 4."""
        self.octets = bytes(CLCW.build({"farm_b": farm_b}))
