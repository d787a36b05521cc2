"""Servos in memory on a line that can be spoilt, and a joint bus on them, in virtual time."""

import errno
import math
import struct

import pytest

from flight.bus.joints import JointBus
from flight.icd.dynamixel import BROADCAST, Error, Instruction, Parser, status
from flight.icd.dynamixel_payload import (
    Block,
    fast_status,
    parse_read,
    parse_sync_read,
    parse_sync_write,
    parse_write,
    ping,
)
from flight.icd.dynamixel_table import (
    BY_NAME,
    INDIRECT,
    MODELS,
    REGISTERS,
    TABLE_SIZE,
    WATCHDOG_TRIPPED,
    WATCHDOG_UNIT_MS,
    Area,
)

MS = 1_000_000
FRAME = 10 * MS
WIRE = 2 * MS  # from a write to its answers
REBOOT = 300 * MS
PING_ALL = ping(BROADCAST)
_MAP, _DATA, _COUNT = INDIRECT[0]


class FakeServo:
    """A control table, a watchdog and an EEPROM lock; its shaft is where the test puts it."""

    def __init__(self, device_id, model):
        self.id = device_id
        self.model = model
        self.memory = bytearray(TABLE_SIZE)
        self.written = []  # (address, data) of every write taken
        self.present = True
        self.speaks_fast = True
        self.stubborn = {}  # address: what a write there turns into
        self.torque_fails = False
        self.error_survives = False
        self.deaf_until = 0
        self.heard = 0
        for register in REGISTERS:
            self[register.name] = model.default_of(register)
        self.power_up()

    def power_up(self):
        for register in REGISTERS:
            if register.area is Area.RAM and not register.name.startswith("present_"):
                if register.name == "hardware_error" and self.error_survives:
                    continue
                self[register.name] = self.model.default_of(register)
        self.memory[_MAP : _MAP + 2 * _COUNT] = struct.pack(f"<{_COUNT}H", *range(_DATA, _DATA + _COUNT))
        self["present_voltage"], self["present_temperature"] = 120, 25

    def __getitem__(self, name):
        register = BY_NAME[name]
        return register.from_bytes(self.memory[register.address : register.address + register.size])

    def __setitem__(self, name, value):
        register = BY_NAME[name]
        self.memory[register.address : register.address + register.size] = register.to_bytes(value)

    def tick(self, now):
        armed = self["bus_watchdog"]
        if 0 < armed < WATCHDOG_TRIPPED and now - self.heard > armed * WATCHDOG_UNIT_MS * MS:
            self["bus_watchdog"] = 0
            self.memory[BY_NAME["bus_watchdog"].address] = WATCHDOG_TRIPPED

    def _resolve(self, at):
        if _DATA <= at < _DATA + _COUNT:
            return struct.unpack_from("<H", self.memory, _MAP + 2 * (at - _DATA))[0]
        return at

    def read(self, address, size):
        return bytes(self.memory[self._resolve(at)] for at in range(address, address + size))

    def write(self, address, data):
        places = [self._resolve(at) for at in range(address, address + len(data))]
        if self["torque_enable"] and min(places) < 64:
            return Error.ACCESS
        watchdog = self.memory[BY_NAME["bus_watchdog"].address]
        if watchdog == WATCHDOG_TRIPPED and (100 <= min(places) < 120 or (places == [98] and data != b"\0")):
            return Error.DATA_RANGE
        if places == [64] and self.torque_fails:
            return Error.RESULT
        self.written.append((address, data))
        for place, octet in zip(places, self.stubborn.get(address, data), strict=True):
            self.memory[place] = octet
        return 0


