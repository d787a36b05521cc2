"""Many seeded missions over all cores, and whether they were what they should be.

Missions are flown by Dask: on a cluster of this machine's own unless the address of a scheduler is given. Each is a
lockstep mission of its own seed, so a campaign gives the same rows on any cluster.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

from dask.distributed import Client, LocalCluster, as_completed

from flight.icd.modes import SafeReason
from hil.config import load_bench
from hil.dig_site import LocationResult
from hil.faults import parse_faults
from hil.lockstep import Lockstep

MOST_DEEP_M = 0.10
"""An edge so deep under the ground has buried itself."""


_LOCATION = ("location_u95_m", "location_error_m", "dug_u95_m", "dug_error_m")


class CampaignError(ValueError):
    """A campaign that can't be flown: what was given and what is allowed, in one line."""


@dataclass(frozen=True)
class Row:
    """One mission: how it ended, and what was true all the while."""

    seed: int
    result: str
    reason: str  # why SAFE, or why it raised
    mass_true_g: float
    mass_est_g: float
    mass_u95_g: float
    sim_s: float
    wall_s: float
    overruns: int
    digs: int
    torque_share: float  # largest joint torque over what the mission file allows
    deepest_m: float  # of the edge below the ground
    hottest_c: float  # case of a servo
    cutting_model: str
    tm_sha256: str
    location_u95_m: float = 0.0  # 95 % radius of where it was collected, on the Moon; 0 where nothing was claimed
    location_error_m: float = 0.0
    dug_u95_m: float = 0.0  # and in the platform's frame, where its fix and heading do not matter
    dug_error_m: float = 0.0

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


def fly(mission: str, seed: int, soil: str | None = None, faults: Sequence[str] = ()) -> Row:
    """One mission; what it raises is its result, for a campaign goes on."""
    try:
        return _fly(mission, seed, soil, faults)
    except Exception as error:  # noqa: BLE001 - an escaped exception is what a campaign looks for
        text = f"{type(error).__name__}: {error}"
        return Row(seed, "raised", text, 0.0, 0.0, 0.0, 0.0, 0.0, 0, 0, 0.0, 0.0, 0.0, "", "")


def _fly(mission: str, seed: int, soil: str | None, faults: Sequence[str]) -> Row:
    with Lockstep(mission, seed, parse_faults(faults), soil=soil) as flown:
        plant = flown.bench.plant
        deepest_m, hottest_c = 0.0, -273.15
        for _ in flown.run():
            deepest_m = max(deepest_m, plant.truth.depth_below_surface_m)
            hottest_c = max(hottest_c, float(plant.servos.temperature_c.max()))
        result = flown.result()
        limits = [joint.max_torque_nm for joint in flown.config.joint]
        peaks = plant.truth.joint_peak_nm
        reason = flown.app.scoop.system_hk.safe_reason
        return Row(
            seed=seed,
            result=result.result,
            reason=reason.name if reason is not SafeReason.NONE else "",
            mass_true_g=result.mass_true_g,
            mass_est_g=result.mass_est_g,
            mass_u95_g=result.mass_u95_g,
            sim_s=result.sim_s,
            wall_s=result.wall_s,
            overruns=result.overruns,
            digs=flown.app.scoop.findings.digs,
            torque_share=max(peak / limit for peak, limit in zip(peaks, limits, strict=False)),
            deepest_m=deepest_m,
            hottest_c=hottest_c,
            cutting_model=plant.deviation.cutting_model,
            tm_sha256=result.tm_sha256,
            **_location(result.location),
        )


def _location(claim: LocationResult | None) -> dict[str, float]:
    if claim is None:
        return {}
    return {name: getattr(claim, name) for name in _LOCATION}


@dataclass(frozen=True)
class Goal:
    """One thing that must hold of a campaign."""

    name: str
    value: str
    aim: str
    met: bool


def goals(rows: Sequence[Row], min_g: float = 50.0) -> list[Goal]:
    """What was reached, beside what is asked."""
    collected = [row for row in rows if row.result == "collected"]
    share = 100.0 * len(collected) / len(rows)
    inside = 100.0 * sum(row.inside for row in collected) / len(collected) if collected else 0.0
    half = median(row.mass_u95_g for row in collected) if collected else 0.0
    false = sum(row.mass_est_g - row.mass_u95_g >= min_g > row.mass_true_g for row in collected)
    unsafe = sum(row.torque_share > 1.0 or row.deepest_m > MOST_DEEP_M or row.hottest_c > 80.0 for row in rows)
    neither = sum(row.result not in ("collected", "safe") for row in rows)
    overruns = sum(row.overruns for row in rows)
    located = [row for row in collected if row.located]
    within = _share(row.location_error_m <= row.location_u95_m for row in located)
    dug_within = _share(row.dug_error_m <= row.dug_u95_m for row in located)
    nowhere = len(collected) - len(located)
    return [
        Goal("collected", f"{share:.1f} %", ">= 97 %", share >= 97.0),
        Goal("truth within the 95 % interval", f"{inside:.1f} %", "92-98 %", 92.0 <= inside <= 98.0),
        Goal("half-width of the interval, median", f"{half:.2f} g", "<= 10 g", bool(collected) and half <= 10.0),
        Goal(f"claims of {min_g:.0f} g with less in the scoop", str(false), "0", false == 0),
        Goal("place on the Moon within its 95 % radius", f"{within:.1f} %", ">= 92 %", within >= 92.0),
        Goal("place on the platform within its 95 % radius", f"{dug_within:.1f} %", ">= 92 %", dug_within >= 92.0),
        Goal("collected without a place", str(nowhere), "0", nowhere == 0),
        Goal("unsafe by the truth (torque, burial, heat)", str(unsafe), "0", unsafe == 0),
        Goal("ended neither collected nor safe", str(neither), "0", neither == 0),
        Goal("overruns", str(overruns), "0", overruns == 0),
    ]


def _share(held: Iterable[bool]) -> float:
    """Of what holds, in per cent; 0 of nothing."""
    each = list(held)
    return 100.0 * sum(each) / len(each) if each else 0.0


def run(
    mission: str, seeds: Iterable[int], scheduler: str | None = None, soil: str | None = None,
    faults: Sequence[str] = (),
) -> Iterator[Row]:  # fmt: skip
    """Fly `mission` with each of `seeds`; rows come as they are done. Wrong input is told before anything is flown."""
    load_bench(mission, soil)
    parse_faults(faults)
    with _cluster(scheduler) as client:
        futures = client.map(lambda seed: fly(mission, seed, soil, tuple(faults)), list(seeds), pure=False)
        for future in as_completed(futures):
            yield future.result()


@contextmanager
def _cluster(scheduler: str | None) -> Iterator[Any]:
    """A client of `scheduler`, or of a cluster of this machine's cores that ends with it."""
    if scheduler is None:
        with LocalCluster(threads_per_worker=1, dashboard_address=None) as cluster, Client(cluster) as client:
            yield client
        return
    try:
        client = Client(scheduler, timeout="5s")
    except (OSError, ValueError, TimeoutError) as error:
        raise CampaignError(f"scheduler {scheduler}: {error}; give HOST:PORT of a running dask scheduler") from None
    with client:
        yield client


def as_dicts(rows: Iterable[Row]) -> list[dict[str, object]]:
    """Rows by seed, as they are stored."""
    return [asdict(row) for row in sorted(rows, key=lambda row: row.seed)]
