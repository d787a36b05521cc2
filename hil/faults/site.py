"""What faults act on: the lines, devices and surroundings of a bench, as far as a program has them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from random import Random
from typing import Protocol, TypeVar

from hil.devices.servo import Servo
from hil.devices.servo_bus import ServoBus
from hil.devices.weighing import WeighingTransmitter
from hil.devices.wire import Wire
from hil.plant.disturbance import Disturbances

Undo = Callable[[], None]
T = TypeVar("T")


class FaultError(ValueError):
    """A fault that can't be: what was given and what is allowed, in one line."""


class Part(Enum):
    """What a fault needs; the value is how it is called."""

    MOTION_LINE = "motion bus"
    CELL_LINE = "load cell line"
    CAMERA_LINE = "camera line"
    SERVOS = "servos"
    LOAD_CELL = "load cell"
    CAMERA = "camera"
    PLANT = "simulated ground, supply and temperatures"
    RADIO = "radio"
    BOARD = "on-board clock and storage"


LINES = {"joints": Part.MOTION_LINE, "load_cell": Part.CELL_LINE, "camera": Part.CAMERA_LINE}
"""Ports of a bench, and what their lines are called."""


class Camera(Protocol):
    """A camera that can fail; each method returns how to end it."""

    def darken(self) -> Undo:
        """Pictures are black."""

    def overexpose(self) -> Undo:
        """Pictures are white."""

    def corrupt(self) -> Undo:
        """Pictures have wrong octets within their data."""

    def truncate(self) -> Undo:
        """Pictures end early."""

    def stick(self) -> Undo:
        """The same picture is taken again and again."""

    def mute(self) -> Undo:
        """Nothing is answered."""

    def restart(self) -> None:
        """It starts anew, as after a dip of its supply."""


class Radio(Protocol):
    """A space link that can fail; each method returns how to end it."""

    def lose_uplink(self, share: float) -> Undo:
        """So many of the telecommand frames do not arrive."""

    def fade(self, good_s: float, bad_s: float) -> Undo:
        """Telemetry comes and goes: good and bad spells of these mean lengths (Gilbert and Elliott)."""

    def go_down(self) -> Undo:
        """Nothing arrives at either end."""

    def corrupt_downlink(self, bit_error_rate: float) -> Undo:
        """Bits of telemetry frames are wrong."""

    def corrupt_uplink(self, bit_error_rate: float) -> Undo:
        """Bits of telecommand frames are wrong."""


class Board(Protocol):
    """The flight computer's own surroundings; each method returns how to end it."""

    def step_clock(self, by_s: float) -> Undo:
        """The on-board time is set wrong by so much."""

    def fill_storage(self) -> Undo:
        """No room is left: nothing can be stored."""

    def break_storage(self) -> Undo:
        """Writing fails."""

    def slow_storage(self, records_a_second: int) -> Undo:
        """The storage takes no more than so many records a second."""


@dataclass(slots=True)
class Site:
    """What there is to fail; None for what a program has not. `choice` decides what a fault leaves open, by the seed.

    `lines` are the wires by the names of their ports (`LINES`).
    """

    lines: Mapping[str, Wire]
    servo_bus: ServoBus
    weighing: WeighingTransmitter
    choice: Random
    disturbances: Disturbances | None = None
    camera: Camera | None = None
    radio: Radio | None = None
    board: Board | None = None
    now_ns: int = 0

    @property
    def parts(self) -> frozenset[Part]:
        """What there is here."""
        parts = {LINES[name] for name in self.lines} | {Part.SERVOS, Part.LOAD_CELL}
        if self.disturbances is not None:
            parts.add(Part.PLANT)
        if self.camera is not None:
            parts.add(Part.CAMERA)
        if self.radio is not None:
            parts.add(Part.RADIO)
        if self.board is not None:
            parts.add(Part.BOARD)
        return frozenset(parts)

    def servo(self, where: str) -> Servo:
        """The servo with the id `where`, or any."""
        servos = self.servo_bus.servos
        if not where:
            return self.choice.choice(servos)
        return next(servo for servo in servos if servo.id == int(where))

    def joint(self, where: str) -> int:
        """The same as a number from 0 on, in the order of the platform."""
        return self.servo_bus.servos.index(self.servo(where))


def present(part: T | None) -> T:
    """`part`, which a schedule has made sure of."""
    if part is None:
        raise FaultError("a fault was brought about where it can't be")
    return part
