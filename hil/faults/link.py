"""Faults of the space link."""

from __future__ import annotations

from collections.abc import Callable

from hil.faults.fault import Begin, Fault
from hil.faults.site import Part, Radio, Undo, present

UPLINK_LOSS = 0.5
GOOD_S, BAD_S = 3.0, 1.0
BIT_ERROR_RATE = 1e-4


def _on_radio(fail: Callable[[Radio], Undo]) -> Begin:
    return lambda site, _where: fail(present(site.radio))


def _fault(
    name: str, meaning: str, duration_s: float, fail: Callable[[Radio], Undo], acts_on: str, *, alone: bool = False
) -> Fault:
    return Fault(name, "space link", meaning, duration_s, _on_radio(fail), Part.RADIO, acts_on, alone)


LINK_FAULTS: tuple[Fault, ...] = (
    _fault("uplink_loss", f"{UPLINK_LOSS:.0%} of the telecommand frames do not arrive", 30.0,
           lambda radio: radio.lose_uplink(UPLINK_LOSS), "uplink"),
    _fault("corrupt_uplink", f"bits of telecommand frames are wrong, {BIT_ERROR_RATE:g} of them", 30.0,
           lambda radio: radio.corrupt_uplink(BIT_ERROR_RATE), "uplink"),
    _fault("downlink_dropouts", f"telemetry comes and goes: {GOOD_S:.0f} s and {BAD_S:.0f} s on average", 30.0,
           lambda radio: radio.fade(GOOD_S, BAD_S), "downlink"),
    _fault("corrupt_downlink", f"bits of telemetry frames are wrong, {BIT_ERROR_RATE:g} of them", 30.0,
           lambda radio: radio.corrupt_downlink(BIT_ERROR_RATE), "downlink"),
    _fault("link_down", "nothing arrives, neither up nor down", 20.0, lambda radio: radio.go_down(), "link"),
)  # fmt: skip
"""Those of the space link."""
