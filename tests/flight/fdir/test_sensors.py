"""Sensors under vote, their readings stood in for, 20 looks a second."""

from random import Random

import pytest

from flight.fdir.sensors import Sensors
from flight.icd.events.fdir import SensorDemoted, SensorReadmitted, SensorsRetested
from flight.icd.fdir import Doubt, Sensor
from flight.icd.hk.fdir import FdirHk
from flight.icd.hk.imaging import CameraHk

LOOK_NS = 50_000_000


class Servo:
    def __init__(self):
        self.valid, self.stamp_ns, self.temperature_c, self.voltage_v, self.doubted = True, 0, 20.0, 12.0, 0
        self.believed = self.thermometer_good = self.voltmeter_good = True


class Cell:
    force_n, sequence, believed = 0.0, 0, True


class Findings:
    site = 0


class Scene:
    """All sensors, with a cell that shows its noise unless it is frozen."""

    def __init__(self, config):
        self.servos, self.cell, self.camera = [Servo() for _ in range(4)], Cell(), CameraHk()
        self.findings, self.events, self.doubted = Findings(), [], []
        self.sensors = Sensors(self.servos, self.cell, self.camera, self.findings, config, self.events.append)
        self.sensors.doubt = lambda *what: self.doubted.append(what)
        self.noise, self.force_n, self.off_n, self.frozen = Random(1), 0.4, 0.0, False
        self.now_ns = 0

    def look(self, seconds, at_rest=True):
        for _ in range(round(seconds * 20)):
            self.now_ns += LOOK_NS
            for servo in self.servos:
                servo.stamp_ns = self.now_ns
            self.cell.sequence += 1
            if not self.frozen:
                self.cell.force_n = self.force_n + self.off_n + self.noise.gauss(0.0, 0.004)
            self.sensors.step(self.now_ns, at_rest)
        return self

    def told(self, kind):
        return [event for event in self.events if isinstance(event, kind)]


@pytest.fixture
def scene(m1):
    return Scene(m1)


def test_sensors_that_behave_are_left_alone(scene):
    scene.look(600)
    assert scene.events == []


@pytest.mark.requirement("FDI-8")
def test_a_frozen_load_cell_is_noticed_within_two_seconds_and_admitted_again_when_it_lives(scene):
    scene.look(10)
    scene.frozen = True
    scene.look(2)
    (demoted,) = scene.told(SensorDemoted)
    assert (demoted.sensor, demoted.doubt) == (Sensor.LOAD_CELL, Doubt.FROZEN)
    assert demoted.value > demoted.bound
    assert not scene.cell.believed
    scene.look(100)
    assert not scene.cell.believed
    scene.frozen = False
    scene.look(2)
    assert not scene.cell.believed, "it has to behave for a while"
    scene.look(2)
    assert scene.cell.believed
    (readmitted,) = scene.told(SensorReadmitted)
    assert readmitted.demoted_s > 100


@pytest.mark.requirement("FDI-2")
def test_a_new_level_at_rest_demotes_nothing(scene):
    scene.look(10)
    scene.force_n = 5.0
    scene.look(60)
    assert scene.events == []


@pytest.mark.requirement("FDI-8")
def test_a_load_cell_that_jumps_on_and_on_is_demoted(scene):
    scene.look(10)
    for number in range(40):
        scene.off_n = 3.0 * (number % 3 == 0)
        scene.look(0.05)
    assert not scene.cell.believed
    assert {event.doubt for event in scene.told(SensorDemoted)} <= {Doubt.JUMP, Doubt.SCATTER}


def test_motion_and_soil_may_shake_the_cell_as_they_like(scene):
    for number in range(400):
        scene.off_n = 5.0 * (number % 2)
        scene.look(0.05, at_rest=False)
    assert scene.events == []


@pytest.mark.requirement("FDI-8")
def test_readings_that_do_not_come_vote_neither_for_nor_against(scene):
    scene.look(10)
    scene.frozen = True
    scene.look(3)
    votes = scene.sensors.cell_votes
    for _ in range(1000):
        scene.now_ns += LOOK_NS
        scene.sensors.step(scene.now_ns, True)
    assert scene.sensors.cell_votes == votes
    assert not scene.cell.believed


@pytest.mark.requirement("FDI-8")
def test_an_encoder_that_is_doubted_again_and_again_is_not_valid_until_it_behaves(scene):
    servo = scene.servos[2]
    servo.doubted += 1
    scene.look(1)
    assert servo.believed, "one doubt is none"
    for _ in range(3):
        servo.doubted += 1
        scene.look(0.05)
    assert (servo.believed, servo.valid) == (False, False)
    scene.look(3)
    assert servo.believed
    assert not servo.valid, "valid again with its next position, not by itself"


@pytest.mark.requirement("FDI-8")
def test_a_thermometer_that_steps_is_demoted_before_its_limit_counts_and_believed_once_it_stays(scene):
    scene.look(5)
    scene.servos[3].temperature_c = 80.0
    scene.look(0.2)
    assert not scene.servos[3].thermometer_good
    assert scene.doubted == [(Sensor.THERMOMETER, 3, True)]
    scene.look(60)
    assert scene.servos[3].thermometer_good
    assert scene.doubted[-1] == (Sensor.THERMOMETER, 3, False)


def test_a_servo_that_heats_up_as_servos_do_is_believed(scene):
    for _ in range(1000):
        scene.servos[0].temperature_c += 0.04
        scene.look(0.1)
    assert scene.events == []


def test_one_voltmeter_apart_from_the_others_is_demoted_all_together_are_not(scene):
    scene.servos[1].voltage_v = 5.0
    scene.look(2)
    (demoted,) = scene.told(SensorDemoted)
    assert (demoted.sensor, demoted.servo, demoted.value, demoted.bound) == (Sensor.VOLTMETER, 1, 5.0, 12.0)
    for servo in scene.servos:
        servo.voltage_v = 9.2
    scene.look(10)
    assert len(scene.told(SensorDemoted)) == 1


def test_a_camera_is_judged_by_its_pictures(scene):
    for number in range(1, 4):
        scene.camera.failed = number
        scene.look(0.1)
    (demoted,) = scene.told(SensorDemoted)
    assert (demoted.sensor, demoted.doubt, demoted.value) == (Sensor.CAMERA, Doubt.FAILED, 3)
    for number in range(1, 3):
        scene.camera.pictures = scene.camera.usable = number
        scene.look(0.1)
    assert len(scene.told(SensorReadmitted)) == 1


@pytest.mark.requirement("FDI-8")
def test_a_change_of_site_tests_every_sensor_anew(scene):
    scene.look(5)
    scene.frozen = True
    scene.servos[3].temperature_c = 80.0
    scene.look(2)
    scene.findings.site = 1
    scene.look(0.05)
    (retested,) = scene.told(SensorsRetested)
    assert (retested.demoted, retested.site) == (2, 1)
    assert scene.cell.believed
    assert scene.servos[3].thermometer_good


def test_votes_are_housekept(scene):
    scene.look(5)
    scene.frozen = True
    scene.servos[3].temperature_c = 80.0
    scene.look(2)
    hk = FdirHk()
    scene.sensors.fill(hk)
    hk.encode()
    assert (hk.load_cell_demoted, hk.thermometers_demoted, hk.demotions) == (1, 0b1000, 2)
    assert hk.thermometer_votes[3] > 0
    assert hk.encoder_votes == (0,) * 6
