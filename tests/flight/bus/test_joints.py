import itertools
import math

import pytest

from flight.icd.dynamixel_table import BY_NAME
from flight.icd.events.bus import JointGoalRefused, JointTorqueRefused


def counts_of(radians, joint):
    return joint.zero_counts + round(joint.direction * radians * 4096 / (2 * math.pi))


def test_positions_velocities_and_currents_are_those_of_the_joint(rig, m1):
    rig.start()
    for servo in rig.servos:
        servo["present_position"], servo["present_velocity"], servo["present_current"] = 2048 + 1024, 100, -50
        servo["present_voltage"], servo["present_temperature"] = 121, 33
    rig.run(0.03)  # so far from the last, a position must come twice
    for state, joint in zip(rig.states, m1.joint, strict=True):
        assert state.position_rad == pytest.approx(joint.direction * math.pi / 2)
        assert state.velocity_rad_s == pytest.approx(joint.direction * 100 * 0.229 * 2 * math.pi / 60)
        assert state.current_a == pytest.approx(joint.direction * -50 * 2.69e-3)
        assert state.voltage_v == pytest.approx(12.1)
        assert state.temperature_c == 33


def test_values_are_one_frame_old_and_stamped_when_they_were_asked_for(rig):
    rig.start()
    assert rig.ages_ms() == [9, 9, 9, 9]  # sent 1 ms into the frame before


def test_goals_reach_the_servos_in_their_own_counts(rig, m1):
    rig.start(torque=True)
    rig.goals = (0.1, 0.2, -0.3, 0.4)
    rig.run(0.01)
    for servo, goal, joint in zip(rig.servos, rig.goals, m1.joint, strict=True):
        assert servo["goal_position"] == counts_of(goal, joint)
        assert servo["goal_current"] == int(1.0 / 2.69e-3)


def test_goals_are_brought_within_the_joints_limits(rig, m1):
    rig.start(torque=True)
    for far, end in ((10.0, "max_deg"), (-10.0, "min_deg"), (math.inf, "max_deg"), (-math.inf, "min_deg")):
        rig.goals = (far,) * 4
        rig.run(0.01)
        for servo, joint in zip(rig.servos, m1.joint, strict=True):
            assert servo["goal_position"] == counts_of(math.radians(getattr(joint, end)), joint)


def test_currents_are_brought_within_what_the_joint_may_take(rig, m1):
    rig.start(torque=True)
    rig.bus.set_goals((0.0,) * 4, (1e9,) * 4)
    rig.run(0.01)
    for servo, joint in zip(rig.servos, m1.joint, strict=True):
        assert 0 < servo["goal_current"] <= servo["current_limit"]
        assert servo["goal_current"] * 2.69e-3 * servo.model.torque_constant_nm_a <= joint.max_torque_nm


@pytest.mark.parametrize(("position", "current"), [(math.nan, 1.0), (0.2, math.nan), (0.2, -1.0)])
def test_a_goal_that_is_no_number_is_refused_and_told(rig, position, current):
    rig.start(torque=True)
    rig.bus.set_goals((0.1,) * 4, (1.0,) * 4)
    rig.run(0.01)
    before = rig.servos[1]["goal_position"]
    rig.bus.set_goals((0.1, position, 0.1, 0.1), (1.0, current, 1.0, 1.0))
    rig.run(0.01)
    assert rig.servos[1]["goal_position"] == before
    assert [event.joint for event in rig.told(JointGoalRefused)] == [1]
    assert rig.bus.hk.goals_refused == 1


def test_refused_goals_don_t_flood(rig):
    rig.start(torque=True)
    rig.goals = (math.nan,) * 4
    rig.run(3)
    assert len(rig.told(JointGoalRefused)) <= 4
    assert rig.bus.hk.goals_refused == 1200


def test_torque_comes_on_where_the_joint_is(rig):
    rig.start()
    for servo in rig.servos:
        servo["present_position"] = 2300
    rig.goals = (0.0,) * 4
    rig.run(0.02)
    goals_at_torque = []
    for servo in rig.servos:
        write = servo.write

        def watch(address, data, servo=servo, write=write):
            if address == 64 and data == b"\1":
                goals_at_torque.append(servo["goal_position"])
            return write(address, data)

        servo.write = watch
    rig.bus.torque(True)
    rig.frame()
    assert goals_at_torque == [2300] * 4


def test_powered_means_that_the_servos_say_so(rig):
    rig.start()
    rig.bus.torque(True)
    assert not rig.bus.powered
    rig.run(0.03)
    assert rig.bus.powered
    rig.bus.torque(False)
    rig.run(0.03)
    assert not rig.bus.powered
    assert not any(servo["torque_enable"] for servo in rig.servos)


def test_a_torque_order_that_is_lost_is_repeated(rig):
    rig.start()
    rig.bus.torque(True)
    rig.line.to_servos = lambda data: b""
    rig.frame()
    rig.line.to_servos = lambda data: data
    rig.run(0.05)
    assert rig.bus.powered


