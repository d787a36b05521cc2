"""Maps on other points than their own: by index where there are many, by a matrix for each axis where there are few."""

from __future__ import annotations

import numpy as np

Floats = np.ndarray[tuple[int, ...], np.dtype[np.float64]]

_NEAR_M, _WIDER = 0.008, 0.5  # over how much of the source's rim `spread` takes its means: more farther out


def inwards(n: int) -> Floats:
    """(n, n) 1 within a map, falling to 0 at its rim."""
    i = np.arange(n)
    ramp = np.clip(np.minimum(i, n - 1 - i) / (0.08 * n), 0.0, 1.0)
    ramp = ramp * ramp * (3.0 - 2.0 * ramp)
    both: Floats = ramp[:, None] * ramp[None, :]
    return both


def _cells(source: Floats, wanted: Floats) -> tuple[np.ndarray[tuple[int, ...], np.dtype[np.int64]], Floats]:
    """The point of `source` before each of `wanted` and how far beyond it, in cells; held at the ends."""
    u = np.clip((wanted - source[0]) / (source[1] - source[0]), 0.0, len(source) - 1.000001)
    i = u.astype(np.int64)
    return i, u - i


def resampled(values: Floats, source: tuple[Floats, Floats], wanted: tuple[Floats, Floats]) -> Floats:
    """`values` over the axes `source`, interpolated linearly to the axes `wanted`; beyond, the outermost hold."""
    (i, f), (k, g) = (_cells(*pair) for pair in zip(source, wanted, strict=True))
    rows = values[i] * (1.0 - f)[:, None] + values[i + 1] * f[:, None]
    columns: Floats = rows[:, k] * (1.0 - g) + rows[:, k + 1] * g
    return columns


def linear(source: Floats, wanted: Floats) -> Floats:
    """Interpolates linearly; beyond `source` its end values hold."""
    i, f = _cells(source, wanted)
    matrix = np.zeros((len(wanted), len(source)))
    rows = np.arange(len(wanted))
    matrix[rows, i] = 1.0 - f
    matrix[rows, i + 1] = f
    return matrix


def smooth(source: Floats, wanted: Floats) -> Floats:
    """As `linear`, by Catmull and Rom's cubic: through the points, without kinks."""
    i, f = _cells(source, wanted)
    matrix = np.zeros((len(wanted), len(source)))
    rows = np.arange(len(wanted))
    for offset, weight in (
        (-1, -0.5 * f + f**2 - 0.5 * f**3), (0, 1.0 - 2.5 * f**2 + 1.5 * f**3),
        (1, 0.5 * f + 2.0 * f**2 - 1.5 * f**3), (2, -0.5 * f**2 + 0.5 * f**3),
    ):  # fmt: skip
        np.add.at(matrix, (rows, np.clip(i + offset, 0, len(source) - 1)), weight)
    return matrix


def spread(source: Floats, wanted: Floats) -> Floats:
    """Carries values over to places beyond `source`: means of its nearest points, of more of them farther out."""
    nearest = np.clip(wanted, source[0], source[-1])
    width = _NEAR_M + _WIDER * np.abs(wanted - nearest)
    weight: Floats = np.exp(-0.5 * ((nearest[:, None] - source[None, :]) / width[:, None]) ** 2)
    weight /= weight.sum(axis=1, keepdims=True)
    return weight
