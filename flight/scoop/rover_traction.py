"""What the wheels bear while the scoop works, and how much is left: pull, front axle, slip, and what slip digs.

A rover sees none of this. It follows from what it does measure:

- pull of the scoop: what the wheels' motors give beyond what they gave in the free stretch that a pass begins with, in
  which rolling, slope, friction and the zero of four current sensors are all there is;
- force up on the edge: what the load cell behind the scoop has lost since that stretch, with the same rake; without a
  cell, the load on the lift joint;
- load on the front axle: that force by its lever about the rear axle;
- slip: from the thrust, by `flight.scoop.wheel_slip`. Thrust is the pull and what rolling takes. A stretch that costs
  more than the cheapest one so far, on the same wheels, costs it by slope or by the holes that the wheels stand in: the
  excess is thrust as well. Slip is good to some 0.1 below 0.5; above, little more thrust is much more slip, and ground
  a little weaker too: limits go by `slip_worst`, that on ground weaker by the share `[traction] weaker`;
- what the wheels have dug, at most: the balance of that slip and way.
"""

from __future__ import annotations

from math import cos, sin
from typing import NamedTuple

from flight.config import RoverConfig
from flight.icd.events.rover import PassMade
from flight.icd.hk.rover import TractionHk
from flight.icd.kinds import Emit
from flight.icd.modes import StepFailure
from flight.icd.packet import Quad
from flight.scoop.estimator import ArmEstimate
from flight.scoop.odometry import SLIP, SLIP_U95, Odometry
from flight.scoop.rover_kinematics import RoverModel
from flight.scoop.wheel_slip import WheelSlip

_CREEPS_RAD_S = 0.03
"""Below this speed friction holds the wheels, and their currents say nothing."""
_SLIP_U95 = 0.12
"""Of the slip while it is known, as a share of the way."""
_NEW_SHARE = 0.05
"""Of a new slip in the slip told: 0.2 s, for currents tremble more than ground does."""
_UNHEARD = 50
"""Frames without a word from the pass after which it is over, however it ended."""


class Broken(NamedTuple):
    """A limit that the wheels are beyond: which, and by how much."""

    reason: StepFailure
    value: float
    limit: float


