"""Faults of one servo, drawn by the seed or named by its id: mechanics, measurements, protection."""

from __future__ import annotations

import math
from collections.abc import Callable
from random import Random

from flight.icd.dynamixel_table import HardwareError
from hil.devices.servo_drive import Measurement
from hil.faults.fault import Begin, Fault, Intermittent
from hil.faults.site import Part, Site, Undo, present
from hil.plant.actuators import ActuatorBank
from hil.plant.disturbance import Disturbances, nothing_to_undo

WEAK_SHARE = 0.6
SLOW_FACTOR = 2.5
STIFF_FACTOR = 3.0
PLAY_DEG = 2.0
ENCODER_JUMP_DEG = 4.0
FALSE_CURRENT_A = 0.8
FALSE_HEAT_K = 60.0
_BRAKE_S = (0.1, 0.6)
_CURRENT = ActuatorBank.MEASUREMENTS.index("current_a")
_TEMPERATURE = ActuatorBank.MEASUREMENTS.index("temperature_c")


def _on_plant(turn: Callable[[Disturbances, int], Undo]) -> Begin:
    return lambda site, where: turn(present(site.disturbances), site.joint(where))


def _shift(row: int, by: float) -> Callable[[Measurement], Measurement]:
    def shift(measured: Measurement) -> Measurement:
        measured[row] += by
        return measured

    return shift


def _missing(site: Site, where: str) -> Undo:
    return site.servo_bus.disconnect(site.servo(where))


def _false_current(site: Site, where: str) -> Undo:
    return site.servo_bus.distort(site.servo(where), _shift(_CURRENT, FALSE_CURRENT_A))


def _over_temperature(site: Site, where: str) -> Undo:
    return site.servo_bus.distort(site.servo(where), _shift(_TEMPERATURE, FALSE_HEAT_K))


def _sticky_brake(site: Site, where: str) -> Undo:
    """The drill of the Mars Science Laboratory: its feed's brake let go only now and then."""
    disturbances, joint = present(site.disturbances), site.joint(where)
    rng = Random(site.choice.random())
    return Intermittent(lambda: disturbances.jam(joint), rng, site.now_ns, *_BRAKE_S)


def _failing(error: HardwareError) -> Begin:
    def begin(site: Site, where: str) -> Undo:
        site.servo(where).fail(error)
        return nothing_to_undo

    return begin


def _restarted(site: Site, where: str) -> Undo:
    site.servo_bus.reboot(site.servo(where))
    return nothing_to_undo


def _fault(
    name: str, meaning: str, duration_s: float, begin: Begin, part: Part = Part.PLANT, acts_on: str = "servo's gear",
    *, harms: bool = False,
) -> Fault:  # fmt: skip
    return Fault(name, "servo", meaning, duration_s, begin, part, acts_on, of_servo=True, harms=harms)


SERVO_FAULTS: tuple[Fault, ...] = (
    _fault("missing_servo", "one servo is off the motion bus; it keeps its power", 1.0, _missing, Part.SERVOS,
           "servo's connection"),
    _fault("jammed_servo", "a gearbox is stuck: current flows, nothing turns", 2.0,
           _on_plant(lambda plant, joint: plant.jam(joint))),
    _fault("sticky_brake", "current without motion that comes and goes: a brake that lets go now and then", 5.0,
           _sticky_brake),
    _fault("weak_servo", f"a motor gives {WEAK_SHARE:.0%} of its torque for the same current", 20.0,
           _on_plant(lambda plant, joint: plant.weaken(joint, WEAK_SHARE)), acts_on="servo's motor"),
    _fault("slow_servo", f"a motor's back-EMF is {SLOW_FACTOR} times as high: it gets that much less speed", 20.0,
           _on_plant(lambda plant, joint: plant.slow(joint, SLOW_FACTOR)), acts_on="servo's speed"),
    _fault("stiff_servo", f"a gearbox has {STIFF_FACTOR:.0f} times its friction", 20.0,
           _on_plant(lambda plant, joint: plant.stiffen(joint, STIFF_FACTOR))),
    _fault("worn_gear", f"a gearbox has {PLAY_DEG:.0f} deg more play, for good", 1.0,
           _on_plant(lambda plant, joint: plant.widen_play(joint, math.radians(PLAY_DEG))), acts_on="servo's play"),
    _fault("encoder_jump", f"an encoder counts {ENCODER_JUMP_DEG:.0f} deg off: its magnet has slipped", 20.0,
           _on_plant(lambda plant, joint: plant.shift_encoder(joint, math.radians(ENCODER_JUMP_DEG))),
           acts_on="servo's encoder", harms=True),
    _fault("stuck_encoder", "an encoder stays at one position, which the servo's own loops believe", 1.0,
           _on_plant(lambda plant, joint: plant.stick_encoder(joint)), acts_on="servo's encoder",
           harms=True),
    _fault("false_current", f"a servo measures {FALSE_CURRENT_A} A more than flows", 10.0, _false_current, Part.SERVOS,
           "servo's current sensor"),
    _fault("over_temperature", f"a servo measures {FALSE_HEAT_K:.0f} K more than it has", 5.0, _over_temperature,
           Part.SERVOS, "servo's thermometer"),
    _fault("overload_shutdown", "a servo reports overload and lets go until Reboot", 1.0,
           _failing(HardwareError.OVERLOAD), Part.SERVOS, "servo's protection"),
    _fault("encoder_error", "a servo reports its encoder defective, until Reboot", 1.0,
           _failing(HardwareError.ENCODER), Part.SERVOS, "servo's protection"),
    _fault("shock_shutdown", "a servo reports an electrical shock and lets go until Reboot", 1.0,
           _failing(HardwareError.SHOCK), Part.SERVOS, "servo's protection"),
    _fault("servo_restart", "a servo starts anew by itself, RAM at defaults, torque off", 1.0, _restarted, Part.SERVOS,
           "servo's supply"),
)  # fmt: skip
"""Those of the servos."""