def test_a_servo_that_refuses_torque_is_told_and_no_longer_asked(rig):
    rig.start()
    rig.servos[2].torque_fails = True
    rig.bus.torque(True)
    rig.run(2)
    assert [(event.joint, event.wanted) for event in rig.told(JointTorqueRefused)] == [(2, 1)]
    asks = len(rig.line.asks)
    rig.run(0.5)
    assert not any(b"\x40\x00\x01\x00\x03\x01" in ask for ask in rig.line.asks[asks:])
    assert rig.bus.ready


def test_freeze_makes_the_present_positions_the_goals_and_keeps_the_torque(rig):
    rig.start(torque=True)
    rig.goals = (0.5,) * 4
    rig.run(0.05)
    for servo in rig.servos:
        servo["present_position"] = 2100
    rig.run(0.02)
    rig.goals = None
    rig.bus.freeze()
    rig.run(0.02)
    assert [servo["goal_position"] for servo in rig.servos] == [2100] * 4
    assert rig.bus.powered


def test_freezing_again_and_again_does_not_let_the_arm_creep(rig):
    rig.start(torque=True)
    rig.bus.freeze()
    for _ in range(50):
        rig.servos[0]["present_position"] -= 1
        rig.bus.freeze()
        rig.frame()
    assert rig.servos[0]["goal_position"] == 2048


def test_halt_writes_the_freeze_though_an_answer_is_awaited(rig):
    rig.start(torque=True)
    rig.goals = (0.5,) * 4
    rig.run(0.05)
    rig.bus.halt(rig.now + 2_000_000)
    assert [servo["goal_position"] for servo in rig.servos] == [2048] * 4


def test_with_no_goals_nothing_moves(rig):
    rig.start(torque=True)
    rig.run(1)
    assert [servo["goal_position"] for servo in rig.servos] == [2048] * 4


def test_a_reboot_clears_the_error_and_the_joint_is_set_up_again_without_torque(rig):
    rig.start(torque=True)
    rig.servos[3]["hardware_error"] = 0x20
    rig.servos[3]["torque_enable"] = 0
    rig.run(0.5)
    assert rig.states[3].hardware_error == 0x20
    rig.bus.reboot(3)
    rig.run(0.1)
    assert not rig.states[3].valid
    rig.until(lambda: rig.bus.ready)
    assert rig.states[3].hardware_error == 0
    assert [state.torque_on for state in rig.states] == [True, True, True, False]


def test_one_write_a_frame_carries_goals_and_ask(rig):
    rig.start(torque=True)
    rig.goals = (0.1,) * 4
    before = len(rig.line.asks)
    rig.run(1)
    assert len(rig.line.asks) - before == 100


def test_asks_that_follow_each_other_differ_in_the_length_they_ask_for(rig):
    rig.start()
    before = len(rig.line.asks)
    rig.run(0.1)
    lengths = [ask[-8] for ask in rig.line.asks[before:]]  # size, ids 1-4, CRC
    assert all(a != b for a, b in itertools.pairwise(lengths))
    assert set(lengths) <= {16, 17, 18, 19}


def test_goals_that_look_like_a_header_are_stuffed(rig, m1):
    rig.start(torque=True)
    # A position of -769 is FF FF FC FF ..., and current and position octets may well join to FF FF FD.
    channel = rig.bus._channels[0]
    channel.goal_current, channel.goal_counts = -1, 0xFD
    rig.bus.send(rig.now + 2_000_000)
    rig.run(0.02)
    assert rig.servos[0]["goal_position"] == 0xFD


def test_housekeeping_shows_what_the_states_do(rig, m1):
    rig.start(torque=True)
    rig.goals = (0.1, 0.2, -0.3, 0.4)
    rig.servos[1]["present_position"] = 2200
    rig.run(0.05)
    rig.bus.housekeep(rig.now)
    hk = rig.bus.joints_hk
    assert hk.position_rad == tuple(state.position_rad for state in rig.states)
    assert hk.goal_rad == pytest.approx(rig.goals, abs=2e-3)
    assert (hk.good, hk.torque) == (15, 15)
    assert hk.supply == (120,) * 4
    assert hk.joint_age_ms == (9,) * 4
    assert type(hk).decode(hk.encode()).temperature_c == (25,) * 4
    bus = rig.bus.hk
    assert (bus.port_open, bus.fast, bus.joints, bus.setups) == (1, 1, 15, 4)
    assert type(bus).decode(bus.encode()) == bus


def test_the_bus_watchdog_is_fed_by_the_exchange(rig):
    rig.start(torque=True)
    rig.run(2)
    assert all(servo["bus_watchdog"] == 10 for servo in rig.servos)
    assert BY_NAME["bus_watchdog"].address == 98