class RoverTraction:
    """`see` once a frame, after the estimate. A pass calls `begin` and, in its free stretch, `learn`."""

    __slots__ = (
        "_cell_n", "_emit", "_free_cell_n", "_free_n", "_last_rolled_m", "_learned", "_lifted_m", "_limits", "_model",
        "_odometry", "_pass", "_rake_holds", "_slipped_m", "_unheard", "_wheels", "dug_m", "front_n", "hk", "lift_n",
        "pull_n", "reference_n", "slip", "slip_worst", "standing_n", "working",
    )  # fmt: skip

    def __init__(self, config: RoverConfig, model: RoverModel, odometry: Odometry, emit: Emit) -> None:
        self._model, self._odometry, self._emit = model, odometry, emit
        self._wheels = WheelSlip(config.rover, config.traction)
        self._limits = config.traction
        self._free_n = self._free_cell_n = 0.0
        self._learned = 0
        self._cell_n: float | None = None
        self._last_rolled_m = 0.0
        self._slipped_m = self._lifted_m = 0.0
        self.reference_n: float | None = None
        """What the wheels gave in the cheapest free stretch so far, zeros included; None before the first."""
        self._rake_holds = False
        self._unheard = 0
        self.working = False
        """Whether there is something to be felt: a free stretch lies behind, and the scoop is as it was in it."""
        self.pull_n = self.lift_n = self.dug_m = 0.0
        self.standing_n = self.front_n = 0.5 * model.weight_n
        self.slip = self.slip_worst = SLIP
        self._pass = PassMade()
        self.hk = TractionHk()

    def begin(self) -> None:
        """A pass begins: learn anew."""
        self.end()
        self._free_n = self._free_cell_n = 0.0
        self._learned = 0
        self._pass = PassMade(front_least_n=self.standing_n)

    def learn(self, draft_n: float) -> None:
        """The wheels creep and the scoop is clear of the ground."""
        self._learned += 1
        self._free_n += (draft_n - self._free_n) / self._learned
        if self._cell_n is not None:
            self._free_cell_n += (self._cell_n - self._free_cell_n) / self._learned

    def learned(self, level_as_then: bool) -> None:
        """The free stretch is over: what differs from it is the scoop's, while that has the rake it had then."""
        if self._learned and not self.working:
            self.working = True
            self.reference_n = self._free_n if self.reference_n is None else min(self.reference_n, self._free_n)
        self._rake_holds = level_as_then
        self._unheard = 0

    def end(self) -> None:
        """The pass is over, or the scoop leaves the attitude of its free stretch."""
        if self.working:
            self._pass.dug_m = self.dug_m
            self._emit(self._pass)
        self.working = False
        self.pull_n = self.lift_n = 0.0

    @property
    def yield_m_s(self) -> float:
        """How fast a pass gets shallower for each unit of `excess`."""
        return self._limits.yield_m_s

    @property
    def front_share(self) -> float:
        """Load on the front axle over that of a rover which only stands."""
        return self.front_n / self.standing_n

    def see(self, estimate: ArmEstimate, speed_rad_s: float, cell_n: float | None) -> None:
        """Take in a frame: the joints' estimate, the wheels' speed, the cell's force where there is a good one."""
        self._cell_n = cell_n
        q = estimate.q
        self._unheard += 1
        if self._unheard > _UNHEARD:
            self.end()
        if self.working:
            self.pull_n = estimate.draft_n - self._free_n
            self.lift_n = self._force_up_n(q, estimate.load_nm) if self._rake_holds else 0.0
        self.standing_n = self._model.front_n(q, 0.0)
        self.front_n = self._model.front_n(q, self.lift_n, self._limits.rolling_n if self.working else 0.0)
        if speed_rad_s <= _CREEPS_RAD_S:
            self._slipped_m = self._lifted_m = 0.0
        elif self.reference_n is not None:
            self._slip(self._limits.rolling_n + estimate.draft_n - self.reference_n)
        rolled_m = self._odometry.rolled_m - self._last_rolled_m
        if rolled_m > 0.0:
            self._last_rolled_m = self._odometry.rolled_m
            self._roll(rolled_m)
        self._odometry.slip = self.slip
        self._odometry.slip_u95 = SLIP_U95 if self.reference_n is None else _SLIP_U95

    def _force_up_n(self, q: Quad, load_nm: Quad) -> float:
        if self._cell_n is None:
            return self._model.edge_force(q, (0.0, self.pull_n * self._model.roll_m, load_nm[2], 0.0))[1]
        rake = q[2] + q[3]
        return (self._free_cell_n - self._cell_n + self.pull_n * sin(rake)) / cos(rake)

    def _slip(self, thrust_n: float) -> None:
        rear_n = max(self._model.weight_n - self.lift_n - self.front_n, 0.0)
        worst_n = thrust_n / (1.0 - self._limits.weaker)
        self.slip += _NEW_SHARE * (self._wheels.slip(thrust_n, self.front_n, rear_n) - self.slip)
        self.slip_worst += _NEW_SHARE * (self._wheels.slip(worst_n, self.front_n, rear_n) - self.slip_worst)

    def _roll(self, rolled_m: float) -> None:
        """What lasts over the way: digging, and being beyond a limit."""
        limits = self._limits
        self.dug_m = self._wheels.dug_m(self.dug_m, rolled_m, self.slip_worst, 0.5 * self._model.weight_n)
        self._slipped_m = self._slipped_m + rolled_m if self.slip_worst > limits.slip_limit else 0.0
        self._lifted_m = self._lifted_m + rolled_m if self.front_share < limits.front_limit else 0.0
        made = self._pass
        made.rolled_m += rolled_m
        made.kept_m += rolled_m * (1.0 - self.slip)
        if self.working:
            made.slip_peak = max(made.slip_peak, self.slip_worst)
            made.front_least_n = min(made.front_least_n, self.front_n)
            made.pull_peak_n = max(made.pull_peak_n, self.pull_n)

    @property
    def excess(self) -> float:
        """By how much slip or front axle are beyond what is good for digging, as a share; 0 within."""
        if not self.working:
            return 0.0
        limits = self._limits
        return max(self.slip_worst - limits.slip_soft, limits.front_soft - self.front_share, 0.0)

    def broken(self) -> Broken | None:
        """The limit that wheels or scoop are beyond for so long that what they do must end; told once."""
        limits = self._limits
        broken = None
        if self._slipped_m >= limits.lasting_m:
            broken = Broken(StepFailure.SLIP, self.slip_worst, limits.slip_limit)
        elif self.working and self._lifted_m >= limits.lasting_m:
            broken = Broken(StepFailure.FRONT_LIFTED, self.front_n, limits.front_limit * self.standing_n)
        elif self.working and self.dug_m > limits.dug_limit_m:
            broken = Broken(StepFailure.SUNK, self.dug_m, limits.dug_limit_m)
        if broken is not None:
            self._slipped_m = self._lifted_m = 0.0
            self.end()
        return broken

    def report(self, now_ns: int) -> None:
        """Fill the housekeeping record."""
        hk, odometry = self.hk, self._odometry
        hk.working = self.working
        hk.pull_n, hk.lift_n, hk.front_n = self.pull_n, self.lift_n, self.front_n
        hk.slip, hk.slip_worst, hk.dug_m = self.slip, self.slip_worst, self.dug_m
        hk.position_m, hk.position_u95_m = (odometry.x_m, odometry.y_m), odometry.u95_m
        hk.heading_rad, hk.heading_u95_rad = odometry.heading_rad, odometry.heading_u95_rad
        hk.stamp(now_ns)
