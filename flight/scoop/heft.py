"""Hefting: the mass in the scoop by the current of the servo that bears it, as a check that owes the load cell nothing.

The joint that bears arm and scoop turns up and down again over the same angles. Its winding's torque is then

    k I_up = T + f      k I_down = T - f      so      T = k (I_up + I_down) / 2

with T what gravity asks for and f all of the gearbox's friction, that by load included: friction cancels, but for what
is not alike both ways. The same strokes with the empty scoop are the tare: what the links weigh and the zero of the
current sensor cancel too. So mass = (T - T_tare) / (g x lever), worth ten times less than the load cell's.

k is not the torque constant of the data sheet, which is that of the output under load: it is the winding's own, and
that is the back-EMF's, which the no-load speed tells (within what friction takes of it).
"""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum, sqrt
from typing import NamedTuple

from flight.config import AnyConfig, RoverConfig
from flight.icd.dynamixel_table import MODELS
from flight.scoop.budget import K95

RATED_V = 12.0
NO_LOAD_SHARE = 0.95
"""Of the voltage at the no-load speed, what is back-EMF: the rest drives friction (assumed)."""
CONSTANT_BOUND = 0.06
"""By which share k may differ from servo to servo and from that (assumed; rectangular)."""
MAGNET_PER_K = 0.0011
"""Loss of ferrite or neodymium magnets' flux with warmth, and of k with it (typical of NdFeB)."""
WARMED_K = 5.0
"""By how much the motor may be warmer or colder than at the tare (assumed; rectangular): 100 J/K, a few watts."""
UNLIKE_SHARE = 0.05
"""Of friction: by how much what is not alike both ways may change between tare and weighing (assumed; rectangular)."""
PARTS = 6
"""Into how many a stroke is divided."""
STUDENT = 2.57 / K95
"""By how much the mean of so few parts is less certain than a normal one (t of 5 degrees of freedom, JCGM 100, G.3)."""
_RECTANGULAR = 1.0 / sqrt(3.0)


class Bearing(NamedTuple):
    """The joint that bears the scoop: its place among the four angles, its winding's constant over kt, its friction."""

    joint: int
    constant_share: float
    friction_nm: float


class Strokes(NamedTuple):
    """What a pair of strokes told of gravity: half the sum of the motor's torques up and down, part by part of the way;
    and the half of their difference, friction, on average.
    """

    gravity_nm: tuple[float, ...]
    friction_nm: float


def joined(pairs: Sequence[Strokes]) -> Strokes:
    """The mean of several pairs of strokes over the same angles, part by part."""
    gravity_nm = tuple(fsum(parts) / len(pairs) for parts in zip(*(pair.gravity_nm for pair in pairs), strict=True))
    return Strokes(gravity_nm, fsum(pair.friction_nm for pair in pairs) / len(pairs))


class CoarseMass(NamedTuple):
    """Mass by servo current, with the half-width of its 95 % interval."""

    mass_g: float
    u95_g: float


def bearing_of(config: AnyConfig) -> Bearing:
    """The lander's shoulder, the rover's lift."""
    at, joint = (0, 2) if isinstance(config, RoverConfig) else (1, 1)
    model = MODELS[config.joint[at].servo]
    constant = NO_LOAD_SHARE * RATED_V / model.no_load_rad_s
    return Bearing(joint, constant / model.torque_constant_nm_a, config.motion.friction[joint])


class StrokeMean:
    """Mean torque (N m) over one stroke, part by part: neighbouring readings are not independent (a gear's teeth, stick
    and slip), the means of parts are taken as such.
    """

    __slots__ = ("_counts", "_sums")

    def __init__(self) -> None:
        self._sums = [0.0] * PARTS
        self._counts = [0] * PARTS

    def feed(self, total_nm: float, count: int, progress: float) -> None:
        """Take `count` readings with the sum `total_nm`, at 0..1 of the stroke."""
        part = min(PARTS - 1, max(0, int(progress * PARTS)))
        self._sums[part] += total_nm
        self._counts[part] += count

    @property
    def means_nm(self) -> tuple[float, ...] | None:
        """Mean of each part, in the order of angles; None while one has no readings."""
        if min(self._counts) == 0:
            return None
        return tuple(total / count for total, count in zip(self._sums, self._counts, strict=True))


def strokes_of(up: StrokeMean, down: StrokeMean) -> Strokes | None:
    """Both strokes as one result; None when a part of one has no readings."""
    up_nm, down_nm = up.means_nm, down.means_nm
    if up_nm is None or down_nm is None:
        return None
    pairs = list(zip(up_nm, down_nm, strict=True))
    return Strokes(tuple(0.5 * (a + b) for a, b in pairs), 0.5 * abs(fsum(a - b for a, b in pairs)) / PARTS)


def coarse_mass(bearing: Bearing, tare: Strokes, loaded: Strokes, lever_nm_per_kg: float) -> CoarseMass:
    """The mass and its interval; `lever_nm_per_kg` is what the joint must give for each kilogram in the scoop.

    Both pairs of strokes go over the same angles, so what gravity asks for at each of them cancels but for the sample.
    """
    share, lever = bearing.constant_share, abs(lever_nm_per_kg)
    sign = 1.0 if lever_nm_per_kg >= 0.0 else -1.0
    differences = [share * sign * (b - a) for a, b in zip(tare.gravity_nm, loaded.gravity_nm, strict=True)]
    torque_nm = fsum(differences) / PARTS
    scatter = sqrt(fsum((difference - torque_nm) ** 2 for difference in differences) / (PARTS * (PARTS - 1)))
    borne_nm = share * abs(fsum(loaded.gravity_nm)) / PARTS
    parts = (
        STUDENT * scatter,
        _RECTANGULAR * CONSTANT_BOUND * torque_nm,
        _RECTANGULAR * MAGNET_PER_K * WARMED_K * borne_nm,
        _RECTANGULAR * 0.5 * UNLIKE_SHARE * bearing.friction_nm,
    )
    u_nm = sqrt(fsum(part * part for part in parts))
    return CoarseMass(1e3 * torque_nm / lever, 1e3 * K95 * u_nm / lever)
