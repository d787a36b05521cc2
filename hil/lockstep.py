"""Lockstep: flight software and bench in one process, in virtual time, minor frame by minor frame.

Bytes still cross between them, over the same drivers and device models as on a serial line; only waiting is left out.
The same mission and seed give the same bytes. This is the one place of the bench that knows the flight software.
"""

from __future__ import annotations

import csv
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import BinaryIO, Self, TextIO

from flight.app import AnyConfig, FlightApp, ProductError, Surroundings, load_mission, read_products
from flight.icd.commands.functions import Collect
from flight.icd.fdir import Condition
from flight.icd.imaging import PictureKind, ProductKind
from flight.icd.keys import UplinkKey
from flight.icd.modes import Custody, Mode, Phase, SafeReason
from flight.icd.platform import Platform
from hil.bench import Bench
from hil.board import Computer, FailingStorage
from hil.config import load_bench
from hil.dig_site import NOWHERE, DigSite, LocationResult, compare
from hil.faults import PlannedFault
from hil.radio import MemoryLink

FRAME_NS = 10_000_000
MAX_SIM_S = 1800.0
TRUTH_EVERY = 10  # minor frames
READY_NS = 20_000_000_000
"""Joints take a few seconds to be set up; when they are not ready by then the collection is commanded all the same."""
_REFUSED_NS = 5_000_000_000
"""A collection that has not begun so long after its command was refused."""
_AGAIN_NS = 2_000_000_000
"""An operator whose telecommand was not confirmed sends it again after so long."""
_ATTEMPTS = 30
_REFUSALS = 15
"""A collection that was refused so often, half a minute, is given up."""
_AFTERMATH = 200
"""Minor frames flown after the end, so that telemetry shows the arm at rest."""
BOOT_TAI_NS = 2_208_988_800_000_000_000
"""TAI since 1958 at boot, 2028-01-01: a lockstep mission has no wall clock to read."""
_KEY = UplinkKey(1, bytes(32))
"""The key of lockstep: it protects nothing, for both ends are here, but every octet is as in flight."""


@dataclass(frozen=True)
class Result:
    """How a lockstep mission ended; masses are those of the scoop's content, truth and estimate.

    The estimate of a mission that claims nothing is what was weighed last, perhaps before soil was lost. `reason` says
    why a mission ended safe.
    """

    result: str
    reason: str
    custody_state: str
    mass_true_g: float
    mass_est_g: float
    mass_u95_g: float
    sim_s: float
    wall_s: float
    frames: int
    overruns: int
    tm_sha256: str
    faults: list[str]
    location: LocationResult | None = None

    def as_text(self) -> str:
        """In a few lines for a person."""
        mass = f"{self.mass_est_g:.1f} g +- {self.mass_u95_g:.1f} g (95 %)"
        if self.result != "collected":
            mass = (
                f"{self.reason or 'no reason'}; nothing claimed, weighed last {mass}"
                if self.mass_u95_g
                else self.reason
            )
        lines = [
            f"{self.result}: {mass}, truth {self.mass_true_g:.1f} g",
            f"{self.sim_s:.1f} s of mission in {self.wall_s:.1f} s: {self.sim_s / self.wall_s:.0f} x real time",
            f"telemetry sha256 {self.tm_sha256}",
        ]
        if self.location is not None:
            lines.append(self.location.as_text())
        return "\n".join(lines + [f"fault {fault}" for fault in self.faults])

    def as_dict(self) -> dict[str, object]:
        """As it is printed."""
        values = {key: value for key, value in asdict(self).items() if key != "location"}
        values |= {key: round(value, 3) for key, value in values.items() if isinstance(value, float)}
        return values | (NOWHERE if self.location is None else self.location.as_dict())


def _new_files(out: Path) -> tuple[BinaryIO, TextIO]:
    """The files for frames and truth; raises `OSError` saying what could not be left where, and why."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        return (out / "frames.cadu").open("wb"), (out / "truth.csv").open("w", newline="", encoding="ascii")
    except OSError as error:
        raise OSError(f"no frames and no truth can be left in {out}: {error.strerror}") from None


def servo_names(platform: Platform) -> list[str]:
    """Names of the servos on the bus: joints, then a rover's wheels."""
    return [servo.name for servo in platform.servos]


def check(mission: str, soil: str | None = None) -> None:
    """Raise `ValueError` or `OSError` for a mission that can't be flown, as flying it would."""
    with Lockstep(mission, 0, soil=soil):
        pass


