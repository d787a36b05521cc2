"""What is asked of a servo beside the cyclic exchange: setting it up, arming its watchdog again, restarting it.

Every setting is read first and written only where it differs: EEPROM wears out, and it can only be written with torque
off, which would let go of a load that the arm may be holding when the software restarts. What was written is read back.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import NamedTuple

from flight.bus.cyclic_frames import BLOCK, BLOCK_AT, GOAL_ADDRESS, INDIRECT_ADDRESS, MAPPED_SIZE, indirect_map
from flight.bus.joint_channel import UNDECIDED, Channel, JointChannel
from flight.bus.transaction import Ask, Job, ask_ping, ask_read, ask_read_span, ask_reboot, ask_write
from flight.icd.dynamixel import Frame
from flight.icd.dynamixel_table import BY_NAME, WATCHDOG_TRIPPED, Area, HardwareError
from flight.icd.events.bus import (
    JointAbsent,
    JointReady,
    JointRebooted,
    JointReleased,
    JointSettingRefused,
    JointWatchdogTripped,
    JointWrongModel,
)
from flight.icd.kinds import Emit

ABSENT_NS = 500_000_000
"""From one look for a servo that does not answer to the next."""
REBOOT_NS = 500_000_000
"""A servo that restarts is deaf for about this long."""
_MAX_BACK_OFF_NS = 8_000_000_000
_WRITES = 3
_REBOOTS = 2
_TELL_EVERY = 16
_ABSENT_LOOKS = 3
"""Looks without an answer after which a servo is told to be absent: about a second, in which servos start."""
_WATCHDOG = BY_NAME["bus_watchdog"].address
_NO_ANSWER = 0xFF
_MAP_SETTINGS = 1
_SHUTDOWN = HardwareError.OVERLOAD | HardwareError.SHOCK | HardwareError.OVERHEAT

MayReboot = Callable[[int, int], bool]
"""Whether a servo with an error, both given, may be restarted without a command: it lets go of what it holds."""
_Written = Generator[Ask, Frame | None, bool | None]


class Setting(NamedTuple):
    """Octets that registers in a row must hold. `locked`: EEPROM; `first` is written before them."""

    address: int
    data: bytes
    locked: bool
    first: bytes = b""


def settings_of(channel: Channel) -> list[Setting]:
    """All settings of a servo, the indirect map, which lies far from the others, last."""
    model = channel.model
    default = {name: model.default_of(register) for name, register in BY_NAME.items()}
    low, high = default["min_position_limit"], default["max_position_limit"]
    gains = {name: default[name] for name in ("position_d_gain", "position_i_gain", "position_p_gain")}
    if isinstance(channel, JointChannel):
        low, high = channel.limits_counts()
        gains = {"position_d_gain": channel.joint.position_d_gain, "position_i_gain": 0,
                 "position_p_gain": channel.joint.position_p_gain}  # fmt: skip
    return [
        _setting(return_delay=0, drive_mode=0, operating_mode=channel.MODE),
        _setting(homing_offset=0),
        _setting(temperature_limit=channel.bus.max_temperature_c),
        _setting(pwm_limit=default["pwm_limit"], current_limit=channel.current_limit),
        _setting(velocity_limit=default["velocity_limit"], max_position_limit=high, min_position_limit=low),
        _setting(shutdown=int(_SHUTDOWN)),
        _setting(status_return_level=2),
        _setting(**{name: default[name] for name in (
            "velocity_i_gain", "velocity_p_gain")}),
        _setting(**gains),
        _setting(feedforward_2nd_gain=0, feedforward_1st_gain=0),
        _setting(goal_pwm=default["goal_pwm"]),
        _setting(profile_acceleration=0, profile_velocity=0),
        watchdog_setting(channel),
        Setting(INDIRECT_ADDRESS, indirect_map(channel.GOAL_REGISTER), locked=False),
    ]  # fmt: skip


def _setting(**values: int) -> Setting:
    registers = [BY_NAME[name] for name in values]
    data = b"".join(register.to_bytes(value) for register, value in zip(registers, values.values(), strict=True))
    return Setting(registers[0].address, data, registers[0].area is Area.EEPROM)


def watchdog_setting(channel: Channel) -> Setting:
    """The armed watchdog; after it has tripped it takes 0 and nothing else."""
    return Setting(_WATCHDOG, bytes((channel.watchdog,)), locked=False, first=b"\0")


def set_up(channel: Channel, emit: Emit, may_reboot: MayReboot) -> Job:
    """Find the servo, clear a hardware error by a restart, bring every setting to what it must be, take its values.

    It ends with the servo as it was found as to torque, its goal being its place. An alert of its voltage alone is
    left to the next restart: a servo with one works, and may be holding something.
    """
    servo = channel.id
    answer = yield ask_ping(servo)
    if answer is None:
        return _absent(channel, emit)
    number = int.from_bytes(answer.data[:2], "little")
    if number != channel.model.number:
        if channel.failures % _TELL_EVERY == 0:
            emit(JointWrongModel(joint=channel.index, found=number, expected=channel.model.number))
        return back_off_ns(channel)
    level = BY_NAME["status_return_level"]
    yield ask_write(servo, level.address, b"\2", tries=1)  # below 2 this is not answered, and below 1 no read is
    answer = yield ask_read(servo, BY_NAME["hardware_error"])
    if answer is None:
        return _absent(channel, emit)
    channel.known_error = answer.data[0] if answer.data else 0
    serious = channel.known_error & ~HardwareError.VOLTAGE
    if serious and channel.reboots < _REBOOTS and may_reboot(channel.index, channel.known_error):
        channel.reboots += 1
        return (yield from restart(channel, emit))
    written = 0
    settings = settings_of(channel)
    found = yield from _survey(channel, settings)
    if found.get(_WATCHDOG) == bytes((WATCHDOG_TRIPPED,)):
        emit(JointWatchdogTripped(joint=channel.index))
    for setting in settings:
        if found.get(setting.address) == setting.data:
            continue
        outcome = yield from _bring(channel, setting, emit)
        if outcome is None:
            return back_off_ns(channel)
        written += outcome
    answer = yield ask_read_span(servo, GOAL_ADDRESS, MAPPED_SIZE)
    if answer is None or len(answer.data) != MAPPED_SIZE:
        return back_off_ns(channel)
    _adopt(channel, answer.data)
    emit(JointReady(joint=channel.index, written=written, torque=int(channel.state.torque_on)))
    return 0


def arm(channel: Channel, emit: Emit) -> Job:
    """Arm the watchdog again after it has tripped."""
    outcome = yield from _bring(channel, watchdog_setting(channel), emit)
    return back_off_ns(channel) if outcome is None else 0


def restart(channel: Channel, emit: Emit) -> Job:
    """Restart the servo; it has to be set up afterwards."""
    emit(JointRebooted(joint=channel.index, bits=channel.known_error))
    channel.torque_wanted = UNDECIDED
    yield ask_reboot(channel.id)
    return REBOOT_NS


def _absent(channel: Channel, emit: Emit) -> int:
    """No answer: how long to wait before the next look. That it went missing has been told when it did."""
    channel.looks = min(channel.looks + 1, 0xFF)
    if channel.looks >= _ABSENT_LOOKS and not channel.absence_told:
        channel.absence_told = True
        emit(JointAbsent(joint=channel.index, looks=channel.looks))
    return ABSENT_NS


def back_off_ns(channel: Channel) -> int:
    """How long to wait after a failure: longer each time, up to eight seconds."""
    channel.failures += 1
    return min(ABSENT_NS << min(channel.failures - 1, 4), _MAX_BACK_OFF_NS)


def _survey(channel: Channel, settings: list[Setting]) -> Generator[Ask, Frame | None, dict[int, bytes]]:
    """What the settings' registers hold, by address, in two long reads; those of a read that is refused are missing."""
    found: dict[int, bytes] = {}
    for group in (settings[:-_MAP_SETTINGS], settings[-_MAP_SETTINGS:]):
        start = min(setting.address for setting in group)
        stop = max(setting.address + len(setting.data) for setting in group)
        answer = yield ask_read_span(channel.id, start, stop - start)._replace(frames=4)
        if answer is not None and len(answer.data) == stop - start:
            for address, data, *_ in group:
                found[address] = answer.data[address - start : address - start + len(data)]
    return found


