"""Natural ground from centimetres to the horizon, seeded: rough at every scale, with craters and stones.

Roughness is self-affine, as the Moon's is: rms height grows with the length looked at as its power `_HURST`
(Helfenstein & Shepard 1999 find 0.5 to 0.7 below a metre; Rosenburg et al. 2011 0.95 above 20 m). Craters are bowls of
depth 0.2 D with rims when fresh, worn down at random; craters and stones are more the smaller they are (N ~ D^-2).
"""

from __future__ import annotations

import math

import numpy as np

Floats = np.ndarray[tuple[int, ...], np.dtype[np.float64]]

_HURST = 0.75
_RMS_AT_1_CM_M = 0.00026  # per octave (assumed)
_LN2 = math.log(2.0)


def rms_m(wavelength_m: float) -> float:
    """Height of the roughness in the octave around `wavelength_m`."""
    return _RMS_AT_1_CM_M * float((wavelength_m / 0.01) ** _HURST)


def roughness(rng: np.random.Generator, n: int, cell_m: float, shortest_m: float, longest_m: float) -> Floats:
    """Heights (n, n) of the wavelengths between these; they repeat after n cells."""
    k = np.fft.fftfreq(n, cell_m)
    wave_number = np.hypot(k[:, None], np.fft.rfftfreq(n, cell_m)[None, :])
    inside = (wave_number > 1.0 / longest_m) & (wave_number < 1.0 / shortest_m)
    with np.errstate(divide="ignore"):
        amplitude = np.where(inside, wave_number ** -(_HURST + 1.0), 0.0)
    spectrum = amplitude * (rng.standard_normal(amplitude.shape) + 1j * rng.standard_normal(amplitude.shape))
    heights: Floats = np.fft.irfft2(spectrum, (n, n))
    variance = (rms_m(longest_m) ** 2 - rms_m(shortest_m) ** 2) / (2.0 * _HURST * _LN2)
    heights *= math.sqrt(variance) / float(heights.std())
    return heights


def sizes(rng: np.random.Generator, count: int, smallest: float, largest: float) -> Floats:
    """`count` sizes of which N ~ size^-2 are larger than any."""
    share = rng.uniform((smallest / largest) ** 2, 1.0, count)
    drawn: Floats = smallest / np.sqrt(share)
    return drawn


def window(axis: Floats, centre: float, reach: float) -> slice:
    """The indices of an even `axis` within `reach` of `centre`."""
    cell = axis[1] - axis[0]
    first = math.floor((centre - reach - axis[0]) / cell)
    return slice(max(first, 0), max(0, min(len(axis), math.ceil((centre + reach - axis[0]) / cell) + 1)))


def crater(height: Floats, x: Floats, y: Floats, at: tuple[float, float], radius: float, wear: float) -> None:
    """Sinks a crater into `height` at `at`; `wear` 0 is fresh, 1 gone."""
    i, k = window(x, at[0], 2.5 * radius), window(y, at[1], 2.5 * radius)
    r = np.hypot(x[i, None] - at[0], y[None, k] - at[1]) / radius
    depth = 0.4 * radius * (1.0 - wear)
    soft = 1.0 + 1.5 * wear
    bowl = -depth * np.clip(1.0 - (r / soft) ** 2, 0.0, None)
    rim = 0.22 * depth * np.exp(-(((r - 1.05 * soft) / (0.28 * soft)) ** 2))
    height[i, k] += bowl + rim


def stone(
    height: Floats, albedo: Floats, x: Floats, y: Floats, at: tuple[float, float, float], radius: float,
    brightness: float,
) -> None:  # fmt: skip
    """Puts a stone with its centre at `at` where it stands out of the ground; angular by a few flats."""
    i, k = window(x, at[0], 1.3 * radius), window(y, at[1], 1.3 * radius)
    if i.start >= i.stop or k.start >= k.stop:
        return
    dx, dy = x[i, None] - at[0], y[None, k] - at[1]
    facets = np.random.Generator(np.random.PCG64([round(abs(value) * 1e6) for value in (*at, radius)]))
    top = at[2] + np.sqrt(np.clip((1.1 * radius) ** 2 - dx * dx - dy * dy, 0.0, None))
    for _ in range(7):
        turn, lean = facets.uniform(0.0, 2.0 * math.pi), facets.uniform(0.15, 1.3)
        distance = radius * facets.uniform(0.72, 0.98)
        flat = (distance - math.sin(lean) * (dx * math.cos(turn) + dy * math.sin(turn))) / math.cos(lean)
        top = np.minimum(top, at[2] + flat)
    stands = (top > height[i, k]) & (dx * dx + dy * dy < (1.1 * radius) ** 2) & (top > at[2] - radius)
    height[i, k] = np.where(stands, top, height[i, k])
    albedo[i, k] = np.where(stands, brightness, albedo[i, k])
