"""Sensors under vote: which are believed, told when that changes, and tested anew after a change of site.

A demoted sensor's values count as invalid wherever they are used: the load cell's for weighing and contact, an
encoder's for the joint, a thermometer's for the limit (the servo's own protection goes on), both meters' for monitors.
The camera is asked on: a picture is its own proof. All are looked at on and on, and admitted again when they behave.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from flight.config import AnyConfig
from flight.fdir.cell_votes import CellVotes
from flight.fdir.plausibility import Objection, Slew
from flight.fdir.votes import Ballot, Votes
from flight.icd.events.fdir import SensorDemoted, SensorReadmitted, SensorsRetested
from flight.icd.fdir import SERVOS, Doubt, Sensor
from flight.icd.hk.fdir import FdirHk, Six
from flight.icd.hk.imaging import CameraHk
from flight.icd.kinds import Emit

NO_SERVO = 255
CELL = Ballot(up=4, down=1, demote=16, readmit=2, most=60)
"""A vote a reading, 20 a second: demoted after a fifth of a second, admitted again after 3 s without a doubt."""
ENCODER = Ballot(up=4, down=1, demote=10, readmit=2, most=40)
"""A vote a look, 20 a second, and one more for each position that was doubted: three within half a second."""
THERMOMETER = Ballot(up=3, down=1, demote=9, readmit=2, most=60)
"""A vote a look: demoted before the limit is taken as broken (`joint_watch`)."""
VOLTMETER = Ballot(up=2, down=1, demote=20, readmit=4, most=60)
CAMERA = Ballot(up=2, down=3, demote=6, readmit=1, most=6)
"""A vote a picture: three that came to nothing, two good ones."""
_LEAST_SERVOS = 3
"""To tell which of several voltmeters is wrong."""
_NO_OBJECTION = Objection(Doubt.NONE, 0.0, 0.0)


class Servo(Protocol):
    """One servo as the bus reports it."""

    valid: bool
    stamp_ns: int
    temperature_c: float
    voltage_v: float
    doubted: int
    believed: bool
    thermometer_good: bool
    voltmeter_good: bool


class Cell(Protocol):
    """The load cell's driver."""

    force_n: float
    sequence: int
    believed: bool


class Site(Protocol):
    """Where the sequence digs."""

    site: int


@dataclass(slots=True)
class _Seat:
    """One sensor: its votes, and who is to know whether it is believed."""

    sensor: Sensor
    servo: int
    votes: Votes
    believe: Callable[[bool], None]
    demoted_ns: int = 0