def _bring(channel: Channel, setting: Setting, emit: Emit) -> _Written:
    """Bring one setting to what it must be: whether it had to be written, None when that failed."""
    servo, wanted = channel.id, setting.data
    answer = yield ask_read_span(servo, setting.address, len(wanted))
    if answer is None:
        return None
    if answer.data == wanted:
        return False
    if setting.locked:
        released = yield from _release(channel, setting, emit)
        if not released:
            return None
    error = _NO_ANSWER
    for _ in range(_WRITES):
        reply = yield ask_write(servo, setting.address, wanted, setting.first)
        if reply is not None:
            error = reply.error
        answer = yield ask_read_span(servo, setting.address, len(wanted))
        if answer is not None and answer.data == wanted:
            return True
    if channel.failures % _TELL_EVERY == 0:
        emit(JointSettingRefused(joint=channel.index, address=setting.address, error=error))
    return None


def _release(channel: Channel, setting: Setting, emit: Emit) -> _Written:
    """Torque off, if it is on, so that EEPROM can be written; None when the servo does not tell."""
    torque = BY_NAME["torque_enable"]
    answer = yield ask_read(channel.id, torque)
    if answer is None:
        return None
    if answer.data == b"\1":
        emit(JointReleased(joint=channel.index, address=setting.address))
        yield ask_write(channel.id, torque.address, b"\0")
    return True


def _adopt(channel: Channel, mapped: bytes) -> None:
    """Begin with the servo as it is: a joint's place is its goal, a wheel's is to stand."""
    torque, _, _, _, _, position, _, _ = BLOCK.unpack_from(mapped, BLOCK_AT)
    channel.adopt(position)
    channel.state.torque_on = torque == 1
    channel.known_error = 0  # an error that a restart does not clear is told with the first exchange
    channel.watchdog_read = channel.watchdog
    if channel.torque_wanted == UNDECIDED:
        channel.torque_wanted = torque
