"""The bench as a whole, in virtual time: bytes in, physics, bytes out."""

import math
import struct

import pytest

from flight.icd.dynamixel import Parser
from flight.icd.dynamixel_payload import parse_fast_status, sync_read, sync_write, write
from flight.icd.dynamixel_table import BY_NAME, RAD_PER_COUNT, OperatingMode
from flight.icd.modbus import address_of, i32_of, parse_answer, read_request
from hil.bench import Bench
from hil.config import load_bench
from hil.faults import parse_faults

FRAME_NS = 10_000_000
IDS = (1, 2, 3, 4)
PRESENT = sync_read(132, 4, IDS, fast=True)


class Host:
    """Runs a bench frame by frame, and asks once a frame."""

    def __init__(self, seed=1, faults=(), mission="m1_lander", **settings):
        self.platform, config = load_bench(mission)
        self.ids = tuple(servo.id for servo in self.platform.servos)
        self.bench = Bench(self.platform, config, seed, parse_faults(faults), **settings)
        self.joints, self.load_cell = self.bench.ports["joints"], self.bench.ports["load_cell"]
        self.now_ns = 0
        self.joints.open(0)
        self.load_cell.open(0)

    def exchange(self, request, port=None):
        port = port or self.joints
        port.write(request, self.now_ns)
        self.now_ns += FRAME_NS
        self.bench.advance(self.now_ns)
        return port.read(self.now_ns)

    def put(self, name, value):
        register = BY_NAME[name]
        for device_id in self.ids:
            answer = self.exchange(write(device_id, register.address, register.to_bytes(value)))
            assert Parser().feed(answer)[0].error == 0

    def positions(self):
        blocks = parse_fast_status(self.exchange(PRESENT), [(i, 4) for i in IDS])
        return [struct.unpack("<i", block.data)[0] for block in blocks]

    def go(self, goals):
        self.exchange(sync_write(116, 4, [(i, struct.pack("<i", goal)) for i, goal in zip(IDS, goals, strict=True)]))


@pytest.fixture
def host():
    return Host()


def test_servos_read_the_stow_pose_in_their_counts(host):
    for counts, joint, stow_deg in zip(host.positions(), host.platform.joint, host.platform.arm.stow_deg, strict=True):
        believed = joint.zero_counts + joint.direction * stow_deg / 360 * 4096
        assert abs(counts - believed) < 0.3 / 360 * 4096 + 1  # tolerance of a joint's zero, and rounding


def test_an_arm_under_torque_holds_its_pose(host):
    start = host.positions()
    host.put("torque_enable", 1)
    for _ in range(100):
        held = host.positions()
    assert all(abs(a - b) <= 12 for a, b in zip(start, held, strict=True))


def test_a_goal_is_reached(host):
    host.put("profile_velocity", 40)
    host.put("profile_acceleration", 20)
    host.put("torque_enable", 1)
    start = host.positions()
    host.go([start[0] + 200, *start[1:]])
    for _ in range(300):
        ended = host.positions()
    assert abs(ended[0] - start[0] - 200) <= 8
    assert host.bench.plant.truth.joint_rad[0] == pytest.approx((ended[0] - 2048) * RAD_PER_COUNT, abs=0.01)


def test_the_load_cell_answers_on_its_own_line(host):
    request = read_request(1, address_of(40008), 2)
    words = parse_answer(request, host.exchange(request, host.load_cell))
    assert abs(i32_of(words) * host.platform.load_cell.resolution_n) < host.platform.load_cell.range_n


def test_an_answer_takes_the_time_of_its_bytes(host):
    host.joints.write(PRESENT, 0)
    request_ns, delays_ns, answer_ns = len(PRESENT) * 10_000, 4 * 500_000, (8 + 4 * 8) * 10_000
    due_ns = request_ns + delays_ns + answer_ns
    assert host.joints.read(due_ns - 1) == b""
    assert len(host.joints.read(due_ns)) == 40


def recording(seed):
    host = Host(seed, ["bit_flip@0.2+1", "dropped_byte@1+0.5"])
    return b"".join(host.exchange(PRESENT) for _ in range(200))


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others():
    assert recording(1) == recording(1)
    assert recording(1) != recording(2)


def test_a_watchdog_holds_the_arm_when_the_host_goes_silent(host):
    host.put("torque_enable", 1)
    host.put("bus_watchdog", 10)
    for _ in range(25):
        host.now_ns += FRAME_NS
        host.bench.advance(host.now_ns)
    assert all(servo.table.get("bus_watchdog") == 0xFF for servo in host.bench.servo_bus.servos)
    assert all(servo.torque_on for servo in host.bench.servo_bus.servos)


def test_a_missing_servo_comes_back_with_its_goals_locked():
    host = Host(seed=1, faults=["missing_servo@1+1"])
    host.put("torque_enable", 1)
    host.put("bus_watchdog", 10)
    answered = [len(host.positions()) for _ in range(250)]
    assert answered[:80] == [4] * 80
    assert min(answered) < 4
    assert answered[-10:] == [4] * 10
    assert sorted(servo.table.get("bus_watchdog") for servo in host.bench.servo_bus.servos) == [10, 10, 10, 0xFF]
    assert [what for _, what, _ in host.bench.fault_history] == ["applied", "cleared"]


def test_faults_wait_for_the_phase_that_the_host_names():
    phase = "approach"
    host = Host(faults=["unplugged_adapter@dig+1"], phase=lambda: phase)
    host.exchange(PRESENT)
    assert host.bench.fault_history == []
    phase = "dig"
    with pytest.raises(OSError, match="memory://joints"):
        host.exchange(PRESENT)


def test_a_bench_alone_calls_it_digging_when_the_edge_is_under_ground(host):
    assert host.bench.plant.truth.depth_below_surface_m < 0
    assert host.bench.observed_phase() == ""


WHEELS = (11, 12, 13, 14)


def test_a_rover_has_six_servos_on_one_line_and_drives_by_its_wheels():
    host = Host(mission="m2_rover")
    present = sync_read(132, 4, host.ids, fast=True)
    assert len(parse_fast_status(host.exchange(present), [(i, 4) for i in host.ids])) == 6
    for device_id in WHEELS:
        host.exchange(write(device_id, BY_NAME["operating_mode"].address, bytes([OperatingMode.VELOCITY])))
    host.put("torque_enable", 1)
    truth = host.bench.plant.truth
    start = truth.position_m[0]
    goals = [(i, struct.pack("<i", 20 * wheel.direction)) for i, wheel in zip(WHEELS, host.platform.wheel, strict=True)]
    host.exchange(sync_write(104, 4, goals))
    for _ in range(500):
        blocks = parse_fast_status(host.exchange(present), [(i, 4) for i in host.ids])
    rim_m = 5.0 * 20 * 0.229 / 60 * 2 * math.pi * 0.1
    assert 0.5 * rim_m < truth.position_m[0] - start < rim_m
    left, right = (struct.unpack("<i", blocks[k].data)[0] for k in (2, 3))
    assert left > 300
    assert right < -300
    assert host.bench.observed_phase() == ""
