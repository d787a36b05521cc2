"""From light to counts: exposure time, vignetting, photons that come at random, read noise, saturation, gamma.

The responsivity follows from the light: sunlight of 400 to 700 nm is 540 W/m2; a surface of I/F 1 sends E/pi, a lens of
f-number N lets pi/(4 N^2) of that fall on each pixel. With N = 5.6, pixels of 5.6 um, 2.8e18 photons a joule and 0.3
electrons a photon through the colour filters that is 1e8 electrons a second.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

Floats = np.ndarray[tuple[int, ...], np.dtype[np.float64]]
Counts = np.ndarray[tuple[int, ...], np.dtype[np.uint8]]

RESPONSIVITY_E_S = 1.0e8
"""Electrons a second in a pixel that looks at I/F 1."""
_METERED = 75.0  # percentile of the picture that exposure is set by: bright metal at its rims must not count
_GLARE = 0.004  # of the picture's mean light, spread over all of it by the lens


@dataclass(frozen=True)
class Sensor:
    """One camera's chip and the limits of its automatic exposure."""

    full_well_e: float
    read_noise_e: float
    exposure_s: tuple[float, float]
    target: float  # share of the full well that the metered part of the picture gets
    gamma: float
    vignetting: float  # share of the light lost in the corners

    def exposure_for(self, radiance: Any) -> float:
        """Exposure time, s, for I/F (..., 3) as metered; the nearest that the limits allow."""
        metered = float(np.percentile(radiance[..., 1], _METERED))
        wanted_s = self.target * self.full_well_e / (RESPONSIVITY_E_S * max(metered, 1e-9))
        return min(max(wanted_s, self.exposure_s[0]), self.exposure_s[1])

    def read_out(self, radiance: Any, exposure_s: float, rng: np.random.Generator) -> Counts:
        """(h, w, 3) counts of I/F (h, w, 3) exposed for `exposure_s`; the noise comes from `rng`."""
        light = np.asarray(radiance, float)
        height, width = light.shape[:2]
        y = (np.arange(height) - 0.5 * (height - 1))[:, None]
        x = (np.arange(width) - 0.5 * (width - 1))[None, :]
        corner = math.hypot(0.5 * (height - 1), 0.5 * (width - 1))
        fall = 1.0 - self.vignetting * (x * x + y * y) / (corner * corner)
        light = light * fall[:, :, None] + _GLARE * light.mean(axis=(0, 1))
        electrons = light * (RESPONSIVITY_E_S * exposure_s)
        # Photons are counted: Poisson noise, which is normal at hundreds of electrons; below that reading dominates.
        spread = np.sqrt(electrons + self.read_noise_e**2)
        electrons = electrons + spread * rng.standard_normal(electrons.shape)
        share = np.clip(electrons / self.full_well_e, 0.0, 1.0)
        counts: Counts = np.rint(255.0 * share ** (1.0 / self.gamma)).astype(np.uint8)
        return counts
