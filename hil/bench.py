"""The bench: physics, devices and wires put together, in the time that its user gives it.

    host -> port -> wire -> device -> actuators -> plant
    host <- port <- wire <- device <- measurements <- plant

A frame that a host writes is with its device at once, as of the state at the last `advance`, and answered at its paced
time. So what happens within one advance is taken to happen at its start: with a host that writes at the beginning of
its 10 ms frame, commands act up to 1.5 ms early (what the frames take on the line) and measurements are as old as that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from random import Random
from types import MappingProxyType
from typing import Generic, Protocol, TypeVar

from flight.icd.dynamixel_table import MODELS
from flight.icd.platform import Platform
from flight.icd.vc0706 import DEFAULT_BAUD
from hil.camera import BenchCamera, camera_of
from hil.config import BenchConfig
from hil.devices.memory import MemoryPort
from hil.devices.servo import Servo
from hil.devices.servo_bus import ServoBus
from hil.devices.weighing import WeighingTransmitter
from hil.devices.wire import Wire
from hil.faults import FaultSchedule, PlannedFault, Site
from hil.faults.site import Board, Radio
from hil.plant.actuators import ActuatorBank
from hil.plant.disturbance import Disturbances
from hil.plant.plant import new_plant
from hil.plant.simulation import Plant


class Physics(Protocol):
    """What the devices need of a plant."""

    servos: ActuatorBank

    @property
    def disturbances(self) -> Disturbances | None:
        """What can be made to go wrong in it, if anything."""

    def advance(self, to_ns: int) -> None:
        """Simulate up to `to_ns`."""

    def load_cell_n(self) -> float:
        """What the load cell reads, N."""


P = TypeVar("P", bound=Physics)


class Rig(Generic[P]):
    """Devices on wires around any plant; `Bench` is the one around this project's.

    `phase()` names what the host is doing, for faults that wait for it; `paced` as in `Wire`; `radio` and `board` are
    what a program has beside the devices that can fail. Raises `FaultError` for faults that can't act here. There is a
    camera's line only with a `camera`.
    """

    def __init__(
        self, platform: Platform, plant: P, seed: int, faults: Sequence[PlannedFault] = (), *,
        phase: Callable[[], str], paced: bool = True, radio: Radio | None = None, board: Board | None = None,
        camera: BenchCamera | None = None,
    ) -> None:  # fmt: skip
        self.plant = plant
        servos = [
            Servo(MODELS[servo.servo], servo.id, platform.motion_bus.baud, plant.servos, index)
            for index, servo in enumerate(platform.servos)
        ]
        self.servo_bus = ServoBus(servos, plant.servos)
        self.weighing = WeighingTransmitter(platform.load_cell, plant.load_cell_n)
        self.motion_wire = Wire(self.servo_bus, platform.motion_bus.baud, f"{seed} motion", paced=paced)
        self.weighing_wire = Wire(self.weighing, platform.load_cell.baud, f"{seed} weighing", paced=paced)
        ports = {
            "joints": MemoryPort("memory://joints", self.motion_wire, platform.motion_bus.baud),
            "load_cell": MemoryPort("memory://load_cell", self.weighing_wire, platform.load_cell.baud),
        }
        self.wires: Mapping[str, Wire] = {"joints": self.motion_wire, "load_cell": self.weighing_wire}
        """The lines by the names of their ports."""
        self.camera = camera
        if camera is not None:
            wire = Wire(camera.device, DEFAULT_BAUD, f"{seed} camera", paced=paced, full_duplex=True)
            self.wires = {**self.wires, "camera": wire}
            ports["camera"] = MemoryPort("memory://camera", wire, DEFAULT_BAUD)
        self.ports: Mapping[str, MemoryPort] = MappingProxyType(ports)
        """For a host in this process and in virtual time."""
        self.site = Site(
            self.wires, self.servo_bus, self.weighing, Random(f"{seed} faults"), plant.disturbances,
            camera=camera, radio=radio, board=board,
        )  # fmt: skip
        """What there is to fail."""
        self._faults = FaultSchedule(faults, self.site, phase)

    @property
    def fault_history(self) -> list[tuple[int, str, str]]:
        """(bench time in ns, "applied" or "cleared", the fault), in order."""
        return self._faults.history

    @property
    def faults_waiting(self) -> list[PlannedFault]:
        """The faults whose time or phase has not come."""
        return self._faults.waiting

    def plan(self, fault: PlannedFault) -> None:
        """Have one more fault come at its time; raises `FaultError` when it can't act here."""
        self._faults.add(fault)

    def advance(self, to_ns: int) -> None:
        """Let physics run to `to_ns`, show the devices what it measured, begin and end faults."""
        self.plant.advance(to_ns)
        self.servo_bus.update(to_ns)
        self._faults.step(to_ns)


class Bench(Rig[Plant]):
    """The bench of a mission. Without `phase`, faults can wait for `dig` only: the blade's edge below the surface."""

    def __init__(
        self, platform: Platform, config: BenchConfig, seed: int, faults: Sequence[PlannedFault] = (), *,
        phase: Callable[[], str] | None = None, paced: bool = True, radio: Radio | None = None,
        board: Board | None = None,
    ) -> None:  # fmt: skip
        plant = new_plant(platform, config, seed)
        super().__init__(
            platform, plant, seed, faults, phase=phase or self.observed_phase, paced=paced, radio=radio, board=board,
            camera=camera_of(platform, config, plant, seed),
        )  # fmt: skip

    def observed_phase(self) -> str:
        """What can be told without the host: `dig` or nothing."""
        return DIGGING if self.plant.truth.depth_below_surface_m > DIGGING_DEPTH_M else ""


DIGGING = "dig"
DIGGING_DEPTH_M = 0.002
"""How deep the blade's edge must be for a bench that knows no host's phases to call it digging."""