class Sensors:
    """`step` is one look at all of them."""

    __slots__ = (
        "_camera", "_camera_seat", "_cell_seat", "_cell_votes", "_doubted", "_emit", "_encoders", "_findings", "_heats",
        "_pictures", "_seats", "_site", "_stamps", "_states", "_thermometers", "_voltage_apart_v", "_voltmeters",
        "demotions", "doubt", "readmissions",
    )  # fmt: skip

    def __init__(
        self, states: Sequence[Servo], cell: Cell, camera: CameraHk, findings: Site, config: AnyConfig, emit: Emit
    ) -> None:
        self._states = tuple(states)
        self._camera = camera
        self._findings = findings
        self._emit = emit
        self._site = findings.site
        self._cell_votes = CellVotes(cell, config)
        count = len(self._states)
        self._heats = [Slew(config.fdir.heating_k_s, config.fdir.heat_jump_k) for _ in range(count)]
        self._voltage_apart_v = config.fdir.voltage_apart_v
        self._stamps, self._doubted = [-1] * count, [0] * count
        self._pictures = (0, 0)
        self.doubt: Callable[[Sensor, int, bool], None] = lambda _sensor, _servo, _doubted: None
        """Hears which meters' values are not to be believed, for those who read them as housekeeping."""
        self.demotions = self.readmissions = 0

        def believe_cell(believed: bool) -> None:
            cell.believed = believed

        self._cell_seat = _Seat(Sensor.LOAD_CELL, NO_SERVO, Votes(CELL), believe_cell)
        self._camera_seat = _Seat(Sensor.CAMERA, NO_SERVO, Votes(CAMERA), lambda _believed: None)
        self._encoders = [self._encoder(index) for index in range(count)]
        self._thermometers = [self._meter(index, Sensor.THERMOMETER, THERMOMETER) for index in range(count)]
        self._voltmeters = [self._meter(index, Sensor.VOLTMETER, VOLTMETER) for index in range(count)]
        self._seats = (
            self._cell_seat, self._camera_seat, *self._encoders, *self._thermometers, *self._voltmeters,
        )  # fmt: skip

    def step(self, now_ns: int, at_rest: bool) -> None:
        """One look; `at_rest` while nothing moves the scoop."""
        if self._findings.site != self._site:
            self._site = self._findings.site
            self.retest()
        fresh, objection = self._cell_votes.look(now_ns, at_rest)
        if fresh:
            self._vote(self._cell_seat, objection, now_ns)
        volts = sorted(state.voltage_v for state in self._states if state.valid)
        middle_v = volts[len(volts) // 2] if len(volts) >= _LEAST_SERVOS else None
        for index, state in enumerate(self._states):
            self._look(index, state, middle_v, now_ns)
        self._look_at_camera(now_ns)

    def retest(self) -> None:
        """Forget all votes: whatever was demoted is believed again, and judged anew."""
        demoted = 0
        for seat in self._seats:
            if seat.votes.reset():
                demoted += 1
                seat.believe(True)
        for heat in self._heats:
            heat.forget()
        self._emit(SensorsRetested(demoted=demoted, site=self._site))

    def fill(self, hk: FdirHk) -> None:
        """Bring the housekeeping up to date."""
        hk.load_cell_votes, hk.camera_votes = self._cell_seat.votes.count, self._camera_seat.votes.count
        hk.load_cell_demoted, hk.camera_demoted = self._cell_seat.votes.demoted, self._camera_seat.votes.demoted
        hk.encoder_votes, hk.encoders_demoted = _told(self._encoders)
        hk.thermometer_votes, hk.thermometers_demoted = _told(self._thermometers)
        hk.voltmeter_votes, hk.voltmeters_demoted = _told(self._voltmeters)
        hk.demotions, hk.readmissions = self.demotions, self.readmissions

    @property
    def cell_votes(self) -> int:
        """Votes against the load cell."""
        return self._cell_seat.votes.count

    def _look(self, index: int, state: Servo, middle_v: float | None, now_ns: int) -> None:
        seat = self._encoders[index]
        while self._doubted[index] < state.doubted:
            self._doubted[index] += 1
            self._vote(seat, Objection(Doubt.JUMP, float(state.doubted), 0.0), now_ns)
        if state.stamp_ns == self._stamps[index]:
            return  # nothing new, whatever the age: neither for nor against
        self._stamps[index] = state.stamp_ns
        self._vote(seat, None, now_ns)
        self._vote(self._thermometers[index], self._heats[index].feed(state.temperature_c, now_ns), now_ns)
        if middle_v is not None:
            off_v, bound_v = state.voltage_v - middle_v, self._voltage_apart_v
            against = Objection(Doubt.RANGE, state.voltage_v, middle_v) if abs(off_v) > bound_v else None
            self._vote(self._voltmeters[index], against, now_ns)

    def _look_at_camera(self, now_ns: int) -> None:
        hk = self._camera
        good, bad = hk.usable, hk.pictures - hk.usable + hk.failed
        before = self._pictures
        self._pictures = good, bad
        if good > before[0]:
            self._vote(self._camera_seat, None, now_ns)
        elif bad > before[1]:
            self._vote(self._camera_seat, Objection(Doubt.FAILED, float(bad), 0.0), now_ns)

    def _vote(self, seat: _Seat, objection: Objection | None, now_ns: int) -> None:
        votes = seat.votes
        if not votes.vote(objection is None):
            return
        seat.believe(not votes.demoted)
        if votes.demoted:
            seat.demoted_ns = now_ns
            self.demotions += 1
            doubt, value, bound = objection or _NO_OBJECTION
            self._emit(
                SensorDemoted(
                    sensor=seat.sensor, servo=seat.servo, doubt=doubt, votes=votes.count, value=value, bound=bound
                )
            )
        else:
            self.readmissions += 1
            demoted_s = (now_ns - seat.demoted_ns) * 1e-9
            self._emit(SensorReadmitted(sensor=seat.sensor, servo=seat.servo, votes=votes.count, demoted_s=demoted_s))

    def _encoder(self, index: int) -> _Seat:
        state = self._states[index]

        def believe(believed: bool) -> None:
            state.believed = believed
            state.valid = state.valid and believed  # believed again, it is valid with its next position

        return _Seat(Sensor.ENCODER, index, Votes(ENCODER), believe)

    def _meter(self, index: int, sensor: Sensor, ballot: Ballot) -> _Seat:
        state = self._states[index]

        def believe(believed: bool) -> None:
            if sensor is Sensor.THERMOMETER:
                state.thermometer_good = believed
            else:
                state.voltmeter_good = believed
            self.doubt(sensor, index, not believed)

        return _Seat(sensor, index, Votes(ballot), believe)


def _told(seats: Sequence[_Seat]) -> tuple[Six, int]:
    """The votes in as many places as housekeeping has, and a bit for each that is demoted."""
    a, b, c, d, e, f = ([seat.votes.count for seat in seats] + [0] * SERVOS)[:SERVOS]
    return (a, b, c, d, e, f), sum(seat.votes.demoted << index for index, seat in enumerate(seats))
