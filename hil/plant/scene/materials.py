"""How surfaces of hardware reflect: colour, share of mirror-like reflection and its sharpness (all assumed)."""

from __future__ import annotations

from enum import IntEnum

import numpy as np


class Material(IntEnum):
    """Rows of `TABLE`."""

    ALUMINIUM = 0
    STEEL = 1
    CARBON = 2
    SERVO = 3
    FOIL = 4
    WHITE = 5
    MARK = 6


TABLE = np.array(
    [
        # red, green, blue of a matt surface's albedo; mirror-like share, exponent
        (0.110, 0.113, 0.120, 0.08, 30.0),
        (0.20, 0.20, 0.21, 0.30, 60.0),
        (0.045, 0.045, 0.05, 0.06, 30.0),
        (0.06, 0.06, 0.065, 0.04, 20.0),
        (0.22, 0.12, 0.03, 0.30, 25.0),
        (0.30, 0.30, 0.29, 0.02, 10.0),
        (0.34, 0.08, 0.015, 0.03, 10.0),
    ]
)
