"""No fault takes four joints for granted: all that a rover's bench can have wrong comes and goes there."""

import pytest

from hil.bench import Bench
from hil.config import load_bench
from hil.faults import FAULTS, Part, parse_faults

LAST_WHEEL = 14
LINES = (Part.CELL_LINE, Part.CAMERA_LINE, Part.CAMERA)  # the same wherever they are


@pytest.fixture(scope="module")
def tables():
    return load_bench("m2_rover")


def test_every_fault_of_servos_ground_and_supply_comes_and_goes_on_a_rover(tables):
    parts = Bench(*tables, 1).site.parts
    for fault in FAULTS.values():
        if fault.part not in parts or fault.part in LINES:
            continue
        where = f"/{LAST_WHEEL}" if fault.of_servo else ""
        bench = Bench(*tables, 1, parse_faults([f"{fault.name}{where}@0.05+0.1"]))
        for tick in range(1, 20):
            bench.advance(tick * 10_000_000)
        assert [what for _, what, _ in bench.fault_history] == ["applied", "cleared"], fault.name


def test_the_servo_named_is_the_one_that_fails(tables):
    bench = Bench(*tables, 1, parse_faults([f"overload_shutdown/{LAST_WHEEL}@0"]))
    assert [servo.id for servo in bench.servo_bus.servos if servo.alert] == [LAST_WHEEL]
