"""One X-series servo: its control table, what each instruction does to it, and how it protects itself.

ROBOTIS e-manual of XM540-W270 and XM430-W350. Nothing here knows of frames or wires (`servo_bus` does), nor of
torques and links (the plant does): instructions come in, an error number goes out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from flight.icd.dynamixel import ALERT, Error
from flight.icd.dynamixel_payload import CLEAR_MULTI_TURN
from flight.icd.dynamixel_table import (
    BAUD,
    BY_NAME,
    RETURN_DELAY_UNIT_US,
    V_PER_COUNT,
    WATCHDOG_TRIPPED,
    WATCHDOG_UNIT_MS,
    Area,
    HardwareError,
    Model,
    OperatingMode,
    Register,
)
from hil.devices.servo_drive import GAINS, TORQUE_ON_BY_GOAL, Drive, Measurement
from hil.devices.servo_table import ControlTable, WritePlan
from hil.plant.actuators import ActuatorBank

REBOOT_NS = 300_000_000
"""How long a servo is mute after Reboot (assumed: it is not published)."""
OVERLOAD_NS = 1_000_000_000
"""How long a load must last to count as overload (assumed)."""
OVERLOAD_FRACTION = 0.9
"""Share of the stall current that counts as more than the servo can give for long (assumed)."""
_NEVER_NS = 1 << 62
_TORQUE_ON_AT_START = (
    0x01  # of the startup configuration; bit 1, RAM from a backup, needs a backup, which none here has
)
_GOALS = ("goal_pwm", "goal_current", "goal_velocity", "goal_position")
_MODES = frozenset(OperatingMode)
_MS = 1_000_000


class Servo:
    """One servo of `model` with `device_id`, set to the rate `baud`, driving place `index` of `bank`."""

    __slots__ = (
        "_boot_ns", "_drive", "_goal_limits", "_max_temperature_c", "_max_voltage_v", "_min_voltage_v",
        "_overload_a", "_overload_since_ns", "_registered", "_shut_down", "_shutdown_mask", "_tripped", "_watchdog_ns",
        "baud", "hardware_error", "heard_ns", "id", "model", "ready_ns", "return_delay_ns", "status_level", "table",
    )  # fmt: skip

    def __init__(self, model: Model, device_id: int, baud: int, bank: ActuatorBank, index: int) -> None:
        self.model = model
        self.table = ControlTable(model)
        self.table.set("id", device_id)
        self.table.set("baud_rate", next(code for code, rate in BAUD.items() if rate == baud))
        self._drive = Drive(self.table, bank, index)
        self._overload_a = OVERLOAD_FRACTION * model.stall_current_a
        self.heard_ns = 0
        """When the last instruction, to whichever servo, was heard."""
        self.ready_ns = 0
        """Until then the servo starts, and neither hears nor speaks."""
        self._start(0)

    def _start(self, ready_ns: int) -> None:
        """Power-up or Reboot: RAM at its defaults, errors cleared, torque off."""
        self.table.restore(Area.RAM)
        self.ready_ns = self._boot_ns = ready_ns
        self.hardware_error = 0
        self._shut_down = False
        self._registered: tuple[int, bytes] | None = None
        self._overload_since_ns: int | None = None
        self._watchdog_ns = 0
        self._tripped = False
        self._take_settings()
        self._drive.start()
        if ready_ns < _NEVER_NS and self.table.get("startup_configuration") & _TORQUE_ON_AT_START:
            self.table.set("torque_enable", 1)
            self._drive.switch(True)

    def _take_settings(self) -> None:
        """Keep at hand what is needed with every frame."""
        get = self.table.get
        self.id = get("id")
        self.baud = BAUD[get("baud_rate")]
        self.return_delay_ns = get("return_delay") * RETURN_DELAY_UNIT_US * 1_000
        self.status_level = get("status_return_level")
        self._shutdown_mask = get("shutdown")
        self._max_temperature_c = get("temperature_limit")
        self._max_voltage_v = get("max_voltage_limit") * V_PER_COUNT
        self._min_voltage_v = get("min_voltage_limit") * V_PER_COUNT
        limits = {name: get(BY_NAME[name].bounded_by) for name in _GOALS[:3]}
        self._goal_limits = {name: (-limit, limit) for name, limit in limits.items()}
        position = BY_NAME["goal_position"]
        self._goal_limits["goal_position"] = position.low, self.model.high_of(position)
        if get("operating_mode") == OperatingMode.POSITION:
            self._goal_limits["goal_position"] = get("min_position_limit"), get("max_position_limit")

    @property
    def alert(self) -> int:
        """`ALERT` while the hardware error register is not zero: goes into every status frame."""
        return ALERT if self.hardware_error else 0

    @property
    def torque_on(self) -> bool:
        """Whether the servo holds its shaft."""
        return self._drive.on

    # Instructions. Each returns the low bits of the status frame's error octet.

    def read(self, address: int, size: int) -> tuple[int, bytes]:
        """Read: error and the octets, none when it is refused."""
        data = self.table.read(address, size)
        return (Error.ACCESS, b"") if data is None else (0, data)

    def write(self, address: int, data: bytes) -> int:
        """Write: every register of it or, when one is refused, none."""
        plan = self.table.plan_write(address, len(data))
        if isinstance(plan, Error):
            return plan
        error = self._plan_refusal(plan, data)
        if error:
            return error
        self.table.store(plan, data)
        for register in plan.registers:
            act = _ON_WRITE.get(register.name)
            if act is not None:
                act(self)
            elif register.area == Area.EEPROM:
                self._settings_changed()
        return 0

    def _plan_refusal(self, plan: WritePlan, data: bytes) -> int:
        """Why a write can't be done now; 0 when it can. Goals, which come all the time, are seen first."""
        limits, tripped = self._goal_limits, self._tripped
        for register, value in zip(plan.registers, plan.unpack(data), strict=True):
            bounds = limits.get(register.name)
            if bounds is None or tripped or not bounds[0] <= value <= bounds[1]:
                error = self._refusal(register, value)
                if error:
                    return error
        return 0

    def _refusal(self, register: Register, value: int) -> int:
        """Why `value` can't be written to `register` now; 0 when it can."""
        name = register.name
        if register.area == Area.EEPROM and self._drive.on:
            return Error.ACCESS
        if not register.low <= value <= self.model.high_of(register):
            return Error.DATA_RANGE
        if name in _GOALS:
            if self._tripped:
                return Error.DATA_RANGE
            low, high = self._goal_limits[name]
            return 0 if low <= value <= high else Error.DATA_LIMIT
        if name == "operating_mode" and value not in _MODES:
            return Error.DATA_RANGE
        if name == "bus_watchdog" and value and self._tripped:
            return Error.DATA_RANGE
        return 0

    def register_write(self, address: int, data: bytes) -> int:
        """RegWrite: keep a write until Action."""
        plan = self.table.plan_write(address, len(data))
        if isinstance(plan, Error):
            return plan
        error = self._plan_refusal(plan, data)
        if error:
            return error
        self._registered = (address, data)
        self.table.set("registered_instruction", 1)
        return 0

    def action(self) -> int:
        """Action: do the write that was kept."""
        if self._registered is None:
            return Error.INSTRUCTION
        address, data = self._registered
        self._registered = None
        self.table.set("registered_instruction", 0)
        return self.write(address, data)

    def reboot(self, at_ns: int) -> None:
        """Reboot: start anew, mute for `REBOOT_NS`."""
        self._start(at_ns + REBOOT_NS)

    def power_off(self) -> None:
        """The supply is gone: nothing is heard, nothing held, until `reboot`."""
        self._start(_NEVER_NS)

    def factory_reset(self, option: int, at_ns: int) -> int:
        """FactoryReset: 0xFF all, 1 all but the id, 2 all but id and rate; then as after Reboot."""
        if option not in (0xFF, 0x01, 0x02):
            return Error.DATA_RANGE
        kept = {"id": self.table.get("id"), "baud_rate": self.table.get("baud_rate")}
        self.table.restore(Area.EEPROM)
        for name in ("id", "baud_rate")[: {0xFF: 0, 0x01: 1, 0x02: 2}[option]]:
            self.table.set(name, kept[name])
        self.reboot(at_ns)
        return 0

    def clear(self, params: bytes) -> int:
        """Clear: the only kind there is resets the count of turns, and needs the shaft at rest."""
        if params != CLEAR_MULTI_TURN:
            return Error.DATA_RANGE
        if self.table.get("moving"):
            return Error.RESULT
        self._drive.wrap()
        self._drive.hold()
        return 0

    # What a write brings about.

    def _settings_changed(self) -> None:
        self._take_settings()
        self._drive.configure()

    def _mode_changed(self) -> None:
        self._settings_changed()
        if self._drive.mode == OperatingMode.POSITION:
            self._drive.wrap()
        self._drive.reset_goals()
        self._drive.reset_gains()

    def _limits_changed(self) -> None:
        """Goals that a lower limit forbids come down to it."""
        for goal, limit in (("goal_pwm", "pwm_limit"), ("goal_current", "current_limit")):
            bound = self.table.get(limit)
            self.table.set(goal, max(-bound, min(bound, self.table.get(goal))))
        self._settings_changed()
        self._drive.efforts()

    def _direction_changed(self) -> None:
        self._settings_changed()
        self._drive.wrap()
        self._drive.hold()

    def _torque_written(self) -> None:
        if self._shut_down:
            self.table.set("torque_enable", 0)
        self._drive.switch(bool(self.table.get("torque_enable")))

    def _watchdog_written(self) -> None:
        self._tripped = False
        self._watchdog_ns = self.table.get("bus_watchdog") * WATCHDOG_UNIT_MS * _MS

    def _goal_written(self) -> None:
        if not self._drive.on and self.table.get("drive_mode") & TORQUE_ON_BY_GOAL and not self._shut_down:
            goal = self.table.get("goal_position")
            self.table.set("torque_enable", 1)
            self._drive.switch(True)
            self.table.set("goal_position", goal)
        self._drive.goal_position()

    def _velocity_written(self) -> None:
        self._drive.goal_velocity()

    def _efforts_written(self) -> None:
        self._drive.efforts()

    def _profile_written(self) -> None:
        self._drive.profile()

    def _gains_written(self) -> None:
        self._drive.gains()

    # What happens by itself.

    def update(self, now_ns: int, measured: Measurement) -> None:
        """Take what the plant measured, and act on it: registers, hardware protection, bus watchdog."""
        self._drive.publish((now_ns - self._boot_ns) // _MS if now_ns > self._boot_ns else 0, measured)
        _, _, current_a, _, voltage_v, temperature_c, _, _ = measured
        if temperature_c > self._max_temperature_c:
            self.fail(HardwareError.OVERHEAT)
        if not self._min_voltage_v <= voltage_v <= self._max_voltage_v:
            self.fail(HardwareError.VOLTAGE)
        if -self._overload_a < current_a < self._overload_a:
            self._overload_since_ns = None
        elif self._overload_since_ns is None:
            self._overload_since_ns = now_ns
        elif now_ns - self._overload_since_ns >= OVERLOAD_NS:
            self.fail(HardwareError.OVERLOAD)
        if self._watchdog_ns and self._drive.on and now_ns - self.heard_ns > self._watchdog_ns:
            self._trip()

    def fail(self, error: HardwareError) -> None:
        """Detect a hardware error; if the shutdown register says so, let go of the shaft until Reboot."""
        if self.hardware_error & error:
            return
        self.hardware_error |= int(error)
        self.table.set("hardware_error", self.hardware_error)
        if error & self._shutdown_mask:
            self._shut_down = True
            self.table.set("torque_enable", 0)
            self._drive.switch(False)

    def _trip(self) -> None:
        """The bus watchdog: stop where the shaft is, without a profile (e-manual, Bus Watchdog)."""
        self._watchdog_ns = 0
        self._tripped = True
        self.table.set("bus_watchdog", WATCHDOG_TRIPPED)
        self.table.set("profile_velocity", 0)
        self.table.set("profile_acceleration", 0)
        if self._drive.mode in (OperatingMode.CURRENT, OperatingMode.PWM):
            self.table.set("goal_current", 0)
            self.table.set("goal_pwm", 0)
        self._drive.hold()


def _on_write() -> Mapping[str, Callable[[Servo], None]]:
    acts: dict[str, Callable[[Servo], None]] = {
        "operating_mode": Servo._mode_changed,
        "drive_mode": Servo._direction_changed,
        "pwm_limit": Servo._limits_changed,
        "current_limit": Servo._limits_changed,
        "torque_enable": Servo._torque_written,
        "status_return_level": Servo._take_settings,
        "bus_watchdog": Servo._watchdog_written,
        "goal_pwm": Servo._efforts_written,
        "goal_current": Servo._efforts_written,
        "goal_velocity": Servo._velocity_written,
        "profile_velocity": Servo._profile_written,
        "profile_acceleration": Servo._profile_written,
        "goal_position": Servo._goal_written,
    }
    for gain in GAINS:
        acts[gain] = Servo._gains_written
    return MappingProxyType(acts)


_ON_WRITE = _on_write()
