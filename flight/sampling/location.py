"""Where on the Moon the scoop is, and where the sample in it was dug: followed as it digs, told as it is collected.

What is in the scoop comes from all along its passes, so what is kept is the box that the edge has dug through. It is
kept through a restart with what else is known of the content, and grows in steps: each is a record for the recorder.
"""

from __future__ import annotations

from math import hypot, radians

from flight.icd.custody import SAMPLE_SIZE
from flight.icd.events.location import SampleLocated, SampleNotLocated
from flight.icd.hk.location import LocationHk
from flight.icd.hk.scoop import ScoopHk
from flight.icd.kinds import Emit
from flight.icd.modes import Custody, Phase
from flight.icd.moon import Place, east_deg
from flight.icd.packet import Triple
from flight.icd.parameters import LocationParameters
from flight.sampling.rig import Content, Findings
from flight.scoop.estimator import ArmEstimate
from flight.scoop.location import Fix, Odometry, Stretch, carried, locate

_STEP_M = 0.01
_RELIEF_M = 0.010
"""Of the ground along a pass above where it was touched, and by how much a rover's wheels sink in as it pushes: an edge
that yielded up to there may yet cut (a centimetre by seeds of the bench)."""
_NOBODY = (0,) * SAMPLE_SIZE


class Locator:
    """`step` follows the edge; in a frame after that of `Memory.step`, which restores. `odometry` is a rover's."""

    __slots__ = ("_content", "_emit", "_estimate", "_findings", "_kinematics_u95_m", "_odometry", "_scoop",
                 "_settings", "_told", "_width_m", "hk", "told")  # fmt: skip

    def __init__(
        self, settings: LocationParameters, kinematics_u95_m: float, width_m: float, scoop: ScoopHk,
        estimate: ArmEstimate, findings: Findings, content: Content, emit: Emit, odometry: Odometry | None = None,
    ) -> None:  # fmt: skip
        self._settings = settings
        self._kinematics_u95_m = kinematics_u95_m
        self._width_m = width_m
        self._scoop = scoop
        self._estimate = estimate
        self._findings = findings
        self._content = content
        self._emit = emit
        self._odometry = odometry
        self._told: tuple[tuple[int, ...], Fix | None] = (_NOBODY, None)
        self.told: SampleLocated | None = None
        """What was told last of a sample that is still there."""
        self.hk = LocationHk()

    @property
    def edge_m(self) -> Triple:
        """The scoop's edge in the platform's frame: LANDER, or SITE by dead reckoning."""
        edge_m = self._estimate.edge_m
        if self._odometry is None:
            return edge_m
        x, y, z = edge_m
        return carried((x + self._estimate.pose.r_m, y, z), self._odometry)

    @property
    def fix(self) -> Fix:
        """The platform's fix in force."""
        at = self._settings
        place = Place(at.latitude_deg, east_deg(at.longitude_deg))
        return Fix(place, at.height_m, at.fix_u95_m, radians(at.heading_deg), radians(at.heading_u95_deg))

    def step(self, now_ns: int) -> None:
        """Follow the edge where it digs; tell of a sample that was not told of, or not by the fix in force."""
        if self._digs:
            self._follow()
        chain = self._content.chain
        if chain.state is Custody.NONE:
            self._told, self.told = (_NOBODY, None), None
            return
        sample, fix = chain.record.sample, self.fix
        if (sample, fix) != self._told:
            self._told = (sample, fix)
            self._tell(sample, fix)

    def refresh(self, now_ns: int) -> None:
        """Bring the housekeeping up to date."""
        hk, dug, u95_m = self.hk, self._content.dug, self._odometry_u95_m
        at = locate(self.fix, Stretch.at(self.edge_m, u95_m), self._kinematics_u95_m)
        hk.latitude_deg, hk.longitude_deg = at.place
        hk.u95_m, hk.height_m = at.u95_m, at.height_m
        hk.edge_m, hk.odometry_u95_m = self.edge_m, u95_m
        hk.dug, hk.dug_m = dug is not None, dug.middle_m if dug is not None else (0.0, 0.0, 0.0)
        hk.stamp(now_ns, self._estimate.fresh)

    @property
    def _odometry_u95_m(self) -> float:
        """Of the edge: the rover's, and what its heading makes of the edge's distance from it."""
        if self._odometry is None:
            return 0.0
        x, y, _ = self._estimate.edge_m
        ahead_m = hypot(x + self._estimate.pose.r_m, y)
        return hypot(self._odometry.u95_m, self._odometry.heading_u95_rad * ahead_m)

    @property
    def _digs(self) -> bool:
        findings, estimate = self._findings, self._estimate
        return (
            self._content.disturbed
            and findings.surface_known
            and estimate.fresh
            and estimate.pose.z_m < findings.surface_m + _RELIEF_M
            and self._scoop.phase is not Phase.FIND_SURFACE
        )

    def _follow(self) -> None:
        content, edge_m, u95_m = self._content, self.edge_m, self._odometry_u95_m
        if content.dug is None:
            content.dug = Stretch.at(edge_m, u95_m)
        elif content.dug.beyond_m(edge_m) > _STEP_M:
            content.dug = content.dug.with_edge(edge_m, u95_m)

    def _tell(self, sample: tuple[int, ...], fix: Fix) -> None:
        dug = self._content.dug
        if dug is None:
            self.told = None
            self._emit(SampleNotLocated(sample=sample))
            return
        at = locate(fix, dug, self._kinematics_u95_m, self._width_m)
        self.told = SampleLocated(
            sample=sample, latitude_deg=at.place.latitude_deg, longitude_deg=at.place.longitude_deg, u95_m=at.u95_m,
            height_m=at.height_m, dug_m=dug.middle_m, dug_u95_m=at.dug_u95_m, u_fix_m=at.u_fix_m,
            u_heading_m=at.u_heading_m, u_kinematics_m=at.u_kinematics_m, u_odometry_m=at.u_odometry_m,
            u_extent_m=at.u_extent_m,
        )  # fmt: skip
        self._emit(self.told)
