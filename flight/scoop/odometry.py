"""Dead reckoning: how far the wheels have carried the rover, and how sure that is.

Frame SITE (`flight.icd.rover_platform`): where ROVER was when this began, x along its heading then. Nothing on board
sees the ground go by, so the way is what the wheels have rolled less what they have lost to slip. How much that is
comes from `flight.scoop.rover_traction`; it is wrong by the same share for long stretches, on the same soil with the
same friction, so what is uncertain grows with the way and not with its root. The wheels turn alike: that one side slips
more than the other, and that a rover slides down across a slope, they can't tell.
"""

from __future__ import annotations

from math import cos, hypot, sin
from typing import NamedTuple

FRAME = "SITE"
"""Name of the frame of all that is told here."""

SLIP = 0.2
"""Share that a rover loses which creeps and pulls nothing, until something better is known."""
SLIP_U95 = 0.2
_ASIDE = 0.06
"""Way to the side, for each metre rolled: 95 % of rovers stay within on ground of 1.5 deg (over seeds of the bench)."""
_TURN_RAD_M = 0.12
"""Turning, for each metre rolled; likewise."""
_REST_M = 0.01
"""What is uncertain from the start: play of the drives, and a body that rocks on its wheels as its scoop pushes."""
_STEP_M = 0.001
"""Way is taken in by steps: the encoders of a rover that stands tremble, and that is no way."""


LOST_M = 0.03
"""Way that may be missing after a restart: a centimetre between records, and as the wheels came to rest (assumed)."""


class Way(NamedTuple):
    """What has been reckoned so far: place and heading in SITE, the way rolled, what is unsure along it and aside."""

    x_m: float = 0.0
    y_m: float = 0.0
    heading_rad: float = 0.0
    rolled_m: float = 0.0
    along_m: float = 0.0
    across_m: float = 0.0


class Odometry:
    """ROVER's origin and heading in SITE; `roll` takes in what the wheels did since the last call."""

    __slots__ = (
        "_across_m", "_along_m", "_before_m", "_left_rad", "_radius_m", "_right_rad", "_track_m", "heading_rad",
        "rolled_m", "slip", "slip_u95", "x_m", "y_m",
    )  # fmt: skip

    def __init__(self, radius_m: float, track_m: float) -> None:
        """`radius_m` is the way for a radian without slip, `track_m` from the left wheels to the right."""
        self._radius_m = radius_m
        self._track_m = track_m
        self.x_m = self.y_m = self.heading_rad = 0.0
        self.rolled_m = 0.0
        """Way of the wheels, forwards and back, since the program began."""
        self._before_m = 0.0
        self.slip = SLIP
        """Share of the way that is lost, now."""
        self.slip_u95 = SLIP_U95
        self._left_rad = self._right_rad = 0.0
        self._along_m = self._across_m = 0.0

    def roll(self, left_rad: float, right_rad: float) -> None:
        """The wheels on either side have turned so far since the last call."""
        self._left_rad += left_rad
        self._right_rad += right_rad
        left_m, right_m = self._left_rad * self._radius_m, self._right_rad * self._radius_m
        rolled_m = 0.5 * (left_m + right_m)
        if abs(rolled_m) < _STEP_M:
            return
        self._left_rad = self._right_rad = 0.0
        kept = 1.0 - self.slip
        heading_rad = self.heading_rad + kept * (right_m - left_m) / self._track_m
        self.x_m += kept * rolled_m * cos(heading_rad)
        self.y_m += kept * rolled_m * sin(heading_rad)
        self.heading_rad = heading_rad
        way_m = abs(rolled_m)
        self.rolled_m += way_m
        self._along_m += self.slip_u95 * way_m
        self._across_m += (_ASIDE + self.heading_u95_rad) * way_m

    @property
    def way(self) -> Way:
        """What is worth keeping through a restart."""
        return Way(self.x_m, self.y_m, self.heading_rad, self._before_m + self.rolled_m, self._along_m, self._across_m)

    def go_on(self, way: Way) -> None:
        """After a restart, from what was kept last: SITE is where it was. Nobody knows what was rolled since."""
        self.x_m, self.y_m, self.heading_rad, self._before_m, along_m, self._across_m = way
        self._along_m = along_m + LOST_M

    @property
    def heading_u95_rad(self) -> float:
        """Half-width of the 95 % interval of the heading."""
        return _TURN_RAD_M * (self._before_m + self.rolled_m)

    @property
    def u95_m(self) -> float:
        """Radius about (x, y) that holds the truth in 95 % of cases; 1-sigma along the way is about half of it."""
        return hypot(_REST_M, self._along_m, self._across_m)

    def place_m(self, ahead_m: float) -> tuple[float, float]:
        """(x, y) in SITE of what is `ahead_m` before ROVER's origin: the scoop's edge, say."""
        return self.x_m + ahead_m * cos(self.heading_rad), self.y_m + ahead_m * sin(self.heading_rad)
