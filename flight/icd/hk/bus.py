"""Housekeeping of the device drivers. Counters are 64 bits: they can't wrap in any mission."""

from __future__ import annotations

from flight.icd.fields import f32, u8, u16, u32, u64
from flight.icd.kinds import Housekeeping
from flight.icd.packet import Quad

Four = tuple[int, int, int, int]


class JointsHk(Housekeeping, sid=3, every_s=0.1):
    """What the servos of the joints say, ten times a second. Angles, velocities, currents in the sense of the joint.

    Azimuth, shoulder, elbow, scoop; of the rover lift and curl, and then nothing.
    """

    position_rad: Quad = f32("rad", "joint angle", 4)
    velocity_rad_s: Quad = f32("rad/s", "joint velocity", 4)
    current_a: Quad = f32("A", "motor current", 4)
    goal_rad: Quad = f32("rad", "joint angle asked for", 4)
    current_limit_a: Quad = f32("A", "current allowed", 4)
    supply: Four = u8("V", "supply voltage at the servo", 4, scale=0.1, warn=(10.0, 14.0), alarm=(9.5, 16.0))
    temperature_c: Four = u8("degC", "temperature of the servo", 4, warn=(0, 65), alarm=(0, 75))
    hardware_error: Four = u8("", "1 voltage, 4 overheat, 8 encoder, 16 shock, 32 overload", 4, alarm=(0, 0))
    joint_age_ms: Four = u16("ms", "age of the joint's values; 65535 for that and more", 4)
    good: int = u8("", "bit n: joint n is set up and its values are fresh")
    torque: int = u8("", "bit n: joint n has torque")


class WheelsHk(Housekeeping, sid=12, every_s=0.1):
    """What the servos of the rover's wheels say, ten times a second; positive drives the rover forward.

    Front left, front right, rear left, rear right.
    """

    angle_rad: Quad = f32("rad", "angle since the servo's start, whole turns included", 4)
    speed_rad_s: Quad = f32("rad/s", "speed", 4)
    current_a: Quad = f32("A", "motor current", 4)
    goal_rad_s: Quad = f32("rad/s", "speed asked for", 4)
    temperature_c: Four = u8("degC", "temperature of the servo", 4, warn=(0, 65), alarm=(0, 75))
    hardware_error: Four = u8("", "1 voltage, 4 overheat, 8 encoder, 16 shock, 32 overload", 4, alarm=(0, 0))
    wheel_age_ms: Four = u16("ms", "age of the wheel's values; 65535 for that and more", 4)
    good: int = u8("", "bit n: wheel n is set up and its values are fresh")
    torque: int = u8("", "bit n: wheel n has torque")


class LoadCellHk(Housekeeping, sid=4, every_s=0.5):
    """What the load cell says, twice a second."""

    force_n: float = f32("N", "gross force along the normal of the scoop floor")
    status: int = u16("", "status register of the transmitter")
    port_open: int = u8("", "1 while the port is open")
    readings: int = u64("", "good values taken")
    requests: int = u64("", "values asked for")
    silent: int = u64("", "answers that did not come in time")
    corrupt: int = u64("", "octets that were no answer to what was asked")
    refused: int = u64("", "answers with an exception")
    bad_status: int = u64("", "answers whose status says that the value is not good")
    port_losses: int = u64("", "times the port failed")


class BusHk(Housekeeping, sid=5, every_s=1.0):
    """How the exchange with the servos fares, once a second."""

    port_open: int = u8("", "1 while the port is open")
    fast: int = u8("", "1 while the joints are read in one chain (Fast Sync Read)")
    patience: int = u8("", "minor frames an answer may take")
    joints: int = u8("", "bit n: joint n takes part in the cyclic exchange")
    baud: int = u32("bit/s", "rate in use, 0 where the port decides")
    asked: int = u64("", "cyclic exchanges begun")
    answered: int = u64("", "those that gave all data in time")
    silent: int = u64("", "those that gave nothing")
    broken: int = u64("", "those that gave less than all")
    late: int = u64("", "frames that came after their time and were not used")
    stray: int = u64("", "frames that nobody asked for")
    crc_errors: int = u64("", "frames whose CRC did not hold")
    length_errors: int = u64("", "frame heads with an impossible length")
    garbage: int = u64("", "octets that belonged to no frame")
    transactions: int = u64("", "questions to a single servo")
    unanswered: int = u64("", "those without an answer")
    setups: int = u64("", "servos set up")
    missing: int = u64("", "servos taken out for not answering")
    restarts: int = u64("", "servos found to have lost their settings")
    watchdog_trips: int = u64("", "servos stopped by their own watchdog")
    implausible: int = u64("", "positions too far from the last to be believed at once")
    goals_refused: int = u64("", "goals that were no numbers")
    port_losses: int = u64("", "times the port failed")