class Lockstep:
    """One mission: `with Lockstep(...) as mission: for now_s in mission.run(): ...`, then `mission.result()`.

    Its camera sees the scene only when `rendered`, which takes about a second a picture, else a test chart.
    """

    def __init__(self, mission: str | Path, seed: int, faults: Sequence[PlannedFault] = (), out: Path | None = None,
        soil: str | None = None, *, rendered: bool = False, store: Path | None = None,
    ) -> None:  # fmt: skip
        """Flight records to `store`, which stays, or to a directory that ends with the mission."""
        self.seed = seed
        self.config: AnyConfig = load_mission(mission)
        platform, bench_config = load_bench(mission, soil)
        self.link = MemoryLink(_KEY, seed)
        self._computer = Computer(self.link.command, BOOT_TAI_NS)
        self.bench = Bench(
            platform, bench_config, seed, faults, phase=self._phase_name, radio=self.link, board=self._computer
        )
        if not rendered and self.bench.camera is not None:
            self.bench.camera.look_at_chart(seed)
        self._out = out
        self._dig_site = DigSite(platform, self.bench.plant)
        recording, truth = _new_files(out) if out is not None else (None, None)
        self.link.record(recording)
        self._temporary = TemporaryDirectory(prefix="saji-lockstep-") if store is None else None
        self.store: Path = store or Path(self._temporary.name if self._temporary else "")
        """Where flight records."""
        self.app = self._new_app()
        self._commanded_ns: int | None = None
        self._again_ns, self._attempts = 0, _ATTEMPTS
        self._truth_file = truth
        self._truth = csv.writer(self._truth_file).writerow if self._truth_file else None
        if self._truth is not None:
            torques = (f"{name}_nm" for name in servo_names(platform))
            self._truth(("time_s", "sample_g", "depth_m", "force_r_n", "force_z_n", "keep_out_m", *torques))
        self._frame = 0
        self._wall_s = 0.0

    def _new_app(self) -> FlightApp:
        around = Surroundings.in_memory(self.bench.ports, self.link, BOOT_TAI_NS, _KEY, self.store)
        storage = FailingStorage(around.recorder, around.events.emit, self._computer.storage)
        return FlightApp(self.config, replace(around, recorder=storage))

    def restart(self, frames_off: int = 0, servos_too: bool = False) -> None:
        """The flight computer loses power for so many minor frames, and the servos with it or not; a new flight
        program starts on what the store holds. The one before ends where it is: nothing is closed or flushed.
        """
        undo = self.bench.servo_bus.cut_power() if servos_too else None
        for _ in range(frames_off):
            self._pass_frame()
        if undo is not None:
            undo()
        self.app = self._new_app()
        self._commanded_ns, self._again_ns = None, self.now_ns + _AGAIN_NS

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.link.close()
        if self._temporary is not None:
            self._temporary.cleanup()
        if self._truth_file is not None:
            self._truth_file.close()

    @property
    def now_ns(self) -> int:
        """Virtual time."""
        return self._frame * FRAME_NS

    @property
    def phase(self) -> Phase:
        """Where the sampling sequence is."""
        return self.app.scoop.sampling.phase

    def _phase_name(self) -> str:
        return self.phase.name.lower()

    def step(self) -> None:
        """One minor frame of flight, then the bench up to the next."""
        self.app.frame(self.now_ns)
        self._pass_frame()

    def _pass_frame(self) -> None:
        self._frame += 1
        self._computer.now_ns = self.now_ns
        self.bench.advance(self.now_ns)
        self._dig_site.see()
        if self._truth is not None and self._frame % TRUTH_EVERY == 0:
            self._log_truth(self._truth)

    def run(self, max_s: float = MAX_SIM_S) -> Iterator[float]:
        """Command the collection once the joints are ready, fly until it ends; yields the time (s) once a second."""
        for now_s in self.run_frames(max_s):
            if self._frame % 100 == 0:
                yield now_s

    def run_frames(self, max_s: float = MAX_SIM_S) -> Iterator[float]:
        """The same, but yields after every minor frame."""
        began = time.perf_counter()
        while self.now_ns < max_s * 1e9 and not self.over:
            self.step()
            self.operate()
            yield self.now_ns * 1e-9
        self.finish()
        self._wall_s = time.perf_counter() - began

    def operate(self) -> None:
        """What an operator does after a minor frame: command the collection once the joints are ready, and again when
        it did not arrive, was refused, or the board started anew and does not go on by itself.
        """
        ready = self.app.joints.ready or self.now_ns >= READY_NS
        if self.now_ns < self._again_ns or not ready or (self._commanded_ns is not None and not self._refused):
            return
        self._attempts -= 1
        self._again_ns = self.now_ns + _AGAIN_NS
        goes_on = self.phase is not Phase.IDLE
        if goes_on or self.link.command(Collect(site=0, max_digs=self.config.sample.max_digs)) or self._attempts <= 0:
            self._commanded_ns = self.now_ns

    def finish(self) -> None:
        """Fly a little on, then end the flight program in order."""
        for _ in range(_AFTERMATH):
            self.step()
        self.app.close()
        if self._out is not None:
            self._leave_pictures(self._out / "pictures")

    def _leave_pictures(self, folder: Path) -> None:
        """The pictures as they were stored, named by number, kind and the beginning of their SHA-256."""
        for _, product in read_products(self.store):
            if isinstance(product, ProductError) or product.about.kind is not ProductKind.PICTURE:
                continue
            folder.mkdir(exist_ok=True)
            kind = PictureKind(product.about.detail).name.lower()
            name = f"{product.about.sequence:04d}-{kind}-{product.sha256.hex()[:16]}.jpg"
            (folder / name).write_bytes(product.content)

    @property
    def _refused(self) -> bool:
        """Whether the collection did not begin, and it is worth asking again."""
        again = self._attempts > _ATTEMPTS - _REFUSALS
        return again and self.phase is Phase.IDLE and self.app.scoop.modes.mode is not Mode.SAFE

    @property
    def over(self) -> bool:
        """Whether the mission has ended, one way or the other."""
        commanded_ns = self._commanded_ns
        if self.app.scoop.modes.mode is Mode.SAFE:
            return True
        if commanded_ns is None:
            return False
        if self.phase is Phase.IDLE:
            return self.now_ns - commanded_ns > _REFUSED_NS
        return self.phase in (Phase.DONE, Phase.FAILED)

    @property
    def _reason(self) -> str:
        """Why it ended safe: why it went to SAFE, or the condition for which the collection was refused."""
        reason, missing = self.app.scoop.system_hk.safe_reason, self.app.scoop.fdir.hk.missing
        return reason.name if reason is not SafeReason.NONE else f"REFUSED: {Condition(missing).name}"

    def result(self) -> Result:
        """How it ended."""
        content = self.app.scoop.content
        mass = content.mass
        if self.app.scoop.modes.mode is Mode.SAFE:
            ended = "safe"
        elif content.custody is Custody.COLLECTED and self.phase is Phase.DONE:
            ended = "collected"
        elif self.phase is Phase.IDLE and self.app.scoop.fdir.hk.missing is not Condition.NONE:
            ended = "safe"  # refused before anything moved, and telemetry says why
        else:
            ended = "unfinished"
        return Result(
            result=ended,
            reason=self._reason if ended == "safe" else "",
            custody_state=content.custody.name,
            mass_true_g=1e3 * self.bench.plant.truth.sample_mass_kg,
            mass_est_g=mass.mass_g if mass else 0.0,
            mass_u95_g=mass.u95_g if mass else 0.0,
            sim_s=self.now_ns * 1e-9,
            wall_s=self._wall_s,
            frames=self._frame,
            overruns=self.app.executive.timing.overruns,
            tm_sha256=self.link.sha256.hexdigest(),
            location=compare(self.app.scoop.locator.told, self._dig_site),
            faults=[f"{at * 1e-9:.2f} s {what} {name}" for at, what, name in self.bench.fault_history]
            + [f"never came: {planned}" for planned in self.bench.faults_waiting],
        )

    def _log_truth(self, log: Callable[[Sequence[object]], object]) -> None:
        truth = self.bench.plant.truth
        log(
            (
                f"{self.now_ns * 1e-9:.2f}",
                f"{1e3 * truth.sample_mass_kg:.4f}",
                f"{truth.depth_below_surface_m:.6f}",
                *(f"{force:.4f}" for force in truth.soil_force_n),
                f"{self.bench.plant.nearness.inside_m:.5f}",
                *(f"{torque:.4f}" for torque in truth.joint_torque_nm),
            )
        )
