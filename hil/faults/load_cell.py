"""Faults of the load cell and its transmitter.

A transmitter with integer registers has no NaN to send: `cell_error` is what stands for one, the cell error in the
status and the weight at the end of what can be shown (see `hil.devices.ailments`).
"""

from __future__ import annotations

from random import Random

from flight.icd.modbus import ExceptionCode
from hil.devices.ailments import Distortion
from hil.faults.fault import Begin, Fault
from hil.faults.site import Part, Site, Undo

BIAS_N = 0.05
DRIFT_N_S = 0.0005
SPIKE_N = 3.0
SHARE_OF_CONVERSIONS = 0.05
SLOW_CONVERSION_NS = 600_000_000


def _biased(site: Site, _where: str) -> Undo:
    return site.weighing.ailments.distort(lambda force_n, _now_ns: force_n + BIAS_N)


def _drifting(site: Site, _where: str) -> Undo:
    begun_ns = site.now_ns
    return site.weighing.ailments.distort(
        lambda force_n, now_ns: force_n + DRIFT_N_S * max(0, now_ns - begun_ns) * 1e-9
    )


def _spiking(site: Site, _where: str) -> Undo:
    return site.weighing.ailments.distort(spikes(Random(site.choice.random())))


def spikes(rng: Random) -> Distortion:
    """Now and then a conversion is off by `SPIKE_N`, up or down."""

    def spike(force_n: float, _now_ns: int) -> float:
        if rng.random() >= SHARE_OF_CONVERSIONS:
            return force_n
        return force_n + (SPIKE_N if rng.random() < 0.5 else -SPIKE_N)

    return spike


def _stuck(site: Site, _where: str) -> Undo:
    return site.weighing.ailments.freeze()


def _error(site: Site, _where: str) -> Undo:
    return site.weighing.ailments.break_cell()


def _silent(site: Site, _where: str) -> Undo:
    return site.weighing.ailments.mute()


def _slow(site: Site, _where: str) -> Undo:
    return site.weighing.ailments.slow(SLOW_CONVERSION_NS)


def _busy(site: Site, _where: str) -> Undo:
    return site.weighing.ailments.refuse(ExceptionCode.DEVICE_BUSY)


def _wrong_exceptions(site: Site, _where: str) -> Undo:
    return site.weighing.ailments.refuse(ExceptionCode.ILLEGAL_FUNCTION)


def _fault(
    name: str, meaning: str, duration_s: float, begin: Begin, *, alone: bool = False, deceives: bool = False
) -> Fault:
    return Fault(
        name, "load cell", meaning, duration_s, begin, Part.LOAD_CELL, "load cell", alone, deceives=deceives
    )  # fmt: skip


LOAD_CELL_FAULTS: tuple[Fault, ...] = (
    _fault("cell_bias", f"the cell reads {BIAS_N * 1000:.0f} mN too much", 20.0, _biased, deceives=True),
    _fault("cell_drift", f"the cell drifts by {DRIFT_N_S * 1000:.1f} mN a second", 20.0, _drifting, deceives=True),
    _fault("cell_spikes", f"{SHARE_OF_CONVERSIONS:.0%} of the conversions are {SPIKE_N:.0f} N off", 10.0, _spiking),
    _fault("cell_stuck", "the converter has stopped: the last weight stays, and looks stable", 10.0, _stuck),
    _fault("cell_error", "the cell can't be measured: error in the status, weight at the end of what can be shown", 5.0,
           _error, alone=True),
    _fault("cell_silent", "the transmitter answers nothing, though its line is sound", 5.0, _silent, alone=True),
    _fault("cell_slow", f"a conversion takes {SLOW_CONVERSION_NS // 1_000_000} ms", 10.0, _slow),
    _fault("cell_busy", "every request is answered with exception 6, busy", 5.0, _busy, alone=True),
    _fault("cell_wrong_exception", "every request is answered with exception 1, though its function is known", 5.0,
           _wrong_exceptions, alone=True),
)  # fmt: skip
"""Those of the load cell."""
