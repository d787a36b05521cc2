"""Whatever happens on the wire, in any order: nothing raises, nothing old is taken for new, all come back."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

MS = 1_000_000


@settings(max_examples=40)
@given(data=st.binary(max_size=3000), split=st.integers(1, 500))
def test_whatever_arrives_nothing_raises_and_nothing_is_kept(make_rig, data, split):
    rig = make_rig().start()
    for at in range(0, len(data), split):
        rig.line.coming.append((rig.now, data[at : at + split]))
        rig.frame()
    assert rig.bus._parser.pending <= 519
    rig.until(lambda: rig.bus.ready, 3.0)


FAULTS = st.sampled_from(
    ["flip", "drop", "lose", "late", "stall", "absent", "restart", "trip", "unplug", "deaf", "insert"]
)


@settings(max_examples=60)
@given(plan=st.lists(st.tuples(FAULTS, st.integers(0, 3), st.integers(1, 30)), max_size=12), seed=st.integers(0, 99))
def test_after_any_faults_the_bus_comes_back_and_never_lies(make_rig, plan, seed):
    """Positions tell the time they were read at, so that a stale or misplaced value gives itself away."""
    rig = make_rig().start(torque=True)
    rig.line.before_answer = lambda servo, now: servo.__setitem__("present_position", now // MS + servo.id * 100_000)
    rng = random.Random(seed)

    def honest():
        for channel, state in zip(rig.bus._channels, rig.states, strict=True):
            if state.valid and state.stamp_ns > began:
                assert channel.counts == pytest.approx(state.stamp_ns // MS + channel.id * 100_000, abs=1)

    rig.run(0.05)
    began = rig.now
    rig.each_frame = honest
    for fault, joint, frames in plan:
        inflict(rig, fault, joint, rng)
        rig.run(frames / 100)
        rig.line.to_host = rig.line.to_servos = lambda data: data
        rig.line.late = 0
        rig.line.plugged = True
        rig.servos[joint].present = True
        rig.run(0.02)
    rig.until(lambda: rig.bus.ready, 6.0)


def inflict(rig, fault, joint, rng):
    servo, line = rig.servos[joint], rig.line

    def drop(data):
        at = rng.randrange(len(data))
        return data[:at] + data[at + 1 :]

    def flip_any(data):
        at = rng.randrange(len(data))
        return data[:at] + bytes((data[at] ^ 1 << rng.randrange(8),)) + data[at + 1 :]

    match fault:
        case "flip":
            line.to_host = flip_any
        case "drop":
            line.to_host = drop
        case "lose":
            line.to_servos = drop
        case "late":
            line.late = rng.choice((12, 16, 25)) * MS
        case "absent":
            servo.present = False
        case "restart":
            servo.power_up()
        case "trip":
            servo.memory[98] = 0xFF
        case "unplug":
            line.plugged = False
        case "deaf":
            servo.deaf_until = rig.now + 300 * MS
        case "stall":
            line.stalled_until = rig.now + rng.randrange(90) * MS
        case "insert":
            line.to_host = lambda data: rng.randbytes(5) + data + rng.randbytes(3)
