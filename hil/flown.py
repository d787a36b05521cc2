"""One flown mission as a row: how it ended, what was true all the while, what flight told, and what must not be.

Every campaign (seeds, faults, power cuts) gives such rows, judged here by the same rules.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, fields, replace
from typing import Any

from flight.icd.kinds import Event, Severity
from flight.icd.modes import Custody
from hil.lockstep import Lockstep
from hil.plant.rover_truth import RoverTruth

MOST_DEEP_M = 0.10
"""An edge so deep under the ground has buried itself."""
MOST_BURIED = 0.5
"""A wheel sunk by half its radius has dug itself in: a little deeper, and a rover lies on its underside."""
MOST_HOT_C = 80.0
"""What the case of a servo may reach, by its data sheet."""
NO_BOX_M = -10.0
"""Farther from any keep-out box than anything reaches."""
MIN_G = 50.0
"""A sample of less does not count."""
DECEIVED = 2.0
"""An error of so many half-widths is no chance any more (4 standard uncertainties: one in 16000)."""

_COUNTERS = {
    "joints": (
        "silent", "broken", "late", "stray", "crc_errors", "length_errors", "garbage", "unanswered", "missing",
        "restarts", "watchdog_trips", "implausible", "port_losses",
    ),
    "load_cell": ("silent", "corrupt", "refused", "bad_status", "port_losses"),
    "camera": ("retries", "rereads", "silent", "corrupt", "refused", "failed", "port_losses"),
    "recorder": ("dropped", "lost", "failed"),
    "products": ("dropped",),
}  # fmt: skip
"""Counters of housekeeping that tell of something wrong, by the part of the flight program whose `hk` has them."""


@dataclass(frozen=True)
class Row:
    """One mission; what it raised is its result, too."""

    mission: str
    seed: int
    result: str  # collected, safe, unfinished, raised
    reason: str  # why SAFE, or what was raised
    custody: str = ""
    mass_true_g: float = 0.0
    mass_est_g: float = 0.0
    mass_u95_g: float = 0.0
    sim_s: float = 0.0
    wall_s: float = 0.0
    overruns: int = 0
    exceptions: int = 0  # that were contained, and minor frames skipped
    digs: int = 0
    torque_share: float = 0.0  # largest joint torque over what the mission file allows
    torque_joint: str = ""  # of which joint
    deepest_m: float = 0.0  # of the edge below the ground
    buried: float = 0.0  # deepest wheel over its radius
    hottest_c: float = 0.0  # case of a servo
    keep_out_m: float = NO_BOX_M  # how deep in a keep-out box; negative: how far from all of them
    keep_out_where: str = ""  # with which part, and which box
    cutting_model: str = ""
    tm_sha256: str = ""
    location_u95_m: float = 0.0  # 95 % radius of where it was collected, on the Moon; 0 where nothing was claimed
    location_error_m: float = 0.0
    dug_u95_m: float = 0.0  # and in the platform's frame, where its fix and heading do not matter
    dug_error_m: float = 0.0
    what: str = ""  # the fault, or the power cut
    phase: str = ""  # in which that came
    told: str = ""  # what flight told beyond what it tells in the undisturbed mission
    harms: bool = False  # whether the fault itself drives hardware beyond its limits, whatever flight does
    wrong: str = ""  # what a campaign found besides the rules of `faulty`

    @property
    def located(self) -> bool:
        """Whether a place was claimed."""
        return self.location_u95_m > 0.0

    @property
    def weighed(self) -> bool:
        """Whether a mass was told."""
        return self.mass_u95_g > 0.0

    @property
    def inside(self) -> bool:
        """Whether the truth lies within the interval."""
        return abs(self.mass_est_g - self.mass_true_g) <= self.mass_u95_g

    @property
    def claims(self) -> bool:
        """Whether a sample counts as collected, be the system SAFE or not."""
        return self.custody not in ("", Custody.NONE.name)

    @property
    def false_claim(self) -> bool:
        """Whether it claims as much as counts with less in the scoop."""
        return self.claims and self.mass_est_g - self.mass_u95_g >= MIN_G > self.mass_true_g

    @property
    def deceived(self) -> bool:
        """Whether it claims a sample with an error that is no chance any more."""
        return self.claims and abs(self.mass_est_g - self.mass_true_g) > DECEIVED * self.mass_u95_g

    @property
    def unsafe(self) -> str:
        """Which limit of the hardware was broken in truth; empty for none."""
        found = []
        if self.torque_share > 1.0:
            found.append(f"{self.torque_joint} at {self.torque_share:.2f} times its torque limit")
        if self.deepest_m > MOST_DEEP_M:
            found.append(f"edge {100 * self.deepest_m:.0f} cm under the ground")
        if self.buried > MOST_BURIED:
            found.append(f"wheel sunk by {self.buried:.1f} radii")
        if self.hottest_c > MOST_HOT_C:
            found.append(f"servo at {self.hottest_c:.0f} degC")
        if self.keep_out_m > 0.0:
            found.append(f"{1e3 * self.keep_out_m:.1f} mm inside keep-out ({self.keep_out_where})")
        return ", ".join(found)

    @property
    def faulty(self) -> str:
        """What must not be in any mission, whatever befell it; empty for nothing."""
        found = [self.wrong] if self.wrong else []
        if self.result not in ("collected", "safe"):
            found.append(self.result if self.result != "raised" else f"raised {self.reason}")
        if self.result == "safe" and not self.reason:
            found.append("safe without a reason")
        if self.result == "collected" and not self.claims:
            found.append(f"{self.result}, but custody {self.custody}")
        if self.exceptions or self.overruns:
            found.append(f"{self.exceptions} exceptions or skipped frames, {self.overruns} overruns")
        if self.unsafe and not self.harms:
            found.append(self.unsafe)
        if self.false_claim:
            found.append(f"claims {MIN_G:.0f} g with {self.mass_true_g:.1f} g in the scoop")
        if self.deceived:
            found.append(f"deceived: {self.mass_est_g:.1f} +- {self.mass_u95_g:.1f} g told of {self.mass_true_g:.1f} g")
        return "; ".join(found)


class Witness:
    """Looks at a mission as it is flown: `attend` each flight program, `look` once a second, then `row`."""

    def __init__(self, mission: str, flown: Lockstep) -> None:
        self.mission = mission
        self._flown = flown
        self._deepest_m, self._buried, self._hottest_c = 0.0, 0.0, -273.15
        self._failures = self._overruns = 0
        self.warnings: Counter[str] = Counter()
        """What was told that is no news of a mission that goes well: events and counters, how often."""
        self.attend()

    def attend(self) -> None:
        """Hear the events of the flight program, which is new at the start and after a restart."""
        self._flown.app.events.subscribe(self._hear)

    def _hear(self, event: Event) -> None:
        if event.severity is not Severity.INFO:
            self.warnings[type(event).__name__] += 1

    def end_program(self) -> None:
        """Take the counters of a flight program that is about to end."""
        app = self._flown.app
        self._failures += app.executive.failures + app.executive.skipped
        self._overruns += app.executive.timing.overruns
        for part, names in _COUNTERS.items():
            record: Any = getattr(app, part).hk
            for name in names:
                self.warnings[f"{part}.{name}"] += getattr(record, name)
        self.warnings["uplink.rejected"] += sum(app.uplink.rejected.values())

    def look(self) -> None:
        """What is true now."""
        plant = self._flown.bench.plant
        self._deepest_m = max(self._deepest_m, plant.truth.depth_below_surface_m)
        self._hottest_c = max(self._hottest_c, float(plant.servos.temperature_c.max()))
        if isinstance(plant.truth, RoverTruth):
            self._buried = max(self._buried, plant.truth.burial)

    def look_each_second(self) -> None:
        """The same once a second, asked after every minor frame."""
        if self._flown.now_ns % 1_000_000_000 == 0:
            self.look()

    def row(self, **more: Any) -> Row:
        """The mission as a row, once it has ended."""
        flown = self._flown
        self.end_program()
        self.look()
        result, plant = flown.result(), flown.bench.plant
        shares = [
            (peak / joint.max_torque_nm, joint.name)
            for peak, joint in zip(plant.truth.joint_peak_nm, flown.config.joint, strict=False)
        ]
        share, name = max(shares)
        return Row(
            **_shared(result, without={"overruns"}),
            **_shared(result.location),
            mission=self.mission,
            seed=flown.seed,
            custody=result.custody_state,
            overruns=self._overruns,
            exceptions=self._failures,
            digs=flown.app.scoop.findings.digs,
            torque_share=share,
            torque_joint=name,
            deepest_m=self._deepest_m,
            buried=self._buried,
            hottest_c=self._hottest_c,
            keep_out_m=max(plant.nearness.inside_m, NO_BOX_M),
            keep_out_where=plant.nearness.where,
            cutting_model=plant.deviation.cutting_model,
            **more,
        )

    def with_told(self, row: Row, usual: Counter[str]) -> Row:
        """`row`, with what was told beyond the `usual`."""
        return replace(row, told=" ".join(sorted(name for name in self.warnings if self.warnings[name] > usual[name])))


def _shared(record: Any, without: Collection[str] = ()) -> dict[str, Any]:
    """What of a dataclass is in a row, too; nothing of None."""
    ours = {field.name for field in fields(Row)} - set(without)
    named = [] if record is None else [each.name for each in fields(record) if each.name in ours]
    return {name: getattr(record, name) for name in named}


def raised(mission: str, seed: int, error: Exception, **more: Any) -> Row:
    """The row of a mission that raised."""
    return Row(mission, seed, "raised", f"{type(error).__name__}: {error}", **more)