class FakeLine:
    """The port of a joint bus, with servos behind it."""

    def __init__(self, servos):
        self.url = "memory://joints"
        self.is_open = False
        self.servos = servos
        self.plugged = True
        self.opened = 0
        self.asks = []  # what was written, by write
        self.coming = []  # (time, octets)
        self.to_servos = self.to_host = lambda data: data
        self.late = 0
        self.stalled_until = 0  # answers are held back until then
        self.before_answer = lambda servo, now: None
        self.parser = Parser()

    def _check(self):
        if not self.plugged:
            self.is_open = False
            raise OSError(errno.EIO, "unplugged")

    def open(self, now):
        self.opened += 1
        self._check()
        self.is_open = True
        self.coming.clear()

    def close(self):
        self.is_open = False

    def read(self, now):
        self._check()
        data = b"".join(octets for at, octets in self.coming if at <= now)
        self.coming = [item for item in self.coming if item[0] > now]
        return data

    def write(self, data, now):
        self._check()
        self.asks.append(data)
        self.parser.reset()
        for frame in self.parser.feed(self.to_servos(data)):
            for servo in self.servos:
                servo.tick(now)
                if self.hears(servo, now):
                    servo.heard = now
            for answer in self.obey(frame, now):
                octets = self.to_host(answer)
                if octets:
                    self.coming.append((max(now + WIRE + self.late, self.stalled_until), octets))

    def hears(self, servo, now):
        return servo.present and now >= servo.deaf_until

    def obey(self, frame, now):
        servos = {servo.id: servo for servo in self.servos if self.hears(servo, now)}
        if frame.id == BROADCAST and frame.instruction == Instruction.PING:
            return [self.obey_one(servo, frame, now) for servo in servos.values()]
        if frame.instruction == Instruction.SYNC_WRITE:
            address, _, items = parse_sync_write(frame.params)
            for device_id, data in items:
                if device_id in servos:
                    servos[device_id].write(address, data)
            return []
        if frame.instruction in (Instruction.SYNC_READ, Instruction.FAST_SYNC_READ):
            return self.sync_read(servos, frame, now)
        return [self.obey_one(servos[frame.id], frame, now)] if frame.id in servos else []

    def sync_read(self, servos, frame, now):
        address, size, ids = parse_sync_read(frame.params)
        fast = frame.instruction == Instruction.FAST_SYNC_READ
        blocks = []
        for device_id in ids:
            servo = servos.get(device_id)
            if servo is None or (fast and not servo.speaks_fast):
                if fast:
                    break
                continue
            self.before_answer(servo, now)
            alert = 0x80 if servo["hardware_error"] else 0
            blocks.append(Block(device_id, alert, servo.read(address, size)))
        if fast:
            return [fast_status(blocks, [size] * len(ids))] if blocks else []
        return [status(*block) for block in blocks]

    def obey_one(self, servo, frame, now):
        alert = 0x80 if servo["hardware_error"] else 0
        match frame.instruction:
            case Instruction.PING:
                return status(servo.id, alert, struct.pack("<HB", servo.model.number, 46))
            case Instruction.READ:
                return status(servo.id, alert, servo.read(*parse_read(frame.params)))
            case Instruction.WRITE:
                return status(servo.id, alert | servo.write(*parse_write(frame.params)))
            case Instruction.REBOOT:
                servo.power_up()
                servo.deaf_until = now + REBOOT
                return status(servo.id, 0)
        return status(servo.id, Error.INSTRUCTION)


class TunableLine(FakeLine):
    """The same, with rates that must be equal on both sides, and octets that take their time on one pair of wires."""

    def __init__(self, servos, baud):
        super().__init__(servos)
        self.baud = baud
        self.servo_baud = baud

    def set_baud(self, baud):
        self.baud = baud

    def hears(self, servo, now):
        return super().hears(servo, now) and self.baud == self.servo_baud

    def write(self, data, now):
        if any(at > now for at, _ in self.coming):  # both talk at once: neither is understood
            self.coming = [(at, bytes(len(octets)) if at > now else octets) for at, octets in self.coming]
            return
        before = len(self.coming)
        super().write(data, now)
        end = now + len(data) * 10_000 * MS // self.baud
        for place, (_, octets) in enumerate(self.coming[before:], before):
            taken = len(octets) * 10_000 * MS // self.baud
            end += taken
            slot = octets[4] * (taken + MS // 10) if data == PING_ALL else 0
            self.coming[place] = end + slot + self.late, octets


class Rig:
    """A joint bus, its servos and the minor frames."""

    def __init__(self, m1, tunable=False):
        self.servos = [FakeServo(joint.id, MODELS[joint.servo]) for joint in m1.joint]
        for servo in self.servos:
            servo["present_position"] = servo["goal_position"] = 2048
        self.line = TunableLine(self.servos, m1.motion_bus.baud) if tunable else FakeLine(self.servos)
        self.events = []
        self.bus = JointBus(self.line, m1.joint, m1.motion_bus, self.events.append)
        self.states = self.bus.states
        self.now = 1_000 * MS
        self.goals = None
        self.each_frame = lambda: None

    def frame(self):
        self.now += FRAME
        self.bus.receive(self.now)
        self.each_frame()
        if self.goals is not None:
            self.bus.set_goals(self.goals, (1.0,) * 4)
        self.bus.send(self.now + MS)

    def run(self, seconds):
        for _ in range(round(seconds * 100)):
            self.frame()

    def until(self, condition, seconds=10.0):
        """Frames until `condition()`; fails when it does not come about."""
        for count in range(round(seconds * 100)):
            if condition():
                return count
            self.frame()
        raise AssertionError(f"not within {seconds} s; {self.events[-5:]}")

    def start(self, torque=False):
        self.until(lambda: self.bus.ready)
        if torque:
            self.bus.torque(True)
            self.until(lambda: self.bus.powered)
        self.run(0.1)
        self.events.clear()
        return self

    def told(self, kind):
        return [event for event in self.events if isinstance(event, kind)]

    def ages_ms(self):
        return [round(state.age_ns(self.now) / MS) for state in self.states]


@pytest.fixture
def rig(m1):
    return Rig(m1)


@pytest.fixture
def tunable(m1):
    return Rig(m1, tunable=True)


@pytest.fixture(scope="session")
def make_rig(m1):
    return lambda mission=m1, **kw: Rig(mission, **kw)


def radians_of(counts, joint):
    """Joint angle of a servo count, by the mission file's definition."""
    return joint.direction * (counts - joint.zero_counts) * 2 * math.pi / 4096
