"""How regolith and hardware scatter sunlight, as radiance factor I/F: 1 is a white matt surface that faces the Sun.

Regolith after Hapke (1981): Lommel and Seeliger's law, with the opposition surge of shadows hidden behind their grains
and with light scattered more than once. Its roughness is in the height maps, so no roughness term. Parameters are of
the order of those fitted to the whole Moon (Helfenstein & Veverka 1987: w 0.21, h 0.07, B0 2.0, theta-bar 20 deg); w
and the phase function's slope are chosen for a normal albedo of about 0.11.
"""

from __future__ import annotations

import math

from hil.plant.compiled import inlined

_W, _SURGE, _SURGE_WIDTH, _BACKWARD = 0.26, 1.2, 0.07, 0.30
_ROOT = math.sqrt(1.0 - _W)


@inlined
def regolith(mu0: float, mu: float, cos_phase: float) -> float:
    """I/F for cosines of incidence, of emission, and of the phase angle."""
    if mu0 <= 0.0 or mu <= 0.0:
        return 0.0
    tan_half = math.sqrt(max(1.0 - cos_phase, 0.0) / max(1.0 + cos_phase, 1e-9))
    surge = _SURGE / (1.0 + tan_half / _SURGE_WIDTH)
    phase = 1.0 + _BACKWARD * cos_phase + 0.25 * (1.5 * cos_phase * cos_phase - 0.5)
    many = (1.0 + 2.0 * mu0) / (1.0 + 2.0 * mu0 * _ROOT) * (1.0 + 2.0 * mu) / (1.0 + 2.0 * mu * _ROOT) - 1.0
    return 0.25 * _W * mu0 / (mu0 + mu) * ((1.0 + surge) * phase + many)


@inlined
def polished(mirror: float, exponent: float, cos_half: float) -> float:
    """What a shiny surface adds to its matt I/F, by Blinn's law; `cos_half` is that of the half-way vector."""
    if cos_half <= 0.0:
        return 0.0
    return float(mirror * (exponent + 8.0) / 8.0 * cos_half**exponent)
